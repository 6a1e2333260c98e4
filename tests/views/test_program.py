"""What is shown can be typed where it is read."""

import sys

import pytest

from hyperlocal.views.program import program


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (["python3", ".venv/bin/hyperlocal", "run", "driver.py"], ".venv/bin/hyperlocal"),
        (["python3", "my env/bin/hyperlocal", "run"], "'my env/bin/hyperlocal'"),
        (["/usr/bin/python3", "-m", "hyperlocal", "run"], "/usr/bin/python3 -m hyperlocal"),
        (["python3", "driver.py"], "hyperlocal"),
        (["python3"], "hyperlocal"),
    ],
)
def test_what_was_typed_is_shown(monkeypatch, tmp_path, typed, shown):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "orig_argv", typed)
    assert program() == shown


def test_the_word_alone_is_shown_where_it_is_found(monkeypatch, tmp_path):
    script = tmp_path / "hyperlocal"
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "orig_argv", ["python3", str(script), "run"])
    assert program() == "hyperlocal"
    monkeypatch.setattr(sys, "orig_argv", ["python3", "other/hyperlocal", "run"])
    assert program() == "other/hyperlocal"
