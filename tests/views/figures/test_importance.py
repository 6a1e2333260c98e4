import math
import random

import pytest

from hyperlocal.domain.distribution import Choice, LogUniform, Uniform
from hyperlocal.domain.goal import Goal
from hyperlocal.domain.space import Space
from hyperlocal.views import figures
from hyperlocal.views.importance import importance_of
from tests.views.figures.looking import checked, notes
from tests.views.figures.made import a_sweep, a_trial

SPACE = Space(
    (
        ("lr", LogUniform(math.log(1e-5), 0.0)),
        ("opt", Choice(("adam", "sgd"))),
        ("noise", Uniform(0.0, 1.0)),
        ("fixed", Choice((3,))),
    )
)


def drawn(n_trials, metric, seed=0, **more):
    rng = random.Random(seed)
    trials = []
    for number in range(n_trials):
        told = {
            "lr": 10 ** rng.uniform(-5, 0),
            "opt": rng.choice(["adam", "sgd"]),
            "noise": rng.random(),
            "fixed": 3,
        }
        trials.append(a_trial(number, metric(told, rng), **told, **more))
    return a_sweep(trials, space=SPACE)


def depends_on_lr(told, rng):
    return (math.log10(told["lr"]) + 2.5) ** 2 + 0.8 * (told["opt"] == "sgd") + rng.gauss(0, 0.05)


@pytest.fixture(scope="module")
def told():
    return importance_of(drawn(60, depends_on_lr), seed=3)


def test_what_the_metric_depends_on_comes_first(told):
    assert told.obstacle is None
    assert told.effects[0].name == "lr"
    assert told.effects[0].is_sure
    assert not next(each for each in told.effects if each.name == "noise").is_sure
    assert told.left_out == ("fixed",)
    assert 0.3 < told.skill <= 1
    assert all(each.low <= each.mean <= each.high for each in told.effects)


def test_the_figure_shows_means_and_intervals(told):
    figure = checked(figures.importances(told))

    (bars,) = figure["data"]
    assert bars["y"][-1] == "lr"  # on top
    assert bars["x"][-1] == told.effects[0].mean
    assert bars["error_x"]["array"][-1] == told.effects[0].high - told.effects[0].mean
    assert bars["marker"]["pattern"]["shape"][-1] == ""
    assert "/" in bars["marker"]["pattern"]["shape"]
    assert "The same in all trials: fixed." in notes(figure)
    assert "60 trials" in notes(figure)


def test_the_same_seed_gives_the_same_answer(told):
    assert importance_of(drawn(60, depends_on_lr), seed=3) == told


def test_a_metric_that_depends_on_nothing_is_said_to():
    told = importance_of(drawn(40, lambda told, rng: rng.random()))

    assert told.obstacle == (
        "loss does not depend on these hyperparameters in a way that 40 trials show."
    )
    figure = checked(figures.importances(told))
    assert figure["data"] == []
    assert notes(figure) == told.obstacle


def test_few_trials_are_too_few_to_say():
    told = importance_of(drawn(9, depends_on_lr))

    assert told.obstacle == (
        "Too few trials to say: 9 have ended with a finite loss, and at least 15 are needed."
    )


def test_trials_that_diverged_do_not_hide_the_rest():
    def metric(told, rng):
        return 1e30 if told["noise"] < 0.05 else depends_on_lr(told, rng)

    told = importance_of(drawn(80, metric))

    assert told.effects[0].name == "lr"


def test_hyperparameters_that_only_some_trials_have_can_matter():
    rng = random.Random(0)
    trials = []
    for number in range(60):
        told = {"noise": rng.random()}
        if number % 2:
            told["depth"] = rng.randrange(5)
        trials.append(a_trial(number, told.get("depth", 9) + rng.gauss(0, 0.1), **told))

    told = importance_of(a_sweep(trials))

    assert told.effects[0].name == "depth"
    assert told.effects[0].is_sure


def test_one_metric_for_all_depends_on_nothing():
    told = importance_of(drawn(20, lambda told, rng: 1.0))

    assert told.obstacle == "All trials have the same loss: it depends on nothing."


def test_trials_that_run_still_do_not_count():
    rng = random.Random(0)
    trials = [a_trial(n, rng.random(), outcome="Running", lr=rng.random()) for n in range(40)]

    told = importance_of(a_sweep(trials, goal=Goal.MAXIMIZE))

    assert told.obstacle is not None
    assert told.n_trials == 0
