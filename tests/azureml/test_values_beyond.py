"""Values that no float, no database or no process holds: told, or kept as near as can be."""

import sys
from decimal import Decimal

import numpy as np
import pytest

from hyperlocal.azureml.core import Dataset, Environment, Experiment, ScriptRunConfig, Workspace
from hyperlocal.azureml.core.conda_dependencies import CondaDependencies
from hyperlocal.azureml.core.runconfig import RunConfiguration
from hyperlocal.azureml.exceptions import (
    AzureMLException,
    TrainingException,
    UserErrorException,
)
from hyperlocal.azureml.train.hyperdrive import (
    BanditPolicy,
    HyperDriveConfig,
    PrimaryMetricGoal,
    RandomParameterSampling,
    TruncationSelectionPolicy,
    choice,
    quniform,
    randint,
    uniform,
)
from hyperlocal.azureml.train.hyperdrive.exceptions import HyperDriveConfigException
from hyperlocal.domain.distribution import RandInt
from hyperlocal.domain.space import Space
from hyperlocal.domain.sweep import Sampling, SamplingKind
from hyperlocal.search import make_sampler
from hyperlocal.search.draw import rounded

BEYOND_FLOATS = 10**400
BEYOND_DIGITS = 10**5000
NO_MORE_THAN = {"max_total_runs": 1, "max_concurrent_runs": 1}


def deep():
    nested = []
    for _ in range(100_000):
        nested = [nested]
    return nested


def submitted(tmp_path, space=None, properties=None, policy=None, arguments=None, **more):
    (tmp_path / "train.py").write_text("")
    script = ScriptRunConfig(
        str(tmp_path), "train.py", arguments, compute_target=more.pop("target", "cpu")
    )
    config = HyperDriveConfig(
        RandomParameterSampling({"x": choice(1, 2)} if space is None else space, properties),
        more.pop("metric", "m"),
        PrimaryMetricGoal.MAXIMIZE,
        policy=policy,
        run_config=script,
        **{**NO_MORE_THAN, **more},
    )
    return Experiment(Workspace.from_config(), "e").submit(config)


@pytest.mark.parametrize("values", [range(10**12), range(10**30), range(0, 10**30, 7)])
def test_a_range_that_no_memory_holds_is_refused_at_once(values):
    with pytest.raises(HyperDriveConfigException, match=r"more than 1,000,000 values"):
        choice(values)


def test_a_long_range_that_memory_holds_is_taken():
    assert len(choice(range(1_000_000))[1][0]) == 1_000_000


@pytest.mark.parametrize(
    "make",
    [
        lambda: uniform(BEYOND_DIGITS, 1),
        lambda: quniform(0, 1, deep()),
        lambda: randint(-BEYOND_DIGITS),
        lambda: TruncationSelectionPolicy(BEYOND_DIGITS),
        lambda: BanditPolicy(1, np.array([1, 2])),
        lambda: BanditPolicy(deep(), 0.1),
    ],
)
def test_what_python_does_not_write_is_refused_in_words(make):
    with pytest.raises(HyperDriveConfigException) as caught:
        make()

    assert len(caught.value.message) < 1000


@pytest.mark.parametrize(
    "settings",
    [
        {"properties": {"seed": float("inf")}},
        {"properties": {"seed": float("nan")}},
        {"properties": {"seed": BEYOND_FLOATS}},
        {"properties": {"seed": "\ud800"}},
        {"properties": {"seed": Decimal("1e999999")}},
        {"properties": {"seed": Decimal("sNaN")}},
        {"properties": {"seed": 7, "other": b"x"}},
        {"properties": [1]},
        {"space": {"x": uniform(0, BEYOND_FLOATS)}},
        {"space": {"x": choice(BEYOND_DIGITS, 1)}},
        {"space": {"x": choice([deep(), 1])}},
        {"space": {"x": randint(BEYOND_DIGITS)}},
        {"space": {"x": choice("\ud800")}},
        {"space": {"\ud800": choice(1)}},
        {"space": {"x": deep()}},
        {"space": {"x": [["choice"], [1]]}},
        {"max_total_runs": BEYOND_FLOATS},
        {"max_total_runs": float("inf")},
        {"max_total_runs": BEYOND_DIGITS},
        {"max_concurrent_runs": BEYOND_FLOATS},
        {"max_concurrent_runs": np.array([1, 2])},
        {"max_duration_minutes": float("inf")},
        {"max_duration_minutes": BEYOND_FLOATS},
        {"max_duration_minutes": BEYOND_DIGITS},
        {"max_duration_minutes": 10**308},
        {"policy": BanditPolicy(1, BEYOND_FLOATS)},
        {"policy": BanditPolicy(1, float("inf"))},
        {"policy": BanditPolicy(1, float("nan"))},
        {"arguments": 5},
        {"arguments": range(10**12)},
        {"arguments": "an 'open quote"},
        {"arguments": ["\ud800"]},
        {"arguments": ["a\0b"]},
        {"metric": deep()},
    ],
    ids=lambda settings: next(iter(settings)),
)
@pytest.mark.filterwarnings("ignore")
def test_a_sweep_that_nobody_could_run_is_refused(home, tmp_path, settings):
    with pytest.raises(TrainingException, match="The run was refused"):
        submitted(tmp_path, **settings)


def test_floats_of_numpy_are_compared_with_integers_beyond_floats():
    assert uniform(np.float64(1), BEYOND_FLOATS) == ["uniform", [1.0, BEYOND_FLOATS]]


@pytest.mark.parametrize("upper", [2**63, 10**30, BEYOND_FLOATS])
def test_integers_are_drawn_from_ranges_beyond_floats(upper):
    sampler = make_sampler(Space((("x", RandInt(upper)),)), Sampling(SamplingKind.RANDOM, 1))

    drawn = [sampler.ask([], [])["x"] for _ in range(3)]

    assert all(0 <= value < upper for value in drawn)


@pytest.mark.parametrize("q", [10**308, 1e308])
def test_a_multiple_beyond_floats_is_not_drawn(q):
    assert rounded(1.6e308, q) == 1.6e308
    assert rounded(1.4e308, q) == float(q)


@pytest.fixture
def run(home):
    started = Experiment(Workspace.from_config(), "e").start_logging(snapshot_directory=None)
    yield started
    started.complete()


def test_metrics_beyond_floats_are_kept_as_near_as_can_be(run):
    run.log("huge", BEYOND_FLOATS)
    run.log_list("list", [1.5, BEYOND_FLOATS, -BEYOND_FLOATS])
    run.log("digits", BEYOND_DIGITS)

    run.log_row("row", a=BEYOND_DIGITS, b=1)
    run.log_table("table", {"a": [1, -BEYOND_DIGITS]})

    assert run.get_metrics("row") == {"row": {"a": float("inf"), "b": 1}}
    assert run.get_metrics("table") == {"table": {"a": [1, float("-inf")]}}
    assert run.get_metrics("list") == {"list": [1.5, float("inf"), float("-inf")]}
    assert set(run.get_metrics()) == {"huge", "list", "digits", "row", "table"}


@pytest.mark.parametrize(
    "step",
    [2**70, BEYOND_FLOATS, BEYOND_DIGITS, -(2**63) - 1, "x", Decimal("1e999999")],
    ids=["beyond integers", "beyond floats", "beyond digits", "below", "text", "decimal"],
)
def test_steps_of_any_size_label_values(run, step):
    run.log("a", 1.0, step=step)

    assert run.get_metrics("a") == {"a": 1.0}


def test_half_surrogates_are_kept_as_such_or_as_escapes(run):
    run.log("a\ud800", "b\udfff")
    run.log_list("l", ["\ud800", 1])
    run.tag("t\ud800", "\udfff")
    run.add_properties({"p": "\ud800"})
    run.display_name = "\ud800"

    assert run.get_metrics("a\ud800") == {"a\\ud800": "b\\udfff"}
    assert run.get_metrics("l") == {"l": ["\\ud800", 1]}
    assert run.get_tags()["t\ud800"] == "\udfff"
    assert run.get_properties()["p"] == "\ud800"
    assert run.display_name == "\\ud800"


def test_a_list_with_a_half_surrogate_in_its_middle_is_logged_once(run):
    run.log_list("l", ["a", "\ud800", "b"])

    assert run.get_metrics("l") == {"l": ["a", "\\ud800", "b"]}


@pytest.mark.parametrize(
    "call",
    [
        lambda run: run.set_tags(5),
        lambda run: run.log_list("l", range(10**12)),
        lambda run: run.remove_tags(range(10**12)),
        lambda run: run.remove_tags(5),
        lambda run: run.remove_tags(np.array(5)),
        lambda run: run.log_confusion_matrix("c", "9" * 5000),
        lambda run: run.add_properties(["a"]),
        lambda run: run.create_children(count=10**12),
        lambda run: run.create_children(count=-1),
        lambda run: run.create_children(tag_key="a", tag_values=range(10**12)),
        lambda run: run.create_children(tag_key="a", tag_values=5),
        lambda run: run.upload_folder("a", 0),
        lambda run: run.upload_file("a\0b", __file__),
        lambda run: run.log_confusion_matrix("c", {1, 2}),
        lambda run: run.log_confusion_matrix("c", deep()),
        lambda run: run.log_image("i", path=5),
        lambda run: run.download_file(deep()),
        lambda run: run.child_run(run_id=BEYOND_DIGITS),
        lambda run: Experiment(Workspace.from_config(), deep()),
        lambda run: Experiment(Workspace.from_config(), BEYOND_DIGITS),
        lambda run: Experiment(Workspace.from_config(), "\ud800"),
    ],
)
def test_calls_with_what_cannot_be_raise_exceptions_of_the_sdk(run, call):
    with pytest.raises(AzureMLException) as caught:
        call(run)

    assert len(str(caught.value)) < 3000


def test_tags_may_have_any_name(run):
    run.tag((1, 2), BEYOND_FLOATS)
    run.tag([1], None)

    assert run.get_tags() == {"(1, 2)": str(BEYOND_FLOATS), "[1]": None}


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX")
@pytest.mark.parametrize(
    "load",
    [
        CondaDependencies,
        lambda path: Environment.from_pip_requirements("e", path),
        lambda path: Environment.from_dockerfile("e", path),
        lambda path: RunConfiguration.load(path),
        lambda path: Workspace.from_config(path),
    ],
)
@pytest.mark.parametrize("contents", [b"\xff\xfe", b"[" * 100_000, b"a: \xe9"])
def test_files_that_are_no_text_or_too_deep_are_refused(home, tmp_path, load, contents):
    path = tmp_path / "file"
    path.write_bytes(contents)
    if contents.startswith(b"[") and load is not CondaDependencies:
        path.write_bytes(b"{" + contents + b"\xff")

    with pytest.raises(UserErrorException):
        load(str(path))


@pytest.mark.parametrize(
    "text", ["dependencies: 5\n", "dependencies:\n- pip: 5\n", "dependencies:\n- pip:\n  - 7\n"]
)
def test_a_conda_file_of_another_shape_is_refused(tmp_path, text):
    path = tmp_path / "conda.yml"
    path.write_text(text)

    with pytest.raises(UserErrorException, match="conda file"):
        CondaDependencies(str(path))


def test_a_conda_file_without_dependencies_can_be_added_to(tmp_path):
    path = tmp_path / "conda.yml"
    path.write_text("name: a\ndependencies:\n")
    found = CondaDependencies(str(path))

    found.add_pip_package("x")

    assert list(found.pip_packages) == ["x"]


@pytest.mark.parametrize("body", ["[]", "{}", '{"name": 5}', '{"name": "a", "python": 5}'])
def test_an_environment_of_another_shape_is_refused(tmp_path, body):
    (tmp_path / "azureml_environment.json").write_text(body)

    with pytest.raises(UserErrorException):
        Environment.load_from_directory(str(tmp_path))


@pytest.mark.skipif(sys.platform == "win32", reason="devices of POSIX")
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null"])
def test_a_device_is_no_data(home, device):
    with pytest.raises(AzureMLException):
        Dataset.Tabular.from_delimited_files(device)


@pytest.mark.skipif(sys.platform == "win32", reason="links of POSIX")
def test_folders_that_hold_themselves_are_read_once(home, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.csv").write_text("a\n1\n")
    for name in ("one", "two"):
        (tmp_path / "data" / name).symlink_to(tmp_path / "data")

    with pytest.warns(UserWarning, match="one is a link back"):
        names = Dataset.File.from_files(str(tmp_path / "data")).to_path()

    assert len(names) == 1
