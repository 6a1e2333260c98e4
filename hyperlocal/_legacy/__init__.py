"""Old names: what libraries have removed since a script was written, supplied again.

`hyperlocal run --legacy` puts `start_folder()` on the PYTHONPATH of trials, and only of trials.
The file in it runs at the start of every interpreter that finds the folder there, before the
script, whatever the script imports first; without the switch nothing of this is on anybody's way.

Only what keeps its meaning exactly is supplied, and only where it is gone: `names.py` and
`parameters.py` hold the tables, `hook.py` the supply, `recognize.py` the failures that it cures.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False  # typing itself costs milliseconds, and trials come by here
if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["VARIABLE", "is_wanted", "start_folder"]

VARIABLE = "HYPERLOCAL_LEGACY"
_NO = ("", "0", "false", "no", "off")


def is_wanted(environment: Mapping[str, str]) -> bool:
    """Tell whether these environment variables ask for old names."""
    return environment.get(VARIABLE, "").strip().lower() not in _NO


def start_folder() -> str:
    """Return the folder that, on a process's PYTHONPATH, supplies old names there."""
    return os.path.join(os.path.dirname(os.path.abspath(__file__)), "start")
