"""Files that users wrote for the SDK, read with the SDK's exceptions."""

from __future__ import annotations

from typing import Any

from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.errors import FileError
from hyperlocal.reading import file_bytes, file_text, json_value

__all__ = ["bytes_in", "json_in", "text_in", "value_of"]


def bytes_in(path: Any) -> bytes:
    """Return what a file holds, for who can tell its encoding.

    Raises:
        OSError: It is not there, or cannot be read.
        UserErrorException: It is no plain file.
    """
    try:
        return file_bytes(path)
    except FileError as error:
        raise UserErrorException(str(error)) from error


def text_in(path: Any) -> str:
    """Return the text of a file.

    Raises:
        OSError: It is not there, or cannot be read.
        UserErrorException: It is no plain file, or no text in UTF-8.
    """
    try:
        return file_text(path)
    except FileError as error:
        raise UserErrorException(str(error)) from error


def value_of(text: str, what: str) -> Any:
    """Return the value of a JSON document.

    Raises:
        UserErrorException: It is none; `what` is what the error calls it.
    """
    try:
        return json_value(text, what)
    except FileError as error:
        raise UserErrorException(str(error)) from error


def json_in(path: Any) -> Any:
    """Return the value of a file of JSON.

    Raises:
        OSError: It is not there, or cannot be read.
        UserErrorException: It is no plain file, or no JSON.
    """
    return value_of(text_in(path), str(path))
