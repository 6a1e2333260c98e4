"""What becomes of a trial's process, whatever its script does."""

import sys

import pytest

from hyperlocal.domain.status import Cause, Status
from hyperlocal.domain.sweep import Job
from hyperlocal.engine import detached


@pytest.fixture
def one(lab):
    """Runs a script as a job of its own and returns the run's record."""

    def run(text, **launch):
        lab.script(text, logs=False)
        return lab.run(Job(lab.launch(**launch)))[0]

    return run


def test_what_kernels_set_for_themselves_is_not_for_trials(monkeypatch):
    for name in ("JPY_PARENT_PID", "FORCE_COLOR", "CLICOLOR_FORCE"):
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")

    told = detached.environment_for("/home")

    assert {"JPY_PARENT_PID", "FORCE_COLOR", "CLICOLOR_FORCE", "MPLBACKEND"} & told.keys() == set()
    monkeypatch.setenv("MPLBACKEND", "agg")
    assert detached.environment_for("/home")["MPLBACKEND"] == "agg"
    monkeypatch.delenv("JPY_PARENT_PID")
    assert detached.environment_for("/home")["FORCE_COLOR"] == "1"
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    assert "MPLBACKEND" not in detached.environment_for("/home")


def test_a_script_that_ends_well_is_completed(one):
    record = one("print('hello')")

    assert record.status is Status.COMPLETED
    assert (record.cause, record.reason, record.error, record.exit_code) == (None, None, None, 0)
    assert record.created_at <= record.started_at <= record.ended_at


def test_an_exception_is_the_reason_and_its_traceback_is_kept(one):
    record = one("def train():\n    raise ValueError('too hot')\ntrain()\n")

    assert (record.status, record.cause) == (Status.FAILED, Cause.SCRIPT)
    assert record.reason == "ValueError: too hot (exit code 1)"
    assert "code" not in record.error  # a word of the service: the face has it
    assert "Traceback (most recent call last):" in record.error["message"]
    assert "in train" in record.error["message"]


def test_an_exit_code_is_kept(one):
    record = one("import sys\nprint('leaving')\nsys.exit(3)")

    assert (record.status, record.exit_code) == (Status.FAILED, 3)
    assert "exit code 3" in record.reason
    assert "leaving" in record.reason


def test_a_crash_of_the_interpreter_names_the_signal(one):
    record = one("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)")

    assert (record.status, record.exit_code) == (Status.FAILED, -11)
    assert "SIGSEGV" in record.reason


def test_a_missing_script_is_named_with_what_there_is(one):
    record = one("", command=(sys.executable, "trian.py"))

    assert (record.status, record.cause) == (Status.FAILED, Cause.START)
    assert "'trian.py'" in record.reason
    assert "train.py" in record.reason


def test_a_missing_interpreter_is_named(one):
    record = one("", command=("/nowhere/python", "train.py"))

    assert (record.status, record.cause) == (Status.FAILED, Cause.START)
    assert "'/nowhere/python'" in record.reason


def test_the_output_is_readable_while_the_script_runs(lab, one):
    lab.script(
        "import sys, time\n"
        "print('out'); print('err', file=sys.stderr)\n"
        "log = open(os.environ['OUTPUT_LOG']).read()\n"
        "sys.exit(0 if log == 'out\\nerr\\n' else 1)\n"
    )

    record, _ = lab.run(
        Job(lab.launch(environment={"OUTPUT_LOG": "${run_folder}/user_logs/std_log.txt"}))
    )

    assert record.status is Status.COMPLETED, record.error


def test_a_flood_of_output_is_kept_and_costs_the_controller_nothing(lab, one):
    record = one("line = 'x' * 99 + '\\n'\nfor _ in range(1000): print(line * 1000)\n1 / 0")

    assert lab.history.folder(record.run_id).output_log.stat().st_size > 100_000_000
    assert record.reason == "ZeroDivisionError: division by zero (exit code 1)"
    assert len(record.error["message"]) < 10_000


def test_a_script_finds_its_sibling_and_its_data(lab, one):
    lab.script("ANSWER = 42", "helpers/answers.py", logs=False)
    (lab.source / "data.csv").write_text("1,2\n")

    record = one(
        "from helpers.answers import ANSWER\n"
        "assert ANSWER == 42 and open('data.csv').read() == '1,2\\n'\n"
        "assert __name__ == '__main__' and __file__.endswith('train.py')\n"
    )

    assert record.status is Status.COMPLETED, record.error


def test_outputs_and_logs_are_kept_and_the_working_copy_is_not(lab, one):
    record = one(
        "open('outputs/model.txt', 'w').write('m')\n"
        "import os; os.makedirs('logs/deep'); open('logs/deep/l.txt', 'w')\n"
        "open('scratch.txt', 'w')\n"
    )

    folder = lab.history.folder(record.run_id)
    names = folder.file_names()
    assert names == ["logs/deep/l.txt", "outputs/model.txt", "user_logs/std_log.txt"]
    assert not folder.work.exists()
    assert (folder.snapshot / "train.py").exists()


def test_a_source_file_may_have_the_name_of_a_kept_folder(lab, one):
    (lab.source / "logs").write_text("a file")

    record = one("assert open('logs').read() == 'a file'")

    assert record.status is Status.COMPLETED, record.error


def test_the_environment_is_what_the_plan_says(lab, one, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.setenv("PYTHONPATH", "/inherited")

    record = one(
        "import json, os, sys\nprint(json.dumps(dict(os.environ, cwd=os.getcwd())))",
        environment={"ID": "${run_id}", "PRICE": "$5"},
        python_path=("${working_folder}/lib",),
    )

    import json

    seen = json.loads(lab.output(record.run_id))
    work = str(lab.history.folder(record.run_id).work)
    assert seen["cwd"] == work
    assert (seen["ID"], seen["PRICE"]) == (record.run_id, "$5")
    assert seen["HYPERLOCAL_RUN_ID"] == record.run_id
    assert seen["HYPERLOCAL_HOME"] == str(lab.home)
    assert seen["PYTHONPATH"].split(":") == [f"{work}/lib", "/inherited"]
    assert seen["OMP_NUM_THREADS"] == "7"
    assert int(seen["MKL_NUM_THREADS"]) >= 1


def test_a_script_may_use_multiprocessing_of_every_kind(one):
    record = one(
        "import multiprocessing as m\n"
        "def double(x): return 2 * x\n"
        "if __name__ == '__main__':\n"
        "    for method in ('fork', 'spawn'):\n"
        "        with m.get_context(method).Pool(2) as pool:\n"
        "            assert pool.map(double, [1, 2]) == [2, 4]\n"
    )

    assert record.status is Status.COMPLETED, record.error


def test_a_script_may_use_joblib(one):
    record = one(
        "from joblib import Parallel, delayed\n"
        "if __name__ == '__main__':\n"
        "    print(Parallel(n_jobs=2)(delayed(abs)(-n) for n in range(4)))\n"
    )

    assert record.status is Status.COMPLETED, record.error


def test_what_a_finished_script_leaves_running_is_ended(lab, one):
    record = one(
        "import subprocess, sys\n"
        "sleep = [sys.executable, '-c', 'import time; time.sleep(60)']\n"
        "subprocess.Popen(sleep)\n"
        "subprocess.Popen(sleep, start_new_session=True)\n"
    )

    assert record.status is Status.COMPLETED
    assert lab.trial_processes(record.run_id) == []
