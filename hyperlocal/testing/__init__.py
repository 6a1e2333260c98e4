"""Testing: what tests of tuning code need, with pytest or without.

The code under test builds a configuration, submits it, looks at the runs. Here it does so against
the real thing, made fast: sweeps run **inline**, in the test's own process, with a Python function
in place of the training script, and leave nothing behind.

    def train(run, learning_rate):
        run.log("accuracy", 1 - abs(learning_rate - 0.1))

    def test_tuning_finds_the_best(hyperdrive):     # the fixture of the pytest plugin
        hyperdrive.answer(train)                    # stands for train.py
        best = tune().get_best_run_by_primary_metric()  # the code under test
        assert best.get_metrics()["accuracy"] > 0.9

* `hyperdrive` (pytest) and `sandbox()` (anything else) give a test a home of its own: `isolation`,
  `scope`.
* `answer` takes the function: `functions` tells what it may want, `stage` what it finds around it.
* `trial(2).fails()`, `.hangs()`, ... let things go wrong: `faults`; `submit_fails()` before that:
  `submissions`.
* `stays_queued`, `stays_running` let code that polls see what it waits for: `looks`.
* `simulate(curves)` plays sweeps in virtual time, with learning curves for training: `curves`.
* `expect(run)` asserts, and shows the sweep's table when it fails: `expectations`.
* `hyperdrive.finished(...)` makes a finished sweep for code that only reads one: `finished`.
"""

from __future__ import annotations

TYPE_CHECKING = False  # the pytest plugin is loaded wherever hyperlocal is installed
if TYPE_CHECKING:
    from hyperlocal.testing.curves import Curve
    from hyperlocal.testing.expectations import Expectation, expect
    from hyperlocal.testing.finished import Child, child
    from hyperlocal.testing.isolation import Sandbox
    from hyperlocal.testing.scope import sandbox

__all__ = ["Child", "Curve", "Expectation", "Sandbox", "child", "expect", "sandbox"]

_ROOMS = {
    "Child": "finished",
    "Curve": "curves",
    "Expectation": "expectations",
    "Sandbox": "isolation",
    "child": "finished",
    "expect": "expectations",
    "sandbox": "scope",
}


def __getattr__(name: str) -> object:
    if name in _ROOMS:
        from importlib import import_module

        return getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
