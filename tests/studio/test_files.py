"""Files of runs: from below the run's own folder, and as something that cannot run."""

import os

import pytest

pytest.importorskip("dash", reason="needs hyperlocal[studio]")

from hyperlocal.studio.files import file_url


@pytest.fixture(scope="module")
def folder(studio):
    folder = studio.history.folder("HD_sweep_1").path
    (folder / "outputs").mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def write(folder):
    def write_file(name, content):
        (folder / "outputs" / name).write_bytes(content)
        return f"/files/HD_sweep_1/outputs/{name}"

    return write_file


def test_a_text_is_shown_as_text(studio, write):
    answer = studio.ask(write("notes.txt", "läuft".encode()))

    assert answer.content.decode() == "läuft"
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("inline")


@pytest.mark.parametrize("name", ["page.html", "page.xhtml", "page.xml", "page.js", "page.mht"])
def test_what_a_browser_would_run_is_shown_as_text(studio, write, name):
    answer = studio.ask(write(name, b"<script>alert(1)</script>"))

    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_an_svg_is_a_picture_without_scripts(studio, write):
    answer = studio.ask(write("plot.svg", b"<svg onload='alert(1)'/>"))

    assert answer.headers["Content-Type"].startswith("image/svg+xml")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


def test_bytes_and_pickles_are_only_downloaded(studio, write):
    answer = studio.ask(write("model.pkl", b"\x80\x04cos\nsystem\n\0"))

    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_download_is_the_file_under_its_name(studio, write):
    answer = studio.ask(write("a%20b.txt", b"x").replace("%", "%25") + "?download=1")

    assert answer.content == b"x"
    assert "filename*=UTF-8''a%2520b.txt" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize(
    "path",
    [
        "/files/HD_sweep_1/../../history.db",
        "/files/HD_sweep_1/outputs/../../../history.db",
        "/files/HD_sweep_1/%2e%2e/%2e%2e/history.db",
        "/files/HD_sweep_1/..%2f..%2fhistory.db",
        "/files/HD_sweep_1//etc/passwd",
        "/files/HD_sweep_1/%2Fetc%2Fpasswd",
        "/files/../studio.json/x",
        "/files/..%2f..%2f/studio.json",
        "/files/HD_sweep_1/outputs",
        "/files/HD_sweep_1/outputs/none.txt",
        "/files/HD_sweep_1/outputs/a%00b",
        "/files/HD_sweep_1/snapshot/train.py",
        "/files/HD_none/outputs/notes.txt",
        "/assets/../safety.py",
        "/assets/%2e%2e/safety.py",
    ],
)
def test_nothing_outside_of_a_runs_folder_is_served(studio, path):
    answer = studio.ask(path)

    assert answer.status in (302, 308, 400, 404) or b"react-entry-point" in answer.content
    assert b"token" not in answer.content or b"react-entry-point" in answer.content


@pytest.mark.parametrize("name", ["to_home", "to_file", "folder_out/studio.json", "loop"])
def test_a_link_that_leaves_the_folder_is_not_followed(studio, folder, name):
    home = studio.history.home
    links = {
        "to_home": home / "studio.json",
        "to_file": "/etc/passwd",
        "folder_out": home,
        "loop": folder / "outputs" / "loop",
    }
    for link, target in links.items():
        if not os.path.lexists(folder / "outputs" / link):
            os.symlink(target, folder / "outputs" / link)

    assert studio.ask(f"/files/HD_sweep_1/outputs/{name}").status == 404


def test_a_link_within_the_folder_is_followed(studio, folder, write):
    write("first.txt", b"first")
    os.symlink("first.txt", folder / "outputs" / "latest.txt")

    assert studio.ask("/files/HD_sweep_1/outputs/latest.txt").content == b"first"


def test_a_pipe_keeps_nobody_waiting(studio, folder):
    os.mkfifo(folder / "outputs" / "pipe")

    assert studio.ask("/files/HD_sweep_1/outputs/pipe").status == 404


@pytest.mark.skipif(os.name == "nt", reason="names of Windows have no lines")
@pytest.mark.parametrize("name", ["two\nlines.txt", "a?b#c&d %.txt", "<script>", "\x1b[2J"])
def test_a_file_of_any_name_is_served(studio, write, name):
    write(name, b"held")

    answer = studio.ask(file_url("HD_sweep_1", f"outputs/{name}"))

    assert (answer.status, answer.content) == (200, b"held")
