"""Launcher: starts a sweep's trials warm if it can, else fresh, and says which and why."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hyperlocal.domain.sweep import Sweep
from hyperlocal.engine.invocation import (
    HOME_VARIABLE,
    RUN_VARIABLE,
    TemplateValues,
    command_of,
    environment_of,
    inherited,
)
from hyperlocal.engine.leader import FreshLauncher, Leader
from hyperlocal.engine.limits import thread_variables
from hyperlocal.engine.marks import mark_in
from hyperlocal.engine.processes import belonging, end_all
from hyperlocal.engine.sweep_log import SCHEDULER, SweepLog
from hyperlocal.engine.warm.conditions import (
    DENIED,
    START_VARIABLE,
    TrialStart,
    obstacle,
    trial_start,
)
from hyperlocal.engine.warm.host import HostIsGone, Order, WarmHost
from hyperlocal.engine.warm.plan import Plan, read_plan
from hyperlocal.engine.watchdog import Watchdog
from hyperlocal.engine.wearers import Wearers
from hyperlocal.history import History, RunRecord

__all__ = ["WarmLauncher", "launcher_for"]

# Written over by a trial's run id, which is a little longer than its parent's.
_ROOM_VARIABLE = f"{RUN_VARIABLE}_ROOM"
_ROOM = 64
_LOOKS_EVERY_S = 0.05
_GIVES_UP_AFTER_S = 300.0

# What interpreters and libraries read only once: a trial in which it differs is none to fork.
_READ_ONCE = ("PYTHON", "LD_", "OMP_", "MKL_", "OPENBLAS_", "NUMEXPR_", "KMP_", "CUDA_", "MPL")


class WarmLauncher:
    """Starts the trials of one sweep.

    Attributes:
        reason: Why they are started fresh; None if they are forked.
    """

    def __init__(
        self,
        parent_id: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        snapshot: str,
        work: str,
        log: SweepLog,
        watchdog: Watchdog | None = None,
        insist: Callable[[str], None] | None = None,
    ) -> None:
        """Start the host, and return while it imports.

        Args:
            parent_id: The sweep's run.
            command: What its trials run, their parameters left out.
            environment: The variables that they have in common.
            snapshot: The source that they work on copies of.
            work: The working folder that `environment` names, in their place.
            log: The sweep's log.
            watchdog: Who ends the host if the controller cannot.
            insist: Told, if the user insists on warm starts, why they are not possible.
        """
        self._fresh = FreshLauncher()
        self._script = tuple(command[:2])
        self._environment = {
            RUN_VARIABLE: parent_id,
            _ROOM_VARIABLE: "_" * _ROOM,
            **{name: text for name, text in environment.items() if name != RUN_VARIABLE},
        }
        self._parent_id = parent_id
        self._log = log
        self._lock = threading.Lock()
        self._host: WarmHost | None = None
        self._plan = Plan()
        self._insist = insist
        self._watchdog = watchdog or Watchdog()
        self._is_told = False
        self._told_lock = threading.Lock()
        self.reason = obstacle(command, environment)
        if self.reason is None:
            self.reason = self._start(snapshot, work)

    def _start(self, snapshot: str, work: str) -> str | None:
        """Start the host; return why not, if that is impossible."""
        path = os.path.join(snapshot, self._script[1])
        folders = [os.path.dirname(os.path.realpath(path))]
        for folder in self._environment.get("PYTHONPATH", "").split(os.pathsep):
            inside = os.path.relpath(folder, work) if folder else os.pardir
            if not inside.startswith(os.pardir):
                folders.append(os.path.normpath(os.path.join(snapshot, inside)))
        try:
            plan = self._plan = read_plan(path, folders)
            named = {name.partition(".")[0] for name, _ in plan.imports} & DENIED
            if named:
                return f"{' and '.join(sorted(named))} may not survive a fork"
            label = (RUN_VARIABLE, _ROOM_VARIABLE)
            order = Order(plan.imports, sorted(plan.own), sorted(DENIED), label)
            mark = mark_in(self._environment, self._parent_id)
            self._host = WarmHost(self._environment, snapshot, order, mark=mark)
            self._watchdog.look_after(self._host.pid)
        except (SyntaxError, ValueError, RecursionError) as error:
            return f"the source cannot be read: {error}"
        except OSError as error:
            return f"the warm host could not be started: {error}"
        return None

    def wait_until_ready(self, is_pointless: Callable[[], bool]) -> None:
        """Wait for the host's imports: for the first trial, too, they are made only once."""
        host, waited = self._host, 0.0
        while host is not None and not is_pointless():
            if host.wait_until_ready(_LOOKS_EVERY_S):
                self.reason = self.reason or host.refusal or self._filters(host)
                break
            waited += _LOOKS_EVERY_S
            if waited > _GIVES_UP_AFTER_S:
                self.reason = f"the imports take longer than {_GIVES_UP_AFTER_S:.0f} s"
                break
        self._tell()
        if self.reason is not None:
            self.close()

    def _filters(self, host: WarmHost) -> str | None:
        if self._plan.has_early_filters and not host.only_ignores:
            return "warnings are filtered before an import that adds filters itself"
        return None

    def launch(
        self,
        run_id: str,
        command: Sequence[str],
        *,
        folder: str,
        output: str,
        environment: Mapping[str, str],
    ) -> Leader:
        """Start a process; see `Launcher`."""
        order: dict[str, Any] = {"folder": folder, "output": output, "environment": environment}
        with self._lock:
            leader = self._forked(run_id, command, **order)
            return leader or self._fresh.launch(run_id, command, **order)

    def _forked(self, run_id: str, command: Sequence[str], **order: Any) -> Leader | None:
        """Return a new fork of the host; None if there is no host, or it cannot be one."""
        if self._host is None or not self._can_be_forked(run_id, command, order["environment"]):
            return None
        try:
            return self._host.fork(run_id, command, **order)
        except HostIsGone:
            self._host.close()
            self._watchdog.release(self._host.pid)
            self._host, self.reason = None, "the warm host was ended by something else"
            self._tell(is_new=True)
            # It may have forked without being able to say so.
            ids, home = (run_id, self._parent_id), self._environment[HOME_VARIABLE]
            end_all(lambda: belonging((), ids, home), grace_s=0.0, wearers=Wearers(home, ids))
            return None

    def _can_be_forked(
        self, run_id: str, command: Sequence[str], environment: Mapping[str, str]
    ) -> bool:
        """Whether nothing differs from what the host was started with that is read only once."""
        ours = self._environment
        differing = {
            name
            for name in environment.keys() | ours.keys()
            if environment.get(name) != ours.get(name) and name.startswith(_READ_ONCE)
        }
        folders = environment.get("PYTHONPATH", "").split(os.pathsep)
        return (
            tuple(command[:2]) == self._script
            and differing <= {"PYTHONPATH"}
            and len(folders) == len(ours.get("PYTHONPATH", "").split(os.pathsep))
            and len(run_id) < len(self._parent_id) + _ROOM
        )

    def _tell(self, *, is_new: bool = False) -> None:
        """Write once, and again when it is `is_new`, how trials are started."""
        with self._told_lock:
            if self._is_told and not is_new:
                return
            self._is_told = True
        if self.reason is not None:
            self._log.write(SCHEDULER, f"Trials start fresh: {self.reason}.")
            if self._insist is not None:
                self._insist(f"Trials could not be started warm: {self.reason}.")
            return
        assert self._host is not None
        wanted = dict.fromkeys(name.partition(".")[0] for name, _ in self._plan.imports)
        loaded = [name for name in wanted if name in self._host.loaded]
        text = f"Trials start warm, with {', '.join(loaded) or 'nothing'} loaded."
        if self._plan.stop is not None:
            text += f" What is imported after {self._plan.stop} is not: that may change it."
        self._log.write(SCHEDULER, text)

    def close(self) -> None:
        """End the host."""
        with self._lock:
            host, self._host = self._host, None
        if host is not None:
            host.close()
            self._watchdog.release(host.pid)


def launcher_for(
    history: History,
    record: RunRecord,
    sweep: Sweep,
    sharers: int,
    log: SweepLog,
    watchdog: Watchdog,
) -> FreshLauncher | WarmLauncher:
    """Return what starts the trials of a sweep; a warm host begins to import now."""
    wanted = trial_start()
    if wanted is TrialStart.FRESH or sweep.limits.max_trials < 2:
        why = f"{START_VARIABLE} is 'fresh'" if wanted is TrialStart.FRESH else "there is only one"
        log.write(SCHEDULER, f"Trials start fresh: {why}.")
        return FreshLauncher()
    folder = history.folder(record.run_id)
    template_values = TemplateValues(
        run_id=record.run_id,
        parent_id=record.run_id,
        run_number=str(record.number),
        run_folder=os.fspath(folder.path),
        working_folder=os.fspath(folder.work),
        home=os.fspath(history.home),
    )
    if history.fence is not None:
        template_values["life"] = history.fence.text
    known = inherited()
    shares = thread_variables(sharers, {**known, **sweep.launch.environment})
    return WarmLauncher(
        record.run_id,
        command_of(sweep.launch, {}, template_values),
        environment_of(sweep.launch, {}, template_values, {**known, **shares}),
        snapshot=os.fspath(folder.snapshot),
        work=os.fspath(folder.work),
        log=log,
        watchdog=watchdog,
        insist=(
            (lambda sentence: history.runs.add_warning(record.run_id, sentence))
            if wanted is TrialStart.WARM
            else None
        ),
    )
