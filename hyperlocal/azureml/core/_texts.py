"""Tags and properties, as scripts give them: texts by name, and names."""

from __future__ import annotations

from hyperlocal.reading import shown, text_of

TYPE_CHECKING = False  # trials import this: nothing heavy at module level
if TYPE_CHECKING:
    from typing import Any

__all__ = ["as_names", "as_text", "as_texts"]


def as_texts(values: Any) -> dict[str, str | None]:
    """Return tags or properties as what they are kept as: texts, or for a mere mark None.

    Raises:
        UserErrorException: They are no dict.
    """
    if not hasattr(values, "items"):
        raise _no_names(values, "a dict")
    return {text_of(name): as_text(value) for name, value in values.items()}


def as_text(value: Any) -> str | None:
    """Return a value as the text that it is kept as; None stays."""
    return None if value is None else text_of(value)


def as_names(names: Any) -> list[Any]:
    """Return one name, or several, as a list.

    Raises:
        UserErrorException: They are no list.
    """
    if isinstance(names, str):
        return [names]
    if isinstance(names, (range, bytes)):
        raise _no_names(names, "a list")
    try:
        return list(names)
    except TypeError:
        raise _no_names(names, "a list") from None


def _no_names(given: Any, wanted: str) -> Exception:
    from hyperlocal.azureml.exceptions import UserErrorException

    return UserErrorException(f"Tags and properties are {wanted}, not {shown(given)}.")
