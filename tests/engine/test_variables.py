"""Which variables of who starts a sweep reach its trials, and which of them are told."""

import json
import os
from pathlib import Path

import pytest

from hyperlocal.domain.status import Status
from hyperlocal.domain.sweep import Job
from hyperlocal.engine.circumstances import Circumstances
from hyperlocal.engine.passed_on import is_strict, passed_on
from hyperlocal.engine.variables_read import only_passed_on, read_by
from hyperlocal.errors import SweepError

SEEN = "import json, os; print(json.dumps(dict(os.environ)))"


def write(folder, **files):
    for name, text in files.items():
        path = folder / f"{name.replace('_in_parts', '')}.py"
        if name.endswith("_in_parts"):
            path = folder / "parts" / path.name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return folder / "train.py"


@pytest.mark.parametrize(
    "text",
    [
        "import os; os.environ['KEY']",
        "import os; print(os.environ.get('KEY', 'none'))",
        "import os; os.getenv('KEY')",
        "import os; os.environ.pop('KEY', None)",
        "from os import environ; environ['KEY']",
        "from os import getenv\ndef f():\n    return getenv('KEY')",
        "import os\nif 'KEY' in os.environ: pass",
        "import os\nif 'KEY' not in os.environ: raise SystemExit",
    ],
)
def test_a_variable_that_is_read(tmp_path, text):
    assert read_by(write(tmp_path, train=text)) == {"KEY": "train.py"}


@pytest.mark.parametrize(
    "text",
    [
        "import os; os.environ['KEY'] = '1'; os.environ['KEY']",
        "import os; os.environ.setdefault('KEY', '1')",
        "import os; name = 'KEY'; os.environ[name]",
        "settings = {'KEY': 1}; settings['KEY']; settings.get('KEY')",
        "import os; 'KEY' == os.environ",
        "def broken(",
    ],
)
def test_no_variable_that_is_read(tmp_path, text):
    assert read_by(write(tmp_path, train=text)) == {}


def test_modules_beside_the_script_are_read_too(tmp_path):
    script = write(
        tmp_path,
        train="import json, helper\nfrom parts import first",
        helper="import os, train; os.getenv('A')",
        __init___in_parts="import os; os.getenv('B')",
        first_in_parts="import os; from .second import f; os.getenv('C')",
        second_in_parts="import os; from . import third; os.getenv('E')",
        third_in_parts="import os; from ..helper import f; os.getenv('F')",
        unused="import os; os.getenv('D')",
    )

    assert read_by(script) == {
        "A": "helper.py",
        "B": "parts/__init__.py",
        "C": "parts/first.py",
        "E": "parts/second.py",
        "F": "parts/third.py",
    }


def test_only_what_nobody_but_the_starter_sets_is_told(tmp_path):
    script = write(
        tmp_path,
        train="import os\nfor n in 'X': os.getenv('A'), os.getenv('B')\n"
        "os.getenv('C'), os.getenv('HOME'), os.getenv('HYPERLOCAL_RUN_ID')",
    )
    starter = {"A": "1", "B": "2", "HOME": "/", "HYPERLOCAL_RUN_ID": "x"}

    assert only_passed_on(script, {"B": "3"}, starter) == {"A": "train.py"}


def test_everything_is_passed_on_unless_strict():
    shell = {"PATH": "/bin", "LC_ALL": "C", "HYPERLOCAL_HOME": "h"}
    variables = {**shell, "WANDB_API_KEY": "1", "PYTHONPATH": "x", "CUDA_VISIBLE_DEVICES": ""}

    assert passed_on(variables) == variables
    strict = {**variables, "HYPERLOCAL_STRICT": "1"}
    assert passed_on(strict) == {**shell, "HYPERLOCAL_STRICT": "1"}


def test_strict_is_one_or_zero():
    assert [is_strict({"HYPERLOCAL_STRICT": text}) for text in ("", "0", "1")] == [0, 0, 1]
    with pytest.raises(SweepError, match="HYPERLOCAL_STRICT is 'true', but must be 1"):
        is_strict({"HYPERLOCAL_STRICT": "true"})


def test_the_log_says_what_trials_have_only_from_the_starter(lab, monkeypatch):
    monkeypatch.setenv("MY_TOKEN", "secret-text")
    monkeypatch.setenv("GIVEN", "1")
    lab.script("os.environ['MY_TOKEN'], os.getenv('GIVEN'), os.getenv('NOWHERE')")

    parent, _ = lab.run(lab.sweep(log_file="log.txt", environment={"GIVEN": "2"}))

    assert parent.status is Status.COMPLETED
    log = (lab.history.folder(parent.run_id).path / "log.txt").read_text()
    assert log.count("train.py reads MY_TOKEN") == 1
    assert "GIVEN" not in log
    assert "NOWHERE" not in log
    assert "secret-text" not in log


@pytest.mark.parametrize("start", ["fresh", "auto"])
def test_strictly_trials_have_what_a_login_shell_has(lab, monkeypatch, start):
    monkeypatch.setenv("HYPERLOCAL_STRICT", "1")
    monkeypatch.setenv("HYPERLOCAL_TRIAL_START", start)
    monkeypatch.setenv("MY_TOKEN", "1")
    lab.script(SEEN, logs=False)

    _, trials = lab.run(lab.sweep(environment={"GIVEN": "2"}))
    single, _ = lab.run(Job(lab.launch(flags={})))

    for run in (*trials, single):
        seen = json.loads(lab.output(run.run_id))
        assert "MY_TOKEN" not in seen
        assert seen["PATH"] == os.environ["PATH"]
        assert seen["HYPERLOCAL_RUN_ID"] == run.run_id
    assert json.loads(lab.output(trials[0].run_id))["GIVEN"] == "2"


@pytest.mark.parametrize(("strict", "told"), [("0", "MY_TOKEN (missing)"), ("1", None)])
def test_what_trials_do_not_get_makes_no_difference_to_a_resumed_sweep(strict, told):
    shell = {"HYPERLOCAL_STRICT": strict, "HOME": "/home/me"}
    first = Circumstances.present(str(Path.cwd()), {**shell, "MY_TOKEN": "1"}, "salt")

    assert first.difference(shell) == told
    assert first.environment({"HYPERLOCAL_STRICT": "0" if strict == "1" else "1"}) == {
        "HYPERLOCAL_STRICT": strict
    }
