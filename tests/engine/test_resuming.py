"""Sweeps that build on earlier ones: what is known counts, and what was begun goes on."""

import pytest

from hyperlocal.domain.distribution import Choice, Uniform
from hyperlocal.domain.policy import Bandit, Schedule
from hyperlocal.domain.status import Cause, Status
from hyperlocal.domain.sweep import Resumption, SamplingKind

# Prints its arguments, and logs the parameter itself.
PARROT = """
print(*sys.argv[1:])
log("accuracy", float(sys.argv[sys.argv.index("--x") + 1]))
"""
# Continues counting from where its predecessor stopped.
COUNTER = """
folder = sys.argv[sys.argv.index("--from") + 1] if "--from" in sys.argv else None
path = folder and os.path.join(folder, "outputs", "count.txt")
count = int(open(path).read()) if path and os.path.exists(path) else 0
open("outputs/count.txt", "w").write(str(count + 1))
log("accuracy", float(count + 1))
"""


def resumption(origin, **parameters):
    return Resumption(origin, parameters, ("--from", "${origin_folder}"), {"resumed": origin})


def test_resumed_trials_come_first_with_their_parameters_and_count(lab):
    lab.script(PARROT)
    _, earlier = lab.run(lab.sweep(trials=2))
    resumed = [resumption(child.run_id, **child.parameters) for child in earlier]

    record, children = lab.run(lab.sweep(trials=3, at_once=1, resumed=resumed, seed=9))

    assert record.status is Status.COMPLETED
    assert [c.parameters for c in children[:2]] == [c.parameters for c in earlier]
    assert len(children) == 3
    assert children[2].parameters not in [c.parameters for c in earlier]
    assert [c.properties for c in children] == [
        {"resumed": earlier[0].run_id},
        {"resumed": earlier[1].run_id},
        {},
    ]


def test_a_resumed_trial_is_given_the_folder_of_the_earlier_one(lab):
    lab.script(PARROT)
    _, (earlier,) = lab.run(lab.sweep(trials=1))

    _, (child,) = lab.run(
        lab.sweep(trials=1, resumed=[resumption(earlier.run_id, **earlier.parameters)])
    )

    folder = str(lab.history.folder(earlier.run_id).path)
    assert lab.output(child.run_id).split() == [
        "--x",
        str(child.parameters["x"]),
        "--from",
        folder,
    ]
    assert child.command[2:] == ["--x", str(child.parameters["x"]), "--from", folder]


def test_a_resumed_trial_finds_what_the_earlier_one_left(lab):
    lab.script(COUNTER)
    _, (first,) = lab.run(lab.sweep(trials=1))
    _, (second,) = lab.run(
        lab.sweep(trials=1, resumed=[resumption(first.run_id, **first.parameters)])
    )
    _, (third,) = lab.run(
        lab.sweep(trials=1, resumed=[resumption(second.run_id, **second.parameters)])
    )

    (point,) = lab.history.metrics.points(third.run_id)
    assert point.value == 3.0


def test_a_grid_goes_on_with_what_was_not_resumed(lab):
    lab.script(PARROT)
    grid = {"space": (("x", Choice((1, 2, 3))),), "kind": SamplingKind.GRID}
    _, earlier = lab.run(lab.sweep(trials=3, at_once=1, **grid))

    _, children = lab.run(
        lab.sweep(trials=9, at_once=1, resumed=[resumption(earlier[1].run_id, x=2)], **grid)
    )

    assert [child.parameters["x"] for child in children] == [2, 1, 3]


@pytest.mark.parametrize("kind", [SamplingKind.RANDOM, SamplingKind.GRID])
def test_what_does_not_learn_tries_what_earlier_sweeps_tried(lab, kind):
    lab.script(PARROT)
    plan = {"space": (("x", Choice((1, 2))),), "kind": kind, "at_once": 1}
    earlier, first = lab.run(lab.sweep(**plan))

    _, again = lab.run(lab.sweep(earlier=[earlier.run_id], **plan))

    assert [c.parameters for c in again] == [c.parameters for c in first]


def test_bayesian_sampling_learns_from_earlier_sweeps(lab):
    """With the earlier trials it goes to where they were best; without it fills the space."""
    lab.script("""
x = float(sys.argv[sys.argv.index("--x") + 1])
log("accuracy", -(x - 0.3) ** 2)
""")
    space = (("x", Uniform(0.0, 1.0)),)
    bayesian = {"space": space, "kind": SamplingKind.BAYESIAN, "at_once": 1}
    earlier, _ = lab.run(lab.sweep(trials=8, **{**bayesian, "kind": SamplingKind.RANDOM}))

    _, (warm,) = lab.run(lab.sweep(trials=1, earlier=[earlier.run_id], **bayesian))

    assert abs(warm.parameters["x"] - 0.3) < 0.15


def test_bayesian_sampling_does_not_ask_again_what_is_known(lab):
    lab.script(PARROT)
    bayesian = {"space": (("x", Choice((1, 2, 3))),), "kind": SamplingKind.BAYESIAN, "at_once": 1}
    earlier, first = lab.run(lab.sweep(trials=2, **bayesian))

    record, again = lab.run(lab.sweep(trials=9, earlier=[earlier.run_id], **bayesian))

    assert record.status is Status.COMPLETED
    assert sorted(c.parameters["x"] for c in (*first, *again)) == [1, 2, 3]


def test_a_policy_compares_with_earlier_sweeps(lab):
    lab.script("""
log("accuracy", 1.0 if "best" in sys.argv else 0.1)
while "best" not in sys.argv:
    time.sleep(0.05)
""")
    policy = Bandit(Schedule(), slack_factor=0.1)
    good, _ = lab.run(lab.sweep(trials=1, space=(("x", Choice(("best",))),)))

    record, (child,) = lab.run(
        lab.sweep(
            trials=1, space=(("x", Choice(("poor",))),), policy=policy, earlier=[good.run_id]
        )
    )

    assert child.cause is Cause.POLICY
    assert f"set by {good.run_id}_0" in child.reason
    assert record.status is Status.COMPLETED


def test_every_trial_gets_a_port_of_its_own(lab):
    lab.script('import os; print(os.environ["PORT"], os.environ["SAME"])', logs=False)

    _, children = lab.run(
        lab.sweep(trials=2, environment={"PORT": "${free_port}", "SAME": "a:${free_port}"})
    )

    ports = [lab.output(child.run_id).split() for child in children]
    assert all(same == f"a:{port}" and int(port) > 1023 for port, same in ports)
    assert ports[0] != ports[1]
