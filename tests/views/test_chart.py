"""Curves as characters."""

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hyperlocal.domain.goal import Goal
from hyperlocal.views.chart import Curve, chart, is_drawable
from hyperlocal.views.curves import draw_trial, sweep_curve
from tests.views.sweeps import a_finished_sweep, begin_job, log


def lines_of(points, width=40, height=8, **options):
    return [line.plain for line in chart([Curve(points)], width, height, **options)]


def test_a_rising_line_rises():
    lines = lines_of([(0, 0.0), (1, 1.0)], is_fine=False)

    marks = [line.index("*") for line in lines if "*" in line]
    assert marks == sorted(marks, reverse=True)
    assert len(marks) == 7
    assert lines[0].startswith("1 |")
    assert lines[6].startswith("0 |*")


def test_braille_dots_stand_where_the_values_are():
    lines = lines_of([(0, 1.0), (1, 1.0), (2, 2.0)])

    assert "⠤" in lines[-2] or "⣀" in lines[-2]
    assert lines[0].rstrip()[-1] in "⠁⠈⠉⠊⠔⢀⠠⡠⡰⢠⠈"


def test_ends_are_named_below():
    lines = lines_of([(0, 1.0), (1, 2.0)], ends=("trial 0", "trial 9"))

    assert lines[-1].split("  ")[0].strip() == ""
    assert lines[-1].split() == ["trial", "0", "trial", "9"]
    assert len(lines) == 8


def test_values_that_differ_by_magnitudes_have_a_logarithmic_axis():
    lines = lines_of([(n, math.exp(-n)) for n in range(20)], is_fine=False)

    marks = [line.rindex("*") for line in lines if "*" in line]
    assert any("log" in line for line in lines)
    assert marks == sorted(marks)
    assert len(marks) == 7


def test_one_height_is_told_once():
    lines = lines_of([(0, 5.0), (1, 5.0)], is_fine=False)

    assert [line for line in lines if "5" in line] == [line for line in lines if "*" in line]


def test_nothing_and_no_room_draw_nothing():
    assert lines_of([]) == []
    assert lines_of([(0, math.nan), (1, math.inf)]) == []
    assert lines_of([(0, 1.0)], width=10) == []
    assert lines_of([(0, 1.0)], height=2) == []


def test_very_many_points_keep_their_extremes():
    points = [(float(n), 0.5) for n in range(100_000)]
    points[77_777] = (77_777.0, 9.0)

    lines = lines_of(points, is_fine=False)

    assert lines[0].startswith("  9 |")
    assert "*" in lines[0]


POINTS = st.lists(st.tuples(st.floats(0, 1e6), st.floats()), max_size=30)


@example([[(0.0, 100.0)]], 20, 3, False)  # its ends are cut
@given(st.lists(POINTS, max_size=3), st.integers(1, 130), st.integers(1, 20), st.booleans())
def test_whatever_is_drawn_fits(curves, width, height, is_fine):
    drawn = [Curve(points, is_stepped=n == 0) for n, points in enumerate(curves)]

    lines = chart(drawn, width, height, ends=("trial 1", "trial 2"), is_fine=is_fine)

    assert len(lines) <= height
    assert all(len(line.plain) <= width for line in lines)
    assert is_fine or all(line.plain.isascii() for line in lines)


@pytest.mark.parametrize(
    ("encoding", "is_fine"), [("utf-8", True), ("ascii", False), ("latin-1", False), (None, False)]
)
def test_the_encoding_decides_what_is_drawn_with(encoding, is_fine):
    assert is_drawable(encoding) is is_fine


def test_a_sweep_is_drawn_as_its_best_so_far():
    bests = {"0": math.nan, "1": 0.5, "2": 0.9, "3": 0.7}

    rising = sweep_curve(bests, Goal.MAXIMIZE, "accuracy", 60, is_fine=False)
    falling = sweep_curve(bests, Goal.MINIMIZE, "loss", 60, is_fine=False)

    assert rising.title == "Best accuracy so far, and that of each trial"
    assert rising.lines[0].plain.rstrip().endswith("*" * 10)
    assert falling.lines[-3].plain.rstrip().endswith("*" * 10)
    assert rising.lines[-1].plain.split()[-2:] == ["trial", "3"]


def test_one_trial_with_a_metric_is_no_curve():
    assert sweep_curve({"0": 0.5, "1": math.nan}, Goal.MAXIMIZE, "a", 60).lines != []
    assert sweep_curve({"0": math.nan, "1": 0.5}, Goal.MAXIMIZE, "a", 60).lines == []


def test_a_trial_is_drawn_beside_the_best(history):
    parent = a_finished_sweep(history)

    other = draw_trial(history, history.runs.get(f"{parent}_0"), 60)
    best = draw_trial(history, history.runs.get(f"{parent}_1"), 60)

    assert other.title == "accuracy of this trial (line), and of trial 1, the best (points)"
    assert other.lines[0].plain.startswith("0.9 ")
    assert best.title == "accuracy of this trial"
    assert best.lines[0].plain.startswith("0.9 ")


def test_of_a_script_the_first_metric_of_several_numbers_is_drawn(history):
    job = begin_job(history)
    history.metrics.add(job, "note", "text", kind="str")
    log(history, job, 1.0, name="once")
    for metric in (3.0, 2.0):
        log(history, job, metric, name="loss")

    drawing = draw_trial(history, history.runs.get(job), 60)

    assert drawing.title == "loss"
    assert drawing.lines
