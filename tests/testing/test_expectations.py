"""What tests say of sweeps, and what they are told when it is not so."""

import pytest

from hyperlocal.testing import child, expect


@pytest.fixture
def run(hyperdrive):
    return hyperdrive.finished(
        [
            child({"--lr": 0.1, "--n-units": 4}, metrics={"accuracy": [0.5, 0.9]}),
            child({"--lr": 0.2, "--n-units": 8}, metrics={"accuracy": [0.4]}, stopped_at=1),
            child({"--lr": 0.3, "--n-units": 8}, status="Failed", error="ValueError: too large"),
            child({"--lr": 0.4, "--n-units": 4}, status="Canceled"),
        ]
    )


def test_what_is_true_is_said_in_one_chain(run):
    (
        expect(run)
        .completed()
        .has_trials(4, completed=1, stopped=1, failed=1, canceled=1)
        .tried(lr=0.1, n_units=4)
        .tried({"--lr": 0.3})
        .tried_only({"lr": 0.4}, {"lr": 0.3}, {"lr": 0.2}, {"n_units": 4})
        .stopped(1, at=1, because="^stopped by")
        .stopped_only(1)
        .failed(2, match="too large")
        .best(0, metric=0.9, lr=0.1)
    )


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        (lambda it: it.canceled(), "Expected the run to be Canceled, but it is Completed."),
        (lambda it: it.failed(), "Expected the run to be Failed, but it is Completed."),
        (lambda it: it.failed(0), "Expected trial 0 to be Failed, but it is Completed."),
        (lambda it: it.failed(2, match="label"), "to match 'label', but it is:\nValueError: too"),
        (lambda it: it.has_trials(5), "Expected 5 trials, but there are 4."),
        (lambda it: it.has_trials(stopped=2), "Expected 2 stopped trials, but there are 1."),
        (lambda it: it.tried(lr=0.5), "Expected a trial with lr=0.5, but there is none."),
        (lambda it: it.tried(momentum=1), "Expected a trial with momentum=1, but there is none."),
        (
            lambda it: it.tried_only({"lr": 0.1}),
            "Expected no other trials, but there are --lr=0.2",
        ),
        (
            lambda it: it.tried_only({"lr": 0.1}, {"lr": 0.1}),
            "Expected another trial with lr=0.1.",
        ),
        (lambda it: it.stopped(0), "trial 0 to be stopped by the policy, but it is Completed."),
        (lambda it: it.stopped(3), "trial 3 to be stopped by the policy, but it is Canceled."),
        (lambda it: it.stopped(1, at=3), "to be stopped at interval 3, but it was at 1."),
        (lambda it: it.stopped(1, because="median"), "the reason is: stopped by the policy"),
        (lambda it: it.stopped(7), "Expected a trial 7, but there is none."),
        (lambda it: it.stopped_only(), "no other trials to be stopped, but these were: 1."),
        (lambda it: it.best(1), "Expected trial 1 to be the best, but trial 0 is."),
        (lambda it: it.best(metric=0.8), "the best metric to be 0.8, but it is 0.9."),
        (lambda it: it.best(lr=0.2), "the best trial to have lr=0.2, but it has --lr=0.1"),
    ],
)
def test_what_is_not_so_is_said_with_the_table(run, claim, text):
    with pytest.raises(AssertionError) as caught:
        claim(expect(run))

    message = str(caught.value)
    assert text in message
    assert f"{run.id}: Completed" in message
    table = message[message.index("trial  status") :].splitlines()
    assert table[0].split() == [
        "trial", "status", "accuracy", "stopped", "at", "parameters", "reason",
    ]  # fmt: skip
    assert table[1].split() == ["0", "Completed", "0.9", "-", "--lr=0.1", "--n-units=4", "-"]
    assert table[2].split()[:4] == ["1", "Canceled", "0.4", "1"]
    assert table[3].endswith("ValueError: too large (exit code 1)")


def test_an_unknown_count_is_the_tests_own_mistake(run):
    with pytest.raises(TypeError, match=r"has_trials\(won=\.\.\.\): use .*completed"):
        expect(run).has_trials(won=1)


def test_of_a_sweep_without_metrics_none_is_the_best(hyperdrive):
    run = hyperdrive.finished([child({"lr": 0.1})])

    with pytest.raises(AssertionError, match="no trial logged the primary metric"):
        expect(run).best(0)


def test_long_tables_are_cut(hyperdrive):
    run = hyperdrive.finished([child({"lr": number}) for number in range(53)])

    with pytest.raises(AssertionError, match=r"\.\.\. and 3 more$"):
        expect(run).failed()


def test_only_runs_are_looked_at():
    with pytest.raises(TypeError, match="takes a run of this test, as submit"):
        expect("HD_1")


@pytest.mark.parametrize(
    "empty",
    [
        lambda e: e.tried(),
        lambda e: e.best(),
        lambda e: e.has_trials(),
        lambda e: e.has_trials("3"),
        lambda e: e.has_trials(completed=True),
    ],
)
def test_what_says_nothing_is_no_expectation(hyperdrive, tune, empty):
    hyperdrive.answer(lambda run: run.log("accuracy", 1))

    with pytest.raises(TypeError):
        empty(expect(tune()))


def test_without_a_trial_any_may_be_the_one_that_was_stopped(hyperdrive):
    run = hyperdrive.finished(
        [
            child({"a": 1}, metrics={"accuracy": [1, 1]}),
            child({"a": 2}, metrics={"accuracy": [0.5]}, stopped_at=1, reason="worse by far"),
        ]
    )

    expect(run).stopped().stopped(at=1).stopped(because="by far")
    with pytest.raises(AssertionError, match=r"a trial to be stopped .* at interval 7, but"):
        expect(run).stopped(at=7)
    with pytest.raises(AssertionError, match="because of 'zzz', but there is none"):
        expect(run).stopped(at=1, because="zzz")
    with pytest.raises(AssertionError, match="a trial to be stopped by the policy, but"):
        expect(hyperdrive.finished([child({"a": 1})])).stopped()


def test_the_best_metric_may_be_told_by_a_function(run):
    def is_good(accuracy):
        return accuracy > 0.95

    expect(run).best(metric=lambda accuracy: accuracy > 0.8)

    with pytest.raises(AssertionError, match=r"metric to satisfy is_good, but it is 0\.9"):
        expect(run).best(metric=is_good)


SAYINGS = [
    lambda e: e.has_trials(4),
    lambda e: e.has_trials(completed=1),
    lambda e: e.tried(a=1),
    lambda e: e.tried_only({"a": 1}),
    lambda e: e.stopped(),
    lambda e: e.stopped_only(),
    lambda e: e.best(0),
    lambda e: e.failed(0),
]


@pytest.mark.parametrize("says", SAYINGS)
def test_what_has_no_trials_is_told_with_what_it_is(hyperdrive, says):
    script = hyperdrive.finished_script(child(metrics={"a": 1}))
    sweep = hyperdrive.finished([child({"a": 1})])
    (trial,) = sweep.get_children()

    with pytest.raises(AssertionError, match=r"said of a sweep, but .* of a script: it has"):
        says(expect(script))
    with pytest.raises(AssertionError, match=f"a trial of the sweep {sweep.id}: pass the"):
        says(expect(trial))


@pytest.mark.parametrize("says", SAYINGS)
def test_the_runs_of_a_pipeline_name_its_sweeps(hyperdrive, tuning, source, says):
    from azureml.pipeline.core import Pipeline
    from azureml.pipeline.steps import HyperDriveStep, HyperDriveStepRun, PythonScriptStep

    hyperdrive.answer(lambda run: run.log("accuracy", 1))
    search = HyperDriveStep("search", tuning.config(source))
    after = PythonScriptStep("a.py", name="a", compute_target="c", source_directory=str(source))
    after.run_after(search)
    run = hyperdrive.experiment().submit(Pipeline(hyperdrive.workspace, steps=[after]))
    (step,), (script,) = run.find_step_run("search"), run.find_step_run("a")
    sweep = HyperDriveStepRun(step)

    expect(sweep).completed().has_trials(4, completed=4)
    with pytest.raises(AssertionError, match=f"step 'search' .*whose sweep is {sweep.id}: pass"):
        says(expect(step))
    with pytest.raises(AssertionError, match=r"step 'a' .*\(StepRun\), which runs a script and"):
        says(expect(script))
    with pytest.raises(AssertionError, match=r"a pipeline\. .* these run sweeps: 'search'\. Pass"):
        says(expect(run))
    pipeline, trials = hyperdrive.tables()
    assert [line.split()[0] for line in pipeline.splitlines()[1:]] == ["child", "search", "a"]
    assert trials.startswith(sweep.id)


def test_a_script_that_submits_a_sweep_names_it(hyperdrive, tuning, source):
    from azureml.core import ScriptRunConfig

    def driver(run):
        run.submit_child(tuning.config(source))

    hyperdrive.answer(driver, script="driver.py")
    hyperdrive.answer(lambda run: run.log("accuracy", 1), script="train.py")
    run = hyperdrive.experiment().submit(ScriptRunConfig(str(source), "driver.py"))
    (sweep,) = run.get_children()

    with pytest.raises(AssertionError, match=f"which has started the sweep {sweep.id}: pass that"):
        expect(run).has_trials(4)
