"""What holds for every sampler, whatever the space and whatever trials reported."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hyperlocal.domain.distribution import (
    Choice,
    LogNormal,
    LogUniform,
    Normal,
    QLogNormal,
    QLogUniform,
    QNormal,
    RandInt,
    Uniform,
)
from hyperlocal.domain.parameters import identity
from hyperlocal.domain.sweep import Sampling, SamplingKind
from hyperlocal.domain.trial import Observation
from hyperlocal.search import make_sampler, space_size
from tests.properties.strategies import (
    any_distributions,
    bayesian_distributions,
    finite_bayesian_distributions,
    finite_distributions,
    histories,
    scores,
    spaces,
)

seeds = st.integers(-(2**65), 2**65)
grids = st.tuples(
    spaces(finite_distributions),
    st.builds(
        Sampling,
        st.just(SamplingKind.GRID),
        st.just(0),
        st.sampled_from([{}, {"order": "first-fastest"}]),
    ),
)
randoms = st.tuples(
    spaces(any_distributions), st.builds(Sampling, st.just(SamplingKind.RANDOM), seeds)
)
finite_randoms = st.tuples(
    spaces(finite_distributions), st.builds(Sampling, st.just(SamplingKind.RANDOM), seeds)
)
bayesians = st.tuples(
    spaces(bayesian_distributions), st.builds(Sampling, st.just(SamplingKind.BAYESIAN), seeds)
)
finite_bayesians = st.tuples(
    spaces(finite_bayesian_distributions, max_size=2),
    st.builds(Sampling, st.just(SamplingKind.BAYESIAN), seeds),
)
N_TRIALS = 9  # the model takes over after five


def is_multiple(value, q):
    return math.isclose(value / q, round(value / q), rel_tol=1e-9, abs_tol=1e-9)


def is_in_support(value, distribution):
    if isinstance(distribution, Choice):
        return any(value is option for option in distribution.options)
    if isinstance(distribution, RandInt):
        return type(value) is int and 0 <= value < distribution.upper
    if not math.isfinite(value):
        return False
    if isinstance(distribution, (Normal, LogNormal)):
        return isinstance(distribution, Normal) or value > 0
    if isinstance(distribution, (QNormal, QLogNormal)):
        return is_multiple(value, distribution.q)
    low, high = distribution.low, distribution.high
    if isinstance(distribution, (LogUniform, QLogUniform)):
        low, high = math.exp(low), math.exp(high)
    if isinstance(distribution, (Uniform, LogUniform)):
        return low * (1 - 1e-12) <= value <= high * (1 + 1e-12) or low <= value <= high
    slack = distribution.q / 2 * (1 + 1e-9) + 1e-9 * max(abs(low), abs(high))
    return is_multiple(value, distribution.q) and low - slack <= value <= high + slack


@given(st.one_of(grids, randoms, bayesians), st.data())
def test_every_ask_is_inside_the_support(case, data):
    space, sampling = case
    sampler = make_sampler(space, sampling)

    asked = sampler.ask(*histories(sampler, data.draw, N_TRIALS))

    assert asked is not None or space_size(space) <= N_TRIALS
    if asked is not None:
        assert tuple(asked) == space.names
        assert all(is_in_support(asked[name], values) for name, values in space)


@given(st.one_of(grids, finite_randoms, finite_bayesians), st.data())
@settings(max_examples=30)
def test_a_finite_space_is_asked_whole_and_nothing_twice(case, data):
    space, sampling = case
    sampler, trials = make_sampler(space, sampling), []

    while (asked := sampler.ask(trials, [])) is not None and len(trials) < 60:
        trials.append(Observation(asked, data.draw(scores)))

    assert len(trials) == min(space_size(space), 60)
    assert len({identity(trial.parameters) for trial in trials}) == len(trials)


@given(st.one_of(grids, randoms, bayesians), st.data())
def test_the_order_of_the_history_does_not_matter(case, data):
    space, sampling = case
    sampler = make_sampler(space, sampling)
    ended, pending = histories(sampler, data.draw, N_TRIALS)

    shuffled = data.draw(st.permutations(ended)), data.draw(st.permutations(pending))

    assert sampler.ask(ended, pending) == make_sampler(space, sampling).ask(*shuffled)


@given(st.one_of(grids, finite_randoms, finite_bayesians), st.data())
def test_a_pending_point_is_not_asked_again(case, data):
    space, sampling = case
    sampler = make_sampler(space, sampling)
    ended, pending = histories(sampler, data.draw, N_TRIALS)

    asked = sampler.ask(ended, pending)

    if asked is not None:
        assert identity(asked) not in {identity(parameters) for parameters in pending}


@given(st.one_of(grids, randoms, bayesians), st.data())
def test_asking_changes_nothing(case, data):
    space, sampling = case
    sampler = make_sampler(space, sampling)
    ended, pending = histories(sampler, data.draw, N_TRIALS)
    before = repr(ended), repr(pending)

    first, second = sampler.ask(ended, pending), sampler.ask(ended, pending)

    assert first == second
    assert (repr(ended), repr(pending)) == before


@pytest.mark.parametrize("factor", [1e-280, 1e-3, 1e280])
@given(bayesians, st.lists(st.floats(-1, 1), min_size=N_TRIALS, max_size=N_TRIALS))
@settings(max_examples=10)
def test_the_unit_of_the_metric_hardly_matters(factor, case, metrics):
    space, sampling = case
    sampler = make_sampler(space, sampling)
    ended, _ = histories(sampler, lambda _: 0, N_TRIALS)
    # Powers of two: no digit is lost, so that the asks are the same and not only alike.
    factor = 2.0 ** round(math.log2(factor))
    metrics = [round(metric, 3) for metric in metrics]

    def asked(unit):
        trials = zip(ended, metrics, strict=False)
        return sampler.ask([Observation(t.parameters, m * unit) for t, m in trials], [])

    assert asked(factor) == asked(1.0)
