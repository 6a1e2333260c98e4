"""A sweep as a screen of lines."""

import math

import pytest

from hyperlocal.views.picture import picture
from hyperlocal.views.plans import sweep_of
from hyperlocal.views.sweep_progress import SweepProgress
from tests.views.sweeps import begin_sweep, begin_trial, complete, fail, log, stop

PARAMETER = "a_parameter_with_a_name_that_is_rather_long"


def a_watch(history, parent):
    record = history.runs.get(parent)
    watch = SweepProgress(history, record, sweep_of(record))
    watch.step()
    return watch


def drawn(watch, width=80, height=40, **options):
    now = watch.parent.started_at + 90
    return [line.plain for line in picture(watch, now, width, height, **options)]


def section(lines, title):
    """Return the rows below the line of names that begins with `title`."""
    begin = next(n for n, line in enumerate(lines) if line.strip().startswith(title))
    rows = lines[begin + 1 :]
    return rows[: rows.index("")] if "" in rows else rows


@pytest.fixture
def parent(history):
    """A sweep that goes on: 0 and 1 run, 2 completed, 3 failed, 4 was stopped, in this order."""
    run_id = begin_sweep(history, max_trials=20)
    for number in range(5):
        begin_trial(history, run_id, number, lr=(6 + number) / 100)
    log(history, f"{run_id}_1", 0.25)
    log(history, f"{run_id}_2", 0.5)
    complete(history, f"{run_id}_2")
    fail(history, f"{run_id}_3", "ValueError: bad batch")
    stop(history, f"{run_id}_4", f"0.1 is below 0.5 / (1 + 0.2), set by {run_id}_2")
    return run_id


def test_it_tells_progress_counts_and_the_best(history, parent):
    lines = drawn(a_watch(history, parent))

    assert lines[0] == f"{parent}: random sampling to maximize accuracy, up to 20 trials"
    assert "3/20 trials  1m30s elapsed, about" in lines[1]
    assert lines[2] == "1 Completed  1 Failed  1 stopped by policy  2 Running"
    assert lines[3] == "best so far: trial 2, accuracy 0.5, lr=0.08 batch=16"
    assert "Best accuracy so far, and that of each trial" in lines


def test_it_lists_what_runs_and_what_ended_last_with_reasons(history, parent):
    lines = drawn(a_watch(history, parent))

    assert [row.split() for row in section(lines, "running")] == [
        ["0", "1m30s", "-", "lr=0.06", "batch=16"],
        ["1", "1m30s", "0.25", "lr=0.07", "batch=16"],
    ]
    ended = " ".join(" ".join(section(lines, "ended")).split())
    assert "4 stopped - 0.0s 0.1 is below 0.5 / (1 + 0.2), set by trial 2" in ended
    assert "3 Failed - 0.0s ValueError: bad batch (lr=0.09 batch=16)" in ended
    assert ended.index("4 stopped") < ended.index("3 Failed") < ended.index("2 Completed")


def test_a_sweep_without_trials_has_a_picture(history):
    lines = drawn(a_watch(history, begin_sweep(history)))

    assert len(lines) == 3
    assert "0/20 trials" in lines[1]


def test_without_a_finite_metric_there_is_no_curve(history):
    parent = begin_sweep(history)
    for number in range(3):
        begin_trial(history, parent, number, metrics=[math.nan, math.inf])

    lines = drawn(a_watch(history, parent))

    assert not any("so far" in line for line in lines)
    assert len(section(lines, "running")) == 3


def test_where_there_is_no_room_reasons_are_whole_or_absent(history, parent):
    lines = drawn(a_watch(history, parent), width=60, height=16)

    text = " ".join(" ".join(lines).split())
    assert "set by trial 2 (lr=0.1 batch=16)" in text
    assert "ValueError" not in text or "ValueError: bad batch (lr=0.09 batch=16)" in text


def test_that_all_fail_alike_is_told_while_it_can_be_cancelled(history):
    parent = begin_sweep(history)
    for number in range(3):
        fail(history, begin_trial(history, parent, number))

    text = " ".join(" ".join(drawn(a_watch(history, parent))).split())

    assert f"`hyperlocal cancel {parent}` stops the sweep." in text


@pytest.mark.parametrize("width", [20, 40, 60, 80, 200])
@pytest.mark.parametrize("height", [1, 5, 12, 24, 60])
def test_it_fits_every_screen(history, parent, width, height):
    history.runs.create(
        f"{parent}_x",
        experiment="iris",
        kind="azureml.scriptrun",
        parent_id=parent,
        parameters={PARAMETER * 4: "虹彩" * 30, "<script>": "\x1b[2J"},
    )

    for is_fine in (True, False):
        lines = picture(a_watch(history, parent), 0.0, width, height, is_fine=is_fine)

        assert 1 <= len(lines) <= height
        assert all(line.cell_len <= width for line in lines), [line.plain for line in lines]
        assert not any("\x1b" in line.plain for line in lines)
