"""Submissions: lets submitting fail, for code that tries again or gives up.

    hyperdrive.submit_fails("ServiceException: too many requests").once()

Nothing is recorded of a submission that failed. It fails after all that the SDK checks by itself,
when the service would be asked: a configuration that is wrong raises what it always does.
"""

from __future__ import annotations

from hyperlocal.testing.faults import checked_count, error_of

__all__ = ["SubmitFaults"]


class SubmitFaults:
    """How submitting is to fail; each method returns the same object."""

    def __init__(
        self, error: BaseException | type[BaseException] | str, *, after: int, times: int | None
    ) -> None:
        self._error = error_of(error, "submit_fails()")
        self._first = checked_count("after", after, "submissions")
        self._left = None if times is None else checked_count("times", times, "submissions")
        self._n_seen = self._n_failed = 0

    def once(self) -> SubmitFaults:
        """Let one submission fail, and no more."""
        self._left = 1
        return self

    def submitted(self) -> BaseException | type[BaseException] | None:
        """Count a submission; return the error that it fails with, None for none."""
        self._n_seen += 1
        if self._n_seen <= self._first or self._left == 0:
            return None
        if self._left is not None:
            self._left -= 1
        self._n_failed += 1
        return self._error

    def missed(self) -> str | None:
        """Return what was to happen and has not; None if all did."""
        more = "" if not self._n_failed or not self._left else f" {self._left} more times"
        if self._n_failed and not more:
            return None
        after = f" after {self._first}" if self._first else ""
        return (
            f"Submitting was to fail{more}{after} with {self._error!r}, but this test submitted "
            f"{self._n_seen} times."
        )
