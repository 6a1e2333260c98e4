"""Functions and methods that lost parameters, wrapped so that they take them.

A wrapper shows the signature of what it wraps, and passes on what is said in today's way.
"""

from __future__ import annotations

from functools import wraps

from hyperlocal._legacy.parameters import CLASSES, said_today

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType
    from typing import Any

    from hyperlocal._legacy.parameters import Rule

__all__ = ["adapt_classes", "adapt_errors", "adapt_pandas"]


def adapt_classes(module: ModuleType) -> None:
    """Let the classes of one of scikit-learn's modules take their old parameters."""
    import sklearn

    version = _version(sklearn.__version__)
    for name, rules in CLASSES[module.__name__].items():
        cls = getattr(module, name, None)
        if isinstance(cls, type):
            _adapt_class(cls, rules, version)


def _adapt_class(cls: Any, rules: tuple[Rule, ...], version: tuple[int, int]) -> None:
    taken = _parameters(cls.__init__)
    construct, change = cls.__init__, cls.set_params

    @wraps(construct)
    def __init__(self: Any, *arguments: Any, **given: Any) -> None:
        construct(self, *arguments, **said_today(rules, given, taken, version))

    # Searches over parameters do not construct: they clone, and set.
    @wraps(change)
    def set_params(self: Any, **given: Any) -> Any:
        return change(self, **said_today(rules, given, taken, version))

    cls.__init__ = __init__
    cls.set_params = set_params


def _version(text: str) -> tuple[int, int]:
    major, minor = text.split(".")[:2]
    return int(major), int(minor)


def _parameters(function: Callable[..., Any]) -> frozenset[str]:
    import inspect

    return frozenset(inspect.signature(function).parameters)


def adapt_errors(module: Any) -> None:
    """Let scikit-learn's errors take `squared`: of False, the root is today's own function."""
    for name, root in (
        ("mean_squared_error", "root_mean_squared_error"),
        ("mean_squared_log_error", "root_mean_squared_log_error"),
    ):
        function = getattr(module, name)
        if hasattr(module, root) and "squared" not in _parameters(function):
            setattr(module, name, _with_squared(function, getattr(module, root)))


def _with_squared(function: Callable[..., Any], root: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def error(*arguments: Any, squared: bool = True, **given: Any) -> Any:
        return function(*arguments, **given) if squared else root(*arguments, **given)

    return error


def adapt_pandas(module: Any) -> None:
    """Let pandas's functions take what they took before 2.0, and texts be objects."""
    for name in ("read_csv", "read_table"):
        if "error_bad_lines" not in _parameters(getattr(module, name)):
            setattr(module, name, _reading(getattr(module, name)))
    if "line_terminator" not in _parameters(module.DataFrame.to_csv):
        for cls in (module.DataFrame, module.Series):
            cls.to_csv = _writing(cls.to_csv)
    if _major(module) >= 3 and hasattr(module.options.future, "infer_string"):
        import warnings

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module.options.future.infer_string = False  # columns of texts are of type object
    if _is_by_name_only(module.DataFrame.drop, "axis"):
        module.DataFrame.drop = _dropping(module.DataFrame.drop)


def _major(module: Any) -> int:
    return int(module.__version__.partition(".")[0])


def _is_by_name_only(function: Callable[..., Any], parameter: str) -> bool:
    import inspect

    return inspect.signature(function).parameters[parameter].kind is inspect.Parameter.KEYWORD_ONLY


def _reading(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def read(*arguments: Any, **given: Any) -> Any:
        is_error, is_told = given.pop("error_bad_lines", None), given.pop("warn_bad_lines", None)
        if is_error is not None and not is_error:
            given.setdefault("on_bad_lines", "warn" if is_told in (None, True) else "skip")
        squeezed = given.pop("squeeze", False)
        table = function(*arguments, **given)
        return table.squeeze("columns") if squeezed else table

    return read


def _writing(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def to_csv(self: Any, *arguments: Any, **given: Any) -> Any:
        if "line_terminator" in given:
            given["lineterminator"] = given.pop("line_terminator")
        return function(self, *arguments, **given)

    return to_csv


def _dropping(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def drop(self: Any, *arguments: Any, **given: Any) -> Any:
        # Before 2.0 these could be given by position: df.drop("label", 1).
        names = ("labels", "axis", "index", "columns", "level", "inplace", "errors")
        return function(self, **dict(zip(names, arguments, strict=False)), **given)

    return drop
