"""Marks: they pass to everything that a process starts, and say whose it is."""

import resource
import subprocess
import sys

import pytest

from hyperlocal.engine import marks
from hyperlocal.engine.marks import CONTROLLER, mark_in, mark_of, put_on, worn_by
from hyperlocal.engine.offspring import worn
from hyperlocal.engine.wearers import Wearers

SAYS_ITS_MARK = "import resource; print(resource.getrlimit(resource.RLIMIT_RTTIME)[0])"


@pytest.fixture
def sleeper():
    """Starts processes that sleep, and ends them."""
    started = []

    def sleep(mark=None):
        command = ["sleep", "60"]
        if mark is None:
            process = subprocess.Popen(command)
        else:
            with worn(mark):
                process = subprocess.Popen(command)
        started.append(process)
        return process

    yield sleep
    for process in started:
        process.kill()
        process.wait()


def test_a_mark_passes_to_programs_sessions_and_cleared_environments():
    mark = mark_of("/home", "run")
    inner = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {SAYS_ITS_MARK!r}])"

    with worn(mark):
        process = subprocess.Popen(
            [sys.executable, "-c", inner], env={}, start_new_session=True, stdout=subprocess.PIPE
        )
    said, _ = process.communicate()

    assert int(said) == mark


def test_this_process_has_no_mark_afterwards():
    before = resource.getrlimit(resource.RLIMIT_RTTIME)

    with pytest.raises(OSError, match="not started"), worn(mark_of("/home", "run")):
        raise OSError("not started")

    assert resource.getrlimit(resource.RLIMIT_RTTIME) == before


def test_marks_differ_by_home_run_and_life(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path)
    homes = [str(tmp_path), str(tmp_path / "other")]

    found = {mark_of(h, r, life) for h in homes for r in ("a", "a_1") for life in (0, 1, 2)}

    assert len(found) == 12
    assert CONTROLLER not in found
    assert mark_of(str(tmp_path / "link"), "a", 1) == mark_of(str(tmp_path), "a", 1)


def test_a_mark_is_found_by_what_its_environment_says():
    environment = {"HYPERLOCAL_HOME": "/home", "HYPERLOCAL_LIFE": "3:sweep"}

    assert mark_in(environment, "sweep_1") == mark_of("/home", "sweep_1", 3)
    assert mark_in({"HYPERLOCAL_HOME": "/home"}, "a") == mark_of("/home", "a")


def test_wearers_leave_out_what_works_for_a_later_life(sleeper):
    older, later = (sleeper(mark_of("/home", "run", life)) for life in (2, 3))

    up_to_second = Wearers("/home", ("other", "run"), up_to_life=2)

    assert up_to_second.run_of(older.pid) == "run"
    assert up_to_second.run_of(later.pid) is None
    assert Wearers("/home", ("run",)).run_of(later.pid) == "run"
    assert Wearers("/elsewhere", ("run",)).run_of(later.pid) is None


def test_killing_wearers_leaves_everybody_else_alone(sleeper):
    mine, other, plain = sleeper(mark_of("/home", "a")), sleeper(mark_of("/home", "b")), sleeper()
    controller = sleeper(CONTROLLER)

    Wearers("/home", ("a",)).kill(5.0)

    assert mine.wait(5) < 0
    assert [process.poll() for process in (other, plain, controller)] == [None] * 3


def test_a_limit_that_somebody_has_set_is_left_as_it_is(sleeper):
    process = sleeper()
    resource.prlimit(process.pid, resource.RLIMIT_RTTIME, (1_000_000, 2_000_000))

    put_on(process.pid, CONTROLLER)

    assert resource.prlimit(process.pid, resource.RLIMIT_RTTIME) == (1_000_000, 2_000_000)
    assert worn_by(process.pid) is None


def test_where_there_are_no_marks_nothing_fails(monkeypatch, sleeper):
    monkeypatch.setattr(marks, "_IS_POSSIBLE", False)

    process = sleeper(mark_of("/home", "a"))
    Wearers("/home", ("a",)).kill(1.0)

    assert worn_by(process.pid) is None
    assert process.poll() is None


def test_a_process_that_is_gone_has_no_mark(sleeper):
    process = sleeper(CONTROLLER)
    assert worn_by(process.pid) == CONTROLLER
    process.kill()
    process.wait()

    assert worn_by(process.pid) is None
    put_on(process.pid, CONTROLLER)
