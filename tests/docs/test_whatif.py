"""Every command and script of docs/whatif.md says what the page says."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from hyperlocal.domain.codec import plan_to_json
from hyperlocal.domain.distribution import Choice, Uniform
from hyperlocal.domain.goal import Goal
from hyperlocal.domain.launch import Launch
from hyperlocal.domain.space import Space
from hyperlocal.domain.sweep import Limits, Sampling, SamplingKind, Sweep
from hyperlocal.domain.trial_trace import Report, TrialTrace
from hyperlocal.engine.simulated_sweep import simulate_sweep
from hyperlocal.history import History

pytestmark = pytest.mark.slow

PAGE = Path(__file__).parents[2] / "docs" / "whatif.md"
BLOCKS = re.compile(r"```(\w+)\n(.*?)```\n", re.DOTALL)


def a_weekend(home):
    """Twenty trials of half an hour each, four at once, without a policy."""
    space = Space((("learning_rate", Uniform(0.01, 1.0)), ("batch_size", Choice((16, 32, 64)))))
    sweep = Sweep(
        space,
        Sampling(SamplingKind.RANDOM, 8),
        "accuracy",
        Goal.MAXIMIZE,
        Limits(20, 4, 1e6),
        Launch(("python", "train.py")),
    )
    with_history = History.open(home)
    plan = plan_to_json(sweep)
    with_history.runs.create("HD_1a2b3c4d", experiment="e", kind="hyperdrive", plan=plan)
    with_history.close()

    def train(number, record):
        rate, size = record.parameters["learning_rate"], record.parameters["batch_size"]
        top, pace = 0.95 - 0.5 * (rate - 0.3) ** 2, 0.6 + 0.2 * rate
        told = (
            Report(90.0 * n, {"accuracy": round(top * (1 - pace**n), 4)}) for n in range(1, 21)
        )
        return TrialTrace(tuple(told), 1800.0 + size, 45.0)

    simulate_sweep(home, "HD_1a2b3c4d", train)


def blocks():
    return BLOCKS.findall(PAGE.read_text(encoding="utf-8"))


def commands():
    told = [text.partition("\n") for kind, text in blocks() if kind == "console"]
    return [(command.removeprefix("$ "), output) for command, _, output in told]


def run(words, folder):
    done = subprocess.run(
        [sys.executable, *words], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


@pytest.fixture
def folder(home, tmp_path):
    """Where the page's commands are typed: with its files, and a home with its sweep."""
    a_weekend(home)
    kinds = [(kind, text) for kind, text in blocks() if kind in ("text", "json")]
    (tmp_path / "curves.csv").write_text(kinds[0][1])
    (tmp_path / "curves.json").write_text(next(text for kind, text in kinds if kind == "json"))
    return tmp_path


@pytest.mark.parametrize("number", range(len(commands())))
def test_a_command_prints_what_the_page_says(number, folder):
    command, output = commands()[number]

    assert run(["-m", *shlex.split(command)], folder) == output


def test_the_script_prints_what_the_page_says(folder):
    script = next(text for kind, text in blocks() if kind == "python")
    (folder / "script.py").write_text(script)
    after = blocks()[blocks().index(("python", script)) + 1]

    # `from azureml...` is what the door `hyperlocal run` is for.
    assert run(["-m", "hyperlocal", "run", "script.py"], folder) == after[1]
    assert (folder / "whatif.svg").stat().st_size > 1000


def test_the_page_names_every_column():
    table = commands()[0][1].splitlines()[2]

    for column in re.split(r"\s{2,}", table):
        assert column in PAGE.read_text(encoding="utf-8").partition("| column |")[2]
