"""Runs: created once, changed until they end, found again."""

import pytest

from hyperlocal.domain.status import Cause, Status
from hyperlocal.errors import HyperlocalError, RunNotFound, RunStateError

OPEN = [status for status in Status if not status.is_terminal]
FINAL = [status for status in Status if status.is_terminal]


def test_a_run_is_what_it_was_created_as(history):
    created = history.runs.create(
        "HD_x",
        experiment="digits",
        kind="hyperdrive",
        status=Status.RUNNING,
        display_name="nice_name",
        plan="{}",
        parameters={"lr": 0.1, "layers": [1, 2.0], "nothing": None, "flag": True},
        command=["python", "train.py", "--lr", "0.1"],
        tags={"who": "me"},
        properties={"platform": "local"},
    )

    assert history.runs.get("HD_x") == created
    assert created.parameters == {"lr": 0.1, "layers": [1, 2.0], "nothing": None, "flag": True}
    assert created.command == ["python", "train.py", "--lr", "0.1"]
    assert (created.tags, created.properties) == ({"who": "me"}, {"platform": "local"})
    assert (created.number, created.root_id, created.parent_id) == (1, "HD_x", None)
    assert (created.status, created.started_at) == (Status.RUNNING, created.created_at)
    assert (created.error, created.warnings, created.cause) == (None, [], None)


def test_runs_are_numbered_per_experiment(history):
    numbers = [
        history.runs.create(f"r{n}", experiment=experiment, kind="k").number
        for n, experiment in enumerate(["a", "a", "b", "a"])
    ]

    assert numbers == [1, 2, 1, 3]
    assert history.runs.experiments() == ["a", "b"]


def test_a_child_belongs_to_its_parent_and_to_the_top(history, sweep, trial):
    grandchild = history.runs.create("g", experiment="digits", kind="k", parent_id=trial)

    assert (grandchild.parent_id, grandchild.root_id) == (trial, sweep)
    assert [run.run_id for run in history.runs.children(sweep)] == [trial]
    assert [run.run_id for run in history.runs.children(sweep, recursive=True)] == ["g", trial]


def test_children_come_newest_first_and_can_be_read_on(history, sweep):
    for number in range(3):
        history.runs.create(f"c{number}", experiment="digits", kind="k", parent_id=sweep)

    newest, middle, oldest = history.runs.children(sweep)

    assert (oldest.run_id, newest.run_id) == ("c0", "c2")
    assert history.runs.children_after(sweep, oldest.key) == [middle, newest]


def test_an_id_is_used_once(history, sweep):
    with pytest.raises(RunStateError, match="'HD_x' exists already"):
        history.runs.create(sweep, experiment="digits", kind="k")


def test_a_child_needs_its_parent(history):
    with pytest.raises(RunNotFound, match="No run 'nobody'"):
        history.runs.create("c", experiment="digits", kind="k", parent_id="nobody")

    assert history.runs.top(include_children=True) == []


def test_a_run_that_is_not_there_names_the_home(history, home):
    with pytest.raises(RunNotFound, match="hyperlocal list") as caught:
        history.runs.get("nobody")

    assert (caught.value.run_id, caught.value.home) == ("nobody", str(home))


def test_top_runs_newest_first_of_one_or_all_experiments(history, sweep, trial):
    history.runs.create("other", experiment="iris", kind="k")

    assert [run.run_id for run in history.runs.top()] == ["other", sweep]
    assert [run.run_id for run in history.runs.top("digits")] == [sweep]
    assert [run.run_id for run in history.runs.top("digits", include_children=True)] == [
        trial,
        sweep,
    ]


@pytest.mark.parametrize("status", OPEN)
def test_a_run_that_has_not_ended_can_change(history, sweep, status):
    assert history.runs.set_status(sweep, status)
    assert history.runs.get(sweep).status is status


def test_the_start_is_stamped_once(history, sweep):
    history.runs.set_status(sweep, Status.PREPARING)
    before = history.runs.get(sweep).started_at
    history.runs.set_status(sweep, Status.RUNNING)
    started = history.runs.get(sweep).started_at
    history.runs.set_status(sweep, Status.FINALIZING)
    history.runs.set_status(sweep, Status.RUNNING)

    assert before is None
    assert started is not None
    assert history.runs.get(sweep).started_at == started


@pytest.mark.parametrize("final", FINAL)
def test_a_run_ends_once(history, sweep, final):
    assert history.runs.finish(sweep, final, cause=Cause.USER, reason="enough", exit_code=-15)

    for other in FINAL:
        assert not history.runs.finish(sweep, other, reason="again")
    assert not history.runs.set_status(sweep, Status.RUNNING)
    assert not history.runs.request_cancel(sweep)
    ended = history.runs.get(sweep)
    assert (ended.status, ended.cause, ended.reason) == (final, Cause.USER, "enough")
    assert ended.exit_code == -15
    assert ended.ended_at is not None


def test_a_requested_cancellation_is_not_taken_back(history, sweep):
    assert history.runs.request_cancel(sweep)
    assert history.runs.request_cancel(sweep)

    assert not history.runs.set_status(sweep, Status.RUNNING)
    assert history.runs.get(sweep).status is Status.CANCEL_REQUESTED
    assert history.runs.finish(sweep, Status.COMPLETED)


def test_changes_of_a_run_that_is_not_there_change_nothing(history):
    assert not history.runs.set_status("nobody", Status.RUNNING)
    assert not history.runs.request_cancel("nobody")
    assert not history.runs.finish("nobody", Status.FAILED)


def test_an_error_set_before_the_end_stays(history, sweep):
    history.runs.set_error(sweep, {"code": "UserError", "message": "some failed"})
    history.runs.finish(sweep, Status.COMPLETED)

    assert history.runs.get(sweep).error == {"code": "UserError", "message": "some failed"}


def test_simple_columns_are_set_together(history, sweep):
    history.runs.update(sweep, pid=17, pid_started=12.5, display_name="kind_hopper")

    run = history.runs.get(sweep)
    assert (run.pid, run.pid_started, run.display_name) == (17, 12.5, "kind_hopper")


def test_tags_are_added_changed_and_removed(history, sweep):
    history.runs.edit_tags(sweep, put={"a": "1", "b": None})

    assert history.runs.edit_tags(sweep, put={"a": "2"}, remove=["b", "c"]) == {"a": "2"}
    assert history.runs.get(sweep).tags == {"a": "2"}
    with pytest.raises(RunNotFound):
        history.runs.edit_tags("nobody", put={"a": "1"})


def test_properties_are_written_once(history, sweep):
    history.runs.add_properties(sweep, {"a": "1"})
    history.runs.add_properties(sweep, {"a": "1", "b": "2"})

    with pytest.raises(RunStateError, match="'a' of run HD_x is '1' and cannot become '2'"):
        history.runs.add_properties(sweep, {"c": "3", "a": "2"})
    assert history.runs.get(sweep).properties == {"a": "1", "b": "2"}


def test_a_warning_is_kept_once(history, sweep):
    for sentence in ("Slow.", "Odd.", "Slow."):
        history.runs.add_warning(sweep, sentence)

    assert history.runs.get(sweep).warnings == ["Slow.", "Odd."]


def test_children_are_counted_by_status(history, sweep):
    for number, status in enumerate([Status.RUNNING, Status.QUEUED, Status.RUNNING]):
        history.runs.create(
            f"c{number}", experiment="digits", kind="k", parent_id=sweep, status=status
        )

    assert history.runs.count_by_status(sweep) == {Status.RUNNING: 2, Status.QUEUED: 1}


@pytest.fixture
def several(history):
    for run_id in ("HD_aa", "HD_ab", "HDxaa", "Hä"):
        history.runs.create(run_id, experiment="e", kind="k")
    for number in range(11):
        history.runs.create(f"HD_aa_{number}", experiment="e", kind="k", parent_id="HD_aa")
    return history.runs


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("HD_aa", "HD_aa"),  # itself, though its children start so too
        ("HD_aa_1", "HD_aa_1"),  # itself, though HD_aa_10 starts so too
        ("HD_ab", "HD_ab"),
        ("HDx", "HDxaa"),
        ("Hä", "Hä"),
        ("HD_aa_10", "HD_aa_10"),
        ("HD_aa_9", "HD_aa_9"),
    ],
)
def test_a_run_is_found_by_the_start_of_its_id(several, typed, found):
    assert several.find(typed).run_id == found


def test_the_parent_is_meant_rather_than_its_children(several):
    assert several.find("HDx").run_id == "HDxaa"
    assert several.find("HD_ab").run_id == "HD_ab"


@pytest.mark.parametrize("typed", ["", "hd_aa", "aa", "HD_aa%", "HD_ac", "HD_aa_11"])
def test_what_no_id_starts_with_is_not_found(several, typed):
    with pytest.raises(RunNotFound):
        several.find(typed)


def test_an_abbreviation_of_several_runs_names_them(several):
    with pytest.raises(HyperlocalError, match=r"fits several runs \(HD_aa, HD_ab\)\. Type more"):
        several.find("HD_a")
    with pytest.raises(HyperlocalError, match=r"HD_aa_0, .*, HD_aa_4, \.\.\.\)"):
        several.find("HD_aa_")
