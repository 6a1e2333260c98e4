"""Objects of the SDK that scripts get and hold, and that are loud when they are used."""

from __future__ import annotations

from typing import Any, NoReturn

from hyperlocal.errors import NotEmulatedError

__all__ = ["LoudObject"]


class LoudObject:
    """Stands for an object that is not emulated: it can be held, and shown; nothing else.

    Args:
        feature: What it is in the SDK, with its full name.
        advice: What to do instead.
    """

    def __init__(self, feature: str, advice: str = "") -> None:
        self._feature = feature
        self._advice = advice

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # Python's own questions, of copies and displays
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        raise NotEmulatedError(f"{self._feature}.{name}", self._advice)

    def __call__(self, *args: object, **kwargs: object) -> NoReturn:
        raise NotEmulatedError(self._feature, self._advice)

    def __repr__(self) -> str:
        return f"<{self._feature}, which hyperlocal does not emulate>"
