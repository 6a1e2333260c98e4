"""Reasons, from what real interpreters print when a script fails."""

import subprocess
import sys
import textwrap

import pytest

from hyperlocal.engine.outcome import after_exit
from hyperlocal.engine.raised import last_raised, shortened

needs_groups = pytest.mark.skipif(sys.version_info < (3, 11), reason="groups are of Python 3.11")


@pytest.fixture
def reason_of(tmp_path):
    """Run a script and return why it failed."""

    def run(script, *arguments):
        (tmp_path / "train.py").write_text(textwrap.dedent(script), encoding="utf-8")
        log = tmp_path / "log.txt"
        with open(log, "wb") as stream:
            done = subprocess.run(
                [sys.executable, "-X", "utf8", "train.py", *arguments],
                cwd=tmp_path,
                stdout=stream,
                stderr=subprocess.STDOUT,
                check=False,
            )
        return after_exit(done.returncode, str(log)).reason

    return run


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("raise ValueError('too hot')", "ValueError: too hot (exit code 1)"),
        (
            "raise ValueError('\\n  All failed.')",
            "ValueError: All failed. (exit code 1)",
        ),
        ("raise ValueError('\\n\\nfar\\nbelow')", "ValueError: far below (exit code 1)"),
        (
            "raise OSError('No file. Do this:\\n\\n    fetch it\\n\\nMore words.')",
            "OSError: No file. Do this: fetch it (exit code 1)",
        ),
        (
            "assert 1 > 2",
            "AssertionError in train.py, line 1: assert 1 > 2 (exit code 1)",
        ),
        (
            "class Odd(Exception): pass\nraise Odd",
            "Odd in train.py, line 2: raise Odd (exit code 1)",
        ),
        ("import json\njson.loads('{')", "JSONDecodeError: Expecting property name enclosed in "),
        ("x = (", "SyntaxError: "),
        ("if 1:\nx = 2", "IndentationError: "),
        (
            "import sys\nsys.exit('no data: caf\\u00e9')",
            "exit code 1; its last output was: no data: café",
        ),
        (
            "import sys, warnings\nwarnings.warn('old')\nprint('no data', file=sys.stderr)\n"
            "warnings.warn('late')\nsys.exit(3)",
            "exit code 3; its last output was: no data",
        ),
        ("import os\nos.kill(os.getpid(), 9)", "ended by signal 9 (SIGKILL), perhaps"),
        (
            "import sys\nprint('Killed')\nsys.exit(137)",
            "exit code 137: its command was ended by signal 9 (SIGKILL), perhaps",
        ),
        (
            "def f(n): g(n)\ndef g(n): f(n)\nf('" + "y" * 300 + "')",
            "RecursionError: maximum recursion depth exceeded",
        ),
    ],
)
def test_the_reason_is_what_the_exception_says(reason_of, script, reason):
    assert reason_of(script).startswith(reason)


def test_a_script_that_cannot_be_parsed_is_told_with_its_line(reason_of):
    assert "(train.py, line 2)" in reason_of("y = 1\nx = (\n")


def test_of_chained_exceptions_the_last_one_counts_and_its_cause_is_told(reason_of):
    chained = """
        try:
            {}["lr"]
        except KeyError as error:
            raise RuntimeError("no rate:\\n  lr") from error
    """

    reason = reason_of(chained)

    assert reason == "RuntimeError: no rate: lr (exit code 1); caused by KeyError: 'lr'"


def test_a_cause_that_says_the_same_is_told_once(reason_of):
    reason = reason_of(
        "try: open('none.csv')\nexcept OSError as e: raise ValueError(f'no data: {e}')"
    )

    assert reason.count("none.csv") == 1


@needs_groups
def test_a_group_is_told_with_what_is_in_it(reason_of):
    grouped = """
        def failed(error):
            try:
                raise error
            except Exception as caught:
                return caught
        inner = ExceptionGroup("inner", [failed(OSError("c"))])
        raise ExceptionGroup("two folds", [failed(ValueError("a\\n b")), KeyError("b"), inner])
    """

    reason = reason_of(grouped)

    assert reason.startswith("ExceptionGroup: two folds (3 sub-exceptions): ")
    for part in ("ValueError: a b", "KeyError: 'b'", "OSError: c"):
        assert part in reason


@needs_groups
def test_what_is_raised_while_a_group_is_handled_counts(reason_of):
    reason = reason_of(
        "try: raise ExceptionGroup('g', [ValueError('a')])\n"
        "except ExceptionGroup: raise RuntimeError('last')"
    )

    assert reason.startswith("RuntimeError: last (exit code 1)")


def test_fits_that_failed_are_told_with_why(reason_of):
    fits = """
        import numpy as np
        from sklearn.linear_model import LogisticRegression
        from sklearn.model_selection import GridSearchCV
        X, y = np.full((20, 1), np.nan), np.arange(20) % 2
        GridSearchCV(LogisticRegression(), {"C": [1]}, cv=5).fit(X, y)
    """

    reason = reason_of(fits)

    assert reason.startswith("ValueError: All the 5 fits failed.")
    assert "; caused by ValueError: Input X contains NaN" in reason


def test_what_a_worker_process_raised_is_told_once(reason_of):
    parallel = """
        from joblib import Parallel, delayed
        def fit(n):
            raise ValueError(f"fold {n} is empty")
        if __name__ == "__main__":
            Parallel(n_jobs=2)(delayed(fit)(n) for n in range(1))
    """

    assert reason_of(parallel) == "ValueError: fold 0 is empty (exit code 1)"


def test_a_message_of_ours_is_told_without_its_answer_in_json(reason_of):
    ours = """
        from hyperlocal.azureml.exceptions import UserErrorException
        raise UserErrorException("No data 'sales':\\n    hyperlocal data add sales FILE")
    """

    reason = reason_of(ours)

    expected = "UserErrorException: No data 'sales': hyperlocal data add sales FILE (exit code 1)"
    assert reason == expected


def test_wrong_arguments_are_told_by_what_is_wrong(reason_of):
    parses = """
        import argparse, atexit
        parser = argparse.ArgumentParser(prog="t")
        parser.add_argument("--lr", type=float)
        atexit.register(print, "bye")
        parser.parse_args()
    """

    assert reason_of(parses, "--lr", "x") == (
        "exit code 2; its last output was: t: error: argument --lr: invalid float value: 'x'"
    )


def test_what_ended_in_a_thread_did_not_end_the_script(reason_of):
    threads = """
        import sys, threading, traceback
        def work(): raise KeyError("in a thread")
        class Held:
            def __del__(self): raise KeyError("at the end")
        held = Held()
        thread = threading.Thread(target=work)
        thread.start(); thread.join()
        raise ValueError("here")
    """

    assert reason_of(threads) == "ValueError: here (exit code 1)"


def test_what_was_caught_and_printed_did_not_end_the_script(reason_of):
    prints = """
        import logging
        try:
            1 / 0
        except ZeroDivisionError:
            logging.exception("Skipped this one:")
        for epoch in range(30):
            print("epoch", epoch)
        raise SystemExit("no data")
    """

    assert reason_of(prints).endswith("its last output was: no data")


BAR = "  3%|#         | 3/100 [00:00<00:10, 9.1it/s]"
FRAMES = '  File "t.py", line 3, in f\n    step(x)\n'


@pytest.mark.parametrize(
    ("output", "text", "cause"),
    [
        (
            f"{BAR}Traceback (most recent call last):\n{FRAMES}ValueError: bad\n{BAR}\n",
            "ValueError: bad",
            None,
        ),
        (
            f"Traceback (most recent call last):\n{FRAMES}ValueError: bad\n"
            "/lib/tracker.py:254: UserWarning: resource_tracker: 1 leaked object\n"
            "  warnings.warn('resource_tracker')\n",
            "ValueError: bad",
            None,
        ),
        (
            f"Traceback (most recent call last):\n{FRAMES}ValueError: bad\n"
            f"Exception ignored in: <function A.__del__ at 0x7f>\n"
            f"Traceback (most recent call last):\n{FRAMES}KeyError: 'x'\n",
            "ValueError: bad",
            None,
        ),
        (
            # As torch tells what a worker of a data loader raised.
            f"Traceback (most recent call last):\n{FRAMES}"
            "ValueError: Caught ValueError in DataLoader worker process 0.\n"
            f"Original Traceback (most recent call last):\n{FRAMES}ValueError: no image\n",
            "ValueError: Caught ValueError in DataLoader worker process 0. ValueError: no image",
            None,
        ),
        (
            # As TensorFlow tells where in its graph it was.
            f"Traceback (most recent call last):\n{FRAMES}"
            "tensorflow.framework.errors_impl.InvalidArgumentError: Graph execution error:\n"
            "\nDetected at node 'loss/sub' defined at (most recent call last):\n"
            f"{FRAMES}Incompatible shapes: [32,10] vs. [32,1]\n"
            "\t [[{{node loss/sub}}]] [Op:__inference_train_function_1]\n",
            "InvalidArgumentError: Graph execution error: Incompatible shapes: [32,10] vs. [32,1] "
            "[[{{node loss/sub}}]] [Op:__inference_train_function_1]",
            None,
        ),
        (
            f"Traceback (most recent call last):\n{FRAMES}"
            "RuntimeError: Error(s) in loading state_dict for Net:\n"
            '\tMissing key(s) in state_dict: "a.weight". \n',
            "RuntimeError: Error(s) in loading state_dict for Net: Missing key(s) in state_dict: "
            '"a.weight".',
            None,
        ),
        (
            f"Traceback (most recent call last):\n{FRAMES}KeyError: 'a'\n\n"
            "The above exception was the direct cause of the following exception:\n\n"
            f"Traceback (most recent call last):\n{FRAMES}lib.errors.DataError\n",
            "DataError in t.py, line 3: step(x)",
            "KeyError: 'a'",
        ),
    ],
)
def test_libraries_and_ends_of_interpreters(output, text, cause):
    raised = last_raised(output.splitlines())

    assert (raised.text, raised.cause) == (text, cause)


def test_without_a_traceback_nothing_was_raised():
    assert last_raised(["epoch 1", "loss: 3"]) is None


def test_a_long_message_keeps_its_end():
    text = shortened("x" * 5000 + " do this")

    assert len(text) < 500
    assert text.endswith(" do this")


@pytest.mark.parametrize("n_cut", range(0, 120, 7))
def test_the_end_of_a_very_long_traceback_is_enough_wherever_it_begins(n_cut):
    frame = '  File "/project/train.py", line 3, in f\n    g(n)\n    ^^^^\n'
    output = (frame * 200)[n_cut:] + "RecursionError: too deep\n"

    assert last_raised(output.splitlines()).text == "RecursionError: too deep"
