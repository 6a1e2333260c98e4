"""Logs cannot command the terminal that they are shown in."""

import pytest

from hyperlocal.views.escapes import Disarmed

COMMANDS = {
    "title": b"\x1b]0;PWNED\x07",
    "title, ended otherwise": b"\x1b]0;PWNED\x1b\\",
    "clipboard": b"\x1b]52;c;cm0gLXJmIH4=\x07",
    "clear": b"\x1b[2J",
    "home": b"\x1b[H",
    "up": b"\x1b[3A",
    "other screen": b"\x1b[?1049h",
    "report of the cursor": b"\x1b[6n",
    "name of the terminal": b"\x1b[>c",
    "device control": b"\x1bPq#0\x1b\\",
    "reset": b"\x1bc",
    "other letters": b"\x1b(0",
    "bell": b"\x07",
    "shift out": b"\x0e",
    "one character of UTF-8": b"\xc2\x9b",
    "bare escape": b"\x1b",
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_a_log_gives_no_command_however_it_is_cut(command, size):
    log = b"before " + command + b"\nafter"
    disarmed = Disarmed()

    shown = b"".join(disarmed.piece(log[n : n + size]) for n in range(0, len(log), size))
    shown += disarmed.piece(b"", is_last=True)

    assert b"\x1b" not in shown
    assert b"\x07" not in shown
    assert b"\x0e" not in shown
    assert b"\xc2\x9b" not in shown
    assert shown.startswith(b"before ")
    assert shown.endswith(b"\nafter")


@pytest.mark.parametrize(
    "log",
    [
        b"\x1b[31mred\x1b[0m \x1b[38;5;200mpink\x1b[m",
        b"10%\r20%\x1b[K\r30%\x08\x08\x08done\n",
        "Grüße, 漢字, 🎉, «»\t.\n".encode(),
        b"\xff\xfe not UTF-8 \xc2",
    ],
)
@pytest.mark.parametrize("size", [1, 4, 1000])
def test_colours_progress_bars_and_letters_stay(log, size):
    disarmed = Disarmed()

    shown = b"".join(disarmed.piece(log[n : n + size]) for n in range(0, len(log), size))

    assert shown + disarmed.piece(b"", is_last=True) == log
