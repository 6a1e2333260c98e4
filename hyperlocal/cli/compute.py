"""`hyperlocal compute`: clusters that a script takes for there already."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from hyperlocal.cli.lookup import command_parser, has_history, home_in_charge, home_of
from hyperlocal.cli.output import add_json, print_json, say
from hyperlocal.errors import HyperlocalError

__all__ = ["main"]

_ABOUT = """Say which clusters there are, for scripts that look one up and do not make it:
ComputeTarget(workspace, NAME) outside of `try`, ComputeTarget.list(workspace)[0].

A cluster is a name in the home. Of its settings only the number of nodes counts:
it limits how many trials run at once."""

_EXAMPLES = """  hyperlocal compute add cpu-cluster
  hyperlocal compute add gpu-cluster --max-nodes 4
  hyperlocal compute list
  hyperlocal compute forget cpu-cluster"""

_MANY = 1000  # more than trials ever run at once on one machine


def main(arguments: Sequence[str]) -> int:
    """Run one of the three; return the exit code."""
    parser = command_parser("compute", _ABOUT, _EXAMPLES)
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    adding = actions.add_parser("add", help="make a cluster, or change it")
    adding.add_argument("name", metavar="NAME", help="the cluster's name")
    nodes = "how many nodes it may have (%(default)s, which limits nothing)"
    adding.add_argument("--max-nodes", metavar="N", type=int, default=_MANY, help=nodes)
    adding.set_defaults(act=_add)
    forgetting = actions.add_parser("forget", help="take a cluster back")
    forgetting.add_argument("name", metavar="NAME", help="the cluster's name")
    forgetting.set_defaults(act=_forget)
    listing = actions.add_parser("list", help="show what is there")
    add_json(listing, "a list of objects")
    listing.set_defaults(act=_list)
    options = parser.parse_args(arguments)
    with home_in_charge(options):
        code: int = options.act(options)
    return code


def _add(options: argparse.Namespace) -> int:
    from hyperlocal.azureml.core.compute.amlcompute import AmlCompute
    from hyperlocal.azureml.core.compute.compute import ComputeTarget
    from hyperlocal.azureml.core.workspace import Workspace
    from hyperlocal.azureml.exceptions import AzureMLException

    size, nodes = "STANDARD_D2_V2", options.max_nodes
    try:
        configuration = AmlCompute.provisioning_configuration(size, max_nodes=nodes)
        ComputeTarget.create(Workspace.from_config(), options.name, configuration)
    except AzureMLException as error:  # of a name or number that the service would not take
        raise HyperlocalError(error.message) from error
    print(f"There is a cluster {options.name!r} in {home_of(options)}.")
    return 0


def _forget(options: argparse.Namespace) -> int:
    from hyperlocal.services import compute

    if options.name not in _names(options):
        raise HyperlocalError(
            f"There is no cluster {options.name!r}. `hyperlocal compute list` shows what there is."
        )
    compute.forget(options.name)
    print(f"The cluster {options.name!r} is no longer in {home_of(options)}.")
    return 0


def _list(options: argparse.Namespace) -> int:
    from hyperlocal.views.page import Column, Page

    records = _names(options)
    if options.json:
        print_json([_document(name, body) for name, body in records.items()])
        return 0
    if not records:
        say(f"No clusters in {home_of(options)} yet.")
        return 0
    columns = [Column("Cluster"), Column("Type"), Column("Nodes", is_number=True)]
    rows = [
        [name, str(body["type"]), str(body.get("max_nodes") or "-")]
        for name, body in records.items()
    ]
    Page(sys.stdout).table(columns, rows)
    return 0


def _document(name: str, body: dict[str, object]) -> dict[str, object]:
    return {"name": name, "type": body["type"], "max_nodes": body.get("max_nodes")}


def _names(options: argparse.Namespace) -> dict[str, dict[str, object]]:
    from hyperlocal.services import compute

    return compute.all_records() if has_history(home_of(options)) else {}  # looking makes none
