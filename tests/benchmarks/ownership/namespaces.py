"""Namespaces: process numbers of one's own, as in a container that shares the home."""

import contextlib
import ctypes
import os
import signal
import subprocess

__all__ = ["enter_namespace", "inside", "namespaces_are_allowed"]

_NEW_PID, _NEW_MOUNTS = 0x20000000, 0x00020000
_PRIVATE, _RECURSIVE = 1 << 18, 1 << 14
_PR_SET_PDEATHSIG = 1


def namespaces_are_allowed():
    """Whether this process may make a namespace of process numbers."""
    words = ["unshare", "--pid", "--fork", "--mount-proc", "true"]
    try:
        return subprocess.run(words, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def enter_namespace():
    """Go on as a child of the first process of a namespace; leave the others to look after it."""
    system = ctypes.CDLL(None, use_errno=True)
    if system.unshare(_NEW_PID | _NEW_MOUNTS):
        raise OSError(ctypes.get_errno(), "no namespace")
    first = os.fork()
    if first:
        os._exit(os.waitstatus_to_exitcode(os.waitpid(first, 0)[1]) & 0xFF)
    system.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    system.mount(b"none", b"/", None, _PRIVATE | _RECURSIVE, None)
    if system.mount(b"proc", b"/proc", b"proc", 0, None):
        os._exit(72)
    actor = os.fork()
    if not actor:
        return
    code = 0
    while True:  # as the first process of a container does
        try:
            pid, status = os.wait()
        except ChildProcessError:
            os._exit(code)
        if pid == actor:
            code = os.waitstatus_to_exitcode(status) & 0xFF


def inside(pid):
    """Return the process of an actor in a namespace, of the one that waits for it."""
    for _ in range(2):
        with (
            contextlib.suppress(OSError, IndexError),
            open(f"/proc/{pid}/task/{pid}/children") as children,
        ):
            pid = int(children.read().split()[0])
    return pid
