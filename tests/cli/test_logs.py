"""`hyperlocal logs`."""

import json
import subprocess

from tests.cli.conftest import COMMAND
from tests.views.sweeps import a_finished_sweep, begin_job, begin_sweep, begin_trial, complete

RECORD = '"<START>[2026-01-02T03:04:05.678901][GENERATOR][INFO]Sampled {}.<END>\\n"'


def write_log(history, run_id, content, name="user_logs/std_log.txt"):
    path = history.folder(run_id).path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_the_end_of_a_trials_output(hyperlocal, history):
    a_finished_sweep(history)
    write_log(history, "HD_sweep_1", b"".join(b"line %d\n" % n for n in range(300)))

    assert hyperlocal("logs", "HD_sweep_1").lines == [f"line {n}" for n in range(100, 300)]
    assert hyperlocal("logs", "HD_sweep_1", "-n", "2").lines == ["line 298", "line 299"]
    assert len(hyperlocal("logs", "HD_sweep_1", "--all").lines) == 300


def test_bytes_are_kept_whatever_they_mean(folder, history):
    a_finished_sweep(history)
    content = b"\xff\xfe bar 10%\rbar 20%\rdone \xc3\xa4\n\x00end without newline"
    write_log(history, "HD_sweep_1", content)

    done = subprocess.run(
        [*COMMAND, "logs", "HD_sweep_1"], cwd=folder, capture_output=True, check=True
    )

    assert done.stdout == content


def test_a_sweeps_own_log_has_one_record_a_line(hyperlocal, history):
    a_finished_sweep(history)
    records = "".join(RECORD.format(n) for n in range(3))
    write_log(history, "HD_sweep", records.encode(), "azureml-logs/hyperdrive.txt")

    said = hyperlocal("logs", "HD_sweep", "-n", "2")

    assert said.lines == [
        "2026-01-02T03:04:05.678901  GENERATOR   INFO     Sampled 1.",
        "2026-01-02T03:04:05.678901  GENERATOR   INFO     Sampled 2.",
    ]


def test_a_missing_log_is_explained(hyperlocal, history):
    a_finished_sweep(history)
    begin_job(history)

    said = hyperlocal("logs", "HD_sweep_2")

    assert said.code == 1
    assert "HD_sweep_2 (Failed) has no log" in said.err
    assert "ValueError: bad batch" in said.err
    running = hyperlocal("logs", "iris_1")
    assert running.code == 1
    assert "(Running) has no log yet. `hyperlocal logs -f` waits for it." in running.err


def test_following_an_ended_run_prints_and_ends(hyperlocal, history):
    a_finished_sweep(history)
    write_log(history, "HD_sweep_1", b"done\n")

    said = hyperlocal("logs", "HD_sweep_1", "-f")

    assert (said.out, said.code) == ("done\n", 0)
    assert hyperlocal("logs", "HD_sweep_2", "-f").code == 1


def test_following_prints_what_is_added_until_the_run_ends(folder, history):
    trial = begin_trial(history, begin_sweep(history), 0)
    path = write_log(history, trial, b"first\n")

    with subprocess.Popen(
        [*COMMAND, "logs", trial, "-f"], cwd=folder, stdout=subprocess.PIPE, text=True
    ) as following:
        assert following.stdout.readline() == "first\n"
        with path.open("a") as file:
            file.write("second\n")
        assert following.stdout.readline() == "second\n"
        with path.open("a") as file:
            file.write("last")
        complete(history, trial)
        assert following.stdout.read() == "last"
    assert following.returncode == 0


def test_ctrl_c_ends_following_quietly(history, terminal):
    trial = begin_trial(history, begin_sweep(history), 0)
    write_log(history, trial, b"first\n")

    following = terminal("logs", trial, "-f")
    following.wait_for("first")
    following.press(b"\x03")

    assert following.finish() == 130
    assert "Traceback" not in following.text
    assert not history.runs.get(trial).status.is_terminal


def test_lines_must_be_some(hyperlocal, history):
    begin_sweep(history)

    assert hyperlocal("logs", "HD_sweep", "-n", "0").code == 2


def test_lines_are_objects_for_programs(hyperlocal, history):
    job = begin_job(history)
    complete(history, job)
    path = history.folder(job).output_log
    path.parent.mkdir(parents=True)
    path.write_bytes('first\n\n"third" größe\xff\nwithout an end'.encode("latin-1"))

    said = hyperlocal("logs", job, "--json")
    last = hyperlocal("logs", job, "--json", "-n", "1", "-f")

    texts = [json.loads(line)["text"] for line in said.lines]
    assert texts == ["first", "", '"third" gr\ufffd\ufffde\ufffd', "without an end"]
    assert [json.loads(line) for line in last.lines] == [{"text": "without an end"}]


def test_records_of_a_sweep_are_objects_for_programs(hyperlocal, history):
    parent = begin_sweep(history)
    complete(history, parent)
    path = history.folder(parent).path / "azureml-logs" / "hyperdrive.txt"
    path.parent.mkdir(parents=True)
    records = ["<START>[2026-11-28T19:00:06][API][INFO]one\ntwo<END>\n", "<START>[t][s][l]x<END>"]
    path.write_text("".join(records) + "<START>[t][s][l]not ye")

    told = [json.loads(line) for line in hyperlocal("logs", parent, "--json").lines]

    assert told == [
        {"time": "2026-11-28T19:00:06", "source": "API", "level": "INFO", "text": "one\ntwo"},
        {"time": "t", "source": "s", "level": "l", "text": "x"},
    ]


def test_a_log_does_not_command_the_terminal(terminal, history):
    a_finished_sweep(history)
    write_log(history, "HD_sweep_1", b"\x1b]0;mine now\x07\x1b[31mred\x1b[0m\x1b[2J\x1b[6n.\n")

    shown = terminal("logs", "HD_sweep_1")

    assert shown.finish() == 0
    assert shown.raw == "\x1b[31mred\x1b[0m.\r\n"
