"""Isolation: a home and a workspace of its own for one test.

def test_the_best_run_is_registered(hyperdrive):
    hyperdrive.answer(train)
    run = tune(Workspace.from_config())  # the code under test
    assert run.get_status() == "Completed"
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from hyperlocal.engine import runners, settle
from hyperlocal.engine.inline import Clock
from hyperlocal.errors import HyperlocalError
from hyperlocal.history import History
from hyperlocal.services import connection
from hyperlocal.testing.answers import EVERY_SCRIPT
from hyperlocal.testing.curves import Curves, check_curves, traces
from hyperlocal.testing.expectations import Expectation
from hyperlocal.testing.faults import TrialFaults, checked_count
from hyperlocal.testing.finished import Child, checked, config_of, metric_of
from hyperlocal.testing.functions import check_function
from hyperlocal.testing.kinds import sweeps_below
from hyperlocal.testing.replay import CannotBe, Replay
from hyperlocal.testing.routing import azureml_is_ours
from hyperlocal.testing.runner import TestRunner
from hyperlocal.testing.stage import become, variables
from hyperlocal.testing.submissions import SubmitFaults

if TYPE_CHECKING:
    from hyperlocal.azureml.core.experiment import Experiment
    from hyperlocal.azureml.core.script_run import ScriptRun
    from hyperlocal.azureml.core.workspace import Workspace
    from hyperlocal.azureml.train.hyperdrive import HyperDriveConfig, HyperDriveRun

__all__ = ["Sandbox"]

_F = TypeVar("_F", bound=Callable[..., Any])

_ENDS_WITHIN_S = 20.0
_HAS_ENDED = (
    "The test, or the sandbox, that this run belongs to has ended, and its home is no more. Read "
    "what you need of the run before."
)
_NOT_FOR_TESTS = ("HYPERLOCAL_", "AZUREML_")


class Sandbox:
    """What a test has of hyperlocal: a home of its own, and a say in how its runs go.

    Attributes:
        home: The home; it is empty when the test begins.
        slots: How many trials run side by side, in threads. With 1, the default, they run one
            after the other in the test's own thread, and have working directory, `sys.argv` and
            environment variables as a script has them.
        history: What was recorded, for what the SDK does not tell.
    """

    _outside: ClassVar[dict[str, str]] = {}

    def __init__(self, home: Path, *, slots: int = 1, seed: int = 0) -> None:
        self.home = home
        self._clock = Clock()
        self.history = History.open(home, clock=self._clock, is_durable=False)
        self._runner = TestRunner(self.history, self._clock)
        self._closing = ExitStack()
        self.slots = slots
        self.seed = seed

    @property
    def slots(self) -> int:
        """How many trials run side by side."""
        return self._runner.n_threads

    @slots.setter
    def slots(self, slots: int) -> None:
        if not isinstance(slots, int) or slots < 1:
            raise ValueError(f"slots is {slots!r}, but must be a whole number, at least 1.")
        self._runner.n_threads = slots

    @property
    def seed(self) -> int:
        """The seed of sweeps that name none; another one is for those submitted afterwards."""
        return self._seed

    @seed.setter
    def seed(self, seed: int) -> None:
        if not isinstance(seed, int):
            raise ValueError(f"seed is {seed!r}, but must be a whole number.")
        self._seed = seed
        if os.environ.get("HYPERLOCAL_HOME") == os.path.abspath(self.home):
            os.environ["HYPERLOCAL_SEED"] = str(seed)

    @property
    def workspace(self) -> Workspace:
        """The workspace."""
        from hyperlocal.azureml.core.workspace import Workspace

        return Workspace.from_config()

    def experiment(self, name: str = "test") -> Experiment:
        """Return an experiment in the workspace."""
        from hyperlocal.azureml.core.experiment import Experiment

        return Experiment(self.workspace, name)

    def answer(self, function: _F, *, script: str = EVERY_SCRIPT) -> _F:
        """Let a function stand for a training script; also a decorator.

        It is called once a trial, in the test's process: what it logs, prints, writes to
        `outputs/` and raises counts as if the script had. See `hyperlocal.testing.functions` for
        what it may want as arguments. Sweeps of the script are no longer simulated.

        Args:
            function: The function.
            script: The script, as the configuration names it or its last part; by default
                whichever script is run. The file need not exist.
        """
        check_function(function)
        name = script.replace(os.sep, "/")
        if name == EVERY_SCRIPT:
            self._runner.traces_of = None
        self._runner.answers.add(name, function)
        return function

    def simulate(self, curves: Curves, *, seconds: float = 1.0, startup: float = 0.0) -> None:
        """Let trials of sweeps follow learning curves, in virtual time: nothing is run.

            hyperdrive.simulate(lambda lr: [1 - lr / n for n in range(1, 51)], seconds=60)

        Args:
            curves: What trials log: see `hyperlocal.testing.curves`.
            seconds: How long each report takes that does not say so itself.
            startup: How long each trial is prepared before it runs.
        """
        check_curves(curves)
        self._runner.traces_of = partial(traces, curves, seconds=seconds, startup=startup)

    def trial(self, number: int) -> TrialFaults:
        """Return what is to go wrong with a trial, to be added to.

            hyperdrive.trial(2).fails("out of memory", after=3)

        Args:
            number: The trial, numbered as in its id: the first is 0.
        """
        if isinstance(number, bool) or not isinstance(number, int) or number < 0:
            raise ValueError(f"number is {number!r}, but trials are numbered 0, 1, 2, ...")
        return self._runner.faults.setdefault(number, TrialFaults(number))

    def submit_fails(
        self,
        error: BaseException | type[BaseException] | str = "ServiceException: told to fail",
        *,
        after: int = 0,
        times: int | None = None,
    ) -> SubmitFaults:
        """Let `submit` raise, of sweeps, scripts and pipelines; nothing is then recorded.

            hyperdrive.submit_fails("ServiceException: too many requests").once()

        What is said again comes on top: one error, then another. Configurations are checked
        before, as the SDK does. What trials submit is not meant.

        Args:
            error: The error, or a text that names one of Python's or `azureml.exceptions`.
            after: How many submissions work before.
            times: How many fail; None for all that follow, `.once()` for one.
        """
        faults = SubmitFaults(error, after=after, times=times)
        self._runner.submissions.append(faults)
        return faults

    def stays_queued(self, polls: int) -> None:
        """Let runs be Queued the first `polls` times that their status is asked for.

        `wait_for_completion` ends the waiting at once. A pipeline is queued as a whole.
        """
        self._runner.looks.n_queued = checked_count("polls", polls, "looks")

    def stays_running(self, polls: int) -> None:
        """Let runs be Running the next `polls` times that their status is asked for.

        As many trials as run at once are Running, too, before any function has been called: each
        is counted by itself, so that all are seen to go on for as long. After that, or when
        somebody waits, they do what they do. With `stays_queued` before.
        """
        self._runner.looks.n_running = checked_count("polls", polls, "looks")

    def cancels(self, *, at_trial: int | None = None, after_s: float | None = None) -> None:
        """Let the user cancel each sweep when a trial begins, or after a time by its clock."""
        if (at_trial is None) == (after_s is None):
            raise TypeError("cancels() needs at_trial or after_s.")
        if at_trial is not None and (not isinstance(at_trial, int) or at_trial < 0):
            raise ValueError(f"at_trial is {at_trial!r}, but trials are numbered 0, 1, 2, ...")
        if after_s is not None and not after_s >= 0:
            raise ValueError(f"after_s is {after_s!r}, but must be a number of seconds, from 0.")
        self._runner.cancel_at_trial = at_trial
        self._runner.cancel_after_s = after_s

    def reset(self) -> None:
        """Forget what was said of runs to come; those that there are stay as they are.

        Between the tests that share a sandbox: no function, no curve, and nothing goes wrong.
        """
        self._runner.forget()

    def finished(
        self,
        children: Iterable[Child],
        *,
        metric: str | None = None,
        goal: str | None = None,
        experiment: str = "test",
        config: HyperDriveConfig | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> HyperDriveRun:
        """Return the parent run of a sweep that has ended, with trials that did what is said.

        If one of them is `Running`, so is the sweep: only `cancel()` ends it, or its children, and
        to wait for it is an error of the test.

        Args:
            children: The trials, made by `child`, in order.
            metric: The primary metric; by default `accuracy`, or the only one that the children
                log if that is another. `run.get_children_sorted_by_primary_metric()` and the
                table of a failed `expect` show which was taken.
            goal: `maximize`, the default whatever the metric, or `minimize`.
            experiment: The experiment's name.
            config: What it was submitted with, in place of `metric` and `goal`; its policy judges.
            tags: Tags of the sweep.

        Raises:
            TypeError: `metric` or `goal` is given beside `config`; or one is no child.
            ValueError: The children log several metrics, none of them `accuracy`, and it is not
                said which is the primary one.
        """
        told = checked(children)
        if config is None:
            chosen = config_of(
                told, metric or metric_of(told), goal or "maximize", self._empty_source()
            )
        elif metric is None and goal is None:
            chosen = config
        else:
            raise TypeError("finished() takes metric and goal, or config, which says both.")
        run: HyperDriveRun = self._replayed(experiment, told, chosen, tags)
        return run

    def finished_script(
        self,
        told: Child,
        *,
        experiment: str = "test",
        tags: Mapping[str, str] | None = None,
    ) -> ScriptRun:
        """Return the run of a single script that has ended, or is `Running`, as is said."""
        from hyperlocal.azureml.core.script_run_config import ScriptRunConfig

        config = ScriptRunConfig(source_directory=self._empty_source(), script="train.py")
        run: ScriptRun = self._replayed(experiment, checked([told]), config, tags)
        return run

    def _replayed(
        self, experiment: str, children: list[Child], config: Any, tags: Mapping[str, str] | None
    ) -> Any:
        replay = Replay(self.history, self._clock, children)
        runners.put_in_charge(self.home, replay)
        try:
            run = self.experiment(experiment).submit(config, tags=tags)
            replay.check_all_played(run.id)
            return run
        except CannotBe as mistake:
            raise ValueError(
                f"A trial cannot have done that: {mistake.__cause__}"
            ) from mistake.__cause__
        finally:
            self._runner.open.update(replay.open)
            runners.put_in_charge(self.home, self._runner)

    def _empty_source(self) -> str:
        folder = self.home / "empty"
        folder.mkdir(exist_ok=True)
        return os.fspath(folder)

    def open(self) -> None:
        """Put this home in the place of the process's, and route `azureml` to hyperlocal."""
        inherited = dict(os.environ)
        if not connection.is_taken_over():
            Sandbox._outside = inherited
        kept = {k: v for k, v in inherited.items() if not k.startswith(_NOT_FOR_TESTS)}
        home = os.path.abspath(self.home)
        own = {
            "HYPERLOCAL_HOME": home,
            "HYPERLOCAL_SEED": str(self.seed),
            # Trials of a test and the user's own sweeps do not wait for one another.
            "HYPERLOCAL_MACHINE_FOLDER": os.path.join(home, "locks", "machine"),
        }
        with ExitStack() as stack:
            stack.callback(self.history.close, obstacle=_HAS_ENDED)
            stack.enter_context(variables({**kept, **own}))
            connection.take_over(home, self.history)
            stack.callback(self._leave, home)
            stack.enter_context(azureml_is_ours())
            runners.put_in_charge(home, self._runner)
            stack.callback(runners.put_in_charge, home, None)
            stack.callback(self._end_controllers)
            stack.callback(self._runner.close)
            self._closing = stack.pop_all()

    def close(self) -> None:
        """Undo `open`; runs that still go on are ended first.

        Raises:
            HyperlocalError: Another sandbox was opened later, and is still open.
        """
        try:
            self._closing.close()
        finally:
            if not connection.is_taken_over():  # also where they did not end in order
                become(Sandbox._outside, dict(os.environ))

    def _leave(self, home: str) -> None:
        if not connection.hand_back(home, self.history):
            raise HyperlocalError(
                "Two sandboxes were open at once, and neither within the other, as in concurrent "
                "tasks or threads: what they submitted is mixed. Use one after the other. Of "
                "fixtures, let that of the narrower scope ask for the wider one, so that this is "
                "opened first."
            )

    def tables(self) -> list[str]:
        """Return a table of each run that the test has submitted, and of sweeps below it."""
        runs = []
        for each in self.history.runs.top()[::-1]:
            runs += [each, *sweeps_below(self.history, each.run_id)]
        return [Expectation(self.history, each).table() for each in runs]

    def unused(self) -> list[str]:
        """Return what was said of runs and scripts, most often by mistake, and never mattered."""
        runner = self._runner
        told = [faults.missed() for faults in runner.faults.values()]
        told += [faults.missed() for faults in runner.submissions]
        told += [runner.answers.missed(), runner.missed_cancellation()]
        return [sentence for sentence in told if sentence is not None]

    def _end_controllers(self) -> None:
        """Cancel runs with processes of their own that the test has left behind."""
        left = [i for i in self._runner.detached_ids if self.history.runs.request_cancel(i)]
        until = time.monotonic() + _ENDS_WITHIN_S
        while left:
            left = [i for i in left if not settle(self.history, i).status.is_terminal]
            if time.monotonic() > until:
                raise HyperlocalError(f"Runs {left} did not end when their test did.")
            time.sleep(0.02 if left else 0.0)
