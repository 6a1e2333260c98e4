"""The codec: what a plan is in the history, and back."""

import enum
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperlocal.domain.codec import plan_from_json, plan_to_json, stored_names
from hyperlocal.domain.distribution import (
    Choice,
    LogNormal,
    LogUniform,
    Normal,
    QLogNormal,
    QLogUniform,
    QNormal,
    QUniform,
    RandInt,
    Uniform,
)
from hyperlocal.domain.goal import Goal
from hyperlocal.domain.launch import Launch
from hyperlocal.domain.policy import Bandit, MedianStopping, Schedule, TruncationSelection
from hyperlocal.domain.space import Space
from hyperlocal.domain.sweep import Job, Limits, Resumption, Sampling, SamplingKind, Sweep
from hyperlocal.errors import PlanError, SearchSpaceError

texts = st.text(max_size=8)
numbers = st.one_of(st.integers(-(10**6), 10**6), st.floats(-1e6, 1e6))
steps = st.one_of(st.integers(1, 100), st.floats(1e-3, 100))
sizes = st.floats(0, 100)
bounds = st.tuples(numbers, numbers).filter(lambda pair: pair[0] < pair[1])
exponents = st.tuples(st.floats(-50, 0), st.floats(0, 50))
options = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, texts, st.just(float("inf"))),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(st.one_of(texts, st.integers(), st.booleans()), inner, max_size=3),
    ),
    max_leaves=6,
)
distributions = st.one_of(
    st.lists(options, min_size=1, max_size=4).map(lambda values: Choice(tuple(values))),
    st.builds(RandInt, st.integers(1, 10**9)),
    bounds.map(lambda pair: Uniform(*pair)),
    st.builds(lambda pair, q: QUniform(*pair, q), bounds, steps),
    exponents.map(lambda pair: LogUniform(*pair)),
    st.builds(lambda pair, q: QLogUniform(*pair, q), exponents, steps),
    st.builds(Normal, numbers, sizes),
    st.builds(QNormal, numbers, sizes, steps),
    st.builds(LogNormal, numbers, sizes),
    st.builds(QLogNormal, numbers, sizes, steps),
)
spaces = st.dictionaries(texts, distributions, max_size=4).map(
    lambda parameters: Space(tuple(parameters.items()))
)
schedules = st.builds(Schedule, st.integers(1, 9), st.integers(0, 9))
policies = st.one_of(
    st.none(),
    st.builds(Bandit, schedules, slack_factor=sizes),
    st.builds(Bandit, schedules, slack_amount=sizes),
    st.builds(MedianStopping, schedules),
    st.builds(TruncationSelection, schedules, st.integers(1, 99)),
)
launches = st.builds(
    Launch,
    command=st.lists(texts, max_size=3).map(tuple),
    flags=st.dictionaries(texts, texts, max_size=3),
    environment=st.dictionaries(texts, texts, max_size=3),
    sorts_parameters=st.booleans(),
    max_duration_s=st.one_of(st.none(), st.floats(1, 1e6)),
)
sweeps = st.builds(
    Sweep,
    space=spaces,
    sampling=st.builds(
        Sampling,
        st.sampled_from(SamplingKind),
        st.integers(0, 2**63),
        st.dictionaries(texts, options, max_size=2),
    ),
    metric_name=texts,
    goal=st.sampled_from(Goal),
    limits=st.builds(Limits, st.integers(1, 99), st.integers(1, 99), st.floats(1, 1e6)),
    launch=launches,
    policy=policies,
    prior_sweeps=st.lists(texts, max_size=2).map(tuple),
    # Never more of them than the least number of trials.
    resumed=st.lists(
        st.builds(
            Resumption,
            texts,
            st.dictionaries(texts, options, max_size=2),
            st.lists(texts, max_size=2).map(tuple),
            st.dictionaries(texts, texts, max_size=2),
        ),
        max_size=1,
    ).map(tuple),
)


@given(st.one_of(sweeps, st.builds(Job, launches)))
def test_a_plan_comes_back_equal(plan):
    assert plan_from_json(plan_to_json(plan)) == plan


def test_a_plan_from_before_warm_starts_is_read():
    sweep = a_sweep(Space(()))
    fields = json.loads(plan_to_json(sweep))
    del fields["of"]["earlier"], fields["of"]["resumed"]

    assert plan_from_json(json.dumps(fields)) == sweep


def test_options_keep_their_types_and_order():
    space = Space((("b", Choice((1, 1.0, True, "1", None, (1,), [1]))), ("a", RandInt(2))))

    back = plan_from_json(plan_to_json(a_sweep(space))).space

    assert back.names == ("b", "a")
    assert [type(option) for option in dict(back)["b"].options] == [
        int,
        float,
        bool,
        str,
        type(None),
        tuple,
        list,
    ]


def test_a_dict_that_looks_like_our_own_notation_stays_a_dict():
    space = Space((("a", Choice(({"is": "Goal", "of": "MAXIMIZE"},))),))

    assert plan_from_json(plan_to_json(a_sweep(space))).space == space


def test_numpy_numbers_become_pythons():
    space = Space((("a", Choice((np.int64(3), np.float32(0.5), np.bool_(True)))),))

    (back,) = (
        distribution for _, distribution in plan_from_json(plan_to_json(a_sweep(space))).space
    )

    assert [(type(option), option) for option in back.options] == [
        (int, 3),
        (float, 0.5),
        (bool, True),
    ]


class Colour(enum.Enum):
    RED = 1


@pytest.mark.parametrize("option", [object(), {1, 2}, b"x", Colour.RED, np.zeros(2), print])
def test_what_no_command_line_could_carry_is_refused(option):
    with pytest.raises(SearchSpaceError, match="cannot be the value of a parameter"):
        plan_to_json(a_sweep(Space((("a", Choice((option,))),))))


def a_sweep(space):
    return Sweep(
        space,
        Sampling(SamplingKind.RANDOM, seed=1),
        metric_name="accuracy",
        goal=Goal.MAXIMIZE,
        limits=Limits(max_trials=1, max_concurrent=1, max_duration_s=1.0),
        launch=Launch(("python", "train.py")),
    )


# What histories hold. A class or a field that is renamed keeps its name here, by an entry in the
# codec; a new field is added with a default, at the end of its line.
STORED = """
Choice: options
LogNormal: mu sigma
LogUniform: low high
Normal: mu sigma
QLogNormal: mu sigma q
QLogUniform: low high q
QNormal: mu sigma q
QUniform: low high q
RandInt: upper
Uniform: low high
Bandit: schedule slack_factor slack_amount
MedianStopping: schedule
TruncationSelection: schedule percentage
Schedule: evaluation_interval delay_evaluation
Launch: command flags parameter_variables environment python_path sorts_parameters
    max_duration_s placements kept_folders output_file trial_kind log_file log_format pool
Placement: target source is_copy makes_source
Pool: name size
Space: parameters
Sampling: kind seed options
Limits: max_trials max_concurrent max_duration_s max_equal_failures
Resumption: origin parameters arguments properties
Sweep: space sampling metric_name goal limits launch policy earlier resumed flow
Job: launch
Harvest: best_file
Output: name path is_folder harvest
Step: run_id name work kind source needs inputs outputs properties sweep_id sweep_kind
    sweep_properties fingerprint reads may_reuse
Flow: steps goes_on reuses holes
Goal: MAXIMIZE MINIMIZE
SamplingKind: GRID RANDOM BAYESIAN
"""


def test_names_in_the_history_stay_whatever_classes_and_fields_are_called():
    expected = [line.partition(":") for line in STORED.replace("\n    ", " ").split("\n") if line]

    assert stored_names() == {kind: names.split() for kind, _, names in expected}


def test_a_plan_says_its_format_and_one_of_a_newer_format_is_refused():
    told = json.loads(plan_to_json(Job(Launch(("x",)))))
    assert told["format"] == 1

    with pytest.raises(PlanError, match="their format is 2, and this version reads those up to 1"):
        plan_from_json(json.dumps({**told, "format": 2}))


def test_an_unknown_kind_is_named():
    with pytest.raises(PlanError, match="this version knows no 'Cluster'"):
        plan_from_json('{"is": "Cluster", "of": {}}')
