"""`hyperlocal report`: which file is written where, and what is refused."""

import json
import sys

import pytest

from hyperlocal import cli
from tests.views import sweeps


@pytest.fixture
def report(history, folder, monkeypatch, capfdbinary):
    """Call the command in this process; return its code, output and complaints."""
    sweeps.a_finished_sweep(history)
    monkeypatch.chdir(folder)

    def call(*words):
        code = cli.main(["report", "HD_sw", *words])
        said = capfdbinary.readouterr()
        return code, said.out.decode(), said.err.decode()

    return call


def test_a_report_is_a_page_named_after_the_run(report, folder):
    code, out, _ = report()

    assert code == 0
    assert out.startswith(f"{folder / 'HD_sweep.html'} (")
    assert (folder / "HD_sweep.html").read_bytes().startswith(b"<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("words", "names", "beginning"),
    [
        (["-o", "a.html"], ["a.html"], b"<!DOCTYPE html>"),
        (["-o", "a.csv"], ["a.csv"], b"run_id,"),
        (["-o", "a.CSV", "--points"], ["a.CSV", "a.points.CSV"], b"run_id,"),
        (["-o", "a.json", "--points"], ["a.json"], b"{"),
        (["-o", "a.parquet"], ["a.parquet"], b"PAR1"),
        (["--format", "csv"], ["HD_sweep.csv"], b"run_id,"),
        (["--format", "csv", "-o", "trials"], ["trials"], b"run_id,"),
    ],
)
def test_the_format_is_that_of_the_name_or_the_one_that_is_asked_for(
    report, folder, words, names, beginning
):
    code, out, _ = report(*words)

    assert code == 0
    assert [line.split(" (")[0] for line in out.splitlines()] == [
        str(folder / name) for name in names
    ]
    for name in names:
        assert (folder / name).read_bytes().startswith(beginning)
    assert sorted(path.name for path in folder.iterdir()) == sorted(names)


def test_standard_output_takes_the_data(report):
    code, out, err = report("--format", "json", "-o", "-")

    assert (code, err) == (0, "")
    assert [trial["number"] for trial in json.loads(out)["trials"]] == [0, 1, 2, 3]


def test_a_report_replaces_one_of_its_kind_and_nothing_else(report, folder):
    (folder / "a.csv").write_text("of an earlier time")
    (folder / "train.py").write_text("import this")

    assert report("-o", "a.csv")[0] == 0
    code, out, err = report("--format", "csv", "-o", "train.py")

    assert (folder / "a.csv").read_text().startswith("run_id,")
    assert (code, out) == (1, "")
    assert "'train.py' is there already, and does not look like a report in csv" in err
    assert (folder / "train.py").read_text() == "import this"


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["-o", "a.xlsx"], 2, "end it in .html, .csv, .json or .parquet, or give --format"),
        (["-o", "no/a.csv"], 1, "there is no folder"),
        (["-o", "."], 1, "which is a folder"),
        (["-o", f"{'a' * 300}.csv"], 1, ".csv' cannot be written: "),
        (["--points"], 2, "--points is for --format csv, json and parquet"),
        (["--points", "--format", "csv", "-o", "-"], 2, "makes two files"),
    ],
)
def test_what_cannot_be_written_is_told(report, words, code, told):
    assert (code, True) == (lambda said: (said[0], told in said[2]))(report(*words))


@pytest.mark.parametrize("name", ["jinja2", "plotly"])
def test_a_page_without_its_library_names_what_to_install(report, folder, monkeypatch, name):
    for module in [m for m in sys.modules if m.partition(".")[0] == name]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, name, None)

    code, _, err = report()

    assert code == 1
    assert (
        f"A report needs {name}, which is not installed: pip install 'hyperlocal[studio]'" in err
    )
    assert list(folder.iterdir()) == []


def test_data_needs_none_of_what_the_page_needs(report, monkeypatch):
    for name in ("jinja2", "plotly", "pandas"):
        monkeypatch.setitem(sys.modules, name, None)

    assert report("--format", "csv")[0] == report("--format", "json")[0] == 0


def test_a_run_that_is_not_there_is_told(history, capfd):
    code = cli.main(["report", "HD_none"])

    assert code == 1
    assert "HD_none" in capfd.readouterr().err
