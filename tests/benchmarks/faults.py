"""Faults: processes of sweeps are killed at random instants; afterwards nothing may be wrong.

`python -m tests.benchmarks faults --instants 200`. When something is killed follows from the seed;
what it meets there does not. Of what can be killed, that is chosen which has been least often.
"""

import collections
import itertools
import os
import random
import sys
import time
from typing import NamedTuple

import psutil

from hyperlocal import engine
from hyperlocal.domain.distribution import Choice, Uniform
from hyperlocal.domain.policy import Bandit, Schedule
from hyperlocal.domain.status import Cause, Status
from hyperlocal.domain.sweep import SamplingKind
from hyperlocal.engine.doctor import examine
from hyperlocal.engine.invocation import RUN_VARIABLE
from tests.benchmarks.measure import Figure
from tests.engine.conftest import Laboratory, eventually

__all__ = ["inject", "measure"]

_N_TRIALS = 5
_N_POINTS = 3
_PATIENCE_S = 120.0
_AGAIN = 0.4  # how often a sweep that goes on is hit once more

_SCRIPT = f"""
x = float(sys.argv[sys.argv.index('--x') + 1])
for n in range({_N_POINTS}):
    log('accuracy', -(x - 0.3) ** 2 - n / 100)
    time.sleep(0.03)
with open('outputs/x.txt', 'w') as file: file.write(str(x))
"""

_SPACES = {
    SamplingKind.RANDOM: (("x", Uniform(0.0, 1.0)),),
    SamplingKind.GRID: (("x", Choice(tuple(n / 10 for n in range(7)))),),
    SamplingKind.BAYESIAN: (("x", Uniform(0.0, 1.0)),),
}


class Kind(NamedTuple):
    """A kind of sweep whose parameters do not depend on how fast its trials are."""

    sampling: SamplingKind
    at_once: int
    has_policy: bool = False

    def plan(self, lab):
        policy = Bandit(Schedule(1, 1), slack_amount=0.1) if self.has_policy else None
        return lab.sweep(
            kind=self.sampling,
            space=_SPACES[self.sampling],
            trials=_N_TRIALS,
            at_once=self.at_once,
            policy=policy,
            seed=11,
        )

    @property
    def targets(self):
        """What can be killed without changing what is right.

        A trial that is killed has failed, and Bayesian sampling learns from that.
        """
        alone = ("controller", "watchdog", "controller and watchdog", "everything")
        if self.sampling is SamplingKind.BAYESIAN:
            return alone
        return (*alone, "trial", "host")


_KINDS = (
    Kind(SamplingKind.RANDOM, 2),
    Kind(SamplingKind.GRID, 2),
    Kind(SamplingKind.RANDOM, 1, has_policy=True),
    Kind(SamplingKind.BAYESIAN, 1),
)


def measure(folder, n_rounds, *, n_instants=200, seed=0):
    """Return how many of the instants at which something was killed did no harm."""
    harm = inject(folder, n_instants=n_instants, seed=seed)
    for sentence in harm:
        print(sentence, file=sys.stderr)
    return [
        Figure(
            f"{n_instants} kills at random instants: without harm",
            n_instants - len(harm),
            "",
            n_instants,
            larger_is_better=True,
            note=f"seed {seed}",
        )
    ]


def inject(folder, *, n_instants, seed):
    """Kill processes at `n_instants` random instants; return what went wrong, in sentences."""
    os.environ["HYPERLOCAL_SLOTS"] = "2"
    rng = random.Random(seed)
    hit, harm = collections.Counter(), []
    rights = {}
    n_left = n_instants
    for number in itertools.count():
        if n_left <= 0:
            break
        kind = _KINDS[number % len(_KINDS)]
        if kind not in rights:
            rights[kind] = _undisturbed(folder / f"right-{len(rights)}", kind)
        victim = Victim(folder / f"sweep-{number}", kind, rights[kind], rng, hit)
        n_left -= victim.suffer(n_left)
        harm += [f"sweep {number} ({', '.join(victim.hits)}): {s}" for s in victim.harm()]
        print("." if not harm else "!", end="", file=sys.stderr, flush=True)
    told = ", ".join(f"{name} {count}" for name, count in sorted(hit.items()))
    print(f"\nkilled in {number} sweeps: {told}", file=sys.stderr)
    return harm


class Right(NamedTuple):
    """What an undisturbed sweep comes to."""

    parameters: list
    took_s: float


def _laboratory(folder):
    source = folder / "source"
    source.mkdir(parents=True)
    lab = Laboratory(folder / "home", source)
    lab.script(_SCRIPT)
    return lab


def _undisturbed(folder, kind):
    lab = _laboratory(folder)
    began = time.monotonic()
    record, trials = _ended(lab, lab.start(kind.plan(lab)))
    assert record.status is Status.COMPLETED, record.reason
    lab.history.close()
    return Right([trial.parameters for trial in trials], time.monotonic() - began)


def _ended(lab, run_id):
    """Wait for a sweep's end, also on a busy machine; return its run and its trials'."""
    eventually(lambda: engine.settle(lab.history, run_id).status.is_terminal, _PATIENCE_S)
    return lab.history.runs.get(run_id), lab.children(run_id)


class Victim:
    """A sweep some of whose processes are killed."""

    def __init__(self, folder, kind, right, rng, hit_so_far):
        self.hits = []
        self._hit_so_far = hit_so_far
        self._lab = _laboratory(folder)
        self._kind = kind
        self._right = right
        self._rng = rng
        self._run_id = ""

    def suffer(self, n_most):
        """Let the sweep run to its end, killing up to `n_most` times; return how often."""
        lab = self._lab
        self._run_id = lab.start(self._kind.plan(lab))
        while True:
            if len(self.hits) < n_most and (not self.hits or self._rng.random() < _AGAIN):
                time.sleep(self._rng.random() * self._right.took_s * 0.8)
                self._kill()
            record, _ = _ended(lab, self._run_id)
            if record.cause is not Cause.INTERRUPTED:
                return len(self.hits)
            engine.resume(lab.history, self._run_id)

    def _kill(self):
        """Kill one of the targets that there are at this instant."""
        present = {target: found for target, found in self._targets() if found}
        if not present:
            return  # the sweep has just ended
        fewest = min(self._hit_so_far[name] for name in present)
        target = self._rng.choice(
            [name for name in sorted(present) if self._hit_so_far[name] == fewest]
        )
        self.hits.append(target)
        self._hit_so_far[target] += 1
        for process in present[target]:  # all at once: none may notice the end of another
            _quietly(process.suspend)
        for process in present[target]:
            _quietly(process.kill)

    def _targets(self):
        processes = self._lab.processes()
        controller = self._lab.history.runs.get(self._run_id).pid
        roles = collections.defaultdict(list)
        for process in processes:
            runs_for = (_quietly(process.environ) or {}).get(RUN_VARIABLE)
            if process.pid == controller:
                roles["controller"].append(process)
            elif runs_for is None:
                roles["watchdog"].append(process)
            else:
                roles["host" if runs_for == self._run_id else "trial"].append(process)
        if roles["trial"]:
            roles["trial"] = [self._rng.choice(roles["trial"])]
        for target in self._kind.targets:
            parts = target.split(" and ")
            found = [each for part in parts for each in roles[part]]
            yield target, processes if target == "everything" else found

    def harm(self):
        """Return what is wrong now, in sentences; the sweep has ended."""
        lab, run_id = self._lab, self._run_id
        record, trials = lab.history.runs.get(run_id), lab.children(run_id)
        wrong = [f"{f.run_id}: {f.what}" for f in examine(lab.history)]
        if record.status is not Status.COMPLETED:
            wrong.append(f"it is {record.status.value}: {record.reason}")
        if [trial.parameters for trial in trials] != self._right.parameters:
            wrong.append(f"other parameters: {[t.parameters for t in trials]}")
        for trial in trials:
            wrong += self._harm_of(trial)
        if self._best(trials) != self._best_of_right(trials):
            wrong.append("another best trial")
        lab.history.close()
        return wrong

    def _harm_of(self, trial):
        x = trial.parameters["x"]
        points = self._lab.history.metrics.points(trial.run_id, "accuracy")
        right = [-((x - 0.3) ** 2) - n / 100 for n in range(_N_POINTS)]
        values = [point.value for point in points]
        if values != right[: len(values)]:
            yield f"{trial.run_id} has the points {values}"
        if trial.status is Status.COMPLETED:
            saved = self._lab.history.folder(trial.run_id).outputs / "x.txt"
            if len(values) != len(right) or saved.read_text() != str(x):
                yield f"{trial.run_id} has lost something"
        elif trial.cause is Cause.POLICY:
            if not self._kind.has_policy:
                yield f"{trial.run_id} was stopped by nobody's policy"
        elif not self._was_killed(trial):
            yield f"{trial.run_id} is {trial.status.value}: {trial.reason}"

    def _was_killed(self, trial):
        """Whether a trial failed because we killed it."""
        is_killed = trial.status is Status.FAILED and trial.exit_code == -9
        return is_killed and any(hit in ("trial", "host") for hit in self.hits)

    def _best(self, trials):
        scores = {}
        for point in self._lab.history.metrics.points_of_children(self._run_id, "accuracy"):
            scores[point.run_id] = max(point.value, scores.get(point.run_id, point.value))
        counted = [t.run_id for t in trials if t.status is not Status.FAILED]
        return max(counted, key=scores.__getitem__)

    def _best_of_right(self, trials):
        pairs = zip(trials, self._right.parameters, strict=False)
        counted = [(t.run_id, p["x"]) for t, p in pairs if t.status is not Status.FAILED]
        return min(counted, key=lambda pair: abs(pair[1] - 0.3))[0]


def _quietly(action):
    try:
        return action()
    except psutil.Error:  # it has ended just now
        return None
