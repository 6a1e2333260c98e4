"""A sweep in virtual time: when things happen, and how they end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperlocal.domain.goal import Goal
from hyperlocal.domain.policy import Bandit, Schedule
from hyperlocal.domain.status import Cause
from hyperlocal.domain.trial_trace import Report, TrialTrace
from hyperlocal.engine.simulation import Rules, VirtualClock, play
from hyperlocal.engine.stopping_state import StoppingState
from hyperlocal.errors import SweepError
from tests.properties.curves import policies, reports


def trace(*values, step_s=1.0, **more):
    """A trial that reports every `step_s` seconds, and ends with its last report."""
    told = tuple(Report(step_s * n, {"m": v}) for n, v in enumerate(values, start=1))
    return TrialTrace(told, **{"duration_s": step_s * len(values), **more})


class Account:
    """A stage that gives out traces and writes down what happens, and when."""

    def __init__(self, traces, clock):
        self.clock = clock
        self.left = list(enumerate(traces))
        self.log = []
        self.ends = {}
        self.begins = {}
        self.stops = {}
        self.given = {}

    def next(self):
        if not self.left:
            return None
        number, trace = self.left.pop(0)
        self.given[f"t{number}"] = self.clock()
        return f"t{number}", trace

    def begin(self, trial_id):
        self._note("begin", trial_id)
        self.begins[trial_id] = self.clock()

    def report(self, trial_id, report):
        self._note("report", trial_id, report.metrics)

    def judge(self, trial_id, judgement):
        self._note("judge", trial_id, judgement)
        if judgement.verdict.stop:
            self.stops[trial_id] = judgement.interval

    def end(self, trial_id, ending):
        self._note("end", trial_id, ending)
        self.ends[trial_id] = (self.clock(), ending and ending.cause)

    def close(self):
        self.left = []

    def _note(self, *what):
        self.log.append((self.clock.now_us, *what))


def played(traces, slots=2, policy=None, **rules):
    clock = VirtualClock()
    account = Account(traces, clock)
    state = policy and StoppingState(Goal.MAXIMIZE, policy)
    account.ending = play(account, Rules(slots, "m", state, **rules), clock)
    return account


def test_trials_follow_each_other_in_their_slots():
    account = played([trace(1, 1, 1), trace(1), trace(1, delay_s=0.5)])

    assert account.begins == {"t0": 0, "t1": 0, "t2": 1.5}
    assert account.ends == {"t0": (3, None), "t1": (1, None), "t2": (2.5, None)}
    assert account.ending is None


def test_the_policy_stops_a_trial_when_it_reports():
    account = played([trace(5, 5, 5), trace(1, 1, 1)], policy=Bandit(Schedule(), slack_amount=1))

    assert account.ends == {"t0": (3, None), "t1": (1, Cause.POLICY)}
    assert account.stops == {"t1": 1}


def test_a_trial_that_is_stopped_reports_on_until_it_has_ended_and_is_judged_no_more():
    account = played(
        [trace(5, 5, 5, 5), trace(1, 1, 1, 1, stop_lag_s=1.5), trace(9)],
        policy=Bandit(Schedule(), slack_amount=1),
    )

    assert account.ends["t1"] == (2.5, Cause.POLICY)
    assert account.given["t2"] == 2.5
    assert [at for at, what, who, *_ in account.log if (what, who) == ("report", "t1")] == [
        1_000_000,
        2_000_000,
    ]
    assert [who for _, what, who, *_ in account.log if what == "judge"].count("t1") == 1


def test_a_trial_that_ends_with_its_last_report_is_not_judged_at_it():
    policy = Bandit(Schedule(), slack_amount=1)

    assert played([trace(5, 5), trace(1)], policy=policy).stops == {}
    assert played([trace(5, 5), trace(1, duration_s=1.1)], policy=policy).stops == {"t1": 1}
    late = played([trace(5, 5), trace(1, duration_s=1.1)], policy=policy, reaction_s=0.2)
    assert late.stops == {}


def test_a_trial_over_its_limit_is_stopped_and_one_that_just_makes_it_is_not():
    account = played([trace(1, 1), trace(1, 1, 1)], max_trial_s=2.0)

    assert account.ends == {"t0": (2, None), "t1": (2, Cause.TRIAL_LIMIT)}


def test_the_sweeps_limit_ends_everything_also_what_hangs():
    hanging = trace(1, duration_s=None)

    account = played([hanging, trace(1), trace(1), trace(1)], slots=1, max_duration_s=60.0)

    assert account.ends == {"t0": (60, Cause.SWEEP_LIMIT)}
    assert account.ending.cause is Cause.SWEEP_LIMIT


def test_a_limit_that_was_not_reached_leaves_no_trace():
    account = played([trace(1)], max_duration_s=60.0, cancelled_at_s=30.0)

    assert account.clock.now_us == 1_000_000
    assert account.ending is None


def test_a_cancelled_sweep_ends_at_that_moment_also_what_has_not_begun():
    account = played([trace(1, 1), trace(1, delay_s=5.0), trace(1)], cancelled_at_s=1.5)

    assert account.ends == {"t0": (1.5, Cause.USER), "t1": (1.5, Cause.USER)}
    assert account.begins == {"t0": 0}
    assert account.ending.cause is Cause.USER


def test_a_sweep_can_be_cancelled_when_a_trial_begins():
    account = played([trace(1, 1), trace(1), trace(1)], cancelled_at_trial=2)

    assert account.ends == {"t0": (1, Cause.USER), "t1": (1, None), "t2": (1, Cause.USER)}


def test_what_nothing_ends_is_an_error():
    with pytest.raises(SweepError, match="never end"):
        played([trace(duration_s=None)])


@pytest.mark.parametrize(
    ("wrong", "because"),
    [
        ({"reports": (Report(-1.0, {}),), "duration_s": 1.0}, "must not be before"),
        ({"reports": (Report(2.0, {}), Report(1.0, {})), "duration_s": 3.0}, "Report 2"),
        ({"reports": (Report(2.0, {}),), "duration_s": 1.0}, "its last report is at 2.0"),
        ({"reports": (), "duration_s": float("inf")}, "duration_s of a curve is inf"),
        ({"reports": (), "duration_s": 1.0, "delay_s": -1.0}, "delay_s of a curve is -1.0"),
    ],
)
def test_a_course_has_an_order(wrong, because):
    with pytest.raises(SweepError, match=because):
        TrialTrace(**wrong)


# Whole tenths often coincide.
steps = st.integers(0, 30).map(lambda n: n / 10)


@st.composite
def traces(draw):
    values = draw(st.lists(reports, max_size=5))
    times, now = [], 0.0
    for _ in values:
        now += draw(steps)
        times.append(now)
    told = tuple(Report(at, {"m": value}) for at, value in zip(times, values, strict=True))
    return TrialTrace(told, now + draw(steps), draw(steps), draw(steps))


sweeps = st.lists(traces(), max_size=12)
slots = st.integers(1, 5)


@given(sweeps, slots, st.none() | policies)
def test_the_same_courses_give_the_same_sweep(traces, slots, policy):
    # As text: NaN equals nothing.
    one, other = (repr(played(traces, slots, policy).log) for _ in range(2))

    assert one == other


@given(sweeps, slots, st.none() | policies, st.none() | st.floats(0.1, 20), st.none() | steps)
def test_time_goes_on_every_trial_ends_once_and_no_more_run_than_there_are_slots(
    traces, slots, policy, limit, cancelled
):
    account = played(traces, slots, policy, max_duration_s=limit, cancelled_at_s=cancelled)

    times = [entry[0] for entry in account.log]
    ended = [who for _, what, who, *_ in account.log if what == "end"]
    assert times == sorted(times)
    assert sorted(ended) == sorted(account.given)
    for at in account.given.values():
        busy = [i for i, since in account.given.items() if since <= at < account.ends[i][0]]
        assert len(busy) <= slots


@given(sweeps, slots)
def test_without_a_policy_it_is_list_scheduling(traces, slots):
    account = played(traces, slots)

    free = [0] * slots
    for trace in traces:
        free.sort()
        free[0] += round(trace.delay_s * 1e6) + round(trace.duration_s * 1e6)
    assert account.clock.now_us == max(free)


@given(sweeps, slots, policies)
def test_a_policy_only_stops_it_never_makes_a_trial_longer(traces, slots, policy):
    account = played(traces, slots, policy)

    for number, trace in enumerate(traces):
        began, (ended, _) = account.begins[f"t{number}"], account.ends[f"t{number}"]
        assert ended - began <= trace.duration_s + 1e-5
