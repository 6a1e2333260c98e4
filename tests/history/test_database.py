"""The database: many processes, threads and forks at once."""

import subprocess
import sys
import textwrap
import threading

import pytest

from hyperlocal.domain.status import Status
from hyperlocal.errors import HistoryError
from hyperlocal.history import History


def started(script, *args):
    """A process that runs `script`, with the environment of this one."""
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(script), *args],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finished(process):
    output, _ = process.communicate(timeout=50)
    assert process.returncode == 0, output
    return output


WRITER = """
    import sys
    from hyperlocal.history import History

    history = History.open()
    for number in range(300):
        history.metrics.add(sys.argv[1], "m", number, kind="int")
"""


def test_who_finds_the_database_locked_waits_long_enough_for_a_backup_tool(history):
    with history._database.writing() as connection:
        ((patience_ms,),) = connection.execute("PRAGMA busy_timeout")

    assert patience_ms >= 60_000


@pytest.mark.slow
def test_eight_processes_that_log_at_once_lose_nothing(history, sweep):
    trials = [f"{sweep}_{number}" for number in range(8)]
    for trial in trials:
        history.runs.create(trial, experiment="digits", kind="k", parent_id=sweep)

    writers = [started(WRITER, trial) for trial in trials]
    seen = 0
    while any(writer.poll() is None for writer in writers):
        # Reading goes on meanwhile, and never sees less than before.
        now = len(history.metrics.points_of_children(sweep))
        assert now >= seen
        seen = now
    for writer in writers:
        finished(writer)

    for trial in trials:
        assert [point.value for point in history.metrics.points(trial)] == list(range(300))


@pytest.mark.slow
def test_processes_that_make_the_home_at_once_agree(home):
    script = """
        import sys
        from hyperlocal.history import History

        History.open().runs.create(sys.argv[1], experiment="e", kind="k")
    """

    for process in [started(script, f"r{number}") for number in range(4)]:
        finished(process)

    history = History.open()
    assert sorted(run.number for run in history.runs.top()) == [1, 2, 3, 4]
    history.close()


@pytest.mark.slow
def test_a_write_of_another_process_moves_the_change_counter(history, sweep, trial):
    before = history.change_counter()
    history.metrics.add(trial, "m", 1, kind="int")
    own = history.change_counter()

    finished(started(WRITER, trial))

    assert own == before
    assert history.change_counter() != before


@pytest.mark.slow
def test_a_write_while_the_history_was_closed_moves_the_change_counter(history, trial):
    before = history.change_counter()

    history.close()
    finished(started(WRITER, trial))

    assert history.change_counter() != before


@pytest.mark.slow
def test_parent_and_children_log_over_forks(history, trial):
    # A child of a child too; another thread logs all the while; both sides go on after the fork.
    script = """
        import os, sys, threading, warnings
        from hyperlocal.history import History

        warnings.simplefilter("ignore")  # newer Pythons warn of forks beside threads

        history = History.open()

        def log(number):
            history.metrics.add(sys.argv[1], "m", number, kind="int")

        def log_on():
            while not done.is_set():
                log(-1)

        done = threading.Event()
        thread = threading.Thread(target=log_on)
        thread.start()
        log(0)
        for number in range(1, 6):
            child = os.fork()
            if child == 0:
                log(number)
                if os.fork() == 0:
                    log(number * 10)
                    os._exit(0)
                os._exit(os.waitstatus_to_exitcode(os.wait()[1]))
            log(number * 100)
            assert os.waitpid(child, 0)[1] == 0
        done.set()
        thread.join()
    """

    finished(started(script, trial))

    values = [point.value for point in history.metrics.points(trial)]
    expected = [0, *range(1, 6), *range(10, 60, 10), *range(100, 600, 100)]
    assert sorted(value for value in values if value >= 0) == expected
    assert -1 in values
    assert history.runs.get(trial).run_id == trial


@pytest.mark.slow
def test_a_child_that_only_exits_leaves_its_parents_connection_alone(history, trial):
    script = """
        import multiprocessing, sys
        from hyperlocal.history import History

        history = History.open()

        def nothing():
            pass

        if __name__ == "__main__":
            history.metrics.add(sys.argv[1], "m", 0, kind="int")
            for number in range(1, 4):
                child = multiprocessing.get_context("fork").Process(target=nothing)
                child.start()
                child.join()
                history.metrics.add(sys.argv[1], "m", number, kind="int")
    """

    finished(started(script, trial))

    assert [point.value for point in history.metrics.points(trial)] == [0, 1, 2, 3]


def test_threads_share_a_history(history, trial):
    def log():
        for number in range(50):
            history.metrics.add(trial, "m", number, kind="int")
            history.runs.edit_tags(trial, put={threading.current_thread().name: str(number)})

    threads = [threading.Thread(target=log, name=f"t{number}") for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(history.metrics.points(trial)) == 200
    assert history.runs.get(trial).tags == {f"t{number}": "49" for number in range(4)}


def test_a_transaction_that_fails_leaves_nothing_behind(history, trial):
    def rows():
        yield "int", 1
        raise RuntimeError("the script's own")

    with pytest.raises(RuntimeError, match="the script's own"):
        history.metrics.add_many(trial, "m", rows())
    with pytest.raises(HistoryError, match="no such column"):
        _change_two_things(history)

    assert history.metrics.points(trial) == []
    assert history.runs.get(trial).status == "NotStarted"


def _change_two_things(history):
    with history._database.writing() as connection:
        connection.execute("UPDATE run SET status = 'Failed'")
        connection.execute("UPDATE run SET mistake = 1")


def test_a_closed_history_opens_again_when_used(history, sweep):
    history.close()
    history.close()

    assert history.runs.get(sweep).run_id == sweep


@pytest.mark.slow
def test_what_was_written_is_there_after_a_crash(history, trial):
    script = """
        import os, sys
        from hyperlocal.history import History

        History.open().metrics.add(sys.argv[1], "m", 1, kind="int")
        os.kill(os.getpid(), 9)
    """

    crashed = started(script, trial)
    crashed.communicate(timeout=50)

    assert crashed.returncode == -9
    assert [point.value for point in history.metrics.points(trial)] == [1]


@pytest.mark.slow
def test_10000_children_are_read_in_no_time(history, sweep):
    with history._database.writing() as connection:
        connection.executemany(
            "INSERT INTO run (run_id, experiment, number, parent_id, root_id, kind, status, "
            "created_at, parameters, command) VALUES (?, 'digits', ?, ?, ?, 'k', 'Completed', 0, "
            """'{"lr":0.1}', '["python","train.py","--lr","0.1"]')""",
            [(f"{sweep}_{n}", n + 2, sweep, sweep) for n in range(10_000)],
        )
        connection.executemany(
            "INSERT INTO metric (run, name, kind, value, logged_at) "
            "SELECT id, 'acc', 'float', ?, 0 FROM run WHERE run_id = ?",
            [(value, f"{sweep}_{n}") for n in range(10_000) for value in (0.5, 0.25)],
        )

    assert len(history.runs.children(sweep)) == 10_000
    assert len(history.metrics.points_of_children(sweep)) == 20_000
    assert history.ranking.bests(sweep, "acc", greatest=False)[f"{sweep}_17"] == 0.25
    assert len(history.tail(sweep, "acc").new_points()) == 20_000
    assert history.runs.find(sweep[:-1]).run_id == sweep


def test_the_clock_of_a_history_tells_when_things_happen(tmp_path):
    times = iter(range(100, 200))
    history = History.open(tmp_path / "home", clock=lambda: float(next(times)), is_durable=False)

    history.runs.create("a", experiment="e", kind="k")
    history.runs.set_status("a", Status.RUNNING)
    history.metrics.add("a", "x", 1, kind="int")
    history.decisions.add("a", 1, stop=False, reason="")
    history.runs.finish("a", Status.COMPLETED)

    run = history.runs.get("a")
    assert (run.created_at, run.started_at, run.ended_at) == (100, 101, 104)
    assert history.metrics.points("a")[0].logged_at == 102
    assert history.decisions.of("a")[0].decided_at == 103
    history.close()
