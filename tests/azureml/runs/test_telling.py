"""A failure is told once, and what would mend it stands in the last line."""

import io
import os
import subprocess
import sys

import pytest

from hyperlocal._doors import environment_with_shim
from hyperlocal.azureml.exceptions import ActivityFailedException, UserErrorException
from hyperlocal.azureml.pipeline.core import _run_status
from hyperlocal.domain.status import Status
from hyperlocal.engine.invocation import TemplateValues, environment_of
from hyperlocal.views.page import make_console
from tests.views.sweeps import LAUNCH


@pytest.fixture
def driver(tmp_path, home):
    """Run a driver's text; return what it prints, standard error included."""

    def run(script, **environment):
        done = subprocess.run(
            [sys.executable, "-c", script],
            cwd=tmp_path,
            env={**environment_with_shim(os.environ), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=30,
            check=False,
        )
        return done.stdout

    return run


def test_an_exception_that_ends_a_driver_is_told_once(driver):
    told = driver(
        "from azureml.core import Dataset, Workspace\n"
        "Dataset.get_by_name(Workspace.from_config(), 'sales')\n"
    )

    assert told.count('registered with name "sales"') == 1
    assert told.splitlines()[-1].strip() == "hyperlocal data add sales FILE"


def test_so_is_one_that_led_to_another(driver):
    told = driver(
        "from azureml.exceptions import UserErrorException\n"
        "try:\n    raise UserErrorException('first one')\n"
        "except UserErrorException as error:\n    raise RuntimeError('second one') from error\n"
    )

    assert "ErrorResponse" not in told
    assert told.splitlines()[-1] == "RuntimeError: second one"


def test_a_hook_of_somebody_else_is_left_alone(driver):
    told = driver(
        "import sys\nsys.excepthook = lambda kind, error, trace: print(str(error))\n"
        "from azureml.exceptions import UserErrorException\nraise UserErrorException('mine')\n"
    )

    assert '"message": "mine"' in told


def test_who_catches_one_has_the_whole_text():
    with pytest.raises(UserErrorException) as caught:
        raise UserErrorException("no data")

    assert str(caught.value).startswith("UserErrorException:\n\tMessage: no data\n")
    assert '"message": "no data"' in str(caught.value)


def test_a_run_that_failed_ends_the_driver_with_its_reason(run, driver):
    run.fail("no disk: do this")

    told = driver(
        "from azureml.core import Experiment, Run, Workspace\n"
        f"run = Run(Experiment(Workspace.from_config(), 'trials'), {run.id!r})\n"
        "run.wait_for_completion(show_output=True)\n"
    )

    assert told.count("no disk: do this") == 1
    assert told.splitlines()[-1].endswith(": no disk: do this")
    with pytest.raises(ActivityFailedException, match='"message": "no disk'):
        run.wait_for_completion()


def test_without_an_exception_the_reason_is_told_once(run, capsys):
    run.fail("no disk: do this")

    run.wait_for_completion(show_output=True, raise_on_error=False)

    assert capsys.readouterr().out.count("no disk: do this") == 1


def test_a_driver_that_does_not_wait_says_that_its_run_goes_on(history, driver):
    history.runs.create("other", experiment="trials", kind="interactive", status=Status.RUNNING)

    told = driver(
        "from hyperlocal.azureml.core import Workspace\n"
        "from hyperlocal.azureml.core._run_waiting import tell_if_it_goes_on\n"
        "from hyperlocal.history import History\n"
        f"tell_if_it_goes_on(History.open({str(history.home)!r}), 'other')\n"
    )

    assert told.startswith("other goes on; watch it with `hyperlocal watch other`")
    assert len(told.splitlines()) == 1


def test_of_a_run_that_is_being_cancelled_nothing_is_said(history, driver):
    history.runs.create("other", experiment="trials", kind="interactive", status=Status.RUNNING)

    told = driver(
        "from hyperlocal.azureml.core._run_waiting import tell_if_it_goes_on\n"
        "from hyperlocal.history import History\n"
        f"history = History.open({str(history.home)!r})\n"
        "tell_if_it_goes_on(history, 'other')\n"
        "history.runs.request_cancel('other')\n"
    )

    assert told == ""


class NarrowTerminal(io.TextIOWrapper):
    def __init__(self):
        super().__init__(io.BytesIO(), encoding="ascii")

    def isatty(self):
        return True

    @property
    def written(self):
        self.flush()
        return self.buffer.getvalue().decode("ascii")


def test_a_console_of_few_characters_takes_every_text():
    stream = NarrowTerminal()

    make_console(stream).print("prépare")

    assert "pr\\xe9pare" in stream.written


def test_a_step_with_any_name_is_watched_on_a_console_of_few_characters(history):
    stream = NarrowTerminal()
    history.runs.create("p", experiment="e", kind="azureml.PipelineRun", status=Status.RUNNING)
    history.runs.create(
        "s",
        experiment="e",
        kind="azureml.StepRun",
        parent_id="p",
        status=Status.RUNNING,
        display_name="prépare",
    )

    view = _run_status._View(history, history.runs.get("p"), stream)
    view.show(history.runs.get("p"))
    view.end(history.runs.get("p"), tells_failure=True)

    assert "StepRun pr\\xe9pare (s): Running" in stream.written


@pytest.mark.parametrize("terminal", [{"PYTHONIOENCODING": "ascii"}, {"PYTHONUTF8": "0"}])
def test_trials_write_utf_8_whatever_the_terminal_of_the_driver_is(terminal, tmp_path):
    inherited = {**os.environ, "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", **terminal}
    fillings = TemplateValues(home="h", run_id="r")

    environment = environment_of(LAUNCH, {"lr": 0.1, "batch": 16}, fillings, inherited)
    done = subprocess.run(
        [sys.executable, "-c", "print('caf\\u00e9'); print(open('f', 'w').encoding)"],
        env=environment,
        capture_output=True,
        check=True,
        cwd=tmp_path,
    )

    assert done.stdout.decode("utf-8").lower().split() == ["café", "utf-8"]
