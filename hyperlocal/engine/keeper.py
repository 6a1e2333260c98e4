"""Keeper: the process without which a controller must not go on, such as that of a test."""

from __future__ import annotations

import os
import signal
import threading

__all__ = ["KEEPER_VARIABLE", "as_keeper", "end_with_keeper"]

KEEPER_VARIABLE = "HYPERLOCAL_KEEPER"


def as_keeper() -> dict[str, str]:
    """Return the variables with which a controller ends when this very process does."""
    from hyperlocal.engine.processes import started_at

    return {KEEPER_VARIABLE: f"{os.getpid()}:{started_at(os.getpid())!r}"}


def end_with_keeper() -> None:
    """Have this process told to end when its keeper has; without one do nothing."""
    named = os.environ.get(KEEPER_VARIABLE)
    if named:
        threading.Thread(target=_wait_and_end, args=(named,), name="keeper", daemon=True).start()


def _wait_and_end(named: str) -> None:
    import psutil

    from hyperlocal.engine.processes import started_at

    pid, _, began_at = named.partition(":")
    try:
        keeper = psutil.Process(int(pid))
        if repr(started_at(keeper.pid)) == began_at:
            keeper.wait()
    except psutil.NoSuchProcess:
        pass
    os.kill(os.getpid(), signal.SIGTERM)
