"""The pictures of the studio's pages: all of them shown, in light and dark, and small."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "pictures" / "studio"
LARGEST = 150 << 10


def test_each_picture_is_shown_once_in_its_scheme():
    page = (ROOT / "docs" / "studio.md").read_text(encoding="utf-8")

    shown = re.findall(r"\{image\} pictures/studio/(\S+)\n:alt: .+\n:class: only-(\w+)\n", page)

    assert sorted(name for name, _ in shown) == sorted(each.name for each in PICTURES.iterdir())
    assert all(name.endswith(f"-{scheme}.webp") for name, scheme in shown)
    assert {name.rpartition("-")[0] for name, scheme in shown if scheme == "light"} == {
        name.rpartition("-")[0] for name, scheme in shown if scheme == "dark"
    }


def test_pictures_are_small():
    assert {each.name for each in PICTURES.iterdir() if each.stat().st_size > LARGEST} == set()
