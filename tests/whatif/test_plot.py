"""The plot of a comparison."""

import subprocess
import sys

import pytest
from matplotlib.image import imread

from hyperlocal.errors import HyperlocalError
from hyperlocal.whatif import replay
from tests.whatif.sweeps import recording, trace


def a_comparison():
    told = recording([0.1, 0.2], [0.5, 0.6], trace([0.3], is_cut=True), trace([], exit_code=1))
    return replay(told, ["none", "median", "bandit:slack_amount=0.1"], [1, 2])


@pytest.mark.slow
def test_it_is_drawn_to_a_file(tmp_path):
    a_comparison().plot(tmp_path / "plot.png")

    picture = imread(tmp_path / "plot.png")
    assert picture.shape[0] > 500
    # Not one colour only.
    assert picture.std() > 0.05


@pytest.mark.slow
def test_other_formats_by_the_file_s_name(tmp_path):
    a_comparison().plot(tmp_path / "plot.svg")

    text = (tmp_path / "plot.svg").read_text()
    assert text.startswith("<?xml")
    with pytest.raises(HyperlocalError, match=r"plot\.xyz"):
        a_comparison().plot(tmp_path / "plot.xyz")


@pytest.mark.slow
def test_without_matplotlib_it_says_what_to_install():
    script = """
import sys
sys.modules["matplotlib"] = None
from hyperlocal.errors import HyperlocalError
from hyperlocal.whatif.plot import draw
try:
    draw(None, "x.png")
except HyperlocalError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert "pip install 'hyperlocal[plot]'" in done.stdout
