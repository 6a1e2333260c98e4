"""Finished runs for code that only reads them."""

import math

import pytest

from hyperlocal.testing import child


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


@pytest.mark.parametrize("wrong", [{"status": "Running"}, {"status": "Failed", "stopped_at": 1}])
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
