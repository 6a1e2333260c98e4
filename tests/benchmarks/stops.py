"""How soon a trial that a policy gives up is gone: from its bad metric to its process's end."""

import contextlib
import socket
import statistics
import threading
import time

from tests.benchmarks.measure import Figure

__all__ = ["measure"]

_N_STOPS = 100
_WITHIN_S = 0.1

# The system closes the connection when the process is gone.
_TRIAL = """import argparse, random, socket, time
from azureml.core import Run

parser = argparse.ArgumentParser()
parser.add_argument("--meet")
parser.add_argument("--x")
meet = socket.socket(socket.AF_UNIX)
meet.connect(parser.parse_args().meet)
run = Run.get_context()
if run.id.endswith("_0"):
    run.log("score", 1.0)
    meet.recv(1)  # until all others are done
else:
    time.sleep(random.random() / 10)  # at any point of the controller's rhythm
    meet.sendall(f"{time.monotonic()}\\n".encode())
    run.log("score", 0.1)
    n = 0
    while True:  # goes on computing
        n += 1
"""


def measure(folder, n_rounds):
    """Return how many stops took less than a tenth of a second."""
    path = str(folder / "meet")
    with _Meeting(path) as meeting:
        run = _submit(folder, path)
        run.wait_for_completion()
        stops = meeting.stops
    assert len(stops) == _N_STOPS, f"{len(stops)} of {_N_STOPS} trials were stopped"
    took = sorted(stops)
    cuts = statistics.quantiles(took, n=100)
    return [
        Figure(
            f"stops of {_N_STOPS} within {_WITHIN_S * 1000:.0f} ms of the bad metric",
            sum(each <= _WITHIN_S for each in took),
            "of 100",
            99,
            larger_is_better=True,
            note=f"median {cuts[49] * 1000:.0f} ms, 99th {took[-2] * 1000:.0f} ms, "
            f"slowest {took[-1] * 1000:.0f} ms",
        )
    ]


class _Meeting:
    """Where trials say when they log, and where their end is noticed."""

    def __init__(self, path):
        self.stops = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(path)
        self._listener.listen(16)
        self._first = None
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._listener.close()

    def _serve(self):
        with contextlib.suppress(OSError):
            self._first, _ = self._listener.accept()
            while len(self.stops) < _N_STOPS:
                connection, _ = self._listener.accept()
                with connection:
                    began = float(connection.makefile().readline())
                    with contextlib.suppress(ConnectionError):
                        connection.recv(1)
                self.stops.append(time.monotonic() - began)
            self._first.close()


def _submit(folder, path):
    from hyperlocal.azureml.core import Environment, Experiment, ScriptRunConfig, Workspace
    from hyperlocal.azureml.train.hyperdrive import (
        BanditPolicy,
        HyperDriveConfig,
        PrimaryMetricGoal,
        RandomParameterSampling,
        uniform,
    )

    source = folder / "source"
    source.mkdir()
    (source / "train.py").write_text(_TRIAL)
    config = HyperDriveConfig(
        run_config=ScriptRunConfig(
            str(source),
            "train.py",
            ["--meet", path],
            compute_target="cpu-cluster",
            environment=Environment("benchmark"),
        ),
        hyperparameter_sampling=RandomParameterSampling({"--x": uniform(0, 1)}),
        policy=BanditPolicy(evaluation_interval=1, slack_factor=0.1),
        primary_metric_name="score",
        primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
        max_total_runs=_N_STOPS + 1,
        max_concurrent_runs=2,
    )
    return Experiment(Workspace.from_config(), "benchmark").submit(config)
