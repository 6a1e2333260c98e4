"""`hyperlocal data`: which local files stand for URLs and datasets."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Any

from hyperlocal.cli.lookup import command_parser, has_history, home_in_charge, home_of
from hyperlocal.cli.output import add_json, print_json, say
from hyperlocal.errors import DataError
from hyperlocal.reading import absolute_path

__all__ = ["main"]

_ABOUT = """Say which local files stand for data that scripts read in the cloud:
`hyperlocal data map` for a URL, `hyperlocal data add` for a registered dataset.
`hyperlocal data list` shows what is there, `hyperlocal data forget` takes it back.

It is written into a data map, the file hyperlocal-data.json: the nearest one
from here upwards, else a new one beside the project's home. It can be edited by
hand and kept with the code; paths in it are relative to it."""

_EXAMPLES = """  hyperlocal data map https://example.com/bank.csv data/bank.csv
  hyperlocal data map https://example.com/images/ data/images
  hyperlocal data add 'diabetes dataset' data/diabetes.csv
  hyperlocal data add images data/images
  hyperlocal data list
  hyperlocal data forget https://example.com/bank.csv
  hyperlocal data forget images"""

_MAP_ABOUT = """Say which local file answers a URL that a script reads through a dataset. A URL
that ends in a slash stands for everything below it, and FILE is a folder. What
stands after a question mark may differ: tokens expire.

A URL that is not mapped is downloaded once, if there is a network."""

_ADD_ABOUT = """Say which local file or folder a registered dataset is, so that
Dataset.get_by_name(workspace, NAME) and workspace.datasets[NAME] find it.

Files that end in .csv, .tsv, .parquet, .jsonl or .ndjson become tabular
datasets, all others and folders file datasets. With another file it becomes the
dataset's next version."""

_FORGET_ABOUT = """Take back what `map` or `add` said, or forget a dataset that a script has
registered, with all its versions. The files themselves stay."""

_LIST_ABOUT = """Show the data map, and the datasets that are registered in the home."""


def main(arguments: Sequence[str]) -> int:
    """Run one of the four; return the exit code."""
    parser = command_parser("data", _ABOUT, _EXAMPLES)
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    mapping = _action(actions, "map", "say which local file answers a URL", _MAP_ABOUT)
    mapping.add_argument("url", metavar="URL", help="the URL, as the script has it")
    mapping.add_argument("file", metavar="FILE", help="the file, or a folder")
    mapping.set_defaults(act=_map)
    adding = _action(actions, "add", "say which file a registered dataset is", _ADD_ABOUT)
    adding.add_argument("name", metavar="NAME", help="the dataset's name")
    adding.add_argument("file", metavar="FILE", help="the file, or a folder")
    adding.add_argument(
        "--type",
        choices=("tabular", "file"),
        help="of which kind it is, if its name does not tell",
    )
    adding.set_defaults(act=_add)
    forgetting = _action(actions, "forget", "take back a URL's file, or a dataset", _FORGET_ABOUT)
    forgetting.add_argument("what", metavar="URL|NAME", help="the URL or the dataset's name")
    forgetting.set_defaults(act=_forget)
    listing = _action(actions, "list", "show what is there", _LIST_ABOUT)
    add_json(listing, "an object")
    listing.set_defaults(act=_list)
    options = parser.parse_args(arguments)
    with home_in_charge(options):
        code: int = options.act(options)
    return code


def _action(actions: Any, name: str, meaning: str, about: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(
        name,
        help=meaning,
        description=about,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    return parser


def _map(options: argparse.Namespace) -> int:
    from hyperlocal.services.data.data_map import DataMap
    from hyperlocal.services.data.urls import is_url, parts_of

    file, url = _existing(options.file), options.url
    if not is_url(url):
        raise DataError(f"{url!r} is no URL: it must begin with https:// or the like.")
    parts_of(url)  # refuses what nobody could read
    if os.path.isdir(file) != url.endswith("/"):
        kind = "folder, so the URL must" if os.path.isdir(file) else "file, so the URL must not"
        raise DataError(f"{file} is a {kind} end in a slash.")
    found = DataMap.load()
    found.urls[url] = file
    found.save()
    print(f"{url} is answered by {file} (in {found.path}).")
    return 0


def _add(options: argparse.Namespace) -> int:
    from hyperlocal.services.data.data_map import DataMap
    from hyperlocal.services.data.entries import definition_of, kind_of

    file = _existing(options.file)
    entry = {"path": file, "type": options.type or kind_of(file)}
    definition_of(entry)  # refuses what could not be read
    found = DataMap.load()
    found.datasets[options.name] = entry
    found.save()
    print(f"The {entry['type']} dataset {options.name!r} is {file} (in {found.path}).")
    return 0


def _forget(options: argparse.Namespace) -> int:
    from hyperlocal.services.data import registry
    from hyperlocal.services.data.data_map import DataMap

    found, what = DataMap.load(), options.what
    is_registered = any(each["name"] == what for each in _registered(options, found))
    is_mapped = found.urls.pop(what, None) is not None
    is_named = found.datasets.pop(what, None) is not None
    if not (is_mapped or is_named or is_registered):
        raise DataError(
            f"There is neither a mapped URL nor a dataset {what!r}. `hyperlocal data list` shows "
            "what there is."
        )
    if is_mapped or is_named:
        found.save()
        print(f"{what} is no longer in {found.path}.")
    if is_registered and has_history(home_of(options)):
        registry.forget(what)
        print(f"The dataset {what!r} is no longer registered in {home_of(options)}.")
    return 0


def _existing(file: str) -> str:
    path = absolute_path(file)
    if not os.path.exists(path):
        raise DataError(f"There is no file {path}.")
    return path


def _list(options: argparse.Namespace) -> int:
    from hyperlocal.services.data.data_map import DataMap

    found = DataMap.load()
    registered = _registered(options, found)
    if options.json:
        told = {"map": found.path, "urls": found.urls, "datasets": registered}
        print_json(told)
        return 0
    is_there = os.path.isfile(found.path)
    say(f"Data map: {found.path}{'' if is_there else ' (not there yet)'}")
    _write_urls(found.urls)
    if not registered:
        say(f"No datasets in {home_of(options)} yet.")
        return 0
    _write(registered)
    return 0


def _write_urls(urls: dict[str, str]) -> None:
    from hyperlocal.views.page import Column, Page, is_terminal

    rows = [
        [url, file if os.path.exists(file) else f"{file}  (missing)"] for url, file in urls.items()
    ]
    if rows and is_terminal(sys.stdout):
        columns = [Column("URL"), Column("File", is_long=True, is_note=True)]
        Page(sys.stdout).table(columns, rows)
        return
    for row in rows:
        print("  ".join(row))


def _write(registered: list[dict[str, Any]]) -> None:
    from hyperlocal.views.page import Column, Page

    columns = [
        Column("Dataset"),
        Column("Version", is_number=True),
        Column("Type"),
        Column("Source", is_long=True),
    ]
    rows = [
        [each["name"], str(each["version"] or "-"), each["type"], ", ".join(each["sources"])]
        for each in registered
    ]
    Page(sys.stdout).table(columns, rows)


def _registered(options: argparse.Namespace, found: Any) -> list[dict[str, Any]]:
    """Return the datasets of the home, and those of the map that nobody has looked for yet."""
    from hyperlocal.services.data.registry import all_registered

    if not has_history(home_of(options)):  # looking must not make a home
        return [
            {"name": name, "version": None, "type": entry["type"], "sources": [entry["path"]]}
            for name, entry in found.datasets.items()
        ]
    return [
        {
            "name": each.name,
            "version": each.version,
            "type": each.definition.kind,
            "sources": [str(source) for source in each.definition.sources],
        }
        for each in all_registered()
    ]
