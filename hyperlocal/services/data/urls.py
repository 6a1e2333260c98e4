"""URLs: what is one, what its parts are, and when two mean the same."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit, urlunsplit

from hyperlocal.errors import DataError

if TYPE_CHECKING:
    from urllib.parse import SplitResult

__all__ = ["is_url", "parts_of", "plain_url", "what_is_wrong"]


def is_url(text: str) -> bool:
    """Tell whether a text is meant as a URL rather than a path."""
    scheme, separator, _ = text.partition("://")
    return bool(separator) and scheme.replace("+", "").isalnum()


def parts_of(url: str) -> SplitResult:
    """Return the parts of a URL.

    Raises:
        DataError: It has none, as `http://[` has not.
    """
    try:
        parts = urlsplit(url)
        _ = parts.port  # refuses what is no number
    except ValueError as error:
        raise DataError(f"{url!r} is no URL that can be read: {error}.") from error
    return parts


def what_is_wrong(url: str) -> str | None:
    """Return why a URL can be neither mapped nor read; None if nothing is wrong with it."""
    try:
        parts_of(url)
    except DataError as error:
        return str(error)
    return None


def plain_url(url: str, *, with_query: bool = False) -> str:
    """Return what is equal for URLs that mean the same; of one without parts it is the text."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    query = parts.query if with_query else ""
    return unquote(urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path, query, "")))
