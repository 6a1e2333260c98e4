"""Conda environment files, read and written with the library that conda and the SDK use.

It is loaded where a file is read or written: most sweeps name no conda file.
"""

from __future__ import annotations

import io
from typing import Any

from hyperlocal.azureml.exceptions import UserErrorException

__all__ = ["dump", "load"]

_MOST_VALUES = 100_000


def load(text: str | bytes, source: str) -> Any:
    """Return the contents of a conda file.

    Args:
        text: The file's text, or its bytes: a byte order mark tells how they are encoded.
        source: What to call it in an error.

    Raises:
        UserErrorException: The text is no YAML, or says something twice.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        return _plain(YAML(typ="safe", pure=True).load(text), [_MOST_VALUES])
    except RecursionError as error:
        raise UserErrorException(f"{source} is nested too deeply.") from error
    except _TooMuch as error:
        raise UserErrorException(
            f"{source} holds more than {_MOST_VALUES} values, counted with those that its "
            "anchors repeat."
        ) from error
    # The library lets out others, too, for dates and numbers that cannot be.
    except (YAMLError, ValueError, OverflowError, TypeError) as error:
        raise UserErrorException(f"{source} is not a YAML file: {error}") from error


def dump(contents: dict[str, Any]) -> str:
    """Return a conda file's text for its contents."""
    from ruamel.yaml import YAML

    yaml = YAML(pure=True)
    yaml.default_flow_style = False
    yaml.width = 1_000_000  # a requirement stays in one line
    text = io.StringIO()
    yaml.dump(_plain(contents, [_MOST_VALUES]), text)
    return text.getvalue()


class _TooMuch(Exception):
    """Anchors repeat each other until nothing could hold what they mean."""


def _plain(value: Any, left: list[int]) -> Any:
    """Return contents as JSON can hold them, with nothing in two places at once.

    Args:
        value: The contents.
        left: How many values may still be in them.
    """
    left[0] -= 1
    if left[0] < 0:
        raise _TooMuch
    if isinstance(value, dict):
        return {str(key): _plain(item, left) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item, left) for item in value]
    is_plain = value is None or isinstance(value, (str, bool, int, float))
    return value if is_plain else str(value)
