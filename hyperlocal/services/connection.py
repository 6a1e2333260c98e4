"""Connection: the history of this process's home, opened once."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hyperlocal.history import History

__all__ = ["counting", "this_history"]

_open: dict[str, History] = {}
_of_tests: list[History] = []  # those of the tests that are running, the innermost last


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


def counting(history: History) -> History:
    """Return the history that counts for what was made with `history`.

    While a test runs that is the test's, also for what code under test has made when it was
    imported, or in an earlier test.
    """
    return _of_tests[-1] if _of_tests and history not in _of_tests else history
