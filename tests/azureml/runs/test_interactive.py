import pytest

from hyperlocal.azureml.core import Experiment, Run
from hyperlocal.azureml.exceptions import ServiceException, UserErrorException
from hyperlocal.errors import NotEmulatedError


def test_a_new_run_is_running_and_then_completed(run):
    assert run.get_status() == "Running"

    run.complete()

    assert run.get_status() == run.status == "Completed"
    assert run.get_details()["endTimeUtc"] > run.get_details()["startTimeUtc"]


def test_a_run_describes_itself(run, experiment):
    assert str(run) == (f"Run(Experiment: trials,\nId: {run.id},\nType: None,\nStatus: Running)")
    assert repr(run) == str(run)
    assert run.id in run._repr_html_()
    assert run.number == 1
    assert run.type is None
    assert run.parent is None
    assert run.experiment is experiment
    address = f"http://127.0.0.1:8642/runs/{run.id}?start=hyperlocal+studio"
    assert run.get_portal_url() == run.portal_url == address
    assert run._history.folder(run.id).path.as_uri() in run._repr_html_()


def test_leaving_the_context_completes_it(experiment):
    with experiment.start_logging(outputs=None) as run:
        run.log("a", 1)

    assert run.get_status() == "Completed"


def test_an_exception_in_the_context_fails_it(experiment):
    with pytest.raises(KeyError), experiment.start_logging(outputs=None) as run:
        raise KeyError("lr")

    error = run.get_details()["error"]["error"]
    assert run.get_status() == "Failed"
    assert error["code"] == "UserError"
    assert error["message"] == "KeyError: 'lr'"
    assert "test_interactive" in error["debug_stack_trace"]


@pytest.mark.parametrize(
    ("details", "code", "told"),
    [
        (None, None, {"code": "UserError"}),
        ("too slow", "Slow", {"code": "Slow", "message": "too slow"}),
        (UserErrorException("no"), None, {"message": "UserErrorException: no"}),
    ],
)
def test_a_run_can_be_declared_failed(run, details, code, told):
    run.fail(error_details=details, error_code=code)

    assert run.get_status() == "Failed"
    assert told.items() <= run.get_details()["error"]["error"].items()


def test_what_went_wrong_is_a_text_or_an_exception(run):
    with pytest.raises(TypeError, match="error_details"):
        run.fail(error_details=5)


def test_a_run_can_be_cancelled(run):
    run.cancel()

    assert run.get_status() == "Canceled"


def test_a_finished_run_stays_as_it_ended(run):
    run.complete()
    run.fail("late")
    run.cancel()

    assert run.get_status() == "Completed"


def test_its_outputs_are_kept_when_it_completes(experiment, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "outputs").mkdir()
    (tmp_path / "outputs" / "model.txt").write_text("weights")
    run = experiment.start_logging()

    run.complete()

    assert run.get_file_names() == ["outputs/model.txt"]


def test_the_working_directory_is_copied_only_if_asked_for(experiment, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "train.py").write_text("")

    without = experiment.start_logging(outputs=None)
    with_it = experiment.start_logging(outputs=None, snapshot_directory=".")

    assert not without._history.folder(without.id).snapshot.exists()
    assert (with_it._history.folder(with_it.id).snapshot / "train.py").is_file()


def test_names_and_texts_of_a_run(experiment):
    run = experiment.start_logging(
        outputs=None, display_name="first", description="try", tags={"a": 1}
    )
    assert (run.display_name, run.description, run.tags) == ("first", "try", {"a": "1"})

    run.display_name, run.description = "second", "again"

    found = Run(experiment, run.id)
    assert (found.display_name, found.name, found.description) == ("second", "second", "again")


def test_tags_are_texts_and_may_change(run):
    run.tag("mark")
    run.tag("rate", 0.5)
    run.set_tags({"rate": 1, "flag": True, "list": [1]})
    run.remove_tags(["flag"])

    assert run.get_tags() == run.tags == {"mark": None, "rate": "1", "list": "[1]"}


def test_properties_are_written_once(run):
    run.add_properties({"build": 7})
    run.add_properties({"build": 7})
    run.add_properties({})

    with pytest.raises(UserErrorException, match="written once"):
        run.add_properties({"build": 8})

    assert run.get_properties() == run.properties == {"build": "7"}


def test_children_know_their_parent(run):
    child = run.child_run("part")

    assert child.parent.id == run.id
    assert child.name == "part"
    assert child.get_status() == "Running"
    assert [c.id for c in run.get_children()] == [child.id]


def test_several_children_at_once(run):
    counted = run.create_children(count=2)
    tagged = run.create_children(tag_key="fold", tag_values=[3, 4])

    assert [c.tags for c in counted] == [
        {"azureml.batch_child_number": "0"},
        {"azureml.batch_child_number": "1"},
    ]
    assert [c.tags["fold"] for c in tagged] == ["3", "4"]
    assert [c.id for c in run.get_children(tags={"fold": 4})] == [tagged[1].id]


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"count": 1, "tag_key": "a", "tag_values": [1]},
        {"tag_key": "a"},
        {"tag_values": [1]},
        {"count": 101},
    ],
)
def test_children_that_cannot_be_made(run, arguments):
    with pytest.raises(UserErrorException, match="create_children"):
        run.create_children(**arguments)


def test_children_are_selected(run):
    first = run.child_run()
    first.complete()
    first.tag("kept")
    second = first.child_run()
    second.add_properties({"n": 1})

    assert [c.id for c in run.get_children(recursive=True)] == [second.id, first.id]
    assert [c.id for c in run.get_children(status="Completed")] == [first.id]
    assert [c.id for c in run.get_children(tags="kept")] == [first.id]
    assert [c.id for c in run.get_children(recursive=True, properties={"n": 1})] == [second.id]
    assert list(run.get_children(type="hyperdrive")) == []
    with pytest.raises(ValueError, match="select"):
        list(run.get_children(tags=["kept"]))


def test_a_run_is_found_again(run, experiment, workspace):
    from hyperlocal.azureml.core import get_run

    assert Run(experiment, run.id).get_status() == "Running"
    assert get_run(experiment, run.id).id == run.id
    assert Run.get(workspace, run.id).experiment.name == "trials"


def test_a_run_that_does_not_exist(experiment, workspace, run):
    other = Experiment(workspace, "other")

    with pytest.raises(ServiceException, match="nobody"):
        Run(experiment, "nobody")
    with pytest.raises(ServiceException, match="'trials'"):
        Run(other, run.id)


@pytest.mark.parametrize("run_id", ["../up", "a/b", "", ".hidden", "x" * 300])
def test_an_id_that_cannot_be_a_folder(run, run_id):
    with pytest.raises(UserErrorException, match="id of a run"):
        run.child_run(run_id=run_id)


def test_what_is_not_emulated_is_loud(run):
    with pytest.raises(NotEmulatedError, match=r"Workspace\.list_keys"):
        run.experiment.workspace.list_keys()
    with pytest.raises(AttributeError):
        _ = run.no_such_member


def test_a_custom_class_of_runs(experiment, run):
    class Mine:
        def __init__(self, experiment, run_dto):
            self.id = run_dto.run_id

    Run.add_type_provider("mine", lambda experiment, run_dto: Mine(experiment, run_dto))
    experiment._history.runs.create("m1", experiment="trials", kind="mine")

    assert isinstance(next(experiment.get_runs(type="mine")), Mine)
