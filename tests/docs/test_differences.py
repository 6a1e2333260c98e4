"""What docs/differences.md says of the twelve open decisions is what the code does."""

import re
import warnings
from pathlib import Path

import pytest

from hyperlocal.azureml.core import Experiment, ScriptRunConfig, Workspace
from hyperlocal.azureml.train.hyperdrive import (
    BanditPolicy,
    BayesianParameterSampling,
    HyperDriveConfig,
    PrimaryMetricGoal,
    uniform,
)
from hyperlocal.domain.distribution import Choice, QUniform
from hyperlocal.domain.goal import Goal
from hyperlocal.domain.parameters import to_argument
from hyperlocal.domain.policy import Bandit, MedianStopping, Schedule, TruncationSelection
from hyperlocal.domain.space import Space
from hyperlocal.domain.sweep import Sampling, SamplingKind
from hyperlocal.domain.trial import Curve, Observation
from hyperlocal.search import make_sampler
from tests.properties.judging import judge

PAGE = Path(__file__).parents[2] / "docs" / "differences.md"
NOW = Schedule()


def stops(policy, mine, others, goal=Goal.MAXIMIZE):
    """Whether a trial that reported `mine` is stopped beside ended ones that reported `others`."""
    curves = [Curve("mine", tuple(goal.score(value) for value in mine))]
    for number, other in enumerate(others):
        scores = tuple(goal.score(value) for value in other)
        curves.append(Curve(f"other {number}", scores, is_finished=True))
    return judge(policy, "mine", curves, goal).stop


def ask_all(space, kind, most=100, **options):
    sampler = make_sampler(space, Sampling(kind, 1, options))
    asked = []
    while len(asked) < most:
        parameters = sampler.ask([Observation(p, 0.0) for p in asked], [])
        if parameters is None:
            break
        asked.append(parameters)
    return asked


def test_the_page_has_twelve_answers():
    numbers = re.findall(r"^### (\d+)\. ", PAGE.read_text(encoding="utf-8"), re.MULTILINE)

    assert numbers == [str(n) for n in range(1, 13)]


@pytest.mark.parametrize(
    ("goal", "best", "threshold"),
    [
        (Goal.MAXIMIZE, 0.92, 0.92 / 1.2),
        (Goal.MAXIMIZE, -3.0, -3.0 - 3.0 * 0.2 / 1.2),
        (Goal.MINIMIZE, 2.0, 2.4),
        (Goal.MINIMIZE, -2.0, -1.6),
        (Goal.MAXIMIZE, 0.0, 0.0),
    ],
)
def test_1_bandit_thresholds(goal, best, threshold):
    policy = Bandit(NOW, slack_factor=0.2)
    worse = -0.001 if goal is Goal.MAXIMIZE else 0.001

    assert stops(policy, [threshold + worse], [[best]], goal)
    assert not stops(policy, [threshold - worse / 2], [[best]], goal)
    assert not stops(policy, [best], [[best]], goal)


def test_2_quantised_values_are_not_clipped():
    values = {p["x"] for p in ask_all(Space((("x", QUniform(1, 11, 4)),)), SamplingKind.RANDOM)}

    assert values == {0, 4, 8, 12}


def test_3_random_sampling_does_not_repeat_itself_on_a_finite_space():
    space = Space((("x", Choice((1, 2, 3))), ("y", Choice(("a", "b")))))

    asked = ask_all(space, SamplingKind.RANDOM)

    assert len({tuple(p.values()) for p in asked}) == len(asked) == 6


def test_4_the_last_parameter_of_a_grid_varies_fastest():
    space = Space((("x", Choice((1, 2))), ("y", Choice(("a", "b")))))

    newer = [tuple(p.values()) for p in ask_all(space, SamplingKind.GRID)]
    older = [tuple(p.values()) for p in ask_all(space, SamplingKind.GRID, order="first-fastest")]

    assert newer == [(1, "a"), (1, "b"), (2, "a"), (2, "b")]
    assert older == [(1, "a"), (2, "a"), (1, "b"), (2, "b")]


@pytest.mark.slow
def test_5_a_policy_is_ignored_under_bayesian_sampling_with_a_warning(home, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "train.py").write_text("")
    workspace = Workspace.from_config()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the SDK's advice on the number of runs
        config = HyperDriveConfig(
            run_config=ScriptRunConfig(".", "train.py", compute_target="cluster"),
            hyperparameter_sampling=BayesianParameterSampling({"x": uniform(0, 1)}),
            policy=BanditPolicy(slack_factor=0.1),
            primary_metric_name="score",
            primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
            max_total_runs=1,
        )

    with pytest.warns(UserWarning, match="Bandit is ignored"):
        run = Experiment(workspace, "differences").submit(config)
    run.wait_for_completion(raise_on_error=False)

    assert any("ignored" in str(warning) for warning in run.get_details()["warnings"])


@pytest.mark.parametrize(
    ("value", "argument"),
    [
        (0.1, "0.1"),
        (1e-05, "1e-05"),
        (16.0, "16"),
        (True, "True"),
        (None, "None"),
        ([1, "a"], '[1,"a"]'),
        ({"a": 1}, '{"a":1}'),
        ("two words", "two words"),
    ],
)
def test_6_arguments(value, argument):
    assert to_argument(value) == argument


def test_7_who_counts_for_the_median():
    policy = MedianStopping(NOW)

    assert not stops(policy, [1], [])
    assert stops(policy, [1], [[2]])  # the median of 1 and 2 is their mean
    assert not stops(policy, [1, 3], [[2]])  # its best against averages
    assert stops(policy, [1, 1, 1], [[2]])  # one that has ended earlier counts too


def test_8_truncation_rounds_down_and_spares_ties():
    policy = TruncationSelection(NOW, 50)

    assert not stops(policy, [1], [[2], [1], [1]])  # a tie across the cut
    assert stops(policy, [1], [[2], [2], [2]])
    assert not stops(TruncationSelection(NOW, 20), [1], [[2], [2], [2]])  # 0.8 of a trial


def test_10_a_seed_repeats_a_sweep():
    space = Space((("x", Choice(tuple(range(100)))),))

    assert ask_all(space, SamplingKind.RANDOM, 9) == ask_all(space, SamplingKind.RANDOM, 9)


def test_12_a_trial_on_the_threshold_goes_on():
    assert not stops(Bandit(NOW, slack_amount=0.2), [0.6], [[0.8]])
    assert not stops(MedianStopping(NOW), [2], [[2], [2]])
