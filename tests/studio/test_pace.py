"""Many open pages ask less often, and few ask each second."""

import heapq

import pytest

from hyperlocal.studio.pace import Pace


def questions_per_s(n_pages, seconds=120.0):
    """Return how often pages that obey ask, in the second half of a time."""
    now = 0.0
    pace = Pace(lambda: now)
    due = [n / n_pages for n in range(n_pages)]
    asked = []
    while due[0] < seconds:
        now = heapq.heappop(due)
        asked.append(now)
        heapq.heappush(due, now + pace.pause_s())
    return sum(time > seconds / 2 for time in asked) / (seconds / 2)


@pytest.mark.parametrize("n_pages", [1, 2, 10])
def test_few_pages_ask_each_second(n_pages):
    assert questions_per_s(n_pages) == pytest.approx(n_pages, rel=0.05)


@pytest.mark.parametrize("n_pages", [20, 50, 100])
def test_many_pages_together_ask_as_often_as_ten(n_pages):
    assert 5 <= questions_per_s(n_pages) <= 15


def test_no_page_waits_for_long():
    assert questions_per_s(1000) >= 1000 / 16
