"""Trials that are ended from outside: by a limit, by the user, by the policy."""

import psutil
import pytest

from hyperlocal.domain.goal import Goal
from hyperlocal.domain.policy import Bandit, Schedule
from hyperlocal.domain.status import Cause, Status
from hyperlocal.domain.sweep import Job

# Trial 0 sleeps with a family around it; the others end well.
FAMILY = """
import subprocess
if NUMBER == 0:
    sleep = [sys.executable, '-c', 'import time; time.sleep(60)']
    subprocess.Popen(sleep)
    subprocess.Popen(sleep, start_new_session=True)
    daemon = "import os, subprocess, sys; os.fork() and os._exit(0); os.setsid(); " \\
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])"
    subprocess.Popen([sys.executable, '-c', daemon]).wait()
    log('ready', 1)
    time.sleep(60)
log('accuracy', 0.5)
"""


def wait_for_metric(lab, run_id, name="ready"):
    lab.eventually(lambda: lab.history.metrics.points(run_id, name))


def wait_for_status(lab, run_id, *wanted):
    """Wait for trials to have a status each; of that of a None nothing is wanted."""

    def has_come():
        statuses = [trial.status for trial in lab.children(run_id)]
        return len(statuses) == len(wanted) and all(
            want in (None, status) for want, status in zip(wanted, statuses, strict=True)
        )

    lab.eventually(has_come)


@pytest.fixture
def bystander():
    """A process of somebody else's that has to survive."""
    process = psutil.Popen(["sleep", "60"])
    yield process
    assert process.status() != psutil.STATUS_ZOMBIE
    process.kill()
    process.wait()


def test_a_trial_over_its_limit_ends_with_all_that_it_started(lab, bystander, let_hours_pass):
    lab.script(FAMILY)
    run_id = lab.start(lab.sweep(trials=3, max_duration_s=1e6, trial_limit_s=600.0))
    wait_for_metric(lab, f"{run_id}_0")
    wait_for_status(lab, run_id, None, Status.COMPLETED, Status.COMPLETED)

    let_hours_pass()
    parent, trials = lab.wait(run_id)

    assert (trials[0].status, trials[0].cause) == (Status.CANCELED, Cause.TRIAL_LIMIT)
    assert "600 s" in trials[0].reason
    assert [t.status for t in trials[1:]] == [Status.COMPLETED] * 2
    assert parent.status is Status.COMPLETED
    assert "1 of 3 trials" in parent.warnings[0]
    assert lab.trial_processes(trials[0].run_id) == []


def test_cancelling_one_trial_leaves_the_others_alone(lab, bystander):
    lab.script(FAMILY)
    run_id = lab.start(lab.sweep(trials=4))
    wait_for_metric(lab, f"{run_id}_0")

    assert lab.history.runs.request_cancel(f"{run_id}_0")
    parent, trials = lab.wait(run_id)

    assert (trials[0].status, trials[0].cause) == (Status.CANCELED, Cause.USER)
    assert [t.status for t in trials[1:]] == [Status.COMPLETED] * 3
    assert (parent.status, parent.error) == (Status.COMPLETED, None)
    assert lab.trial_processes(trials[0].run_id) == []


def test_cancelling_the_sweep_ends_every_trial_and_starts_no_more(lab, bystander):
    lab.script("log('ready', 1)\ntime.sleep(60)")
    run_id = lab.start(lab.sweep(trials=50, at_once=3))
    for number in range(3):
        wait_for_metric(lab, f"{run_id}_{number}")

    lab.history.runs.request_cancel(run_id)
    parent, trials = lab.wait(run_id)

    assert (parent.status, parent.cause) == (Status.CANCELED, Cause.USER)
    assert [(t.status, t.cause) for t in trials] == [(Status.CANCELED, Cause.USER)] * 3
    assert [lab.trial_processes(t.run_id) for t in trials] == [[], [], []]


def test_a_run_that_is_cancelled_before_it_starts_runs_nothing(lab):
    lab.script("pass", logs=False)
    run_id = lab.record(lab.sweep())
    lab.history.runs.request_cancel(run_id)

    lab.start_recorded(run_id)
    parent, trials = lab.wait(run_id)

    assert (parent.status, trials) == (Status.CANCELED, [])


def test_a_job_that_is_cancelled_before_it_starts_runs_nothing(lab):
    lab.script("pass", logs=False)
    run_id = lab.record(Job(lab.launch()))
    lab.history.runs.request_cancel(run_id)

    lab.start_recorded(run_id)
    record, _ = lab.wait(run_id)

    assert (record.status, record.cause) == (Status.CANCELED, Cause.USER)
    assert not lab.history.folder(run_id).output_log.exists()


def test_a_script_that_ignores_polite_signals_is_killed(lab):
    lab.script(
        "import signal\nfor number in (signal.SIGINT, signal.SIGTERM):\n"
        "    signal.signal(number, signal.SIG_IGN)\n"
        "log('ready', 1)\ntime.sleep(60)"
    )
    run_id = lab.start(Job(lab.launch()))
    wait_for_metric(lab, run_id)

    lab.history.runs.request_cancel(run_id)
    record, _ = lab.wait(run_id)

    assert (record.status, record.cause) == (Status.CANCELED, Cause.USER)
    assert record.exit_code == -9


def test_a_script_may_save_its_work_when_it_is_told_to_end(lab):
    lab.script(
        "import signal\n"
        "def save(*_):\n"
        "    open('outputs/saved.txt', 'w').write('all of it')\n"
        "    sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, save)\n"
        "log('ready', 1)\ntime.sleep(60)"
    )
    run_id = lab.start(Job(lab.launch()))
    wait_for_metric(lab, run_id)

    lab.history.runs.request_cancel(run_id)
    record, _ = lab.wait(run_id)

    assert (record.status, record.cause) == (Status.CANCELED, Cause.USER)
    assert (lab.history.folder(run_id).outputs / "saved.txt").read_text() == "all of it"


def test_a_script_that_is_stopped_is_interrupted_first(lab):
    lab.script(
        "import atexit\n"
        "atexit.register(print, 'tidied up')\n"
        "try:\n"
        "    log('ready', 1)\n"
        "    time.sleep(60)\n"
        "finally:\n"
        "    open('outputs/saved.txt', 'w').write('all of it')"
    )
    run_id = lab.start(Job(lab.launch()))
    wait_for_metric(lab, run_id)

    lab.history.runs.request_cancel(run_id)
    record, _ = lab.wait(run_id)

    assert (record.status, record.cause) == (Status.CANCELED, Cause.USER)
    assert (lab.history.folder(run_id).outputs / "saved.txt").read_text() == "all of it"
    assert "KeyboardInterrupt" in lab.output(run_id)
    assert "tidied up" in lab.output(run_id)


def test_a_script_that_holds_on_to_an_interrupt_is_terminated(lab):
    lab.script(
        "log('ready', 1)\n"
        "while True:\n"
        "    try:\n"
        "        time.sleep(60)\n"
        "    except KeyboardInterrupt:\n"
        "        print('interrupted')"
    )
    run_id = lab.start(Job(lab.launch()))
    wait_for_metric(lab, run_id)

    lab.history.runs.request_cancel(run_id)
    record, _ = lab.wait(run_id)

    assert (record.cause, record.exit_code) == (Cause.USER, -15)
    assert lab.output(run_id) == "interrupted\n"


def test_what_a_stopped_script_starts_meanwhile_ends_too(lab):
    lab.script(
        "import subprocess\n"
        "try:\n"
        "    log('ready', 1)\n"
        "    time.sleep(60)\n"
        "finally:\n"
        "    late = [sys.executable, '-c', 'import time; time.sleep(60)']\n"
        "    subprocess.Popen(late, start_new_session=True)"
    )
    run_id = lab.start(Job(lab.launch()))
    wait_for_metric(lab, run_id)

    lab.history.runs.request_cancel(run_id)
    lab.wait(run_id)

    assert lab.trial_processes(run_id) == []


def test_a_job_over_its_limit_is_cancelled(lab):
    lab.script("time.sleep(60)", logs=True)

    record, _ = lab.run(Job(lab.launch(max_duration_s=0.3)))

    assert (record.status, record.cause) == (Status.CANCELED, Cause.TRIAL_LIMIT)
    assert record.reason == "it ran longer than its limit of 0.3 s"


def test_the_limit_of_a_sweep_cancels_what_runs_and_completes(lab, let_hours_pass):
    lab.script("log('accuracy', 0.5)\nif NUMBER: time.sleep(60)")
    run_id = lab.start(lab.sweep(trials=50, at_once=2, max_duration_s=600.0))
    wait_for_status(lab, run_id, Status.COMPLETED, Status.RUNNING, Status.RUNNING)

    let_hours_pass()
    parent, trials = lab.wait(run_id)

    assert parent.status is Status.COMPLETED
    assert "600 s" in parent.warnings[0]
    assert [t.status for t in trials] == [Status.COMPLETED] + [Status.CANCELED] * 2
    assert {t.cause for t in trials[1:]} == {Cause.SWEEP_LIMIT}


def test_the_policy_stops_a_hopeless_trial_and_says_why_in_numbers(lab):
    lab.script(
        "for _ in range(3): log('accuracy', 0.92 if NUMBER == 0 else 0.76)\n"
        "if NUMBER: time.sleep(60)"
    )

    parent, trials = lab.run(
        lab.sweep(trials=2, at_once=1, policy=Bandit(Schedule(3, 0), slack_factor=0.2))
    )

    assert parent.status is Status.COMPLETED
    assert [t.status for t in trials] == [Status.COMPLETED, Status.CANCELED]
    assert trials[1].cause is Cause.POLICY
    assert "0.76" in trials[1].reason
    decisions = lab.history.decisions.of(trials[1].run_id)
    assert [(d.interval, d.stop, d.reason) for d in decisions] == [(3, True, trials[1].reason)]


def test_every_interval_is_judged_once_also_when_nothing_is_stopped(lab):
    lab.script(
        "for n in range(1, 9):\n"
        "    log('accuracy', 1.0 / n); log('other', n)\n"
        "    if n % 3 == 0: time.sleep(0.1)\n"
        "while len(HISTORY.decisions.of(RUN)) < 3: time.sleep(0.01)\n"
    )

    _, trials = lab.run(
        lab.sweep(trials=2, goal=Goal.MINIMIZE, policy=Bandit(Schedule(2, 4), slack_amount=0.5))
    )

    assert [t.status for t in trials] == [Status.COMPLETED] * 2
    for trial in trials:
        intervals = [d.interval for d in lab.history.decisions.of(trial.run_id)]
        assert intervals == [4, 6, 8]


def test_a_sweep_whose_trials_were_stopped_or_failed_is_not_a_failure(lab):
    lab.script(
        "log('accuracy', 1.0 if NUMBER == 0 else 0.1)\nif NUMBER == 0: sys.exit(1)\ntime.sleep(60)"
    )

    parent, trials = lab.run(
        lab.sweep(trials=2, at_once=1, policy=Bandit(Schedule(), slack_factor=0.1))
    )

    assert [t.cause for t in trials] == [Cause.SCRIPT, Cause.POLICY]
    assert parent.status is Status.COMPLETED
    assert "code" not in parent.error  # a word of the service: the face has it
