"""Finished runs for code that only reads them."""

import math

import pytest

from hyperlocal.engine.inline import NeverEnds
from hyperlocal.testing import Curve, child, expect


def test_its_children_are_what_was_said_of_them(hyperdrive, tmp_path):
    run = hyperdrive.finished(
        [
            child(
                {"lr": 0.1, "layers": [8, 8]},
                metrics={
                    "accuracy": [0.5, 0.9],
                    "name": "small",
                    "bad": math.nan,
                    "row": {"a": 1, "b": 2.5},
                    "rows": [{"a": 1}, {"a": 2}],
                },
                files={"outputs/model.pkl": b"\x00", "outputs/deep/a.txt": "a", "notes.txt": "n"},
                tags={"fold": 1},
                properties={"author": "me"},
                output="hello\n",
            ),
            child({"lr": 0.2, "layers": [4]}),
        ],
        experiment="read",
        tags={"team": "a"},
    )

    assert run.experiment.name == "read"
    assert run.get_tags()["team"] == "a"
    best = run.get_best_run_by_primary_metric()
    assert best.id == f"{run.id}_0"
    metrics = best.get_metrics()
    assert math.isnan(metrics.pop("bad"))
    assert metrics == {
        "accuracy": [0.5, 0.9],
        "name": "small",
        "row": {"a": 1, "b": 2.5},
        "rows": {"a": [1, 2]},
    }
    assert best.get_file_names() == [
        "notes.txt",
        "user_logs/std_log.txt",
        "outputs/deep/a.txt",
        "outputs/model.pkl",
    ]
    best.download_file("outputs/model.pkl", str(tmp_path / "model.pkl"))
    assert (tmp_path / "model.pkl").read_bytes() == b"\x00"
    assert best.get_tags()["fold"] == "1"
    assert best.get_properties()["author"] == "me"
    assert run.get_hyperparameters()[best.id] == '{"layers": [8, 8], "lr": 0.1}'
    assert run.get_children_sorted_by_primary_metric()[1]["best_primary_metric"] is None


def test_a_sweep_can_be_minimized(hyperdrive):
    run = hyperdrive.finished(
        [child({"a": 1}, metrics={"loss": [3, 2]}), child({"a": 2}, metrics={"loss": 1})],
        metric="loss",
        goal="minimize",
    )

    assert run.get_best_run_by_primary_metric().id == f"{run.id}_1"


def test_a_sweep_all_of_whose_trials_failed_has_failed(hyperdrive):
    run = hyperdrive.finished([child({"a": 1}, status="Failed", error="OSError: gone")])

    assert run.get_status() == "Failed"
    assert "OSError: gone" in run.get_details()["error"]["error"]["message"]


def test_the_policy_of_a_configuration_judges(hyperdrive, tuning, source):
    config = tuning.config(source, policy=tuning.bandit())

    run = hyperdrive.finished(
        [
            child({"--learning-rate": 0.3}, metrics={"accuracy": [0.5, 0.9]}),
            child({"--learning-rate": 0.7}, metrics={"accuracy": [0.4, 0.5, 0.6]}),
        ],
        config=config,
    )

    assert [c.get_status() for c in run.get_children()] == ["Canceled", "Completed"]
    assert run.get_metrics()[f"{run.id}_1"] == {"accuracy": 0.4}


def test_a_sweep_without_trials(hyperdrive):
    run = hyperdrive.finished([])

    assert list(run.get_children()) == []
    assert run.get_best_run_by_primary_metric() is None


def test_a_single_script(hyperdrive):
    run = hyperdrive.finished_script(
        child(metrics={"a": 1}, files={"outputs/x": "x"}), tags={"b": "c"}
    )

    assert (run.get_status(), run.get_metrics()) == ("Completed", {"a": 1})
    assert run.get_file_names() == ["user_logs/std_log.txt", "outputs/x"]
    assert run.get_tags() == {"b": "c"}


def test_what_is_said_to_go_wrong_is_meant_for_sweeps_that_are_run(hyperdrive):
    hyperdrive.trial(0).fails()
    hyperdrive.cancels(at_trial=0)
    hyperdrive.stays_queued(5)

    run = hyperdrive.finished([child({"a": 1})])

    assert run.get_status() == "Completed"
    assert len(hyperdrive.unused()) == 2
    hyperdrive._runner.faults.clear()
    hyperdrive._runner.cancel_at_trial = None


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "Finished"},
        {"status": "Failed", "stopped_at": 1},
        {"status": "Running", "stopped_at": 1},
    ],
)
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match="status"):
        child({}, **wrong)


def test_what_a_trial_cannot_have_done_is_refused(hyperdrive):
    with pytest.raises(ValueError, match=r"'\.\./y' cannot be the name of a run's file"):
        hyperdrive.finished([child({"a": 1}, files={"../y": "text"})])
    for told in ([{"a": 1}], [None]):
        with pytest.raises(TypeError, match=r"is said with child\(...\), not"):
            hyperdrive.finished(told)
    with pytest.raises(TypeError, match=r"is said with child"):
        hyperdrive.finished_script({"a": 1})
    assert hyperdrive.finished([child({"a": 1})]).get_status() == "Completed"


def test_the_primary_metric_is_the_only_one_that_is_logged(hyperdrive):
    run = hyperdrive.finished(
        [
            child({"a": 1}, metrics={"loss": [3, 2], "name": "small", "row": {"x": 1}}),
            child({"a": 2}, metrics={"loss": 1, "done": True}),
        ],
        goal="minimize",
    )

    assert run.get_best_run_by_primary_metric().id == f"{run.id}_1"
    assert "loss" in hyperdrive.tables()[0]


def test_accuracy_is_the_primary_metric_where_it_is_logged_or_nothing_is(hyperdrive):
    run = hyperdrive.finished([child({"a": 1}, metrics={"loss": 3, "accuracy": 0.5})])

    assert run.get_children_sorted_by_primary_metric()[0]["best_primary_metric"] == 0.5
    assert "accuracy" in hyperdrive.tables()[0]
    hyperdrive.finished([child({"a": 1})])
    assert "accuracy" in hyperdrive.tables()[-1]


def test_of_several_other_metrics_the_primary_one_is_asked_for(hyperdrive):
    told = [child({"a": 1}, metrics={"loss": 3}), child({"a": 2}, metrics={"f1": [0.5]})]

    with pytest.raises(ValueError, match=r"log 'loss', 'f1': say which .*metric='loss'"):
        hyperdrive.finished(told)
    assert hyperdrive.finished(told, metric="f1").get_status() == "Completed"


@pytest.mark.parametrize("more", [{"metric": "loss"}, {"goal": "minimize"}])
def test_what_the_configuration_says_is_not_said_again(hyperdrive, tuning, source, more):
    with pytest.raises(TypeError, match="or config, which says both"):
        hyperdrive.finished([child({"a": 1})], config=tuning.config(source), **more)


@pytest.mark.parametrize(
    ("files", "error"),
    [
        ({"../y": "text"}, ValueError),
        ({"outputs/a": 3}, TypeError),
        (["outputs/a"], TypeError),
    ],
)
def test_files_that_nobody_leaves_are_refused_where_they_are_said(files, error):
    for says in (child, lambda **told: Curve([1], **told)):
        with pytest.raises(error, match=r"name of a run's file|must be a text|must map names"):
            says(files=files)


def test_a_sweep_that_still_goes_on(hyperdrive):
    run = hyperdrive.finished(
        [
            child({"a": 1}, metrics={"accuracy": [0.5, 0.9]}),
            child(
                {"a": 2},
                status="Running",
                metrics={"accuracy": 0.7},
                files={"outputs/m.txt": "so far", "n.txt": "n"},
                tags={"fold": 1},
            ),
            child({"a": 3}, status="Failed", error="OSError: gone"),
            child({"a": 4}, status="Running"),
            child({"a": 5}, metrics={"accuracy": 0.1}),
        ]
    )

    for _ in range(3):
        assert run.get_status() == "Running"
        statuses = [each.get_status() for each in run.get_children()]
        assert statuses == ["Completed", "Running", "Failed", "Running", "Completed"]
    assert run.get_best_run_by_primary_metric().id == f"{run.id}_0"
    going = next(each for each in run.get_children() if each.id == f"{run.id}_1")
    assert going.get_metrics() == {"accuracy": 0.7}
    assert going.get_tags()["fold"] == "1"
    assert going.get_file_names() == ["n.txt", "user_logs/std_log.txt", "outputs/m.txt"]
    assert "endTimeUtc" not in going.get_details()
    expect(run).has_trials(5, running=2, completed=2, failed=1)


def test_a_sweep_that_goes_on_can_be_cancelled(hyperdrive):
    run = hyperdrive.finished(
        [child({"a": 1}), child({"a": 2}, status="Running"), child({"a": 3}, status="Running")]
    )
    last, middle, _ = run.get_children()

    middle.cancel()
    statuses = [run.get_status(), middle.get_status(), last.get_status()]
    assert statuses == ["Running", "Canceled", "Running"]
    run.cancel()
    assert run.get_status() == "Canceled"
    assert run.wait_for_completion()["status"] == "Canceled"
    expect(run).canceled().has_trials(3, completed=1, canceled=2)


def test_what_goes_on_for_good_is_not_waited_for(hyperdrive):
    run = hyperdrive.finished([child({"a": 1}, status="Running")])
    script = hyperdrive.finished_script(child(status="Running", metrics={"a": 1}))

    assert (script.get_status(), script.get_metrics()) == ("Running", {"a": 1})
    for each in (run, next(run.get_children()), script):
        with pytest.raises(NeverEnds, match="is waited for, but the test said"):
            each.wait_for_completion()
    script.cancel()
    assert script.get_status() == "Canceled"


def test_more_children_cannot_go_on_than_run_at_once(hyperdrive, tuning, source):
    told = [child({"--learning-rate": n / 10}, status="Running") for n in (1, 2, 3)]

    run = hyperdrive.finished(told, config=tuning.config(source, concurrent=3))
    assert [each.get_status() for each in run.get_children()] == ["Running"] * 3
    with pytest.raises(ValueError, match="2 of 3 children have a place"):
        hyperdrive.finished(told, config=tuning.config(source, concurrent=2))
