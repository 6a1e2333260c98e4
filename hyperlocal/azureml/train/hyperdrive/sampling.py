"""Samplings: a search space and the way to go through it.

A sampling checks only what the SDK checks; what is left (an unknown distribution under random
sampling, a bare number for an expression) is rejected when the sweep is submitted.
"""

from __future__ import annotations

from abc import ABC
from collections.abc import Mapping

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.train.hyperdrive.exceptions import (
    HyperDriveRehydrateException,
    _coded,
    _rejection,
    _shown,
)

TYPE_CHECKING = False  # typing itself costs milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from typing import Any

    # Says whether an expression is acceptable, and what is wrong if it is not.
    Validator = Callable[[Any], tuple[bool, str]]

__all__ = [
    "BayesianParameterSampling",
    "GridParameterSampling",
    "HyperParameterSampling",
    "RandomParameterSampling",
]

_MOST_QUNIFORM_VALUES = 100_000  # the SDK's limit for Bayesian sampling


class HyperParameterSampling(ABC):  # noqa: B024 - a base without abstract methods, as in the SDK
    """Base of the samplings.

    Args:
        sampling_method_name: How `to_json` calls it.
        parameter_space: From the name of a parameter to its expression.
        properties: Anything else that the sampling is to be told. `{"seed": 7}` makes random and
            Bayesian sampling repeatable here.
        supported_distributions: The expressions that may be used; None for all.
        distributions_validators: Further checks, by the name of the expression.
    """

    def __init__(
        self,
        sampling_method_name: str,
        parameter_space: Any,
        properties: Any = None,
        supported_distributions: Collection[str] | None = None,
        distributions_validators: Mapping[str, Validator] | None = None,
    ) -> None:
        self._sampling_method_name = sampling_method_name
        self._parameter_space = parameter_space
        self._properties = properties
        self._supported_distributions = supported_distributions
        self._distributions_validators = distributions_validators
        if supported_distributions is not None:
            self._check_space(supported_distributions, distributions_validators or {})

    def to_json(self) -> dict[str, Any]:
        """The sampling as the service is told it: name, space, and properties if it has any."""
        described = {"name": self._sampling_method_name, "parameter_space": self._parameter_space}
        if self._properties:  # an array says neither yes nor no, as in the SDK
            described["properties"] = self._properties
        return described

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, HyperParameterSampling):
            return NotImplemented
        return self.__dict__ == other.__dict__

    __hash__ = None  # type: ignore[assignment]

    def _check_space(
        self, supported: Collection[str], validators: Mapping[str, Validator]
    ) -> None:
        if not isinstance(self._parameter_space, Mapping):
            raise _rejection(
                f"{type(self).__name__}: parameter_space is {_shown(self._parameter_space)}, but "
                "must be a dict from parameter names to expressions, "
                "for instance {'--lr': choice(0.1, 0.01)}.",
                "parameter_space",
            )
        for name, expression in self._parameter_space.items():
            # Lists only, as in the SDK: anything else slips through here.
            problem = _unsupported(expression, supported) if isinstance(expression, list) else ""
            if validators and not problem:
                problem = _invalid(expression, validators)
            if problem:
                kind = type(self).__name__
                raise _rejection(
                    f"{kind}: parameter {name!r} is {_shown(expression)}: {problem}",
                    "parameter_space",
                )


def _unsupported(expression: list[Any], supported: Collection[str]) -> str:
    kind = expression[0] if expression else None
    if isinstance(kind, str) and kind in supported:
        return ""
    allowed = ", ".join(f"{each}()" for each in sorted(supported))
    return f"this sampling takes only {allowed}. RandomParameterSampling takes every expression."


def _invalid(expression: Any, validators: Mapping[str, Validator]) -> str:
    try:
        validator = validators.get(expression[0])
    except (TypeError, LookupError):  # None, 5, []: nothing that has a first element
        return "this is not an expression. For a constant use choice(value)."
    if validator is None:
        return ""
    verdict = validator(expression)
    return "" if verdict[0] else verdict[1]


class RandomParameterSampling(HyperParameterSampling):
    """Draws every parameter independently from its expression.

    A combination of finite expressions is not tried twice.
    """

    SAMPLING_NAME = "RANDOM"

    def __init__(self, parameter_space: Any, properties: Any = None) -> None:
        super().__init__(self.SAMPLING_NAME, parameter_space, properties)

    @staticmethod
    def _from_dict(dict_sampling: Any) -> RandomParameterSampling:
        return RandomParameterSampling(_space_in(dict_sampling, RandomParameterSampling))


class GridParameterSampling(HyperParameterSampling):
    """Tries every combination of the choices once, the last parameter changing fastest."""

    SAMPLING_NAME = "GRID"

    def __init__(self, parameter_space: Any, properties: Any = None) -> None:
        super().__init__(self.SAMPLING_NAME, parameter_space, properties, {"choice"})

    @staticmethod
    def _from_dict(dict_sampling: Any) -> GridParameterSampling:
        return GridParameterSampling(_space_in(dict_sampling, GridParameterSampling))


class BayesianParameterSampling(HyperParameterSampling):
    """Chooses the next parameters from how the finished trials did.

    It takes `choice`, `uniform` and `quniform`. Fewer trials at a time learn more from each other.
    """

    SAMPLING_NAME = "BayesianOptimization"

    def __init__(self, parameter_space: Any, properties: Any = None) -> None:
        super().__init__(
            self.SAMPLING_NAME,
            parameter_space,
            properties,
            {"choice", "uniform", "quniform"},
            {"choice": _check_bayesian_choice, "quniform": _check_bayesian_quniform},
        )

    @staticmethod
    def _from_dict(dict_sampling: Any) -> BayesianParameterSampling:
        return BayesianParameterSampling(_space_in(dict_sampling, BayesianParameterSampling))


_EVERY_SAMPLING = (RandomParameterSampling, GridParameterSampling, BayesianParameterSampling)


def _check_bayesian_choice(expression: Any) -> tuple[bool, str]:
    try:
        kinds = {type(value) for value in expression[1][0]}
    except (TypeError, LookupError):
        return False, "this is not what choice() returns. Use choice()."
    if not kinds:
        return False, "there is nothing to choose from. Give choice() at least one value."
    if not kinds <= {int, float, str}:
        return False, (
            "Bayesian sampling can choose only among int, float and str values. "
            "Write True as 'True' or as 1 and convert it in the training script."
        )
    if str in kinds and len(kinds) > 1:
        return False, "Bayesian sampling cannot mix strings with numbers in one choice()."
    return True, ""


def _check_bayesian_quniform(expression: Any) -> tuple[bool, str]:
    try:
        low, high, q = (expression[1][place] for place in range(3))
    except (TypeError, LookupError):
        return False, "this is not what quniform() returns. Use quniform()."
    if not all(type(value) is int for value in (low, high, q)):
        return False, "for Bayesian sampling min_value, max_value and q must all be int."
    if q == 0:
        return False, "q is 0, but must be at least 1."
    if _quotient(high - low, q) > _MOST_QUNIFORM_VALUES:
        return False, (
            f"it has more than {_MOST_QUNIFORM_VALUES} values. "
            "Use a larger q, or uniform() and round in the training script."
        )
    return True, ""


def _quotient(width: int, step: int) -> float:
    try:
        return width / step
    except OverflowError:  # integers have no limit, floats do
        return float("inf")


def _space_in(dict_sampling: Any, kind: type[HyperParameterSampling]) -> Any:
    """The search space of a stored sampling that must be of this kind."""
    wanted: str = kind.SAMPLING_NAME  # type: ignore[attr-defined]
    if not isinstance(dict_sampling, dict) or _name_in(dict_sampling) != wanted.lower():
        raise _rejection(
            f"{_shown(dict_sampling)} is not a stored {kind.__name__}: "
            f"it must be a dict whose 'name' is {wanted!r}.",
            "dict_sampling",
        )
    if "parameter_space" not in dict_sampling:
        raise _coded(
            HyperDriveRehydrateException(
                f"{_shown(dict_sampling)} has no 'parameter_space' to make a {kind.__name__} from."
            ),
            "dict_sampling",
        )
    return dict_sampling["parameter_space"]


def _name_in(dict_sampling: dict[str, Any]) -> str | None:
    name = dict_sampling.get("name")
    return name.lower() if isinstance(name, str) else None


def _sampling_from_dict(dict_sampling: Any) -> HyperParameterSampling:
    """Make a sampling again from what its `to_json` said; `properties` are not kept."""
    if not isinstance(dict_sampling, dict) or "name" not in dict_sampling:
        raise _coded(
            HyperDriveRehydrateException(
                f"{_shown(dict_sampling)} is not a stored sampling: it must be a dict "
                "with 'name' and 'parameter_space'."
            ),
            "dict_sampling",
        )
    for kind in _EVERY_SAMPLING:
        if _name_in(dict_sampling) == kind.SAMPLING_NAME.lower():
            return kind._from_dict(dict_sampling)
    names = ", ".join(repr(kind.SAMPLING_NAME) for kind in _EVERY_SAMPLING)
    raise _rejection(
        f"There is no sampling named {_shown(dict_sampling['name'])}; the names are {names}.",
        "dict_sampling",
    )


__getattr__ = _placeholders.lacking(__name__)
