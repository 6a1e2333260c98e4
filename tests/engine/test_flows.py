"""Flows: steps in their order, what they hand over, what becomes of them when one fails."""

import json
import os
import signal

import psutil
import pytest

from hyperlocal import engine
from hyperlocal.domain.codec import plan_from_json, plan_to_json
from hyperlocal.domain.status import Cause, Status
from hyperlocal.domain.sweep import Flow, Harvest, Job, Output, SamplingKind, Step
from hyperlocal.engine.conductor import REUSED_PROPERTY

WRITE = "open(sys.argv[1], 'w').write(sys.argv[2])\n"
JOIN = "open(sys.argv[1], 'w').write(''.join(open(p).read() for p in sys.argv[2:]))\n"


@pytest.fixture
def flows(lab, tmp_path):
    return Flows(lab, tmp_path / "data")


class Flows:
    """Flows of one test; a step's run is `<flow>.<name>`."""

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
        import sys

        return sys.executable

    def start(self, *steps, **settings):
        flow = Flow(steps, **settings)
        flow_id = f"flow-{self.n_flows}"
        history = self.lab.history
        engine.take_snapshot(self.lab.source, history.folder(flow_id).snapshot)
        history.runs.create(flow_id, experiment="tests", kind="flow", plan=plan_to_json(flow))
        return self.lab.start_recorded(flow_id)

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


def test_a_flow_survives_json(flows):
    flow = Flow((flows.step("a", WRITE, makes=[Output("o", "/x", True, Harvest("m"))]),), True)

    assert plan_from_json(plan_to_json(flow)) == flow


def test_steps_run_in_their_order_and_hand_over_files(flows):
    a = flows.step("a", WRITE, flows.path("a.txt"), "A", makes=[Output("o", flows.path("a.txt"))])
    b = flows.step("b", WRITE, flows.path("b.txt"), "B", makes=[Output("o", flows.path("b.txt"))])
    c = flows.step(
        "c",
        JOIN,
        flows.path("c.txt"),
        flows.path("a.txt"),
        flows.path("b.txt"),
        inputs=[("a", "o"), ("b", "o")],
    )

    record = flows.run(a, b, c)

    assert record.status is Status.COMPLETED
    assert flows.text("c.txt") == "AB"
    assert [r.display_name for r in flows.lab.children(record.run_id)] == ["a", "b", "c"]
    assert flows.get("c").started_at >= max(flows.get(n).ended_at for n in "ab")


def test_independent_steps_run_at_the_same_time(flows):
    wait = (
        "import pathlib\n"
        "pathlib.Path(sys.argv[1]).touch()\n"
        "while not os.path.exists(sys.argv[2]): time.sleep(0.01)\n"
    )
    os.makedirs(flows.path(""))
    a = flows.step("a", wait, flows.path("a"), flows.path("b"))
    b = flows.step("b", wait, flows.path("b"), flows.path("a"))

    assert flows.run(a, b).status is Status.COMPLETED


def test_a_failed_step_ends_the_flow(flows):
    a = flows.step("a", "raise ValueError('no luck')")
    b = flows.step("b", "time.sleep(60)")
    c = flows.step("c", "", needs=["a"])

    record = flows.run(a, b, c)

    assert record.status is Status.FAILED
    assert record.reason == "Step 'a' failed: ValueError: no luck (exit code 1)"
    assert flows.get("b").status is Status.CANCELED
    assert "Cancelled because step 'a' did not complete." in flows.get("b").warnings
    assert record.warnings == ["Not run: 'c'."]


def test_a_flow_can_go_on_without_a_failed_step(flows):
    a = flows.step("a", "raise SystemExit(3)")
    b = flows.step("b", "time.sleep(0.3)")
    c = flows.step("c", "", needs=["b"])
    d = flows.step("d", "", needs=["a"])

    record = flows.run(a, b, c, d, goes_on=True)

    assert record.status is Status.FAILED
    assert flows.get("c").status is Status.COMPLETED
    assert record.warnings == ["Not run: 'd'."]


def test_an_output_that_is_not_written_is_told(flows):
    a = flows.step("a", "", makes=[Output("o", flows.path("a.txt"))])

    record = flows.run(a)

    assert record.status is Status.COMPLETED
    assert flows.get("a").warnings == [f"Output 'o' was not written: {flows.path('a.txt')}."]


def sweep_step(flows, script, best_file="outputs/model.txt", **changes):
    flows.lab.script(script)
    sweep = flows.lab.sweep(kind=SamplingKind.RANDOM, trials=2)
    makes = [
        Output("metrics", flows.path("metrics.json"), harvest=Harvest()),
        Output("model", flows.path("model.txt"), harvest=Harvest(best_file)),
    ]
    return flows.any_step("search", sweep, makes, sweep_id=f"{flows.id_of('hd')}", **changes)


SEARCH = """
log("accuracy", 0.1); log("accuracy", 0.5 + NUMBER)
open("outputs/model.txt", "w").write(RUN)
"""


def test_a_sweep_is_a_step_whose_harvest_others_take_over(flows):
    search = sweep_step(flows, SEARCH)
    use = flows.step(
        "use", JOIN, flows.path("used.txt"), flows.path("model.txt"), inputs=[("search", "model")]
    )

    record = flows.run(search, use)

    sweep_id = flows.id_of("hd")
    assert record.status is Status.COMPLETED
    assert flows.lab.history.runs.get(sweep_id).parent_id == flows.id_of("search")
    assert flows.text("used.txt") == f"{sweep_id}_1"
    metrics = json.loads(flows.text("metrics.json"))
    assert metrics == {
        f"{sweep_id}_0": {"accuracy": [0.1, 0.5]},
        f"{sweep_id}_1": {"accuracy": [0.1, 1.5]},
    }


def test_a_folder_that_trials_made_where_the_harvest_belongs_stays(flows):
    path = flows.path("model.txt")
    script = f"os.makedirs({path!r}, exist_ok=True); open({path!r} + '/own', 'w').write('x')"

    record = flows.run(sweep_step(flows, f"import os\n{script}\n{SEARCH}"))

    assert record.status is Status.COMPLETED
    assert flows.text("model.txt/model.txt") == f"{flows.id_of('hd')}_1"
    assert flows.text("model.txt/own") == "x"


def test_in_an_output_that_is_a_folder_the_harvest_is_a_file(flows):
    flows.lab.script(SEARCH)
    sweep = flows.lab.sweep(kind=SamplingKind.RANDOM, trials=2)
    makes = [
        Output("metrics", flows.path("m"), True, Harvest()),
        Output("model", flows.path("o"), True, Harvest("outputs/model.txt")),
    ]

    record = flows.run(flows.any_step("search", sweep, makes, sweep_id=flows.id_of("hd")))

    assert record.status is Status.COMPLETED
    assert flows.text("o/model.txt") == f"{flows.id_of('hd')}_1"
    assert len(json.loads(flows.text("m/metrics.json"))) == 2


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (SEARCH.replace("model.txt", "other.txt"), "has no such file. It has: outputs/other.txt"),
        ("", "no trial logged a number as 'accuracy'"),
    ],
)
def test_a_step_fails_without_its_harvest(flows, script, said):
    record = flows.run(sweep_step(flows, script))

    assert record.status is Status.FAILED
    assert said in flows.get("search").reason


def test_a_failed_sweep_fails_its_step(flows):
    record = flows.run(sweep_step(flows, "raise SystemExit(1)"))

    assert flows.get("search").status is Status.FAILED
    assert record.reason.startswith("Step 'search' failed: 2 of 2 trials failed")


def test_cancelling_a_flow_cancels_its_steps(flows):
    flow_id = flows.start(flows.step("a", "time.sleep(60)"), sweep_step(flows, "time.sleep(60)"))
    lab = flows.lab
    lab.eventually(lambda: lab.trial_processes(flows.id_of("a")))
    lab.eventually(lambda: lab.trial_processes(f"{flows.id_of('hd')}_0"))

    lab.history.runs.request_cancel(flow_id)
    record, _ = lab.wait(flow_id)

    assert (record.status, record.cause) == (Status.CANCELED, Cause.USER)
    below = lab.history.runs.children(flow_id, recursive=True)
    assert {run.status for run in below} == {Status.CANCELED}


def test_cancelling_the_step_of_a_sweep_cancels_the_sweep(flows):
    flow_id = flows.start(sweep_step(flows, "time.sleep(60)"))
    lab = flows.lab
    lab.eventually(lambda: lab.trial_processes(f"{flows.id_of('hd')}_0"))

    lab.history.runs.request_cancel(flows.id_of("search"))
    record, _ = lab.wait(flow_id)

    assert flows.get("hd").status is Status.CANCELED
    assert flows.get("search").status is Status.CANCELED
    assert record.status is Status.CANCELED


def test_a_killed_conductor_leaves_nothing_running(flows):
    flow_id = flows.start(flows.step("a", "time.sleep(60)"), sweep_step(flows, "time.sleep(60)"))
    lab = flows.lab
    lab.eventually(lambda: lab.trial_processes(flows.id_of("a")))
    lab.eventually(lambda: lab.trial_processes(f"{flows.id_of('hd')}_1"))

    psutil.Process(lab.pids[0]).kill()
    record, _ = lab.wait(flow_id)

    assert (record.status, record.cause) == (Status.FAILED, Cause.INTERRUPTED)
    lab.eventually(
        lambda: all(
            run.status is Status.CANCELED
            for run in lab.history.runs.children(flow_id, recursive=True)
        )
    )


def test_a_conductor_that_is_told_to_end_ends_its_steps(flows):
    flow_id = flows.start(flows.step("a", "time.sleep(60)"))
    lab = flows.lab
    lab.eventually(lambda: lab.trial_processes(flows.id_of("a")))

    os.kill(lab.pids[0], signal.SIGTERM)
    record, _ = lab.wait(flow_id)

    assert (record.status, record.cause) == (Status.FAILED, Cause.INTERRUPTED)
    assert flows.get("a").status is Status.CANCELED


class TestReuse:
    def two_steps(self, flows, text="A", **changes):
        a = flows.step(
            "a",
            WRITE,
            flows.path("a.txt"),
            text,
            makes=[Output("o", flows.path("a.txt"))],
            fingerprint=f"write {text}",
            **changes,
        )
        b = flows.step(
            "b",
            JOIN,
            flows.path("b.txt"),
            flows.path("a.txt"),
            makes=[Output("o", flows.path("b.txt"))],
            inputs=[("a", "o")],
            fingerprint="join",
        )
        return a, b

    def reused(self, flows):
        return [flows.get(name).properties.get(REUSED_PROPERTY) for name in "ab"]

    def test_the_same_steps_on_the_same_data_are_spared(self, flows):
        flows.run(*self.two_steps(flows))

        record = flows.again().run(*self.two_steps(flows))

        assert record.status is Status.COMPLETED
        assert self.reused(flows) == ["flow-0.a", "flow-0.b"]
        assert flows.text("b.txt") == "A"

    def test_a_step_that_is_spared_a_second_time_names_the_run_that_did_it(self, flows):
        flows.run(*self.two_steps(flows))
        flows.again().run(*self.two_steps(flows))

        flows.again().run(*self.two_steps(flows))

        assert self.reused(flows) == ["flow-0.a", "flow-0.b"]

    def test_other_work_is_done_and_so_is_what_depends_on_it(self, flows):
        flows.run(*self.two_steps(flows))

        flows.again().run(*self.two_steps(flows, "C"))

        assert self.reused(flows) == [None, None]
        assert flows.text("b.txt") == "C"

    def test_reuse_can_be_switched_off(self, flows):
        flows.run(*self.two_steps(flows))

        flows.again().run(*self.two_steps(flows), reuses=False)
        assert self.reused(flows) == [None, None]
        flows.again().run(*self.two_steps(flows, may_reuse=False))
        assert self.reused(flows) == [None, None]

    def test_changed_data_from_outside_is_noticed(self, flows, tmp_path):
        data = tmp_path / "outside"
        data.mkdir()
        (data / "x.csv").write_text("1")
        flows.run(*self.two_steps(flows, reads=(str(data),)))

        flows.again().run(*self.two_steps(flows, reads=(str(data),)))
        assert self.reused(flows)[0] == "flow-0.a"
        (data / "x.csv").write_text("12")
        flows.again().run(*self.two_steps(flows, reads=(str(data),)))
        assert self.reused(flows)[0] is None

    def test_what_was_removed_is_made_again(self, flows):
        flows.run(*self.two_steps(flows))
        os.unlink(flows.path("a.txt"))

        flows.again().run(*self.two_steps(flows))

        assert self.reused(flows) == [None, None]
