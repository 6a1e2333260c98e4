"""Reasons, from exit codes and the last lines of an output."""

from types import SimpleNamespace

import pytest

from hyperlocal.engine.outcome import after_exit, tail

CHAINED = """epoch 1
Traceback (most recent call last):
  File "train.py", line 1, in <module>
KeyError: 'lr'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "train.py", line 3, in <module>
    raise RuntimeError("no such rate:\\n  lr")
RuntimeError: no such rate:
  lr
"""


@pytest.fixture
def outcome(tmp_path):
    def build(exit_code, output):
        path = tmp_path / "log.txt"
        path.write_bytes(output.encode() if isinstance(output, str) else output)
        return after_exit(exit_code, str(path))

    return build


@pytest.mark.parametrize(
    ("exit_code", "output", "reason"),
    [
        (1, CHAINED, "RuntimeError: no such rate: lr (exit code 1); caused by KeyError: 'lr'"),
        (1, "no data here\n", "exit code 1; its last output was: no data here"),
        (
            2,
            "usage: t\nt: error: bad --lr\n",
            "exit code 2; its last output was: t: error: bad --lr",
        ),
        (3, "", "exit code 3, without any output"),
        (-11, "", "ended by signal 11 (SIGSEGV)"),
        (-9, "", "ended by signal 9 (SIGKILL), perhaps by the system because memory ran out"),
        (-63, "", "ended by signal 63 (unknown)"),
    ],
)
def test_the_reason_says_what_its_reader_needs(outcome, exit_code, output, reason):
    assert outcome(exit_code, output).reason == reason


def test_the_message_holds_the_whole_of_a_short_traceback(outcome):
    message = outcome(1, CHAINED).error["message"]

    assert message.endswith(
        'raise RuntimeError("no such rate:\\n  lr")\nRuntimeError: no such rate:\n  lr'
    )


def test_of_a_progress_bar_only_the_last_state_counts(outcome):
    result = outcome(4, "loading\n 10%\r 50%\r100% done\n")

    assert result.reason == "exit code 4; its last output was: 100% done"


def test_a_long_last_line_is_quoted_in_part(outcome):
    result = outcome(4, "y" * 5000)

    assert result.reason == "exit code 4; its last output was: " + "y" * 160
    assert len(result.error["message"]) > 400


def test_of_a_long_message_the_end_is_told_too(outcome):
    text = f"Input X contains NaN. {'It is not accepted. ' * 40}See https://example.com/nan.html"
    output = f"Traceback (most recent call last):\n  File 'a.py', line 1\nValueError: {text}\n"

    result = outcome(1, output)

    assert result.reason.startswith("ValueError: Input X contains NaN. It is not accepted.")
    assert result.reason.endswith("See https://example.com/nan.html (exit code 1)")
    assert len(result.reason) < 520


def test_a_full_disk_is_told(outcome, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda folder: SimpleNamespace(free=0))

    assert outcome(1, "").reason == "exit code 1, without any output; the disk is full"


def test_output_that_is_no_text_does_no_harm(outcome):
    assert outcome(1, b"\xff\xfe\x00" * 10).status.value == "Failed"


def test_the_tail_of_a_missing_file_is_empty(tmp_path):
    assert tail(str(tmp_path / "none")) == []
