"""Controller: opens the slots of one run and closes the run when they are done."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import FrameType

from hyperlocal.domain.status import Cause
from hyperlocal.domain.sweep import Job, Plan, SamplingKind, Sweep, Workflow
from hyperlocal.engine import offspring
from hyperlocal.engine.capacity import Capacity
from hyperlocal.engine.closing import close_sweep
from hyperlocal.engine.detached import CONTROLLER_LOG
from hyperlocal.engine.early_stopper import early_stopper_for
from hyperlocal.engine.invocation import inherited
from hyperlocal.engine.leader import FreshLauncher, Launcher
from hyperlocal.engine.limits import slots_for
from hyperlocal.engine.outcome import Ending
from hyperlocal.engine.processes import belonging, end_all, here
from hyperlocal.engine.slot import Slot, SlotContext
from hyperlocal.engine.supervisor import Supervisor
from hyperlocal.engine.sweep_log import CONTROLLER, SweepLog
from hyperlocal.engine.trial import AnyTrial, Trial, TrialSpec
from hyperlocal.engine.trial_scheduler import SingleTrialScheduler, SweepScheduler
from hyperlocal.engine.warm.launcher import launcher_for
from hyperlocal.engine.watchdog import Watchdog
from hyperlocal.engine.wearers import Wearers
from hyperlocal.history import History, RunRecord
from hyperlocal.history.fence import Fence
from hyperlocal.history.plans import plan_of
from hyperlocal.search import warm_up

__all__ = ["control"]

# Trials are started one after the other while joblib is not yet imported, for as long as that
# import would have taken.
_HEAD_START_S = 0.2


def control(home: str, run_id: str, life: int, watchdog: Watchdog) -> None:
    """Bring one life of a recorded run to its end; returns when all its trials have ended.

    This process must hold the run's lock.
    """
    history = History.open(home, fence=Fence(run_id, life))
    record = history.runs.get(run_id)
    if record.status.is_terminal or record.plan is None:
        return
    history.runs.update(run_id, pid=os.getpid(), place=here())
    plan = plan_of(record)
    assert plan is not None
    path = history.folder(run_id).path
    if isinstance(plan, Workflow):
        from hyperlocal.engine.workflow_runner import conduct

        conduct(history, record, plan)
    else:
        _run_trials(history, record, plan, watchdog, path)
    history.close()
    with suppress(OSError):
        if not (path / CONTROLLER_LOG).stat().st_size:
            (path / CONTROLLER_LOG).unlink()


def _run_trials(
    history: History, record: RunRecord, plan: Plan, watchdog: Watchdog, path: Path
) -> None:
    log = SweepLog(
        path / plan.launch.log_file if plan.launch.log_file else None, plan.launch.log_format
    )
    if isinstance(plan, Job):
        _run_job(history, record, plan, watchdog, log)
    else:
        _run_sweep(history, record, plan, watchdog, log)
    log.close()


def _run_job(
    history: History, record: RunRecord, job: Job, watchdog: Watchdog, log: SweepLog
) -> None:
    offspring.take_charge()
    capacity = Capacity(os.fspath(history.home), job.launch)
    scheduler = SingleTrialScheduler(history, record, job.launch, capacity.sharers(1))
    supervisor = Supervisor(history, record.run_id, scheduler, log)
    _prepare_for_signals(supervisor)
    supervisor.start()
    Slot(
        SlotContext(
            history, record.run_id, scheduler, supervisor, watchdog, log, capacity=capacity
        )
    ).work()
    supervisor.close()
    _end_stragglers(history, [record.run_id])
    scheduler.finish(*(supervisor.ending or Ending(Cause.INTERRUPTED, "It was never started.")))


def _run_sweep(
    history: History, record: RunRecord, sweep: Sweep, watchdog: Watchdog, log: SweepLog
) -> None:
    run_id, slots = record.run_id, slots_for(sweep.limits)
    capacity = Capacity(os.fspath(history.home), sweep.launch)
    sharers = capacity.sharers(slots)
    scheduler = SweepScheduler(history, record, sweep, sharers, log)
    supervisor = Supervisor(
        history,
        run_id,
        scheduler,
        log,
        early_stopper=early_stopper_for(history, run_id, sweep),
        max_duration_s=sweep.limits.max_duration_s,
        elapsed=record.elapsed,
    )
    _prepare_for_signals(supervisor)
    supervisor.start()
    log.write(CONTROLLER, f"Up to {sweep.limits.max_trials} trials, {slots} at a time.")
    launcher: Launcher = FreshLauncher()
    if sweep.workflow is None:
        offspring.take_charge()
        launcher = launcher_for(history, record, sweep, sharers, log, watchdog)
        make_trial: Callable[[TrialSpec], AnyTrial] = partial(Trial, launcher=launcher)
        _tell_of_variables(history.folder(run_id).snapshot, sweep, log)
        context = SlotContext(
            history, run_id, scheduler, supervisor, watchdog, log, make_trial, capacity
        )
    else:  # whose steps have controllers of their own, which take what their scripts need
        make_trial = _flow_trials(history, run_id, sweep.workflow, slots)
        context = SlotContext(history, run_id, scheduler, supervisor, watchdog, log, make_trial)
    try:
        _fill([Slot(context) for _ in range(slots)], sweep)
    except Exception as error:  # joblib's, or a bug: the run is still brought to its end
        supervisor.fail(error)
    supervisor.close()
    launcher.close()
    if supervisor.ending is not None:
        scheduler.give_up(*supervisor.ending)
    _end_stragglers(history, [run_id, *scheduler.outcomes])
    history.runs.update(run_id, elapsed=supervisor.elapsed)
    status = close_sweep(history, run_id, sweep, scheduler.outcomes, supervisor.ending)
    log.write(CONTROLLER, f"The run is {status.value}.")


def _tell_of_variables(source: Path, sweep: Sweep, log: SweepLog) -> None:
    """Write down what trials are given only because this machine has it."""
    from hyperlocal.engine.variables_read import only_passed_on

    launch = sweep.launch
    if len(launch.command) < 2 or not launch.command[1].endswith(".py"):
        return
    given = {**launch.environment, **dict.fromkeys(launch.parameter_variables.values(), "")}
    for name, file in only_passed_on(source / launch.command[1], given, inherited()).items():
        log.write(
            CONTROLLER,
            f"{file} reads {name}, which trials have from the environment of who started the "
            "sweep: its own settings do not set it. Where they run without that, it is missing.",
            level="WARNING",
        )


def _flow_trials(
    history: History, run_id: str, workflow: Workflow, slots: int
) -> Callable[[TrialSpec], AnyTrial]:
    from hyperlocal.engine.workflow_trial import WorkflowTrial

    return partial(WorkflowTrial, history, workflow, source_id=run_id, slots=slots)


def _fill(slots: list[Slot], sweep: Sweep) -> None:
    """Let every slot work until there is nothing more to do."""
    first, *others = slots
    if not first.begin():
        return
    if not others:  # nothing to run side by side, and joblib takes a while to import
        first.work()
        return
    head_start_until = time.monotonic() + _HEAD_START_S
    for before, slot in zip(slots, others, strict=False):
        # Only in threads of their own may trials wait: others' ends have to be noticed.
        if before.waits or time.monotonic() > head_start_until or not slot.begin():
            break
    if len(slots) >= sweep.limits.max_trials:
        _work_alone(slots)
    else:
        _work_in_a_pool(slots, sweep)


def _work_alone(slots: list[Slot]) -> None:
    """Let slots work that have one trial each: nothing has to be handed out.

    To import joblib would take longer than all else that the controller of such a sweep does.
    """
    threads = [
        threading.Thread(target=slot.work, name=f"slot {n}") for n, slot in enumerate(slots)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _work_in_a_pool(slots: list[Slot], sweep: Sweep) -> None:
    if sweep.sampling.kind is SamplingKind.BAYESIAN:
        threading.Thread(target=warm_up, name="warm up").start()
    from joblib import Parallel, delayed

    inline_pool = Parallel(
        n_jobs=len(slots),
        backend="threading",
        return_as="generator_unordered",
        batch_size=1,
        pre_dispatch="all",
    )
    for _ in inline_pool(delayed(slot.work)() for slot in slots):
        pass


def _end_stragglers(history: History, run_ids: list[str]) -> None:
    """End what trials left behind, also what hides whose it is."""
    life = None if history.fence is None else history.fence.life
    home, ids = os.fspath(history.home), frozenset(run_ids)
    end_all(
        lambda: [*belonging((), ids, home, up_to_life=life), *offspring.strays()],
        wearers=Wearers(home, ids, up_to_life=life),
    )


def _prepare_for_signals(supervisor: Supervisor) -> None:
    def obey(number: int, frame: FrameType | None) -> None:
        supervisor.request_end(f"The controller was told to end by signal {number}.")

    # A closed terminal cannot reach a session of its own; a machine that shuts down can.
    signal.signal(signal.SIGTERM, obey)
    signal.signal(signal.SIGINT, obey)
