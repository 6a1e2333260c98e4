"""Storm: a sweep, what looks at it and resumes it, and what kills any of these meanwhile."""

import contextlib
import itertools
import os
import signal
import time
from typing import NamedTuple

from tests.benchmarks.ownership.actors import fork
from tests.benchmarks.ownership.census import Census
from tests.benchmarks.ownership.namespaces import inside

__all__ = ["MAY_INTERRUPT", "Death", "Storm"]

MAY_INTERRUPT = ("controller", "namespace", "driver", "wait", "resume")
"""What holds a sweep, or may at some instant; resumers of all kinds begin with `resume`."""

_TICK_S = 0.02
_TOGETHER_S = 1.5  # for so long two that both can run are no coincidence of ending and starting
_SUBMITTED_WITHIN_S, _FINISHED_WITHIN_S, _GONE_WITHIN_S = 30.0, 90.0, 20.0
_OTHERS = {
    "look": 4,
    "wait": 4,
    "resume": 6,
    "resume and watch": 2,
    "resume afresh": 1,
    "list": 1,
    "list all": 1,
    "list afresh": 1,
    "show": 1,
    "show as JSON": 1,
    "doctor": 1,
}
_MOST_OTHERS = 8
_TARGETS = {
    "controller": 6,
    "controller and watchdog": 2,
    "everything": 1,
    "watchdog": 1,
    "host": 1,
    "trial": 1,
    "actor": 5,
}


class Death(NamedTuple):
    """Something was killed, after `at`."""

    at: float
    role: str
    run_id: str


class _Actor(NamedTuple):
    name: str
    pid: int
    in_namespace: bool


class Storm:
    """One sweep's storm.

    Attributes:
        deaths: What was killed, in order.
        events: What was done, with times.
        harm: What has gone wrong that can only be seen meanwhile, in sentences.
        n_forked: How many other processes there were.
    """

    def __init__(self, stage, kind, rng, marker, *, lasts_s=9.0, has_namespaces=True):
        self.deaths, self.events, self.harm = [], [], []
        self._stage, self._kind, self._rng = stage, kind, rng
        self._census = Census(marker)
        self._lasts_s, self._has_namespaces = lasts_s, has_namespaces
        self._actors = {}
        self._killed = set()  # actors that we have killed
        self._stopped = []  # when what goes on, or is killed: (at, number, pid, identity, role)
        self._together = {}  # pairs of controllers: how long both could run
        self._doubled = set()  # runs that had two
        self._n_trials_hit = 0
        self.n_forked = 0
        self._seats = rng.randint(2, _MOST_OTHERS)
        self._hits_left = rng.randint(3, 14)
        self._can_kill_driver = rng.random() < 0.15
        self._seen, self._looked_at = [], time.monotonic()

    def rage(self, earlier):
        """Submit the sweep, and do everything to it for a while."""
        driver = self._fork("driver", self._kind, earlier, in_namespace=self._by_chance(0.2))
        self._until(lambda: self._stage.run_id or driver.pid not in self._actors, 30.0)
        if self._stage.run_id is None:
            self.harm.append("it was not submitted")
            return
        until = time.monotonic() + self._lasts_s
        next_hit = time.monotonic() + self._gap()
        while time.monotonic() < until and not self._has_completed():
            self._tick()
            while len(self._actors) < self._seats:
                self._fork_other()
            if self._hits_left and time.monotonic() >= next_hit:
                self._hit()
                next_hit = time.monotonic() + self._gap()

    def calm(self):
        """Let what was stopped go on, and the sweep come to its end; then send all home."""
        for _, number, pid, identity, role in self._stopped:
            self._signal(signal.SIGCONT, pid, identity, f"last of all, not {number}: {role}")
        self._stopped = []
        if self._stage.run_id is None:
            return
        lives = any(actor.name == "driver" for actor in self._actors.values())
        last = self._fork("finish", self._kind, lives)
        if not self._until(lambda: last.pid not in self._actors, _FINISHED_WITHIN_S):
            self.harm.append("it comes to no end, although nobody is killed any more")
        self._stage.end()
        if not self._until(lambda: not self._actors, _GONE_WITHIN_S):
            names = sorted(actor.name for actor in self._actors.values())
            self.harm.append(f"these hang: {', '.join(names)}")
        if not self._until(lambda: not self._seen, _GONE_WITHIN_S):
            left = ", ".join(f"{p.role} of {p.run_id or '?'}" for p in self._seen)
            self.harm.append(f"these were left behind: {left}")

    def ask(self, name, *arguments, within_s=30.0):
        """Have one more actor act, alone, to its end."""
        last = self._fork(name, *arguments)
        if not self._until(lambda: last.pid not in self._actors, within_s):
            self.harm.append(f"{name} hangs")

    def clear(self):
        """Kill whatever is left."""
        for seen in self._census.take():
            _send(seen.pid, signal.SIGKILL)
        for pid in self._actors:
            _send(pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)
        self._actors = {}

    def _by_chance(self, share):
        return self._has_namespaces and self._rng.random() < share

    def _gap(self):
        return min(self._rng.expovariate(1 / 0.4), 2.0)

    def _note(self, text):
        self.events.append((time.monotonic(), text))

    def _until(self, condition, within_s):
        until = time.monotonic() + within_s
        while not condition():
            if time.monotonic() > until:
                return False
            self._tick()
        return True

    def _tick(self):
        time.sleep(_TICK_S)
        self._seen = self._census.take()
        now = time.monotonic()
        self._compare_controllers(now - self._looked_at)
        self._looked_at = now
        self._reap()
        for entry in [entry for entry in self._stopped if entry[0] <= now]:
            self._stopped.remove(entry)
            _, number, pid, identity, role = entry
            self._signal(number, pid, identity, role)

    def _compare_controllers(self, passed_s):
        able = [p for p in self._seen if p.role == "controller" and p.state not in "Tt"]
        for one, other in itertools.combinations(sorted(able, key=lambda p: p.identity), 2):
            if one.run_id != other.run_id:
                continue
            pair = one.identity, other.identity
            self._together[pair] = self._together.get(pair, 0.0) + passed_s
            if self._together[pair] >= _TOGETHER_S and one.run_id not in self._doubled:
                self._doubled.add(one.run_id)
                pids = f"{one.pid} and {other.pid}"
                self.harm.append(f"two controllers at once for {one.run_id}: {pids}")
                self._note(self.harm[-1])

    def _reap(self):
        for pid, actor in list(self._actors.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if not ended:
                continue
            del self._actors[pid]
            code = os.waitstatus_to_exitcode(status)
            self._note(f"{actor.name} {pid} ends with {code}")
            if code and pid not in self._killed:
                self.harm.append(f"{actor.name} (process {pid}) ended with exit code {code}")

    def _fork(self, name, *arguments, in_namespace=False):
        self.n_forked += 1
        output = self._stage.said / f"{self.n_forked:03}-{name.replace(' ', '-')}"
        seed = self._rng.random()
        pid = fork(self._stage, name, seed, *arguments, output=output, in_namespace=in_namespace)
        where = ", in a namespace" if in_namespace else ""
        self._note(f"{name} {pid} starts{where} (it says {output.name})")
        self._actors[pid] = _Actor(name, pid, in_namespace)
        return self._actors[pid]

    def _fork_other(self):
        names = [*_OTHERS]
        name = self._rng.choices(names, [*_OTHERS.values()])[0]
        self._fork(name, in_namespace=self._by_chance(0.25))

    def _has_completed(self):
        with contextlib.suppress(FileNotFoundError):
            run_id = self._stage.run_id
            lines = (self._stage.folder / "seen").read_text().splitlines()
            return any(
                line.split()[3:] in ([run_id, "Completed"], [run_id, "Finished"]) for line in lines
            )
        return False

    def _hit(self):
        """Kill or stop one of the targets that there are at this instant."""
        found = {name: self._of(name) for name in _TARGETS}
        names = [name for name, processes in found.items() if processes]
        if not names:
            return
        name = self._rng.choices(names, [_TARGETS[each] for each in names])[0]
        self._hits_left -= 1
        only_stops = name in ("trial", "host") and not self._may_kill(name)
        if only_stops or self._rng.random() < 0.35:
            self._pause(found[name], kills=not only_stops and self._rng.random() < 0.4)
        else:
            self._kill(found[name])
        if name.startswith("controller") and self._rng.random() < 0.4:
            for _ in range(self._rng.randint(2, 4)):  # several at once
                if len(self._actors) <= _MOST_OTHERS:
                    self._fork("resume", in_namespace=self._by_chance(0.1))

    def _may_kill(self, name):
        """Whether a trial may fail: of all that fail, a sweep does so itself, and rightly."""
        if not self._kind.trials_may_be_killed or self._n_trials_hit:
            return False
        self._n_trials_hit = 1
        return True

    def _pause(self, victims, *, kills):
        for pid, identity, role in victims:
            stopped = inside(pid) if role.startswith("namespace") else pid
            self._signal(signal.SIGSTOP, stopped, identity, role)
            at = time.monotonic() + self._rng.uniform(0.02, 1.5)
            number, pid = (signal.SIGKILL, pid) if kills else (signal.SIGCONT, stopped)
            self._stopped.append((at, number, pid, identity, role))
            if kills and stopped != pid:
                self._stopped.append((at, signal.SIGCONT, stopped, identity, role))

    def _kill(self, victims):
        for pid, _, _ in victims:  # none may notice the end of another
            _send(pid, signal.SIGSTOP)
        for pid, identity, role in victims:
            self._signal(signal.SIGKILL, pid, identity, role)

    def _of(self, name):
        """Return the processes that a target stands for: number, identity and role."""
        if name == "actor":
            return self._an_actor()
        roles = name.split(" and ")
        found = [p for p in self._seen if name == "everything" or p.role in roles]
        if name == "everything":
            if not any(p.role == "controller" for p in found):
                return []
            found = [p for p in found if self._may_die(p)]
        elif roles[0] not in {p.role for p in found}:
            return []
        elif name == "controller and watchdog":
            run_id = self._rng.choice([p.run_id for p in found if p.role == "controller"])
            found = [p for p in found if p.run_id == run_id]
        else:
            found = [self._rng.choice(found)]
        return [(p.pid, p.identity, f"{p.role} {p.run_id}") for p in found]

    def _may_die(self, process):
        is_of_trial = process.role in ("trial", "host")
        return process.role != "other" and (self._kind.trials_may_be_killed or not is_of_trial)

    def _an_actor(self):
        actors = [
            actor
            for actor in self._actors.values()
            if actor.name != "driver" or self._can_kill_driver
        ]
        if not actors:
            return []
        actor = self._rng.choice(actors)
        # Who kills the one that waits for a namespace ends all that is in it.
        role = "namespace" if actor.in_namespace else actor.name
        return [(actor.pid, None, f"{role} -")]

    def _signal(self, number, pid, identity, role):
        """Send a signal to a process, if it is still that one, and write it down."""
        if identity is not None and identity not in {
            p.identity for p in self._census.take() if p.pid == pid
        }:
            return
        name = signal.Signals(number).name
        self._note(f"{name} to {role} ({pid})")
        if number == signal.SIGKILL:
            kind, _, run_id = role.rpartition(" ")
            self.deaths.append(Death(time.monotonic(), kind, run_id))
            self._killed.add(pid)
        _send(pid, number)


def _send(pid, number):
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
