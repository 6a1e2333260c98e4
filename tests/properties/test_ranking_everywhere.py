"""Whoever asks which trial is the best gets the same answer, whatever the trials logged."""

import itertools
import json
import math
import time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hyperlocal.azureml.core import Experiment, Workspace
from hyperlocal.azureml.train.hyperdrive import HyperDriveRun
from hyperlocal.domain.codec import plan_to_json
from hyperlocal.domain.goal import Goal
from hyperlocal.domain.ranking import best_number, first_to_best
from hyperlocal.domain.status import Status
from hyperlocal.domain.sweep import Output, Step, SweepOutput
from hyperlocal.engine.prior_sweeps import best_score, best_scores
from hyperlocal.engine.sweep_output import SweepOutputError, collect_output
from hyperlocal.views.documents import run_document, runs_document
from hyperlocal.views.leaderboard import read_standing
from hyperlocal.views.sweep_progress import SweepProgress
from hyperlocal.views.tables import read_run_rows
from hyperlocal.whatif import Recording, replay
from tests.views.sweeps import a_plan

N_TRIALS = 4
METRIC = "accuracy"
ODD = (math.inf, -math.inf, math.nan)

# Few numbers, so that trials tie; -0.0 equals 0.0, and True equals 1.
values = st.sampled_from([0.0, -0.0, 0.5, 1.0, True, 2, -3, *ODD])
reports = st.lists(st.tuples(st.integers(0, N_TRIALS - 1), values), max_size=12)
_serial = itertools.count()


class Sweeping:
    """A sweep whose trials report one after the other, at moments a second apart."""

    def __init__(self, home, goal):
        self.experiment = Experiment(Workspace.get("ws", "sub", "rg"), "ranked")
        self.history = self.experiment._history
        self.goal, self.run_id = goal, f"HD_{next(_serial)}"
        self.plan = a_plan(goal=goal)
        self.history.runs.create(
            self.run_id,
            experiment="ranked",
            kind="hyperdrive",
            status=Status.RUNNING,
            plan=plan_to_json(self.plan),
        )
        self.trials = [f"{self.run_id}_{number}" for number in range(N_TRIALS)]
        for number, trial in enumerate(self.trials):
            self.history.runs.create(
                trial,
                experiment="ranked",
                kind="trial",
                parent_id=self.run_id,
                status=Status.RUNNING,
                parameters={"lr": number / 10, "batch": 16},
            )
            outputs = self.history.folder(trial).path / "outputs"
            outputs.mkdir(parents=True)
            (outputs / "model.txt").write_text(trial)
        self.fresh_watch = SweepProgress(self.history, self.record, self.plan)

    @property
    def record(self):
        return self.history.runs.get(self.run_id)

    def log(self, told):
        for number, value in told:
            kind = {int: "int", float: "float", bool: "bool"}[type(value)]
            self.history.metrics.add(self.trials[number], METRIC, value, kind=kind)

    def finish(self):
        for run_id in (*self.trials, self.run_id):
            self.history.runs.finish(run_id, Status.COMPLETED)

    def harvested(self, folder):
        """Return the trial whose model a pipeline takes; None if there is none."""
        path = folder / f"{self.run_id}.txt"
        output = Output("model", str(path), sweep_output=SweepOutput("outputs/model.txt"))
        step = Step("step", "step", self.plan, outputs=(output,), sweep_id=self.run_id)
        try:
            collect_output(self.history, step)
        except SweepOutputError:
            return None
        return path.read_text()


@pytest.fixture
def clock(monkeypatch):
    """Every look at the time is a millisecond later than the one before."""
    ticks = itertools.count(int(time.time() * 1000))
    monkeypatch.setattr(time, "time", lambda: next(ticks) / 1000)


def expected(goal, told, trials):
    """Return the trials with a number, best first, and the number of each."""
    reached = {}
    for moment, (number, value) in enumerate(told):
        if math.isfinite(value):
            key = (-value if goal is Goal.MAXIMIZE else value, moment)
            reached[trials[number]] = min(reached.get(trials[number], key), key)
    order = sorted(reached, key=reached.get)
    sign = -1 if goal is Goal.MAXIMIZE else 1
    return {trial: sign * reached[trial][0] for trial in order}


# Equal: reached first by the trial that was created last. Infinite: what would win if it counted.
@example([(3, 0.5), (0, 0.5), (1, 0.5)], [], Goal.MAXIMIZE)
@example([(2, math.inf), (1, 0.5), (0, -math.inf)], [(3, math.nan)], Goal.MAXIMIZE)
@example([(2, math.inf), (1, 0.5), (0, -math.inf)], [(3, 0.5)], Goal.MINIMIZE)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(reports, reports, st.sampled_from(Goal))
def test_everybody_names_the_same_trial(home, tmp_path, clock, first, then, goal):
    sweep = Sweeping(home, goal)
    history, run_id = sweep.history, sweep.run_id
    sweep.log(first)
    sweep.fresh_watch.step()
    late_watch = SweepProgress(history, sweep.record, sweep.plan)
    late_watch.step()
    sweep.log(then)
    for watch in (sweep.fresh_watch, late_watch):
        watch.step()
    sweep.finish()
    ranked = expected(goal, first + then, sweep.trials)
    best, metric = next(iter(ranked.items()), (None, None))

    # Terminal and command line.
    for watch in (sweep.fresh_watch, late_watch):
        assert (watch.best and watch.best.record.run_id) == best
    standing = read_standing(history, sweep.record)
    assert (standing.best and standing.best.record.run_id) == best
    shown = [e.record.run_id for e in standing.entries if e.metric is not None]
    assert shown == list(ranked)
    document = run_document(history, sweep.record, 0.0)
    assert (document["sweep"]["best_run_id"], document["sweep"]["best"]) == (best, metric)
    (row,) = runs_document(read_run_rows(history, [sweep.record]), 0.0)
    assert row["best"] == metric

    # The SDK.
    run = HyperDriveRun(sweep.experiment, run_id)
    found = run.get_best_run_by_primary_metric()
    assert (found and found.id) == best
    listed = run.get_children_sorted_by_primary_metric(discard_no_metric=True)
    assert [(c["run_id"], c["best_primary_metric"]) for c in listed] == list(ranked.items())
    backwards = run.get_children_sorted_by_primary_metric(reverse=True, discard_no_metric=True)
    assert backwards == listed[::-1]
    assert run.get_properties().get("best_child_run_id") == best
    table = super(HyperDriveRun, run).get_metrics().get("best_child_by_primary_metric")
    assert (table and table["run_id"][-1]) == best

    # A pipeline's model, the sampler, a replay.
    assert sweep.harvested(tmp_path) == best
    scores = {trial: goal.score(number) for trial, number in ranked.items()}
    assert best_scores(history, run_id, sweep.plan) == scores
    for trial in sweep.trials:
        assert best_score(history, trial, sweep.plan) == scores.get(trial)
    recording = Recording.of_run(run_id, history)
    replayed = replay(recording, ["none"])
    for pair in (recording.best(), replayed.recorded.best, replayed.outcomes[0].best):
        assert (pair and (f"{run_id}_{pair[0].trial_id}", pair[1])) == (best and (best, metric))
    json.dumps(replayed.to_dict())


@given(st.lists(values), st.sampled_from(Goal))
def test_the_best_number_is_the_best_finite_one(numbers, goal):
    finite = [number for number in numbers if math.isfinite(number)]
    best = best_number(goal, numbers)

    assert best == ((max if goal is Goal.MAXIMIZE else min)(finite) if finite else None)
    told = first_to_best(goal, enumerate(numbers))
    assert told == (None if best is None else (numbers.index(best), best))
