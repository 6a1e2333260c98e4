"""Semaphores: never too many, in turn, and whatever becomes of who holds or waits."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from hyperlocal.engine import semaphore
from hyperlocal.engine.semaphore import Semaphore

# Takes a permit of the folder, says so, and keeps it until its input ends.
HOLDER = """
import sys
from hyperlocal.engine.semaphore import Semaphore
permit = Semaphore(sys.argv[1], int(sys.argv[2])).acquire(lambda: False)
print("in", flush=True)
sys.stdin.read()
permit.release()
"""

PATIENCE_S = 20.0


def eventually(condition):
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.005)


@pytest.fixture
def holder(tmp_path):
    """Start processes that take a permit of the folder `s`."""
    started = []

    def start(size):
        process = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(tmp_path / "s"), str(size)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def process():
    """Start a process that does nothing."""
    started = []

    def start():
        started.append(subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE))
        return started[-1]

    yield start
    for each in started:
        each.kill()
        each.communicate()


@pytest.fixture
def new(tmp_path):
    """Make semaphores as different processes would, all for the folder `s`."""
    return lambda size, lender=None: Semaphore(str(tmp_path / "s"), size, lender)


def n_waiting(tmp_path):
    folder = tmp_path / "s" / "waiting"
    return len(os.listdir(folder)) if folder.exists() else 0


def never():
    return False


def test_there_are_as_many_permits_as_it_is_large(new):
    permits = [new(2).try_acquire() for _ in range(3)]

    assert [permit is not None for permit in permits] == [True, True, False]
    permits[0].release()
    assert new(2).try_acquire() is not None


def test_each_size_counts_all_holders(new):
    large = [new(4).try_acquire() for _ in range(2)]

    assert new(2).try_acquire() is None
    large.pop().release()
    assert new(2).try_acquire() is not None


def test_many_at_once_are_never_too_many(new):
    lock, inside, most, n_through = threading.Lock(), 0, 0, 0

    def pass_through(_):
        nonlocal inside, most, n_through
        permit = new(3).acquire(never)
        with lock:
            inside += 1
            most, n_through = max(most, inside), n_through + 1
        time.sleep(0.002)
        with lock:
            inside -= 1
        permit.release()

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(pass_through, range(60)))

    assert most <= 3
    assert n_through == 60


def test_turns_go_by_who_came_first(new, tmp_path):
    first, order, threads = new(1).try_acquire(), [], []

    def wait(number):
        permit = new(1).acquire(never)
        order.append(number)
        permit.release()

    for number in range(5):
        threads.append(threading.Thread(target=wait, args=(number,)))
        threads[-1].start()
        eventually(lambda: n_waiting(tmp_path) == len(threads))
    first.release()
    for thread in threads:
        thread.join(PATIENCE_S)

    assert order == list(range(5))


def test_who_goes_again_and_again_lets_others_in(new, tmp_path):
    busy, other, n_passed, is_in = new(1), new(1), 0, threading.Event()
    permit = busy.acquire(never)

    def wait():
        got = other.acquire(never)
        is_in.set()
        got.release()

    thread = threading.Thread(target=wait)
    thread.start()
    eventually(lambda: n_waiting(tmp_path) == 1)
    while not is_in.is_set() and n_passed < 100:
        permit.release()
        permit, n_passed = busy.acquire(never), n_passed + 1
    thread.join(PATIENCE_S)

    # Not always 1: it may have passed one who had drawn a number, and not yet locked it.
    assert n_passed <= 3


def test_of_one_process_only_one_stands_in_line(new, tmp_path):
    first, mine, threads = new(1).try_acquire(), new(1), []
    for _ in range(4):
        threads.append(
            threading.Thread(target=lambda: mine.acquire(never, told.append(1) or never).release())
        )
    told = []
    for thread in threads:
        thread.start()
    eventually(lambda: len(told) == 4 and n_waiting(tmp_path) == 1)

    seen = [n_waiting(tmp_path) for _ in range(50) if not time.sleep(0.002)]
    first.release()
    for thread in threads:
        thread.join(PATIENCE_S)

    assert set(seen) == {1}


def test_waiting_ends_when_it_has_become_pointless(new, tmp_path):
    permit, is_over, told = new(1).try_acquire(), threading.Event(), []
    with ThreadPoolExecutor(1) as pool:
        waits = pool.submit(new(1).acquire, is_over.is_set, lambda: told.append("waits"))
        eventually(lambda: n_waiting(tmp_path) == 1)

        is_over.set()

        assert waits.result(PATIENCE_S) is None
    assert told == ["waits"]
    assert n_waiting(tmp_path) == 0
    permit.release()


def test_who_is_killed_gives_back_its_permit_and_its_turn(holder, new, tmp_path):
    inside = holder(1)
    assert inside.stdout.readline() == "in\n"
    waiting = holder(1)
    eventually(lambda: n_waiting(tmp_path) == 1)

    waiting.kill()
    inside.kill()

    assert new(1).acquire(never) is not None


def test_who_is_paused_keeps_its_permit_and_nothing_else(holder, new):
    paused = holder(2)
    assert paused.stdout.readline() == "in\n"
    os.kill(paused.pid, signal.SIGSTOP)

    second = new(2).acquire(never)

    assert new(2).try_acquire() is None
    second.release()
    assert new(2).try_acquire() is not None


def test_who_is_paused_while_it_waits_lets_others_go_before(holder, new, tmp_path):
    permit = new(1).try_acquire()
    waiting = holder(1)
    eventually(lambda: n_waiting(tmp_path) == 1)
    os.kill(waiting.pid, signal.SIGSTOP)

    with ThreadPoolExecutor(1) as pool:
        waits = pool.submit(new(1).acquire, never)
        eventually(lambda: n_waiting(tmp_path) == 2)
        permit.release()
        other = waits.result(PATIENCE_S)

    assert n_waiting(tmp_path) == 1
    other.release()
    os.kill(waiting.pid, signal.SIGCONT)
    assert waiting.stdout.readline() == "in\n"


@pytest.mark.parametrize("is_reaped", [True, False], ids=["reaped", "zombie"])
def test_a_place_is_taken_while_the_process_lives_that_it_is_for(
    process, tmp_path, new, is_reaped
):
    trial = process()
    start = psutil.Process(trial.pid).create_time()
    starter = (
        "import os, sys, signal; from hyperlocal.engine.semaphore import Semaphore\n"
        "permit = Semaphore(sys.argv[1], 1).try_acquire()\n"
        f"permit.name({trial.pid}, {start!r})\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    ended = subprocess.run([sys.executable, "-c", starter, str(tmp_path / "s")], check=False)
    assert ended.returncode == -signal.SIGKILL
    with ThreadPoolExecutor(1) as pool:
        until = time.monotonic() + 2 * PATIENCE_S
        waits = pool.submit(new(1).acquire, lambda: time.monotonic() > until)
        eventually(lambda: n_waiting(tmp_path) == 1)
        looked_at = time.monotonic()
        eventually(lambda: time.monotonic() > looked_at + 0.3)  # three looks for the dead
        assert not waits.done()

        trial.kill()
        if is_reaped:
            trial.wait()

        assert waits.result(PATIENCE_S) is not None


def test_a_process_that_nobody_ends_after_its_starter_keeps_no_place_for_ever(new, monkeypatch):
    left_alone = new(1).try_acquire()
    left_alone.name(os.getpid(), psutil.Process().create_time())
    descriptor, left_alone._lock.descriptor = left_alone._lock.descriptor, None
    os.close(descriptor)  # as when the process that held it is killed
    assert new(1).try_acquire() is None

    monkeypatch.setattr(semaphore, "_ENDED_WITHIN_S", 0.05)

    assert new(1).acquire(never) is not None


def test_a_number_that_a_stranger_has_since_takes_no_place(new):
    stale = new(1).try_acquire()
    stale.name(os.getpid(), 1.0)
    descriptor, stale._lock.descriptor = stale._lock.descriptor, None
    os.close(descriptor)  # as when the process that held it is killed

    assert new(1).acquire(never) is not None


def test_a_place_is_lent_to_one_at_a_time(new):
    outer = new(1).try_acquire()

    first = new(1, outer.path).try_acquire()

    assert first is not None
    assert new(1, outer.path).try_acquire() is None
    assert new(1).try_acquire() is None
    first.release()
    again = new(1, outer.path).try_acquire()
    innermost = new(1, again.path).try_acquire()  # which is lent what was lent
    assert innermost is not None
    outer.release()
    assert new(1).try_acquire() is None  # what runs on a lent place still takes it
    again.release()
    innermost.release()
    assert new(1).try_acquire() is not None
