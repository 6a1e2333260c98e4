"""Every command that looks, in terminals of several widths: whole words, and no line too long.

The commands run in this process, with a stream in place of standard output that says that it is a
terminal: how wide that is, rich takes from COLUMNS.
"""

import io
import json
import math
import re
import sys

import pytest

from hyperlocal.cli import main
from hyperlocal.domain.codec import plan_to_json
from hyperlocal.domain.distribution import Choice, LogUniform, Uniform
from hyperlocal.domain.goal import Goal
from hyperlocal.domain.policy import Bandit, Schedule
from hyperlocal.domain.space import Space
from hyperlocal.domain.status import Status
from hyperlocal.history import History
from hyperlocal.views.wrapping import cells
from tests.views.sweeps import (
    a_finished_sweep,
    a_plan,
    begin_job,
    begin_sweep,
    begin_trial,
    complete,
    control,
    fail,
    log,
    stop,
)

WIDTHS = (60, 80, 120)
COMMANDS = {
    "list": ("list",),
    "list --all": ("list", "--all", "-n", "0"),
    "show": ("show", "HD_sweep"),
    "show, of hard names": ("show", "HD_hard"),
    "show, of many parameters": ("show", "HD_many"),
    "show, without trials": ("show", "HD_none"),
    "show, without a number": ("show", "HD_nan"),
    "show, of a trial": ("show", "HD_sweep_1"),
    "show, of a trial that was stopped": ("show", "HD_sweep_3"),
    "show, of a trial that failed": ("show", "HD_sweep_2"),
    "show, of a script": ("show", "iris_1"),
    "watch": ("watch", "HD_sweep"),
    "watch, of hard names": ("watch", "HD_hard"),
    "whatif": ("whatif", "HD_curves", "--policy", "none", "--policy", "median"),
    "compute list": ("compute", "list"),
    "doctor": ("doctor",),
}
WORDS = {name: words for name, words in COMMANDS.items() if "watch" not in name}
CHART = re.compile(r"[┤│└⠀-⣿]|^ *trial \d+ +trial \d+$|^ *interval 1 +interval")
NUMBER = re.compile(r"-?\d[\d.,]*(e[-+]\d+)?")


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """A home with sweeps of many kinds, which tests only read."""
    home = tmp_path_factory.mktemp("h") / ".hyperlocal"
    history = History.open(home)
    a_finished_sweep(history, policy=Bandit(Schedule(), slack_factor=0.2))
    _hard_names(history)
    _many_parameters(history)
    complete(history, begin_sweep(history, "HD_none"))
    without = begin_sweep(history, "HD_nan", goal=Goal.MINIMIZE)
    complete(history, begin_trial(history, without, 0, metrics=[math.nan, math.inf]))
    complete(history, without)
    _curves(history)
    job = begin_job(history)
    for metric in (1e9, 1.5, -0.25):
        log(history, job, metric, name="validation loss of the second of the two models")
    complete(history, job)
    history.close()
    return home


def _hard_names(history):
    space = Space(
        (
            ("<script>alert(1)</script>", LogUniform(-9.0, -1.0)),
            ("größe_虹彩", Choice(("klein", "groß und mehr", None, (1, 2)))),
            ("api_key", Choice(("verysecret",))),
            ("a_name_that_is_longer_than_most_terminals_are_wide" * 3, Uniform(0, 1)),
        )
    )
    plan = a_plan(space=space)
    control(history, "HD_hard")
    history.runs.create(
        "HD_hard",
        experiment="an experiment of a name of several words [bold]and markup[/bold]",
        kind="hyperdrive",
        status=Status.RUNNING,
        plan=plan_to_json(plan),
        tags={"password": "verysecret"},
    )
    values = (0.1234567890123, "groß und mehr", "verysecret", 0.5)
    for number in range(3):
        run_id = f"HD_hard_{number}"
        history.runs.create(
            run_id,
            experiment="x",
            kind="azureml.scriptrun",
            parent_id="HD_hard",
            status=Status.RUNNING,
            parameters={name: value for (name, _), value in zip(space, values, strict=True)},
            command=["python", "train.py", "--api_key", "verysecret"],
        )
        log(history, run_id, 0.5 + number / 1e6)
    complete(history, "HD_hard_0")
    fail(history, "HD_hard_1", "ValueError: \x1b[31mred\x1b[0m, of many words " * 4)
    stop(history, "HD_hard_2")
    complete(history, "HD_hard")


def _many_parameters(history):
    parent = begin_sweep(history, "HD_many")
    for number in range(2):
        history.runs.create(
            f"{parent}_{number}",
            experiment="iris",
            kind="azureml.scriptrun",
            parent_id=parent,
            status=Status.RUNNING,
            parameters={f"parameter_{n}": n / 7 + number for n in range(200)},
        )
        complete(history, f"{parent}_{number}")
    complete(history, parent)


def _curves(history):
    parent = begin_sweep(history, "HD_curves", policy=Bandit(Schedule(), slack_factor=0.2))
    for number in range(4):
        metrics = [0.5 + number / 10 + step / 100 for step in range(5)]
        complete(history, begin_trial(history, parent, number, metrics=metrics))
    complete(history, parent)


def said(monkeypatch, home, words, width):
    monkeypatch.setenv("HYPERLOCAL_HOME", str(home))
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("LINES", "40")
    stream = Terminal() if width else io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    main(words)
    monkeypatch.undo()
    left = stream.getvalue().rpartition("\x1b[?1049l")[2]  # by what had a screen of its own
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r", "", left)


def vocabulary(text):
    """Return the words of a text, without the digits of its numbers."""
    lines = [line for line in text.splitlines() if not CHART.search(line)]
    words = {NUMBER.sub("0", word) for line in lines for word in line.split()}
    return words - {"\\"}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", COMMANDS)
def test_no_line_is_longer_than_the_terminal_is_wide(name, width, recorded, monkeypatch):
    text = said(monkeypatch, recorded, COMMANDS[name], width)

    assert text
    for line in text.splitlines():
        # A path, say, which a terminal lets be copied.
        is_one_word = len(line.removesuffix(" \\").split()) == 1
        assert cells(line.rstrip()) <= width or is_one_word, line


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", WORDS)
def test_no_word_is_broken(name, width, recorded, monkeypatch):
    wide = said(monkeypatch, recorded, COMMANDS[name], 10_000)
    text = said(monkeypatch, recorded, COMMANDS[name], width)

    told = re.sub(r"Not shown on so narrow a terminal:[^.]*\.\s+A\s+pipe\s+gets\s+all\.", "", text)
    pieces = {
        word
        for word in vocabulary(told) - vocabulary(wide)
        # Parameters that share a column stand as pairs; of a name no line holds the end is cut.
        if "=" not in word and "…" not in word and not _is_of_a_long_word(word, wide)
    }
    assert pieces == set()


def _is_of_a_long_word(piece, wide):
    return any(piece in word for word in wide.split() if cells(word) > min(WIDTHS))


@pytest.mark.parametrize("width", [*WIDTHS, 0])
@pytest.mark.parametrize("name", COMMANDS)
def test_secrets_and_commands_to_the_terminal_are_not_shown(name, width, recorded, monkeypatch):
    text = said(monkeypatch, recorded, COMMANDS[name], width)

    assert "verysecret" not in text
    assert "\x1b" not in text


@pytest.mark.parametrize("name", [n for n in COMMANDS if n.partition(" ")[0] != "doctor"])
def test_json_is_valid_and_has_no_secret(name, recorded, monkeypatch):
    text = said(monkeypatch, recorded, [*COMMANDS[name], "--json"], 0)

    def refuse(constant):
        raise AssertionError(f"{constant} is no JSON")

    documents = text.splitlines() if name.startswith("watch") else [text]
    for document in documents:
        json.loads(document, parse_constant=refuse)
    assert "verysecret" not in text


def test_all_digits_are_shown_when_asked_for(recorded, monkeypatch):
    short = said(monkeypatch, recorded, ("show", "HD_hard"), 120)
    whole = said(monkeypatch, recorded, ("show", "HD_hard", "--all-digits"), 120)

    assert "=0.1235 " in short
    assert "=0.1234567890123 " in whole


def test_numbers_have_the_digits_in_which_they_differ(recorded, monkeypatch):
    text = said(monkeypatch, recorded, ("show", "HD_hard"), 120)

    assert {"0.5", "0.500001", "0.500002"} <= set(text.split())
