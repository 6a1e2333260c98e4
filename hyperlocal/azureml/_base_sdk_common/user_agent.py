"""The user agent: a text that products add their names to. It is sent nowhere."""

from __future__ import annotations

from typing import Any

from hyperlocal.azureml import _placeholders

__all__ = ["append", "get_user_agent"]

_products = ["hyperlocal"]


def append(product_name: Any, product_version: Any = None, comment: Any = None) -> None:
    """Add a product."""
    product = str(product_name) if product_version is None else f"{product_name}/{product_version}"
    _products.append(product if comment is None else f"{product} ({comment})")


def get_user_agent() -> str:
    """Return the text."""
    return " ".join(_products)


__getattr__ = _placeholders.lacking(__name__)
