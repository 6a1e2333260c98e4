"""Telemetry: there is none. What scripts say about it is kept, so that they can read it back."""

from __future__ import annotations

import logging
from typing import Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.exceptions import UserErrorException

__all__ = [
    "INSTRUMENTATION_KEY",
    "UserErrorException",
    "add_diagnostics_properties",
    "get_diagnostics_collection_info",
    "get_telemetry_log_handler",
    "is_diagnostics_collection_info_available",
    "set_diagnostics_collection",
    "set_diagnostics_properties",
]

INSTRUMENTATION_KEY = ""  # whose it would be: scoring scripts made by AutoML pass it on
_settings: dict[str, Any] = {"send_diagnostics": False, "verbosity": logging.INFO}
_properties: dict[str, Any] = {}


def set_diagnostics_collection(
    send_diagnostics: Any = True, verbosity: Any = logging.INFO, reason: Any = "", path: Any = None
) -> None:
    """Keep the choice. Nothing is ever sent, whatever it is."""
    _settings.update(send_diagnostics=bool(send_diagnostics), verbosity=verbosity)
    if send_diagnostics:
        print("Turning diagnostics collection on. ")


def get_diagnostics_collection_info(
    component_name: Any = None, path: Any = None, proceed_in_hbi_mode: Any = False
) -> tuple[bool, str]:
    """Return the choice that was made, and the level that goes with it."""
    return _settings["send_diagnostics"], logging.getLevelName(_settings["verbosity"])


def is_diagnostics_collection_info_available() -> bool:
    """Return True: the choice can be read."""
    return True


def set_diagnostics_properties(properties: Any) -> None:
    """Keep these properties instead of earlier ones."""
    _properties.clear()
    _properties.update(properties)


def add_diagnostics_properties(properties: Any) -> None:
    """Keep these properties beside earlier ones."""
    _properties.update(properties)


def get_telemetry_log_handler(
    instrumentation_key: Any = None,
    component_name: Any = None,
    path: Any = None,
    proceed_in_hbi_mode: Any = False,
) -> logging.Handler:
    """Return a handler that drops everything."""
    return logging.NullHandler()


__getattr__ = _placeholders.lacking(__name__)
