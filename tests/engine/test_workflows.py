"""Workflows: steps in their order, what they hand over, what becomes of them when one fails."""

import json
import os
import signal
import subprocess
import sys

import psutil
import pytest

from hyperlocal import engine
from hyperlocal.domain.codec import plan_from_json, plan_to_json
from hyperlocal.domain.status import Cause, Status
from hyperlocal.domain.sweep import Job, Output, SamplingKind, Step, SweepOutput, Workflow
from hyperlocal.engine import runners
from hyperlocal.engine.inline_workflow import InlineWorkflow
from hyperlocal.engine.workflow_runner import REUSED_PROPERTY
from hyperlocal.history.plans import plan_of

WRITE = "open(sys.argv[1], 'w').write(sys.argv[2])\n"
JOIN = "open(sys.argv[1], 'w').write(''.join(open(p).read() for p in sys.argv[2:]))\n"


@pytest.fixture
def workflows(lab, tmp_path):
    return Flows(lab, tmp_path / "data")


class Flows:
    """Flows of one test; a step's run is `<workflow>.<name>`."""

    def __init__(self, lab, data):
        self.lab, self.data = lab, data
        self.n_flows = 0

    def path(self, name):
        return str(self.data / f"{self.n_flows}" / name)

    def step(self, name, script, *arguments, makes=(), inputs=(), needs=(), **changes):
        self.lab.script(script, f"{name}.py")
        command = (self._python(), f"{name}.py", *arguments)
        return self.any_step(
            name, Job(self.lab.launch(command=command)), makes, inputs, needs, **changes
        )

    def any_step(self, name, work, makes=(), inputs=(), needs=(), **changes):
        producers = [producer for producer, _ in inputs]
        return Step(
            self.id_of(name),
            name,
            work,
            needs=tuple(self.id_of(n) for n in (*producers, *needs)),
            inputs=tuple((self.id_of(producer), output) for producer, output in inputs),
            outputs=tuple(makes),
            **changes,
        )

    def id_of(self, name):
        return f"flow-{self.n_flows}.{name}"

    def _python(self):
        return sys.executable

    def start(self, *steps, **settings):
        workflow = Workflow(steps, **settings)
        workflow_id = f"flow-{self.n_flows}"
        history = self.lab.history
        engine.take_snapshot(self.lab.source, history.folder(workflow_id).snapshot)
        history.runs.create(
            workflow_id, experiment="tests", kind="flow", plan=plan_to_json(workflow)
        )
        return self.lab.start_recorded(workflow_id)

    def run(self, *steps, **settings):
        record, _ = self.lab.wait(self.start(*steps, **settings))
        return record

    def get(self, name):
        return self.lab.history.runs.get(self.id_of(name))

    def text(self, name):
        with open(self.path(name)) as file:
            return file.read()

    def again(self):
        self.n_flows += 1
        return self


def test_a_flow_survives_json(workflows):
    workflow = Workflow(
        (workflows.step("a", WRITE, makes=[Output("o", "/x", True, SweepOutput("m"))]),), True
    )

    assert plan_from_json(plan_to_json(workflow)) == workflow


def test_steps_run_in_their_order_and_hand_over_files(workflows):
    a = workflows.step(
        "a", WRITE, workflows.path("a.txt"), "A", makes=[Output("o", workflows.path("a.txt"))]
    )
    b = workflows.step(
        "b", WRITE, workflows.path("b.txt"), "B", makes=[Output("o", workflows.path("b.txt"))]
    )
    c = workflows.step(
        "c",
        JOIN,
        workflows.path("c.txt"),
        workflows.path("a.txt"),
        workflows.path("b.txt"),
        inputs=[("a", "o"), ("b", "o")],
    )

    record = workflows.run(a, b, c)

    assert record.status is Status.COMPLETED
    assert workflows.text("c.txt") == "AB"
    assert [r.display_name for r in workflows.lab.children(record.run_id)] == ["a", "b", "c"]
    assert workflows.get("c").started_at >= max(workflows.get(n).ended_at for n in "ab")


def test_independent_steps_run_at_the_same_time(workflows):
    wait = (
        "import pathlib\n"
        "pathlib.Path(sys.argv[1]).touch()\n"
        "while not os.path.exists(sys.argv[2]): time.sleep(0.01)\n"
    )
    os.makedirs(workflows.path(""))
    a = workflows.step("a", wait, workflows.path("a"), workflows.path("b"))
    b = workflows.step("b", wait, workflows.path("b"), workflows.path("a"))

    assert workflows.run(a, b).status is Status.COMPLETED


def test_a_failed_step_ends_the_flow(workflows):
    a = workflows.step("a", "raise ValueError('no luck')")
    b = workflows.step("b", "time.sleep(60)")
    c = workflows.step("c", "", needs=["a"])

    record = workflows.run(a, b, c)

    assert record.status is Status.FAILED
    assert record.reason == "Step 'a' failed: ValueError: no luck (exit code 1)"
    assert workflows.get("b").status is Status.CANCELED
    assert "Cancelled because step 'a' did not complete." in workflows.get("b").warnings
    assert record.warnings == ["Not run: 'c'."]


def test_a_flow_can_go_on_without_a_failed_step(workflows):
    a = workflows.step("a", "raise SystemExit(3)")
    b = workflows.step("b", "time.sleep(0.3)")
    c = workflows.step("c", "", needs=["b"])
    d = workflows.step("d", "", needs=["a"])

    record = workflows.run(a, b, c, d, goes_on=True)

    assert record.status is Status.FAILED
    assert workflows.get("c").status is Status.COMPLETED
    assert record.warnings == ["Not run: 'd'."]


def test_an_output_that_is_not_written_is_told(workflows):
    a = workflows.step("a", "", makes=[Output("o", workflows.path("a.txt"))])

    record = workflows.run(a)

    assert record.status is Status.COMPLETED
    assert workflows.get("a").warnings == [
        f"Output 'o' was not written: {workflows.path('a.txt')}."
    ]


def sweep_step(workflows, script, best_file="outputs/model.txt", **changes):
    workflows.lab.script(script)
    sweep = workflows.lab.sweep(kind=SamplingKind.RANDOM, trials=2)
    makes = [
        Output("metrics", workflows.path("metrics.json"), sweep_output=SweepOutput()),
        Output("model", workflows.path("model.txt"), sweep_output=SweepOutput(best_file)),
    ]
    return workflows.any_step(
        "search", sweep, makes, sweep_id=f"{workflows.id_of('hd')}", **changes
    )


SEARCH = """
log("accuracy", 0.1); log("accuracy", 0.5 + NUMBER)
open("outputs/model.txt", "w").write(RUN)
"""


def test_a_sweep_is_a_step_whose_harvest_others_take_over(workflows):
    search = sweep_step(workflows, SEARCH)
    use = workflows.step(
        "use",
        JOIN,
        workflows.path("used.txt"),
        workflows.path("model.txt"),
        inputs=[("search", "model")],
    )

    record = workflows.run(search, use)

    sweep_id = workflows.id_of("hd")
    assert record.status is Status.COMPLETED
    assert workflows.lab.history.runs.get(sweep_id).parent_id == workflows.id_of("search")
    assert workflows.text("used.txt") == f"{sweep_id}_1"
    metrics = json.loads(workflows.text("metrics.json"))
    assert metrics == {
        f"{sweep_id}_0": {"accuracy": [0.1, 0.5]},
        f"{sweep_id}_1": {"accuracy": [0.1, 1.5]},
    }


def test_a_folder_that_trials_made_where_the_harvest_belongs_stays(workflows):
    path = workflows.path("model.txt")
    script = f"os.makedirs({path!r}, exist_ok=True); open({path!r} + '/own', 'w').write('x')"

    record = workflows.run(sweep_step(workflows, f"import os\n{script}\n{SEARCH}"))

    assert record.status is Status.COMPLETED
    assert workflows.text("model.txt/model.txt") == f"{workflows.id_of('hd')}_1"
    assert workflows.text("model.txt/own") == "x"


def test_in_an_output_that_is_a_folder_the_harvest_is_a_file(workflows):
    workflows.lab.script(SEARCH)
    sweep = workflows.lab.sweep(kind=SamplingKind.RANDOM, trials=2)
    makes = [
        Output("metrics", workflows.path("m"), True, SweepOutput()),
        Output("model", workflows.path("o"), True, SweepOutput("outputs/model.txt")),
    ]

    record = workflows.run(
        workflows.any_step("search", sweep, makes, sweep_id=workflows.id_of("hd"))
    )

    assert record.status is Status.COMPLETED
    assert workflows.text("o/model.txt") == f"{workflows.id_of('hd')}_1"
    assert len(json.loads(workflows.text("m/metrics.json"))) == 2


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (SEARCH.replace("model.txt", "other.txt"), "has no such file. It has: outputs/other.txt"),
        ("", "no trial logged a number as 'accuracy'"),
    ],
)
def test_a_step_fails_without_its_harvest(workflows, script, said):
    record = workflows.run(sweep_step(workflows, script))

    assert record.status is Status.FAILED
    assert said in workflows.get("search").reason


def test_a_failed_sweep_fails_its_step(workflows):
    record = workflows.run(sweep_step(workflows, "raise SystemExit(1)"))

    assert workflows.get("search").status is Status.FAILED
    assert record.reason.startswith("Step 'search' failed: 2 of 2 trials failed")


def test_cancelling_a_flow_cancels_its_steps(workflows):
    workflow_id = workflows.start(
        workflows.step("a", "time.sleep(60)"), sweep_step(workflows, "time.sleep(60)")
    )
    lab = workflows.lab
    lab.eventually(lambda: lab.trial_processes(workflows.id_of("a")))
    lab.eventually(lambda: lab.trial_processes(f"{workflows.id_of('hd')}_0"))

    lab.history.runs.request_cancel(workflow_id)
    record, _ = lab.wait(workflow_id)

    assert (record.status, record.cause) == (Status.CANCELED, Cause.USER)
    below = lab.history.runs.children(workflow_id, recursive=True)
    assert {run.status for run in below} == {Status.CANCELED}


def test_cancelling_the_step_of_a_sweep_cancels_the_sweep(workflows):
    workflow_id = workflows.start(sweep_step(workflows, "time.sleep(60)"))
    lab = workflows.lab
    lab.eventually(lambda: lab.trial_processes(f"{workflows.id_of('hd')}_0"))

    lab.history.runs.request_cancel(workflows.id_of("search"))
    record, _ = lab.wait(workflow_id)

    assert workflows.get("hd").status is Status.CANCELED
    assert workflows.get("search").status is Status.CANCELED
    assert record.status is Status.CANCELED


def test_a_killed_conductor_leaves_nothing_running(workflows):
    workflow_id = workflows.start(
        workflows.step("a", "time.sleep(60)"), sweep_step(workflows, "time.sleep(60)")
    )
    lab = workflows.lab
    lab.eventually(lambda: lab.trial_processes(workflows.id_of("a")))
    lab.eventually(lambda: lab.trial_processes(f"{workflows.id_of('hd')}_1"))

    psutil.Process(lab.pids[0]).kill()
    record, _ = lab.wait(workflow_id)

    assert (record.status, record.cause) == (Status.FAILED, Cause.INTERRUPTED)
    lab.eventually(
        lambda: all(
            run.status is Status.CANCELED
            for run in lab.history.runs.children(workflow_id, recursive=True)
        )
    )


def test_a_conductor_that_is_told_to_end_ends_its_steps(workflows):
    workflow_id = workflows.start(workflows.step("a", "time.sleep(60)"))
    lab = workflows.lab
    lab.eventually(lambda: lab.trial_processes(workflows.id_of("a")))

    os.kill(lab.pids[0], signal.SIGTERM)
    record, _ = lab.wait(workflow_id)

    assert (record.status, record.cause) == (Status.FAILED, Cause.INTERRUPTED)
    assert workflows.get("a").status is Status.CANCELED


class WithoutControllers:
    """Runs a flow in this process, and the script of a step as soon as it is started."""

    def __init__(self, history):
        self._history = history

    def start(self, run_id):
        plan = plan_of(self._history.runs.get(run_id))
        if isinstance(plan, Workflow):
            InlineWorkflow(self._history, run_id, plan, abandon=pytest.fail).finish()
        else:
            subprocess.run(
                plan.launch.command,
                cwd=self._history.folder(run_id).snapshot,
                env={**os.environ, "HYPERLOCAL_RUN_ID": run_id},
                check=True,
            )
            self._history.runs.finish(run_id, Status.COMPLETED)
        return os.getpid()

    def is_alive(self, run_id, asked_id):
        return None


@pytest.fixture
def inline_workflows(workflows):
    """Workflows of which is tested whether a step is run, and not how."""
    home = workflows.lab.home
    runners.put_in_charge(home, WithoutControllers(workflows.lab.history))
    yield workflows
    runners.put_in_charge(home, None)


class TestReuse:
    def two_steps(self, workflows, text="A", **changes):
        a = workflows.step(
            "a",
            WRITE,
            workflows.path("a.txt"),
            text,
            makes=[Output("o", workflows.path("a.txt"))],
            fingerprint=f"write {text}",
            **changes,
        )
        b = workflows.step(
            "b",
            JOIN,
            workflows.path("b.txt"),
            workflows.path("a.txt"),
            makes=[Output("o", workflows.path("b.txt"))],
            inputs=[("a", "o")],
            fingerprint="join",
        )
        return a, b

    def reused(self, workflows):
        return [workflows.get(name).properties.get(REUSED_PROPERTY) for name in "ab"]

    def test_the_same_steps_on_the_same_data_are_spared(self, workflows):
        workflows.run(*self.two_steps(workflows))

        record = workflows.again().run(*self.two_steps(workflows))

        assert record.status is Status.COMPLETED
        assert self.reused(workflows) == ["flow-0.a", "flow-0.b"]
        assert workflows.text("b.txt") == "A"

    def test_a_step_that_is_spared_a_second_time_names_the_run_that_did_it(self, inline_workflows):
        inline_workflows.run(*self.two_steps(inline_workflows))
        inline_workflows.again().run(*self.two_steps(inline_workflows))

        inline_workflows.again().run(*self.two_steps(inline_workflows))

        assert self.reused(inline_workflows) == ["flow-0.a", "flow-0.b"]

    def test_other_work_is_done_and_so_is_what_depends_on_it(self, inline_workflows):
        inline_workflows.run(*self.two_steps(inline_workflows))

        inline_workflows.again().run(*self.two_steps(inline_workflows, "C"))

        assert self.reused(inline_workflows) == [None, None]
        assert inline_workflows.text("b.txt") == "C"

    def test_reuse_can_be_switched_off(self, inline_workflows):
        inline_workflows.run(*self.two_steps(inline_workflows))

        inline_workflows.again().run(*self.two_steps(inline_workflows), reuses=False)
        assert self.reused(inline_workflows) == [None, None]
        inline_workflows.again().run(*self.two_steps(inline_workflows, may_reuse=False))
        assert self.reused(inline_workflows) == [None, None]

    def test_changed_data_from_outside_is_noticed(self, inline_workflows, tmp_path):
        data = tmp_path / "outside"
        data.mkdir()
        (data / "x.csv").write_text("1")
        inline_workflows.run(*self.two_steps(inline_workflows, reads=(str(data),)))

        inline_workflows.again().run(*self.two_steps(inline_workflows, reads=(str(data),)))
        assert self.reused(inline_workflows)[0] == "flow-0.a"
        (data / "x.csv").write_text("12")
        inline_workflows.again().run(*self.two_steps(inline_workflows, reads=(str(data),)))
        assert self.reused(inline_workflows)[0] is None

    def test_what_was_removed_is_made_again(self, inline_workflows):
        inline_workflows.run(*self.two_steps(inline_workflows))
        os.unlink(inline_workflows.path("a.txt"))

        inline_workflows.again().run(*self.two_steps(inline_workflows))

        assert self.reused(inline_workflows) == [None, None]
