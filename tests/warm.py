"""Warm: `python -m ...` without its imports, as a fork of a process that has made them already.

A command that is run here is a process of its own, with its own output, folder, environment and
exit code; only what it leaves in memory is not taken apart at its end. Only modules that are not
ours are imported before it: hyperlocal itself is imported by the command, as its environment and
its folder have it. Where the folder has modules that would be found in the place of imported ones,
or the environment is one that an interpreter reads at its start, the command is started cold.
"""

import atexit
import gc
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

__all__ = ["Warm"]

# What an interpreter, or the C library, reads only when it starts.
_READ_AT_START = ("PYTHON", "COVERAGE_", "LC_", "LANG", "LD_", "OPENBLAS_", "OMP_")
_STREAMS = 3

_SERVER = """
import importlib, sys
for name in sys.argv[2].split():
    importlib.import_module(name)
sys.path.append(sys.argv[3])
from tests.warm import serve
sys.path.pop()
del importlib, name
serve(int(sys.argv[1]))()
"""


class Warm:
    """A process that has imported modules, forks of which run commands; it ends with this one.

    Args:
        modules: The names of the modules.
        replaces: Whether a command that replaces itself by `python -c` stays warm.
    """

    def __init__(self, *modules, replaces=False):
        self._environment = _read_at_start(os.environ)
        self._replaces = replaces
        self._control, other = socket.socketpair()
        words = [str(other.fileno()), " ".join(modules), str(Path(__file__).parents[1])]
        self._process = subprocess.Popen(
            [sys.executable, "-c", _SERVER, *words],
            cwd="/",
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},  # forks have no threads
            # As in its forks, in which the streams stay what they are.
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=[other.fileno()],
        )
        other.close()
        answer = self._control.makefile().readline()
        assert answer, self._process.stderr.read().decode()
        self._loaded = set(json.loads(answer))

    def close(self):
        """End the process, but no command that still runs."""
        self._control.close()
        self._process.communicate(timeout=30)

    def run(self, words, *, cwd, env, stdin="", timeout=60):
        """Run a command to its end in pipes, as `subprocess.run` does."""
        if not self._is_like(words, cwd, env):
            return subprocess.run(
                words,
                cwd=cwd,
                env=env,
                input=stdin,
                capture_output=True,
                text=True,
                timeout=timeout,
                check=False,
            )
        order = {"words": words[2:], "cwd": str(cwd), "env": dict(env), "replaces": self._replaces}
        return _communicate(self._start, order, words, stdin, timeout)

    def _start(self, *descriptors):
        socket.send_fds(self._control, [b"."], descriptors)

    def _is_like(self, words, cwd, env):
        """Whether nothing differs by that some modules are imported before."""
        with os.scandir(cwd) as entries:
            beside = {_module_in(entry) for entry in entries}
        return (
            words[:2] == [sys.executable, "-m"]
            and _read_at_start(env) == self._environment
            and not beside & self._loaded
        )


def _read_at_start(environment):
    return {name: environment[name] for name in environment if name.startswith(_READ_AT_START)}


def _module_in(entry):
    if entry.is_dir():
        return entry.name if os.path.exists(os.path.join(entry.path, "__init__.py")) else None
    return entry.name.partition(".")[0]


def _communicate(start, order, words, stdin, timeout):
    ours, theirs = socket.socketpair()
    pipes = [os.pipe() for _ in range(_STREAMS)]
    (given, give), (out, write_out), (err, write_err) = pipes
    with ours:
        with theirs:
            start(theirs.fileno(), given, write_out, write_err)
        for descriptor in (given, write_out, write_err):
            os.close(descriptor)
        said = {}
        threads = [threading.Thread(target=_read, args=(d, said)) for d in (out, err)]
        threads.append(threading.Thread(target=_write, args=(give, stdin.encode())))
        for thread in threads:
            thread.start()
        ours.sendall(json.dumps(order).encode() + b"\n")
        ours.settimeout(timeout)
        answers = ours.makefile()
        pid = int(answers.readline())
        try:
            code = int(answers.readline())
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)
            raise subprocess.TimeoutExpired(words, timeout) from None
    for thread in threads:
        thread.join(timeout)
    texts = [said[d].decode().replace("\r\n", "\n") for d in (out, err)]
    return subprocess.CompletedProcess(words, code, *texts)


def _read(descriptor, said):
    with open(descriptor, "rb") as file:
        said[descriptor] = file.read()


def _write(descriptor, text):
    try:
        with open(descriptor, "wb") as file:
            file.write(text)
    except BrokenPipeError:  # nobody reads it
        return


class _Replaced(BaseException):
    """A process has called `os.execve`."""


def serve(control):
    """Fork for whoever asks; return, only in a fork, what runs its command.

    Args:
        control: The descriptor of the socket on which the streams of commands come.
    """
    channel = socket.socket(fileno=control)
    names = sorted({name.partition(".")[0] for name in sys.modules} - {"tests"})
    channel.sendall(json.dumps(names).encode() + b"\n")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    gc.collect()
    gc.freeze()  # forks share what is there, and do not look through it
    while True:
        told, descriptors, *_ = socket.recv_fds(channel, 1, 1 + _STREAMS)
        if not told:
            os._exit(0)
        if not os.fork():
            channel.close()
            return _ready(*descriptors)
        for descriptor in descriptors:
            os.close(descriptor)


def _ready(answers, *streams):
    """Wait for the process that runs the command, which alone returns from this."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    connection = socket.socket(fileno=answers)
    order = json.loads(connection.makefile().readline())
    pid = os.fork()
    if pid:
        for descriptor in (*range(_STREAMS), *streams):
            os.close(descriptor)
        connection.sendall(b"%d\n" % pid)
        _, status = os.waitpid(pid, 0)
        connection.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))
        os._exit(0)
    connection.close()
    for number, descriptor in enumerate(streams):
        os.dup2(descriptor, number)
        os.close(descriptor)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    return _command(order)


def _command(order):
    """Become a process that has just been started; return what runs its command to the end."""
    tempfile.tempdir = None
    os.chdir(order["cwd"])
    _take_over(order["env"])
    time.tzset()
    module, *arguments = order["words"]
    sys.path[0] = os.getcwd()
    sys.argv[:] = [module, *arguments]
    for name in ("tests.warm", "tests"):
        sys.modules.pop(name, None)
    execve = os.execve

    def replace(path, words, environment):
        if words[:2] != [sys.executable, "-c"]:
            execve(path, words, environment)
        raise _Replaced(words, environment)

    def run():
        try:
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        except _Replaced as replaced:
            os.execve = execve
            _run_instead(*replaced.args)

    if order["replaces"]:
        os.execve = replace
    return lambda: _run_to_the_end(run)


def _run_instead(words, environment):
    """Run `python -c`, as if this process had been replaced by it."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "hyperlocal"]:
        del sys.modules[name]
    _take_over(environment)
    folders = environment.get("PYTHONPATH", "").split(os.pathsep)
    sys.path[:1] = ["", *filter(None, folders)]
    sys.argv[:] = ["-c", *words[3:]]
    main = sys.modules["__main__"] = type(sys)("__main__")
    exec(words[2], vars(main))


def _run_to_the_end(run):
    """Run and end as the interpreter does, up to where it takes apart what it has in memory."""
    code = 0
    try:
        run()
    except SystemExit as ended:
        if ended.code is not None and not isinstance(ended.code, int):
            raise
        code = ended.code or 0
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _take_over(environment):
    os.environ.clear()
    os.environ.update(environment)
