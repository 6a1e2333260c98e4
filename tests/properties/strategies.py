"""Spaces, and what may have become of trials in them."""

import math

from hypothesis import strategies as st

from hyperlocal.domain.distribution import (
    Choice,
    LogNormal,
    LogUniform,
    Normal,
    QLogNormal,
    QLogUniform,
    QNormal,
    QUniform,
    RandInt,
    Uniform,
)
from hyperlocal.domain.space import Space
from hyperlocal.domain.trial import Observation

numbers = st.floats(-1e6, 1e6) | st.integers(-1000, 1000)
exponents = st.floats(-20, 20)
steps = st.integers(1, 20) | st.floats(0.01, 20)
deviations = st.floats(0, 5)

options = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5),
    st.floats(allow_nan=False),
    st.text(max_size=3),
    st.tuples(st.integers(0, 2), st.integers(0, 2)),
)

choices = st.lists(options, min_size=1, max_size=4).map(lambda items: Choice(tuple(items)))
number_choices = st.lists(
    st.integers(-100, 100) | st.floats(-1e3, 1e3), min_size=1, max_size=4
).map(lambda items: Choice(tuple(items)))
text_choices = st.lists(st.text(max_size=3), min_size=1, max_size=4).map(
    lambda items: Choice(tuple(items))
)


@st.composite
def ranges(draw, bounds):
    """Two bounds, the first below the second."""
    low, high = sorted(draw(st.lists(bounds, min_size=2, max_size=2, unique=True)))
    return low, high


uniforms = ranges(numbers).map(lambda bounds: Uniform(*bounds))
quniforms = st.builds(lambda bounds, q: QUniform(*bounds, q), ranges(numbers), steps)
short_quniforms = st.builds(
    lambda low, length, q: QUniform(low, low + length, q),
    st.integers(-10, 10),
    st.integers(1, 8),
    st.integers(1, 4),
)
loguniforms = ranges(exponents).map(lambda bounds: LogUniform(*bounds))
qloguniforms = st.builds(lambda bounds, q: QLogUniform(*bounds, q), ranges(exponents), steps)
short_qloguniforms = st.builds(
    lambda bounds, q: QLogUniform(*bounds, q), ranges(st.floats(-3, 2.5)), st.integers(1, 4)
)
randints = st.integers(1, 10**12).map(RandInt)
short_randints = st.integers(1, 6).map(RandInt)
normals = st.one_of(
    st.builds(Normal, numbers, deviations),
    st.builds(LogNormal, exponents, deviations),
    st.builds(QNormal, numbers, deviations, steps),
    st.builds(QLogNormal, exponents, deviations, steps),
)

any_distributions = st.one_of(
    choices, uniforms, quniforms, loguniforms, qloguniforms, randints, normals
)
finite_distributions = st.one_of(choices, short_quniforms, short_qloguniforms, short_randints)
bayesian_distributions = st.one_of(number_choices, text_choices, uniforms, short_quniforms)
finite_bayesian_distributions = st.one_of(number_choices, text_choices, short_quniforms)


def spaces(distributions, max_size=3):
    """Spaces of these distributions, with at least one parameter."""
    return st.lists(distributions, min_size=1, max_size=max_size).map(
        lambda items: Space(tuple((f"p{i}", item) for i, item in enumerate(items)))
    )


scores = st.one_of(
    st.none(),
    st.floats(),
    st.floats(-1, 1),
    st.sampled_from([0.0, 1e300, -1e300, 1e-300, math.nan, math.inf, -math.inf]),
)


def histories(sampler, draw, n_trials):
    """What a sweep with this sampler can be like after some trials: observations and pending.

    Args:
        sampler: What the trials were asked from.
        draw: How a test draws: `st.data().draw`.
        n_trials: How many trials there were at most.
    """
    trials = []
    while len(trials) < n_trials:
        parameters = sampler.ask([], trials)
        if parameters is None:
            break
        trials.append(parameters)
    n_pending = draw(st.integers(0, len(trials)))
    ended = [
        Observation(parameters, draw(scores), draw(st.booleans()))
        for parameters in trials[n_pending:]
    ]
    return ended, trials[:n_pending]
