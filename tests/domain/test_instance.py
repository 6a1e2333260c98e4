"""The workflow of one trial, made from the workflow of its sweep."""

from hyperlocal.domain.instance import instance_of, stand_ins
from hyperlocal.domain.launch import Launch
from hyperlocal.domain.sweep import Job, Output, Step, Workflow


def a_flow():
    make = Step(
        "make-5f3e",
        "make",
        Job(Launch(("python", "make.py", "/data/make-5f3e/out"))),
        outputs=(Output("out", "/data/make-5f3e/out"),),
        fingerprint="make",
    )
    use = Step(
        "use-77aa",
        "use",
        Job(Launch(("python", "use.py", "/data/make-5f3e/out", "<hole-x>"))),
        needs=("make-5f3e",),
        inputs=(("make-5f3e", "out"),),
        fingerprint="use",
    )
    return Workflow((make, use), holes={"x": "<hole-x>"})


def test_each_trial_has_ids_and_paths_of_its_own():
    first, second = (instance_of(a_flow(), f"sweep_{n}", {"x": 1}) for n in (0, 1))

    for workflow in (first, second):
        make, use = workflow.steps
        assert use.needs == (make.run_id,)
        assert use.inputs == ((make.run_id, "out"),)
        assert make.outputs[0].path == f"/data/{make.run_id}/out" == use.work.launch.command[2]
    ids = [step.run_id for workflow in (first, second, a_flow()) for step in workflow.steps]
    assert len(set(ids)) == 6


def test_the_same_trial_gets_the_same_ids():
    assert instance_of(a_flow(), "t", {"x": 1}) == instance_of(a_flow(), "t", {"x": 1})
    ids = stand_ins(a_flow(), "t", {"x": 1})
    assert instance_of(a_flow(), "t", {"x": 1}).steps[0].run_id == ids["make-5f3e"]


def test_values_are_put_where_the_holes_are():
    for value, token in ((0.5, "0.5"), (2.0, "2"), ('say "hi" \\', 'say "hi" \\'), ("$x", "$$x")):
        workflow = instance_of(a_flow(), "t", {"x": value})

        assert workflow.steps[1].work.launch.command[3] == token
        assert workflow.holes == {}


def test_only_steps_that_a_value_reaches_are_other_work():
    one, same, other = (instance_of(a_flow(), f"t{n}", {"x": n // 2}) for n in (0, 1, 2))

    assert one.steps[0].fingerprint == other.steps[0].fingerprint
    assert one.steps[1].fingerprint == same.steps[1].fingerprint != other.steps[1].fingerprint


def test_a_step_without_a_fingerprint_stays_without():
    step = Step("a-1", "a", Job(Launch(("true",))))

    assert instance_of(Workflow((step,)), "t", {}).steps[0].fingerprint == ""
