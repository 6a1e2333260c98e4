"""Kinds: the sweeps that are run under a storm, and how a driver submits them."""

import os
from typing import NamedTuple

__all__ = [
    "KINDS",
    "N_POINTS",
    "Kind",
    "points_of",
    "submit",
    "sweep_of",
    "write_source",
]

_EXPERIMENT = "storm"
N_POINTS = 4
_SEED = 11
_GRID = (0.1, 0.2, 0.35, 0.5, 0.8)

# It needs nothing of the engine to testify: its witness is a file that it appends to, and locks
# that the system gives free at the very end of a process, however that comes.
_TRIAL = f"""import argparse, fcntl, os, random, time

parser = argparse.ArgumentParser()
parser.add_argument("--witness")
parser.add_argument("--slots", type=int)
parser.add_argument("--x", type=float)
args = parser.parse_args()
RUN = os.environ["AZUREML_RUN_ID"]
LIFE = f"{{os.getpid()}}.{{time.monotonic_ns()}}"
witness = os.open(os.path.join(args.witness, "marks"), os.O_WRONLY | os.O_APPEND | os.O_CREAT)

def mark(word, detail="-"):
    os.write(witness, f"{{time.monotonic():.6f}} {{RUN}} {{LIFE}} {{word}} {{detail}}\\n".encode())

def take(name):
    file = os.open(os.path.join(args.witness, name), os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return False
    return True

def owner():
    # Which controller this trial descends from; told by what stays the same in all namespaces.
    pid = os.getppid()
    while pid > 1:
        try:
            stat = open(f"/proc/{{pid}}/stat").read().rpartition(")")[2].split()
            words = open(f"/proc/{{pid}}/cmdline").read()
        except OSError:
            break
        if "hyperlocal.engine" in words:
            return f"{{stat[19]}}.{{stat[25]}}"
        pid = int(stat[1])
    return "-"

mark("start", owner())
if not take(f"trial-{{RUN}}"):
    mark("twice")
parent = RUN.rpartition("_")[0]
if not any(take(f"slot-{{parent}}-{{n}}") for n in range(args.slots)):
    mark("crowd")

from azureml.core import Run

run = Run.get_context()
for n in range({N_POINTS}):
    run.log("accuracy", -((args.x - 0.3) ** 2) - n / 100)
    mark("ack", n)
    time.sleep(random.uniform(0.02, 0.11))
with open("outputs/x.txt", "w") as file:
    file.write(f"{{args.x}} {{LIFE}}")
mark("end")
"""

_PREPARE = "import sys\nopen(sys.argv[1], 'w').write('prepared')\n"


class Kind(NamedTuple):
    """A kind of sweep whose parameters do not depend on how fast its trials are."""

    name: str
    sampling: str
    slots: int
    has_policy: bool = False
    builds_on_earlier: bool = False
    is_step: bool = False

    @property
    def trials_may_be_killed(self):
        """Whether that changes nothing: Bayesian sampling learns from trials that fail."""
        return self.sampling != "bayesian"


KINDS = (
    Kind("grid on 2 slots", "grid", 2),
    Kind("random on 1 slot", "random", 1),
    Kind("Bayesian on 1 slot", "bayesian", 1),
    Kind("random on 3 slots", "random", 3),
    Kind("Bandit policy", "random", 1, has_policy=True),
    Kind("Bayesian with resume_from", "bayesian", 1, builds_on_earlier=True),
    Kind("grid on 3 slots", "grid", 3),
    Kind("random with resume_from", "random", 2, builds_on_earlier=True),
    Kind("step of a pipeline", "random", 2, is_step=True),
)


def points_of(x):
    """Return what a trial logs."""
    return [-((x - 0.3) ** 2) - n / 100 for n in range(N_POINTS)]


def write_source(folder):
    """Write the scripts of trials and steps."""
    folder.mkdir(parents=True)
    (folder / "train.py").write_text(_TRIAL)
    (folder / "prepare.py").write_text(_PREPARE)


def submit(kind, source, witness, earlier=None):
    """Submit a sweep of a kind, or the pipeline that it is a step of; return the run."""
    from hyperlocal.azureml.core import Experiment, Workspace
    from hyperlocal.azureml.train.hyperdrive import HyperDriveRun

    workspace = Workspace.from_config()
    experiment = Experiment(workspace, _EXPERIMENT)
    arguments = ["--witness", os.fspath(witness), "--slots", kind.slots]
    if kind.is_step:
        return experiment.submit(_pipeline(workspace, kind, source, arguments))
    resumed = {} if earlier is None else {"resume_from": HyperDriveRun(experiment, earlier)}
    return experiment.submit(_sweep(kind, source, arguments, **resumed))


def _sweep(kind, source, arguments, **resumed):
    from hyperlocal.azureml.core import Environment, ScriptRunConfig
    from hyperlocal.azureml.train.hyperdrive import (
        BanditPolicy,
        HyperDriveConfig,
        PrimaryMetricGoal,
    )

    return HyperDriveConfig(
        run_config=ScriptRunConfig(
            os.fspath(source),
            "train.py",
            arguments,
            compute_target="cpu-cluster",
            environment=Environment("storm"),
        ),
        hyperparameter_sampling=_sampling(kind.sampling),
        policy=BanditPolicy(evaluation_interval=1, slack_amount=0.1) if kind.has_policy else None,
        primary_metric_name="accuracy",
        primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
        max_total_runs=5,
        max_concurrent_runs=kind.slots,
        **resumed,
    )


def _pipeline(workspace, kind, source, arguments):
    from hyperlocal.azureml.pipeline.core import Pipeline, PipelineData
    from hyperlocal.azureml.pipeline.steps import HyperDriveStep, PythonScriptStep

    data = PipelineData("prepared")
    prepare = PythonScriptStep(
        "prepare.py",
        source_directory=os.fspath(source),
        arguments=[data],
        outputs=[data],
        compute_target="cpu-cluster",
    )
    search = HyperDriveStep("search", _sweep(kind, source, arguments))
    search.run_after(prepare)
    return Pipeline(workspace, [search])


def _sampling(name):
    from hyperlocal.azureml.train.hyperdrive import (
        BayesianParameterSampling,
        GridParameterSampling,
        RandomParameterSampling,
        choice,
        uniform,
    )

    if name == "grid":
        return GridParameterSampling({"--x": choice(*_GRID)})
    sampling = BayesianParameterSampling if name == "bayesian" else RandomParameterSampling
    return sampling({"--x": uniform(0, 1)}, properties={"seed": _SEED})


def sweep_of(run):
    """Return the sweep of a submitted run: itself, or that of a pipeline's step, if there is."""
    from hyperlocal.azureml.train.hyperdrive import HyperDriveRun

    if isinstance(run, HyperDriveRun):
        return run
    sweeps = [each for each in run.get_children(recursive=True) if each.id.startswith("HD_")]
    sweeps = [each for each in sweeps if isinstance(each, HyperDriveRun)]
    return sweeps[0] if sweeps else None
