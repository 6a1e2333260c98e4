"""The server: where it listens, who goes first, and that one studio a home is enough."""

import os
import signal
import socket
import subprocess
import sys
import threading

import pytest

from hyperlocal import cli
from hyperlocal.errors import HyperlocalError
from hyperlocal.history import History
from hyperlocal.views.address import read_key, write_port

pytest.importorskip("dash", reason="needs hyperlocal[studio]")

from hyperlocal.studio.server import entry_url, is_running, serving, work


@pytest.fixture
def history(home):
    opened = History.open(home)
    yield opened
    opened.close()


def test_it_is_found_while_it_runs(history):
    assert is_running(history.home) is None

    with serving(history, 0) as (key, _):
        assert is_running(history.home) == key

    assert is_running(history.home) is None


def test_the_studio_of_another_home_is_not_taken_for_this_ones(history, studio):
    write_port(history.home, studio.key.port)

    assert is_running(history.home) is None


def test_it_takes_the_next_free_port(history):
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        write_port(history.home, taken)

        with serving(history) as (key, _):
            assert key.port != taken
            assert read_key(history.home) == key


def test_a_port_that_is_asked_for_and_taken_is_refused(history):
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]

        with pytest.raises(HyperlocalError, match=f"port {taken}"), serving(history, taken):
            pass


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the whole process would step aside")
def test_answers_come_after_trials_and_what_is_started_does_not(history):
    with serving(history, 0) as (_, state):
        names = {thread.name: thread.native_id for thread in threading.enumerate()}
        own = os.getpriority(os.PRIO_PROCESS, 0)

        assert os.getpriority(os.PRIO_PROCESS, names["studio"]) == max(own, 10)
        workers = [
            thread.native_id for thread in threading.enumerate() if "waitress" in thread.name
        ]
        assert workers
        assert {os.getpriority(os.PRIO_PROCESS, each) for each in workers} == {max(own, 10)}
        assert state.outside(lambda: os.getpriority(os.PRIO_PROCESS, 0)) == own


def test_what_must_not_step_aside_is_done_by_the_main_thread(history):
    with serving(history, 0) as (_, state):
        state.has_main_loop = True
        asked = []
        thread = threading.Thread(
            target=lambda: asked.append(state.outside(threading.get_ident, timeout_s=30))
        )
        thread.start()

        work(state, until=lambda: bool(asked))

        thread.join(30)
        assert asked == [threading.get_ident()]


def test_an_error_of_the_main_thread_reaches_who_asked(history):
    with serving(history, 0) as (_, state), pytest.raises(ZeroDivisionError):
        state.outside(lambda: 1 / 0)


def test_the_command_serves_until_ctrl_c(home):
    process = subprocess.Popen(
        [sys.executable, "-m", "hyperlocal", "studio", "--no-browser", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    try:
        first = process.stdout.readline()
        assert first == f"The studio of {home}: {entry_url(read_key(home))}\n"
        assert is_running(home) == read_key(home)

        process.send_signal(signal.SIGINT)

        assert process.wait(30) == 0
        assert "runs go on" in process.stdout.read()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_the_command_opens_the_studio_that_runs_already(studio, capsys):
    home = str(studio.history.home)

    assert cli.main(["studio", "HD_many", "--no-browser", "--home", home]) == 0

    address = entry_url(studio.key, "/runs/HD_many")
    assert capsys.readouterr().out == f"The studio of {home} runs already: {address}\n"


def test_without_its_parts_the_command_says_what_to_install(home, monkeypatch, capsys):
    from hyperlocal.cli import studio as command

    monkeypatch.setattr(command, "_NEEDED", ("no_such_part",))

    assert cli.main(["studio"]) == 1

    assert "pip install 'hyperlocal[studio]'" in capsys.readouterr().err


def test_a_port_that_is_none_is_refused(home, capsys):
    assert cli.main(["studio", "--port", "70000"]) == 2
    assert "70000" in capsys.readouterr().err
