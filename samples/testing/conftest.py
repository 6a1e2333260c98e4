"""What all tests of the tuning code use."""

import os

import pytest
from azureml.core import Experiment, Workspace


def quick(run, learning_rate, epochs):
    """Stands for train.py: it learns the faster the higher the rate, in no time."""
    for epoch in range(1, epochs + 1):
        run.log("accuracy", 1 - (1 - learning_rate) ** epoch)
    os.makedirs("outputs", exist_ok=True)
    with open("outputs/model.joblib", "w") as file:
        file.write(f"a model for {learning_rate}")


@pytest.fixture
def experiment(hyperdrive):
    hyperdrive.answer(quick)
    return Experiment(Workspace.from_config(), "digits")
