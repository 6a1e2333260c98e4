"""The face: whatever Python code may hand to the SDK's constructors and calls."""

import contextlib
import os
import random

from hyperlocal.azureml.exceptions import AzureMLException, ServiceException
from hyperlocal.errors import HyperlocalError
from tests.fuzz.cases import Case, in_words
from tests.fuzz.stuff import (
    a_hashable,
    a_name,
    a_number,
    a_text,
    a_value,
    an_integer,
    chance,
    pick,
)

__all__ = [
    "a_definition",
    "a_telling",
    "allowed",
    "an_expression",
    "recorded_only",
    "variables_set",
]


def allowed():
    """What calls of the face may raise: its own, ours, and the system's."""
    return (AzureMLException, ServiceException, HyperlocalError, OSError)


@contextlib.contextmanager
def variables_set(variables, folder):
    """Have variables and a working folder for a while."""
    from tests.fuzz.cases import _forget_connections

    before, folder_before = dict(os.environ), os.getcwd()
    os.environ.update(variables)
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(folder_before)
        os.environ.clear()
        os.environ.update(before)
        _forget_connections()


class _Nobody:
    """In charge of a home whose runs are recorded and not started."""

    def admit(self):
        pass

    def start(self, run_id):
        return os.getpid()

    def is_alive(self, run_id, asked_id):
        return True

    def hasten(self, run_id):
        pass

    def stands_in_for(self, script, *, is_sweep):
        return False

    def hint_about(self, script):
        return ""


@contextlib.contextmanager
def recorded_only():
    """Let runs that are submitted be recorded, and be started by nobody."""
    from hyperlocal.engine import runners
    from hyperlocal.history.home import locate_home

    home = locate_home()
    runners.put_in_charge(home, _Nobody())
    try:
        yield
    finally:
        runners.put_in_charge(home, None)


_DISTRIBUTIONS = {
    "uniform": 2,
    "quniform": 3,
    "loguniform": 2,
    "qloguniform": 3,
    "normal": 2,
    "qnormal": 3,
    "lognormal": 2,
    "qlognormal": 3,
    "randint": 1,
}


def an_expression(rng):
    """Make an expression of numbers that are mostly strange; return it and how it was made."""
    from hyperlocal.azureml.train import hyperdrive

    kind = rng.randrange(10)
    if kind == 0:
        value = a_value(rng)
        return value, in_words(value)
    if kind < 4:
        many = (
            [a_value(rng) for _ in range(rng.randrange(4))]
            if chance(rng, 3)
            else pick(
                rng,
                [
                    [1, 2, 3],
                    ["a", "b"],
                    [0.1, 0.2],
                    [a_number(rng), a_number(rng)],
                    [a_text(rng), "b"],
                    [range(10**12)],
                    [range(5)],
                    [[1, 2]],
                ],
            )
        )
        return hyperdrive.choice(*many), f"choice(*{in_words(many)})"
    name = pick(rng, sorted(_DISTRIBUTIONS))
    numbers = [
        a_value(rng) if chance(rng, 8) else a_number(rng) for _ in range(_DISTRIBUTIONS[name])
    ]
    is_pair = len(numbers) > 1 and all(isinstance(n, (int, float)) for n in numbers)
    if is_pair and rng.randrange(2):
        low, high = (float(n) if isinstance(n, float) else n for n in numbers[:2])
        numbers[:2] = numbers[:2] if low <= high else numbers[1::-1]
    return getattr(hyperdrive, name)(*numbers), f"{name}(*{in_words(numbers)})"


def a_definition(rng, world):
    """A sweep of strange parts, defined, submitted, looked at, and its first parameters drawn."""
    world.write("train.py", b"print(1)\n")
    seed = rng.getrandbits(62)
    variables = world.variables(rng) if chance(rng, 8) else {"HYPERLOCAL_HOME": str(world.home)}

    def act():
        with variables_set(variables, world.folder), recorded_only():
            _define(random.Random(seed), world)

    return Case(f"seed {seed}, variables {in_words(variables)}", act, allowed())


def _define(rng, world):
    from hyperlocal.azureml.core import Experiment, ScriptRunConfig, Workspace
    from hyperlocal.azureml.train import hyperdrive as h

    space = {}
    for _ in range(1 + rng.randrange(3)):
        name = (
            a_hashable(rng)
            if chance(rng, 20)
            else a_name(rng)
            if chance(rng, 4)
            else f"p{rng.randrange(9)}"
        )
        with contextlib.suppress(*allowed()):
            space[name] = an_expression(rng)[0]
    space = space or {"lr": h.choice(1, 2)}
    if chance(rng, 40):
        space = a_value(rng)
    sampling = pick(
        rng,
        [
            h.RandomParameterSampling,
            h.RandomParameterSampling,
            h.GridParameterSampling,
            h.BayesianParameterSampling,
        ],
    )
    properties = (
        None
        if rng.randrange(5)
        else pick(
            rng, [{"seed": 7}, {"seed": a_value(rng)}, a_value(rng), {a_text(rng): a_value(rng)}]
        )
    )
    sampler = sampling(space, properties)
    repr_of(sampler.to_json())
    policy = _policy(rng) if chance(rng, 3) else None
    config = ScriptRunConfig(
        str(world.folder),
        script="train.py",
        arguments=_sometimes(rng, 20, ["--a", 1, a_value(rng)] if chance(rng, 8) else None),
        compute_target=_sometimes(rng, 30, "cpu"),
        max_run_duration_seconds=_sometimes(rng, 25, None),
        environment=None,
    )
    if chance(rng, 12):
        config.run_config.environment_variables = {a_text(rng): a_value(rng)}
    sweep = h.HyperDriveConfig(
        sampler,
        _sometimes(rng, 20, "accuracy"),
        _sometimes(rng, 60, h.PrimaryMetricGoal.MAXIMIZE),
        _sometimes(rng, 15, 4),
        _sometimes(rng, 15, 2),
        _sometimes(rng, 15, 60),
        policy,
        run_config=config,
        custom_run_id=_sometimes(rng, 30, None),
    )
    experiment = Experiment(Workspace.from_config(), _sometimes(rng, 20, "e"))
    tags = {a_hashable(rng): a_value(rng)} if chance(rng, 6) else None
    run = experiment.submit(sweep, tags)
    _look_at(run, rng)


def _policy(rng):
    from hyperlocal.azureml.train import hyperdrive as h

    kind = rng.randrange(6)
    if kind == 0:
        return h.BanditPolicy(
            _sometimes(rng, 3, 1),
            _sometimes(rng, 2, 0.1),
            _sometimes(rng, 3, None),
            _sometimes(rng, 3, 0),
        )
    if kind == 1:
        return h.MedianStoppingPolicy(_sometimes(rng, 2, 1), _sometimes(rng, 2, 1))
    if kind == 2:
        return h.TruncationSelectionPolicy(
            _sometimes(rng, 2, 20), _sometimes(rng, 3, 1), _sometimes(rng, 3, 0)
        )
    return a_value(rng) if kind == 3 and chance(rng, 3) else None


def _sometimes(rng, n, usual):
    """Return something strange once in `n` times."""
    if not chance(rng, n):
        return usual
    return pick(rng, [a_number, an_integer, a_text, a_value])(rng)


def repr_of(value):
    with contextlib.suppress(RuntimeError, RecursionError, ValueError):
        repr(value)


def _look_at(run, rng):
    """Look at a run that was submitted, and draw its first parameters as its controller does."""
    from hyperlocal.domain.codec import plan_from_json
    from hyperlocal.domain.status import Status
    from hyperlocal.engine.invocation import TemplateValues, command_of, environment_of
    from hyperlocal.search import make_sampler
    from tests.fuzz.cases import command

    record = run._history.runs.get(run.id)
    plan = plan_from_json(record.plan)
    sampler = make_sampler(plan.space, plan.sampling)
    for _ in range(3):
        parameters = sampler.ask([], [])
        if parameters is None:
            break
        fillings = TemplateValues(run_id=run.id, home=str(run._history.home))
        for text in command_of(plan.launch, parameters, fillings):
            os.fsencode(text)
        environment_of(plan.launch, parameters, fillings, {})
    run.get_details()
    run.get_tags()
    str(run)
    home = str(run._history.home)
    run._history.runs.finish(run.id, Status.CANCELED)
    for words in (["show", run.id], ["show", run.id, "--json"], ["list", "-n", "1"]):
        command([*words, "--home", home], home, {})


_CALLS = [
    (
        "log",
        lambda r, g: r.log(_sometimes(g, 3, "accuracy"), a_value(g), step=_sometimes(g, 3, None)),
    ),
    (
        "log_list",
        lambda r, g: r.log_list(
            _sometimes(g, 5, "l"), [a_value(g) for _ in range(3)] if g.randrange(3) else a_value(g)
        ),
    ),
    (
        "log_row",
        lambda r, g: r.log_row(_sometimes(g, 5, "r"), **{a_text(g): a_value(g), "y": a_number(g)}),
    ),
    (
        "log_table",
        lambda r, g: r.log_table(
            "t", {a_hashable(g): [a_value(g)], "y": [1]} if g.randrange(3) else a_value(g)
        ),
    ),
    ("log_image", lambda r, g: r.log_image(_sometimes(g, 2, "i"), path=a_value(g))),
    (
        "log_confusion_matrix",
        lambda r, g: r.log_confusion_matrix(_sometimes(g, 4, "c"), a_value(g)),
    ),
    ("tag", lambda r, g: r.tag(a_value(g), a_value(g))),
    (
        "set_tags",
        lambda r, g: r.set_tags({a_hashable(g): a_value(g)} if g.randrange(3) else a_value(g)),
    ),
    ("remove_tags", lambda r, g: r.remove_tags(a_value(g))),
    (
        "add_properties",
        lambda r, g: r.add_properties(
            {a_hashable(g): a_value(g)} if g.randrange(3) else a_value(g)
        ),
    ),
    ("display_name", lambda r, g: setattr(r, "display_name", a_value(g))),
    ("description", lambda r, g: setattr(r, "description", a_value(g))),
    ("upload_file", lambda r, g: r.upload_file(a_value(g), a_value(g))),
    ("upload_folder", lambda r, g: r.upload_folder(a_text(g), _sometimes(g, 2, "folder"))),
    ("download_file", lambda r, g: r.download_file(a_value(g), _sometimes(g, 2, "out.txt"))),
    ("get_metrics", lambda r, g: r.get_metrics(_sometimes(g, 2, None))),
    ("experiment", lambda r, g: _experiment(g)),
    ("get_run", lambda r, g: _get_run(g)),
    ("child", lambda r, g: r.child_run(a_value(g), a_value(g)).complete()),
    ("children", lambda r, g: r.create_children(a_value(g))),
    ("fail", lambda r, g: r.child_run().fail(a_value(g), a_value(g))),
    ("datastore", lambda r, g: _data(g)),
]


_TYPE_ERRORS = ("log_list", "fail")


class _Malformed(Exception):
    """A metric that began with a float holds what is none: asking raises, as in the SDK."""


def _metrics_of(run):
    try:
        run.get_metrics()
    except (TypeError, ValueError) as error:
        if "began with a float" not in str(error):
            raise
        raise _Malformed from error


def _experiment(rng):
    from hyperlocal.azureml.core import Experiment, Workspace

    made = Experiment(Workspace.from_config(), a_value(rng))
    made.set_tags({a_hashable(rng): a_value(rng)})
    list(made.get_runs(tags=a_value(rng)))


def _get_run(rng):
    from hyperlocal.azureml.core import Workspace

    Workspace.from_config().get_run(a_value(rng))


def _data(rng):
    from hyperlocal.azureml.core import Dataset

    make = pick(rng, [Dataset.Tabular.from_delimited_files, Dataset.File.from_files])
    value = a_value(rng)
    make(
        "nowhere" if isinstance(value, str) and os.path.isdir(os.path.expanduser(value)) else value
    )


def a_telling(rng, world):
    """A run that logs strange things, is asked for them, and is shown."""
    seed = rng.getrandbits(62)
    name, _ = _CALLS[seed % len(_CALLS)]
    (world.folder / "folder").mkdir()
    return Case(f"seed {seed}: {name}", lambda: _tell(seed, world), allowed())


def _tell(seed, world):
    from hyperlocal.azureml.core import Experiment, Workspace
    from tests.fuzz.cases import command

    rng = random.Random(seed)
    name = _CALLS[seed % len(_CALLS)][0]
    with variables_set({"HYPERLOCAL_HOME": str(world.home)}, world.folder):
        run = Experiment(Workspace.from_config(), "e").start_logging(snapshot_directory=None)
        refused = None
        try:
            _CALLS[seed % len(_CALLS)][1](run, rng)
        except allowed() as error:
            refused = error
            str(error)
        except TypeError:
            if name not in _TYPE_ERRORS:  # as the SDK does
                raise
        with contextlib.suppress(_Malformed):
            _metrics_of(run)
        run.get_details()
        run.get_tags(), run.get_properties(), run.get_file_names()
        str(run), run._repr_html_()
        run.complete()
        for words in (["show", run.id], ["show", run.id, "--json"]):
            command([*words, "--home", str(world.home)], str(world.folder), {})
        if refused is not None:
            raise refused
