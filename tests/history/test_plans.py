"""Plans of recorded runs: read once, and all who ask share what was read."""

import ast
from pathlib import Path

import pytest

import hyperlocal
from hyperlocal.domain.codec import plan_to_json
from hyperlocal.domain.launch import Launch
from hyperlocal.domain.sweep import Job, Step, Sweep, Workflow
from hyperlocal.errors import PlanError
from hyperlocal.history.plans import plan_of
from tests.views.sweeps import a_plan

PACKAGE = Path(hyperlocal.__file__).parent


def test_a_process_reads_a_plan_once(history):
    history.runs.create("HD", experiment="e", kind="k", plan=plan_to_json(a_plan()))

    first = plan_of(history.runs.get("HD"))

    assert first == a_plan()
    assert plan_of(history.runs.get("HD")) is first


def test_plans_that_differ_are_told_apart(history):
    work = Job(Launch(("python", "train.py")))
    plans = [a_plan(), a_plan(max_trials=3), work, Workflow((Step("s", "s", work),))]
    for number, plan in enumerate(plans):
        history.runs.create(f"r{number}", experiment="e", kind="k", plan=plan_to_json(plan))

    assert [plan_of(history.runs.get(f"r{n}")) for n in range(len(plans))] == plans
    assert [type(plan_of(history.runs.get(f"r{n}"))) for n in (0, 2, 3)] == [Sweep, Job, Workflow]


def test_what_cannot_be_read_is_refused_each_time_with_the_run_that_it_is_of(history):
    for run_id in ("a", "b"):
        history.runs.create(run_id, experiment="e", kind="k", plan='{"is": "Nothing", "of": {}}')

        for _ in range(2):
            with pytest.raises(PlanError, match=f"Run {run_id}: "):
                plan_of(history.runs.get(run_id))


def test_nobody_else_reads_the_text_of_a_plan():
    readers = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        and "plan_from_json" in {alias.name for alias in node.names}
    }

    # An instance of a workflow has its parameters filled into the text; it is of no run.
    assert readers == {"history/plans.py", "domain/instance.py"}
