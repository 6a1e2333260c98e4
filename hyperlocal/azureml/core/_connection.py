"""Connection: the history of this process's home, opened once."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hyperlocal.history import History

__all__ = ["this_history"]

_open: dict[str, History] = {}


def this_history() -> History:
    """Return the history of the home that this process works with now.

    Raises:
        HistoryError: It cannot be used; the text says why and what to do.
    """
    from hyperlocal.history.home import locate_home

    home = locate_home()
    if home not in _open:
        from hyperlocal.history import History

        _open[home] = History.open(home)
    return _open[home]
