"""A sweep outlives its driver, and is found again by its id."""

import os
import re
import signal
import subprocess
import sys
import time

import pytest

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]


def test_killing_the_driver_right_after_submit_loses_nothing(
    sweep_folder, driver_of, questions_about
):
    sweep_folder.write("driver.py", driver_of(pause=0.1) + "\nimport time\ntime.sleep(60)\n")
    driver = subprocess.Popen(
        [sys.executable, "-m", "hyperlocal", "run", "driver.py"],
        cwd=sweep_folder.path,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with driver:
        run_id = next(line for line in driver.stdout if line.startswith("Run:")).split()[1]
        os.killpg(driver.pid, signal.SIGKILL)
    assert driver.returncode == -signal.SIGKILL

    sweep_folder.write("questions.py", questions_about(run_id))
    said = sweep_folder.run("questions.py")

    assert said.after("Status:") == "Completed"
    assert said.after("Children:") == str(["Completed"] * 4)
    assert said.after("Best:") == f"{run_id}_3 {{'score': 40}}"
    assert (sweep_folder.path / "best.txt").read_text() == "4"


def test_a_closed_terminal_does_not_end_the_sweep(sweep_folder, driver_of, questions_about):
    sweep_folder.write("driver.py", driver_of(pause=0.1) + "\nimport time\ntime.sleep(60)\n")
    driver = subprocess.Popen(
        [sys.executable, "-m", "hyperlocal", "run", "driver.py"],
        cwd=sweep_folder.path,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with driver:
        run_id = next(line for line in driver.stdout if line.startswith("Run:")).split()[1]
        os.killpg(driver.pid, signal.SIGHUP)

    sweep_folder.write("questions.py", questions_about(run_id))
    said = sweep_folder.run("questions.py")

    assert said.after("Children:") == str(["Completed"] * 4)


def test_submit_returns_before_the_trials_end(sweep_folder, driver_of, questions_about):
    sweep_folder.write("driver.py", driver_of(pause=600))

    said = sweep_folder.run("driver.py")
    run_id = said.after("Run:")

    assert re.fullmatch(r"HD_[0-9a-f-]{36}", run_id)
    cancelled = sweep_folder.hyperlocal("cancel", run_id)
    assert cancelled.exit_code == 0
    sweep_folder.write("questions.py", questions_about(run_id).split("best =")[0])
    said = sweep_folder.run("questions.py")
    assert said.after("Status:") == "Canceled"


def test_no_process_is_left_behind(sweep_folder, questions_about, processes_in):
    run_id = sweep_folder.run("driver.py").after("Run:")
    sweep_folder.write("questions.py", questions_about(run_id))
    sweep_folder.run("questions.py")

    deadline = time.monotonic() + 30
    while processes_in(sweep_folder.home) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert processes_in(sweep_folder.home) == []
