"""What the what-if page asks of a recorded sweep."""

from contextlib import closing
from dataclasses import replace
from itertools import count

import pytest

pytest.importorskip("dash", reason="needs hyperlocal[studio]")

from hyperlocal.domain.policy import Bandit, MedianStopping, Schedule, TruncationSelection
from hyperlocal.errors import SweepError
from hyperlocal.history import History
from hyperlocal.studio import replays
from hyperlocal.studio.asked import KNOBS, Settings, settings_of
from hyperlocal.studio.state import Followed
from hyperlocal.whatif import Recording, replay
from hyperlocal.whatif.policies import policy_from
from tests.views import sweeps

POLICIES = {
    "bandit_factor": Bandit(Schedule(2, 3), slack_factor=0.25),
    "bandit_amount": Bandit(Schedule(2, 3), slack_amount=0.25),
    "median": MedianStopping(Schedule(2, 3)),
    "truncation": TruncationSelection(Schedule(2, 3), 25),
}


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    """A sweep `HD_w` of six trials, of which the fourth begins badly and ends best."""
    ticks = count(1.75e9)  # each look at the clock is a second later
    home = tmp_path_factory.mktemp("whatif") / ".hyperlocal"
    with closing(History.open(home, clock=lambda: next(ticks))) as history:
        sweeps.begin_sweep(history, "HD_w")
        for n in range(6):
            values = [0.5 + 0.01 * n, 0.6, 0.6 + 0.02 * n]
            metrics = [0.1, 0.6, 0.9] if n == 4 else values
            sweeps.complete(history, sweeps.begin_trial(history, "HD_w", n, metrics=metrics))
        sweeps.complete(history, "HD_w")
        sweeps.CLAIMS.pop().give_up()
        yield history


@pytest.fixture(scope="module")
def followed(history):
    return Followed(history, "HD_w")


@pytest.fixture(scope="module")
def recording(history, followed):
    return replays.recording_of(history, followed)


@pytest.mark.parametrize("kind", POLICIES)
def test_the_settings_of_a_policy_are_that_policy(recording, kind):
    policy = POLICIES[kind]
    settings = settings_of(policy, recording, 1.0)

    assert settings.policy == kind
    assert policy_from(settings.policy_text(), None) == policy


def test_a_sweep_without_a_policy_begins_with_a_mild_one(recording):
    settings = settings_of(None, recording, 0.8)

    assert (settings.policy, settings.slack_amount) == ("bandit_factor", 0.08)
    assert settings.concurrency == recording.concurrency


def test_what_is_played_is_what_the_command_plays(history, followed, recording):
    settings = Settings(slack_factor=0.2, concurrency=2)
    command = settings.command("HD_w")

    ours = replays.played(followed, recording, settings).outcomes[0]

    policy = command[command.index("--policy") + 1]
    theirs = replay(Recording.of_run("HD_w", history), policy, 2).outcomes[0]
    assert ours.to_dict() == theirs.to_dict()
    assert not ours.keeps_best
    trials = replays.trials_of(ours, [f"HD_w_{n}" for n in range(6)])
    assert [t.run_id for t in trials if t.is_best] == ["HD_w_4"]
    assert [t.number for t in trials if t.stopped_at == 1] == [
        int(t.trial_id) for t in ours.stopped if t.stopped_at == 1
    ]


def test_the_same_is_played_once(followed, recording):
    first = replays.played(followed, recording, Settings(slack_factor=0.3))

    assert replays.played(followed, recording, Settings(slack_factor=0.3)) is first


@pytest.mark.parametrize("kind", POLICIES)
def test_along_the_main_setting_each_step_is_what_it_would_be_alone(followed, recording, kind):
    settings = Settings(policy=kind)
    name = KNOBS[kind][0]

    steps = replays.along(followed, recording, settings)

    assert [step.value for step in steps] == sorted({step.value for step in steps})
    step = steps[len(steps) // 2]
    outcome = replays.played(followed, recording, replace(settings, **{name: step.value}))
    alone = outcome.outcomes[0]
    assert (step.n_stopped, step.keeps_best) == (len(alone.stopped), alone.keeps_best)


@pytest.mark.parametrize("kind", ["none", "own"])
def test_policies_without_a_setting_have_nothing_to_go_along(followed, recording, kind):
    assert replays.along(followed, recording, Settings(policy=kind)) == []


def test_limits_are_those_of_what_was_recorded(recording):
    limits = replays.limits_of(recording)

    assert (limits.n_trials, limits.most_reports, limits.is_quick) == (6, 3, True)
    assert limits.spread == pytest.approx(0.8)
    assert "recorded" in limits.samplings
    assert "random" in limits.samplings


def test_what_is_missing_while_somebody_types_is_as_usual():
    assert Settings.told({"slack_factor": None, "policy": "median"}) == Settings("median")


def test_a_bayesian_order_with_a_policy_is_refused(followed, recording):
    with pytest.raises(SweepError, match="no early termination"):
        replays.played(followed, recording, Settings(sampling="bayesian"))


def test_a_sweep_that_runs_cannot_be_replayed(history):
    sweeps.begin_sweep(history, "HD_runs")

    with pytest.raises(SweepError, match="Wait until it has ended"):
        replays.recording_of(history, Followed(history, "HD_runs"))
    sweeps.CLAIMS.pop().give_up()


def test_of_very_many_reports_only_one_setting_is_played(followed, recording):
    first = recording.trials[0]
    large = replace(recording, trials=tuple(replace(first, trial_id=str(n)) for n in range(7000)))

    assert not replays.limits_of(large).is_quick
    assert replays.along(followed, large, Settings()) == []
