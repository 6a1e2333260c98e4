"""What goes wrong in tests themselves: it is told, and nothing of it is left behind."""

import asyncio
import os
import subprocess
import sys
import threading
import time

import psutil
import pytest

from hyperlocal.errors import HistoryError, HyperlocalError, SweepError
from hyperlocal.testing import expect, sandbox


def test_a_function_may_close_its_output(hyperdrive, tune):
    @hyperdrive.answer
    def train(run):
        run.log("accuracy", 1)
        sys.stdout.close()
        print("more")

    run = tune(values=(0.1,))

    expect(run).failed(trial=0, match="ValueError: I/O operation on closed file")
    assert not hyperdrive._runner.detached_ids


def test_files_that_clash_are_left_with_a_warning_and_the_next_trial_is_none_the_worse(
    hyperdrive, tune
):
    @hyperdrive.answer
    def train(run):
        if run.id.endswith("_0"):
            os.makedirs("outputs/x")
            run.upload_file("outputs/x", __file__)
            os.symlink("/", "outputs/root")
        run.log("accuracy", 1)

    run = tune(values=(0.1, 0.2))

    expect(run).completed()
    first, second = sorted(run.get_children(), key=lambda child: child.id)
    assert "There is something that is no folder in its place" in str(first.get_details())
    assert "warnings" not in second.get_details()
    assert first.get_file_names() == ["user_logs/std_log.txt", "outputs/root", "outputs/x"]


@pytest.mark.parametrize("slots", [1, 2])
def test_an_error_of_our_own_is_raised_and_nothing_goes_on(hyperdrive, tune, monkeypatch, slots):
    hyperdrive.slots = slots
    hyperdrive.answer(lambda run: run.log("accuracy", 1))

    def broken(*arguments, **named):
        raise ValueError("a bug")

    monkeypatch.setattr("hyperlocal.engine.inline.after_exit", broken)

    with pytest.raises(ValueError, match="a bug"):
        tune()

    (run,) = hyperdrive.experiment("tuning").get_runs()
    run.wait_for_completion(raise_on_error=False)
    assert run.get_status() == "Canceled"
    assert {child.get_status() for child in run.get_children()} == {"Canceled"}
    assert not hyperdrive._runner.detached_ids


def test_sweeps_of_several_threads_take_turns(hyperdrive, tune):
    @hyperdrive.answer
    def train(run, learning_rate):
        with open("outputs/rate.txt", "w") as file:
            file.write(str(learning_rate))
        time.sleep(0.005)
        run.log("accuracy", learning_rate)

    before = os.getcwd(), sys.argv, dict(os.environ), sys.stdout
    runs = []
    threads = [threading.Thread(target=lambda: runs.append(tune())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (os.getcwd(), sys.argv, dict(os.environ), sys.stdout) == before
    assert len(runs) == 3
    for run in runs:
        expect(run).completed().has_trials(4, completed=4).best(trial=3, metric=0.4)
        assert run.get_best_run_by_primary_metric().get_file_names() == [
            "user_logs/std_log.txt",
            "outputs/rate.txt",
        ]


def test_sandboxes_that_overlap_are_told():
    async def one(until, then):
        with sandbox():
            await until.wait()
        then.set()

    async def both():
        begun, ended = asyncio.Event(), asyncio.Event()
        first = asyncio.create_task(one(begun, ended))
        second = asyncio.create_task(one(ended, begun))
        await asyncio.sleep(0)
        begun.set()
        await asyncio.wait([first])
        ended.set()
        await second
        return first.exception()

    told = asyncio.run(both())

    assert isinstance(told, HyperlocalError)
    assert "neither within the other" in str(told)
    assert "HYPERLOCAL_SEED" not in os.environ


def test_a_run_cannot_be_read_when_its_sandbox_has_ended(source):
    with sandbox(lambda run: run.log("accuracy", 1)) as inner:
        from tests.testing import tuning

        run = tuning.tune(source)

    for read in (run.get_metrics, run.get_status, lambda: list(run.get_children())):
        with pytest.raises(HistoryError, match="Read what you need of the run before"):
            read()
    assert not inner.home.exists()


def test_a_simulation_refuses_what_log_refuses(hyperdrive, tune):
    hyperdrive.simulate(lambda: [[1, 2]])

    with pytest.raises(SweepError, match=r"\[1, 2\] as a value of 'accuracy'"):
        tune()


def test_a_trial_may_exit_in_a_simulation_as_inline(hyperdrive, tune):
    hyperdrive.simulate(lambda: [1])
    hyperdrive.trial(0).fails(SystemExit(4), after=1)

    run = tune()

    expect(run).has_trials(completed=3, failed=1)
    assert hyperdrive.history.runs.get(f"{run.id}_0").exit_code == 4


def test_a_function_for_another_script_leaves_the_simulation_as_it_is(hyperdrive, tune):
    hyperdrive.simulate(lambda: [0.5])
    hyperdrive.answer(lambda run: run.log("accuracy", 1), script="other.py")

    expect(tune()).best(metric=0.5)

    hyperdrive.answer(lambda run: run.log("accuracy", 0.7), script="train.py")

    expect(tune()).best(metric=0.7)


def test_the_sweep_of_a_step_is_simulated_and_its_script_is_not_run(hyperdrive, tuning, source):
    from hyperlocal.azureml.pipeline.core import Pipeline
    from hyperlocal.azureml.pipeline.steps import HyperDriveStep, HyperDriveStepRun

    (source / "train.py").write_text("raise SystemExit('it was run')")
    hyperdrive.simulate(lambda: [0.5])
    pipeline = Pipeline(hyperdrive.workspace, [HyperDriveStep("search", tuning.config(source))])

    run = hyperdrive.experiment().submit(pipeline)

    (step,) = run.find_step_run("search")
    expect(HyperDriveStepRun(step)).completed().has_trials(4, completed=4).best(metric=0.5)


def test_cancellations_that_never_came_are_told(hyperdrive, tune):
    hyperdrive.answer(lambda run: run.log("accuracy", 1))
    hyperdrive.cancels(at_trial=99)
    tune()

    assert "none was" in hyperdrive.unused()[0]

    hyperdrive.cancels(at_trial=0)
    tune()

    assert hyperdrive.unused() == []


@pytest.mark.parametrize(
    "wrong",
    [
        lambda h: h.trial(True),
        lambda h: h.trial(0).fails(exit_code=0),
        lambda h: h.trial(0).fails(exit_code="3"),
        lambda h: h.trial(0).fails("no", exit_code=3),
        lambda h: h.trial(0).fails(123),
        lambda h: h.trial(0).fails(after=1.5),
        lambda h: h.trial(0).is_slow(float("nan")),
        lambda h: h.trial(0).is_slow(float("inf")),
        lambda h: h.trial(0).logs_nan(after="1"),
        lambda h: h.stays_queued(1.5),
        lambda h: h.cancels(at_trial=-1),
        lambda h: h.cancels(after_s=-1),
        lambda h: setattr(h, "slots", "2"),
        lambda h: setattr(h, "seed", "abc"),
    ],
)
def test_what_means_nothing_is_refused(hyperdrive, wrong):
    with pytest.raises((TypeError, ValueError), match=r"'|must|not|numbered|completes"):
        wrong(hyperdrive)
    hyperdrive._runner.faults.clear()


@pytest.mark.parametrize("end", ["os._exit(3)", "os.kill(os.getpid(), 15)"])
def test_processes_end_with_the_test_that_was_killed(tmp_path, source, end):
    (source / "train.py").write_text("import time\ntime.sleep(600)\n")
    script = tmp_path / "killed.py"
    script.write_text(
        "import os, sys, time\n"
        f"sys.path.insert(0, {os.path.dirname(__file__)!r})\n"
        "from hyperlocal.testing import sandbox\n"
        f"with sandbox(folder={str(tmp_path)!r}):\n"
        "    import tuning\n"
        f"    run = tuning.tune({str(source)!r}, values=(0.1, 0.2))\n"
        "    while not any(c.get_status() == 'Running' for c in run.get_children()):\n"
        "        time.sleep(0.05)\n"
        f"    {end}\n"
    )

    subprocess.run([sys.executable, str(script)], check=False, timeout=50)

    until = time.monotonic() + 30
    while _processes_of(tmp_path) and time.monotonic() < until:
        time.sleep(0.05)
    assert _processes_of(tmp_path) == []


def _processes_of(folder):
    found = []
    for process in psutil.process_iter():
        try:
            is_one = process.environ().get("HYPERLOCAL_HOME", "").startswith(str(folder))
            if is_one and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.cmdline())
        except psutil.Error:
            continue
    return found
