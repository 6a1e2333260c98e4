"""What a trial leaves behind ends with it, however it hides, and nothing else does."""

import os
import resource
import signal

import psutil
import pytest

from hyperlocal import engine
from hyperlocal.domain.codec import plan_to_json
from hyperlocal.domain.policy import Bandit, Schedule
from hyperlocal.domain.status import Cause, Status
from hyperlocal.domain.sweep import Job, Step, Workflow
from hyperlocal.engine.marks import mark_of
from hyperlocal.errors import RunNotFound

# A new interpreter that knows nothing of its trial but what it is told, and logs into it.
DAEMON = """
import os, sys, time
from hyperlocal.history import History
run_id, home, pid_file = sys.argv[1:]
history = History.open(home)
history.metrics.add(run_id, "haunted", 1.0, kind="float")
with open(pid_file + ".new", "w") as file:
    file.write(str(os.getpid()))
os.rename(pid_file + ".new", pid_file)
while True:
    try:
        history.metrics.add(run_id, "haunted", 1.0, kind="float")
    except Exception:
        pass  # it tries for ever
    time.sleep(0.01)
"""

# Two forks, a session of its own, an empty environment, a program of its own.
LEAVES_A_DAEMON = """
import signal
NOTES = os.environ["NOTES"]
def await_file(name, patience=30):
    until = time.monotonic() + patience
    while not os.path.exists(os.path.join(NOTES, name)):
        assert time.monotonic() < until, name
        time.sleep(0.01)
def leave_daemon(name, before=lambda: None):
    script = os.path.abspath("daemon.py")
    path = os.path.join(NOTES, name)
    if not os.fork():
        os.setsid()
        if os.fork():
            os._exit(0)
        before()
        os.chdir("/")
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        os.closerange(0, 100)
        os.open(os.devnull, os.O_RDWR); os.dup(0); os.dup(0)
        arguments = [script, RUN, os.environ["HYPERLOCAL_HOME"], path]
        os.execve(sys.executable, [sys.executable, *arguments], {})
    os.wait()
    await_file(name)
"""

# Nothing that anybody does, but possible.
HIDE = """
def hide():
    import resource
    resource.setrlimit(resource.RLIMIT_RTTIME, (-1, -1))
"""

BOTH_STARTS = pytest.mark.parametrize("start", ["warm", "fresh"])


class Haunted:
    """Sweeps whose trials leave daemons, and what the daemons have noted."""

    def __init__(self, lab, notes, monkeypatch):
        self.lab, self.notes, self._monkeypatch = lab, notes, monkeypatch
        notes.mkdir()
        monkeypatch.setenv("NOTES", str(notes))
        lab.script(DAEMON, "daemon.py", logs=False)

    def script(self, text):
        self.lab.script(LEAVES_A_DAEMON + text)

    def start_by(self, start):
        self._monkeypatch.setenv("HYPERLOCAL_TRIAL_START", start)

    def pid(self, name):
        return int((self.notes / name).read_text())

    def await_note(self, name):
        self.lab.eventually((self.notes / name).exists)

    def note(self, name):
        (self.notes / name).touch()

    def is_alive(self, name):
        """Whether a daemon lives; on a busy machine its trial may have ended before it began."""
        return (self.notes / name).exists() and is_alive(self.pid(name))

    def await_end(self, run_id):
        """Wait as a reader who settles nothing; return the run."""
        return self.lab.eventually(lambda: self._if_ended(run_id))

    def _if_ended(self, run_id):
        try:
            record = self.lab.history.runs.get(run_id)
        except RunNotFound:  # not started yet
            return None
        return record if record.status.is_terminal else None

    def n_logged(self, run_id):
        return len(self.lab.history.metrics.points(run_id, "haunted"))


def is_alive(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def haunted(lab, tmp_path, monkeypatch):
    """A laboratory with daemons, which do not survive the test in any case."""
    own = Haunted(lab, tmp_path / "notes", monkeypatch)
    yield own
    for note in own.notes.iterdir():
        text = note.read_text()
        if text.isdigit() and is_alive(int(text)):
            os.kill(int(text), signal.SIGKILL)


@BOTH_STARTS
@pytest.mark.parametrize(
    ("end", "status"),
    [
        ("", Status.COMPLETED),
        ("sys.exit(3)", Status.FAILED),
        ("os.kill(os.getpid(), signal.SIGKILL)", Status.FAILED),
        ("os._exit(0)", Status.COMPLETED),
    ],
)
def test_a_daemon_ends_with_its_trial_while_another_runs_on(haunted, start, end, status):
    haunted.start_by(start)
    haunted.script(
        "leave_daemon(f'daemon-{NUMBER}')\n"
        f"if NUMBER == 0:\n    await_file('daemon-1'); {end or 'pass'}\n"
        "else:\n    await_file('go on')\n    log('accuracy', 0.5)"
    )
    run_id = haunted.lab.start(haunted.lab.sweep(trials=2))

    assert haunted.await_end(f"{run_id}_0").status is status
    assert not haunted.is_alive("daemon-0")
    assert haunted.is_alive("daemon-1")
    n_logged = haunted.n_logged(f"{run_id}_0")
    assert haunted.lab.history.runs.get(f"{run_id}_1").status is Status.RUNNING
    haunted.note("go on")
    parent, trials = haunted.lab.wait(run_id)

    assert parent.status is Status.COMPLETED
    assert trials[1].status is Status.COMPLETED
    assert not haunted.is_alive("daemon-1")
    assert haunted.n_logged(f"{run_id}_0") == n_logged


@BOTH_STARTS
def test_a_daemon_ends_with_a_trial_that_is_cancelled(haunted, start):
    haunted.start_by(start)
    haunted.script("leave_daemon(f'daemon-{NUMBER}')\nawait_file('go on')")
    run_id = haunted.lab.start(haunted.lab.sweep(trials=2))
    for number in range(2):
        haunted.await_note(f"daemon-{number}")

    haunted.lab.history.runs.request_cancel(f"{run_id}_0")
    assert haunted.await_end(f"{run_id}_0").cause is Cause.USER

    assert not haunted.is_alive("daemon-0")
    assert haunted.is_alive("daemon-1")
    haunted.note("go on")
    _, trials = haunted.lab.wait(run_id)
    assert trials[1].status is Status.COMPLETED


def test_a_daemon_ends_with_a_trial_that_the_policy_stops(haunted):
    haunted.script(
        "leave_daemon(f'daemon-{NUMBER}')\n"
        "log('accuracy', 0.9 if NUMBER == 0 else 0.1)\n"
        "if NUMBER: time.sleep(60)"
    )

    _, trials = haunted.lab.run(
        haunted.lab.sweep(at_once=1, policy=Bandit(Schedule(), slack_factor=0.1))
    )

    assert trials[1].cause is Cause.POLICY
    assert not haunted.is_alive("daemon-1")


def test_a_daemon_ends_with_a_trial_over_its_limit(haunted, let_hours_pass):
    haunted.script("leave_daemon('daemon')\nlog('left', 1)\ntime.sleep(60)")
    run_id = haunted.lab.start(Job(haunted.lab.launch(max_duration_s=600.0)))
    haunted.lab.eventually(lambda: haunted.lab.history.metrics.points(run_id, "left"))

    let_hours_pass()
    record, _ = haunted.lab.wait(run_id)

    assert record.cause is Cause.TRIAL_LIMIT
    assert not haunted.is_alive("daemon")


def test_a_daemon_ends_with_a_single_script(haunted):
    haunted.script("leave_daemon('daemon')")
    run_id = haunted.lab.start(Job(haunted.lab.launch()))

    assert haunted.await_end(run_id).status is Status.COMPLETED

    assert not haunted.is_alive("daemon")


def test_a_daemon_ends_with_its_step_while_the_pipeline_goes_on(haunted):
    lab = haunted.lab
    haunted.script("leave_daemon('daemon')")
    lab.script("time.sleep(0.01)\nwhile not os.path.exists(sys.argv[1]): time.sleep(0.01)", "b.py")
    first = Step("flow.a", "a", Job(lab.launch()))
    wait = (*lab.launch().command[:1], "b.py", str(haunted.notes / "go on"))
    second = Step("flow.b", "b", Job(lab.launch(command=wait)), needs=("flow.a",))
    engine.take_snapshot(lab.source, lab.history.folder("flow").snapshot)
    plan = plan_to_json(Workflow((first, second)))
    lab.history.runs.create("flow", experiment="tests", kind="flow", plan=plan)
    lab.start_recorded("flow")

    haunted.await_end("flow.a")

    assert not haunted.is_alive("daemon")
    haunted.note("go on")
    assert lab.wait("flow")[0].status is Status.COMPLETED


@BOTH_STARTS
def test_a_daemon_ends_when_the_controller_is_killed(haunted, start):
    haunted.start_by(start)
    haunted.script("leave_daemon(f'daemon-{NUMBER}')\ntime.sleep(60)")
    run_id = haunted.lab.start(haunted.lab.sweep(trials=2))
    for number in range(2):
        haunted.await_note(f"daemon-{number}")

    os.kill(haunted.lab.history.runs.get(run_id).pid, signal.SIGKILL)
    haunted.await_end(run_id)

    assert not haunted.is_alive("daemon-0")
    assert not haunted.is_alive("daemon-1")


def test_a_daemon_ends_when_the_next_look_finds_controller_and_guardian_dead(haunted):
    haunted.script("leave_daemon(f'daemon-{NUMBER}')\ntime.sleep(60)")
    run_id = haunted.lab.start(haunted.lab.sweep(trials=1))
    haunted.await_note("daemon-0")
    controller = psutil.Process(haunted.lab.history.runs.get(run_id).pid)
    watchdog = min(controller.children(), key=lambda child: child.create_time())
    watchdog.kill()
    controller.kill()

    haunted.lab.wait(run_id)

    assert not haunted.is_alive("daemon-0")


@BOTH_STARTS
def test_what_even_takes_off_its_mark_ends_with_the_sweep(haunted, start):
    haunted.start_by(start)
    haunted.script(
        HIDE + "leave_daemon(f'daemon-{NUMBER}', hide)\n"
        "if NUMBER: await_file('daemon-0')\nelse: await_file('daemon-1')"
    )

    parent, _ = haunted.lab.run(haunted.lab.sweep(trials=2))

    assert parent.status is Status.COMPLETED
    assert not haunted.is_alive("daemon-0")
    assert not haunted.is_alive("daemon-1")


def test_what_hides_its_mark_ends_with_its_trial_if_it_is_nobody_elses(haunted):
    haunted.script(
        HIDE + "if NUMBER == 0: leave_daemon('daemon', hide)\nelse: await_file('go on')"
    )
    run_id = haunted.lab.start(haunted.lab.sweep(trials=2, at_once=1))

    haunted.await_end(f"{run_id}_0")

    assert not haunted.is_alive("daemon")
    haunted.note("go on")
    assert haunted.lab.wait(run_id)[0].status is Status.COMPLETED


@BOTH_STARTS
def test_what_forks_and_ends_all_the_time_ends_with_its_trial(haunted, start):
    haunted.start_by(start)
    haunted.script(
        "if NUMBER == 0 and not os.fork():\n"
        "    os.setsid()\n"
        "    path = os.path.join(NOTES, 'hops')\n"
        "    notes = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY)\n"
        "    while True:\n"
        "        if os.fork(): os._exit(0)\n"
        "        os.write(notes, b'.')\n"
        "await_file('hops')\n"
        "if NUMBER: await_file('go on')"
    )
    run_id = haunted.lab.start(haunted.lab.sweep(trials=2))

    assert haunted.await_end(f"{run_id}_0").status is Status.COMPLETED
    n_hops = (haunted.notes / "hops").stat().st_size
    haunted.note("go on")
    haunted.lab.wait(run_id)

    assert (haunted.notes / "hops").stat().st_size == n_hops > 0


@BOTH_STARTS
def test_a_sweep_that_a_trial_has_submitted_outlives_it(haunted, start):
    haunted.start_by(start)
    lab = haunted.lab
    lab.script(LEAVES_A_DAEMON + "await_file('go on')\nlog('accuracy', 1.0)", "inner.py")
    inner = lab.record(lab.sweep(command=(*lab.launch().command[:1], "inner.py")))
    haunted.script(
        "from hyperlocal import engine\n"
        f"if NUMBER == 0: engine.start(os.environ['HYPERLOCAL_HOME'], {inner!r})\n"
        "leave_daemon(f'daemon-{NUMBER}')"
    )

    outer, _ = lab.run(lab.sweep(trials=2))

    assert outer.status is Status.COMPLETED
    assert not haunted.is_alive("daemon-0")
    haunted.note("go on")
    parent, trials = lab.wait(inner)
    assert (parent.status, len(trials)) == (Status.COMPLETED, 2)


def test_a_trial_is_limited_in_nothing_that_it_could_notice(lab):
    lab.script(
        "import resource\n"
        "names = sorted(name for name in dir(resource) if name.startswith('RLIMIT_'))\n"
        "print(*(resource.getrlimit(getattr(resource, name)) for name in names), sep='\\n')"
    )

    record, _ = lab.run(Job(lab.launch()))

    names = sorted(name for name in dir(resource) if name.startswith("RLIMIT_"))
    limits = lab.output(record.run_id).splitlines()
    mark = mark_of(str(lab.home), record.run_id, record.life)
    for name, limit in zip(names, limits, strict=True):
        ours = resource.getrlimit(getattr(resource, name))
        assert limit == str((mark, ours[1]) if name == "RLIMIT_RTTIME" else ours), name


def test_what_a_long_trial_has_orphaned_is_buried_while_it_runs(haunted):
    haunted.script(
        "for _ in range(50):\n"
        "    if not os.fork():\n"
        "        if not os.fork(): pass\n"
        "        os._exit(0)\n"
        "    os.wait()\n"
        "open(os.path.join(NOTES, 'orphaned'), 'w').close()\n"
        "await_file('go on')"
    )
    run_id = haunted.lab.start(Job(haunted.lab.launch()))
    haunted.await_note("orphaned")
    controller = psutil.Process(haunted.lab.history.runs.get(run_id).pid)

    haunted.lab.eventually(lambda: len(controller.children()) == 2)  # watchdog and trial

    haunted.note("go on")
    assert haunted.lab.wait(run_id)[0].status is Status.COMPLETED
