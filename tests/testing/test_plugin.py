"""The pytest plugin, in projects of its users."""

import subprocess
import sys
import textwrap
from importlib.metadata import entry_points

import pytest

pytest_plugins = ["pytester"]

STRICT = ("-W", "error", "-p", "no:dash")  # Dash's plugin for pytest warns as it is loaded

PROJECT = """
    from azureml.core import Experiment, ScriptRunConfig, Workspace
    from azureml.train.hyperdrive import *

    def tune(n_trials=3):
        config = HyperDriveConfig(
            run_config=ScriptRunConfig(".", "train.py", compute_target="cluster"),
            hyperparameter_sampling=RandomParameterSampling({"--lr": uniform(0, 1)}),
            primary_metric_name="accuracy",
            primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
            max_total_runs=n_trials,
        )
        return Experiment(Workspace.from_config(), "tuning").submit(config)
"""
TEST = """
    def train(run, lr):
        run.log("accuracy", 1 - lr)

    def test_tuning(hyperdrive):
        from tuning import tune
        hyperdrive.answer(train)
        best = tune().get_best_run_by_primary_metric()
        assert best.get_metrics()["accuracy"] > 0.3
"""


@pytest.fixture
def project(pytester, monkeypatch):
    """A project with tuning code; its tests find the plugin as it is installed."""
    installed = [e.value for e in entry_points(group="pytest11") if e.name == "hyperlocal"]
    assert installed == ["hyperlocal.testing.plugin"], "install hyperlocal again: pip install -e ."
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    pytester.makepyfile(tuning=PROJECT)
    pytester.syspathinsert()
    return pytester


def test_a_first_test_takes_three_lines(project):
    project.makepyfile(TEST)

    project.runpytest_subprocess(*STRICT).assert_outcomes(passed=1)

    assert not (project.path / ".hyperlocal").exists()


def test_modules_of_a_package_are_the_same_wherever_they_are_asked_for(project):
    """Also those that have only the module, and not `azureml`, in hand."""
    project.mkpydir("team")
    (project.path / "tuning.py").rename(project.path / "team" / "tuning.py")
    (project.path / "helpers.py").write_text("from team import tuning\ntune = tuning.tune\n")
    project.makepyfile(
        """
        def train(run, lr):
            run.log("accuracy", 1 - lr)

        def test_once(hyperdrive):
            from team import tuning
            import helpers
            hyperdrive.answer(train)
            assert helpers.tune().get_status() == "Completed"

        def test_again(hyperdrive, monkeypatch):
            import helpers
            from team import tuning
            from team.tuning import HyperDriveConfig
            assert tuning.HyperDriveConfig is HyperDriveConfig
            assert helpers.tune is tuning.tune
            monkeypatch.setattr("team.tuning.tune", None)
            assert tuning.tune is None
        """
    )

    project.runpytest_subprocess(*STRICT).assert_outcomes(passed=2)


def test_tests_do_not_see_each_other(project):
    project.makepyfile(
        """
        import sys
        import pytest

        @pytest.mark.parametrize("number", range(4))
        def test_home(hyperdrive, number):
            from tuning import tune
            from azureml.core import Run
            assert hyperdrive.history.runs.top() == []
            hyperdrive.answer(lambda run: run.log("accuracy", number))
            assert tune(1).number == 1

        def test_outside():
            assert not [name for name in sys.modules if name.split(".")[0] == "azureml"]
            assert "tuning" not in sys.modules
        """
    )

    project.runpytest_subprocess("-n", "2").assert_outcomes(passed=5)
    project.runpytest_subprocess("-p", "no:xdist").assert_outcomes(passed=5)


def test_a_failing_test_shows_the_sweep(project):
    project.makepyfile(
        """
        from hyperlocal.testing import expect

        def test_tuning(hyperdrive):
            from tuning import tune
            hyperdrive.answer(lambda run, lr: run.log("accuracy", 1))
            hyperdrive.trial(1).fails("no data")
            expect(tune()).has_trials(3, completed=3)
        """
    )

    result = project.runpytest_subprocess()

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*expect(tune()).has_trials(3, completed=3)*",
            "E*AssertionError: Expected 3 completed trials, but there are 2.",
            "E*trial*status*accuracy*stopped at*parameters*reason",
            "E*1*Failed*-*--lr=*RuntimeError: no data (exit code 1)",
        ]
    )
    assert "expectations.py" not in result.stdout.str()
    assert "known.values()" not in result.stdout.str()


def test_a_test_that_fails_elsewhere_shows_its_sweeps_too(project, monkeypatch):
    monkeypatch.delenv("CI", raising=False)  # there, pytest tells failures whole in its summary
    project.makepyfile(
        """
        import pytest
        from hyperlocal.testing import expect

        @pytest.mark.parametrize("is_shown", [True, False])
        def test_tuning(hyperdrive, is_shown):
            from tuning import tune
            hyperdrive.answer(lambda run, learning_rate: None)
            run = tune(1)
            if is_shown:
                expect(run).completed()
            read(run)

        def read(run):
            run.get_best_run_by_primary_metric().get_metrics()

        def test_without_runs(hyperdrive):
            assert not hyperdrive
        """
    )

    result = project.runpytest_subprocess()

    result.assert_outcomes(failed=3)
    said = result.stdout.str()
    assert said.count("- runs of this test -") == 1
    assert said.count("trial  status  accuracy  stopped at  parameters") == 2
    result.stdout.fnmatch_lines(
        ["*no attribute 'get_metrics'", "*runs of this test*", "HD_*Failed"]
    )


@pytest.mark.usefixtures("unmeasured")
def test_it_costs_nothing_until_it_is_used(project):
    project.makepyfile(
        """
        import sys

        def test_other():
            loaded = {name for name in sys.modules if name.startswith("hyperlocal")}
            assert loaded == {
                "hyperlocal", "hyperlocal.testing", "hyperlocal.testing.plugin"}
            assert not {"numpy", "sqlite3", "psutil", "azureml"} & set(sys.modules)
        """
    )

    project.runpytest_subprocess(*STRICT).assert_outcomes(passed=1)


def test_it_can_be_left_out(project):
    project.makepyfile(TEST)

    result = project.runpytest_subprocess("-p", "no:hyperlocal")

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*fixture 'hyperdrive' not found*"])


def test_azureml_can_be_ours_from_collection_on(project):
    project.makeini("[pytest]\nhyperlocal_activate = true\n")
    project.makeconftest("import azureml.core")
    project.makepyfile("from tuning import tune\n" + textwrap.dedent(TEST))

    project.runpytest_subprocess(*STRICT).assert_outcomes(passed=1)
    project.runpytest_subprocess("-n", "2").assert_outcomes(passed=1)


def test_without_that_setting_it_is_named(project):
    project.makepyfile("from tuning import tune\n" + textwrap.dedent(TEST))
    if subprocess.run([sys.executable, "-c", "import azureml"], capture_output=True).returncode:
        result = project.runpytest_subprocess()

        result.assert_outcomes(errors=1)
        result.stdout.fnmatch_lines(["*No module named 'azureml'", "*hyperlocal_activate = true"])


def test_coverage_reaches_into_functions(project):
    project.makepyfile(training="def train(run, lr):\n    run.log('accuracy', lr)\n")
    project.makepyfile(
        """
        def test_tuning(hyperdrive):
            from training import train
            from tuning import tune
            hyperdrive.answer(train)
            tune(1)
        """
    )
    run = [sys.executable, "-m", "coverage"]
    command = [*run, "run", "--rcfile=/dev/null", "--include=training.py", "-m", "pytest", "-q"]

    assert project.run(*command).ret == 0

    project.run(*run, "report", "--rcfile=/dev/null").stdout.fnmatch_lines(["training.py*100%*"])


@pytest.mark.parametrize("setting", ["true", "false"])
def test_child_processes_of_the_code_under_test_follow(project, setting):
    project.makeini(f"[pytest]\nhyperlocal_activate = {setting}")
    (project.path / "child.py").write_text(
        "import os; from azureml.core import Workspace\n"
        "print(Workspace.__module__, os.environ['HYPERLOCAL_HOME'])"
    )
    project.makepyfile(
        """
        import os, subprocess, sys

        BEFORE = os.environ.get("PYTHONPATH")

        def test_child(hyperdrive):
            said = subprocess.run([sys.executable, "child.py"], capture_output=True, text=True)
            assert said.stdout.split() == ["hyperlocal.azureml.core.workspace",
                                           str(hyperdrive.home)], said.stderr

        def test_afterwards():
            assert os.environ.get("PYTHONPATH") == BEFORE
        """
    )

    project.runpytest_subprocess(*STRICT).assert_outcomes(passed=2)


def test_the_runs_of_a_wider_sandbox_are_shown_where_a_test_fails(project):
    project.makepyfile(
        """
        import pytest
        from hyperlocal.testing import sandbox

        @pytest.fixture(scope="module")
        def shared():
            with sandbox(lambda run: run.log("accuracy", 1)) as made:
                yield made

        def test_it_fails(shared):
            from tuning import tune

            tune(1)
            assert 0
        """
    )

    result = project.runpytest_subprocess(*STRICT)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*runs of this test*", "HD_*: Completed"])


def test_fixtures_of_several_scopes_each_have_a_sandbox(project):
    project.makepyfile(
        """
        import pytest
        from hyperlocal.testing import expect, sandbox

        def made(accuracy):
            with sandbox(lambda run: run.log("accuracy", accuracy)) as hyperdrive:
                from tuning import tune

                yield hyperdrive, tune

        @pytest.fixture(scope="session")
        def widest():
            yield from made(0.1)

        @pytest.fixture(scope="module")
        def wide(widest):
            yield from made(0.2)

        @pytest.fixture(scope="class")
        def narrow(wide):
            yield from made(0.3)

        class TestBoth:
            @pytest.mark.parametrize("n", [1, 2])
            def test_the_innermost_is_reached(self, narrow, n):
                hyperdrive, tune = narrow
                expect(tune(1)).best(metric=0.3)
                assert len(hyperdrive.tables()) == n

            def test_one_of_its_own(self, narrow, hyperdrive):
                _, tune = narrow
                hyperdrive.answer(lambda run: run.log("accuracy", 0.4))
                expect(tune(1)).best(metric=0.4)
                assert len(hyperdrive.tables()) == 1

        def test_the_wider_one_is_reached_again(wide, widest):
            hyperdrive, tune = wide
            expect(tune(1)).best(metric=0.2)
            assert [len(each.tables()) for each in (hyperdrive, widest[0])] == [1, 0]
        """
    )

    project.runpytest_subprocess(*STRICT).assert_outcomes(passed=4)
