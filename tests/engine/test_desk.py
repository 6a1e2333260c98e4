"""What a desk keeps of the trials that have ended."""

from hyperlocal.domain.distribution import Uniform
from hyperlocal.domain.space import Space
from hyperlocal.domain.status import Cause, Status
from hyperlocal.engine.desk import SweepDesk
from hyperlocal.engine.outcome import Outcome
from hyperlocal.engine.sweep_log import SweepLog
from hyperlocal.history import History
from tests.views.sweeps import a_plan, begin_sweep


def failure(number):
    message = f"failure {number}"
    return Outcome(Status.FAILED, Cause.SCRIPT, message, 1, {"code": "U", "message": message})


def test_of_many_trials_only_the_first_failure_is_kept_in_full(home):
    history = History.open(home)
    space = Space((("lr", Uniform(0.0, 1.0)),))
    parent = history.runs.get(begin_sweep(history, space=space, max_trials=50))
    desk = SweepDesk(history, parent, a_plan(space=space, max_trials=50), 1, SweepLog(None, ""))

    for number in range(50):
        assignment = desk.next()
        outcome = failure(number) if number % 2 else Outcome(Status.COMPLETED, exit_code=0)
        desk.tell(assignment.run_id, outcome)

    assert desk.next() is None
    kept = list(desk.outcomes.values())
    assert [outcome.status for outcome in kept] == [Status.COMPLETED, Status.FAILED] * 25
    assert kept[1] == failure(1)
    assert len(set(map(id, kept))) == 3
    drawn = {run.parameters["lr"] for run in history.runs.children(parent.run_id)}
    assert len(drawn) == 50
    history.close()
