"""What a scheduler keeps of the trials that have ended."""

from dataclasses import replace

from hyperlocal.domain.distribution import Uniform
from hyperlocal.domain.space import Space
from hyperlocal.domain.status import Cause, Status
from hyperlocal.engine.outcome import Outcome
from hyperlocal.engine.sweep_log import SweepLog
from hyperlocal.engine.trial_scheduler import SweepScheduler
from hyperlocal.history import History
from tests.views.sweeps import a_plan, begin_sweep


def failure(number):
    message = f"failure {number}"
    return Outcome(Status.FAILED, Cause.SCRIPT, message, 1, {"code": "U", "message": message})


def test_of_many_trials_only_the_first_failure_is_kept_in_full(home):
    history = History.open(home)
    space = Space((("lr", Uniform(0.0, 1.0)),))
    parent = history.runs.get(begin_sweep(history, space=space, max_trials=50))
    scheduler = SweepScheduler(
        history, parent, a_plan(space=space, max_trials=50), 1, SweepLog(None, "")
    )

    for number in range(50):
        spec = scheduler.next()
        outcome = failure(number) if number % 2 else Outcome(Status.COMPLETED, exit_code=0)
        scheduler.tell(spec.run_id, outcome)

    assert scheduler.next() is None
    kept = list(scheduler.outcomes.values())
    assert [outcome.status for outcome in kept] == [Status.COMPLETED, Status.FAILED] * 25
    assert kept[1] == failure(1)
    assert len(set(map(id, kept))) == 3
    drawn = {run.parameters["lr"] for run in history.runs.children(parent.run_id)}
    assert len(drawn) == 50
    history.close()


def test_what_is_recorded_is_what_is_run(home):
    """One port, one run number: in the record, the command, the environment, again and again."""
    history = History.open(home)
    plan = a_plan(max_trials=2)
    launch = replace(
        plan.launch,
        command=("python", "train.py", "--port", "${free_port}", "--n=${run_number}", "$$5"),
        environment={"PORT": "${free_port}", "N": "${run_number}"},
    )
    plan = replace(plan, launch=launch)
    parent = history.runs.get(begin_sweep(history))

    for is_again in (False, True):  # then it is interrupted, and another controller goes on
        scheduler = SweepScheduler(history, parent, plan, 1, SweepLog(None, ""))
        spec = scheduler.next()
        record = history.runs.get(spec.run_id)
        assert spec.run_id == f"{parent.run_id}_0"
        port, number, price = spec.command[3:6]
        assert (number, price) == (f"--n={record.number}", "$5")
        assert spec.environment["PORT"] == port
        assert spec.environment["N"] == str(record.number)
        if not is_again:
            assert record.command == spec.command
    history.close()
