"""What all runs of this machine share: its slots, and the pools of a home."""

import os
import signal
import stat
import time

import pytest

from hyperlocal.domain.codec import plan_to_json
from hyperlocal.domain.launch import Launch, Pool
from hyperlocal.domain.status import Cause, Status
from hyperlocal.domain.sweep import Job
from hyperlocal.engine import capacity
from hyperlocal.engine.capacity import Capacity, machine_folder

# Says in the folder MEETING that it runs, until it is let go; logs how many it has met there.
MEET = """
here = os.path.join(os.environ["MEETING"], RUN)
open(here, "w").close()
most, until = 0, time.monotonic() + float(os.environ.get("STAYS", "0.15"))
while time.monotonic() < until and not os.path.exists(os.environ["MEETING"] + ".over"):
    most = max(most, len(os.listdir(os.environ["MEETING"])))
    time.sleep(0.005)
os.remove(here)
log("most", most)
"""


@pytest.fixture
def meeting(lab, tmp_path, monkeypatch):
    monkeypatch.setenv("HYPERLOCAL_SLOTS", "2")
    folder = tmp_path / "meeting"
    folder.mkdir()
    monkeypatch.setenv("MEETING", str(folder))
    lab.script(MEET)
    yield folder
    (tmp_path / "meeting.over").touch()


def most_at_once(lab, run_ids):
    everybody = [*run_ids, *(child.run_id for i in run_ids for child in lab.children(i))]
    points = [p for i in everybody for p in lab.history.metrics.points(i, "most")]
    assert len(points) == len([i for i in everybody if "_" in i or not lab.children(i)])
    return max(point.value for point in points)


def status_of(lab, run_id):
    return lab.history.runs.get(run_id).status


def queued(lab, run_id):
    """Return the run of the first trial that waits, once one does."""
    return lab.eventually(
        lambda: next((t for t in lab.children(run_id) if t.status is Status.QUEUED), None)
    )


def test_sweeps_and_single_scripts_share_the_slots(lab, meeting):
    run_ids = [lab.start(lab.sweep(trials=3, at_once=3)) for _ in range(2)]
    run_ids += [lab.start(Job(lab.launch(flags={}))) for _ in range(2)]

    ended = [lab.wait(run_id)[0] for run_id in run_ids]

    assert {record.status for record in ended} == {Status.COMPLETED}
    assert most_at_once(lab, run_ids) == 2


def test_homes_share_the_slots(lab, meeting, tmp_path, monkeypatch):
    monkeypatch.setenv("STAYS", "20")
    monkeypatch.setenv("HYPERLOCAL_SLOTS", "1")
    elsewhere = Capacity(str(tmp_path / "another"), lab.launch()).try_take()

    run_id = lab.start(lab.sweep(trials=1))

    queued(lab, run_id)
    lab.eventually(lambda: status_of(lab, run_id) is Status.QUEUED)
    assert list(meeting.iterdir()) == []
    elsewhere.release()
    lab.eventually(lambda: status_of(lab, run_id) is Status.RUNNING)
    (tmp_path / "meeting.over").touch()
    lab.wait(run_id)


@pytest.fixture
def taken(lab, monkeypatch, tmp_path):
    """The machine's only slot is taken."""
    monkeypatch.setenv("HYPERLOCAL_SLOTS", "1")
    permits = Capacity(str(tmp_path / "another"), lab.launch()).try_take()
    yield permits
    permits.release()


def test_a_sweep_that_waits_is_cancelled_at_once(lab, taken):
    lab.script("pass")
    run_id = lab.start(lab.sweep(trials=3))
    waiting = queued(lab, run_id)

    lab.history.runs.request_cancel(run_id)

    parent, trials = lab.wait(run_id)
    assert (parent.status, parent.cause) == (Status.CANCELED, Cause.USER)
    assert [(t.run_id, t.status, t.cause) for t in trials] == [
        (waiting.run_id, Status.CANCELED, Cause.USER)
    ]
    assert trials[0].warnings == []


def test_a_trial_that_waits_is_cancelled_alone(lab, taken):
    lab.script("pass")
    run_id = lab.start(lab.sweep(trials=2))

    lab.history.runs.request_cancel(queued(lab, run_id).run_id)
    lab.eventually(lambda: status_of(lab, f"{run_id}_0") is Status.CANCELED)
    taken.release()

    _, trials = lab.wait(run_id)
    assert [t.status for t in trials] == [Status.CANCELED, Status.COMPLETED]


def test_the_limit_of_a_sweep_holds_while_it_waits(lab, taken):
    lab.script("pass")

    _, trials = lab.run(lab.sweep(trials=2, max_duration_s=1.0))

    # None, if the controller itself took that long.
    assert [(t.status, t.cause) for t in trials[:1]] in (
        [(Status.CANCELED, Cause.SWEEP_LIMIT)],
        [],
    )
    assert len(trials) <= 1


def test_waiting_is_no_time_of_the_trial(lab, taken):
    lab.script("pass")
    run_id = lab.start(lab.sweep(trials=1, trial_limit_s=10.0, log_file="log.txt"))
    queued(lab, run_id)
    since = time.monotonic()
    lab.eventually(lambda: time.monotonic() > since + 1.0)

    taken.release()

    _, (ended,) = lab.wait(run_id)
    assert ended.status is Status.COMPLETED
    assert ended.elapsed < time.monotonic() - since - 1.0
    log = (lab.history.folder(run_id).path / "log.txt").read_text()
    assert f"{run_id}_0 is queued: all 1 slots of this machine are taken." in log


def test_the_slots_of_a_killed_controller_are_free_when_its_trials_are_gone(lab, monkeypatch):
    monkeypatch.setenv("HYPERLOCAL_SLOTS", "2")
    # Who is told to end takes as long for it as it may.
    lab.script(
        "import signal\n"
        "for number in (signal.SIGINT, signal.SIGTERM): signal.signal(number, signal.SIG_IGN)\n"
        "log('ready', 1)\ntime.sleep(60)"
    )
    first = lab.start(lab.sweep(trials=2))
    lab.eventually(lambda: len(lab.history.metrics.points_of_children(first, "ready")) == 2)
    pids = [str(t.pid) for t in lab.children(first)]
    lab.script(
        "import psutil\n"
        "for pid in map(int, os.environ['PIDS'].split()):\n"
        "    if psutil.pid_exists(pid) and psutil.Process(pid).status() != 'zombie': print(pid)"
    )
    second = lab.start(lab.sweep(trials=2, environment={"PIDS": " ".join(pids)}))
    queued(lab, second)

    os.kill(lab.history.runs.get(first).pid, signal.SIGKILL)

    _, trials = lab.wait(second)
    assert [t.status for t in trials] == [Status.COMPLETED] * 2
    # With them one slot was free, and then the other.
    assert lab.output(trials[0].run_id) in ("", f"{pids[0]}\n", f"{pids[1]}\n")
    # Slots are free when trials are gone; its watchdog settles the run after that.
    lab.eventually(lambda: lab.history.runs.get(first).cause is Cause.INTERRUPTED)


def test_a_trial_waits_for_what_it_has_started_itself(lab, monkeypatch):
    monkeypatch.setenv("HYPERLOCAL_SLOTS", "1")
    lab.script("log('accuracy', NUMBER)", name="inner/train.py")
    lab.script(
        "from hyperlocal import engine\n"
        "for run_id in ('inner-1', 'inner-2'):\n"
        "    engine.take_snapshot('inner', HISTORY.folder(run_id).snapshot)\n"
        "    HISTORY.runs.create(run_id, experiment='tests', kind='sweep', parent_id=RUN,\n"
        "                        plan=open('plan.json').read())\n"
        "    engine.start(os.environ['HYPERLOCAL_HOME'], run_id)\n"
        "while not all(HISTORY.runs.get(i).status.is_terminal for i in ('inner-1', 'inner-2')):\n"
        "    time.sleep(0.01)\n"
    )
    (lab.source / "plan.json").write_text(plan_to_json(lab.sweep(trials=2)))

    parent, _ = lab.run(lab.sweep(trials=1, pool=Pool("small", 1)))

    assert parent.status is Status.COMPLETED
    for run_id in ("inner-1", "inner-2"):
        assert [t.status for t in lab.children(run_id)] == [Status.COMPLETED] * 2


def test_pools_are_shared_by_those_that_name_them(lab, meeting, monkeypatch):
    monkeypatch.setenv("HYPERLOCAL_SLOTS", "4")
    pool = Pool("small", 1)
    run_ids = [lab.start(lab.sweep(trials=2, pool=pool)) for _ in range(2)]
    run_ids.append(lab.start(Job(lab.launch(flags={}, pool=pool))))

    ended = [lab.wait(run_id)[0] for run_id in run_ids]

    assert {record.status for record in ended} == {Status.COMPLETED}
    assert most_at_once(lab, run_ids) == 1


def test_who_waits_for_a_pool_takes_no_slot(lab, tmp_path, monkeypatch):
    monkeypatch.setenv("HYPERLOCAL_SLOTS", "1")
    small = Capacity(str(lab.home), lab.launch(pool=Pool("small", 1)))
    slot = Capacity(str(lab.home), lab.launch()).try_take()
    assert small.try_take() is None
    slot.release()

    assert small.try_take() is not None


def test_cores_are_shared_with_what_runs_and_waits_already(tmp_path, monkeypatch):
    monkeypatch.setenv("HYPERLOCAL_SLOTS", "4")
    ours, theirs = (Capacity(str(tmp_path / home), Launch(["x"])) for home in ("a", "b"))
    alone = [ours.sharers(at_once) for at_once in (1, 3, 4, 9)]

    held = [theirs.try_take(), theirs.try_take()]
    beside_two = [ours.sharers(at_once) for at_once in (1, 3)]
    held.pop().release()
    beside_one = ours.sharers(1)
    held.pop().release()

    assert alone == [1, 3, 4, 4]
    assert beside_two == [3, 4]
    assert beside_one == 2
    assert ours.sharers(1) == 1


def test_a_sweep_that_begins_while_another_runs_leaves_it_its_cores(lab, meeting, monkeypatch):
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "2")
    monkeypatch.setenv("STAYS", "60")
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    lab.script("print(os.environ['OMP_NUM_THREADS'])\n" + MEET)
    first = lab.start(lab.sweep(trials=1, at_once=1))
    lab.eventually(lambda: any(meeting.iterdir()))

    second = lab.start(lab.sweep(trials=1, at_once=1))
    lab.eventually(lambda: len(list(meeting.iterdir())) == 2)
    (meeting.parent / "meeting.over").touch()
    for run_id in (first, second):
        lab.wait(run_id)

    assert lab.output(f"{first}_0") == f"{min(2, os.cpu_count())}\n"
    assert lab.output(f"{second}_0") == "1\n"


def test_a_machine_without_a_private_folder_has_one_in_the_home(tmp_path, monkeypatch):
    monkeypatch.delenv(capacity.FOLDER_VARIABLE)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 2**22)  # nothing here is this user's
    monkeypatch.setattr(capacity.tempfile, "gettempdir", lambda: str(tmp_path))

    assert machine_folder("/some/home") == "/some/home/locks/machine"


def test_the_folder_of_the_machine_is_the_users_alone(tmp_path, monkeypatch):
    monkeypatch.delenv(capacity.FOLDER_VARIABLE)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    monkeypatch.setattr(capacity.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(capacity, "_RUNTIME_FOLDERS", str(tmp_path / "none"))

    folder = machine_folder("/some/home")

    assert folder == str(tmp_path / f"hyperlocal-{os.getuid()}")
    assert stat.S_IMODE(os.stat(folder).st_mode) == 0o700
    os.chmod(folder, 0o777)
    assert machine_folder("/some/home") == "/some/home/locks/machine"
    (tmp_path / "run").mkdir(0o700)
    assert machine_folder("/some/home") == str(tmp_path / "run" / "hyperlocal")
