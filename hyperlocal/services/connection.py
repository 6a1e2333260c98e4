"""Connection: the history of this process's home, opened once."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hyperlocal.history import History

__all__ = ["counting", "hand_back", "is_taken_over", "take_over", "this_history"]

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


def is_taken_over() -> bool:
    """Tell whether a test runs, whose history counts in place of others."""
    return bool(_of_tests)


def take_over(home: str, history: History) -> None:
    """Let the history of a test count from now on, for its home and for what was made before.

    Args:
        home: The absolute path of the test's home.
        history: Its history, already open.
    """
    _of_tests.append(history)
    _open[home] = history


def hand_back(home: str, history: History) -> bool:
    """End `take_over`; return whether that was the last one that had begun."""
    is_innermost = _of_tests[-1] is history
    _of_tests.remove(history)
    _open.pop(home, None)
    return is_innermost
