"""Texts broken between words."""

import shlex
import subprocess

from hypothesis import given
from hypothesis import strategies as st

from hyperlocal.views.shell import quoted
from hyperlocal.views.wrapping import cells, command_lines, cut, paragraph, wrapped

PATH = "/home/me/a/very/long/path/that/no/line/of/forty/can/hold/at/all"


def test_words_stay_whole():
    assert wrapped("the median of 12 trials", 10) == ["the median", "of 12", "trials"]


def test_a_word_that_no_line_holds_is_broken_in_a_table():
    assert wrapped("abcdefgh ij", 3) == ["abc", "def", "gh", "ij"]


def test_a_paragraph_keeps_its_indentation_and_hangs():
    assert paragraph("  one two three", 9, "  ") == ["  one two", "    three"]


def test_a_path_in_a_paragraph_stays_whole():
    assert paragraph(f"  it is in {PATH} now", 40) == ["  it is in", PATH, "  now"]


def test_an_empty_paragraph_is_an_empty_line():
    assert paragraph("", 40) == [""]


def test_what_is_cut_says_so():
    assert (cut("accuracy", 8), cut("accuracy", 5)) == ("accuracy", "accu…")


def test_wide_characters_are_measured():
    assert cells("虹彩") == 4
    assert wrapped("虹彩虹彩", 4) == ["虹彩", "虹彩"]


@given(st.text(), st.integers(2, 80))
def test_nothing_is_lost_and_nothing_too_wide(text, width):
    lines = wrapped(text, width)

    assert "".join(lines).replace(" ", "") == "".join(text.split())
    assert all(cells(line) <= width for line in lines)


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=1),
    st.integers(20, 80),
)
def test_a_shell_reads_a_wrapped_command_as_the_same_words(words, width):
    command = " ".join(map(quoted, words))

    lines = command_lines(command, width)

    joined = "".join(line.removesuffix("\\") for line in lines)
    assert shlex.split(joined) == shlex.split(command)


def test_a_real_shell_takes_a_wrapped_command():
    words = ["a b", "it's", 'say "x y"', "$HOME \\ ", "c" * 50, "d e f"] * 3
    command = "\n".join(command_lines("printf '%s\\n' " + " ".join(map(quoted, words)), 40))

    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True)

    assert "\\\n" in command
    assert done.stdout == "".join(f"{word}\n" for word in words)
