"""A function in place of a training script."""

import functools
import json
import logging
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.history import History
from hyperlocal.testing import expect
from hyperlocal.testing.functions import call, options_of


def trials(run):
    return list(reversed(list(run.get_children())))


def test_a_function_is_given_what_its_parameters_name(hyperdrive, tune):
    given = []

    @hyperdrive.answer
    def train(run, argv, args, learning_rate, epochs: float, data_set, verbose, folds=5):
        given.append((run.id, argv, vars(args), learning_rate, epochs, data_set, verbose, folds))

    run = tune(values=(0.1,))

    argv = ["--epochs", "3", "--data-set", "iris", "--verbose", "--learning-rate", "0.1"]
    options = {"epochs": 3, "data_set": "iris", "verbose": True, "learning_rate": 0.1}
    assert given == [(f"{run.id}_0", argv, options, 0.1, 3.0, "iris", True, 5)]
    assert isinstance(given[0][4], float)


def test_what_is_not_named_is_given_by_name():
    def train(run, /, learning_rate, **rest):
        return run, learning_rate, rest

    argv = ["--learning-rate=0.5", "--n", "-1", "--name", "a"]

    assert call(train, "the run", argv, {}) == ("the run", 0.5, {"n": -1, "name": "a"})


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        (["--a", "1", "-b", "2.5"], {"a": 1, "b": 2.5}),
        (["--flag", "--a", "-3"], {"flag": True, "a": -3}),
        (["--a", "True", "--b", "none", "--c=x=y"], {"a": True, "b": None, "c": "x=y"}),
        (["positional", "--a", "1", "left over"], {"a": 1}),
        ([], {}),
    ],
)
def test_arguments_are_read_as_a_script_would(argv, expected):
    assert options_of(argv, {}) == expected


def test_what_was_sampled_keeps_its_type():
    assert options_of(["--units", "[1, 2]"], {"--units": [1, 2]}) == {"units": [1, 2]}
    assert options_of([], {"by_variable_only": "1"}) == {"by_variable_only": "1"}


def test_an_annotation_has_the_last_word():
    def train(a: str, b: bool, c: int, d=0.5):
        return a, b, c, d

    assert call(train, None, ["--a", "1", "--b", "0", "--c", "7", "--d", "2"], {}) == (
        "1",
        False,
        7,
        2.0,
    )


def test_a_default_does_not_take_digits_away():
    def train(lr=1, epochs: int = 3):
        return lr, epochs

    assert call(train, None, ["--lr", "0.1", "--epochs", "7"], {}) == (0.1, 7)
    assert call(functools.partial(train, lr=3), None, ["--lr", "0.1"], {}) == (0.1, 3)
    with pytest.raises(ValueError, match=r"'0\.5'"):
        call(train, None, ["--epochs", "0.5"], {})


def test_what_a_call_would_not_run_cannot_answer(hyperdrive):
    async def coroutine():
        """Nothing of it would happen."""

    def generator():
        yield

    for function in (coroutine, generator):
        with pytest.raises(TypeError, match="a call would not run it"):
            hyperdrive.answer(function)


def test_what_was_said_last_counts(hyperdrive, tune):
    hyperdrive.simulate(lambda: [0.5])
    hyperdrive.answer(lambda run: run.log("accuracy", 0.7))

    expect(tune()).best(metric=0.7)
    hyperdrive.simulate(lambda: [0.6])
    expect(tune()).best(metric=0.6)


def test_an_argument_that_the_script_is_not_given_fails_the_trial(hyperdrive, tune):
    @hyperdrive.answer
    def train(momentum):
        raise AssertionError("unreachable")

    run = tune(values=(0.1,))

    (trial,) = trials(run)
    assert trial.get_status() == "Failed"
    message = trial.get_details()["error"]["error"]["message"]
    assert "train() wants 'momentum'" in message
    assert "--learning-rate 0.1" in message


def test_it_finds_around_it_what_a_script_finds(hyperdrive, tune, source, monkeypatch):
    seen = {}
    monkeypatch.setenv("MINE", "kept")
    before = (os.getcwd(), list(sys.argv), dict(os.environ))

    @hyperdrive.answer
    def train(run):
        from azureml.core import Run

        seen["context"] = Run.get_context() is run
        seen["folder"] = sorted(os.listdir())
        seen["argv"] = sys.argv[:3]
        seen["settings"] = json.loads(Path("settings.json").read_text())
        seen["ids"] = (os.environ["AZUREML_RUN_ID"], run.id)
        seen["parent"] = (run.parent.id, run.experiment.name, run.experiment.workspace.name)
        seen["mine"] = os.environ["MINE"]
        os.environ["LEFT"] = "behind"
        thread = threading.Thread(target=lambda: seen.update(thread=Run.get_context() is run))
        thread.start()
        thread.join()

    run = tune(values=(0.1,))

    assert run.get_status() == "Completed", run.get_details()
    assert seen["context"]
    assert seen["thread"]
    assert seen["folder"] == ["logs", "outputs", "settings.json"]
    assert seen["argv"] == ["train.py", "--epochs", "3"]
    assert seen["settings"] == {"depth": 3}
    assert seen["ids"] == (f"{run.id}_0", f"{run.id}_0")
    assert seen["parent"] == (run.id, "tuning", run.experiment.workspace.name)
    assert seen["mine"] == "kept"
    assert (os.getcwd(), list(sys.argv), dict(os.environ)) == before


def test_what_it_leaves_is_kept_and_nothing_leaks_to_the_next_trial(hyperdrive, tune):
    seen = []

    @hyperdrive.answer
    def train(run, learning_rate):
        seen.append(sorted(name for _, _, names in os.walk(".") for name in names))
        for name in ("outputs/model.txt", "logs/a.log", "scratch.txt"):
            with open(name, "w") as file:
                file.write(str(learning_rate))
        if learning_rate == 0.2:
            os.remove("settings.json")

    run = tune(values=(0.1, 0.2, 0.3))

    assert seen == [["settings.json"]] * 3
    for trial, rate in zip(trials(run), ("0.1", "0.2", "0.3"), strict=True):
        assert trial.get_file_names() == [
            "logs/a.log",
            "user_logs/std_log.txt",
            "outputs/model.txt",
        ]
        path = hyperdrive.history.folder(trial.id).outputs / "model.txt"
        assert path.read_text() == rate
    assert not (hyperdrive.history.folder(trial.id).path / "work").exists()


def test_what_it_prints_is_the_log_of_its_trial(hyperdrive, tune, capsys):
    @hyperdrive.answer
    def train(run, learning_rate):
        print(f"rate {learning_rate}")
        print("a warning", file=sys.stderr)
        logging.lastResort.handle(logging.makeLogRecord({"msg": "logged", "levelno": 40}))

    run = tune(values=(0.1, 0.2))

    for trial, rate in zip(trials(run), ("0.1", "0.2"), strict=True):
        log = hyperdrive.history.folder(trial.id).output_log.read_text()
        assert log == f"rate {rate}\na warning\nlogged\n"
    assert capsys.readouterr() == ("", "")


def test_an_exception_fails_the_trial_as_a_script_s_does(hyperdrive, tune, source):
    """The error is compared with that of the same lines in a script that is run for real."""
    code = "import sys\n\ndef lower(n):\n    raise ValueError(f'too deep: {n}')\n\nlower(3)\n"

    @hyperdrive.answer
    def train():
        exec(compile(code, "train.py", "exec"), {})

    run = tune(values=(0.1,))

    (trial,) = trials(run)
    error = trial.get_details()["error"]["error"]
    (source / "train.py").write_text(code)
    shown = subprocess.run(
        [sys.executable, "train.py"], cwd=source, capture_output=True, text=True
    )
    assert trial.get_status() == "Failed"
    assert error["code"] == "UserError"
    lines = error["message"].splitlines()
    assert lines[0] == "ValueError: too deep: 3 (exit code 1)"
    assert lines[1] == "Traceback (most recent call last):"
    assert lines[-1] == shown.stderr.splitlines()[-1] == "ValueError: too deep: 3"
    assert "hyperlocal/testing" not in error["message"]


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        (0, "Completed", 0),
        (None, "Completed", 0),
        (3, "Failed", 3),
        (-1, "Failed", 255),
        ("no data", "Failed", 1),
        (True, "Failed", 1),
    ],
)
def test_sys_exit_ends_it_with_that_code(hyperdrive, tune, code, status, expected):
    hyperdrive.answer(lambda: sys.exit(code))

    run = tune(values=(0.1,))

    record = hyperdrive.history.runs.get(f"{run.id}_0")
    assert (record.status.value, record.exit_code) == (status, expected)
    if code == "no data":
        assert record.reason.endswith("its last output was: no data")


def test_a_monkeypatch_reaches_into_it(hyperdrive, tune, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: "patched")
    hyperdrive.answer(lambda run: run.log("text", shutil.which("x")))

    run = tune(values=(0.1,))

    assert run.get_metrics() == {f"{run.id}_0": {"text": "patched"}}


def test_functions_answer_by_the_script_s_name(hyperdrive, tune):
    calls = []
    hyperdrive.answer(lambda: calls.append("other"), script="other.py")
    hyperdrive.answer(lambda: calls.append("any"))
    hyperdrive.answer(lambda: calls.append("train"), script="train.py")

    tune(values=(0.1,))

    assert calls == ["train"]


def test_a_script_that_nothing_answers_and_nobody_wrote(hyperdrive, tune):
    hyperdrive.answer(lambda: None, script="trian.py")

    with pytest.raises(UserErrorException, match=r"answers 'trian.py'.*hyperdrive.answer\(func"):
        tune()


def test_a_single_script_is_answered_too(hyperdrive, source):
    from hyperlocal.azureml.core import ScriptRunConfig

    @hyperdrive.answer
    def train(run, a):
        run.log("a", a)

    config = ScriptRunConfig(source_directory=str(source), script="x.py", arguments=["--a", 1])
    run = hyperdrive.experiment().submit(config)

    assert run.wait_for_completion()["status"] == "Completed"
    assert run.get_metrics() == {"a": 1}


def test_a_test_that_fails_in_a_function_fails(hyperdrive, tune):
    """pytest.fail and Ctrl-C are not what a script raises."""
    hyperdrive.answer(lambda: pytest.fail("in the function"))

    with pytest.raises(pytest.fail.Exception, match="in the function"):
        tune(values=(0.1,))

    (run,) = hyperdrive.experiment("tuning").get_runs()
    (child,) = run.get_children()
    assert (run.get_status(), child.get_status()) == ("Canceled", "Canceled")


def test_a_script_is_run_for_real_when_no_function_answers_it(hyperdrive, tune, source):
    hyperdrive.answer(lambda: None, script="other.py")
    (source / "train.py").write_text(
        "import os\nfrom azureml.core import Run\nRun.get_context().log('pid', os.getpid())\n"
    )

    run = tune(values=(0.1,))

    assert run.wait_for_completion()["status"] == "Completed"
    assert run.get_metrics()[f"{run.id}_0"]["pid"] != os.getpid()
    (told,) = hyperdrive.unused()  # it may have been meant to be answered
    assert "were to answer 'other.py', and no run has a script of such a name" in told
    assert told.endswith("What runs asked for is: 'train.py', which was run in processes.")
    hyperdrive.reset()
    assert hyperdrive.unused() == []


@pytest.mark.parametrize("other", ["function", "curve"])
def test_a_misspelt_name_is_told_with_what_was_asked_for(hyperdrive, tune, other):
    if other == "function":
        hyperdrive.answer(lambda run: run.log("accuracy", 1))
        what = "the function for all scripts answered"
    else:
        hyperdrive.simulate(lambda: [1])
        what = "followed a curve"
    hyperdrive.answer(lambda: None, script="trian.py")
    assert hyperdrive.unused() == []  # nothing was asked for so far

    tune()

    (told,) = hyperdrive.unused()
    assert "were to answer 'trian.py'" in told
    assert told.endswith(f"What runs asked for is: 'train.py', which {what}.")
    hyperdrive.reset()


def test_a_script_that_has_its_function_is_not_asked_for_in_vain(hyperdrive, tune):
    hyperdrive.answer(lambda run: run.log("accuracy", 1), script="train.py")
    hyperdrive.answer(lambda run: run.log("accuracy", 2), script="other.py")

    tune()

    assert hyperdrive.unused() == []


def test_runs_with_processes_are_ended_with_their_test(hyperdrive, tune, source):
    from hyperlocal.testing import sandbox

    (source / "train.py").write_text("import time\ntime.sleep(600)\n")

    with sandbox(folder=source.parent / "inner") as inner:
        run = tune(values=(0.1, 0.2))
        assert run.get_status() in ("NotStarted", "Running")

    history = History.open(inner.home)
    assert history.runs.get(run.id).status.value == "Canceled"
    history.close()
