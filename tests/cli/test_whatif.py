"""`hyperlocal whatif`."""

import json

import pytest

from hyperlocal.domain.policy import Bandit, Schedule
from hyperlocal.history import History
from tests.whatif.sweeps import a_sweep, rehearsed, trace

SWEEP = "HD_1a2b3c4d-5e6f-4711-8899-aabbccddeeff"
RISING = [[0.1, 0.2, 0.3], [0.5, 0.6, 0.7], [0.2, 0.4, 0.9], [0.6, 0.65, 0.7]]


@pytest.fixture
def history(home):
    opened = History.open(home)
    yield opened
    opened.close()


def ran(history, policy=None):
    rehearsed(history, a_sweep(4, 2, policy), [trace(each) for each in RISING], SWEEP)


def test_one_policy_beside_what_was(hyperlocal, history):
    ran(history)

    said = hyperlocal("whatif", "HD_1a", "--policy", "bandit:slack_amount=0.2")

    assert (said.code, said.err) == (0, "")
    assert said.lines[0] == f"{SWEEP}: 4 trials, to maximize accuracy"
    header, recorded, bandit = (line.split("  ") for line in said.lines[2:5])
    assert header[0] == "Policy"
    assert recorded[0] == "none (as it was)"
    assert bandit[0] == "bandit:slack_amount=0.2"
    assert bandit[-1] == "trial 2 stopped at 1"
    assert "Stopped by bandit:slack_amount=0.2, 2 at once" in said.out
    assert "is below 0.7 - 0.2 = 0.500, set by 1" in said.out


def test_several_settings_and_no_more_rows_than_asked(hyperlocal, history):
    ran(history)

    said = hyperlocal(
        *("whatif", "HD_1a", "--policy", "bandit:slack_amount=0.05", "--policy", "median"),
        *("--concurrency", "1", "--concurrency", "4", "-n", "1"),
    )

    assert [line.split()[0] for line in said.lines[3:8]] == [
        "none",
        "bandit:slack_amount=0.05",
        "median_stopping",
        "bandit:slack_amount=0.05",
        "median_stopping",
    ]
    assert "... and 1 more (--all shows them)" in said.out
    assert "Note: 2 trials ran at once when they were recorded." in said.out


def test_json_has_every_trial(hyperlocal, history):
    ran(history, Bandit(Schedule(), slack_amount=0.2))

    told = json.loads(hyperlocal("whatif", SWEEP, "--policy", "none", "--json").out)

    assert (told["metric"], told["goal"]) == ("accuracy", "maximize")
    assert told["recorded"]["policy"] == "bandit:slack_amount=0.2"
    (outcome,) = told["outcomes"]
    assert outcome["cut"] == told["recorded"]["stopped"] == 2
    assert [trial["ending"] for trial in outcome["what_became_of_trials"]] == [
        "cut",
        "completed",
        "cut",
        "completed",
    ]
    assert "2 of 4 trials were stopped or cancelled" in told["notes"][0]


def test_its_own_policy_by_default(hyperlocal, history):
    ran(history, Bandit(Schedule(), slack_amount=0.2))

    said = hyperlocal("whatif", "HD_1a")

    recorded, again = (line.split("  ", 1)[1].split() for line in said.lines[3:5])
    assert recorded == again


def test_in_a_terminal_it_is_a_table_too(terminal, history):
    ran(history)

    seen = terminal("whatif", "HD_1a", "--policy", "median", COLUMNS="160")

    assert seen.finish() == 0
    assert "median_stopping" in seen.text


def test_a_plot(hyperlocal, history, folder):
    ran(history)

    said = hyperlocal("whatif", "HD_1a", "--policy", "median", "--plot", "whatif.png")

    assert said.lines[-1] == "The plot is in whatif.png."
    assert (folder / "whatif.png").read_bytes().startswith(b"\x89PNG")


def test_curves_of_a_file_need_no_home(hyperlocal, folder, home):
    (folder / "curves.csv").write_text("trial,lr,loss\na,1,3\na,1,2\nb,2,1\nb,2,1\n")

    said = hyperlocal(
        *("whatif", "--curves", "curves.csv", "--metric", "loss", "--goal", "minimize"),
        *("--policy", "median", "--sampling", "random", "--seed", "3", "--trials", "2"),
    )

    assert (said.code, said.err) == (0, "")
    assert said.lines[0] == "curves.csv: 2 trials, to minimize loss"
    assert not home.exists()


@pytest.mark.parametrize(
    ("words", "code", "because"),
    [
        ([], 2, "give either a RUN or --curves FILE"),
        (["HD_1a", "--curves", "x.csv"], 2, "give either a RUN or --curves FILE"),
        (["HD_1a", "--goal", "minimize"], 2, "--goal is for --curves; a RUN has its own"),
        (["HD_1a", "-n", "0"], 2, "-n is 0, but must be at least 1"),
        (["HD_1a", "--sampling", "sobol"], 2, "sobol"),
        (["HD_1a", "--policy", "hyperband"], 1, "There is no policy 'hyperband'"),
        (["HD_1a", "--policy", "bandit:slack=1"], 1, "BanditPolicy has no parameter 'slack'"),
        (["HD_1a", "--concurrency", "0"], 1, "concurrency is 0, but must be"),
        (["HD_zz"], 1, "HD_zz"),
        (["--curves", "missing.csv", "--goal", "minimize"], 1, "missing.csv"),
    ],
)
def test_what_cannot_be_says_why(hyperlocal, history, words, code, because):
    ran(history)

    said = hyperlocal("whatif", *words)

    assert said.code == code
    assert because in said.err
    assert "Traceback" not in said.err
