"""The warm host's program: imports what a training script imports, then forks trials on request.

It is the main program of a plain interpreter, with nothing of hyperlocal in it, no threads and no
multiprocessing, so that a fork of it has nothing to hide. In a fork, `serve` returns: the trial's
script runs at the bottom of this file, and then the interpreter ends as it always does.

Requests and reports are marshalled tuples behind their length, over the socket whose descriptor
is on the command line. `host.py` is the other end, run by the same version of Python.
"""

import sys

_LOADED_AT_START = frozenset(sys.modules)
_GIVEN_TO_SCRIPTS = {name: it for name, it in globals().items() if name.startswith("__")}

# An interpreter has loaded these anyway, or they do not show: no trial is to have a module that
# its script does not import.
import atexit  # noqa: E402
import gc  # noqa: E402
import marshal  # noqa: E402
import os  # noqa: E402
import select  # noqa: E402
import stat  # noqa: E402

try:
    import resource
except ImportError:  # then nobody asks for a mark
    pass
else:
    del sys.modules["resource"]  # it does show

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, ModuleType, TracebackType
    from typing import Any, NoReturn

_HEADER_BYTES = 8
_GRACE_S = 1.0
_TERMINATE, _KILL = 15, 9  # the module that has their names is not loaded
_MONITORING_TOOLS = 6
_MOST_NAMED = 5
_SCRIPT_FOLDER = "<folder of the script>"  # holds its place in sys.path
_FORK_SAFE_THREADS = ("jemalloc_bg_thd",)  # of pyarrow; what it does waits in a fork
_FOUND_BEFORE_SCRIPTS = {"sitecustomize", "usercustomize"}


_kept: "dict[str, ModuleType]" = {}


def _leave_be() -> None:
    """Keep modules of the host from being taken apart at a trial's end, which would copy them.

    The interpreter looks for them in `sys.modules`, where it finds what it leaves there itself.
    Not for what the script has imported: that ends as ever.
    """
    for name, module in _kept.items():
        if sys.modules.get(name) is module:
            sys.modules[name] = None  # type: ignore[assignment]


class _Refusal(Exception):
    """Why trials cannot be forked from this process."""


class _Missing:
    """The last of the finders: finds nothing, and notes what nobody found."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Note a name."""
        self.names.add(name)


class _Host:
    """One end of the socket, and the trials that were forked and have not ended yet."""

    def __init__(self, control: int) -> None:
        if not getattr(sys.flags, "safe_path", False):
            sys.path[0] = _SCRIPT_FOLDER
        self._control = control
        self._descriptors = _descriptors()
        self._environment = dict(os.environ)
        self._put: dict[str, str] = {}
        self._removed: set[str] = set()
        self._trials: dict[int, int] = {}  # a descriptor of the process to its id
        self._poll = select.poll()

    def _load(self) -> None:
        """Import what the first request names; end here if trials cannot be forked then."""
        order = self._receive()
        if order is None:
            os._exit(0)
        atexit.register(_leave_be)  # the first of all, so that it is the last to be called
        imports, own, denied, label = order
        try:
            _check_tools()
            _check_system()
            self._label = _Label(*label)
            before = _warning_filters()
            self._check(_import_all(imports), set(own), set(denied))
            added = [each for each in _warning_filters() if each not in before]
        except _Refusal as refusal:
            self._send("refused", str(refusal))
            os._exit(0)
        self._remember_environment()
        self._mains = _holders(sys.modules["__main__"])
        _kept.update((n, sys.modules[n]) for n in sys.modules.keys() - _LOADED_AT_START)
        gc.collect()
        gc.freeze()  # else a trial's first collection would copy all these pages
        loaded = sorted(_tops(set(sys.modules) - _LOADED_AT_START))
        self._send("ready", loaded, all(each[0] == "ignore" for each in added))

    def _check(self, missing: "set[str]", own: "set[str]", denied: "set[str]") -> None:
        """Check that the imports have left nothing behind that a fork would not have.

        Raises:
            _Refusal: They have.
        """
        loaded = _tops(set(sys.modules))
        if loaded & denied:
            raise _Refusal(f"it imports {_told(loaded & denied)}, which may not survive a fork")
        hidden = own & (loaded | missing | _FOUND_BEFORE_SCRIPTS)
        if hidden:
            raise _Refusal(f"libraries would find {_told(hidden)} in its source")
        _check_output()
        _check_processes()
        for number in _descriptors() - self._descriptors:
            if not stat.S_ISCHR(os.fstat(number).st_mode):
                raise _Refusal("an import leaves a file or a connection open")
        _check_tools()

    def _remember_environment(self) -> None:
        """Note which variables the imports have changed, as they would have in the trial."""
        now, before = dict(os.environ), self._environment
        self._put = {name: value for name, value in now.items() if before.get(name) != value}
        self._removed = before.keys() - now.keys()

    def serve(self) -> "tuple[CodeType, dict[str, Any]]":
        """Import, and fork trials until the controller is gone; in a trial, return what it runs.

        That is its code and its globals.
        """
        self._load()
        self._poll.register(self._control, select.POLLIN)
        while True:
            for number, _ in self._poll.poll():
                if number != self._control:
                    self._report(number)
                    continue
                trial = self._obey(self._receive())
                if trial is not None:
                    return trial

    def _obey(self, request: "Any") -> "tuple[CodeType, dict[str, Any]] | None":
        if request is None:
            self._end()
        kind, number, *trial = request
        if kind == "reap":
            os.waitpid(number, 0)
            self._send("reaped", number)
            return None
        try:
            pid = _fork()
        except OSError as error:
            self._send("failed", number, error.errno, error.strerror)
            return None
        if not pid:
            return self._become(*trial)
        self._send("started", number, pid)
        watched = os.pidfd_open(pid)
        self._trials[watched] = pid
        self._poll.register(watched, select.POLLIN)
        return None

    def _become(
        self,
        run_id: str,
        mark: int,
        command: "list[str]",
        folder: str,
        output: str,
        environment: "dict[str, str]",
    ) -> "tuple[CodeType, dict[str, Any]]":
        """Make this fork what `command` would be in a new process."""
        os.setsid()
        for number in (self._control, *self._trials):
            os.close(number)
        self._label.write(run_id)
        if mark:
            unlimited = resource.getrlimit(resource.RLIMIT_RTTIME)[1]
            resource.setrlimit(resource.RLIMIT_RTTIME, (mark, unlimited))
        file = os.open(output, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.dup2(file, 1)
        os.dup2(file, 2)
        os.close(file)
        os.chdir(folder)
        folders = _moved_folders(self._environment, environment)
        self._set_environment(environment)
        return _as_main(command, folders, self._mains)

    def _set_environment(self, wanted: "dict[str, str]") -> None:
        """Give this fork the variables of its trial, and what the imports would make of them."""
        wanted.update(self._put)
        present = dict(os.environ)
        for name in (present.keys() - wanted.keys()) | self._removed & present.keys():
            del os.environ[name]
        for name in wanted.keys() - self._removed:
            if present.get(name) != wanted[name]:
                os.environ[name] = wanted[name]

    def _report(self, watched: int) -> None:
        """Tell the controller that a trial has ended, and leave it to be reaped."""
        self._poll.unregister(watched)
        os.close(watched)
        pid = self._trials.pop(watched)
        ended = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        assert ended is not None
        code = ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status
        self._send("ended", pid, code)

    def _end(self) -> "NoReturn":
        """End, and first whatever trials are left: nobody waits for them any more."""
        self._poll.unregister(self._control)
        for number in (_TERMINATE, _KILL):
            for pid in self._trials.values():
                _signal_group(pid, number)
            while self._trials and (ended := self._poll.poll(_GRACE_S * 1000)):
                for watched, _ in ended:
                    self._report(watched)
        os._exit(0)

    def _receive(self) -> "Any":
        """Return the next request; None if the controller is gone."""
        header = self._read(_HEADER_BYTES)
        body = header and self._read(int.from_bytes(header, "big"))
        return marshal.loads(body) if body else None

    def _read(self, size: int) -> bytes:
        parts = []
        while size:
            try:
                part = os.read(self._control, size)
            except ConnectionError:
                return b""
            if not part:
                return b""
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def _send(self, *report: "Any") -> None:
        body = marshal.dumps(report)
        data = len(body).to_bytes(_HEADER_BYTES, "big") + body
        try:
            while data:
                data = data[os.write(self._control, data) :]
        except OSError:
            return  # the controller is gone: the next read says so


class _Label:
    """Where the system shows for which run a process works: its first environment.

    That memory stays what it was when the host was started, whatever `os.environ` holds, and by
    it those processes of a trial are found that have left its tree and its group.
    """

    def __init__(self, name: str, room: str) -> None:
        """Find the variable `name`, right before `room`, which is there to be written over."""
        self._name, self._room = name.encode() + b"=", room.encode() + b"="
        try:
            with open("/proc/self/environ", "rb") as shown:
                before = shown.read()
            with open("/proc/self/stat", "rb") as facts:
                address = int(facts.read().rpartition(b")")[2].split()[47])
            begin = before.index(self._name)
            end = before.index(b"\0", before.index(self._room))
            self._address, self._size = address + begin, end - begin
            self._put(before[begin:end])
        except (OSError, ValueError) as error:
            raise _Refusal(f"a process cannot say here whose it is ({error})") from None

    def write(self, run_id: str) -> None:
        """Show that this process works for `run_id`."""
        self._put((self._name + run_id.encode() + b"\0" + self._room).ljust(self._size, b"_"))

    def _put(self, text: bytes) -> None:
        memory = os.open("/proc/self/mem", os.O_RDWR)
        try:
            os.pwrite(memory, text, self._address)
        finally:
            os.close(memory)


class _OwnTraceback:
    """Lets an exception out of the script without the lines of this file that ran it."""

    def __enter__(self) -> None:
        return

    def __exit__(
        self,
        kind: "type[BaseException] | None",
        error: "BaseException | None",
        trace: "TracebackType | None",
    ) -> None:
        if error is None:
            return
        while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
            trace = trace.tb_next
        error.__traceback__ = trace
        if sys.version_info < (3, 11) and not isinstance(error, SystemExit):
            # There the interpreter shows the traceback that it kept, whatever the error's is now.
            sys.excepthook(type(error), error, trace)
            sys.excepthook = lambda *_: None


def _as_main(
    command: "list[str]", folders: "dict[str, str]", mains: "list[tuple[dict[str, Any], str]]"
) -> "tuple[CodeType, dict[str, Any]]":
    """Make a new `__main__` of a command's script; return its code and its globals.

    Args:
        command: The argument vector.
        folders: Folders in `sys.path` that are others in this process.
        mains: Where `__main__` is kept.
    """
    path = os.path.join(os.getcwd(), command[1])
    sys.orig_argv[:] = command
    sys.argv[:] = command[1:]
    folders[_SCRIPT_FOLDER] = os.path.dirname(os.path.realpath(path))
    sys.path[:] = [folders.get(folder, folder) for folder in sys.path]
    sys.path_importer_cache.pop(_SCRIPT_FOLDER, None)
    _seed()
    main = type(sys)("__main__")
    for holder, name in mains:
        holder[name] = main
    names = vars(main)
    names.update(_GIVEN_TO_SCRIPTS, __doc__=None, __file__=path)
    names["__loader__"] = type(names["__loader__"])("__main__", path)
    if "__annotations__" in names:
        names["__annotations__"] = {}
    with open(path, "rb") as source:
        return compile(source.read(), path, "exec", dont_inherit=True), names


def _holders(module: "ModuleType") -> "list[tuple[dict[str, Any], str]]":
    """Return where a module is kept: as a loaded one, and by others that have imported it."""
    kept = [vars(each) for each in sys.modules.values() if type(each) is type(sys)]
    return [
        (names, name) for names in [sys.modules, *kept] for name in names if names[name] is module
    ]


def _moved_folders(host: "dict[str, str]", trial: "dict[str, str]") -> "dict[str, str]":
    """Return which folders of the host's PYTHONPATH are others in the trial's."""
    ours, its = (each.get("PYTHONPATH", "").split(os.pathsep) for each in (host, trial))
    return {os.path.abspath(a): os.path.abspath(b) for a, b in zip(ours, its) if a != b}  # noqa: B905


def _seed() -> None:
    """Give the trial its own of what modules draw or note once, when they are imported."""
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()  # the standard library's `random` does it by itself
    if "multiprocessing.process" in sys.modules:
        process: Any = sys.modules["multiprocessing.process"]
        process.ORIGINAL_DIR = os.getcwd()
        process.current_process().authkey = os.urandom(32)
    if "threading" in sys.modules:
        thread: Any = sys.modules["threading"].main_thread()
        thread._set_native_id()  # some versions of Python keep the parent's


def _import_all(imports: "list[tuple[str, list[str]]]") -> "set[str]":
    """Do as `import name` or `from name import wanted` would; return names that nobody found."""
    missing = _Missing()
    sys.meta_path.append(missing)
    for name, wanted in imports:
        try:
            __import__(name, None, None, wanted)
        except ModuleNotFoundError as error:
            if error.name is None or not f"{name}.".startswith(f"{error.name}."):
                raise _Refusal(f"import {name} fails: {error}") from None
            # It is not installed: the script does without, or says so itself.
        except BaseException as error:
            raise _Refusal(f"import {name} fails: {error!r}") from None
    sys.meta_path.remove(missing)
    for ours in [name for name in sys.modules if name.startswith("hyperlocal.")]:
        for name in getattr(sys.modules[ours], "_LOADED_LATER", ()):
            __import__(name)
    return {name for name in missing.names if "." not in name}


def _check_output() -> None:
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    if os.fstat(1).st_size:
        first = os.pread(1, 200, 0).decode("utf-8", "replace").strip().partition("\n")[0]
        raise _Refusal(f"an import prints: {first}")


def _check_processes() -> None:
    threading = sys.modules.get("threading")
    if threading is not None and threading.active_count() > 1:
        names = {thread.name for thread in threading.enumerate()} - {"MainThread"}
        raise _Refusal(f"an import leaves a thread running: {_told(names)}")
    others = _native_threads()
    if others and len(others) > _pool_threads():
        raise _Refusal(f"imports leave native threads running: {_told(set(others))}")
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return
    raise _Refusal("an import leaves a process running")


def _native_threads() -> "list[str]":
    """Return the names of all threads but this one and such as are known to bear a fork."""
    names = []
    for number in set(os.listdir("/proc/self/task")) - {str(os.getpid())}:
        with open(f"/proc/self/task/{number}/comm") as name:
            names.append(name.read().strip())
    return [name for name in names if name not in _FORK_SAFE_THREADS]


def _pool_threads() -> int:
    """Return how many threads OpenBLAS has started: it ends them itself before a fork."""
    try:
        from threadpoolctl import threadpool_info
    except ImportError:
        return 0
    pools = [pool for pool in threadpool_info() if pool["internal_api"] == "openblas"]
    return sum(pool["num_threads"] - 1 for pool in pools)


def _check_system() -> None:
    try:
        os.close(os.pidfd_open(os.getpid()))
    except OSError as error:
        raise _Refusal(f"processes cannot be watched here ({error})") from None


def _check_tools() -> None:
    tools = [sys.gettrace(), sys.getprofile()]
    if hasattr(sys, "monitoring"):
        tools += map(sys.monitoring.get_tool, range(_MONITORING_TOOLS))
    if any(tool is not None for tool in tools):
        raise _Refusal("a debugger, a profiler or a measure of coverage is at work")


def _warning_filters() -> "list[Any]":
    # Before anything imports the module, the interpreter has the same filters without it.
    warnings = sys.modules.get("warnings") or sys.modules["_warnings"]
    return list(warnings.filters)


def _descriptors() -> "set[int]":
    open_now = set(map(int, os.listdir("/proc/self/fd")))
    return {number for number in open_now if os.path.exists(f"/proc/self/fd/{number}")}


def _tops(names: "set[str]") -> "set[str]":
    return {name.partition(".")[0] for name in names}


def _told(names: "set[str]") -> str:
    first = sorted(names)
    return ", ".join(first[:_MOST_NAMED]) + (", ..." if len(first) > _MOST_NAMED else "")


def _fork() -> int:
    """Fork, without a warning about threads: which there are was looked at."""
    if "warnings" not in sys.modules:
        return os.fork()
    with sys.modules["warnings"].catch_warnings():
        sys.modules["warnings"].simplefilter("ignore")
        return os.fork()


def _signal_group(pid: int, number: int) -> None:
    try:
        os.killpg(pid, number)
    except ProcessLookupError:  # it has not even its own group yet
        os.kill(pid, number)


if __name__ == "__main__":
    with _OwnTraceback():
        exec(*_Host(int(sys.argv[1])).serve())
