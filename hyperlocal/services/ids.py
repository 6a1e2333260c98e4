"""Ids: random ones, and ones that are the same whenever they are asked for."""

from __future__ import annotations

import os

__all__ = ["derived_uuid", "random_uuid"]


def random_uuid() -> str:
    """Return a random UUID (version 4), without loading the module that is slow to load."""
    digits = bytearray(os.urandom(16))
    digits[6] = digits[6] & 0x0F | 0x40
    digits[8] = digits[8] & 0x3F | 0x80
    return _dashed(digits.hex())


def derived_uuid(*names: str) -> str:
    """Return a UUID that is always the same for the same names."""
    import hashlib

    digits = bytearray(
        hashlib.sha256("\0".join(names).encode("utf-8", "surrogatepass")).digest()[:16]
    )
    digits[6] = digits[6] & 0x0F | 0x50
    digits[8] = digits[8] & 0x3F | 0x80
    return _dashed(digits.hex())


def _dashed(text: str) -> str:
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
