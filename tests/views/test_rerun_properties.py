"""What to type to run a trial again, typed: whatever is in it, it does what the trial did."""

import dataclasses
import io
import json
import os
import re
import subprocess
import sys

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hyperlocal.domain.codec import plan_to_json
from hyperlocal.domain.secrecy import shown_arguments, shown_values
from hyperlocal.views.page import Page
from hyperlocal.views.shell import assignments, words
from hyperlocal.views.summary import write_summary
from tests.views.sweeps import a_plan, fail

if sys.platform == "win32":
    pytest.skip("the commands are for POSIX shells", allow_module_level=True)

pytestmark = pytest.mark.slow  # shells are started

TITLE = "\nTo run it again by hand\n"
# What a system can pass to a process at all.
TEXTS = st.text(
    st.one_of(
        st.characters(codec="utf-8", exclude_characters="\0"),
        st.sampled_from("`$\"'\\!*?[](){}<>|&;#~=%-\n\t\r\x1b \u202e\udcff"),
    ),
    max_size=12,
)
NAMES = TEXTS.filter(lambda name: name and "=" not in name)


def typed(line, folder="/", **variables):
    """Return what is written by a line in a real shell."""
    environment = {"PATH": os.environ["PATH"], **variables}
    return subprocess.run(
        ["sh", "-ec", line], cwd=folder, env=environment, capture_output=True, check=True
    ).stdout


def shown(text):
    """Return a line as it is when a page has shown it."""
    stream = io.StringIO()
    Page(stream).line(text)
    return stream.getvalue()[:-1]


@given(st.lists(TEXTS, max_size=4))
def test_arguments_are_what_they_were(arguments):
    assume(shown_arguments(arguments) == arguments)

    written = typed(shown(words(["env", "printf", "%s\\000", "first", *arguments])))

    assert written == b"".join(os.fsencode(text) + b"\0" for text in ["first", *arguments])


@given(st.dictionaries(NAMES, TEXTS, max_size=3))
def test_variables_are_what_they_were(variables):
    assume(shown_values(variables) == variables)

    written = typed(shown(" ".join([*assignments(variables), "env -0"]))).split(b"\0")

    assert {os.fsencode(f"{name}={text}") for name, text in variables.items()} <= set(written)


@given(NAMES, TEXTS, st.sampled_from(["PASSWORD", "api-key", "Client Secret`", "$TOKEN"]))
def test_secrets_come_from_the_reader_and_nothing_else_does(name, text, secret):
    variables = {name: text, secret: "hunter2"}
    assume(name != secret and shown_values({name: text}) == {name: text})

    line = shown(" ".join([*assignments(variables), "env -0"]))

    assert "hunter2" not in line
    (asked,) = set(re.findall(r'"\$\{(\w+):\?\}"', line))
    written = typed(line, **{asked: "mine"}).split(b"\0")
    assert {os.fsencode(f"{name}={text}"), os.fsencode(f"{secret}=mine")} <= set(written)


HOSTILE = {
    "learning-rate": "-1e-8",
    "a`touch injected`": "`touch injected`",
    "b$(touch injected)": "$(touch injected)",
    "c;touch injected": "; touch injected",
    "quo'te\"s": "quo'te\"s",
    "two words": "two\nlines\tand \x1b[31m\r",
    "größe": "µ\u202e ☃",
    "-u": "",
    "UID": "7",
}
SCRIPT = """
import json, os, sys
names = json.loads(os.environ["NAMES"])
told = {name: os.environ.get(name) for name in names}
json.dump([sys.argv[1:], told, os.getcwd()], open(os.environ["TOLD"], "w"))
"""


@pytest.mark.parametrize("command", [[sys.executable, "train.py"], ["python3", "sub/train.py"]])
def test_the_commands_of_a_page_do_what_they_say(history, tmp_path, command):
    variables = {f"V_{name}" if name != "UID" else name: t for name, t in HOSTILE.items()}
    variables |= {"NAMES": json.dumps(list(variables)), "TOLD": str(tmp_path / "told.json")}
    arguments = [word for name, text in HOSTILE.items() for word in (f"--{name}", text)]
    page = page_of(history, [*command, *arguments], variables)

    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
    typed(page.partition(TITLE)[2], tmp_path, PATH=path, HYPERLOCAL_HOME=str(history.home))

    told_arguments, told_variables, folder = json.loads((tmp_path / "told.json").read_text())
    assert told_arguments == arguments
    assert told_variables == {name: variables[name] for name in told_variables}
    assert len(told_variables) == len(HOSTILE)
    assert folder == str(tmp_path / "rerun_0")
    assert not list(tmp_path.rglob("injected"))


def test_secrets_are_taken_from_variables(history, tmp_path):
    command = [
        sys.executable,
        "train.py",
        "--api-key",
        "hunter2",
        "--password=hunter2",
        "--n",
        "3",
    ]
    names = ["DB_PASSWORD", "my-token"]
    variables = {"DB_PASSWORD": "hunter2", "my-token": "hunter2", "NAMES": json.dumps(names)}
    variables["TOLD"] = str(tmp_path / "told.json")
    page = page_of(history, command, variables)
    assert "hunter2" not in page

    own = {"API_KEY": "k", "PASSWORD": "p w", "DB_PASSWORD": "d", "my_token": "t"}
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
    typed(page.partition(TITLE)[2], tmp_path, PATH=path, **own)

    arguments, told, _ = json.loads((tmp_path / "told.json").read_text())
    assert arguments == ["--api-key", "k", "--password=p w", "--n", "3"]
    assert told == {"DB_PASSWORD": "d", "my-token": "t"}
    with pytest.raises(subprocess.CalledProcessError):
        typed(f"cd rerun_0 && {page.strip().splitlines()[-1]}", tmp_path, PATH=path)


def page_of(history, command, variables):
    """Return what is shown of a trial that has failed."""
    plan = a_plan()
    launch = dataclasses.replace(
        plan.launch,
        environment={name: text.replace("$", "$$") for name, text in variables.items()},
    )
    plan = dataclasses.replace(plan, launch=launch)
    history.runs.create("HD_a", experiment="e", kind="hyperdrive", plan=plan_to_json(plan))
    history.runs.create(
        "HD_a_0", experiment="e", kind="trial", parent_id="HD_a", parameters={}, command=command
    )
    fail(history, "HD_a_0")
    script = history.folder("HD_a").snapshot / command[1]
    script.parent.mkdir(parents=True)
    script.write_text(SCRIPT)
    stream = io.StringIO()
    record = history.runs.get("HD_a_0")
    write_summary(Page(stream), history, record, n_rows=None, now=0.0)
    return stream.getvalue()
