"""Search spaces: the SDK's expressions as our distributions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hyperlocal.azureml._translate.refusal import passable, refused
from hyperlocal.domain import distribution as d
from hyperlocal.domain.space import Space
from hyperlocal.domain.sweep import SamplingKind
from hyperlocal.errors import HyperlocalError
from hyperlocal.reading import shown, text_of
from hyperlocal.services.advice import advise

__all__ = ["bare_name", "flag_of", "native", "option_of", "space_of"]

_MOST_QUNIFORM_VALUES = 100_000  # of a Bayesian space, as the SDK's own constructor has it
_MOST_BITS = 4096  # of an integer: what JSON and command lines hold without being told to
_DISTRIBUTIONS: dict[str, tuple[Callable[..., d.Distribution], int]] = {
    "randint": (d.RandInt, 1),
    "uniform": (d.Uniform, 2),
    "quniform": (d.QUniform, 3),
    "loguniform": (d.LogUniform, 2),
    "qloguniform": (d.QLogUniform, 3),
    "normal": (d.Normal, 2),
    "qnormal": (d.QNormal, 3),
    "lognormal": (d.LogNormal, 2),
    "qlognormal": (d.QLogNormal, 3),
}


def space_of(declared: Any, kind: SamplingKind) -> Space:
    """Return a parameter space of the SDK as ours.

    Raises:
        TrainingException: It is none, or holds what is no expression.
        HyperlocalError: A name or a bound cannot be.
    """
    if not isinstance(declared, Mapping):
        raise refused(
            f"the parameter space is {shown(declared)}, but must be a dict from names to "
            "expressions."
        )
    taken: dict[str, Any] = {}
    parameters = []
    for name, expression in declared.items():
        text = text_of(name)
        if not bare_name(text).strip():
            raise refused(f"{shown(name)} cannot be the name of a parameter.")
        if bare_name(text) in taken:
            raise refused(
                f"the parameters {taken[bare_name(text)]!r} and {name!r} have the same name but "
                "for their dashes. Rename one of them."
            )
        taken[bare_name(text)] = name
        passable(text, "the name of the parameter")
        parameters.append((text, _distribution(text, expression, kind)))
    return Space(tuple(parameters))


def _distribution(name: str, expression: Any, kind: SamplingKind) -> d.Distribution:
    try:
        label, arguments = expression
        n_arguments = len(arguments)
    except (TypeError, ValueError):
        raise refused(
            f"parameter {name!r} is {shown(expression)}, which is no expression. "
            f"Use choice({shown(expression)}) for a constant."
        ) from None
    if isinstance(label, str) and label == "choice":
        return _choice(name, arguments)
    if not isinstance(label, str) or label not in _DISTRIBUTIONS:
        known = ", ".join(["choice", *_DISTRIBUTIONS])
        raise refused(
            f"parameter {name!r} is drawn from {shown(label)}, but there are only {known}."
        )
    make, n_expected = _DISTRIBUTIONS[label]
    if n_arguments != n_expected:
        raise refused(
            f"parameter {name!r}: {label} needs {n_expected} arguments, not {n_arguments}."
        )
    try:
        made = make(*(_number(argument) for argument in arguments))
    except (HyperlocalError, TypeError, ValueError) as error:
        raise refused(f"parameter {name!r}: {error}") from error
    if isinstance(made, d.QUniform) and kind is SamplingKind.BAYESIAN:
        _check_fineness(name, made)
    return made


def _check_fineness(name: str, made: d.QUniform) -> None:
    if (made.high - made.low) / made.q > _MOST_QUNIFORM_VALUES:
        raise refused(
            f"parameter {name!r}: quniform({made.low}, {made.high}, {made.q}) has more than "
            f"{_MOST_QUNIFORM_VALUES:,} values. Use a larger q, or uniform()."
        )


def _number(argument: Any) -> Any:
    """A number as Python's own kind: numpy's could not be sent to the service, but are as good."""
    plain = native(argument)
    if isinstance(plain, bool):
        return int(plain)
    if not isinstance(plain, (int, float)):
        raise TypeError(f"{shown(argument)} is not a number.")
    return _writable(plain)


def _writable(number: Any) -> Any:
    """Return a number if it can be written down for a trial, as what it is drawn with must be."""
    if isinstance(number, int) and number.bit_length() > _MOST_BITS:
        raise ValueError(f"{shown(number)} is too large for any trial to be given it.")
    return number


def _choice(name: str, arguments: Any) -> d.Choice:
    options = arguments[0] if len(arguments) == 1 else arguments
    if not isinstance(options, (list, tuple)) or not options:
        raise refused(f"parameter {name!r}: choice() has no list of options but {shown(options)}.")
    for option in options:
        if isinstance(option, str):
            passable(option, f"parameter {name!r}: the option")
    if any(map(_is_foreign, options)):
        advise(
            "choice() with numpy's scalars or tuples",
            "they are converted here, but the cloud refuses them when the sweep is submitted. "
            "Write choice(array.tolist()), and lists in place of tuples.",
        )
    try:
        return d.Choice(tuple(option_of(option) for option in options))
    except (HyperlocalError, TypeError, ValueError) as error:
        raise refused(f"parameter {name!r}: {error}") from error


def _is_foreign(option: Any) -> bool:
    """Tell whether an option is, or holds, what the cloud does not take."""
    if isinstance(option, Mapping):
        return any(map(_is_foreign, option.values()))
    if isinstance(option, list):
        return any(map(_is_foreign, option))
    return isinstance(option, tuple) or native(option) is not option


def option_of(option: Any) -> Any:
    """Return an option as JSON would carry it: tuples become lists, numpy's scalars Python's."""
    plain = native(option)
    if plain is None or isinstance(plain, (bool, int, float, str)):
        return _writable(plain)
    if isinstance(plain, (list, tuple)):
        return [option_of(item) for item in plain]
    if isinstance(plain, Mapping):
        return {text_of(key): option_of(item) for key, item in plain.items()}
    raise TypeError(
        f"{shown(option)} is no possible option: options are numbers, texts, booleans, None, and "
        "lists and dicts of these. Use a text, and let the training script make an object of it."
    )


def native(value: Any) -> Any:
    """Return a numpy scalar as Python's own; anything else as it is."""
    if type(value).__module__ == "numpy" and hasattr(value, "item") and not value.shape:
        return value.item()
    return value


def flag_of(name: str) -> str:
    """Return the command-line token of a parameter: a name without a dash gets two."""
    return name if name.startswith("-") else f"--{name}"


def bare_name(name: str) -> str:
    """Return a parameter's name without the dashes before it."""
    return name.lstrip("-")
