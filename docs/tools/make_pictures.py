"""Draw the pictures in docs/pictures/, as Graphviz lays them out.

    python docs/tools/make_pictures.py

It needs Graphviz's program `dot` (`apt install graphviz`, `brew install graphviz`). The drawings
are kept beside their texts, so that building the pages takes nothing but Python. Each holds a
digest of its text, by which a test sees that it is current.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "pictures"


def texts() -> list[Path]:
    """Return the files that pictures are drawn from."""
    return sorted(FOLDER.glob("*.dot"))


def stamp(text: Path) -> str:
    """Return the comment that ties a drawing to its text."""
    digest = hashlib.sha256(text.read_text(encoding="utf-8").encode()).hexdigest()
    return f"<!-- Drawn from {text.name}, sha256 {digest} -->"


def draw(text: Path) -> str:
    """Return a picture as SVG."""
    done = subprocess.run(
        ["dot", "-Tsvg", str(text)], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    # What stands before the element names the version of Graphviz, and is nothing to an image.
    drawing = done.stdout[done.stdout.index("<svg") :]
    return f"{stamp(text)}\n{drawing}"


def main() -> None:
    if shutil.which("dot") is None:
        sys.exit("There is no program `dot` here. Install Graphviz: https://graphviz.org/download")
    for text in texts():
        text.with_suffix(".svg").write_text(draw(text), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
