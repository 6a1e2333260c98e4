import pytest

from hyperlocal.azureml.core import Experiment, Workspace
from hyperlocal.azureml.core.experiment import ViewType
from hyperlocal.azureml.exceptions import UserErrorException


@pytest.mark.parametrize("name", ["a", "1ab", "a-b_c", "x" * 255])
def test_names_that_can_be(workspace, name):
    assert Experiment(workspace, name).name == name


@pytest.mark.parametrize("name", ["", "-a", "_a", "a b", "a.b", "é23", "x" * 256, None, 5])
def test_names_that_cannot_be(workspace, name):
    with pytest.raises(UserErrorException, match="name of an experiment"):
        Experiment(workspace, name)


def test_it_describes_itself(experiment, workspace):
    assert str(experiment) == repr(experiment)
    assert str(experiment) == "Experiment(Name: trials,\nWorkspace: workspace)"
    assert experiment.workspace is experiment.workspace_object is workspace
    assert experiment.get_portal_url() == experiment.portal_url
    assert experiment.id == Experiment(workspace, "trials").id


def test_tags(experiment, workspace):
    experiment.tag("mark")
    experiment.set_tags({"a": 1, "b": 2})
    experiment.remove_tags(["b"])

    assert Experiment(workspace, "trials").tags == {"mark": None, "a": "1"}


def test_lists(experiment, workspace):
    other = Experiment(workspace, "other")
    other.tag("a", 1)
    other.archive()

    def names(**filters):
        return [e.name for e in Experiment.list(workspace, **filters)]

    assert names() == ["trials"]
    assert names(view_type=ViewType.All) == ["trials", "other"]
    assert names(view_type=ViewType.ArchivedOnly, tags={"a": 1}) == ["other"]
    assert names(experiment_name="trials", tags="a") == []
    assert other.archived_time is not None
    other.reactivate()
    assert names(tags="a") == ["other"]
    with pytest.raises(UserErrorException, match="renamed"):
        other.reactivate("new")


def test_only_an_experiment_without_runs_is_deleted(experiment, workspace, run):
    empty = Experiment(workspace, "empty")

    Experiment.delete(workspace, empty.id)

    assert [e.name for e in Experiment.list(workspace)] == ["trials"]
    with pytest.raises(UserErrorException, match="has runs"):
        Experiment.delete(workspace, experiment.id)
    with pytest.raises(UserErrorException, match="no experiment"):
        Experiment.delete(workspace, "unknown")


def test_runs_newest_first_and_selected(experiment):
    first = experiment.start_logging(outputs=None)
    child = first.child_run()
    second = experiment.start_logging(outputs=None, tags={"kept": "yes"}, properties={"n": 1})

    assert [r.id for r in experiment.get_runs()] == [second.id, first.id]
    assert [r.id for r in experiment.get_runs(include_children=True)][1] == child.id
    assert [r.id for r in experiment.get_runs(tags={"kept": "yes"})] == [second.id]
    assert [r.id for r in experiment.get_runs(properties="n")] == [second.id]
    assert list(experiment.get_runs(type="hyperdrive")) == []
    assert [r.number for r in experiment.get_runs()] == [3, 1]


def test_runs_of_the_workspace(experiment, run):
    assert Workspace("s", "g", "w").get_run(run.id).id == run.id


@pytest.mark.parametrize("config", [None, 5, "train.py", {"script": "train.py"}])
def test_only_configurations_are_submitted(experiment, config):
    with pytest.raises(UserErrorException, match="ScriptRunConfig"):
        experiment.submit(config)
