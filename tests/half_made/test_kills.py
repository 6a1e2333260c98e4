"""Whoever writes is killed at some step: others see nothing of it, or all, and do it again."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

KILLING = Path(__file__).with_name("killing.py")

CASES = {
    "Download": "a dataset's files, to a folder of the user",
    "File": "files of a run",
    "FilesBack": "files of a run, back to a folder of the user",
    "Folder": "a folder of a run",
    "Frame": "a data frame that becomes a dataset",
    "ModelDelete": "a model that is deleted",
    "ModelDownload": "a model, to a folder of the user",
    "Promise": "outputs of completed runs that become datasets",
    "Register": "a model",
    "SmallFiles": "configurations, secrets and the data map",
    "Snapshot": "the source of a run",
    "Submit": "a submitted run",
    "Upload": "a folder, to a new folder of a datastore",
    "UploadDirectory": "a folder that becomes a dataset",
    "UploadOver": "a folder, over one that is there",
    "UploadToTheTop": "a folder, to the top of a datastore",
}


@pytest.fixture(scope="module")
def killer():
    """A process that has imported what all cases need, and forks for each."""
    process = subprocess.Popen(
        [sys.executable, KILLING, "serve"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with process:
        yield process
        process.stdin.close()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:  # a case that was given up still goes on
            os.killpg(process.pid, signal.SIGKILL)


@pytest.mark.parametrize("case", CASES, ids=CASES.values())
def test_a_kill_at_any_step_leaves_nothing_or_all(killer, case, tmp_path):
    print(case, tmp_path, sep="\n", file=killer.stdin, flush=True)
    code = killer.stdout.readline()

    said = (tmp_path / "said.txt").read_text()
    assert code == "0\n", said
    assert int(said.split()[-2]) >= 5  # steps at which it was killed
