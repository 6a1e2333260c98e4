"""What every way to run a sweep promises: inline, simulated, or with real processes.

A test class inherits `SweepContract` and says how trials that behave as told are run. All is
asked of the run objects, as code under test does.
"""

import json
import math
from abc import abstractmethod
from dataclasses import dataclass, field

import pytest

PRIMARY = "accuracy"


@dataclass(frozen=True)
class Behaviour:
    """What one trial does.

    Attributes:
        curve: What it logs as the primary metric.
        others: What else it logs, once, at the end.
        error: What it fails with at its end: the last line of a traceback.
        judged_at: Intervals at which a real trial waits until the policy has looked at it, so that
            where it is stopped does not depend on how fast the machine is.
    """

    curve: tuple[float, ...] = ()
    others: dict = field(default_factory=dict)
    error: str | None = None
    judged_at: tuple[int, ...] = ()


def curves(*rows, judged_at=()):
    return [Behaviour(curve=tuple(row), judged_at=judged_at) for row in rows]


class SweepContract:
    """The promises."""

    prints = True
    """Whether trials can leave output behind."""

    @abstractmethod
    def submit(self, behaviours, config):
        """Submit a sweep over `--trial 0`, `--trial 1`, ... one at a time; return its run."""

    def sweep(self, behaviours, *, policy=None, goal="MAXIMIZE", concurrent=1):
        """Return the run of a sweep that has ended."""
        from hyperlocal.azureml.train.hyperdrive import PrimaryMetricGoal

        run = self.submit(
            behaviours,
            {
                "policy": policy,
                "primary_metric_name": PRIMARY,
                "primary_metric_goal": PrimaryMetricGoal[goal],
                "max_total_runs": len(behaviours),
                "max_concurrent_runs": concurrent,
            },
        )
        run.wait_for_completion(raise_on_error=False)
        return run

    @pytest.fixture
    def mixed(self):
        """Three trials that complete and one that fails."""
        return self.new_mixed()

    def new_mixed(self):
        """Submit the sweep of `mixed`."""
        return self.sweep(
            [
                Behaviour((0.5, 0.7)),
                Behaviour((0.4,), others={"note": "once", "n": 3}),
                Behaviour((0.2, 0.9, 0.8)),
                Behaviour(error="ValueError: no labels"),
            ]
        )

    def test_children_come_newest_first_and_are_numbered(self, mixed):
        assert [c.id for c in mixed.get_children()] == [f"{mixed.id}_{n}" for n in (3, 2, 1, 0)]

    def test_every_child_has_its_parameters(self, mixed):
        told = {f"{mixed.id}_{n}": json.dumps({"--trial": n}) for n in range(4)}

        assert mixed.get_hyperparameters() == told
        for child in mixed.get_children():
            assert child.get_tags()["hyperparameters"] == told[child.id]
            arguments = child.get_details()["runDefinition"]["arguments"]
            assert arguments[-2:] == ["--trial", child.id[-1]]

    def test_metrics_have_their_shapes(self, mixed):
        expected = {
            f"{mixed.id}_0": {PRIMARY: [0.5, 0.7]},
            f"{mixed.id}_1": {PRIMARY: 0.4, "note": "once", "n": 3},
            f"{mixed.id}_2": {PRIMARY: [0.2, 0.9, 0.8]},
        }

        assert mixed.get_metrics() == expected
        for child in mixed.get_children():
            assert child.get_metrics() == expected.get(child.id, {})
        assert type(mixed.get_metrics()[f"{mixed.id}_1"]["n"]) is int

    def test_the_best_is_by_the_best_value_not_the_last(self, mixed):
        best = mixed.get_best_run_by_primary_metric()

        assert best.id == f"{mixed.id}_2"
        ranked = mixed.get_children_sorted_by_primary_metric()
        assert [row["run_id"] for row in ranked] == [f"{mixed.id}_{n}" for n in (2, 0, 1, 3)]
        assert [row["best_primary_metric"] for row in ranked] == [0.9, 0.7, 0.4, None]
        assert [row["status"] for row in ranked] == ["Completed"] * 3 + ["Failed"]

    def test_a_minimized_sweep_is_ranked_the_other_way(self):
        run = self.sweep(curves((0.5, 0.1), (0.3,), (0.2, 0.4)), goal="MINIMIZE")

        ranked = run.get_children_sorted_by_primary_metric()
        assert [row["run_id"][-1] for row in ranked] == ["0", "2", "1"]
        assert run.get_best_run_by_primary_metric().id == f"{run.id}_0"

    def test_a_trial_that_fails_is_told_of_and_the_sweep_completes(self, mixed):
        (failed,) = mixed.get_children(status="Failed")

        details = failed.get_details()
        error = details["error"]["error"]
        assert details["status"] == failed.get_status() == "Failed"
        assert error["code"] == "UserError"
        lines = error["message"].splitlines()
        assert lines[0] == "ValueError: no labels (exit code 1)"
        assert "Traceback (most recent call last):" in lines
        assert lines[-1] == "ValueError: no labels"
        assert mixed.get_status() == "Completed"
        parent = mixed.get_details()
        told = "1 of 4 trials failed; the first: "
        assert parent["error"]["error"]["message"].startswith(f"{told}{failed.id}: ValueError")
        assert [w["source"] for w in parent["warnings"]] == ["SecondaryError", "hyperlocal"]

    def test_a_sweep_without_a_good_trial_fails(self):
        from hyperlocal.azureml.exceptions import ActivityFailedException

        run = self.sweep([Behaviour(error="OSError: gone"), Behaviour(error="OSError: too")])

        assert run.get_status() == "Failed"
        assert run.get_best_run_by_primary_metric() is None
        with pytest.raises(ActivityFailedException, match="OSError: gone"):
            run.wait_for_completion()

    def test_nothing_is_best_where_nobody_logged_the_metric(self):
        run = self.sweep([Behaviour(others={"other": 1}), Behaviour()])

        assert run.get_status() == "Completed"
        assert run.get_best_run_by_primary_metric() is None
        ranked = run.get_children_sorted_by_primary_metric()
        assert [row["best_primary_metric"] for row in ranked] == [None, None]
        assert run.get_children_sorted_by_primary_metric(discard_no_metric=True) == []
        (warning,) = run.get_details()["warnings"]
        assert warning["message"].startswith("No trial logged 'accuracy'. Logged were: 'other'.")

    def test_nan_is_no_metric(self):
        run = self.sweep(curves((math.nan,), (math.nan, 0.1)))

        assert run.get_best_run_by_primary_metric().id == f"{run.id}_1"
        assert math.isnan(run.get_metrics()[f"{run.id}_0"][PRIMARY])

    def test_times_and_details_are_there(self, mixed):
        for run in (mixed, *mixed.get_children()):
            details = run.get_details()
            assert details["runId"] == run.id
            assert details["startTimeUtc"] <= details["endTimeUtc"]
            assert details["target"] == "cpu-cluster"
        tags, properties = mixed.get_tags(), mixed.get_properties()
        assert tags["_aml_system_max_total_jobs"] == "4"
        assert tags["_aml_system_samples_generated_count"] == "4"
        assert tags[f"_aml_system_{mixed.id}_2"] == '{"--trial": 2}'
        assert properties["best_child_run_id"] == f"{mixed.id}_2"
        assert properties["score"] == "0.9"

    def test_children_know_their_parent(self, mixed):
        for child in mixed.get_children():
            assert child.parent.id == mixed.id
            assert child.type == "azureml.scriptrun"
        assert [run.id for run in mixed.experiment.get_runs()] == [mixed.id]

    def test_files_and_output_are_kept(self, mixed, tmp_path):
        best = mixed.get_best_run_by_primary_metric()

        assert best.get_file_names() == ["user_logs/std_log.txt", "outputs/model.txt"]
        best.download_file("outputs/model.txt", str(tmp_path / "model.txt"))
        assert (tmp_path / "model.txt").read_text() == "trial 2"
        log = best.get_details_with_logs()["logFiles"]["user_logs/std_log.txt"]
        assert log.startswith("trial 2 begins\n" if self.prints else "")
        assert "azureml-logs/hyperdrive.txt" in mixed.get_file_names()

    def test_bandit_stops_by_the_slack(self):
        from hyperlocal.azureml.train.hyperdrive import BanditPolicy

        policy = BanditPolicy(slack_amount=0.2, evaluation_interval=1)
        rows = ((0.5, 0.6, 0.9), (0.45, 0.5, 0.6), (0.1, 0.9, 0.9), (0.6, 0.65, 0.95))

        run = self.sweep(curves(*rows, judged_at=(1, 2, 3)), policy=policy)

        assert self.stopped(run) == {1: 1, 2: 1, 3: 1}
        assert run.get_metrics()[f"{run.id}_2"] == {PRIMARY: 0.1}
        assert run.get_status() == "Completed"

    def test_bandit_waits_for_its_interval_and_delay(self):
        from hyperlocal.azureml.train.hyperdrive import BanditPolicy

        policy = BanditPolicy(slack_factor=0.1, evaluation_interval=2, delay_evaluation=3)
        rows = ((0.9,) * 6, (0.1, 0.1, 0.1, 0.1, 0.1, 0.1), (0.1, 0.1, 0.1, 0.89, 0.1, 0.1))

        run = self.sweep(curves(*rows, judged_at=(4, 6)), policy=policy)

        assert self.stopped(run) == {1: 4}
        assert run.get_metrics()[f"{run.id}_1"] == {PRIMARY: [0.1] * 4}

    def test_median_stopping_compares_running_averages(self):
        from hyperlocal.azureml.train.hyperdrive import MedianStoppingPolicy

        policy = MedianStoppingPolicy(evaluation_interval=1, delay_evaluation=2)
        rows = ((0.5, 0.6, 0.7), (0.7, 0.8, 0.9), (0.1, 0.2, 0.9), (0.6, 0.9, 0.9))

        run = self.sweep(curves(*rows, judged_at=(2, 3)), policy=policy)

        assert self.stopped(run) == {2: 2}

    def test_truncation_gives_up_the_worst(self):
        from hyperlocal.azureml.train.hyperdrive import TruncationSelectionPolicy

        policy = TruncationSelectionPolicy(truncation_percentage=50, evaluation_interval=2)
        rows = ((0.5, 0.6, 0.7, 0.8), (0.4, 0.4, 0.4, 0.4), (0.9, 0.9, 0.9, 0.9), (0.1, 0.7, 0.7))

        run = self.sweep(curves(*rows, judged_at=(2, 4)), policy=policy)

        assert self.stopped(run) == {1: 2}

    def test_a_stopped_trial_is_cancelled_with_its_reason(self):
        from hyperlocal.azureml.train.hyperdrive import BanditPolicy

        policy = BanditPolicy(slack_amount=0.1, evaluation_interval=1)
        run = self.sweep(curves((0.9,), (0.5, 0.5), judged_at=(1, 2)), policy=policy)

        stopped = next(iter(run.get_children()))
        details = stopped.get_details()
        assert details["status"] == stopped.get_status() == "Canceled"
        assert "error" not in details
        record = run._history.runs.get(stopped.id)
        assert (record.cause.value, record.exit_code) == ("policy", -2)
        assert details["warnings"] == [{"source": "hyperlocal", "message": record.reason}]
        decisions = run._history.decisions.of(stopped.id)
        assert [(d.interval, d.stop, d.reason) for d in decisions] == [(1, True, record.reason)]
        assert "0.9" in record.reason

    def stopped(self, run):
        """Return the numbers of the trials that the policy stopped, and at which interval."""
        decisions = run._history.decisions.of_children(run.id)
        return {int(d.run_id.rpartition("_")[2]): d.interval for d in decisions if d.stop}
