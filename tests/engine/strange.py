"""What scripts can leave behind, as code that leaves it, and who looks at it without rights."""

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass

import pytest

_PR_CAPBSET_DROP = 24
_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH = 1, 2

# Scripts begin with this: RUN_FOLDER is their run's folder, OUTSIDE belongs to somebody else.
TOOLS = """
import shutil, socket, stat, subprocess
RUN_FOLDER = os.path.abspath(os.pardir)
OUTSIDE = os.environ["OUTSIDE"]

def put(path, text="mine"):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "w") as file:
        file.write(text)

def nest(n, name="ddd"):
    here = os.open(".", os.O_RDONLY)
    for _ in range(n):
        os.mkdir(name)
        os.chdir(name)
    put("deep.txt")
    os.fchdir(here)

def inside(folder, act):
    os.makedirs(folder, exist_ok=True)
    here = os.getcwd()
    os.chdir(folder)
    act()
    os.chdir(here)

def pipes(folder):
    os.makedirs(folder, exist_ok=True)
    os.mkfifo(folder + "/pipe")
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(folder + "/socket")

def replace(name, act):
    path = os.path.join(RUN_FOLDER, name)
    if os.path.islink(path) or os.path.isfile(path):
        os.unlink(path)
    elif os.path.isdir(path):
        os.rename(path, path + "-before")
    act(path)

def freeze(*paths):
    subprocess.run(["chattr", "+i", *paths], check=True)

def mount(source, target):
    os.makedirs(target, exist_ok=True)
    subprocess.run(["mount", "--bind", source, target], check=True)
"""


@dataclass(frozen=True)
class Kind:
    """Something that a script leaves.

    Attributes:
        code: Leaves it.
        warns: Whether the trial's run has to be warned of something that stays.
        needs: A command that the system may lack, or the right to use.
        again: Whether the trial can be run again in its folder.
    """

    code: str
    warns: bool = False
    needs: str = ""
    again: bool = True


KINDS = {
    "rights": {
        "a read-only folder": Kind(
            "put('outputs/a/b/x'); os.chmod('outputs/a/b', 0o555); os.chmod('outputs/a', 0o555)"
        ),
        "read-only outputs": Kind("put('outputs/x'); os.chmod('outputs', 0o555)"),
        "outputs without any right": Kind("put('outputs/x'); os.chmod('outputs', 0)"),
        "a folder without any right": Kind(
            "put('a/b/x'); os.chmod('a/b', 0); put('outputs/a/x'); os.chmod('outputs/a', 0)"
        ),
        "a read-only working copy": Kind("put('a/x'); os.chmod('.', 0o555)"),
        "a working copy without any right": Kind("put('a/x'); os.chmod('.', 0)"),
        "a run folder without any right": Kind("put('outputs/x'); os.chmod(RUN_FOLDER, 0)"),
        "read-only folders on both sides": Kind(
            "put('../outputs/a/x'); put('outputs/a/y'); put('outputs/a/b/y')\n"
            "for path in ('../outputs/a', 'outputs/a/b', 'outputs/a'): os.chmod(path, 0o555)"
        ),
    },
    "clashes": {
        "a folder where a file was uploaded": Kind(
            "put('../outputs/x'); put('outputs/x/y'); put('outputs/z')", warns=True
        ),
        "a file where a folder was uploaded": Kind(
            "put('../outputs/x/y'); put('outputs/x')", True
        ),
        "a folder where a link was uploaded": Kind(
            "os.mkdir('../outputs'); os.symlink(OUTSIDE, '../outputs/x'); put('outputs/x/y')", True
        ),
        "a link in place of the kept outputs": Kind(
            "os.symlink(OUTSIDE, '../outputs'); put('outputs/stolen')", True
        ),
        "a file in place of the kept outputs": Kind("put('../outputs'); put('outputs/x')", True),
    },
    "depth": {
        # Deeper than a recursion goes, and than a path can be long.
        "nested folders": Kind("inside('outputs', lambda: nest(1100)); nest(1100)"),
        "nested folders on both sides": Kind(
            "inside('../outputs', lambda: nest(1100)); inside('outputs', lambda: nest(1100))"
        ),
    },
    "outputs": {
        "outputs that are a file": Kind("os.rmdir('outputs'); put('outputs')"),
        "outputs that are a link outside": Kind(
            "os.rmdir('outputs'); os.symlink(OUTSIDE, 'outputs')"
        ),
        "outputs that are a link to itself": Kind(
            "os.rmdir('outputs'); os.symlink('outputs', 'outputs')"
        ),
        "outputs that are a pipe": Kind("os.rmdir('outputs'); os.mkfifo('outputs')"),
        "outputs that are gone": Kind("os.rmdir('outputs'); os.rmdir('logs')"),
    },
    "names of ours": {
        "names of ours": Kind(
            "for name in ('work', 'snapshot', 'interrupted', 'user_logs', 'outputs', 'logs'):\n"
            "    put(f'outputs/{name}/outputs/x'); put(f'logs/{name}/x'); put(f'{name}/x')\n"
            "put('outputs/controller.log'); put('../controller.log'); put('../snapshot/x')"
        ),
        "a file for a shelf": Kind("put('../interrupted')"),
        "a pipe for a shelf": Kind("os.mkfifo('../interrupted')"),
        "a link outside for a shelf": Kind("os.symlink(OUTSIDE, '../interrupted')"),
        "odd numbers on the shelf": Kind(
            "os.makedirs('../interrupted/' + '9' * 255); put('../interrupted/7')"
        ),
        "a shelf without any right": Kind(
            "os.mkdir('../interrupted'); os.chmod('../interrupted', 0)"
        ),
    },
    "places": {
        "a working copy that is a link outside": Kind(
            "replace('work', lambda path: os.symlink(OUTSIDE, path))", warns=True
        ),
        "a working copy that is a file": Kind("replace('work', put)", warns=True),
        "a working copy that is a pipe": Kind("replace('work', os.mkfifo)", warns=True),
        "a working copy that is gone": Kind("shutil.rmtree(RUN_FOLDER + '/work')"),
        "a run folder that is gone": Kind("shutil.rmtree(RUN_FOLDER)", warns=True),
        "a run folder that is a link outside": Kind(
            "shutil.rmtree(RUN_FOLDER); os.symlink(OUTSIDE, RUN_FOLDER)", warns=True, again=False
        ),
        "a run folder that is a file": Kind(
            "shutil.rmtree(RUN_FOLDER); put(RUN_FOLDER)", warns=True, again=False
        ),
    },
    "logs": {
        "an output that is a folder": Kind("replace('user_logs/std_log.txt', os.mkdir)"),
        "an output that is a pipe": Kind("replace('user_logs/std_log.txt', os.mkfifo)"),
        "an output without end": Kind(
            "replace('user_logs/std_log.txt', lambda path: os.symlink('/dev/zero', path))"
        ),
        "an output folder that is a file": Kind("replace('user_logs', put)"),
        "an output folder that is a link outside": Kind(
            "replace('user_logs', lambda path: os.symlink(OUTSIDE, path))"
        ),
    },
    "odd files": {
        "pipes and sockets": Kind(
            "pipes('p'); pipes('outputs/p'); pipes('logs/p'); pipes('../p')"
        ),
        "a device": Kind(
            "os.mknod('outputs/d', stat.S_IFCHR | 0o666, os.makedev(1, 5))", needs="mknod"
        ),
        "undecodable names": Kind(
            "open(b'outputs/\\xff\\xfe', 'w').close(); os.makedirs(b'outputs/\\xfd/\\xfc')\n"
            "open(b'outputs/\\xfd/x', 'w').close(); open(b'\\xff', 'w').close()"
        ),
        "the longest names": Kind(
            "put('outputs/' + 'n' * 255 + '/' + 'm' * 255); put('n' * 255)\n"
            "put('../outputs/' + 'n' * 255 + '/' + 'o' * 255)"
        ),
        "links in circles": Kind(
            "os.symlink('loop', 'outputs/loop'); os.symlink('.', 'outputs/self')\n"
            "os.symlink('../..', 'outputs/up'); os.symlink('loop', 'loop')\n"
            "os.symlink('.', 'self')"
        ),
        "links outside": Kind(
            "os.symlink(OUTSIDE, 'outputs/all'); os.symlink(OUTSIDE + '/secret', 'outputs/one')\n"
            "os.symlink(OUTSIDE, 'all'); os.symlink('nowhere', 'outputs/dangling')\n"
            "put('../outputs/z'); os.symlink(OUTSIDE, '../all')"
        ),
        "a huge file with nothing in it": Kind(
            "put('outputs/huge', ''); os.truncate('outputs/huge', 1 << 40)"
        ),
        "many files": Kind(
            "for n in range(1000):\n"
            "    put(f'outputs/{n % 7}/{n}', ''); put(f'../outputs/{n % 5}/{n}', '')"
        ),
    },
    "immutable": {
        "an immutable file": Kind(
            "put('a/x'); put('outputs/x'); freeze('a/x', 'outputs/x')", warns=True, needs="chattr"
        ),
        "an immutable file on both sides": Kind(
            "put('outputs/a/x'); put('../outputs/a/x'); freeze('outputs/a/x')", True, "chattr"
        ),
        "immutable outputs": Kind("put('outputs/x'); freeze('outputs')", True, "chattr"),
        "an immutable shelf": Kind(
            "os.mkdir('../interrupted'); freeze('../interrupted')", False, "chattr", again=False
        ),
        "an immutable run folder": Kind(
            "put('outputs/x'); freeze(RUN_FOLDER)", True, "chattr", again=False
        ),
    },
    "mounts": {
        "a folder of others, mounted": Kind(
            "mount(OUTSIDE, 'a/b'); put('outputs/x')", True, "mount"
        ),
        "a folder of others, mounted in outputs": Kind(
            "put('outputs/m/x'); mount(OUTSIDE + '/outputs', 'outputs/m')", False, "mount"
        ),
        "outputs on another disk": Kind(
            "subprocess.run(['mount', '-t', 'tmpfs', 'none', 'outputs'], check=True)\n"
            "put('outputs/x')",
            True,
            "mount",
        ),
    },
}


def possible(kinds, folder):
    """Return those of the kinds that this system can have, the user being who he is."""
    if not sys.platform.startswith("linux"):
        pytest.skip("made of what Linux has")
    needed = {kind.needs for kind in kinds.values()}
    can_have = {need: _can_have(need, folder) for need in needed}
    found = {name: kind for name, kind in kinds.items() if can_have[kind.needs]}
    if not found:
        pytest.skip(f"needs {' and '.join(needed)} and the right to use them")
    return found


def _can_have(need, folder):
    if not need:
        return True
    if os.geteuid() or not shutil.which(need):
        return False
    probe = folder / "probe"
    probe.mkdir()
    there_and_back = {
        "chattr": (["chattr", "+i", probe], ["chattr", "-i", probe]),
        "mount": (["mount", "-t", "tmpfs", "none", probe], ["umount", probe]),
        "mknod": (["mknod", probe / "device", "c", "1", "5"], ["rm", probe / "device"]),
    }[need]
    return not any(subprocess.run(words, check=False).returncode for words in there_and_back)


def undo(folder, *, has_immutable=False):
    """Make everything in a folder what can be removed."""
    with open("/proc/self/mountinfo", encoding="utf-8") as table:
        points = [line.split()[4] for line in table]
    for point in reversed(points):
        if point.startswith(f"{folder}/"):
            subprocess.run(["umount", "--lazy", point], check=True)
    if has_immutable and shutil.which("chattr") and not os.geteuid():
        subprocess.run(["chattr", "-R", "-f", "-i", folder], check=False)
    subprocess.run(["chmod", "-R", "u+rwX", folder], check=False)
    subprocess.run(["rm", "-rf", *folder.iterdir()], check=False)


def without_rights(code, *arguments, timeout_s=30):
    """Run Python code in a process for which permissions count; return what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=timeout_s,
        check=False,
        preexec_fn=_drop_rights if not os.geteuid() else None,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


# Of each line it runs the code, in a fork, and answers with the exit code.
_SERVER = """
import json, os, sys, traceback
import hyperlocal.cli.doctor, hyperlocal.cli.list, hyperlocal.cli.logs, hyperlocal.cli.show
from hyperlocal import engine
from hyperlocal.azureml.core import Run, Workspace
from hyperlocal.cli import main

def run(code, arguments, variables, output):
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(os.open(output, os.O_WRONLY | os.O_CREAT, 0o600), 1)
    os.dup2(1, 2)
    os.environ.clear()
    os.environ.update(variables)
    sys.argv = ["-c", *arguments]
    exec(code, {"__name__": "__main__"})

for line in sys.stdin:
    child = os.fork()
    if not child:
        code = 1
        try:
            run(*json.loads(line))
            code = 0
        except BaseException:
            traceback.print_exc()
        sys.stdout.flush()
        os._exit(code)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class WithoutRights:
    """Runs Python code in forks of one process for which permissions count."""

    def __init__(self, folder):
        self._output = folder / "output.txt"
        self._process = subprocess.Popen(
            [sys.executable, "-c", _SERVER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=_drop_rights if not os.geteuid() else None,
        )

    def run(self, code, *arguments):
        """Run code to its end; it must not fail."""
        self._output.unlink(missing_ok=True)
        order = [code, list(map(str, arguments)), dict(os.environ), str(self._output)]
        print(json.dumps(order), file=self._process.stdin, flush=True)
        exit_code = self._process.stdout.readline()
        assert exit_code == "0\n", self._output.read_text(errors="replace")

    def close(self):
        with self._process:
            os.killpg(self._process.pid, signal.SIGKILL)


_libc = ctypes.CDLL(None, use_errno=True)


def _drop_rights():
    """Let the program that is started next be one whose root may not do everything."""
    for capability in (_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH):
        if _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "prctl")


def state_of(folder):
    """Return what is in a folder and what each of it is."""
    return sorted(
        (str(path.relative_to(folder)), path.lstat().st_mode, path.read_text())
        if path.is_file()
        else (str(path.relative_to(folder)), path.lstat().st_mode, "")
        for path in folder.rglob("*")
    )
