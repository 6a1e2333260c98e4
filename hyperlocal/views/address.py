"""Address: where the studio of a home is, and its page of a run, whether it runs or not."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from hyperlocal.history.privacy import open_private

__all__ = ["DEFAULT_PORT", "HOST", "Key", "experiment_url", "read_key", "run_url", "write_port"]

HOST = "127.0.0.1"
DEFAULT_PORT = 8642
_FILE = "studio.json"
_HINT = "start=hyperlocal+studio"  # who finds nobody there reads what to type


@dataclass(frozen=True)
class Key:
    """What a home's studio is known by.

    Attributes:
        port: Where it listens, or listened last.
        token: What opens it; empty if it was never started.
    """

    port: int
    token: str


def read_key(home: Path | str) -> Key:
    """Return where the studio of a home is, or would be."""
    try:
        told = json.loads(Path(home, _FILE).read_text(encoding="utf-8"))
        port, token = told["port"], told["token"]
    except (OSError, ValueError, KeyError, TypeError):
        return Key(DEFAULT_PORT, "")
    is_sound = isinstance(port, int) and 0 < port < 65536 and isinstance(token, str)
    return Key(port, token) if is_sound else Key(DEFAULT_PORT, "")


def write_port(home: Path | str, port: int) -> Key:
    """Remember where the studio of a home listens; the token stays, so that open pages go on.

    Where the home cannot be written, nothing is remembered: the next start has another token.
    """
    import secrets  # only who serves the studio needs it

    key = Key(port, read_key(home).token or secrets.token_urlsafe(24))
    with contextlib.suppress(OSError):
        _write(home, key)
    return key


def _write(home: Path | str, key: Key) -> None:
    draft = Path(home, f".{_FILE}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        with open(open_private(draft, flags), "w", encoding="utf-8") as file:
            json.dump({"port": key.port, "token": key.token}, file)
        os.replace(draft, Path(home, _FILE))
    finally:
        draft.unlink(missing_ok=True)


def run_url(home: Path | str, run_id: str) -> str:
    """Return the address of the page of a run, which also says how to start the studio."""
    return f"http://{HOST}:{read_key(home).port}/runs/{quote(run_id)}?{_HINT}"


def experiment_url(home: Path | str, name: str) -> str:
    """Return the address of the page of an experiment."""
    return f"http://{HOST}:{read_key(home).port}/?experiment={quote(name, safe='')}&{_HINT}"
