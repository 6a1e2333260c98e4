"""Whoever writes is killed at some step: others see nothing of it, or all, and do it again."""

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


@pytest.mark.parametrize("case", CASES, ids=CASES.values())
def test_a_kill_at_any_step_leaves_nothing_or_all(case, tmp_path):
    done = subprocess.run(
        [sys.executable, KILLING, case, tmp_path], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[-2]) >= 5  # steps at which it was killed
