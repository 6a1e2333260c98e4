"""Strategies for what trials may report: finite, NaN, infinite; running or ended; none or many."""

import math

from hypothesis import strategies as st

from hyperlocal.domain.policy import Bandit, MedianStopping, Schedule, TruncationSelection
from hyperlocal.domain.trial import Curve

__all__ = [
    "any_curves",
    "bandits",
    "curves_at",
    "policies",
    "reports",
    "schedules",
    "slacks",
]

# Small whole numbers often tie; the others seldom do.
numbers = st.one_of(
    st.integers(-3, 3).map(float),
    st.floats(-1e6, 1e6, allow_nan=False),
)
reports = st.one_of(numbers, numbers, numbers, st.sampled_from([math.nan, math.inf, -math.inf]))
slacks = st.one_of(st.just(0.0), st.floats(0.0, 10.0))
schedules = st.builds(Schedule, st.integers(1, 5), st.integers(0, 10))


def _curves(scores, *, min_size=1, max_size=8):
    return st.lists(st.tuples(scores, st.booleans()), min_size=min_size, max_size=max_size).map(
        lambda trials: [
            Curve(f"HD_x_{number}", tuple(values), is_finished)
            for number, (values, is_finished) in enumerate(trials)
        ]
    )


any_curves = _curves(st.lists(reports, max_size=6))


@st.composite
def curves_at(draw, elements=reports):
    """Curves of trials that have all come to the same interval."""
    interval = draw(st.integers(1, 5))
    return draw(_curves(st.lists(elements, min_size=interval, max_size=interval), max_size=12))


bandits = st.one_of(
    st.builds(lambda slack: Bandit(Schedule(), slack_factor=slack), slacks),
    st.builds(lambda slack: Bandit(Schedule(), slack_amount=slack), slacks),
)
policies = st.one_of(
    bandits,
    st.just(MedianStopping(Schedule())),
    st.builds(lambda percentage: TruncationSelection(Schedule(), percentage), st.integers(1, 99)),
)
