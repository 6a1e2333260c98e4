"""What the real SDK has: its modules, their names, and the members of its classes.

Read from `_surface.json` on the first miss, for a script that misses nothing never needs it.
`docs/tools/make_surface.py` writes that file.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False  # typing itself costs milliseconds, and every trial comes by here
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Surface", "surface"]


class Surface:
    """The names of the SDK.

    A module is *recorded* when all its public names were read from the SDK, else *open*: it
    exists, and any public name in it or module below it is taken to exist.
    """

    def __init__(self, recorded: dict[str, Any]) -> None:
        self._classes: dict[str, str] = recorded["classes"]
        self._modules: dict[str, dict[str, str]] = recorded["modules"]
        self._more: dict[str, str] = recorded["more"]
        self._open = frozenset(recorded["open"].split())

    def modules(self) -> list[str]:
        """Return the modules whose public names are known, sorted."""
        return sorted(self._modules)

    def is_recorded(self, module: str) -> bool:
        """Tell whether all public names of `module` are known."""
        return module in self._modules

    def has_module(self, module: str) -> bool:
        """Tell whether the SDK has this module, as far as is known."""
        if module in self._modules or any(m.startswith(module + ".") for m in self._modules):
            return True
        # All modules of the SDK are in lower case: an unknown CamelCase name is a typing error.
        parts = module.split(".")
        above = (".".join(parts[:n]) for n in range(1, len(parts) + 1))
        return parts[-1].islower() and any(name in self._open for name in above)

    def names(self, module: str) -> list[str]:
        """Return the names that are known to be in `module`, sorted."""
        known = self._modules.get(module, {})
        texts = (known.get("class", ""), known.get("function", ""), self._more.get(module, ""))
        return sorted(set(" ".join(texts).split()))

    def kind(self, module: str, name: str) -> str | None:
        """Return "class", "function", or None if the module has no such name."""
        for kind, names in self._modules.get(module, {}).items():
            if name in names.split():
                return kind
        if name in self._more.get(module, "").split():
            return "class"
        if self.is_recorded(module) or name.startswith("_"):
            return None
        return "class" if name[0].isupper() else "function"

    def is_named(self, module: str, name: str) -> bool:
        """Tell whether this very name was recorded, rather than taken to exist."""
        return name in self.names(module)

    def is_special(self, module: str, name: str) -> bool:
        """Tell whether the class differs from the one of that name elsewhere in the SDK."""
        return f"{module}.{name}" in self._classes

    def members(self, module: str, class_name: str) -> frozenset[str] | None:
        """Return the public members of a class, or None if they were not read."""
        text = self._classes.get(f"{module}.{class_name}", self._classes.get(class_name))
        return None if text is None else frozenset(text.split())


_surface: Surface | None = None


def surface() -> Surface:
    """Return the names of the SDK, read once."""
    global _surface
    if _surface is None:
        import json

        path = os.path.join(os.path.dirname(__file__), "_surface.json")
        with open(path, encoding="utf-8") as file:
            _surface = Surface(json.load(file))
    return _surface
