"""The clock is set while a sweep runs: limits and durations do not care."""

import os

import pytest

from hyperlocal.domain.status import Cause, Status
from hyperlocal.domain.sweep import Job

# In the controller and in its trials the clock is set a moment after they have begun. The clock
# that nobody can set goes on by hours once the test wants it.
SITE = """
import os, time
_real, _steady, _began = time.time, time.monotonic, time.monotonic()
_set_by = float(os.environ["CLOCK_SET_BY"])
time.was_set = lambda: _steady() - _began > 0.4
time.time = lambda: _real() + (_set_by if time.was_set() else 0.0)
time.monotonic = lambda: _steady() + (1e4 if os.path.exists(os.environ["HOURS_PASSED"]) else 0.0)
"""


@pytest.fixture(params=[1e7, -1e7], ids=["forwards", "backwards"])
def set_clock(request, tmp_path, monkeypatch):
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(SITE)
    inherited = os.environ.get("PYTHONPATH")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(folder), inherited])))
    monkeypatch.setenv("CLOCK_SET_BY", str(request.param))
    monkeypatch.setenv("HOURS_PASSED", str(tmp_path / "hours-passed"))
    return request.param


def test_nothing_ends_too_early_and_durations_stay_true(lab, set_clock):
    lab.script("time.sleep(0.8)\nlog('accuracy', 1.0)")

    parent, trials = lab.run(lab.sweep(trials=2, max_duration_s=3600.0, trial_limit_s=600.0))

    assert parent.status is Status.COMPLETED
    assert parent.warnings == []
    for run in (parent, *trials):
        assert run.status is Status.COMPLETED
        assert 0.8 <= run.elapsed < 120.0
    assert abs(parent.ended_at - parent.created_at) > 1e6  # the clock was set indeed


def test_limits_hold(lab, set_clock, tmp_path):
    lab.script("while not time.was_set(): time.sleep(0.01)\nlog('set', 1)\ntime.sleep(600)")
    job_id = lab.start(Job(lab.launch(max_duration_s=600.0)))
    sweep_id = lab.start(lab.sweep(trials=2, max_duration_s=600.0))
    trial_ids = [job_id, f"{sweep_id}_0", f"{sweep_id}_1"]
    lab.eventually(lambda: all(lab.history.metrics.points(i, "set") for i in trial_ids))
    before = {lab.history.runs.get(trial_id).status for trial_id in trial_ids}

    (tmp_path / "hours-passed").touch()
    job, _ = lab.wait(job_id)
    parent, trials = lab.wait(sweep_id)

    assert before == {Status.RUNNING}
    assert job.cause is Cause.TRIAL_LIMIT
    assert parent.status is Status.COMPLETED
    assert [trial.cause for trial in trials] == [Cause.SWEEP_LIMIT] * 2
