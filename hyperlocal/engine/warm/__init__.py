"""Warm starts: a sweep's trials are forks of one process that has imported what they import.

`start.py` is that process, the host, and `host.py` the controller's end of it; `plan.py` reads
what to import, `conditions.py` and `launcher.py` decide whether a trial may be a fork. How much a
trial is like a new interpreter is told, point by point, in `docs/warm-trials.md`.
"""

from __future__ import annotations

import os

from hyperlocal.domain.sweep import Sweep
from hyperlocal.engine.invocation import Fillings, command_of, environment_of
from hyperlocal.engine.leader import FreshLauncher
from hyperlocal.engine.limits import thread_variables
from hyperlocal.engine.sweep_log import SCHEDULER, SweepLog
from hyperlocal.engine.warm.conditions import START_VARIABLE, TrialStart, trial_start
from hyperlocal.engine.warm.launcher import WarmLauncher
from hyperlocal.history import History, RunRecord

__all__ = ["launcher_for", "trial_start"]


def launcher_for(
    history: History, record: RunRecord, sweep: Sweep, slots: int, log: SweepLog
) -> FreshLauncher | WarmLauncher:
    """Return what starts the trials of a sweep; a warm host begins to import now."""
    wanted = trial_start()
    if wanted is TrialStart.FRESH or sweep.limits.max_trials < 2:
        why = f"{START_VARIABLE} is 'fresh'" if wanted is TrialStart.FRESH else "there is only one"
        log.write(SCHEDULER, f"Trials start fresh: {why}.")
        return FreshLauncher()
    folder = history.folder(record.run_id)
    fillings = Fillings(
        run_id=record.run_id,
        parent_id=record.run_id,
        run_number=str(record.number),
        run_folder=os.fspath(folder.path),
        working_folder=os.fspath(folder.work),
        home=os.fspath(history.home),
    )
    settings = {**os.environ, **sweep.launch.environment}
    inherited = {**os.environ, **thread_variables(slots, settings)}
    return WarmLauncher(
        record.run_id,
        command_of(sweep.launch, {}, fillings),
        environment_of(sweep.launch, {}, fillings, inherited),
        snapshot=os.fspath(folder.snapshot),
        work=os.fspath(folder.work),
        log=log,
        insist=(
            (lambda sentence: history.runs.add_warning(record.run_id, sentence))
            if wanted is TrialStart.WARM
            else None
        ),
    )
