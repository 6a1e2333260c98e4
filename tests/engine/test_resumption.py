"""Sweeps that were interrupted and go on."""

import contextlib
import os
import signal
import threading
import time

import psutil
import pytest

from hyperlocal import engine
from hyperlocal.domain.codec import plan_to_json
from hyperlocal.domain.distribution import Choice, Uniform
from hyperlocal.domain.policy import Bandit, Schedule
from hyperlocal.domain.status import Cause, Status
from hyperlocal.domain.sweep import Job, Resumption, SamplingKind, Workflow
from hyperlocal.engine.recovery import settle_life
from hyperlocal.errors import RunStateError

# In the first life of the sweep, trial 2 logs rubbish and never ends.
SCRIPT = """
x = float(sys.argv[sys.argv.index('--x') + 1])
if NUMBER == int(os.environ['HANGS']) and not os.path.exists(os.environ['GO']):
    print('partial')
    open('outputs/partial.txt', 'w').write('so far')
    log('accuracy', 99.0)
    log('ready', 1)
    time.sleep(60)
open('outputs/whole.txt', 'w').write('all')
log('accuracy', -(x - 0.3) ** 2)
"""


@pytest.fixture
def go(tmp_path):
    return tmp_path / "go"


@pytest.fixture
def interrupted(lab, go):
    """Start a sweep and kill its controller while trial 2 runs; return the sweep's id."""

    def start(plan_changes=None, hangs=2):
        lab.script(SCRIPT)
        environment = {"GO": str(go), "HANGS": str(hangs)}
        plan = lab.sweep(**{"trials": 4, "at_once": 1, **(plan_changes or {})})
        plan.launch.environment.update(environment)
        run_id = lab.start(plan)
        lab.eventually(lambda: lab.history.metrics.points(f"{run_id}_{hangs}", "ready"))
        kill(lab, run_id)
        return run_id

    return start


def kill(lab, run_id):
    """Kill a controller; return when its watchdog has done its work."""
    os.kill(lab.history.runs.get(run_id).pid, signal.SIGKILL)
    lab.eventually(lambda: lab.history.runs.get(run_id).status.is_terminal)


def parameters(trials):
    return [trial.parameters for trial in trials]


def values(lab, run_id):
    return [(p.name, p.value) for p in lab.history.metrics.points(run_id)]


SPACES = {
    SamplingKind.RANDOM: (("x", Uniform(0.0, 1.0)),),
    SamplingKind.GRID: (("x", Choice((0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7))),),
    SamplingKind.BAYESIAN: (("x", Uniform(0.0, 1.0)),),
}


@pytest.mark.parametrize("kind", SPACES, ids=lambda kind: kind.value)
def test_a_resumed_sweep_tries_what_an_undisturbed_one_tries(lab, go, interrupted, kind):
    changes = {"kind": kind, "space": SPACES[kind], "seed": 5, "trials": 6}
    run_id = interrupted(changes)

    go.touch()
    engine.resume(lab.history, run_id)
    record, trials = lab.wait(run_id)
    _, undisturbed = lab.run(lab.sweep(at_once=1, environment=_env(go), **changes))

    assert (record.status, record.error) == (Status.COMPLETED, None)
    assert [trial.status for trial in trials] == [Status.COMPLETED] * 6
    assert parameters(trials) == parameters(undisturbed)
    assert [values(lab, t.run_id) for t in trials] == [values(lab, t.run_id) for t in undisturbed]


def _env(go):
    return {"GO": str(go), "HANGS": "2"}


def test_finite_random_sweeps_try_no_combination_twice(lab, go, interrupted):
    space = (("x", Choice((0.1, 0.2, 0.3, 0.4))),)
    run_id = interrupted({"space": space, "trials": 9})

    go.touch()
    engine.resume(lab.history, run_id)
    _, trials = lab.wait(run_id)

    assert sorted(t.parameters["x"] for t in trials) == [0.1, 0.2, 0.3, 0.4]


def test_what_ended_stays_and_what_was_interrupted_is_run_again(lab, go, interrupted):
    run_id = interrupted({"at_once": 2})
    runs = lab.history.runs
    before = {t.run_id: t for t in lab.children(run_id) if t.status is Status.COMPLETED}
    assert f"{run_id}_2" not in before
    points = {i: lab.history.metrics.points(i) for i in before}
    trial = runs.get(f"{run_id}_2")
    assert (trial.status, trial.cause) == (Status.CANCELED, Cause.INTERRUPTED)

    go.touch()
    engine.resume(lab.history, run_id)
    record, _ = lab.wait(run_id)

    assert record.status is Status.COMPLETED
    assert {i: runs.get(i) for i in before} == before
    assert {i: lab.history.metrics.points(i) for i in before} == points
    again = runs.get(f"{run_id}_2")
    assert (again.status, again.cause, again.number) == (Status.COMPLETED, None, trial.number)
    assert [name for name, _ in values(lab, again.run_id)] == ["accuracy"]
    folder = lab.history.folder(again.run_id)
    assert folder.file_names() == ["outputs/whole.txt", "user_logs/std_log.txt"]
    assert (folder.interrupted / "1" / "outputs" / "partial.txt").read_text() == "so far"
    assert "partial" in (folder.interrupted / "1" / "user_logs" / "std_log.txt").read_text()
    assert not folder.work.exists()


def test_looking_does_not_resume(lab, interrupted):
    run_id = interrupted()

    for _ in range(3):
        record = engine.settle(lab.history, run_id)
        engine.settle(lab.history, f"{run_id}_2")

    assert (record.status, record.cause) == (Status.FAILED, Cause.INTERRUPTED)


def test_a_sweep_may_be_interrupted_again_and_again(lab, go, interrupted):
    run_id = interrupted()
    for _ in range(2):
        engine.resume(lab.history, run_id)
        lab.eventually(lambda: lab.history.metrics.points(f"{run_id}_2", "ready"))
        kill(lab, run_id)

    go.touch()
    engine.resume(lab.history, run_id)
    record, trials = lab.wait(run_id)

    assert record.status is Status.COMPLETED
    assert [len(values(lab, t.run_id)) for t in trials] == [1] * 4
    assert sorted(p.name for p in lab.history.folder(f"{run_id}_2").interrupted.iterdir()) == [
        "1",
        "2",
        "3",
    ]


def test_when_everything_is_killed_at_once_the_sweep_goes_on_all_the_same(lab, go):
    """As when the machine goes down: nobody is left to tidy up."""
    lab.script(SCRIPT)
    plan = lab.sweep(trials=4, at_once=2, environment=_env(go))
    run_id = lab.start(plan)
    lab.eventually(lambda: lab.history.metrics.points(f"{run_id}_2", "ready"))
    processes = _stopped_all(lab)
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(processes, timeout=30)
    assert not lab.history.runs.get(run_id).status.is_terminal
    assert lab.history.folder(f"{run_id}_2").work.exists()

    go.touch()
    engine.resume(lab.history, run_id)
    record, trials = lab.wait(run_id)

    assert record.status is Status.COMPLETED
    assert [len(values(lab, t.run_id)) for t in trials] == [1] * 4
    aside = lab.history.folder(f"{run_id}_2").interrupted / "1"
    assert (aside / "outputs" / "partial.txt").exists()


def test_what_was_decided_before_the_interruption_stays_decided(lab, go, interrupted):
    run_id = interrupted({"at_once": 2, "trials": 4})
    # As if the kill had come between the decision and the trial's end.
    runs, trial = lab.history.runs, f"{run_id}_2"
    with lab.history._database.writing() as connection:
        connection.execute("UPDATE run SET status = 'Running' WHERE run_id IN (?, ?)", _two(trial))
    lab.history.decisions.add(trial, 3, stop=True, reason="hopeless")
    engine.settle(lab.history, run_id)

    go.touch()
    engine.resume(lab.history, run_id)
    lab.wait(run_id)

    record = runs.get(trial)
    assert (record.status, record.cause, record.reason) == (
        Status.CANCELED,
        Cause.POLICY,
        "hopeless",
    )


def _two(trial):
    return trial, trial.rpartition("_")[0]


def test_a_trial_that_the_user_cancelled_is_not_run_again(lab, go, interrupted):
    run_id = interrupted()
    trial = f"{run_id}_2"
    with lab.history._database.writing() as connection:
        connection.execute("UPDATE run SET status = 'Running' WHERE run_id IN (?, ?)", _two(trial))
    lab.history.runs.request_cancel(trial)
    engine.settle(lab.history, run_id)

    go.touch()
    engine.resume(lab.history, run_id)
    record, _ = lab.wait(run_id)

    assert lab.history.runs.get(trial).cause is Cause.USER
    assert record.status is Status.COMPLETED


def test_the_policy_remembers_curves_and_decisions(lab, go):
    lab.script(
        "first = NUMBER == 0\n"
        "for _ in range(3): log('accuracy', 0.9 if first else 0.1)\n"
        "if NUMBER == 1 and not os.path.exists(os.environ['GO']): log('ready', 1)\n"
        "if not first: time.sleep(60)"
    )
    policy = Bandit(Schedule(3, 3), slack_factor=0.2)
    plan = lab.sweep(trials=2, at_once=1, policy=policy, environment={"GO": str(go)})
    run_id = lab.start(plan)
    lab.eventually(lambda: len(lab.history.metrics.points(f"{run_id}_0")) == 3)
    os.kill(lab.history.runs.get(run_id).pid, signal.SIGKILL)
    lab.eventually(lambda: lab.history.runs.get(run_id).status.is_terminal)

    go.touch()
    engine.resume(lab.history, run_id)
    record, trials = lab.wait(run_id)

    assert record.status is Status.COMPLETED
    assert trials[1].cause is Cause.POLICY
    assert "0.9" in trials[1].reason
    for trial in trials:
        assert len(lab.history.decisions.of(trial.run_id)) <= 1


def test_time_used_counts_and_down_time_does_not(lab, go, interrupted):
    run_id = interrupted({"max_duration_s": 60.0})
    used = lab.history.runs.get(run_id).elapsed or 0.0
    lab.history.runs.update(run_id, elapsed=used + 59.0, started_at=time.time() - 9000)

    began = time.monotonic()
    engine.resume(lab.history, run_id)
    record, trials = lab.wait(run_id)

    assert time.monotonic() - began < 15
    assert record.status is Status.COMPLETED
    assert "60 s" in record.warnings[0]
    assert trials[2].cause is Cause.SWEEP_LIMIT
    assert 60 <= record.elapsed < 70


def test_a_resumed_sweep_that_is_cancelled_at_once_leaves_no_trial_waiting(lab, interrupted):
    run_id = interrupted()
    lab.history.runs.update(run_id, elapsed=1e6)  # its time is over before it begins again

    engine.resume(lab.history, run_id)
    record, trials = lab.wait(run_id)

    assert record.status is Status.COMPLETED
    assert trials[2].cause is Cause.SWEEP_LIMIT


def test_two_who_resume_at_once_make_one_controller(lab, go, interrupted):
    run_id = interrupted()
    go.touch()
    results = []

    def resume():
        try:
            results.append(engine.resume(lab.history, run_id).life)
        except RunStateError as error:
            results.append(str(error))

    threads = [threading.Thread(target=resume) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    record, trials = lab.wait(run_id)

    assert sum(isinstance(each, int) for each in results) == 1
    assert record.status is Status.COMPLETED
    assert len(trials) == 4


def test_a_guardian_of_an_earlier_life_does_not_touch_the_next(lab, go, interrupted):
    run_id = interrupted()
    life = lab.history.runs.get(run_id).life
    engine.resume(lab.history, run_id)
    lab.eventually(lambda: lab.history.metrics.points(f"{run_id}_2", "ready"))
    lab.eventually(lambda: lab.history.runs.get(run_id).status is Status.RUNNING)

    settle_life(lab.history, run_id, life)

    assert lab.history.runs.get(run_id).status is Status.RUNNING
    assert lab.trial_processes(f"{run_id}_2")
    lab.history.runs.request_cancel(run_id)
    lab.wait(run_id)


def test_runs_that_a_trial_opened_are_opened_by_it_again(lab, go, interrupted):
    run_id = interrupted()
    runs = lab.history.runs
    runs.create("nested", experiment="e", kind="x", parent_id=f"{run_id}_2", status=Status.RUNNING)
    lab.history.metrics.add("nested", "m", 1, kind="int")
    lab.history.folder("nested").path.mkdir()

    go.touch()
    engine.resume(lab.history, run_id)
    lab.wait(run_id)

    assert runs.children(f"{run_id}_2") == []
    assert not lab.history.folder("nested").path.exists()
    assert (lab.history.folder(f"{run_id}_2").interrupted / "1" / "nested").is_dir()


def test_trials_that_went_on_with_earlier_ones_do_so_again(lab, go, interrupted):
    _, (earlier,) = lab.run(lab.sweep(trials=1, environment=_env(go) | {"HANGS": "9"}))
    resumed = [
        Resumption(earlier.run_id, {"x": 0.5}, ("--from", "${origin_folder}"), {"resumed": "yes"})
    ]
    run_id = interrupted({"resumed": resumed, "trials": 2}, hangs=0)

    go.touch()
    engine.resume(lab.history, run_id)
    record, trials = lab.wait(run_id)

    assert record.status is Status.COMPLETED
    assert trials[0].command[-2:] == ["--from", str(lab.history.folder(earlier.run_id).path)]
    assert trials[0].properties == {"resumed": "yes"}
    assert [t.properties for t in trials[1:]] == [{}]


def test_what_cannot_be_resumed_is_refused_with_the_reason(lab, go, interrupted):
    runs = lab.history.runs
    go.touch()
    lab.script(SCRIPT)
    completed, _ = lab.run(lab.sweep(trials=1, environment=_env(go)))
    failed, _ = lab.run(lab.sweep(trials=1, command=("false",)))
    job, _ = lab.run(Job(lab.launch(environment=_env(go))))
    runs.create("flow", experiment="e", kind="x", plan=plan_to_json(Workflow(())))
    runs.create("open", experiment="e", kind="x")
    go.unlink()
    cancelled = interrupted()
    runs.request_cancel(cancelled)
    with lab.history._database.writing() as connection:
        connection.execute("UPDATE run SET status = 'Canceled' WHERE run_id = ?", (cancelled,))
        connection.execute(
            "UPDATE run SET status = 'Failed', cause = 'interrupted' WHERE run_id IN (?, 'flow')",
            (job.run_id,),
        )

    for run_id, reason in (
        (completed.run_id, "it has completed"),
        (f"{completed.run_id}_0", "Resume that one"),
        (failed.run_id, "not interrupted but failed by itself: .* exit code 1"),
        (job.run_id, "a single script"),
        ("flow", "it is a pipeline"),
        (cancelled, "it was cancelled"),
        ("open", "a script opened by itself"),
    ):
        with pytest.raises(RunStateError, match=reason):
            engine.resume(lab.history, run_id)


def test_a_sweep_without_its_source_is_refused(lab, interrupted):
    run_id = interrupted()
    lab.history.folder(run_id).snapshot.rename(lab.source / "elsewhere")

    with pytest.raises(RunStateError, match="copy of the source"):
        engine.resume(lab.history, run_id)


def test_a_running_sweep_is_refused(lab, go):
    lab.script(SCRIPT)
    run_id = lab.start(lab.sweep(trials=3, at_once=1, environment=_env(go)))
    lab.eventually(lambda: lab.history.metrics.points(f"{run_id}_2", "ready"))

    with pytest.raises(RunStateError, match="is going on"):
        engine.resume(lab.history, run_id)

    lab.history.runs.request_cancel(run_id)
    lab.wait(run_id)


def test_keeping_going_ends_when_nothing_gets_on(lab, interrupted):
    run_id = interrupted()
    told = []

    def wait():
        # Each life of the sweep is killed before its trial ends.
        lab.eventually(lambda: lab.history.metrics.points(f"{run_id}_2", "ready"))
        kill(lab, run_id)

    engine.keep_going(lab.history, run_id, wait, told.append)

    assert len(told) == 1
    assert lab.history.runs.get(run_id).cause is Cause.INTERRUPTED


def test_keeping_going_ends_with_the_sweep(lab, go, interrupted):
    run_id = interrupted()
    go.touch()

    engine.keep_going(lab.history, run_id, lambda: lab.wait(run_id), print)

    assert lab.history.runs.get(run_id).status is Status.COMPLETED


def _stopped_all(lab):
    """Return all processes of the sweep, once none of them can start or end another."""
    stopped = set()
    while running := set(lab.processes()) - stopped:
        for process in running:
            with contextlib.suppress(psutil.NoSuchProcess):  # a trial that just ended
                process.suspend()
        stopped |= running
    return list(stopped)
