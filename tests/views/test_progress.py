"""Following runs through a pipe. The live display is tested through the command line."""

import io
import threading

import pytest

from hyperlocal.domain.status import Cause, Status
from hyperlocal.errors import RunNotFound
from hyperlocal.views.progress import follow
from tests.views.sweeps import (
    a_finished_sweep,
    begin_job,
    begin_sweep,
    begin_trial,
    complete,
    fail,
    insert_trials,
    stop,
)


def followed(history, run_id, **how):
    stream = io.StringIO()
    record = follow(history, run_id, stream=stream, **how)
    return record, stream.getvalue().splitlines()


def test_a_finished_sweep_is_told_at_once(history):
    record, lines = followed(history, a_finished_sweep(history))

    assert record.status is Status.COMPLETED
    assert lines[0] == "HD_sweep: random sampling to maximize accuracy, up to 20 trials"
    assert lines[1].startswith("trial 0  Completed  accuracy 0.5  lr=0.07 batch=16  (")
    assert lines[2].startswith("trial 1  Completed  accuracy 0.9  lr=0.0912345678 batch=16")
    assert lines[3].endswith("ValueError: bad batch (exit code 1)")
    assert lines[4].startswith("trial 3  Canceled (policy)  accuracy 0.2")
    assert [line.endswith("* best so far") for line in lines[1:5]] == [False, True, False, False]
    assert lines[5].startswith("Completed: 4 trials (2 Completed, 1 Failed, 1 stopped by policy)")
    assert lines[6] == "Best: trial 1, accuracy 0.9, lr=0.0912345678 batch=16"


def test_trials_are_told_as_they_end(history, writer):
    parent = begin_sweep(history)
    lines, has_new = [], threading.Condition()

    class Stream(io.StringIO):
        def flush(self):
            with has_new:
                lines[:] = self.getvalue().splitlines()
                has_new.notify_all()

    def wait_for(n_lines):
        with has_new:
            assert has_new.wait_for(lambda: len(lines) >= n_lines, timeout=30)

    watching = threading.Thread(target=follow, args=(history, parent), kwargs={"stream": Stream()})
    watching.start()
    wait_for(1)
    complete(writer, begin_trial(writer, parent, 0, metrics=[0.5]))
    wait_for(2)
    assert lines[1].startswith("trial 0  Completed")
    fail(writer, begin_trial(writer, parent, 1))
    wait_for(3)
    assert lines[2].startswith("trial 1  Failed")
    complete(writer, parent)
    watching.join(timeout=30)
    assert not watching.is_alive()
    assert lines[-1].startswith("Best: trial 0")


def test_what_is_worse_than_a_running_trial_is_not_the_best_so_far(history, writer):
    parent = begin_sweep(history)
    leader = begin_trial(history, parent, 0, metrics=[0.9])
    stop(history, begin_trial(history, parent, 1, metrics=[0.1]))

    def finish():
        complete(writer, leader)
        complete(writer, parent)

    timer = threading.Timer(0.2, finish)
    timer.start()
    _, lines = followed(history, parent)
    timer.join()

    assert lines[1].endswith("0.76 at interval 5 is below 0.767")
    assert lines[2].endswith("* best so far")


def test_troubles_are_told_at_the_end(history):
    parent = begin_sweep(history)
    history.runs.add_warning(parent, "One of 4 trials failed.")
    history.runs.finish(
        parent,
        Status.FAILED,
        cause=Cause.INTERRUPTED,
        reason="The controller died.",
        error={"code": "ServiceError", "message": "It left\nno message."},
    )

    _, lines = followed(history, parent)

    assert lines[1] == "Failed (interrupted): 0 trials in 0.0s"
    assert lines[2:] == [
        "Reason: The controller died.",
        "Best: none, as no trial logged 'accuracy' as a number",
        "Warning: One of 4 trials failed.",
        "Error: It left no message.",
    ]


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("cancelled, as 3 have failed alike (KeyError: 'a' (exit code 1))", []),
        (
            "cancelled",
            ["Error: 3 of 3 trials failed; the first: HD_1_0: KeyError: 'a' (exit code 1)"],
        ),
    ],
)
def test_what_trials_failed_of_is_told_once_and_without_their_output(history, reason, told):
    parent = begin_sweep(history)
    message = (
        "3 of 3 trials failed; the first: HD_1_0: KeyError: 'a' (exit code 1)\n"
        "Traceback (most recent call last):\n  ...\nKeyError: 'a'"
    )
    error = {"code": "UserError", "message": message}
    history.runs.finish(parent, Status.CANCELED, cause=Cause.USER, reason=reason, error=error)

    _, lines = followed(history, parent)

    assert lines[2] == f"Reason: {reason}"
    assert lines[4:] == told


def test_attaching_late_does_not_flood(history):
    parent = begin_sweep(history, max_trials=1000)
    insert_trials(history, parent, 1000)
    complete(history, parent)

    _, lines = followed(history, parent)

    assert lines[1] == "800 trials ended before"
    assert len(lines) == 1 + 1 + 200 + 2


def test_the_caller_is_asked_to_settle_and_what_it_writes_is_seen(history):
    parent = begin_sweep(history)

    def settle():  # through the very same connection, whose writes do not count as changes
        history.runs.finish(parent, Status.CANCELED, cause=Cause.USER)

    record, lines = followed(history, parent, on_poll=settle)

    assert record.status is Status.CANCELED
    assert lines[1].startswith("Canceled (user)")


def test_of_a_single_script_the_output_is_followed(history, writer):
    run_id = begin_job(history)
    path = history.folder(run_id).output_log
    path.parent.mkdir(parents=True)
    path.write_bytes("first größe\n".encode())

    def finish():
        with path.open("ab") as file:
            file.write(b"last\n")
        writer.runs.finish(run_id, Status.COMPLETED, exit_code=0)

    timer = threading.Timer(0.2, finish)
    timer.start()
    record, lines = followed(history, run_id)
    timer.join()

    assert record.status is Status.COMPLETED
    assert lines[:2] == ["first größe", "last"]
    assert lines[2].startswith("iris_1: Completed after ")


def test_there_is_no_such_run(history):
    with pytest.raises(RunNotFound):
        follow(history, "HD_none")
