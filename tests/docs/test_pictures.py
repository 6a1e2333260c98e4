"""The pictures in the documentation are those of today's text and of today's package."""

import importlib.util
import re
from pathlib import Path

import pytest

from hyperlocal.domain.status import Status

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10; coverage brings it
    import tomli as tomllib

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "pictures"
TEXTS = sorted(PICTURES.glob("*.dot"))


def generator():
    path = ROOT / "docs" / "tools" / "make_pictures.py"
    spec = importlib.util.spec_from_file_location("make_pictures", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def floors_of(text):
    """The names on each floor of the picture of the rooms, from the top."""
    ranks = re.findall(r"\{ rank=same; (.*?) \}", text)
    return [set(rank.split("; ")) for rank in ranks]


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.stem)
def test_a_drawing_is_of_its_text(text):
    drawing = text.with_suffix(".svg").read_text(encoding="utf-8")

    assert drawing.startswith(generator().stamp(text)), "Run: python docs/tools/make_pictures.py"
    assert "</svg>" in drawing


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.stem)
def test_a_drawing_is_shown_on_a_page(text):
    pages = [page.read_text(encoding="utf-8") for page in (ROOT / "docs").glob("*.md")]

    assert any(f"](pictures/{text.stem}.svg)" in page for page in pages)


def test_the_rooms_are_those_of_the_contract():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contract = next(c for c in project["tool"]["importlinter"]["contracts"] if "layers" in c)
    text = (PICTURES / "rooms.dot").read_text(encoding="utf-8")

    floors = floors_of(text)

    assert floors == [set(layer.split(" | ")) for layer in contract["layers"]]
    for name in set.union(*floors):
        assert f'{name} [label="{name}\\n' in text


def test_a_trials_statuses_are_those_of_runs():
    text = (PICTURES / "trial.dot").read_text(encoding="utf-8")
    statuses = {status.value for status in Status}

    shown = set(re.findall(r'label="([A-Z][A-Za-z]+)[\\"]', text))

    assert shown >= {"Queued", "Running", "Completed", "Failed", "Canceled"}
    assert shown <= statuses
