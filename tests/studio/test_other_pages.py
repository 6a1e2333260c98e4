"""Comparisons, what-if and pipelines: in this process what they say, in a browser what they do."""

import json

import pytest

pytest.importorskip("dash", reason="needs hyperlocal[studio]")

from plotly.utils import PlotlyJSONEncoder

from hyperlocal.domain.codec import plan_to_json
from hyperlocal.domain.policy import Bandit, Schedule
from hyperlocal.domain.sweep import Job, Step, Workflow
from hyperlocal.studio.asked import Settings
from hyperlocal.studio.pages import compare, pipeline, run, whatif, whatif_answer
from tests.views import sweeps

MARKUP = "<script>alert(1)</script>"
COMPARED = "/compare?runs=HD_sweep_0,HD_sweep_1,HD_sweep_3"
SWEEPS = "/compare?runs=HD_many,HD_sweep"
WHATIF = "/whatif/HD_many"
PIPELINE = "/runs/flow"
PAGES = (COMPARED, SWEEPS, WHATIF, PIPELINE)
AWAITED = {
    COMPARED: "#compared-curves .scatterlayer .trace",
    SWEEPS: "#compared-by-time .scatterlayer .trace",
    WHATIF: "#whatif-curves .scatterlayer .trace",
    PIPELINE: "#pipeline-graph .scatterlayer .trace",
}


def text_of(component):
    """Return all that a component would show, as the page gets it."""
    return json.dumps(component, cls=PlotlyJSONEncoder)


# Once for the session, as the studio's home: a process may come back to a module.
@pytest.fixture(scope="session", autouse=True)
def flow(studio):
    """A pipeline `flow` whose second step has not begun."""
    job = Job(sweeps.LAUNCH)
    steps = (
        Step("flow_prepare", "prepare", job),
        Step("flow_tune", MARKUP, sweeps.a_plan(), needs=("flow_prepare",), sweep_id="HD_sweep"),
        Step("flow_report", "report", job, needs=("flow_tune",)),
    )
    runs = studio.history.runs
    plan = plan_to_json(Workflow(steps))
    runs.create("flow", experiment="flows", kind="azureml.PipelineRun", plan=plan)
    for step in steps[:2]:
        runs.create(step.run_id, experiment="flows", kind="azureml.StepRun", parent_id="flow")
        sweeps.complete(studio.history, step.run_id)
    sweeps.complete(studio.history, "flow")


def compared(studio, runs):
    return text_of(compare.page(studio.state, "", {"runs": runs})[0])


def test_without_a_choice_the_page_says_how_to_choose(studio):
    assert "Tick runs" in compared(studio, "")


def test_an_id_that_is_not_there_is_told_and_the_others_are_compared(studio):
    told = compared(studio, "HD_sweep_0, nobody ,HD_sweep_1,HD_sweep_0")

    assert "Not in this home, and left out: nobody." in told
    assert "Compare 2 runs" in told


def test_sweeps_and_runs_are_compared_on_one_page_each_with_their_like(studio):
    told = compared(studio, "HD_sweep,HD_sweep_1,HD_many")

    assert "Compare 2 sweeps and 1 run" in told
    assert "Chosen sweeps side by side" in told
    assert "Chosen runs side by side" in told


def test_each_column_has_a_link_that_leaves_it_out(studio):
    assert "/compare?runs=HD_sweep_1" in compared(studio, "HD_sweep_0,HD_sweep_1")


def test_of_very_many_runs_the_first_are_shown(studio):
    told = compared(studio, ",".join(f"HD_many_{n}" for n in range(25)))

    assert "The first 20 of 25 are shown" in told


def test_names_with_markup_are_text(studio):
    parameters = {MARKUP: MARKUP, "long": "x" * 5000, "ключ": "значение"}
    for n in range(2):
        studio.history.runs.create(
            f"odd_{n}", experiment="odd", kind="k", display_name=MARKUP, parameters=parameters
        )
        studio.history.metrics.add(f"odd_{n}", MARKUP, 0.5, kind="float")
        sweeps.complete(studio.history, f"odd_{n}")

    told = compared(studio, "odd_0,odd_1")

    assert "Markdown" not in told  # all is text, which the browser does not read
    assert "dangerously" not in told
    assert "x" * 2001 not in told.replace('"title": "' + "x" * 5000, "")


def test_what_if_of_a_sweep_says_what_is_lost(studio):
    settings = Settings(slack_factor=0.01, concurrency=4)

    figure, told, rows = whatif_answer.answer(studio.state, "HD_many", settings, "light")

    assert "would have stopped" in text_of(told)
    assert figure["data"]
    assert all(row["run"].startswith("HD_many_") for row in rows)
    assert all(row["interval"] <= 3 for row in rows)


def test_what_cannot_be_is_told_in_words(studio):
    settings = Settings(sampling="bayesian")

    figure, told, rows = whatif_answer.answer(studio.state, "HD_sweep", settings, "dark")

    assert "early termination" in text_of(told)
    assert (figure["data"], rows) == ([], [])


def test_what_if_begins_with_the_policy_that_a_sweep_had(studio):
    policy = Bandit(Schedule(2, 1), slack_amount=0.15)
    sweeps.a_finished_sweep(studio.history, "HD_policy", policy=policy)
    sweeps.CLAIMS.pop().give_up()

    told = text_of(whatif.page(studio.state, "HD_policy", {})[0])

    assert '"value": "bandit_amount"' in told
    assert '"value": 0.15' in told


@pytest.mark.parametrize(
    ("run_id", "words"),
    [
        ("iris_single", "This run is no sweep"),
        ("HD_waits", "It still runs"),
        ("HD_empty", "has no trial that ran"),
    ],
)
def test_where_there_is_no_what_if_it_says_why(studio, run_id, words):
    if run_id != "iris_single":
        sweeps.begin_sweep(studio.history, run_id)
        if run_id == "HD_empty":
            sweeps.complete(studio.history, run_id)

    told = text_of(whatif.body(studio.state, studio.state.record(run_id)))

    assert words in told
    if run_id != "iris_single":
        sweeps.CLAIMS.pop().give_up()


def test_a_pipeline_has_its_steps_once_and_with_their_sweeps(studio):
    told = text_of(run.page(studio.state, studio.state.record("flow"))[0])

    assert "Steps" in told
    assert "Child runs" not in told
    assert '"/runs/HD_sweep"' in told  # the step's sweep
    assert '"/runs/HD_sweep_1"' in told  # its best
    assert '"/runs/flow_report"' not in told  # has not begun


def test_other_runs_have_no_steps(studio):
    assert pipeline.section(studio.state, studio.state.record("iris_single")) == []


def browsed(test):
    """Mark a test in a browser, which beside other work takes its time."""
    return pytest.mark.slow(pytest.mark.timeout(240)(test))


def drawn(page, studio, path):
    page.goto(f"{studio.url}{path}")
    page.wait_for_selector(AWAITED[path], state="attached")


@browsed
def test_ticked_trials_are_compared(page, studio):
    page.goto(f"{studio.url}/runs/HD_sweep")
    for n in (0, 1):
        box = page.locator(f"#trials-grid .ag-row[row-id=HD_sweep_{n}] input[type=checkbox]").first
        box.focus()
        box.press("Space")

    page.get_by_role("link", name="Compare the 2 ticked").click()

    page.wait_for_selector("h1 >> text=Compare 2 runs")
    assert "0.09123" in page.inner_text("#compared-runs")
    page.wait_for_selector(AWAITED[COMPARED], state="attached")
    curves = page.evaluate(
        """document.querySelector('#compared-curves .js-plotly-plot').data.map(t => t.y)"""
    )
    assert curves == [[0.1, 0.5], [0.9, 0.8]]
    page.get_by_title("Leave trial 0 out").click()
    page.wait_for_selector("h1 >> text=Compare 1 run")


@browsed
def test_what_if_answers_to_the_keyboard(page, studio):
    drawn(page, studio, WHATIF)
    page.wait_for_selector("#whatif-told .verdict")
    before = page.inner_text("#whatif-told .verdict")
    slider = page.locator("#whatif-slack_factor-setting [role=slider]")

    slider.focus()
    slider.press("End")

    page.wait_for_function(
        "(before) => document.querySelector('#whatif-told .verdict').innerText !== before",
        arg=before,
    )
    assert page.inner_text("#whatif-told .verdict").startswith("bandit:slack_factor=1")


@browsed
def test_what_if_goes_on_by_itself_when_the_sweep_has_ended(page, studio):
    run_id = sweeps.begin_sweep(studio.history, "HD_ends")
    trial = sweeps.begin_trial(studio.history, run_id, 0, metrics=[0.5, 0.6])
    page.goto(f"{studio.url}/whatif/{run_id}")
    page.wait_for_selector("text=It still runs")

    sweeps.complete(studio.history, trial)
    sweeps.complete(studio.history, run_id)
    sweeps.CLAIMS.pop().give_up()

    page.wait_for_selector("#whatif-told .verdict >> text=trial 0, would have survived")


@browsed
def test_a_click_on_a_step_leads_to_its_run(page, studio):
    drawn(page, studio, PIPELINE)
    page.locator("#pipeline-graph").scroll_into_view_if_needed()
    place = page.evaluate(
        """() => { const plot = document.querySelector('#pipeline-graph .js-plotly-plot');
            const box = plot.getBoundingClientRect(), layout = plot._fullLayout;
            const step = plot.data.find(t => (t.customdata || []).includes('HD_sweep'));
            const n = step.customdata.indexOf('HD_sweep');
            return [box.x + layout.xaxis._offset + layout.xaxis.l2p(step.x[n]),
                    box.y + layout.yaxis._offset + layout.yaxis.l2p(step.y[n])]; }"""
    )

    page.mouse.move(*place)
    page.mouse.click(*place)

    page.wait_for_url("**/runs/HD_sweep")


@browsed
@pytest.mark.parametrize("path", PAGES)
def test_other_pages_can_be_read_by_all(page, studio, path):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe")
    drawn(page, studio, path)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = axe.Axe().run(page).response["violations"]
        serious = [each for each in found if each["impact"] in ("serious", "critical")]
        assert [(each["id"], each["nodes"][0]["html"][:200]) for each in serious] == []
    page.set_viewport_size({"width": 390, "height": 800})
    page.wait_for_function("document.documentElement.scrollWidth <= 390")
