"""A warm trial is a fresh interpreter to its script: how it ends, and what is seen of it."""

import os
import signal
import sys

import pytest

from tests.engine.conftest import eventually

ENDINGS = {
    "well": "print('done')",
    "code": "import sys; print('leaving'); sys.exit(3)",
    "text": "import sys; sys.exit('it will not do')",
    "nothing": "import sys; sys.exit()",
    "at once": "import os; print('x', flush=True); os._exit(7)",
    "abort": "import os; os.abort()",
    "segmentation fault": "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
    "killed": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "terminated": "import os, signal; os.kill(os.getpid(), signal.SIGTERM)",
    "interrupted": "import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(9)",
    "interrupt raised": "def train():\n    raise KeyboardInterrupt\ntrain()",
    "caught": "try:\n    raise KeyboardInterrupt\nexcept BaseException as e: print(repr(e))",
    "exception": "def train():\n    raise ValueError('too hot')\ntrain()",
    "at the top": "1 / 0",
    "with a cause": (
        "def read():\n    return {}['depth']\n"
        "def train():\n"
        "    try:\n        read()\n"
        "    except KeyError as error:\n        raise RuntimeError('no depth') from error\n"
        "train()"
    ),
    "with a context": "try:\n    1 / 0\nfinally:\n    undefined",
    "from a library": "import json\njson.loads('{')",
    "from a sibling": "import sibling\nsibling.fall()",
    "while importing": "import falling",
    "base exception": "class Stop(BaseException): pass\nraise Stop('now')",
    "syntax": "x = (1,\nprint('never'",
    "indentation": "if True:\nprint('never')",
    "own hook": (
        "import sys, traceback\n"
        "def told(kind, error, trace):\n"
        "    print(kind.__name__, error, len(traceback.extract_tb(trace)))\n"
        "sys.excepthook = told\n"
        "1 / 0"
    ),
    "hook that falls": (
        "import sys\ndef told(*facts):\n    raise LookupError('hook')\n"
        "sys.excepthook = told\n1 / 0"
    ),
    "hook that exits": "import sys\nsys.excepthook = lambda *_: sys.exit(5)\n1 / 0",
    "exit from a thread": "import sys, threading\nthreading.Thread(target=sys.exit).start()",
    "exception in a thread": "import threading\nt = threading.Thread(target=[].pop, name='t')\n"
    "t.start(); t.join(); print('on')",
    "at exit": (
        "import atexit\nfor n in range(3): atexit.register(print, n)\n"
        "atexit.register(divmod, 1, 0)\nprint('end')"
    ),
    "at exit after an exception": "import atexit\natexit.register(print, 'cleaned')\n1 / 0",
    "threads are waited for": (
        "import threading, time\n"
        "def late():\n    time.sleep(0.2); print('late')\n"
        "threading.Thread(target=late).start()\nprint('main is done')"
    ),
    "daemons are not": (
        "import threading, time\n"
        "threading.Thread(target=time.sleep, args=(99,), daemon=True).start()\nprint('end')"
    ),
    "globals are cleared": (
        "class Leaving:\n    def __del__(self): print('gone', __name__)\nit = Leaving()"
    ),
    "generators are closed": (
        "def numbers():\n    try:\n        yield 1\n    finally:\n        print('closed')\n"
        "it = numbers(); next(it)"
    ),
    "what is buffered is written": (
        "import sys\nout = open(1, 'w', buffering=9999, closefd=False)\nout.write('late')"
    ),
    "closed output": "import sys\nsys.stdout.close()",
    "signal handler": (
        "import os, signal\nsignal.signal(signal.SIGTERM, lambda *_: print('heard'))\n"
        "os.kill(os.getpid(), signal.SIGTERM)\nprint('on')"
    ),
    "broken pipe": "import os\nr, w = os.pipe(); os.close(r)\nos.write(w, b'x')",
    "alarm": "import signal, time\nsignal.setitimer(signal.ITIMER_REAL, 0.1)\ntime.sleep(9)",
}

if sys.version_info < (3, 11):  # the error of the hook is shown a little longer there
    del ENDINGS["hook that falls"]


def test_it_ends_as_a_fresh_one_does(stage):
    """All endings with one host: whatever a trial does, the next one is not touched by it."""
    stage.write("import sys; exec(compile(open(sys.argv[1]).read(), sys.argv[1], 'exec'))")
    stage.write("def fall():\n    raise OSError(2, 'nothing there', 'data.csv')\n", "sibling.py")
    stage.write("assert False, 'as it is imported'\n", "falling.py")
    launcher, differing = stage.warm_launcher(), []
    assert launcher.reason is None
    for name, text in ENDINGS.items():
        # Written after the host has started, which only looked at the script's imports.
        stage.write(text)
        fresh, warm = stage.fresh(), stage.end(stage.start(launcher))
        if fresh != warm:
            differing.append(
                f"{name}\n--- fresh {fresh.code}\n{fresh.output}"
                f"--- warm {warm.code}\n{warm.output}"
            )

    assert not differing, "\n\n".join(differing)


@pytest.mark.parametrize(
    ("ending", "code"), [("exception", 1), ("interrupted", -signal.SIGINT), ("code", 3)]
)
def test_endings_are_what_they_are_supposed_to_be(stage, ending, code):
    stage.write(ENDINGS[ending])

    ended = stage.same()

    assert ended.code == code
    assert "hyperlocal" not in ended.output


def test_streams_are_its_own_down_to_the_descriptors(stage):
    stage.write(
        "import ctypes, os, subprocess, sys\n"
        "print('printed', flush=True)\n"
        "os.write(1, b'written\\n'); os.write(2, b'to the error\\n')\n"
        "subprocess.run(['echo', 'from a child'])\n"
        "sys.stderr.write('error\\n')\n"
        "libc = ctypes.CDLL(None)\n"
        "libc.puts(b'from C'); libc.fflush(None)\n"
        "print(repr(sys.stdin.read()), repr(os.read(0, 9)))\n"
        "print('no newline', end='')\n"
    )

    ended = stage.same()

    assert ended.lines[:4] == ["printed", "written", "to the error", "from a child"]


def test_a_signal_ends_the_trial_and_no_other(stage):
    stage.write("import os, time\nos.write(1, b'up')\ntime.sleep(30)")
    launcher = stage.warm_launcher()
    first = stage.start(launcher)
    eventually(lambda: stage.output == "up")
    second = stage.start(launcher)
    eventually(lambda: stage.output == "up")

    os.killpg(first.pid, signal.SIGTERM)

    assert stage.end(first).code == -signal.SIGTERM
    assert not second.has_ended()
    os.killpg(second.pid, signal.SIGKILL)
    assert stage.end(second).code == -signal.SIGKILL
