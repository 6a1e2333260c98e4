"""A warm trial is a fresh interpreter to its script: what the script sees of itself."""

import os

import pytest

SEEN = '''"""A script."""
import json, os, sys
x: int = 3
facts = {
    "names": sorted(globals()),
    "name": __name__,
    "file": __file__,
    "doc": __doc__,
    "spec": __spec__,
    "package": __package__,
    "loader": [type(__loader__).__name__, __loader__.name, __loader__.path],
    "builtins": type(__builtins__).__name__,
    "annotations": str(__annotations__),
    "main": sys.modules["__main__"].__dict__ is globals(),
    "argv": sys.argv,
    "orig_argv": sys.orig_argv,
    "path": sys.path,
    "executable": sys.executable,
    "flags": str(sys.flags),
    "xoptions": sys._xoptions,
    "warnoptions": sys.warnoptions,
    "hooks": [sys.excepthook is sys.__excepthook__, sys.displayhook is sys.__displayhook__],
    "finders": [getattr(f, "__name__", str(type(f))) for f in sys.meta_path],
    "here": os.getcwd(),
    "environment": sorted(os.environ.items()),
    "trace": [str(sys.gettrace()), str(sys.getprofile())],
    "limit": sys.getrecursionlimit(),
    "interval": sys.getswitchinterval(),
    "dont_write": sys.dont_write_bytecode,
    "streams": [
        [s.name, s.mode, s.encoding, s.errors, s.line_buffering, s.write_through, s.isatty()]
        for s in (sys.stdin, sys.stdout, sys.stderr)
    ],
    "next_descriptor": os.open(os.devnull, os.O_RDONLY),
    "open_descriptors": sorted(os.listdir("/proc/self/fd")),
    "umask": os.umask(0o22),
    "affinity": sorted(os.sched_getaffinity(0)),
    "niceness": os.nice(0),
}
for name, value in facts.items():
    print(name, json.dumps(value))
'''


@pytest.mark.parametrize("script", ["train.py", "./train.py", "deep/er/train.py"])
def test_a_script_sees_the_same_of_itself(stage, script):
    stage.write(SEEN, script)

    ended = stage.same("--lr", "0.1", "", "ü", script=script)

    assert ended.code == 0
    assert 'name "__main__"' in ended.output


def test_a_linked_script_finds_the_siblings_of_what_the_link_leads_to(stage):
    stage.write("import sibling, sys; print(sibling.WHERE, sys.path[0], __file__)", "a/train.py")
    stage.write("WHERE = 'a'", "a/sibling.py")
    stage.write("WHERE = 'top'", "sibling.py")
    (stage.source / "train.py").symlink_to("a/train.py")

    assert stage.same().output.startswith("a ")


def test_the_variables_of_the_interpreter_count(stage):
    stage.environment = {
        "PYTHONHASHSEED": "7",
        "PYTHONOPTIMIZE": "1",
        "PYTHONWARNINGS": "default",
        "PYTHONUTF8": "1",
        "PYTHONUNBUFFERED": "1",
        "PYTHONFAULTHANDLER": "1",
    }
    stage.write(
        SEEN + "import faulthandler\nprint(hash('x'), __debug__, faulthandler.is_enabled())\n"
    )

    assert stage.same().lines[-1].endswith(" False True")


def test_siblings_are_the_trials_own_and_run_in_every_one(stage):
    stage.write("import helpers.deep, plain\nfrom helpers import answer\nprint(answer)\n")
    stage.write("answer = 42\nprint('helpers', __name__)\n", "helpers/__init__.py")
    stage.write(
        "from . import answer\nfrom .other import name\nprint(__package__, name)\n",
        "helpers/deep.py",
    )
    stage.write("name = __name__", "helpers/other.py")
    stage.write("import json\nprint('plain', json.dumps(1))\n", "plain.py")

    ended = stage.same()

    assert ended.lines[0] == "helpers helpers"
    assert ended.lines[-1] == "42"


def test_modules_that_nobody_imports_are_not_loaded(stage):
    stage.write("import sys; print(*sorted(sys.modules))\n")

    fresh, (warm,) = stage.fresh(), stage.warm()

    assert set(warm.output.split()) - set(fresh.output.split()) <= {
        "atexit",
        "gc",
        "marshal",
        "select",
    }
    assert set(fresh.output.split()) <= set(warm.output.split())


def test_what_imports_put_into_the_environment_stays(stage, tmp_path):
    """As scikit-learn does."""
    stage.environment = {"KMP_INIT_AT_FORK": ""}
    stage.installed = str(tmp_path / "installed")
    os.mkdir(stage.installed)
    with open(os.path.join(stage.installed, "learning.py"), "w") as library:
        library.write(
            "import os\n"
            "os.environ.setdefault('KMP_DUPLICATE_LIB_OK', 'True')\n"
            "os.environ.setdefault('KMP_INIT_AT_FORK', 'FALSE')\n"
        )
    stage.write(
        "import learning, os, subprocess\n"
        "print(os.environ.get('KMP_DUPLICATE_LIB_OK'), repr(os.environ['KMP_INIT_AT_FORK']))\n"
        "print(subprocess.check_output('echo $KMP_DUPLICATE_LIB_OK', shell=True))\n"
    )

    assert stage.same().lines[0] == "True ''"


def test_sources_are_decoded_as_python_decodes_them(stage):
    stage.write("# -*- coding: latin-1 -*-\nprint(ascii('ü'))\n".encode("latin-1"))
    assert stage.same().lines == ["'\\xfc'"]

    stage.write(b"\xef\xbb\xbfprint(ascii('\xc3\xbc'))\r\n")
    assert stage.same().lines == ["'\\xfc'"]


def test_its_source_can_be_inspected(stage):
    stage.write(
        "import inspect, linecache\n"
        "def answer():\n    return 42\n"
        "class Model:\n    depth = 3\n"
        "print(inspect.getsource(answer), inspect.getsource(Model))\n"
        "print(inspect.getmodule(answer), inspect.getfile(Model))\n"
        "print(linecache.getline(__file__, 1))\n"
    )

    assert "return 42" in stage.same().output


def test_it_is_a_process_of_its_own(stage):
    stage.write(
        "import os, threading, multiprocessing, psutil, time, signal\n"
        "me = psutil.Process()\n"
        "print(os.getpid() == os.getpgid(0) == os.getsid(0) == me.pid)\n"
        "print(abs(time.time() - me.create_time()) < 60, me.children(), me.num_threads())\n"
        "main = threading.main_thread()\n"
        "print(main.name, main is threading.current_thread(), main.native_id == os.getpid())\n"
        "print(threading.active_count(), multiprocessing.current_process().name)\n"
        "print(multiprocessing.parent_process(), multiprocessing.get_start_method(True))\n"
        "print([signal.getsignal(s) for s in sorted(signal.valid_signals())])\n"
        "print(signal.pthread_sigmask(signal.SIG_BLOCK, ()), signal.set_wakeup_fd(-1))\n"
        "print(time.process_time() < 5)\n"
    )

    assert stage.same().lines[0] == "True"


def test_warnings_and_logging_are_as_python_starts_with_them(stage):
    stage.write(
        "import logging, warnings, numpy\n"
        "for each in warnings.filters: print(each)\n"
        "warnings.warn('old', DeprecationWarning)\n"
        "def deep(): warnings.warn('deep', DeprecationWarning, stacklevel=2)\n"
        "deep(); deep()\n"
        "print(logging.root.handlers, logging.root.level)\n"
        "print(sorted(logging.root.manager.loggerDict))\n"
        "logging.warning('last resort')\n"
        "logging.basicConfig(level='INFO', format='%(levelname)s %(module)s %(processName)s')\n"
        "logging.info('x')\n"
        "x = 1 is 1\n"
    )

    ended = stage.same()

    assert "DeprecationWarning: old" in ended.output
    assert "SyntaxWarning" in ended.output
