"""Uses of the SDK: told where they are, by asking the face itself."""

import pytest

NOT = "not emulated"


def test_an_import_is_no_use(told):
    assert (
        told("from azureml.core.webservice import AciWebservice\nimport azureml.train.automl")
        == []
    )


@pytest.mark.parametrize(
    "text",
    [
        "from azureml.core.webservice import AciWebservice\nAciWebservice.deploy_configuration()",
        "from azureml.core import webservice as w\nw.AciWebservice.deploy_configuration()",
        "import azureml as aml\naml.core.webservice.AciWebservice.deploy_configuration()",
        "import azureml.core.webservice\n"
        "azureml.core.webservice.AciWebservice.deploy_configuration()",
        "from azureml.core.webservice import AciWebservice as A\nx = [A.deploy_configuration()]",
    ],
)
def test_a_placeholder_is_told_where_it_is_used(told, text):
    assert told(text) == [(2, NOT, "azureml.core.webservice.AciWebservice.deploy_configuration")]


def test_an_object_of_a_placeholder_is_told_once(told):
    text = """
from azureml.train.automl import AutoMLConfig
config = AutoMLConfig(task="regression")
config.anything().at.all
other = AutoMLConfig()
"""
    assert told(text) == [(3, NOT, "azureml.train.automl.AutoMLConfig")]


def test_every_place_is_kept(report):
    text = "from azureml.train.automl import AutoMLConfig as A\nA()\n\nA()\n"

    (finding,) = report(text).findings

    assert (finding.place.line, [place.line for place in finding.also_at]) == (2, [4])


def test_naming_and_testing_against_a_placeholder_is_no_use(told):
    text = """
from azureml.core.webservice import Webservice, AciWebservice
from azureml.exceptions import WebserviceException
class Mine(Webservice):
    pass
def deploy(service: AciWebservice = None) -> Webservice:
    return isinstance(service, Webservice)
try:
    pass
except WebserviceException:
    pass
"""
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "feature"),
    [
        (
            "from azureml.core import Workspace\nws = Workspace.from_config()\nws.sync_keys",
            "azureml.core.workspace.Workspace.sync_keys",
        ),
        (
            "from azureml.core import Model, Workspace\n\nModel.deploy(Workspace.from_config())",
            "azureml.core.model.Model.deploy",
        ),
        (
            "from azureml.core import Run\nrun = Run.get_context()\n"
            "run.experiment.workspace.sync_keys",
            "azureml.core.workspace.Workspace.sync_keys",
        ),
        (
            "from azureml.core import Workspace\n\ndef f(ws: Workspace): return ws.sync_keys",
            "azureml.core.workspace.Workspace.sync_keys",
        ),
        (
            "from azureml.core import Workspace\n\nfor e in [Workspace.get('a').sync_keys]: pass",
            "azureml.core.workspace.Workspace.sync_keys",
        ),
        (
            "from azureml.core import Environment\n\n"
            "Environment.from_existing_conda_environment('a', 'b')",
            "azureml.core.environment.Environment.from_existing_conda_environment",
        ),
    ],
)
def test_members_that_a_class_lacks_are_found_through_objects(told, text, feature):
    assert told(text) == [(3, NOT, feature)]


def test_a_name_that_is_bound_below_a_function_is_known_in_it(told):
    text = """
from azureml.core import Workspace
def main():
    print(ws.sync_keys)
ws = Workspace.from_config()
"""
    assert told(text) == [(4, NOT, "azureml.core.workspace.Workspace.sync_keys")]


def test_what_a_method_returns_is_followed(report):
    text = """
from azureml.core import Experiment, ScriptRunConfig, Workspace
from azureml.train.hyperdrive import *
ws = Workspace.from_config()
with Experiment(ws, "x").start_logging() as run:
    run.log("a", 1)
config = HyperDriveConfig(run_config=ScriptRunConfig("."), max_total_runs=1)
best = Experiment(ws, "x").submit(config).get_best_run_by_primary_metric()
best.register_model("m", "outputs/m")
for child in best.get_children():
    child.get_metrics()
print(ws.compute_targets["c"].get_status())
[run.complete() for run in Experiment(ws, "x").get_runs()]
"""
    found = report(text)

    assert found.findings == []
    assert found.role == "driver"
    assert {
        "Experiment.submit",
        "HyperDriveConfig",
        "HyperDriveRun.get_best_run_by_primary_metric",
        "Run.complete",
        "Run.get_children",
        "Run.get_metrics",
        "Run.log",
        "Run.register_model",
        "Workspace.compute_targets",
        "Workspace.from_config",
    } <= set(found.works)


def test_attributes_that_objects_are_given_are_theirs(told):
    text = """
from azureml.core import Environment, RunConfiguration
environment = Environment("e")
environment.docker.enabled = True
environment.python.user_managed_dependencies = True
environment.environment_variables = {}
RunConfiguration().environment.name
"""
    assert told(text) == []


def test_what_the_sdk_does_not_have_is_told(told):
    text = """
from azureml.core import Workspaces
import azureml.cor
from azureml.core import Workspace
Workspace._private
from azureml.core._private import x
"""
    assert told(text) == [
        (2, "unknown to the SDK", "azureml.core.Workspaces"),
        (3, "unknown to the SDK", "azureml.cor"),
        (6, NOT, "azureml.core._private"),
    ]


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("from azureml.core import Run\nRun.get_context().log('a', 1)", "training script"),
        ("from azureml.core import *\nExperiment(None, 'a').submit(None)", "driver"),
        ("def f(): pass", "module"),
        ("if __name__ == '__main__': pass", "script"),
    ],
)
def test_roles(report, text, role):
    assert report(text).role == role


def test_what_is_strange_to_read_is_survived(told):
    text = """
import azureml.core as c, os
x, (y, *z) = 1, (2, 3)
f = lambda run, *a: run.log
d = {**{}, "a": c.Workspace}
d["a"].from_config
async def g():
    async with x as y: await y
    async for i in y: yield i
    return [j async for j in y if (k := j)]
while x: x = not x
else: del x
c.Workspace.from_config().name.upper()[0:1].b.c(*[1], **d)
match y:
    case {"a": 1}: print(f"{y!r:>{10}}")
global h
@f
class A(c.Workspace, metaclass=type):
    a: int = 1
    def m(self, /, a: "str", *, b=c.Experiment): self.a += 1
"""
    assert told(text) == []


def test_pipeline_data_as_a_dataset_works(told):
    text = """
from azureml.pipeline.core import PipelineData
data = PipelineData("d").as_dataset()
data.as_named_input("x").as_mount()
data.parse_parquet_files().keep_columns("a").as_named_input("y")
data.parse_delimited_files().random_split(0.5)[0].as_named_input("z")
"""
    assert told(text) == []
