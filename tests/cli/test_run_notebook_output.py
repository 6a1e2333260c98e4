"""`hyperlocal run NOTEBOOK --output FILE`: the executed notebook, with what its cells put out."""

import json
import os
import signal
import subprocess
import time

import nbformat
import pytest

from tests.cli.conftest import COMMAND


def write_notebook(path, cells, *, minor=5, **metadata):
    made = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("# Tuning"),
            *(nbformat.v4.new_code_cell(source) for source in cells),
        ]
    )
    made.metadata = metadata
    made.nbformat_minor = minor
    if minor < 5:
        for cell in made.cells:
            del cell["id"]
    path.write_text(json.dumps(made), encoding="utf-8")
    return path


def executed(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def put_out(cell):
    """What a cell put out, in a line each."""
    told = []
    for output in cell.outputs:
        if output.output_type == "stream":
            told.append(f"{output.name}: {output.text}")
        elif output.output_type == "error":
            told.append(f"{output.ename}: {output.evalue}")
        else:
            told.append(f"{output.output_type}: {output.data.get('text/plain')}")
    return told


CELLS = {
    "prints": "import sys\nprint('one')\nprint('two', file=sys.stderr)\nprint('three')",
    "commands": "import os\n!echo one\nos.system('echo two >&2')\nprint('three')",
    "processes": "import subprocess\nprint('1')\n_ = subprocess.run(['echo', '2'])\n"
    "print('3')\n_ = os.write(1, b'4\\n')\nprint('5')\n"
    "_ = subprocess.run(['echo', '6'], stdout=sys.stdout)",
    "bytes": "_ = sys.stdout.buffer.write(b'one\\n')\nprint('two')",
    "bash": "%%bash\necho one",
    "value": "class Shown:\n    def _repr_html_(self):\n        return '<b>one</b>'\n"
    "    def __repr__(self):\n        return 'one'\nShown()",
    "no value": "Shown();",
    "picture": "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\n"
    "plt.show()\nprint('drawn')",
    "display": "from IPython.display import display\nhandle = display('first', display_id=True)",
    "update": "handle.update('second')",
    "clear": "from IPython.display import clear_output\nprint('gone')\nclear_output(wait=True)\n"
    "print('stays')",
    "progress": "for n in range(3):\n    print(n, end='\\r')\nprint('\\ndone')",
    "fork": "child = os.fork()\nif not child:\n    print('child')\n    os._exit(0)\n"
    "_ = os.waitpid(child, 0)\nprint('parent')",
    "thread": "import threading\nthread = threading.Thread(target=print, args=['in a thread'])\n"
    "thread.start()\nthread.join()",
    "unicode": "print('naïve 🙂')",
    "captured": "%%capture kept\nprint('one')",
    "shown captured": "kept.stdout",
    "no JSON": "display({'application/json': {'nan': float('nan'), 'at': {1}}}, raw=True)",
    "terminal": "sys.stdout.isatty(), sys.stdout.fileno()",
    "empty": "",
    "meant to fail": "1 / 0",
    "fails": "def inner():\n    raise ValueError('no <b>such</b>')\ninner()",
    "after": "print('never')",
}


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """A notebook that was run to its failing cell: what the command said, and its cells."""
    folder = tmp_path_factory.mktemp("executed")
    path = write_notebook(folder / "tuning.ipynb", CELLS.values())
    notebook = json.loads(path.read_text())
    names = [None, *CELLS]
    tagged = notebook["cells"][names.index("meant to fail")]
    tagged["metadata"]["tags"] = ["raises-exception"]
    stale = {"output_type": "stream", "name": "stdout", "text": "of an earlier time"}
    notebook["cells"][names.index("after")] |= {"outputs": [stale], "execution_count": 9}
    path.write_text(json.dumps(notebook))
    ran = subprocess.run(
        [*COMMAND, "run", "tuning.ipynb", "--output", "executed.ipynb"],
        cwd=folder,
        env={**os.environ, "HYPERLOCAL_HOME": str(folder / ".hyperlocal")},
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )
    cells = executed(folder / "executed.ipynb")
    return ran, dict(zip(CELLS, cells, strict=True)), folder


@pytest.mark.parametrize(
    ("name", "outputs"),
    [
        ("prints", ["stdout: one\n", "stderr: two\n", "stdout: three\n"]),
        ("commands", ["stdout: one\n", "stderr: two\n", "stdout: three\n"]),
        ("processes", ["stdout: 1\n2\n3\n4\n5\n6\n"]),
        ("bytes", ["stdout: one\ntwo\n"]),
        ("bash", ["stdout: one\n"]),
        ("value", ["execute_result: one"]),
        ("no value", []),
        ("picture", ["display_data: <Figure size 640x480 with 1 Axes>", "stdout: drawn\n"]),
        ("display", ["display_data: 'second'"]),
        ("update", []),
        ("clear", ["stdout: stays\n"]),
        ("progress", ["stdout: 2\ndone\n"]),
        ("fork", ["stdout: child\nparent\n"]),
        ("thread", ["stdout: in a thread\n"]),
        ("unicode", ["stdout: naïve 🙂\n"]),
        ("captured", []),
        ("shown captured", ["execute_result: 'one\\n'"]),
        ("terminal", ["execute_result: (False, 1)"]),
        ("empty", []),
        ("meant to fail", ["ZeroDivisionError: division by zero"]),
        ("fails", ["ValueError: no <b>such</b>"]),
        ("after", []),
    ],
)
def test_a_cell_has_what_it_put_out(done, name, outputs):
    assert put_out(done[1][name]) == outputs


def test_cells_have_their_numbers_and_those_that_were_not_run_have_none(done):
    counts = [cell.execution_count for cell in done[1].values()]

    n_run = len(CELLS) - 1
    is_empty = [not source for source in CELLS.values()]
    expected = [None if empty else n for n, empty in enumerate(is_empty, 1)]
    assert counts == [*expected[:n_run], None]


def test_values_and_pictures_are_kept_in_all_their_forms(done):
    (value,) = done[1]["value"].outputs
    (picture, _) = done[1]["picture"].outputs

    assert value.data == {"text/html": "<b>one</b>", "text/plain": "one"}
    assert value.execution_count == done[1]["value"].execution_count
    assert picture.data["image/png"].startswith("iVBOR")


def test_what_json_cannot_hold_does_not_spoil_the_notebook(done):
    (output,) = done[1]["no JSON"].outputs

    assert output.data["application/json"] == {"nan": None, "at": "{1}"}


def test_an_error_has_its_traceback(done):
    (output,) = done[1]["fails"].outputs

    assert "raise ValueError" in "\n".join(output.traceback)
    assert done[0].returncode == 1


def test_the_terminal_has_all_that_it_has_without_an_output(done):
    ran, _, folder = done

    assert "--- code cell 1 of 23 ---\none\nthree\n--- code cell 2 of 23 ---\none\n" in ran.stdout
    assert "Out[6]: one\n" in ran.stdout
    assert "first" in ran.stdout
    assert "Figure: " in ran.stdout
    assert "two\n" in ran.stderr
    assert "ValueError: no <b>such</b>" in ran.stdout
    assert ran.stdout.endswith(f"Executed notebook: {folder / 'executed.ipynb'}\n")
    assert "code cell 22 of tuning.ipynb failed; those after it were not run" in ran.stderr


def test_an_executed_notebook_says_what_runs_it(done):
    metadata = nbformat.read(done[2] / "executed.ipynb", as_version=4).metadata

    assert metadata.kernelspec.name == "python3"
    assert metadata.language_info.name == "python"


@pytest.mark.parametrize(
    "words",
    [
        ["run", "-o", "new.ipynb", "tuning.ipynb"],
        ["run", "tuning.ipynb", "--output=new.ipynb"],
        ["run", "sub/../tuning.ipynb", "-o", "tuning.ipynb"],
    ],
)
def test_the_output_is_named_before_or_after_the_notebook_and_may_be_itself(
    hyperlocal, folder, words
):
    (folder / "sub").mkdir()
    write_notebook(folder / "tuning.ipynb", ["print('one')"], minor=2, kernelspec={"name": "mine"})
    target = folder / ("tuning.ipynb" if "new" not in str(words) else "new.ipynb")

    said = hyperlocal(*words)

    assert said.code == 0
    assert said.lines[-1] == f"Executed notebook: {target}"
    assert put_out(executed(target)[0]) == ["stdout: one\n"]
    assert nbformat.read(target, as_version=4).metadata.kernelspec.name == "mine"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["tuning.ipynb", "--output"], "--output needs a file"),
        (["tuning.ipynb", "--output", "no/new.ipynb"], "there is no folder"),
        (["tuning.ipynb", "--output", "sub"], "which is a folder"),
        (["tuning.ipynb", "--output", "new.ipynb", "more"], "a notebook takes no arguments"),
        (["--output", "new.ipynb", "train.py"], "--output is for notebooks, and 'train.py'"),
        (["--output", "new.ipynb", "-m", "json"], "--output is for notebooks, and 'json'"),
    ],
)
def test_an_output_that_cannot_be_is_told_before_anything_runs(hyperlocal, folder, words, told):
    write_notebook(folder / "tuning.ipynb", ["open('ran', 'w')"])
    (folder / "train.py").write_text("open('ran', 'w')")
    (folder / "sub").mkdir()

    said = hyperlocal("run", *words)

    assert said.code == 2
    assert told in said.err
    assert not (folder / "ran").exists()


WAITS = "import time\nprint('begun')\nopen('begun', 'w').close()\ntime.sleep(30)"


@pytest.mark.parametrize(
    ("number", "code", "error"),
    [
        (signal.SIGINT, 130, ["KeyboardInterrupt: "]),
        (signal.SIGTERM, -signal.SIGTERM, []),
    ],
)
def test_a_notebook_that_is_ended_is_written(folder, number, code, error):
    write_notebook(folder / "tuning.ipynb", ["print('one')", WAITS, "print('never')"])
    process = subprocess.Popen(
        [*COMMAND, "run", "tuning.ipynb", "--output", "executed.ipynb"],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 40
    while not (folder / "begun").exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)

    process.send_signal(number)

    assert process.wait(timeout=30) == code
    first, waits, last = executed(folder / "executed.ipynb")
    assert put_out(first) == ["stdout: one\n"]
    assert put_out(waits) == ["stdout: begun\n", *error]
    assert last.outputs == []


def test_a_notebook_that_cannot_be_written_at_the_end_is_told(folder, hyperlocal):
    cell = "import shutil\nprint('one')\nshutil.rmtree('sub')"
    write_notebook(folder / "tuning.ipynb", [cell])
    (folder / "sub").mkdir()

    said = hyperlocal("run", "tuning.ipynb", "-o", "sub/executed.ipynb")

    assert said.code == 1
    assert f"{str(folder / 'sub' / 'executed.ipynb')!r} cannot be written: No such" in said.err


def test_a_surrogate_is_kept_as_an_escape(folder, hyperlocal):
    write_notebook(folder / "tuning.ipynb", ["'\\ud800'.join('ab')"])

    hyperlocal("run", "tuning.ipynb", "-o", "executed.ipynb", PYTHONIOENCODING="utf-8")

    (cell,) = executed(folder / "executed.ipynb")
    assert put_out(cell) == ["execute_result: 'a\\ud800b'"]
