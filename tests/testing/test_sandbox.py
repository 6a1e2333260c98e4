"""A home and a workspace for one test, without pytest; and what it leaves as it was."""

import os
import subprocess
import sys
import textwrap
import unittest
from pathlib import Path

import pytest

from hyperlocal import _doors
from hyperlocal.services import connection
from hyperlocal.testing import child, sandbox

SDK = """
    class Experiment:
        def __init__(self, workspace, name): self.name = "real " + name

    def helper(): return "real"

    class Workspace: pass
"""


@pytest.fixture
def real_sdk(tmp_path, monkeypatch):
    """A package `azureml` that is installed, and code that has imported it already."""
    folder = tmp_path / "site"
    core = folder / "azureml" / "core"
    core.mkdir(parents=True)
    (folder / "azureml" / "__init__.py").write_text("")
    (core / "__init__.py").write_text(textwrap.dedent(SDK))
    (folder / "team.py").write_text(
        "import azureml.core\nfrom azureml import core as renamed\n"
        "from azureml.core import Experiment, helper\n"
        "def make(): return Experiment(None, 'x').name\n"
    )
    (folder / "late.py").write_text("from azureml.core import Experiment\n")
    monkeypatch.syspath_prepend(str(folder))
    kept = {n: m for n, m in sys.modules.items() if n.split(".")[0] in ("azureml", "team")}
    for name in kept:
        del sys.modules[name]
    yield folder
    for name in [n for n in sys.modules if n.split(".")[0] in ("azureml", "team", "late")]:
        del sys.modules[name]
    sys.modules.update(kept)


def state():
    azureml = {n: m for n, m in sys.modules.items() if n.split(".")[0] == "azureml"}
    return dict(os.environ), list(sys.path), list(sys.meta_path), azureml, os.getcwd()


def test_it_leaves_everything_as_it_was():
    before = state()

    with sandbox(lambda run: run.log("a", 1)) as hyperdrive:
        import azureml.core

        assert azureml.core.__name__ == "hyperlocal.azureml.core"
        assert os.environ["HYPERLOCAL_HOME"] == str(hyperdrive.home)
        hyperdrive.experiment()

    assert state() == before
    assert not hyperdrive.home.parent.exists()
    assert str(hyperdrive.home) not in connection._open


def test_each_has_an_empty_home_and_they_can_be_nested():
    with sandbox() as outer:
        outer.finished([])
        with sandbox() as inner:
            assert list(inner.experiment("test").get_runs()) == []
        assert len(list(outer.experiment("test").get_runs())) == 1


def test_settings_of_the_machine_do_not_count(monkeypatch):
    monkeypatch.setenv("HYPERLOCAL_SLOTS", "nonsense")
    monkeypatch.setenv("AZUREML_RUN_ID", "elsewhere")

    with sandbox():
        from azureml.core import Run

        assert type(Run.get_context()).__name__ == "_OfflineRun"
        assert "HYPERLOCAL_SLOTS" not in os.environ

    assert os.environ["HYPERLOCAL_SLOTS"] == "nonsense"


def rates(hyperdrive):
    from hyperlocal.azureml.core import ScriptRunConfig
    from hyperlocal.azureml.train.hyperdrive import (
        HyperDriveConfig,
        PrimaryMetricGoal,
        RandomParameterSampling,
        uniform,
    )

    script = ScriptRunConfig(str(hyperdrive.home), "t.py", compute_target="c")
    sampling = RandomParameterSampling({"lr": uniform(0, 1)})
    goal = PrimaryMetricGoal.MAXIMIZE
    config = HyperDriveConfig(sampling, "a", goal, 3, run_config=script)
    return list(hyperdrive.experiment().submit(config).get_hyperparameters().values())


def test_sweeps_have_a_seed():
    def with_seed(seed):
        with sandbox(lambda: None, seed=seed) as hyperdrive:
            return rates(hyperdrive)

    assert with_seed(1) == with_seed(1) != with_seed(2)


def test_the_seed_can_be_changed():
    with sandbox(lambda: None) as hyperdrive:
        before = rates(hyperdrive)
        hyperdrive.seed = 7

        assert rates(hyperdrive) != before
        hyperdrive.seed = 0
        assert rates(hyperdrive) == before
    assert hyperdrive.seed == 0


def test_what_was_made_before_belongs_to_the_test(tmp_path, monkeypatch):
    """As code under test does that makes its workspace and experiment when it is imported."""
    from hyperlocal.azureml.core import Experiment, ScriptRunConfig, Workspace

    monkeypatch.setenv("HYPERLOCAL_HOME", str(tmp_path / "mine"))
    experiment = Experiment(Workspace.from_config(), "made-before")
    config = ScriptRunConfig(str(tmp_path), "t.py", compute_target="c")
    made_within = []

    for _ in range(2):
        with sandbox(lambda run: run.log("a", 1)) as hyperdrive:
            run = experiment.submit(config)
            assert run.get_metrics() == {"a": 1}
            assert [each.id for each in experiment.get_runs()] == [run.id]
            assert [each.run_id for each in hyperdrive.history.runs.top()] == [run.id]
            assert [each.name for each in Experiment.list(hyperdrive.workspace)] == ["made-before"]
            made_within.append(Experiment(Workspace.from_config(), "made-within"))
            assert made_within[0].submit(config).get_metrics() == {"a": 1}

    assert list(experiment.get_runs()) == []
    connection._open.pop(str(tmp_path / "mine")).close()


def test_what_was_made_in_an_outer_one_stays_there():
    with sandbox() as outer:
        run = outer.finished([child({"x": 1}, metrics={"accuracy": 1})])
        with sandbox():
            assert run.get_best_run_by_primary_metric().get_metrics() == {"accuracy": 1}
            assert [each.id for each in run.experiment.get_runs()] == [run.id]


def test_a_real_sdk_is_undisturbed(real_sdk):
    import team

    before = state()
    module = sys.modules["azureml.core"]

    with sandbox():
        import late

        assert team.Experiment.__module__ == "hyperlocal.azureml.core.experiment"
        assert team.renamed is sys.modules["hyperlocal.azureml.core"]
        assert team.helper() == "real"  # ours has nothing of that name
        assert team.make() == "x"
        assert late.Experiment is team.Experiment

    assert state() == before
    assert sys.modules["azureml.core"] is team.azureml.core is team.renamed is module
    assert team.make() == "real x"
    assert "late" not in sys.modules
    import late

    assert late.Experiment is team.Experiment is module.Experiment


def test_an_open_door_stays_open():
    was_active = _doors.is_active()
    _doors.activate()
    try:
        import azureml.core

        with sandbox():
            assert sys.modules["azureml.core"] is azureml.core
        assert _doors.is_active()
        assert sys.modules["azureml.core"] is azureml.core
    finally:
        if not was_active:
            _doors.deactivate()


def test_what_fails_inside_is_undone_too():
    before = state()

    with pytest.raises(ZeroDivisionError), sandbox():
        1 / 0  # noqa: B018

    assert state() == before


class TestWithUnittest(unittest.TestCase):
    """The decorator, on a method."""

    @sandbox(lambda run: run.log("a", 1))
    def test_a_method(self):
        from azureml.core import Experiment, ScriptRunConfig, Workspace

        folder = os.path.dirname(os.environ["HYPERLOCAL_HOME"])
        config = ScriptRunConfig(source_directory=folder, script="train.py")
        run = Experiment(Workspace.from_config(), "e").submit(config)

        self.assertEqual(run.get_metrics(), {"a": 1})  # noqa: PT009


def test_a_project_without_pytest(tmp_path):
    (tmp_path / "test_it.py").write_text(
        textwrap.dedent(
            """
            import sys, unittest
            from hyperlocal.testing import child, expect, sandbox

            class Tuning(unittest.TestCase):
                def setUp(self):
                    self.hyperdrive = self.enterContext(sandbox()) if hasattr(
                        self, "enterContext") else sandbox().__enter__()

                def test_one(self):
                    run = self.hyperdrive.finished([child({"a": 1}, metrics={"accuracy": 1})])
                    expect(run).completed().best(0, a=1)

                def test_two(self):
                    self.assertEqual(self.hyperdrive.history.runs.top(), [])
                    self.assertNotIn("pytest", sys.modules)
            """
        )
    )

    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "unittest", "test_it"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(_doors.__file__).parents[1])},
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    assert "Ran 2 tests" in done.stderr


def test_trials_of_a_test_share_no_slots_with_the_users_sweeps(monkeypatch):
    monkeypatch.setenv("HYPERLOCAL_MACHINE_FOLDER", "/the/users/own")
    with sandbox() as outer:
        folder = Path(os.environ["HYPERLOCAL_MACHINE_FOLDER"])
        assert folder.is_relative_to(outer.home)
        with sandbox() as inner:
            assert Path(os.environ["HYPERLOCAL_MACHINE_FOLDER"]).is_relative_to(inner.home)
        assert Path(os.environ["HYPERLOCAL_MACHINE_FOLDER"]) == folder
    assert os.environ["HYPERLOCAL_MACHINE_FOLDER"] == "/the/users/own"


def test_what_was_said_can_be_forgotten(source):
    with sandbox(lambda run: run.log("accuracy", 1)) as hyperdrive:
        hyperdrive.answer(print, script="other.py")
        hyperdrive.trial(7).fails()
        hyperdrive.submit_fails(OSError("gone"))
        hyperdrive.stays_queued(3)
        hyperdrive.stays_running(3)
        hyperdrive.cancels(at_trial=5)
        hyperdrive.simulate([[1]])
        hyperdrive.reset()

        assert hyperdrive.unused() == []
        hyperdrive.answer(lambda run: run.log("accuracy", 0.5))
        from azureml.core import ScriptRunConfig

        run = hyperdrive.experiment().submit(ScriptRunConfig(str(source), "train.py"))
        assert (run.get_status(), run.get_metrics()) == ("Completed", {"accuracy": 0.5})
