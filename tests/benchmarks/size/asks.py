"""What is asked of large homes; run as a script, under whichever `hyperlocal` is on the path.

Prints a line of JSON a measurement: its name, and how many seconds it took. Of what large homes
are asked that is processor time, commands included: they wait for nothing else, and other programs
disturb it less.
"""

import contextlib
import functools
import itertools
import json
import os
import resource
import subprocess
import sys
import time

import homes

_MEGABYTES = 200
_COMMAND = (sys.executable, "-m", "hyperlocal")


def _told(name, ask, *values, clock=None):
    clock = clock or _processor_time
    began = clock()
    ask(*values)
    print(json.dumps([name, clock() - began]), flush=True)


def _processor_time():
    commands = resource.getrusage(resource.RUSAGE_CHILDREN)  # that have ended
    return time.process_time() + commands.ru_utime + commands.ru_stime


def _command(name, *words):
    _told(
        name, lambda: subprocess.run([*_COMMAND, *words], stdout=subprocess.DEVNULL, check=False)
    )


def _used_up(iterator):
    for _ in iterator:
        pass


def _silently(ask):
    with open(os.devnull, "w", encoding="utf-8") as nowhere, contextlib.redirect_stdout(nowhere):
        ask()


def _face():
    from hyperlocal.azureml.core import Experiment, Run, Workspace
    from hyperlocal.azureml.train.hyperdrive import HyperDriveRun
    from hyperlocal.azureml.widgets import RunDetails

    experiment = Experiment(Workspace.from_config(), "large")
    return experiment, Run, HyperDriveRun, RunDetails


def ask_sweep():
    """Ask a sweep with many children."""
    _command("first command after an upgrade", "show", f"{homes.SWEEP}_3")
    _command("hyperlocal list", "list")
    _command("hyperlocal list --all", "list", "--all")
    _command("hyperlocal show SWEEP", "show", homes.SWEEP)
    _command("hyperlocal show TRIAL", "show", f"{homes.SWEEP}_7")
    _command("hyperlocal show HD_5a5a_7", "show", "HD_5a5a_7")
    experiment, _, parent_of, details = _face()
    run = parent_of(experiment, homes.SWEEP)
    _told("get_best_run_by_primary_metric", run.get_best_run_by_primary_metric)
    _told("best run that did not fail", lambda: run.get_best_run_by_primary_metric(False))
    _told("sorted children, top 10", lambda: run.get_children_sorted_by_primary_metric(top=10))
    _told("sorted children, all", run.get_children_sorted_by_primary_metric)
    _told("get_children, the first", lambda: next(iter(run.get_children())))
    _told("get_children, all", lambda: _used_up(run.get_children()))
    _told("get_metrics of the children", run.get_metrics)
    _told("get_hyperparameters", run.get_hyperparameters)
    _told("get_status", run.get_status)
    _told("get_details", run.get_details)
    _told("RunDetails(run).show()", lambda: _silently(details(run).show))
    _ask_watch(run)
    _ask_whatif(run)


def _ask_watch(run):
    from hyperlocal.views.plans import sweep_of
    from hyperlocal.views.sweep_progress import SweepProgress

    history = run._history
    record = history.runs.get(homes.SWEEP)
    watch = SweepProgress(history, record, sweep_of(record))
    _told("watch, the first look", watch.step)
    _told("watch, another look", watch.step)


def _ask_whatif(run):
    from hyperlocal.whatif.recorded_runs import recording_of

    _told("whatif, loading the sweep", recording_of, run._history, homes.SWEEP)


def ask_runs():
    """Ask a home with many runs."""
    _command("first command after an upgrade", "show", "single_3")
    _command("hyperlocal list", "list")
    _command("hyperlocal list --all", "list", "--all")
    _command("hyperlocal list --experiment", "list", "--experiment", "experiment-1")
    _command("hyperlocal show RUN", "show", "single_3")
    experiment, *_ = _face()
    _told("get_runs, the first", lambda: next(iter(experiment.get_runs())))
    every = experiment.get_runs(include_children=True)
    _told("get_runs with children, the first", lambda: next(iter(every)))
    every = experiment.get_runs(include_children=True)
    _told("get_runs with children, 10,000", lambda: _used_up(itertools.islice(every, 10_000)))


def ask_all_runs():
    """Ask for everything in a home."""
    _command("hyperlocal list --all -n 0", "list", "--all", "-n", "0")
    _command("hyperlocal doctor", "doctor")
    experiment, *_ = _face()
    _told(
        "get_runs with children, all",
        lambda: _used_up(experiment.get_runs(include_children=True)),
    )


def ask_points():
    """Ask a trial that logged much."""
    experiment, run_of, parent_of, _ = _face()
    child = run_of(experiment, f"{homes.SWEEP}_0")
    parent = parent_of(experiment, homes.SWEEP)
    _told("get_metrics of the trial", child.get_metrics)
    _told("get_metrics of its sweep", parent.get_metrics)
    _told("get_metrics(recursive=True)", lambda: run_of.get_metrics(parent, recursive=True))
    _told("get_best_run_by_primary_metric", parent.get_best_run_by_primary_metric)
    _command("hyperlocal show TRIAL", "show", f"{homes.SWEEP}_0")
    _command("hyperlocal show SWEEP", "show", homes.SWEEP)


_WRITES = f"""import sys
line = "x" * 99 + "\\n"
for _ in range({_MEGABYTES} * 10_000):
    sys.stdout.write(line)
"""


def ask_output():
    """Run a script that writes much, as it is and as a run."""
    from hyperlocal.azureml.core import ScriptRunConfig

    os.makedirs("source", exist_ok=True)
    with open("source/train.py", "w", encoding="utf-8") as file:
        file.write(_WRITES)
    with open("plain.txt", "wb") as output:
        _told(
            "the script alone",
            lambda: subprocess.run([sys.executable, "source/train.py"], stdout=output, check=True),
            clock=time.perf_counter,
        )
    experiment, *_ = _face()
    config = ScriptRunConfig(source_directory="source", script="train.py")
    run = experiment.submit(config)
    _told("as a run", run.wait_for_completion, clock=time.perf_counter)
    run = experiment.submit(config)
    shows = functools.partial(run.wait_for_completion, show_output=True)
    _told("as a run, with show_output", lambda: _silently(shows), clock=time.perf_counter)
    _told("get_details_with_logs", run.get_details_with_logs)
    _command("hyperlocal show RUN", "show", run.id)


_LOGS = """import sys, time
from azureml.core import Run

run = Run.get_context()
run.log("loss", 0.0)
began, slowest = time.perf_counter(), 0.0
for number in range(int(sys.argv[1])):
    before = time.perf_counter()
    run.log("loss", (number * 7919 % 1000) / 7)
    slowest = max(slowest, time.perf_counter() - before)
print(time.perf_counter() - began, slowest)
"""
_N_LOGGED = 20_000


def ask_logging():
    """Log, alone, beside a busy processor, and from several trials at once."""
    from hyperlocal.azureml.core import ScriptRunConfig

    os.makedirs("source", exist_ok=True)
    with open("source/train.py", "w", encoding="utf-8") as file:
        file.write(_LOGS)
    experiment, *_ = _face()

    def logged(n_runs):
        config = ScriptRunConfig("source", "train.py", arguments=[str(_N_LOGGED)])
        runs = [experiment.submit(config) for _ in range(n_runs)]
        for run in runs:
            run.wait_for_completion()
        logs = [run._history.folder(run.id).output_log.read_text().split() for run in runs]
        took = max(float(log[0]) for log in logs)
        print(json.dumps([f"1,000 values, {n_runs} at once", took / n_runs / _N_LOGGED * 1000]))
        slowest = max(float(log[1]) for log in logs)
        print(json.dumps([f"the slowest value, {n_runs} at once", slowest]), flush=True)

    logged(1)
    logged(4)
    run = experiment.start_logging()
    _told("log_list of 10,000", lambda: run.log_list("list", [n / 7 for n in range(10_000)]))
    _told("1,000 log_row", lambda: [run.log_row("row", x=n, y=n / 7) for n in range(1000)])
    columns = {"x": list(range(10_000)), "y": [n / 7 for n in range(10_000)]}
    _told("log_table of 10,000 rows", lambda: run.log_table("table", columns))
    run.complete()


def ask_trials(n_trials):
    """Simulate sweeps: what each trial costs its controller."""
    for kind, space, policy in homes.SWEEPS:
        _rehearsed(n_trials, kind, space, policy)


def _rehearsed(n_trials, kind, space, policy):
    from hyperlocal.domain.trial_trace import Report, TrialTrace
    from hyperlocal.engine.simulated_sweep import simulate_sweep
    from hyperlocal.history import History

    home = os.environ["HYPERLOCAL_HOME"]
    name = f"HD_{kind}"
    history = History.open(home)
    plan = homes.plan(n_trials, *space(n_trials), policy)
    history.runs.create(name, experiment="large", kind="hyperdrive", plan=plan)
    history.close()
    marks = []

    def train(number, record):
        marks.append(time.process_time())
        return TrialTrace((Report(1.0, {"loss": record.parameters["x"]}),), 60.0, 1.0)

    simulate_sweep(home, name, train)
    tenth = n_trials // 10
    first, last = marks[tenth] - marks[0], marks[-1] - marks[-1 - tenth]
    print(json.dumps([f"1,000 trials of {kind}, the first tenth", first / tenth * 1000]))
    print(json.dumps([f"1,000 trials of {kind}, the last tenth", last / tenth * 1000]), flush=True)


def main():
    """Build or ask, as the arguments say."""
    what, *rest = sys.argv[1:]
    if what == "build":
        kind, size, has_folders = rest
        homes.build(os.environ["HYPERLOCAL_HOME"], kind, int(size), has_folders == "folders")
        return
    asks = {
        "sweep": ask_sweep,
        "runs": ask_runs,
        "all-runs": ask_all_runs,
        "points": ask_points,
        "output": ask_output,
        "logging": ask_logging,
        "trials": lambda: ask_trials(int(rest[0])),
    }
    asks[what]()


if __name__ == "__main__":
    main()
