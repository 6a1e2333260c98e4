"""Functions: what a function that stands for a training script is given.

It says by the names of its parameters what it wants:

* `run`: the trial's `Run`, the same as `Run.get_context()` gives inside of it;
* `argv`: the arguments as the script would find them in `sys.argv[1:]`, a list of texts;
* `args`: the same as a namespace, `args.learning_rate` for `--learning-rate 0.1`;
* any other name: the argument of that name, `learning_rate` for `--learning-rate 0.1`;
* `**parameters`: all arguments that no other parameter takes.

What was sampled has the type that it was sampled with, and texts elsewhere that are numbers are
numbers, unless an annotation or a default of the function says otherwise: `def train(epochs: int)`
is given `int("3")`. A flag without a value is True. A function that wants an argument that the
script was not given, and has no default for it, fails as the script's own parser would.
"""

from __future__ import annotations

import argparse
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

__all__ = ["Function", "call", "check_function", "options_of", "plain_name"]

Function = Callable[..., Any]

_TYPES = {"int": int, "float": float, "str": str, "bool": bool}
_WORDS = {"true": True, "false": False, "none": None}


def call(
    function: Function, run: Any, argv: Sequence[str], parameters: Mapping[str, Any]
) -> object:
    """Call a function with what it asks for.

    Args:
        function: The function.
        run: The trial's run.
        argv: The arguments of the script.
        parameters: What was sampled, by name.

    Raises:
        TypeError: It asks for an argument that the script is not given.
    """
    options = options_of(argv, parameters)
    special = {"run": run, "argv": list(argv), "args": argparse.Namespace(**options)}
    positional, named, rest = [], {}, dict(options)
    wanted = inspect.signature(function).parameters.values()
    for parameter in wanted:
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        rest.pop(parameter.name, None)
        if parameter.name not in special and parameter.name not in options:
            if parameter.default is parameter.empty:
                raise TypeError(_missing(function, parameter.name, argv))
            continue
        value = special.get(parameter.name)
        if parameter.name not in special:
            value = _converted(options[parameter.name], parameter)
        if parameter.kind is parameter.POSITIONAL_ONLY:
            positional.append(value)
        else:
            named[parameter.name] = value
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in wanted):
        named.update(rest)
    return function(*positional, **named)


def check_function(function: object) -> None:
    """Check that something can stand for a script.

    Raises:
        TypeError: It is no function, perhaps the script's name; or one that a call does not run.
    """
    if not callable(function):
        raise TypeError(
            f"answer() takes the function that stands for the script, not {function!r}. "
            "The script is named with script=."
        )
    kinds = (inspect.iscoroutinefunction, inspect.isgeneratorfunction, inspect.isasyncgenfunction)
    if any(is_such(function) for is_such in kinds):
        raise TypeError(
            f"{function!r} is a coroutine or a generator: a call would not run it. Let a plain "
            "function run it, for instance with asyncio.run()."
        )


def options_of(argv: Sequence[str], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of a script by name, `-` in names turned to `_`."""
    options: dict[str, Any] = {}
    sampled = {plain_name(name): value for name, value in parameters.items()}
    name: str | None = None
    for text in argv:
        if _is_flag(text):
            name, has_value, value = text.partition("=")
            name = plain_name(name)
            options[name] = _guessed(value) if has_value else True
        elif name is not None:
            options[name] = sampled[name] if name in sampled else _guessed(text)
            name = None
    return {**options, **{k: v for k, v in sampled.items() if k not in options}}


def _is_flag(text: str) -> bool:
    return text.startswith("-") and text.strip("-") != "" and not _is_number(text)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def plain_name(flag: str) -> str:
    """Return the name of an argument without leading dashes, `-` in it turned to `_`."""
    return flag.lstrip("-").replace("-", "_")


def _guessed(text: str) -> Any:
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _converted(value: Any, parameter: inspect.Parameter) -> Any:
    """Return a value as the function's annotation, or the type of its default, would have it."""
    kind: Any = parameter.annotation
    if isinstance(kind, str):  # of a module with `from __future__ import annotations`
        kind = _TYPES.get(kind)
    if kind not in _TYPES.values():
        kind = type(parameter.default)
        if kind is int and isinstance(value, float):
            return value  # `lr=1` does not mean that 0.1 is to be 0
    if kind not in _TYPES.values() or type(value) is kind:
        return value
    if kind is int and isinstance(value, float):
        return int(str(value))  # refuses 0.5, as a script's own parser does
    return bool(_guessed(str(value))) if kind is bool else kind(value)


def _missing(function: Function, name: str, argv: Sequence[str]) -> str:
    known = " ".join(argv) or "none"
    title = getattr(function, "__name__", repr(function))
    return (
        f"{title}() wants {name!r}, but its script is given no such argument. Its arguments are: "
        f"{known}. Besides these it may want 'run', 'argv' and 'args'."
    )
