"""Elements: the nested settings of environments and run configurations.

The SDK refuses an attribute that an element does not have, which catches typing errors, and
prints elements as JSON with camelCase keys. So does this.
"""

from __future__ import annotations

import json
from typing import Any

from hyperlocal.azureml._placeholders import Emulated

__all__ = ["Element", "camel_case", "plain"]


class Element(Emulated):
    """Base of settings. Subclasses set their attributes in `__init__` and then `_seal()`.

    Public attributes are settings; an attribute `_x` beside a property `x` is shown as `x`.
    """

    _hidden: tuple[str, ...] = ()  # private attributes that are not settings

    def _seal(self) -> None:
        self.__dict__["_initialized"] = True

    def __setattr__(self, name: str, value: Any) -> None:
        if self.__dict__.get("_initialized") and not self._knows(name):
            known = ", ".join(sorted(self._settings()))
            raise AttributeError(
                f"{type(self).__name__} has no attribute {name!r}. It has: {known}."
            )
        super().__setattr__(name, value)

    def _knows(self, name: str) -> bool:
        # Looked up without getattr: a property's getter must not run here.
        return name in self.__dict__ or any(name in vars(base) for base in type(self).__mro__)

    def _settings(self) -> dict[str, Any]:
        return {
            name.lstrip("_"): value
            for name, value in self.__dict__.items()
            if name != "_initialized" and name not in self._hidden
        }

    def _as_dict(self) -> dict[str, Any]:
        """Return the settings as plain values with camelCase keys."""
        return {camel_case(name): plain(value) for name, value in self._settings().items()}

    def __repr__(self) -> str:
        from hyperlocal.domain.secrecy import shown_definition

        return json.dumps(shown_definition(self._as_dict()), indent=4, default=str)


def plain(value: Any) -> Any:
    """Return a value as what JSON can hold; elements become dicts."""
    if isinstance(value, Element):
        return value._as_dict()
    if hasattr(type(value), "as_dict"):
        return value.as_dict()
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def camel_case(name: str) -> str:
    """Return the key under which an attribute is shown and saved."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
