"""Submissions that fail, and code that tries again."""

import re

import pytest

from hyperlocal.azureml.exceptions import (
    ServiceException,
    TrainingException,
    UserErrorException,
)
from hyperlocal.testing import expect


@pytest.fixture(autouse=True)
def _train(hyperdrive):
    hyperdrive.answer(lambda run: run.log("accuracy", 1))


def persist(tune, error, n_times=5):
    """Submit until it works; return the run, and how often it did not."""
    for n_failed in range(n_times):
        try:
            return tune(), n_failed
        except error:
            continue
    raise AssertionError("It never worked.")


def test_a_submission_fails_once_and_the_next_one_works(hyperdrive, tune):
    hyperdrive.submit_fails("ServiceException: too many requests").once()

    run, n_failed = persist(tune, ServiceException)

    assert n_failed == 1
    expect(run).completed().has_trials(4, completed=4)
    assert [each.id for each in run.experiment.get_runs()] == [run.id]  # nothing else is recorded
    assert hyperdrive.unused() == []


def test_it_fails_every_time_unless_said_otherwise(hyperdrive, tune):
    hyperdrive.submit_fails()

    for _ in range(3):
        with pytest.raises(ServiceException, match="told to fail"):
            tune()
    assert list(hyperdrive.experiment("tuning").get_runs()) == []


def test_several_errors_come_one_after_the_other(hyperdrive, tune):
    hyperdrive.submit_fails(ConnectionError("no network"), times=2)
    hyperdrive.submit_fails(TimeoutError).once()
    told = []
    for _ in range(4):
        try:
            told.append(tune().get_status())
        except OSError as error:
            told.append(type(error))

    assert told == [ConnectionError, ConnectionError, TimeoutError, "Completed"]


def test_the_first_submissions_may_work(hyperdrive, tune):
    hyperdrive.submit_fails("no more", after=2)

    assert [tune().get_status() for _ in range(2)] == ["Completed"] * 2
    with pytest.raises(RuntimeError, match="no more"):
        tune()


def test_scripts_and_pipelines_fail_too_and_what_is_wrong_fails_by_itself(hyperdrive, source):
    from hyperlocal.azureml.core import ScriptRunConfig
    from hyperlocal.azureml.pipeline.core import Pipeline
    from hyperlocal.azureml.pipeline.steps import PythonScriptStep

    hyperdrive.submit_fails(OSError("gone"))
    script = ScriptRunConfig(str(source), "train.py", compute_target="cpu")
    step = PythonScriptStep("train.py", source_directory=str(source), compute_target="cpu")
    pipeline = Pipeline(hyperdrive.workspace, steps=[step])

    for config in (script, pipeline):
        with pytest.raises(OSError, match="gone"):
            hyperdrive.experiment().submit(config)
    with pytest.raises(UserErrorException, match="there is no such folder"):
        hyperdrive.experiment().submit(ScriptRunConfig(str(source / "none"), "train.py"))
    assert list(hyperdrive.experiment().get_runs()) == []


def test_what_is_finished_already_and_what_trials_submit_is_not_meant(hyperdrive, source):
    from hyperlocal.azureml.core import ScriptRunConfig
    from hyperlocal.testing import child

    def train(run):
        if run.parent is None:
            inner = run.submit_child(ScriptRunConfig(str(source), "train.py"))
            run.log("status", inner.get_status())

    hyperdrive.answer(train)
    hyperdrive.submit_fails(OSError("gone"), after=1)

    assert hyperdrive.finished([child({"a": 1})]).get_status() == "Completed"
    run = hyperdrive.experiment().submit(ScriptRunConfig(str(source), "train.py"))
    assert run.get_metrics() == {"status": "Completed"}
    with pytest.raises(OSError, match="gone"):
        hyperdrive.experiment().submit(ScriptRunConfig(str(source), "train.py"))


@pytest.mark.parametrize(
    ("times", "told"),
    [
        (None, r"was to fail with .*, but .* 0 times"),
        (2, r"fail 1 more times .* submitted 1 times"),
    ],
)
def test_what_never_happened_is_told(hyperdrive, tune, times, told):
    hyperdrive.submit_fails(OSError("gone"), times=times)
    if times:
        with pytest.raises(OSError, match="gone"):
            tune()

    (sentence,) = hyperdrive.unused()

    assert re.search(told, sentence)
    hyperdrive.reset()


@pytest.mark.parametrize(
    "wrong", [{"error": 3}, {"after": -1}, {"times": 1.5}, {"times": True}, {"error": None}]
)
def test_what_cannot_be_is_refused(hyperdrive, wrong):
    with pytest.raises((TypeError, ValueError), match=r"submit_fails\(\) takes|but must be"):
        hyperdrive.submit_fails(**wrong)


@pytest.mark.parametrize(
    ("error", "kind", "text"),
    [
        (TrainingException, TrainingException, "told to fail"),
        (TrainingException("busy"), TrainingException, "busy"),
        ("TrainingException: busy", TrainingException, "busy"),
        ("azureml.exceptions.TrainingException: busy", TrainingException, "busy"),
        (TimeoutError, TimeoutError, "^$"),
        ("TimeoutError: late", TimeoutError, "late"),
        ("Nothing: known", RuntimeError, "Nothing: known"),
    ],
)
def test_errors_are_told_as_classes_objects_or_texts(hyperdrive, tune, error, kind, text):
    hyperdrive.submit_fails(error).once()
    hyperdrive.trial(0).fails(error)

    with pytest.raises(kind, match=text):
        tune()
    expect(tune()).failed(0, match=f"{kind.__name__}.*{text.strip('^$')}")


def test_a_class_that_cannot_be_made_is_refused(hyperdrive):
    with pytest.raises(TypeError, match="UnicodeDecodeError needs arguments"):
        hyperdrive.submit_fails(UnicodeDecodeError)
