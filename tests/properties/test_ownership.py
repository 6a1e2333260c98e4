"""One owner, whoever looks, resumes, pauses or dies, and in whatever order."""

import shutil
import tempfile

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from hyperlocal.domain.status import Cause, Status
from tests.properties.ownership_model import N_TRIALS, POINTS, RUN, world

MOST_ACTORS = 8
which = st.integers(0, MOST_ACTORS - 1)


class Ownership(RuleBasedStateMachine):
    """Everybody acts on one sweep, one step at a time; what must never be is looked for."""

    @initialize(n_rounds=st.integers(0, 40))
    def submit(self, n_rounds):
        self.home = tempfile.mkdtemp()
        self._context = world(self.home)
        self.world = self._context.__enter__()
        self.n_accepted = 0
        self.completed = set()
        self.paused = set()
        self.go_on(n_rounds)

    def _chosen(self, number):
        alive = self.world.alive()
        return alive[number % len(alive)]

    @rule(n_rounds=st.integers(1, 25))
    def let_all_go_on(self, n_rounds):
        self.go_on(n_rounds)

    def go_on(self, n_rounds):
        for _ in range(n_rounds):
            for actor in self.world.alive():
                if actor.name not in self.paused:
                    actor.step()
                self.look_for_what_must_never_be()

    @rule(number=which, n_steps=st.integers(1, 30))
    @precondition(lambda self: self.world.alive())
    def step(self, number, n_steps):
        actor = self._chosen(number)
        for _ in range(n_steps):
            actor.step()
            self.look_for_what_must_never_be()

    @rule(number=which)
    @precondition(lambda self: len(self.world.alive()) > 2)
    def kill(self, number):
        self._chosen(number).kill()

    @rule(number=which)
    @precondition(lambda self: self.world.alive())
    def pause(self, number):
        self.paused.add(self._chosen(number).name)

    @rule(n_rounds=st.integers(0, 12), pauses_trials=st.booleans())
    @precondition(lambda self: self.world.controllers())
    def kill_the_controller(self, n_rounds, pauses_trials):
        if pauses_trials:
            self.paused.update(actor.name for actor in self.world.trials())
        self.world.controllers()[0].kill()
        self.world.look()
        self.go_on(n_rounds)

    @rule()
    @precondition(lambda self: len(self.world.alive()) < MOST_ACTORS)
    def look(self):
        self.world.look()

    @rule()
    @precondition(lambda self: len(self.world.alive()) < MOST_ACTORS)
    def resume(self):
        self.world.resume()

    @invariant()
    def look_for_what_must_never_be(self):
        if not hasattr(self, "world"):
            return
        runs = self.world.history.runs
        life = runs.get(RUN).life
        for trial, its_life, _ in self.world.accepted[self.n_accepted :]:
            assert its_life == life, f"{trial} of life {its_life} wrote in life {life}"
        self.n_accepted = len(self.world.accepted)
        for actor in self.world.actors:
            assert actor.failure is None, (actor.name, repr(actor.failure))
        ended = {r.run_id for r in runs.children(RUN) if r.status is Status.COMPLETED}
        assert ended >= self.completed, "a trial that completed was run again"
        self.completed = ended

    def teardown(self):
        if not hasattr(self, "world"):
            return
        try:
            self._bring_to_its_end()
            self._check_the_whole()
        finally:
            self._context.__exit__(None, None, None)
            shutil.rmtree(self.home)

    def _bring_to_its_end(self):
        """Let all who live go on, and resume the sweep until it has really ended."""
        self.paused.clear()
        for _ in range(20):
            for _ in range(400):
                self.go_on(1)
                if not self.world.alive():
                    break
            record = self.world.history.runs.get(RUN)
            if record.status.is_terminal and record.cause is not Cause.INTERRUPTED:
                return
            self.world.look()
            self.world.resume()
        raise AssertionError(f"it never ended: {record}")

    def _check_the_whole(self):
        history = self.world.history
        trials = history.runs.children(RUN)[::-1]
        assert [t.run_id for t in trials] == [f"{RUN}_{n}" for n in range(N_TRIALS)]
        assert len({str(t.parameters) for t in trials}) == N_TRIALS
        for trial in trials:
            assert trial.status.is_terminal
            values = tuple(p.value for p in history.metrics.points(trial.run_id))
            if trial.status is Status.COMPLETED:
                assert values == POINTS
            else:  # somebody killed it
                assert values == POINTS[: len(values)]
            last = max(life for run_id, life in self.world.started if run_id == trial.run_id)
            told = [
                v
                for run_id, life, v in self.world.accepted
                if (run_id, life) == (trial.run_id, last)
            ]
            assert list(values) == told, "lost or doubled"


# An example is a hundred steps or more: a third of what the profile asks for is thousands.
Ownership.TestCase.settings = settings(
    max_examples=settings.default.max_examples // 3, stateful_step_count=30
)
test_nobody_ever_owns_what_another_owns = Ownership.TestCase
