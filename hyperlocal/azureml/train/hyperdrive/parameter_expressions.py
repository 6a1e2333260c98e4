"""Parameter expressions: from what a hyperparameter's values are drawn.

Each returns `[name, [arguments]]` with the arguments as they were given; nothing is drawn here.
What is accepted is what the SDK accepts. It lets some impossible ranges pass (a NaN, `q=0`); they
are rejected when the sweep is submitted, as the service does.
"""

from __future__ import annotations

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.train.hyperdrive.exceptions import _rejection, _shown

TYPE_CHECKING = False  # typing itself costs milliseconds
if TYPE_CHECKING:
    from typing import Any

    Expression = list[Any]

# Of a range; a list of so many is in memory already. The SDK makes a list of any range, and dies.
_MOST_OPTIONS = 1_000_000

__all__ = [
    "choice",
    "lognormal",
    "loguniform",
    "normal",
    "qlognormal",
    "qloguniform",
    "qnormal",
    "quniform",
    "randint",
    "uniform",
]


def choice(*options: Any) -> Expression:
    """One of the options, each equally likely.

    Args:
        options: The values, or exactly one list or range of them.
    """
    if not options:
        raise _rejection(
            "choice() has no options. Give it at least one value, or one list or range of values.",
            "options",
            "ArgumentBlankOrEmpty",
        )
    is_collected = any(isinstance(option, (list, range)) for option in options)
    if is_collected and len(options) > 1:
        raise _rejection(
            f"choice{_shown(options)}: a list or a range must be its only argument. "
            "Use choice(1, 2, 3) or choice([1, 2, 3]); for values that are lists themselves, "
            "choice([[1, 2], [3]]).",
            "options",
        )
    if isinstance(options[0], range) and options[0][_MOST_OPTIONS:]:
        raise _rejection(
            f"choice({options[0]!r}): it has more than {_MOST_OPTIONS:,} values. Use randint() or "
            "quniform(), which need no list of them.",
            "options",
        )
    values = list(options[0] if is_collected else options)
    if not values:
        raise _rejection(
            f"choice({options[0]!r}): there is nothing to choose from. Put a value in it.",
            "options",
        )
    return ["choice", [values]]


def randint(upper: int) -> Expression:
    """An integer from 0 up to, and without, `upper`."""
    if not isinstance(upper, int) or upper <= 0:
        raise _rejection(
            f"randint({_shown(upper)}): upper must be an int of at least 1; values are drawn from "
            "0 to upper - 1.",
            "upper",
        )
    return ["randint", [upper]]


def uniform(min_value: float, max_value: float) -> Expression:
    """A real between `min_value` and `max_value`."""
    _check_range("uniform", min_value, max_value, may_be_equal=False)
    return ["uniform", [min_value, max_value]]


def quniform(min_value: float, max_value: float, q: float) -> Expression:
    """`round(uniform(min_value, max_value) / q) * q`."""
    _check_range("quniform", min_value, max_value, may_be_equal=False)
    _check_step("quniform", q)
    return ["quniform", [min_value, max_value, q]]


def loguniform(min_value: float, max_value: float) -> Expression:
    """`exp(uniform(min_value, max_value))`: the bounds are natural logarithms."""
    _check_range("loguniform", min_value, max_value, may_be_equal=True)
    return ["loguniform", [min_value, max_value]]


def qloguniform(min_value: float, max_value: float, q: float) -> Expression:
    """`round(exp(uniform(min_value, max_value)) / q) * q`."""
    _check_range("qloguniform", min_value, max_value, may_be_equal=True)
    _check_step("qloguniform", q)
    return ["qloguniform", [min_value, max_value, q]]


def normal(mu: float, sigma: float) -> Expression:
    """A normal deviate with mean `mu` and standard deviation `sigma`."""
    _check_deviate("normal", mu, sigma)
    return ["normal", [mu, sigma]]


def qnormal(mu: float, sigma: float, q: float) -> Expression:
    """`round(normal(mu, sigma) / q) * q`."""
    _check_deviate("qnormal", mu, sigma)
    _check_step("qnormal", q)
    return ["qnormal", [mu, sigma, q]]


def lognormal(mu: float, sigma: float) -> Expression:
    """`exp(normal(mu, sigma))`: `mu` and `sigma` describe the natural logarithm."""
    _check_deviate("lognormal", mu, sigma)
    return ["lognormal", [mu, sigma]]


def qlognormal(mu: float, sigma: float, q: float) -> Expression:
    """`round(exp(normal(mu, sigma)) / q) * q`."""
    _check_deviate("qlognormal", mu, sigma)
    _check_step("qlognormal", q)
    return ["qlognormal", [mu, sigma, q]]


def _check_number(name: str, argument: str, value: object) -> None:
    # numpy.float64 is a float and passes; numpy.float32 and numpy.int64 are not, as in the SDK.
    if not isinstance(value, (int, float)):
        raise _rejection(
            f"{name}: {argument} is {_shown(value)} ({type(value).__name__}), but must be an int "
            "or a float. Convert it, for instance with float().",
            argument,
        )


def _check_range(name: str, min_value: Any, max_value: Any, *, may_be_equal: bool) -> None:
    _check_number(name, "min_value", min_value)
    _check_number(name, "max_value", max_value)
    low, high = _comparable(min_value), _comparable(max_value)
    # Asked this way round a NaN passes, as in the SDK.
    if low > high or (low == high and not may_be_equal):
        relation = "not be above" if may_be_equal else "be below"
        raise _rejection(
            f"{name}({_shown(min_value)}, {_shown(max_value)}): min_value must {relation} "
            "max_value. Swap them, or use choice() for a single value.",
            "min_value, max_value",
        )


def _comparable(number: Any) -> Any:
    """Return numpy's floats as Python's, which can be compared with integers beyond floats."""
    return float(number) if isinstance(number, float) else number


def _check_deviate(name: str, mu: Any, sigma: Any) -> None:
    _check_number(name, "mu", mu)
    _check_number(name, "sigma", sigma)
    if sigma < 0:
        raise _rejection(
            f"{name}: sigma is {_shown(sigma)}, but a standard deviation cannot be negative.",
            "sigma",
        )


def _check_step(name: str, q: Any) -> None:
    is_whole = isinstance(q, int) or (isinstance(q, float) and q.is_integer())
    if not is_whole:
        raise _rejection(
            f"{name}: q is {_shown(q)}, but must be a whole number (1, 2.0). "
            f"For steps below 1 search a multiple and divide in the training script, "
            f"or use {name[1:]}() for a continuous range.",
            "q",
        )


__getattr__ = _placeholders.lacking(__name__)
