"""State: what the pages of one studio share, so that fifty open pages cost one look."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any, TypeVar

from hyperlocal.history.records import RunRecord
from hyperlocal.history.store import History
from hyperlocal.studio.answers import Answers
from hyperlocal.studio.curves import RunCurves
from hyperlocal.studio.listing import Listing
from hyperlocal.studio.pace import Pace
from hyperlocal.views.sweep_data import SweepData
from hyperlocal.views.sweep_reader import SweepReader

__all__ = ["Followed", "Job", "State"]

_Kept = TypeVar("_Kept")
_LOOK_EVERY_S = 0.4
_SETTLE_EVERY_S = 3.0
_MOST_SWEEPS = 12  # a comparison looks at eight
_MOST_RUNS = 32
_MOST_MADE = 24  # replays, for each sweep that is looked at
_MOST_BYTES = 48 << 20  # of answers, for each sweep that is looked at


class Followed:
    """One run with its children, read at most every moment, and the answers made of it.

    Attributes:
        reader: What reads it.
        answers: What pages were told of it.
        columns: Of its table: since which version, and which.
    """

    def __init__(self, history: History, run_id: str) -> None:
        self.reader = SweepReader(history, run_id)
        self._history = history
        self._run_id = run_id
        self._lock = threading.Lock()
        self._data: SweepData | None = None
        self._looked_at = 0.0
        self._settled_at = 0.0
        self.answers = Answers(_MOST_BYTES)
        self.columns: tuple[int, Any] | None = None
        self._made: OrderedDict[Any, Any] = OrderedDict()
        self._working = threading.Lock()
        self._worked_out: dict[str, tuple[int, bool, Any]] = {}
        self._name = secrets.token_hex(4)

    def mark(self, data: SweepData) -> list[Any]:
        """Return how far a page knows the run, to be kept in the page."""
        last_key = data.trials[-1].key if data.trials else 0
        return [self._name, data.version, last_key]

    def known_version(self, mark: list[Any]) -> int:
        """Return the version that a page knows; -1 if somebody else had counted it.

        A studio that was started anew, or had looked at many sweeps since, counts from the start.
        """
        return int(mark[1]) if mark[0] == self._name else -1

    def data(self) -> SweepData:
        """Return the run as it is, or was a moment ago."""
        with self._lock:
            now = time.monotonic()
            data = self._data
            if data is not None and now - self._looked_at < _LOOK_EVERY_S:
                return data
            if data is not None and not data.status.is_terminal:
                self._settle(now)
            data = self._data = self.reader.read()
            self._looked_at = time.monotonic()
            return data

    def _settle(self, now: float) -> None:
        if now - self._settled_at < _SETTLE_EVERY_S or self._history.is_read_only:
            return
        self._settled_at = now
        from hyperlocal.engine import settle

        settle(self._history, self._run_id)  # its controller may have died without a word

    def made(self, key: Any, make: Callable[[], Any]) -> Any:
        """Return what `make` makes, made once for all pages that ask for the same."""
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
                return self._made[key]
        made = make()
        with self._lock:
            self._made[key] = made
            while len(self._made) > _MOST_MADE:
                self._made.popitem(last=False)
        return made

    def worked_out(self, name: str, work_out: Callable[[SweepData], Any]) -> Any:
        """Return what takes seconds to work out: once for all pages, again as trials end.

        A tenth more trials must have ended since, or the sweep itself.
        """
        with self._working:
            data = self.data()
            n_ended = sum(trial.is_ended for trial in data.trials)
            known = self._worked_out.get(name)
            if known is not None:
                had, was_over, answer = known
                if n_ended < 1.1 * had + 1 and was_over == data.status.is_terminal:
                    return answer
            answer = work_out(data)
            self._worked_out[name] = n_ended, data.status.is_terminal, answer
            return answer


@dataclass
class Job:
    """Something to be done outside of the server's threads, which have a lower priority."""

    do: Callable[[], Any]
    done: threading.Event = field(default_factory=threading.Event)
    answer: Any = None
    error: Exception | None = None

    def run(self) -> None:
        """Do it, and tell who waits."""
        try:
            self.answer = self.do()
        except Exception as error:  # whoever waits for it raises it
            self.error = error
        finally:
            self.done.set()


class State:
    """What the pages of one studio share.

    Attributes:
        history: What they show.
        runs: All runs.
        pace: How often pages ask what has happened.
        jobs: What the main thread is to do: processes that it starts have the usual priority.
    """

    def __init__(self, history: History) -> None:
        self.history = history
        self.jobs: SimpleQueue[Job | None] = SimpleQueue()
        self.runs = Listing(history)
        self.pace = Pace()
        self.has_main_loop = False
        self._lock = threading.Lock()
        self._followed: OrderedDict[str, Followed] = OrderedDict()
        self._curves: OrderedDict[str, RunCurves] = OrderedDict()

    def follow(self, run_id: str) -> Followed:
        """Return what follows a run with its children."""
        return self._newest(self._followed, run_id, Followed, _MOST_SWEEPS)

    def curves(self, run_id: str) -> RunCurves:
        """Return what follows the curves of a run."""
        return self._newest(self._curves, run_id, RunCurves, _MOST_RUNS)

    def _newest(
        self,
        kept: OrderedDict[str, _Kept],
        run_id: str,
        make: Callable[[History, str], _Kept],
        most: int,
    ) -> _Kept:
        with self._lock:
            if run_id not in kept:
                kept[run_id] = make(self.history, run_id)
            kept.move_to_end(run_id)
            while len(kept) > most:
                kept.popitem(last=False)
            return kept[run_id]

    def record(self, run_id: str) -> RunRecord:
        """Return a run as it is now."""
        return self.history.runs.get(run_id)

    def outside(self, do: Callable[[], Any], timeout_s: float = 60.0) -> Any:
        """Do something in the main thread; return its answer, or raise its error."""
        job = Job(do)
        if self.has_main_loop:
            self.jobs.put(job)
            if not job.done.wait(timeout_s):
                raise TimeoutError("The studio is busy; try it again.")
        else:
            job.run()
        if job.error is not None:
            raise job.error
        return job.answer
