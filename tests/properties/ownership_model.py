"""A world of owners: real locks, a real database and the real protocol, one step at a time.

Controllers, trials, lookers and resumers are threads here that stop before everything that others
can see: each transaction, and each lock. Somebody else says who takes the next step and who is
killed, so that a pause or a death can fall into every gap, and everything can be repeated.
"""

import os
import threading
from contextlib import contextmanager

from hyperlocal.domain.codec import plan_to_json
from hyperlocal.domain.distribution import Uniform
from hyperlocal.domain.goal import Goal
from hyperlocal.domain.launch import Launch
from hyperlocal.domain.space import Space
from hyperlocal.domain.status import Status
from hyperlocal.domain.sweep import Limits, Sampling, SamplingKind, Sweep
from hyperlocal.engine import detached, ownership, recovery, resumption
from hyperlocal.engine.closing import close_sweep
from hyperlocal.engine.outcome import Outcome
from hyperlocal.engine.sweep_log import SweepLog
from hyperlocal.engine.trial_scheduler import SweepScheduler
from hyperlocal.errors import FencedError, RunStateError
from hyperlocal.history import History
from hyperlocal.history.database import Database
from hyperlocal.history.fence import Fence
from hyperlocal.history.lock import Lock

RUN = "sweep"
N_TRIALS = 3
POINTS = (1.0, 2.0, 3.0, 4.0)
PLAN = Sweep(
    Space((("x", Uniform(0.0, 1.0)),)),
    Sampling(SamplingKind.RANDOM, 7),
    "accuracy",
    Goal.MAXIMIZE,
    Limits(N_TRIALS, 1, 3600.0),
    Launch(command=("train.py",), flags={"x": "--x"}),
)
_PATIENCE_S = 30.0


class Killed(BaseException):
    """What ends a thread that was killed: nothing it does from then on has an effect."""


class Actor:
    """A process of the world: takes a step when it is told to."""

    def __init__(self, world, name, act):
        self.world, self.name = world, name
        self.is_killed = self.is_over = False
        self.locks = []
        self.failure = None
        self._may_go, self._has_stopped = threading.Semaphore(0), threading.Semaphore(0)
        self._thread = threading.Thread(target=self._run, args=(act,), name=name, daemon=True)
        self._thread.start()
        self._await_stop()

    def checkpoint(self):
        """Wait to be told to go on; called by the actor itself."""
        if self.is_killed:
            raise Killed
        self._has_stopped.release()
        self._may_go.acquire()
        if self.is_killed:
            raise Killed

    def step(self):
        """Let it go on to what it does next that others can see."""
        if not self.is_over:
            self._may_go.release()
            self._await_stop()

    def kill(self):
        """End it where it stands, as the system does: its locks are free at once."""
        if self.is_over:
            return
        for lock in self.locks:
            if lock.descriptor is not None:
                os.close(lock.descriptor)
                lock.descriptor = None
        self.is_killed = True
        self._may_go.release()
        self._await_stop()

    def _await_stop(self):
        assert self._has_stopped.acquire(timeout=_PATIENCE_S), f"{self.name} is stuck"

    def _run(self, act):
        _here.actor = self
        try:
            self.checkpoint()
            act()
        except Killed:
            pass
        except BaseException as error:
            self.failure = error
        finally:
            _here.actor = None
            self.is_over = True
            self._has_stopped.release()


_here = threading.local()


def _stop_here():
    actor = getattr(_here, "actor", None)
    if actor is not None:
        actor.checkpoint()


class World:
    """One home with one sweep, and everybody who has to do with it.

    Attributes:
        accepted: What trials logged and were told is safe: trial, life, value.
        started: Which trials were started, each with the life that started it.
        refused: How often somebody was told that its time is over.
    """

    def __init__(self, home):
        self.home = home
        self.actors, self.accepted, self.started = [], [], []
        self.refused = 0
        self.history = self.open()
        with ownership.claim(home, RUN) as claim:
            self.history.runs.create(RUN, experiment="e", kind="s", plan=plan_to_json(PLAN))
            self.history.folder(RUN).snapshot.mkdir(parents=True)
            claim.start()

    def open(self, fence=None):
        return History.open(self.home, is_durable=False, fence=fence)

    # What each of them does.

    def begin_control(self, home, run_id, variables=None, *, life, lock_descriptor):
        """Stand in for `detached.start`: the new actor inherits the lock."""
        lock = Lock(ownership.lock_path(self.home, RUN), os.dup(lock_descriptor))
        actor = self._add(f"controller {life}", lambda: self._control(life))
        actor.locks.append(lock)
        actor.lock = lock
        return 0

    def _control(self, life):
        history = self.open(Fence(RUN, life))
        try:
            record = history.runs.get(RUN)
            if record.status.is_terminal:
                return
            history.runs.update(RUN, pid=1)
            log = SweepLog(None, "")
            scheduler = SweepScheduler(history, record, PLAN, 1, log)
            while (spec := scheduler.next()) is not None:
                trial = self._add(
                    f"trial {spec.run_id} of {life}",
                    lambda each=spec.run_id: self._try(each, life),
                )
                trial.run_id, trial.life = spec.run_id, life
                self.started.append((spec.run_id, life))
                history.runs.set_status(spec.run_id, Status.RUNNING)
                history.runs.set_status(RUN, Status.RUNNING)
                while not trial.is_over:
                    _stop_here()
                status = Status.FAILED if trial.is_killed else Status.COMPLETED
                scheduler.tell(spec.run_id, Outcome(status))
            close_sweep(history, RUN, PLAN, scheduler.outcomes, None)
        except FencedError:
            self.refused += 1
        finally:
            history.close()
        _here.actor.lock.release(remove=True)

    def _try(self, run_id, life):
        history = self.open(Fence(RUN, life, run_id))
        try:
            for value in POINTS:
                history.metrics.add(run_id, "accuracy", value, kind="float")
                self.accepted.append((run_id, life, value))
        except FencedError:
            self.refused += 1
        finally:
            history.close()

    def look(self):
        self._add("looker", lambda: self._with_history(lambda h: recovery.settle(h, RUN)))

    def resume(self):
        def act(history):
            try:
                resumption.resume(history, RUN)
            except RunStateError:
                self.refused += 1

        self._add("resumer", lambda: self._with_history(act))

    def _with_history(self, act):
        history = self.open()
        try:
            act(history)
        finally:
            history.close()

    def end_processes(self, history, runs, *, up_to_life):
        """Stand in for the engine's: trials are actors here, and half of them out of reach."""
        ids = {run.run_id for run in runs}
        for actor in self.trials():
            number = int(actor.run_id.rpartition("_")[2])
            is_out_of_reach = (number + actor.life // 2) % 2 == 0  # as in another container
            if actor.run_id in ids and actor.life <= up_to_life and not is_out_of_reach:
                actor.kill()

    # Who there is.

    def _add(self, name, act):
        actor = Actor(self, name, act)
        self.actors.append(actor)
        return actor

    def alive(self):
        return [actor for actor in self.actors if not actor.is_over]

    def trials(self):
        return [actor for actor in self.alive() if actor.name.startswith("trial")]

    def controllers(self):
        return [actor for actor in self.alive() if actor.name.startswith("controller")]

    def close(self):
        for actor in self.alive():
            actor.kill()
        self.history.close()


@contextmanager
def world(home):
    """A world; meanwhile what the engine does with processes is done with its actors."""
    acquire, take, init = Database.acquire, Lock.take.__func__, Lock.__init__
    clock = {"now": 0.0}

    def stopping_acquire(database):
        _stop_here()
        return acquire(database)

    def stopping_take(cls, path):
        _stop_here()
        return take(cls, path)

    def noting_init(lock, path, descriptor):
        init(lock, path, descriptor)
        actor = getattr(_here, "actor", None)
        if actor is not None:
            actor.locks.append(lock)

    class Time:
        @staticmethod
        def monotonic():
            return clock["now"]

        @staticmethod
        def sleep(seconds):
            clock["now"] += seconds
            _stop_here()

    made = []
    replaced = [
        (Database, "acquire", stopping_acquire),
        (Lock, "take", classmethod(stopping_take)),
        (Lock, "__init__", noting_init),
        (ownership, "time", Time),
        (resumption, "_WAITS_S", 0.02),
        (detached, "start", lambda *given, **named: made[0].begin_control(*given, **named)),
        (recovery, "end_processes", lambda *g, **n: made[0].end_processes(*g, **n)),
        (resumption, "end_processes", lambda *g, **n: made[0].end_processes(*g, **n)),
    ]
    before = [(owner, name, owner.__dict__[name]) for owner, name, _ in replaced]
    for owner, name, stand_in in replaced:
        setattr(owner, name, stand_in)
    try:
        made.append(World.__new__(World))
        made[0].__init__(home)
        yield made[0]
    finally:
        made[0].close()
        for owner, name, original in before:
            setattr(owner, name, original)
