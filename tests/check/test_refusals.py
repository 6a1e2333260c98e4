"""What `submit` would refuse of what stands in a file is told before."""

import pytest

from hyperlocal.check import check

HEAD = """from azureml.core import Environment, Experiment, ScriptRunConfig, Workspace
from azureml.core.conda_dependencies import CondaDependencies
from azureml.train.hyperdrive import *
"""
SWEEP = """{head}{before}
ws = Workspace.from_config()
src = ScriptRunConfig({folder}, script={script}, compute_target={target})
sampling = {sampling}
config = HyperDriveConfig(run_config=src, hyperparameter_sampling=sampling, policy={policy},
    primary_metric_name={metric}, primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
    max_total_runs={runs}, max_concurrent_runs={concurrent})
run = Experiment(ws, {name}).submit(config)
"""
GOOD = {
    "head": HEAD,
    "before": "",
    "folder": "'.'",
    "script": "'train.py'",
    "target": "'cpu-cluster'",
    "sampling": "RandomParameterSampling({'--a': uniform(0, 1), '--b': choice(range(1, 3))})",
    "policy": "BanditPolicy(slack_factor=0.1, evaluation_interval=2)",
    "metric": "'accuracy'",
    "runs": "4",
    "concurrent": "2",
    "name": "'my-experiment'",
}
TRAIN = "from azureml.core import Run\nRun.get_context().log('accuracy', 1)\n"


@pytest.fixture
def obstacles(project):
    """Check a driver that says these things; return what is told of it."""

    def of(text=None, train=TRAIN, **said):
        (project / "train.py").write_text(train)
        driver = project / "driver.py"
        driver.write_text(SWEEP.format(**{**GOOD, **said}) if text is None else text)
        report = check([str(driver)], str(project))[0]
        return [finding.text for finding in report.findings if finding.is_obstacle]

    return of


def test_a_sweep_that_submit_takes_is_fine(obstacles):
    assert obstacles() == []


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"sampling": "GridParameterSampling({'--a': uniform(0, 1)})"}, "takes only choice()"),
        ({"sampling": "GridParameterSampling({'--b': b, '--a': uniform(0, 1)})"}, "only choice()"),
        ({"sampling": "BayesianParameterSampling({'--a': normal(0, 1)})"}, "'--a'"),
        ({"sampling": "RandomParameterSampling({'--a': choice()})"}, "no options"),
        ({"sampling": "RandomParameterSampling({'--a': uniform(1, 0)})"}, "uniform"),
        ({"policy": "BanditPolicy()"}, "slack_factor"),
        ({"policy": "TruncationSelectionPolicy(truncation_percentage=200)"}, "truncation"),
        ({"runs": "0"}, "max_total_runs is 0"),
        ({"runs": "N", "before": "N = 0"}, "max_total_runs is 0"),
        ({"runs": "-3"}, "max_total_runs is -3"),
        ({"runs": "'ten'"}, "max_total_runs is 'ten'"),
        ({"metric": "''"}, "primary_metric_name"),
        ({"name": "'my experiment!'"}, "cannot be the name of an experiment"),
        ({"script": "'trian.py'"}, "'trian.py' is not in the source folder '.'"),
        ({"folder": "'./source'"}, "no source folder './source'"),
        (
            {"before": "Environment.from_conda_specification('e', 'conda.yml')"},
            "the conda file 'conda.yml' is read, and there is none",
        ),
        (
            {"before": "Environment.from_pip_requirements('e', file_path='reqs.txt')"},
            "the requirements file 'reqs.txt' is read",
        ),
        (
            {"before": "CondaDependencies(conda_dependencies_file_path='c.yml')"},
            "the conda file 'c.yml' is read",
        ),
        ({"before": "open('notes.txt')"}, "the file 'notes.txt' is read"),
        *(
            (
                {"before": f"from azureml.core import Dataset\nDataset.{call}"},
                "'data/a.csv' is read",
            )
            for call in (
                "Tabular.from_delimited_files('data/a.csv')",
                "Tabular.from_delimited_files(path=['data/a.csv'])",
                "Tabular.from_parquet_files('data/a.csv')",
                "Tabular.from_json_lines_files('data/a.csv')",
                "File.from_files('data/a.csv')",
            )
        ),
    ],
)
def test_what_submit_refuses_is_told(obstacles, said, told):
    (found,) = obstacles(**said)

    assert told in found


@pytest.mark.parametrize(
    "said",
    [
        {"runs": "n"},
        {"runs": "int(0)"},
        {"runs": "N", "before": "N = 0\nN = 4"},
        {"runs": "N", "before": "N = 4\nif ws:\n    N = 0"},
        {"runs": "N", "before": "N = 0\nN += 4"},
        {"sampling": "GridParameterSampling(make_space())"},
        {
            "sampling": "S(space)",
            "before": "S = RandomParameterSampling; space = {}\nspace['a'] = choice(1)",
        },
        {"script": "sys.argv[1]"},
        {"name": "f'{user} sweep'"},
        {"before": "open('notes.txt', 'w')\nopen('notes.txt')"},
        {"before": "path = 'notes.txt'\ntable.to_csv(path)\nopen(path)"},
        *(
            {
                "before": "from azureml.core import Dataset\n"
                f"store = Workspace.from_config().get_default_datastore()\n{lines}"
            }
            for lines in (
                "Dataset.Tabular.from_delimited_files((store, 'data/a.csv'))",
                "Dataset.Tabular.from_delimited_files([(store, 'data/a.csv')])",
                "Dataset.Tabular.from_delimited_files(path=store.path('data/a.csv'))",
                "Dataset.File.from_files([(store, 'data/a.csv'), (store, 'data/b.csv')])",
                "Dataset.File.from_files('data/*.csv')",
                "table.to_csv('data/a.csv')\nDataset.Tabular.from_delimited_files('data/a.csv')",
            )
        ),
        {"before": "try:\n    BanditPolicy()\nexcept Exception:\n    pass"},
        {"before": "import os\nif os.path.exists('x.csv'):\n    open('x.csv')"},
        {
            "folder": "'src'",
            "before": "import os, shutil\nos.makedirs('src')\nshutil.copy('train.py', 'src')",
        },
    ],
)
def test_what_only_running_tells_is_not_told(obstacles, said):
    assert obstacles(**said) == []


@pytest.mark.parametrize("target", ["'local'", "None", "''"])
def test_strictly_a_local_target_is_refused(obstacles, monkeypatch, target):
    monkeypatch.setenv("HYPERLOCAL_STRICT", "1")

    (found,) = obstacles(target=target)

    assert "local" in found


def test_a_target_that_is_set_later_is_not_local(obstacles, monkeypatch):
    monkeypatch.setenv("HYPERLOCAL_STRICT", "1")
    text = SWEEP.format(**{**GOOD, "target": "None"})

    assert obstacles(text.replace("sampling =", "src.run_config.target = 'c'\nsampling =")) == []


def test_an_argument_that_the_sdk_does_not_have_is_told(obstacles):
    (found,) = obstacles(runs="4, maximum=3")

    assert "'maximum'" in found


def test_an_estimators_local_target_is_refused_too(obstacles, monkeypatch):
    monkeypatch.setenv("HYPERLOCAL_STRICT", "1")
    head = HEAD + "from azureml.train.sklearn import SKLearn\n"
    text = SWEEP.format(**{**GOOD, "head": head}).replace("run_config=src", "estimator=est")
    text = text.replace(
        "sampling =",
        "est = SKLearn('.', entry_script='train.py', compute_target='local')\nsampling =",
    )

    (found,) = obstacles(text)

    assert "local" in found


def test_files_that_cells_make_are_there(project, notebook):
    path = notebook(
        "%%writefile conda.yml\nname: x\n",
        "%%writefile src/train.py\n" + TRAIN,
        "!wget https://example.com/a.csv -O data.csv",
        "import pandas as pd\npd.read_csv('data.csv')",
        SWEEP.format(**{**GOOD, "folder": "'src'"})
        + "Environment.from_conda_specification('e', 'conda.yml')",
    )

    assert [r.is_fine for r in check([path], str(project))] == [True, True]


def test_a_notebook_without_such_a_cell_lacks_them(project, notebook):
    path = notebook("import pandas as pd\npd.read_csv('data.csv')", SWEEP.format(**GOOD))

    (report,) = check([path], str(project))

    assert [str(finding.place) for finding in report.findings] == [
        "cell 1 line 2",
        "cell 2 line 6",
    ]


@pytest.mark.parametrize(
    ("train", "subject"),
    [
        (TRAIN + "import nowhere_1\n", "nowhere_1"),
        (TRAIN + "import collections\ncollections.Mapping\n", "collections.Mapping"),
        (
            TRAIN + "from azureml.core import Dataset\n"
            "Dataset.Tabular.from_delimited_files('https://example.com/a.csv')\n",
            "https://example.com/a.csv",
        ),
        ("import mlflow_1 as mlflow\n", "mlflow_1"),
    ],
)
def test_what_its_training_script_lacks_the_driver_lacks(obstacles, project, train, subject):
    (found,) = obstacles(train=train)

    assert found == "train.py, which it runs, has 1 thing to see to"
    script = check([str(project / "driver.py")], str(project))[1]
    assert (script.role, [f.subject for f in script.findings]) == ("training script", [subject])


@pytest.mark.parametrize(
    "log", ["mlflow.log_metric('accuracy', 1)", "mlflow.sklearn.autolog()", "mlflow.autolog()"]
)
def test_a_script_that_logs_to_mlflow_only_has_no_metric(project, obstacles, log):
    (project / "mlflow.py").write_text("")

    (found,) = obstacles(train=f"import mlflow\n{log}\n")
    assert "train.py, which it runs" in found
    assert obstacles(train=f"import mlflow\n{log}\n{TRAIN}") == []


def test_a_script_whose_helper_logs_to_the_run_is_fine(project, obstacles):
    (project / "mlflow.py").write_text("")
    (project / "helper.py").write_text(TRAIN)
    (project / "train.py").write_text("import mlflow, helper\nmlflow.log_metric('a', 1)\n")
    (project / "driver.py").write_text(SWEEP.format(**GOOD))

    found = check([str(project / f"{n}.py") for n in ("driver", "train", "helper")], str(project))

    assert all(report.is_fine for report in found)


@pytest.mark.parametrize(
    "call",
    [
        "import requests\nrequests.post('http://a.westeurope.azurecontainer.io/score', data)",
        "import requests\nuri = 'https://x.inference.ml.azure.com/score'\nrequests.Session().post(uri)",
        "import requests\nrequests.post('http://40.1.2.3:80/api/v1/service/x/score', json={})",
        "import urllib.request\nurllib.request.Request('http://4.1.2.3/score', body)",
    ],
)
def test_a_service_in_the_cloud_that_is_typed_in_is_told(report, call):
    kinds = [f.kind.value for f in report(call).findings if f.kind.value != "package"]

    assert kinds == ["service in the cloud"]


def test_a_service_here_is_fine(report):
    kinds = [
        f.kind.value
        for f in report(
            "import requests\nrequests.post('http://localhost:8890/score', d)"
        ).findings
    ]

    assert "service in the cloud" not in kinds


class TestVariables:
    @pytest.fixture
    def variables(self, project):
        def of(train, before=""):
            (project / "train.py").write_text(TRAIN + train)
            (project / "driver.py").write_text(SWEEP.format(**{**GOOD, "before": before}))
            script = check([str(project / "driver.py")], str(project))[1]
            return [(f.subject, f.is_obstacle) for f in script.findings]

        return of

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("import os\nos.environ['MY_KEY_1']", [("MY_KEY_1", True)]),
            ("import os\nos.environ.get('MY_KEY_1', 'x')", [("MY_KEY_1", False)]),
            ("from os import getenv\ngetenv('MY_KEY_1')", [("MY_KEY_1", False)]),
            (
                "import os\ntry:\n    os.environ['MY_KEY_1']\nexcept KeyError: 1",
                [("MY_KEY_1", False)],
            ),
            ("import os\nos.environ['MY_KEY_1'] = '1'\nos.environ['MY_KEY_1']", []),
            ("import os\nos.environ['HOME'], os.environ['AZUREML_RUN_ID']", []),
        ],
    )
    def test_which_no_run_configuration_sets_are_told(self, variables, text, found):
        assert variables(text) == found

    def test_which_one_sets_are_not(self, variables):
        text = "import os\nos.environ['MY_KEY_1']"

        assert (
            variables(text, "e = Environment('e'); e.environment_variables['MY_KEY_1'] = '1'")
            == []
        )

    def test_here_they_are_passed_on_unless_strictly(self, variables, monkeypatch):
        monkeypatch.setenv("MY_KEY_1", "1")
        text = "import os\nos.environ['MY_KEY_1']"
        monkeypatch.delenv("HYPERLOCAL_STRICT", raising=False)
        assert variables(text) == [("MY_KEY_1", False)]

        monkeypatch.setenv("HYPERLOCAL_STRICT", "1")
        assert variables(text) == [("MY_KEY_1", True)]
