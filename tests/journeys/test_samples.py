"""Each sample, run as its README says."""

import ast
import itertools
import re

import joblib
import numpy as np
import pytest

from hyperlocal.history import History

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]


def children_of(folder, said):
    """The sweep's children, oldest first, as the history has them."""
    best_id = said.after("Best run:")
    parent_id = best_id.rpartition("_")[0]
    children = History.open(folder.home).runs.children(parent_id)
    return parent_id, list(reversed(children))


def test_grid_sample_tries_each_combination_once(sample):
    folder = sample("grid")

    said = folder.run("driver.py")

    _, children = children_of(folder, said)
    tried = sorted(
        (c.parameters["num_hidden_layers"], c.parameters["batch_size"]) for c in children
    )
    assert tried == sorted(itertools.product((1, 2, 3), (16, 32)))
    assert {c.status.value for c in children} == {"Completed"}
    assert float(said.after("Accuracy:")) > 0.9
    best = next(c for c in children if c.run_id == said.after("Best run:"))
    assert int(said.after("Hidden layers:")) == best.parameters["num_hidden_layers"]
    assert int(said.after("Batch size:")) == best.parameters["batch_size"]
    assert "outputs/model.joblib" in ast.literal_eval(said.after("Files:"))
    assert "user_logs/std_log.txt" in ast.literal_eval(said.after("Files:"))
    model = joblib.load(folder.path / "best" / "model.joblib")
    assert len(model.coefs_) == best.parameters["num_hidden_layers"] + 1


def test_random_sample_finds_a_low_loss(sample):
    folder = sample("random")

    said = folder.run("driver.py")

    _, children = children_of(folder, said)
    assert len(children) == 12
    assert {c.status.value for c in children} == {"Completed"}
    assert all(0.05 <= c.parameters["keep_probability"] <= 0.1 for c in children)
    assert {c.parameters["batch_size"] for c in children} <= {16, 32, 64, 128}
    assert len({c.parameters["learning_rate"] for c in children}) == 12
    best = next(c for c in children if c.run_id == said.after("Best run:"))
    assert float(said.after("Learning rate in thousandths:")) == best.parameters["learning_rate"]
    assert float(said.after("Its lowest loss:")) < 0.3
    assert float(said.after("Its last accuracy:")) > 0.9
    assert np.load(folder.path / "best" / "model.npz")["arr_0"].shape == (64, 500)


def test_bayesian_sample_trains_a_good_network(sample):
    folder = sample("bayesian")

    said = folder.run("driver.py")

    _, children = children_of(folder, said)
    assert len(children) == 40
    assert {c.status.value for c in children} == {"Completed"}
    assert all(0.05 <= c.parameters["learning_rate"] <= 0.1 for c in children)
    assert float(said.after("Best accuracy:")) > 0.95
    assert 0.05 <= float(said.after("Learning rate:")) <= 0.1
    assert int(said.after("Batch size:")) in (16, 32, 64, 128)
    assert (folder.path / "best" / "model.joblib").is_file()


def test_early_termination_sample_saves_time(sample):
    folder = sample("early_termination")

    said = folder.run("driver.py")

    parent_id, children = children_of(folder, said)
    stopped = [c for c in children if c.status.value == "Canceled"]
    completed = [c for c in children if c.status.value == "Completed"]
    assert len(stopped) + len(completed) == 12
    assert len(stopped) >= 2
    assert {c.cause.value for c in stopped} == {"policy"}
    assert said.after("Stopped early:") == f"{len(stopped)} of 12 runs"
    saved = re.match(r"(\d+) of 360 epochs, about (\d+) seconds", said.after("Saved:"))
    assert int(saved[1]) >= 20
    assert float(said.after("Best accuracy:")) > 0.95

    shown = folder.hyperlocal("show", parent_id)

    assert shown.exit_code == 0
    assert "Canceled" in shown.text
