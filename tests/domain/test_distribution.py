"""Distributions: checked when made, with a message that says what to do."""

import math

import pytest

from hyperlocal.domain import distribution as d
from hyperlocal.errors import SearchSpaceError


@pytest.mark.parametrize(
    "make",
    [
        lambda: d.Choice((None,)),
        lambda: d.Choice((1, 1)),
        lambda: d.RandInt(1),
        lambda: d.RandInt(10**30),
        lambda: d.Uniform(-1, 1.5),
        lambda: d.QUniform(0, 1, 5),
        lambda: d.LogUniform(-3, -3),
        lambda: d.LogUniform(-1e6, 700),
        lambda: d.QLogUniform(2, 2, 0.5),
        lambda: d.Normal(0, 0),
        lambda: d.QNormal(-5, 0.1, 2),
        lambda: d.LogNormal(0, 0),
        lambda: d.QLogNormal(0, 3, 1),
    ],
)
def test_what_can_be_drawn_from_can_be_made(make):
    assert make() == make()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: d.Choice(()), r"choice\(\) has no options"),
        (lambda: d.RandInt(0), r"randint\(0\): the upper bound must be an integer of at least 1"),
        (lambda: d.RandInt(2.5), r"randint\(2\.5\): .* an integer"),
        (
            lambda: d.Uniform(2, 1),
            r"uniform\(2, 1\): the first bound must be below .* Swap them\?",
        ),
        (lambda: d.Uniform(1, 1), r"uniform\(1, 1\): the first bound must be below the second"),
        (lambda: d.QUniform(1, 1, 1), r"quniform\(1, 1\): the first bound must be below"),
        (lambda: d.LogUniform(0, -1), r"loguniform\(0, -1\): .* must not be above the second"),
        (lambda: d.Uniform(0, math.inf), r"uniform\(0, inf\): both bounds must be finite"),
        (lambda: d.Uniform(math.nan, 1), r"uniform\(nan, 1\): both bounds must be finite"),
        (lambda: d.Uniform(0, 10**400), r"both bounds must be finite"),
        (lambda: d.Uniform("0", 1), r"uniform\('0', 1\): both bounds must be finite numbers"),
        (lambda: d.QUniform(1, 8, 0), r"quniform: q is 0, but .* Use uniform for a continuous"),
        (lambda: d.QLogUniform(1, 8, -1), r"qloguniform: q is -1, .* Use loguniform"),
        (lambda: d.QNormal(0, 1, math.nan), r"qnormal: q is nan, .* Use normal"),
        (lambda: d.QLogNormal(0, 1, "2"), r"qlognormal: q is '2', .* Use lognormal"),
        (lambda: d.Normal(0, -1), r"normal\(mu=0, sigma=-1\): .* sigma not negative"),
        (lambda: d.LogNormal(math.inf, 1), r"lognormal\(mu=inf, sigma=1\): both must be finite"),
        (lambda: d.Normal(0, "1"), r"normal\(mu=0, sigma='1'\): both must be finite"),
        (lambda: d.LogUniform(1, 1000), r"exp\(1000\) is too large .* Did you mean log\(1000\)\?"),
        (lambda: d.QLogUniform(1, 1000, 1), r"exp\(1000\) is too large"),
    ],
)
def test_what_cannot_be_drawn_from_is_refused_and_told_why(make, message):
    with pytest.raises(SearchSpaceError, match=message):
        make()


def test_a_refusal_is_a_value_error():
    with pytest.raises(ValueError, match="Swap them"):
        d.Uniform(1, 0)
