"""Drafts: where they are, what becomes of them, and what the doctor finds of dead writers."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from hyperlocal.engine.doctor import examine
from hyperlocal.engine.staging import Staging, copy_into, copy_whole, write_whole
from hyperlocal.history import History
from hyperlocal.history.home import is_draft


@pytest.fixture
def history(home):
    history = History.open(home)
    yield history
    history.close()


def listed(folder):
    return sorted(os.listdir(folder))


def findings(history):
    return [finding for finding in examine(history) if "staging" in finding.what]


def test_a_draft_is_not_seen_before_it_is_put(history, tmp_path):
    target = tmp_path / "new" / "file"

    with Staging(history.home) as staging:
        draft = staging.draft_for(target)
        Path(draft).write_text("all")
        assert not target.parent.exists()
        staging.put(draft, target)

    assert target.read_text() == "all"
    assert listed(history.home / "staging") == []


def test_what_is_not_put_is_removed(history, tmp_path):
    with Staging(history.home) as staging:
        Path(staging.draft_for(tmp_path / "file")).write_text("half")

    assert listed(history.home / "staging") == []


def test_without_a_home_a_draft_is_hidden_beside_its_target(tmp_path):
    with Staging(None) as staging:
        draft = staging.draft_for(tmp_path / "file")
        assert os.path.dirname(draft) == str(tmp_path)
        assert is_draft(os.path.basename(draft))
        Path(draft).write_text("half")

    assert listed(tmp_path) == []


@pytest.fixture
def elsewhere(tmp_path):
    """A folder on another file system."""
    if not os.path.isdir("/dev/shm") or os.stat("/dev/shm").st_dev == os.stat(tmp_path).st_dev:
        pytest.skip("there is only one file system")
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        yield Path(folder)


def test_on_another_file_system_it_is_too(history, elsewhere):
    with Staging(history.home) as staging:
        draft = staging.draft_for(elsewhere / "file")
        assert is_draft(os.path.basename(draft))
        Path(draft).write_text("all")
        staging.put(draft, elsewhere / "file")

    assert listed(elsewhere) == ["file"]


def test_a_link_to_another_file_system_is_no_trouble(history, elsewhere, tmp_path):
    target = tmp_path / "target"
    target.mkdir()
    (target / "far").symlink_to(elsewhere)
    (tmp_path / "a").write_text("a")

    with Staging(history.home) as staging:
        pairs = [(tmp_path / "a", "far/deep/a"), (tmp_path / "a", "near/a")]
        copy_into(staging, pairs, target, with_times=True)

    assert (elsewhere / "deep" / "a").read_text() == (target / "near" / "a").read_text() == "a"


def test_a_folder_comes_into_one_that_is_there(history, tmp_path):
    target = history.home / "target"
    (target / "sub").mkdir(parents=True)
    (target / "sub" / "mine").write_text("mine")
    (tmp_path / "a").write_text("a")

    with Staging(history.home) as staging:
        pairs = [(tmp_path / "a", "sub/a"), (tmp_path / "a", "new/a")]
        copy_into(staging, pairs, target, with_times=False)

    assert listed(target) == ["new", "sub"]
    assert listed(target / "sub") == ["a", "mine"]


def test_the_working_directory_stays_what_it_is(history, tmp_path, monkeypatch):
    (tmp_path / "a").write_text("a")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")

    with Staging(history.home) as staging:
        copy_into(staging, [(tmp_path / "a", "a")], ".", with_times=False)

    assert Path("a").read_text() == "a"


def test_a_home_that_cannot_be_written_does_not_matter_elsewhere(tmp_path):
    (tmp_path / "file").write_text("a")
    copy_whole(tmp_path / "no home", [(tmp_path / "file", tmp_path / "copy")])

    assert listed(tmp_path) == ["copy", "file"]


def test_modes_links_and_devices_stay(tmp_path):
    target = tmp_path / "target"
    target.write_text("old")
    target.chmod(0o640)
    link = tmp_path / "link"
    link.symlink_to(target)

    write_whole(None, link, "new")
    write_whole(None, os.devnull, "nothing")

    assert link.is_symlink()
    assert (target.read_text(), target.stat().st_mode & 0o777) == ("new", 0o640)
    assert not os.path.isfile(os.devnull)


def test_a_file_that_cannot_be_written_is_told_by_its_name(tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        write_whole(None, tmp_path / "no" / "file", "x")

    assert caught.value.filename == str(tmp_path / "no" / "file")


def test_of_writers_of_one_name_one_wins(history, tmp_path):
    target = history.home / "target"

    def write(letter):
        sources = [tmp_path / f"{letter}{n}" for n in range(5)]
        for source in sources:
            source.write_text(letter * 10_000)
        for _ in range(20):
            with Staging(history.home) as staging:
                pairs = [(source, source.name[1:]) for source in sources]
                copy_into(staging, pairs, target, with_times=False)

    threads = [threading.Thread(target=write, args=(letter,)) for letter in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    texts = [(target / str(n)).read_text() for n in range(5)]
    assert all(text in ("a" * 10_000, "b" * 10_000, "c" * 10_000) for text in texts)
    assert listed(history.home / "staging") == []


WRITER = """
import os, sys
from hyperlocal.engine.staging import Staging
with Staging(sys.argv[1]) as staging:
    draft = staging.draft_for(sys.argv[2])
    os.mkdir(draft)
    for name in ("a", "b"):
        open(os.path.join(draft, name), "w").close()
    {then}
    print("ready", flush=True)
    input()
"""
PUTTING = "staging._note(draft, sys.argv[2], is_whole=True)"


@pytest.fixture
def writer(history):
    """Start a writer, which waits with its draft."""
    started = []

    def start(target, then=""):
        command = [sys.executable, "-c", WRITER.format(then=then), history.home, target]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        started.append(process)
        assert process.stdout.readline() == b"ready\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_a_checkup_leaves_the_drafts_of_living_writers(history, writer, tmp_path):
    living = writer(tmp_path / "living")
    os.kill(living.pid, signal.SIGSTOP)
    dead = writer(tmp_path / "dead")
    dead.kill()
    dead.wait()

    (finding,) = findings(history)
    assert str(tmp_path / "dead") in finding.what
    finding.repair()
    assert len(listed(history.home / "staging")) == 1
    os.kill(living.pid, signal.SIGCONT)
    living.communicate(b"\n")
    assert living.returncode == 0
    assert listed(history.home / "staging") == []


def test_a_draft_elsewhere_is_found_too(history, writer, elsewhere):
    dead = writer(elsewhere / "dead")
    dead.kill()
    dead.wait()
    assert len(listed(elsewhere)) == 1

    (finding,) = findings(history)
    finding.repair()

    assert listed(elsewhere) == listed(history.home / "staging") == []


def test_what_was_being_put_is_put_but_replaces_nothing(history, writer, tmp_path):
    target = tmp_path / "target"
    target.mkdir()
    (target / "b").write_text("newer")
    dead = writer(target, PUTTING)
    dead.kill()
    dead.wait()

    (finding,) = findings(history)
    assert "while putting files into" in finding.what
    finding.repair()

    assert listed(target) == ["a", "b"]
    assert (target / "b").read_text() == "newer"
    assert listed(history.home / "staging") == []


def test_notes_of_somebody_else_remove_nothing(history, tmp_path):
    entry = history.home / "staging" / "entry"
    entry.mkdir(parents=True)
    mine = tmp_path / "mine"
    mine.write_text("mine")
    (entry / "notes").write_text(
        f'{{"draft": "{mine}", "target": "x", "is_whole": false}}\n[]\n{{"dra'
    )

    (finding,) = findings(history)
    finding.repair()

    assert mine.read_text() == "mine"
    assert not entry.exists()
