"""Clusters: which a file takes for there already, and whether they are."""

from __future__ import annotations

import ast
import os
from dataclasses import dataclass
from shlex import quote

from hyperlocal.check.findings import Finding, Kind, Place
from hyperlocal.check.values import Known, Many, Member, Text, Value
from hyperlocal.history.home import DATABASE_NAME, locate_home

__all__ = ["ANY", "ClusterUse", "Clusters", "cluster_use", "guarded_lines", "takes_from_list"]

ANY = "*"  # in place of a name that is not known
_TARGETS = frozenset({"AmlCompute", "ComputeInstance", "ComputeTarget"})


@dataclass(frozen=True)
class ClusterUse:
    """What one call has to do with clusters: the name that it makes, or that must be there."""

    makes: str = ""
    needs: str = ""


def cluster_use(function: Value, arguments: list[Value], named: dict[str, Value]) -> ClusterUse:
    """Return what a call has to do with clusters."""
    second = arguments[1] if len(arguments) > 1 else None
    name = named.get("name", second)
    text = name.text if isinstance(name, Text) else ANY
    if isinstance(function, Member) and getattr(function.owner, "__name__", "") in _TARGETS:
        return ClusterUse(makes=text) if function.name == "create" else ClusterUse()
    is_target = isinstance(function, Known) and getattr(function.thing, "__name__", "") in _TARGETS
    return ClusterUse(needs=text) if is_target else ClusterUse()


def takes_from_list(mapping: Many) -> bool:
    """Tell whether something is taken out of the list of clusters, which may be empty."""
    is_list = mapping.origin.endswith(".list")
    return is_list and any(cls.__name__ in _TARGETS for cls in mapping.classes)


def guarded_lines(tree: ast.AST) -> frozenset[int]:
    """Return the lines in `try`: a script that catches the exception makes the cluster."""
    tries = [node for node in ast.walk(tree) if isinstance(node, ast.Try) and node.handlers]
    return frozenset(
        line
        for node in tries
        for line in range(node.body[0].lineno, (node.body[-1].end_lineno or 0) + 1)
    )


class Clusters:
    """What clusters there are: in the home, or made by a file of the project."""

    def __init__(self) -> None:
        self.made: set[str] = set(_made_in(locate_home()))

    def missing(self, name: str, place: Place) -> Finding | None:
        """Return what to do about a cluster, None if there is one, or it could be any."""
        if not name or name in self.made or (name == ANY and self.made):
            return None
        text = f"the script expects the cluster {name!r}, which has not been made"
        if name == ANY:
            name, text = "NAME", "the script expects a cluster, and none has been made"
        command = f"hyperlocal compute add {quote(name)}"
        return Finding(Kind.CLUSTER, place, name, text, command)


def _made_in(home: str) -> list[str]:
    if not os.path.exists(os.path.join(home, DATABASE_NAME)):
        return []  # looking must not make one
    from hyperlocal.services import compute

    return list(compute.all_records())
