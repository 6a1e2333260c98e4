"""Copies that notebooks make of their own scripts."""

from hyperlocal.check import check

TRAIN = "from azureml.core import Run\nRun.get_context().log('a', 1)\nimport nowhere_1\n"
RUN = """from azureml.core import Experiment, ScriptRunConfig
src = ScriptRunConfig({folder}, script="train.py", compute_target="c")
Experiment(None, "a").submit(src)
"""


def names(reports, project):
    return [report.name.replace(f"{project}/", "") for report in reports]


def test_what_a_cell_writes_is_told_once(project, notebook):
    path = notebook(f"%%writefile train.py\n{TRAIN}", RUN.format(folder="'.'"))
    (project / "train.py").write_text("import nowhere_2\n")  # from an earlier version of the cell

    found = check([path, str(project / "train.py")], str(project))

    assert names(found, project) == ["demo.ipynb", "demo.ipynb: train.py (cell 1)"]
    assert [f.subject for f in found[1].findings] == ["nowhere_1"]


def test_what_a_cell_copies_is_told_once_and_is_still_what_is_run(project, notebook):
    path = notebook("import shutil\nshutil.copy('train.py', 'job')", RUN.format(folder="'job'"))
    (project / "job").mkdir()
    for file in (project / "train.py", project / "job" / "train.py"):
        file.write_text(TRAIN)

    files = [path, str(project / "job" / "train.py"), str(project / "train.py")]
    found = check(files, str(project))

    assert names(found, project) == ["demo.ipynb", "train.py"]
    assert "train.py, which it runs, has 1 thing to see to" in found[0].findings[0].text


def test_others_with_the_same_text_are_told(project, reports):
    (project / "a").mkdir()
    (project / "a" / "script.py").write_text("x = 1\n")
    (project / "script.py").write_text("x = 1\n")
    files = [str(project / "a" / "script.py"), str(project / "script.py")]

    assert len(check(files, str(project))) == 2
