"""What every sampler promises. A test class of its own inherits this, and says which sampler."""

import json
import math
import os
import subprocess
import sys

import pytest

from hyperlocal.domain.codec import plan_from_json, plan_to_json
from hyperlocal.domain.distribution import Choice, QUniform
from hyperlocal.domain.goal import Goal
from hyperlocal.domain.launch import Launch
from hyperlocal.domain.parameters import identity
from hyperlocal.domain.space import Space
from hyperlocal.domain.sweep import Limits, Sampling, SamplingKind, Sweep
from hyperlocal.domain.trial import Observation
from hyperlocal.errors import SearchSpaceError
from hyperlocal.search import make_sampler, space_size

ELSEWHERE = """
import json, sys
from hyperlocal.domain.codec import plan_from_json
from hyperlocal.domain.trial import Observation
from hyperlocal.search import make_sampler

plan, trials, pending = json.load(sys.stdin)
sweep = plan_from_json(plan)
observations = [Observation(parameters, score) for parameters, score in trials]
print(json.dumps(make_sampler(sweep.space, sweep.sampling).ask(observations, pending)))
"""

TWENTY_FOUR = Space(
    (
        ("size", Choice((1, 2, 4, 8))),
        ("kind", Choice(("ridge", "lasso"))),
        ("rate", Choice((0.1, 0.2, 0.3))),
    )
)


def sweep_over(space, sampling):
    return Sweep(
        space=space,
        sampling=sampling,
        metric_name="accuracy",
        goal=Goal.MAXIMIZE,
        limits=Limits(max_trials=20, max_concurrent=1, max_duration_s=60.0),
        launch=Launch(command=("python", "train.py")),
    )


def searched(sampler, score_of, n_trials):
    """Return the trials of a sequential search."""
    observations = []
    while len(observations) < n_trials:
        parameters = sampler.ask(observations, [])
        if parameters is None:
            break
        observations.append(Observation(parameters, score_of(len(observations))))
    return observations


class SamplerContract:
    """Promises of all samplers.

    Attributes:
        kind: The sampler.
        space: A space that the sampler can search; 8 trials do not exhaust it.
    """

    kind: SamplingKind
    space: Space = TWENTY_FOUR

    def sampler(self, space=None, seed=7, **options):
        return make_sampler(
            self.space if space is None else space, Sampling(self.kind, seed, options)
        )

    def test_asks_a_value_for_every_parameter_in_the_order_of_the_space(self):
        asked = self.sampler().ask([], [])

        assert tuple(asked) == self.space.names

    def test_the_same_seed_and_history_give_the_same_ask(self):
        observations = searched(self.sampler(), lambda n: math.sin(n), 7)
        pending = [observations.pop().parameters]

        assert self.sampler().ask(observations, pending) == self.sampler().ask(
            observations, pending
        )

    @pytest.mark.slow
    def test_another_process_gives_the_same_ask(self):
        observations = searched(self.sampler(), lambda n: math.sin(n), 8)
        pending = [observations.pop().parameters]
        plan = plan_to_json(sweep_over(self.space, Sampling(self.kind, 7)))
        trials = [(o.parameters, o.score) for o in observations]

        answer = subprocess.run(
            [sys.executable, "-c", ELSEWHERE],
            input=json.dumps([plan, trials, pending]),
            env={**os.environ, "PYTHONHASHSEED": "12345"},
            capture_output=True,
            text=True,
            check=True,
        )

        expected = make_sampler(self.space, plan_from_json(plan).sampling)
        assert json.loads(answer.stdout) == expected.ask(observations, pending)

    def test_the_order_of_the_history_does_not_matter(self):
        observations = searched(self.sampler(), lambda n: math.cos(n), 9)
        pending = [observations.pop().parameters, observations.pop().parameters]

        forwards = self.sampler().ask(observations, pending)
        backwards = self.sampler().ask(observations[::-1], pending[::-1])

        assert forwards == backwards

    def test_a_pending_point_is_not_asked_again_while_others_remain(self):
        sampler, pending = self.sampler(TWENTY_FOUR), []
        for _ in range(24):
            pending.append(sampler.ask([], pending))

        assert len({identity(parameters) for parameters in pending}) == 24
        assert sampler.ask([], pending) is None

    def test_a_finite_space_is_asked_whole_and_nothing_twice(self):
        observations = searched(self.sampler(TWENTY_FOUR), lambda n: math.sin(n), 100)

        assert len(observations) == space_size(TWENTY_FOUR) == 24
        assert len({identity(o.parameters) for o in observations}) == 24

    def test_equal_options_of_a_choice_are_asked_once(self):
        space = Space((("a", Choice(("x", "y", "x"))), ("b", Choice((1, 1)))))

        observations = searched(self.sampler(space), float, 10)

        assert sorted(o.parameters["a"] for o in observations) == ["x", "y"]
        assert space_size(space) == 2

    def test_options_keep_their_types(self):
        space = Space((("a", Choice((1, 2.0, 3, 4.5))),))

        values = [o.parameters["a"] for o in searched(self.sampler(space), float, 10)]

        assert sorted(map(repr, values)) == ["1", "2.0", "3", "4.5"]

    def test_an_empty_space_has_one_point(self):
        space = Space(())

        observations = searched(self.sampler(space), float, 10)

        assert [o.parameters for o in observations] == [{}]
        assert space_size(space) == 1

    @pytest.mark.parametrize("score", [None, math.nan, math.inf, -math.inf, 0.0, 1e300])
    def test_scores_that_say_nothing_do_not_stop_it(self, score):
        observations = searched(self.sampler(TWENTY_FOUR), lambda n: score, 100)

        assert len(observations) == 24

    def test_trials_from_elsewhere_do_not_disturb_it(self):
        strangers = [
            Observation({"other": 1}, 1.0),
            Observation({"size": 3, "kind": "ridge", "rate": 0.1}, 2.0),
            Observation({"size": 1, "kind": "ridge", "rate": "fast"}, 3.0),
            Observation({}, None),
        ]
        sampler, trials = self.sampler(TWENTY_FOUR), []

        while (asked := sampler.ask(strangers + trials, [])) is not None:
            trials.append(Observation(asked, float(len(trials))))

        assert len(trials) == 24

    def test_an_unknown_option_is_refused(self):
        with pytest.raises(SearchSpaceError, match="'speed'"):
            self.sampler(speed=3)


class SeededContract(SamplerContract):
    """Promises of the samplers that draw."""

    def test_another_seed_gives_another_ask(self):
        asks = {identity(self.sampler(seed=seed).ask([], [])) for seed in range(20)}

        assert len(asks) > 1

    @pytest.mark.parametrize("seed", [0, -1, 2**70])
    def test_any_integer_is_a_seed(self, seed):
        assert self.sampler(seed=seed).ask([], []) is not None

    def test_a_quantised_uniform_is_finite(self):
        space = Space((("depth", QUniform(3, 12, 3)), ("a", Choice((1, 2))), ("b", Choice("xyz"))))

        observations = searched(self.sampler(space), float, 60)

        # Recorded on Azure: 60 asked for, 24 run.
        assert len(observations) == 24
        assert {o.parameters["depth"] for o in observations} == {3, 6, 9, 12}
