"""Who controls a run, whoever looks at it, and wherever they look from."""

import os
import shutil
import signal
import subprocess
import sys
import threading

import psutil
import pytest

from hyperlocal import engine
from hyperlocal.domain.status import Cause, Status
from hyperlocal.engine import ownership, recovery, resumption
from hyperlocal.errors import FencedError, RunStateError
from hyperlocal.history import History
from hyperlocal.history.fence import Fence
from hyperlocal.history.lock import Lock, is_held

WITNESS = """
import fcntl
with open(os.environ['WITNESS'], 'a') as witness:
    witness.write(RUN + '\\n')
log('ready', 1)
while not os.path.exists(os.environ['GO']):
    time.sleep(0.01)
log('accuracy', 1.0)
"""
RESUME = "import sys; from hyperlocal import engine; from hyperlocal.history import History; "
OWN_PROCESSES = ["unshare", "--pid", "--fork", "--mount-proc"]


def has_own_processes():
    """Whether this machine lets a test start a container of a kind."""
    if shutil.which("unshare") is None:
        return False
    return (
        subprocess.run([*OWN_PROCESSES, "true"], capture_output=True, check=False).returncode == 0
    )


@pytest.fixture
def go(lab):
    return lab.source.parent / "go"


@pytest.fixture
def started(lab, go):
    """The ids of trials, one for each start."""
    witness = lab.source.parent / "witness"
    return lambda: witness.read_text().split() if witness.exists() else []


@pytest.fixture
def waiting(lab, go):
    """The id of a sweep of four trials, whose first has started and waits."""
    lab.script(WITNESS)
    witness = str(lab.source.parent / "witness")
    run_id = lab.start(
        lab.sweep(trials=4, at_once=1, environment={"WITNESS": witness, "GO": str(go)})
    )
    wait_for_first(lab, run_id)
    return run_id


def wait_for_first(lab, run_id):
    lab.eventually(lambda: lab.history.metrics.points(f"{run_id}_0", "ready"))
    lab.eventually(lambda: lab.history.runs.get(run_id).status is Status.RUNNING)


def kill_controller(lab, run_id):
    """Kill the controller and its watchdog; return what nobody has settled yet."""
    controller = psutil.Process(lab.history.runs.get(run_id).pid)
    for each in [c for c in controller.children() if "HYPERLOCAL_LIFE" not in c.environ()]:
        each.kill()
    controller.kill()
    lab.eventually(lambda: not ownership.is_owned(lab.history, lab.history.runs.get(run_id)))


def python(code, *arguments, **options):
    return subprocess.Popen([sys.executable, "-c", code, *map(str, arguments)], **options)


def resume_elsewhere(lab, run_id):
    code = RESUME + "engine.resume(History.open(sys.argv[1]), sys.argv[2])"
    assert python(code, lab.home, run_id).wait(timeout=30) == 0


def assert_whole(lab, run_id, started, again=1):
    record, trials = lab.wait(run_id)
    assert record.status is Status.COMPLETED
    assert [t.status for t in trials] == [Status.COMPLETED] * 4
    for trial in trials:
        assert [p.value for p in lab.history.metrics.points(trial.run_id, "accuracy")] == [1.0]
    assert sorted(started()) == sorted([*([f"{run_id}_0"] * again), *(t.run_id for t in trials)])


def test_who_submitted_a_sweep_may_look_at_it_after_another_has_resumed_it(
    lab, waiting, go, started
):
    kill_controller(lab, waiting)
    resume_elsewhere(lab, waiting)
    lab.eventually(lambda: len(started()) == 2)

    looks = [engine.settle(lab.history, waiting).status for _ in range(20)]

    assert Status.FAILED not in looks
    go.touch()
    assert_whole(lab, waiting, started)


@pytest.mark.skipif(not has_own_processes(), reason="namespaces are not allowed here")
@pytest.mark.parametrize("looks_at", ["", "_0"])
def test_a_look_from_another_container_leaves_a_living_sweep_alone(
    lab, waiting, go, started, looks_at
):
    code = RESUME + "print(engine.settle(History.open(sys.argv[1]), sys.argv[2]).status.value)"

    seen = subprocess.run(
        [*OWN_PROCESSES, sys.executable, "-c", code, str(lab.home), waiting + looks_at],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()

    assert seen == ["Running"]
    go.touch()
    assert_whole(lab, waiting, started, again=0)


@pytest.mark.skipif(not has_own_processes(), reason="namespaces are not allowed here")
def test_a_run_that_a_script_opened_in_another_container_is_not_declared_dead(lab, tmp_path):
    code = (
        "import sys; from hyperlocal import engine; from hyperlocal.history import History; "
        "from hyperlocal.domain.status import Status; h = History.open(sys.argv[1]); "
        "h.runs.create('other', experiment='e', kind='interactive', status=Status.RUNNING); "
        "h.runs.update('other', owner=engine.own(h.home)); print('open', flush=True); input()"
    )
    opener = subprocess.Popen(
        [*OWN_PROCESSES, sys.executable, "-c", code, str(lab.home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert opener.stdout.readline() == b"open\n"

    while_open = engine.settle(lab.history, "other")
    for child in psutil.Process(opener.pid).children(recursive=True):
        child.kill()
    opener.communicate()
    record = engine.settle(lab.history, "other")

    assert while_open.status is Status.RUNNING
    assert (record.status, record.cause) == (Status.FAILED, Cause.INTERRUPTED)


def test_of_eight_who_resume_at_once_one_wins_and_the_others_touch_nothing(
    lab, waiting, go, started
):
    kill_controller(lab, waiting)
    gate = lab.source.parent / "gate"
    code = (
        RESUME + "import os, time\n"
        "history = History.open(sys.argv[1])\n"
        "print('ready', flush=True)\n"
        "while not os.path.exists(sys.argv[3]): pass\n"
        "engine.resume(history, sys.argv[2])"
    )
    resumers = [
        python(code, lab.home, waiting, gate, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(8)
    ]
    for each in resumers:
        assert each.stdout.readline() == b"ready\n"

    gate.touch()
    errors = [each.communicate(timeout=30)[1].decode() for each in resumers]

    assert sum(each.returncode == 0 for each in resumers) == 1
    lost = [error.splitlines()[-1] for error in errors if error]
    assert all("cannot be resumed" in line for line in lost)
    go.touch()
    assert_whole(lab, waiting, started)


def test_a_paused_controller_keeps_its_run(lab, waiting, go, started):
    controller = lab.history.runs.get(waiting).pid
    os.kill(controller, signal.SIGSTOP)
    try:
        seen = engine.settle(lab.history, waiting).status
        with pytest.raises(RunStateError, match="going on"):
            engine.resume(lab.history, waiting)
    finally:
        os.kill(controller, signal.SIGCONT)

    assert seen is Status.RUNNING
    go.touch()
    assert_whole(lab, waiting, started, again=0)


@pytest.mark.parametrize("gap", ["before the life", "after the life", "after the processes"])
def test_while_who_settles_a_run_is_paused_nobody_hangs_and_nobody_else_owns_it(
    lab, waiting, go, started, gap, monkeypatch
):
    kill_controller(lab, waiting)
    where = {
        "before the life": "from hyperlocal.history.resumptions import Resumptions as o; "
        "name = 'begin'\n",
        "after the life": "import hyperlocal.engine.recovery as o; name = 'end_processes'\n",
        "after the processes": "import hyperlocal.engine.recovery as o; "
        "name = 'kept_folders_of'\n",
    }
    code = (
        RESUME + "import os, signal\n" + where[gap] + "original = getattr(o, name)\n"
        "def paused(*given, **named):\n"
        "    os.kill(os.getpid(), signal.SIGSTOP)\n"
        "    return original(*given, **named)\n"
        "setattr(o, name, paused)\n"
        "engine.settle(History.open(sys.argv[1]), sys.argv[2])"
    )
    settler = psutil.Popen([sys.executable, "-c", code, str(lab.home), waiting])
    lab.eventually(lambda: settler.status() == psutil.STATUS_STOPPED)
    monkeypatch.setattr(resumption, "_WAITS_S", 0.1)

    seen = engine.settle(lab.history, waiting).status
    with pytest.raises(RunStateError):
        engine.resume(lab.history, waiting)
    settler.send_signal(signal.SIGCONT)
    assert settler.wait(timeout=30) == 0
    engine.resume(lab.history, waiting)

    assert not seen.is_terminal
    go.touch()
    assert_whole(lab, waiting, started)


@pytest.mark.parametrize("is_killed", [False, True])
@pytest.mark.parametrize("gap", ["before it reopens", "before it starts the controller"])
def test_who_resumes_may_be_paused_or_die_in_every_gap(
    lab, waiting, go, started, gap, is_killed, monkeypatch
):
    kill_controller(lab, waiting)
    engine.settle(lab.history, waiting)
    where = {
        "before it reopens": "from hyperlocal.history.resumptions import Resumptions as o; "
        "name = 'reopen'\n",
        "before it starts the controller": "import hyperlocal.engine.detached as o; "
        "name = 'start'\n",
    }
    code = (
        RESUME + "import os, signal\n" + where[gap] + "original = getattr(o, name)\n"
        "def paused(*given, **named):\n"
        "    os.kill(os.getpid(), signal.SIGSTOP)\n"
        "    return original(*given, **named)\n"
        "setattr(o, name, paused)\n"
        "engine.resume(History.open(sys.argv[1]), sys.argv[2])"
    )
    resumer = psutil.Popen([sys.executable, "-c", code, str(lab.home), waiting])
    lab.eventually(lambda: resumer.status() == psutil.STATUS_STOPPED)
    monkeypatch.setattr(resumption, "_WAITS_S", 0.1)
    with pytest.raises(RunStateError):
        engine.resume(lab.history, waiting)
    engine.settle(lab.history, waiting)

    if is_killed:
        resumer.kill()
        resumer.wait(timeout=30)
        engine.resume(lab.history, waiting)
    else:
        resumer.send_signal(signal.SIGCONT)
        assert resumer.wait(timeout=30) == 0

    go.touch()
    assert_whole(lab, waiting, started)


def test_a_trial_that_outlives_its_controller_out_of_reach_writes_no_more(
    lab, waiting, go, started, monkeypatch
):
    (trial,) = lab.trial_processes(f"{waiting}_0")
    trial.suspend()
    kill_controller(lab, waiting)
    # As if it ran in another container, where nobody here can end it.
    monkeypatch.setattr(recovery, "end_processes", lambda *_, **__: None)
    monkeypatch.setattr(resumption, "end_processes", lambda *_, **__: None)
    engine.resume(lab.history, waiting)
    lab.eventually(lambda: len(started()) == 2)

    go.touch()
    trial.resume()

    assert_whole(lab, waiting, started)


# What the database refuses.


@pytest.fixture
def sweep(lab):
    lab.script("pass", logs=False)
    run_id = lab.record(lab.sweep())
    lab.history.runs.create(
        f"{run_id}_0", experiment="tests", kind="trial", parent_id=run_id, parameters={"x": 1}
    )
    return run_id


WRITES = {
    "a metric": lambda h, run_id: h.metrics.add(run_id, "m", 1.0, kind="float"),
    "metrics": lambda h, run_id: h.metrics.add_many(run_id, "m", [("float", 1.0)]),
    "a status": lambda h, run_id: h.runs.set_status(run_id, Status.RUNNING),
    "an end": lambda h, run_id: h.runs.finish(run_id, Status.COMPLETED),
    "a trial": lambda h, run_id: h.runs.create("n", experiment="e", kind="k", parent_id=run_id),
    "a tag": lambda h, run_id: h.runs.edit_tags(run_id, put={"a": "b"}),
    "a warning": lambda h, run_id: h.runs.add_warning(run_id, "beware"),
    "a decision": lambda h, run_id: h.decisions.add(run_id, 1, stop=True, reason="bad"),
    "an asset": lambda h, run_id: h.assets.add("model", "m", {}),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_an_older_life_writes_nothing(lab, sweep, write):
    older = History.open(lab.home, fence=Fence(sweep, 1))
    newer = History.open(lab.home, fence=Fence(sweep, 2))
    write_before = older.runs.add_warning(sweep, "in time")

    assert lab.history.resumptions.begin(sweep) == 2
    with pytest.raises(FencedError, match="too late"):
        write(older, f"{sweep}_0")
    write(newer, f"{sweep}_0")

    assert write_before is None
    older.close()
    newer.close()


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_trial_writes_nothing_after_its_end(lab, sweep, write):
    trial = History.open(lab.home, fence=Fence(sweep, 1, f"{sweep}_0"))
    write(trial, f"{sweep}_0")
    lab.history.runs.finish(f"{sweep}_0", Status.COMPLETED)

    with pytest.raises(FencedError, match="has ended"):
        WRITES["a metric"](trial, f"{sweep}_0")
    with pytest.raises(FencedError, match="has ended"):
        WRITES["a tag"](trial, sweep)  # of another run, too

    trial.close()


def test_a_refused_transaction_leaves_nothing_of_itself(lab, sweep):
    older = History.open(lab.home, fence=Fence(sweep, 1))
    lab.history.resumptions.begin(sweep)

    with pytest.raises(FencedError), older._database.writing() as connection:
        connection.execute("UPDATE run SET kind = 'other'")
    older.close()

    assert lab.history.runs.get(sweep).kind == "sweep"


def test_a_home_without_the_run_refuses_nothing(lab, tmp_path):
    other = History.open(tmp_path / "other", fence=Fence("run-1", 1, "run-1_0"))

    other.runs.create("mine", experiment="e", kind="k")

    assert other.runs.get("mine").kind == "k"
    other.close()


def test_runs_that_a_trial_has_opened_end_with_it(lab):
    lab.script(
        "from hyperlocal.domain.status import Status\n"
        "HISTORY.runs.create(RUN + '-child', experiment='e', kind='k', parent_id=RUN, "
        "status=Status.RUNNING)\n"
        "log('accuracy', 1.0)\n"
        "if NUMBER == 0: os.kill(os.getpid(), 9)\n"
    )

    _, (killed, completed) = lab.run(lab.sweep(trials=2, at_once=1))

    children = [lab.history.runs.get(f"{each.run_id}-child") for each in (killed, completed)]
    assert [c.status for c in children] == [Status.FAILED, Status.COMPLETED]
    assert all("its parent, has ended" in c.reason for c in children)


# The lock.


def test_a_lock_is_free_when_its_process_is_killed(tmp_path):
    path = str(tmp_path / "deep" / "a.lock")
    code = (
        "import sys; from hyperlocal.history.lock import Lock; "
        "lock = Lock.take(sys.argv[1]); print('mine', flush=True); input()"
    )
    holder = python(code, path, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout.readline() == b"mine\n"
    assert Lock.take(path) is None
    assert is_held(path)

    holder.kill()
    holder.communicate()

    assert not is_held(path)
    with Lock.take(path):
        assert Lock.take(path) is None
    assert not os.path.exists(path)


def test_a_fork_does_not_hold_its_parents_lock(tmp_path):
    lock = Lock.take(str(tmp_path / "a.lock"))
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(writer)
        os.read(reader, 1)
        os._exit(0)
    os.close(reader)

    lock.release()

    assert not is_held(lock.path)
    os.close(writer)
    os.waitpid(child, 0)


def test_one_of_many_takes_a_lock_whose_file_comes_and_goes(tmp_path):
    path, holders, most = str(tmp_path / "a.lock"), [], []

    def contend():
        for _ in range(200):
            lock = Lock.take(path)
            if lock is not None:
                holders.append(lock)
                most.append(len(holders))
                holders.remove(lock)
                lock.release(remove=True)

    threads = [threading.Thread(target=contend) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(most) == {1}


def test_nobody_else_may_use_the_id_of_a_run_that_is_being_submitted(lab):
    with (
        engine.claim(lab.home, "chosen"),
        pytest.raises(RunStateError, match="'chosen' is being submitted"),
    ):
        engine.claim(lab.home, "chosen")

    engine.claim(lab.home, "chosen").give_up()
