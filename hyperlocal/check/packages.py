"""Packages that are missing: what to do about each, and what it is for."""

from __future__ import annotations

import os
from shlex import quote

from hyperlocal.check.asked import Asked
from hyperlocal.check.findings import Finding, Kind, Place
from hyperlocal.services.environments.packages import is_known, pip_line

__all__ = ["SCORER", "missing_package"]

SCORER = "scoring script"
# What packages are for that a sweep does without.
_PLOTS, _SCORING = "plots", "scoring"
_PLOTTING = frozenset(
    {"altair", "bokeh", "graphviz", "matplotlib", "missingno", "mpl_toolkits", "plotly", "pydot"}
    | {"scikitplot", "seaborn", "wordcloud", "yellowbrick"}
)


def missing_package(package: str, place: Place, asked: Asked, role: str) -> Finding:
    """Return what to do about a package; what is not known to be it is never advised."""
    mine = asked.own_place(package)
    if mine:
        setup = asked.setup_for(mine)
        command = f"pip install -e {quote(os.path.relpath(setup))}" if setup else ""
        text = (
            f"{package} is this project's own ({os.path.relpath(mine)}), and not on the path here"
        )
        return Finding(Kind.OWN_PACKAGE, place, package, text, command)
    purpose = _PLOTS if package in _PLOTTING else _SCORING if role == SCORER else ""
    text = f"{package} is not installed"
    if not is_known(package, asked.names):
        text += ", and it is not known which package on PyPI it is of"
        return Finding(Kind.PACKAGE, place, package, text, purpose=purpose)
    command = pip_line([package], asked.names)
    return Finding(Kind.PACKAGE, place, package, text, command, purpose=purpose)
