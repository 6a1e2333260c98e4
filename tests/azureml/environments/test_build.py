"""Environments of their own: real ones, from a wheel in a folder."""

import json
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from hyperlocal.azureml.core import Environment
from hyperlocal.errors import BuildError
from hyperlocal.services.environments.build import built
from hyperlocal.services.environments.specification import specification_of

DRIVER = """
import json, sys
from azureml.core import Environment, Experiment, ScriptRunConfig, Workspace
config = ScriptRunConfig("src", "train.py")
config.run_config.environment = Environment.from_conda_specification("tiny", "conda.yml")
run = Experiment(Workspace.from_config(), "built").submit(config)
run.wait_for_completion(raise_on_error=False)
print(json.dumps([run.get_status(), run.get_metrics(), run.get_details().get("error"), run.id]))
"""

TRAIN = """
import subprocess, sys
import tinypackage
from importlib.util import find_spec
from azureml.core import Run
run = Run.get_context()
run.log("answer", tinypackage.ANSWER)
run.log_list("list", [1, 2])
run.log_row("row", a=1, b=2.5)
run.tag("of", "trial")
with open("outputs/model.txt", "w") as file:
    file.write("x")
run.upload_file("outputs/copy.txt", "outputs/model.txt")
has_own = {name: find_spec(name) is not None for name in ("numpy", "hyperlocal", "pip")}
run.log("libraries", str(has_own))
run.log("same python", subprocess.check_output(["python", "-c", "import sys; print(sys.prefix)"],
        text=True).strip() == sys.prefix)
"""


@pytest.fixture
def asked(conda_file):
    def of(*lines, **how):
        return specification_of(
            Environment.from_conda_specification("tiny", conda_file(*lines, **how))
        )

    return of


def output_of(interpreter, text):
    return subprocess.run(
        [interpreter, "-c", text], capture_output=True, text=True, check=True
    ).stdout.strip()


def test_trials_run_in_it(tmp_path, conda_file, hyperlocal):
    conda_file("azureml-defaults", "tinypackage==1.2")
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "train.py").write_text(TRAIN)
    (tmp_path / "driver.py").write_text(DRIVER)

    done = hyperlocal("run", "--environment", "build", "driver.py")

    status, metrics, error, _ = json.loads(done.stdout.splitlines()[-1])
    assert (status, error) == ("Completed", None)
    assert metrics["answer"] == 42
    assert metrics["libraries"] == "{'numpy': False, 'hyperlocal': True, 'pip': False}"
    assert metrics["same python"] in (True, 1)
    assert "hyperlocal: making an environment for 'tiny', once" in done.stderr
    assert "Warning" not in done.stderr
    again = hyperlocal("run", "driver.py", HYPERLOCAL_ENVIRONMENT="build")
    assert json.loads(again.stdout.splitlines()[-1])[0] == "Completed"
    assert again.stderr == ""


def test_without_it_what_is_missing_is_told_once(tmp_path, conda_file, hyperlocal):
    conda_file("tinypackage==1.2")
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "train.py").write_text(TRAIN)
    (tmp_path / "driver.py").write_text(DRIVER)

    done = hyperlocal("run", "driver.py")

    run_id = json.loads(done.stdout.splitlines()[-1])[3]
    missing = "train.py imports a package that is not installed: tinypackage. "
    for told in (done.stderr, hyperlocal("show", run_id).stdout):
        assert told.count("missing: tinypackage==1.2. Trials run in it all the same.") == 1
        assert told.count(f"{missing}pip install tinypackage") == 1
    assert "driver.py:6: UserWarning: " in done.stderr


def test_the_same_contents_are_built_once(asked, home):
    first = built(asked("tinypackage"), str(home))
    made = Path(first).stat().st_mtime_ns

    assert built(asked("tinypackage", name="other.yml"), str(home)) == first
    assert Path(first).stat().st_mtime_ns == made
    assert built(asked("tinypackage==1.2"), str(home)) != first
    assert output_of(first, "import tinypackage; print(tinypackage.ANSWER)") == "42"


def test_several_at_once_build_it_once(asked, home, capfd):
    specification, found = asked("tinypackage"), []

    threads = [
        threading.Thread(target=lambda: found.append(built(specification, str(home))))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 3
    assert len(set(found)) == 1
    assert capfd.readouterr().err.count("making an environment") == 1


def test_half_of_an_environment_is_made_anew(asked, home):
    interpreter = built(asked("tinypackage"), str(home))
    folder = Path(interpreter).parents[1]
    (folder / "hyperlocal-ready.json").unlink()
    shutil.rmtree(folder / "lib")

    assert built(asked("tinypackage"), str(home)) == interpreter
    assert output_of(interpreter, "import tinypackage; print(tinypackage.ANSWER)") == "42"


def test_a_failure_shows_what_pip_said(asked, home):
    with pytest.raises(BuildError) as failure:
        built(asked("tinypackage==9.9"), str(home))

    text = str(failure.value)
    assert "The environment 'tiny' could not be made" in text
    assert "No matching distribution found for tinypackage==9.9" in text
    logs = list((home / "environments").glob("*.log"))
    assert len(logs) == 1
    assert str(logs[0]) in text
    assert not logs[0].with_suffix("").exists()


def test_uv_is_used_where_there_is_one(asked, home, tmp_path, monkeypatch):
    tools = tmp_path / "tools"
    tools.mkdir()
    uv = tools / "uv"
    uv.write_text(
        f"#!{sys.executable}\nimport subprocess, sys\nprint('uv', *sys.argv[1:])\n"
        "if sys.argv[1] == 'venv':\n"
        f"    subprocess.run([{sys.executable!r}, '-m', 'venv', '--without-pip', sys.argv[-1]])\n"
    )
    uv.chmod(0o755)
    monkeypatch.setenv("PATH", str(tools), prepend=":")

    interpreter = built(asked("tinypackage"), str(home))

    log = Path(interpreter).parents[1].with_suffix(".log").read_text().splitlines()
    assert [line for line in log if line.startswith("uv ")] == [
        f"uv venv --quiet --python {sys.executable} {Path(interpreter).parents[1]}",
        f"uv pip install --python {interpreter} -r {Path(interpreter).parents[1]}.txt",
    ]


@pytest.mark.parametrize("python", ["3.6.8", "3.99"])
def test_a_python_that_is_not_there_or_too_old_gives_this_one(asked, home, python):
    interpreter = built(asked("tinypackage", python=python), str(home))

    text = "import sys; print(*sys.version_info[:2])"
    assert output_of(interpreter, text) == output_of(sys.executable, text)


def test_a_setting_that_does_not_exist_is_refused(tmp_path, conda_file, hyperlocal):
    conda_file("tinypackage")
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "train.py").write_text("")
    (tmp_path / "driver.py").write_text(DRIVER)

    done = hyperlocal("run", "driver.py", HYPERLOCAL_ENVIRONMENT="new")

    assert "HYPERLOCAL_ENVIRONMENT is 'new', but must be 'current'" in done.stderr
