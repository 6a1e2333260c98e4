"""Reuse: an identical sweep that has completed stands for one that is submitted again."""

from __future__ import annotations

import dataclasses
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from hyperlocal.azureml._errors import as_sdk_errors
from hyperlocal.azureml._translate.workflow import paths_outside, timeless
from hyperlocal.domain.codec import plan_to_json
from hyperlocal.domain.status import Status
from hyperlocal.domain.sweep import Sweep
from hyperlocal.history.plans import plan_of
from hyperlocal.services.runs.kinds import HYPERDRIVE
from hyperlocal.services.runs.source import digest_of, take_folder

if TYPE_CHECKING:
    from hyperlocal.azureml._translate import Script
    from hyperlocal.history import RunRecord

__all__ = ["identical_sweep"]


def identical_sweep(
    experiment: Any, config: Any, script: Script, sweep: Sweep
) -> RunRecord | None:
    """Return the newest completed sweep of the experiment that did just this; None if none did.

    What is compared: space, sampling, seed (if one was given), limits, policy, metric, command and
    variables, the content of the source, and whether data has been changed since. What was done is
    said on standard error.
    """
    found = _newest(experiment, config, script, sweep)
    if found is None:
        _say("no completed sweep of this experiment is identical, so this one is run")
        return None
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(found.created_at))
    _say(
        f"{found.run_id} of {when} stands for this sweep, which is not run again: space, "
        "sampling, seed, source and data are the same"
    )
    return found


@as_sdk_errors
def _newest(experiment: Any, config: Any, script: Script, sweep: Sweep) -> RunRecord | None:
    history, custom_id = experiment._history, config._custom_run_id
    has_seed = _has_seed(config)
    wanted = _told(sweep, has_seed)
    changed_at = max(_times(sweep), default=0.0)
    alike = [
        record
        for record in history.runs.top(experiment.name)
        if record.kind == HYPERDRIVE
        and record.status is Status.COMPLETED
        and custom_id in (None, record.run_id)
        and record.created_at > changed_at
        and _told(plan_of(record), has_seed) == wanted
    ]
    if not alike:
        return None
    with tempfile.TemporaryDirectory(prefix="hyperlocal-") as folder:
        draft = os.path.join(folder, "snapshot")
        take_folder(script.source, draft)
        digest = digest_of(draft)
    same = (r for r in alike if digest_of(history.folder(r.run_id).snapshot) == digest)
    return next(same, None)


def _has_seed(config: Any) -> bool:
    properties = config._generator_config.get("properties") or {}
    return properties.get("seed") is not None or bool(os.environ.get("HYPERLOCAL_SEED"))


def _told(plan: Any, has_seed: bool) -> str | None:
    """Return what is the same for the same sweep, whenever it is submitted."""
    if not isinstance(plan, Sweep):
        return None
    sampling = plan.sampling if has_seed else dataclasses.replace(plan.sampling, seed=0)
    return plan_to_json(
        dataclasses.replace(
            plan,
            launch=timeless(plan.launch),
            sampling=sampling,
            limits=dataclasses.replace(plan.limits, max_equal_failures=None),
        )
    )


def _times(sweep: Sweep) -> Iterator[float]:
    """Return when each file and folder of the data was last changed."""
    made = {each.source for each in sweep.launch.staged_inputs if each.makes_source}
    for path in set(paths_outside(sweep, [])) - made:
        yield os.stat(path).st_mtime
        for folder, folders, files in os.walk(path):
            for name in (*folders, *files):
                yield os.lstat(os.path.join(folder, name)).st_mtime


def _say(what: str) -> None:
    print(f"hyperlocal run --reuse: {what}.", file=sys.stderr, flush=True)
