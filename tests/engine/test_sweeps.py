"""Whole sweeps: what is tried, how many at once, and what the parent says at the end."""

import os

from hyperlocal.domain.distribution import Choice
from hyperlocal.domain.status import Cause, Status
from hyperlocal.domain.sweep import SamplingKind

GRID = (("layers", Choice((1, 2, 3))), ("rate", Choice((0.1, 1.0))))


def test_a_grid_tries_everything_once_with_gap_free_ids(lab):
    lab.script("log('accuracy', 0.5)")

    parent, trials = lab.run(
        lab.sweep(
            trials=100,
            at_once=3,
            space=GRID,
            kind=SamplingKind.GRID,
            flags={"layers": "--layers", "rate": "--rate"},
        )
    )

    assert (parent.status, parent.error, parent.warnings) == (Status.COMPLETED, None, [])
    assert [t.run_id for t in trials] == [f"{parent.run_id}_{n}" for n in range(6)]
    assert {(t.parameters["layers"], t.parameters["rate"]) for t in trials} == {
        (layers, rate) for layers in (1, 2, 3) for rate in (0.1, 1.0)
    }
    assert trials[1].command[1:] == ["train.py", "--layers", "1", "--rate", "1"]
    assert all(t.status is Status.COMPLETED for t in trials)


def test_the_same_seed_gives_the_same_parameters(lab):
    lab.script("log('accuracy', 0.5)")

    first, second, other = (
        [t.parameters for t in lab.run(lab.sweep(trials=4, at_once=n, seed=seed))[1]]
        for n, seed in ((4, 7), (1, 7), (4, 8))
    )

    assert first == second
    assert first != other


def test_parameters_are_sorted_and_reach_the_environment_when_asked(lab):
    lab.script("print(os.environ['MY_LAYERS'], sys.argv[1:])")

    _, trials = lab.run(
        lab.sweep(
            trials=1,
            space=GRID[::-1],
            kind=SamplingKind.GRID,
            sorts_parameters=True,
            flags={"rate": "-r"},
            parameter_variables={"layers": "MY_LAYERS"},
        )
    )

    assert list(trials[0].parameters) == ["layers", "rate"]
    assert lab.output(trials[0].run_id) == "1 ['-r', '0.1']\n"


def test_never_more_at_once_than_slots(lab, monkeypatch):
    monkeypatch.setenv("HYPERLOCAL_SLOTS", "2")
    lab.script(
        "meeting, deadline = os.environ['MEETING'], time.monotonic() + 20\n"
        "open(os.path.join(meeting, RUN), 'w').close()\n"
        "while len(os.listdir(meeting)) < 2 and time.monotonic() < deadline: time.sleep(0.01)\n"
        "time.sleep(0.1); log('present', len(os.listdir(meeting)))\n"
        "os.remove(os.path.join(meeting, RUN))\n"
    )
    meeting = lab.source.parent / "meeting"
    meeting.mkdir()

    parent, _ = lab.run(lab.sweep(trials=6, at_once=5, environment={"MEETING": str(meeting)}))

    counts = {p.value for p in lab.history.metrics.points_of_children(parent.run_id, "present")}
    assert max(counts) == 2


def test_each_trial_has_a_working_copy_of_its_own(lab):
    lab.script(
        "assert not os.path.exists('mine.txt')\n"
        "open('mine.txt', 'w').write(RUN); time.sleep(0.1)\n"
        "assert open('mine.txt').read() == RUN\n"
        "open('outputs/mine.txt', 'w').write(RUN)\n"
    )

    _, trials = lab.run(lab.sweep(trials=4, at_once=4))

    for trial in trials:
        kept = lab.history.folder(trial.run_id).outputs / "mine.txt"
        assert kept.read_text() == trial.run_id
    assert not (lab.source / "mine.txt").exists()


def test_when_all_trials_fail_the_sweep_fails_with_the_first_reason(lab):
    lab.script("raise ValueError('too hot')")

    parent, trials = lab.run(lab.sweep(trials=3))

    assert (parent.status, parent.cause) == (Status.FAILED, Cause.SCRIPT)
    assert parent.reason.startswith("3 of 3 trials failed; the first: ")
    assert "ValueError: too hot" in parent.reason
    assert "Traceback" in parent.error["message"]
    assert [t.status for t in trials] == [Status.FAILED] * 3


def test_when_some_trials_fail_the_sweep_completes_with_error_and_warning(lab):
    lab.script("log('accuracy', 0.5)\nif NUMBER == 1: sys.exit(3)")

    parent, trials = lab.run(lab.sweep(trials=4, at_once=1))

    assert parent.status is Status.COMPLETED
    assert "code" not in parent.error  # a word of the service: the face has it
    assert parent.warnings[0].startswith(f"1 of 4 trials failed; the first: {trials[1].run_id}: ")
    assert [t.exit_code for t in trials] == [0, 3, 0, 0]


def test_a_metric_that_nobody_logged_is_told_with_those_that_were(lab):
    lab.script("log('Accuracy', 0.5); log('loss', 1.0)")

    parent, _ = lab.run(lab.sweep())

    assert parent.status is Status.COMPLETED
    assert parent.warnings == [
        "No trial logged 'accuracy'. Logged were: 'Accuracy', 'loss'. Names are case-sensitive."
    ]


def test_a_sweep_that_logs_nothing_is_warned(lab):
    lab.script("pass", logs=False)

    parent, _ = lab.run(lab.sweep())

    assert parent.warnings == ["No trial logged 'accuracy', or any other metric."]


def test_trials_that_log_nan_disturb_nobody(lab):
    lab.script("log('accuracy', float('nan') if NUMBER % 2 else 0.5)")

    parent, trials = lab.run(lab.sweep(trials=6, kind=SamplingKind.BAYESIAN))

    assert (parent.status, parent.warnings) == (Status.COMPLETED, [])
    assert len(trials) == 6


def test_trials_share_the_cores(lab, monkeypatch):
    monkeypatch.setenv("HYPERLOCAL_SLOTS", str(10_000))
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "8")
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    lab.script("print(os.environ['OMP_NUM_THREADS'], os.environ['MKL_NUM_THREADS'])")

    _, trials = lab.run(lab.sweep(trials=2, environment={"MKL_NUM_THREADS": "3"}))

    share = max(1, min(8, os.cpu_count()) // 2)
    assert lab.output(trials[0].run_id) == f"{share} 3\n"


def test_the_log_tells_what_was_sampled_started_and_ended(lab):
    lab.script("pass", logs=False)

    parent, trials = lab.run(
        lab.sweep(
            trials=5,
            at_once=1,
            space=(("x", Choice((1, 2))),),
            kind=SamplingKind.GRID,
            log_file="controller/sweep.txt",
            log_format="<{time}|{source}|{level}|{text}>",
        )
    )

    text = (lab.history.folder(parent.run_id).path / "controller/sweep.txt").read_text()
    records = [record.split("|") for record in text.strip("<>").split("><")]
    assert {record[1] for record in records} == {"GENERATOR", "SCHEDULER", "CONTROLLER"}
    assert [r[3] for r in records if r[2] == "WARNING"] == [
        "The space is used up after 2 trials; up to 5 were asked for."
    ]
    assert f"Sampled {{'x': 1}} for {trials[0].run_id}." in text


def test_a_sampler_that_cannot_search_the_space_fails_the_run_with_its_message(lab):
    lab.script("pass", logs=False)

    parent, trials = lab.run(lab.sweep(kind=SamplingKind.GRID))

    assert (parent.status, parent.cause) == (Status.FAILED, Cause.INTERRUPTED)
    assert trials == []
    assert "grid" in parent.reason.lower()
    assert "Traceback" in lab.log(parent.run_id)


def test_a_controller_with_nothing_to_say_leaves_no_log(lab):
    lab.script("pass", logs=False)

    parent, _ = lab.run(lab.sweep())

    folder = lab.history.folder(parent.run_id).path
    assert set(os.listdir(folder)) - {"controller.log"} == {"circumstances.json", "snapshot"}


def test_a_sweep_with_a_slot_for_each_trial_does_without_joblib(lab, tmp_path, monkeypatch):
    """To import it takes longer than all else that the controller of such a sweep does."""
    site = tmp_path / "site"
    site.mkdir()
    (site / "joblib.py").write_text("raise ImportError('not here')")
    inherited = os.environ.get("PYTHONPATH")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(site), inherited])))
    lab.script(
        "log('accuracy', 1.0)\n"
        "while not HISTORY.metrics.points(RUN[:-1] + str(1 - NUMBER), 'accuracy'):\n"
        "    time.sleep(0.01)"
    )

    _, trials = lab.run(lab.sweep(trials=2, at_once=2))
    failed, _ = lab.run(lab.sweep(trials=3, at_once=2))

    assert [trial.status for trial in trials] == [Status.COMPLETED] * 2
    assert "not here" in failed.reason
