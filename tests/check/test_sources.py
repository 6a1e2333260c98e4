"""Scripts and notebooks as they are found: magics, cells that write files, Python 2."""

import ast

import pytest

from hyperlocal.check import check
from hyperlocal.check.sources import read

USE = "from azureml.train.automl import AutoMLConfig\nAutoMLConfig()\n"


def places(path):
    return {
        report.name.rpartition("demo.ipynb: ")[2].rpartition("/")[2]: [
            str(finding.place) for finding in report.findings
        ]
        for report in check([path], ".")
    }


def test_lines_are_counted_in_code_cells(notebook):
    path = notebook("import os\n", "", f"\n{USE}")

    assert places(path) == {"demo.ipynb": ["cell 3 line 3"]}


@pytest.mark.parametrize(
    "cell",
    [
        f"%matplotlib inline\n{USE}",
        f"!pip install a \\\n  b c\n{USE}",
        f"%%time\n{USE}",
        f"files = !ls\n{USE}",
        f"x, y = %who_ls\n{USE}",
        f"AutoMLConfig?\n{USE}",
        f"if True:\n    !ls\n    %cd x\n{USE}",
        f"await thing()\n{USE}",
        f"text = '''\n%not a magic\n!nor a command'''\n{USE}",
    ],
)
def test_magics_are_read_over(notebook, cell):
    (source,) = read(notebook(cell))

    assert source.problems == []
    assert any(isinstance(node, ast.ImportFrom) for node in source.tree.body)
    line = cell.splitlines().index("AutoMLConfig()") + 1
    assert places(notebook(cell)) == {"demo.ipynb": [f"cell 1 line {line}"]}


@pytest.mark.parametrize("magic", ["%load_ext", "%reload_ext", "if True:\n    %load_ext"])
def test_an_extension_is_imported(notebook, magic):
    path = notebook(f"{magic} no_such_extension.of_ours")

    assert "no_such_extension" in " ".join(f.text for f in check([path], ".")[0].findings)


@pytest.mark.parametrize(
    "line", ["%load_ext autoreload", "%load_ext storemagic", "%load_ext json"]
)
def test_an_extension_that_is_there_is_no_finding(notebook, line):
    (report,) = check([notebook(line)], ".")

    assert report.findings == []


@pytest.mark.parametrize("magic", ["%%bash", "%%html", "%%R -i x", "%%javascript"])
def test_cells_in_another_language_are_none_of_ours(notebook, magic):
    (source,) = read(notebook(f"{magic}\necho $HOME | <b>\n"))

    assert (source.problems, source.tree.body) == ([], [])


def test_a_script_that_a_cell_writes_is_a_file_of_its_own(notebook):
    path = notebook(
        "import helper",
        f"%%writefile $folder/train.py\nimport train_helper\n{USE}",
        "%%writefile helper.py\nx = 1\n",
        f"%%writefile -a helper.py\n{USE}",
        "%%writefile notes.txt\nnot Python at all\n",
    )

    assert places(path) == {
        "demo.ipynb": [],
        "train.py (cell 2)": ["line 1", "line 3"],
        "helper.py (cell 4)": ["line 3"],
    }


def test_a_broken_cell_spoils_no_other(notebook):
    path = notebook("print 'Python 2'", USE, "def (:")

    assert places(path) == {"demo.ipynb": ["cell 1 line 1", "cell 2 line 2", "cell 3 line 1"]}


@pytest.mark.parametrize(
    ("line", "is_python_2"),
    [
        ("print 'hello'", True),
        ("print x", True),
        ("try: pass\nexcept ValueError, error: pass", True),
        ("raise ValueError, 'x'", True),
        ("exec 'x = 1'", True),
        ("x = 0777", True),
        ("if 1 <> 2: pass", True),
        ("def f(:", False),
    ],
)
def test_python_2_is_recognised(project, line, is_python_2):
    (project / "old.py").write_text(f"import os\n{line}\n")

    (source,) = read(str(project / "old.py"))

    assert [problem[2] for problem in source.problems] == [is_python_2]
    text = check([str(project / "old.py")], ".")[0].findings[0].text
    assert (text == "it is Python 2") is is_python_2


def test_other_encodings_are_read(project):
    (project / "old.py").write_bytes(b"# -*- coding: latin-1 -*-\nx = '\xe9'\n")
    (project / "wrong.py").write_bytes(b"x = '\xe9'\n")

    assert read(str(project / "old.py"))[0].problems == []
    assert read(str(project / "wrong.py"))[0].problems == []


@pytest.mark.parametrize("text", ["[]", "{", '{"cells": 3}'])
def test_what_is_no_notebook_is_told(project, text):
    (project / "demo.ipynb").write_text(text)

    (report,) = check([str(project / "demo.ipynb")], ".")

    assert not report.is_fine
    assert report.findings[0].text.startswith("it cannot be read: ")


def test_notebooks_of_2014_are_read(project):
    (project / "demo.ipynb").write_text(
        '{"worksheets": [{"cells": [{"cell_type": "code", "input": ["import os"]}]}]}'
    )

    (source,) = read(str(project / "demo.ipynb"))

    assert len(source.tree.body) == 1
