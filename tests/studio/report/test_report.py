"""Reports in a real browser, without a network: what is seen, and what the charts are drawn of."""

import re
import shutil

import pytest

from hyperlocal.studio.report.page import report_page
from tests.studio.report.recorded import LONG, MARKUP

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
NOW = 2e9

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(180),  # charts are drawn without a graphics card
    pytest.mark.skipif(CHROMIUM is None, reason="There is no chromium (apt install chromium)"),
]


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def opened(world, browser, tmp_path_factory):
    """Open the report of a run in a browser that reaches no network."""
    history, ids = world
    folder = tmp_path_factory.mktemp("reports")
    pages = {}
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 800})

    def open_report(name):
        if name in pages:
            return pages[name]
        path = folder / f"{ids[name]}.html"
        path.write_bytes(report_page(history, history.runs.get(ids[name]), now=NOW))
        page = context.new_page()
        page.asked, page.errors = [], []

        def hear(told):
            if told.type == "error":
                page.errors.append(told.text)

        page.on("request", lambda request: page.asked.append(request.url))
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.on("console", hear)
        page.goto(path.as_uri())
        pages[name] = page
        return page

    yield open_report
    context.close()


def drawn(page, title, paper=None):
    """What Plotly has drawn under a title: its traces and layout."""
    found = page.locator("figure", has=page.locator("h3", has_text=re.compile(f"^{title}$")))
    chart = found.locator(".chart")
    chart.scroll_into_view_if_needed()
    name = chart.get_attribute("data-figure")
    shown = f"document.querySelector('[data-figure=\"{name}\"]')"
    page.wait_for_function(f"{shown}._fullData && {shown}.querySelector('svg')")
    if paper is not None:
        page.wait_for_function(f"{shown}._fullLayout.paper_bgcolor.toUpperCase() == '{paper}'")
    return page.evaluate(
        f"({{data: {shown}.data, full: {shown}._fullLayout.paper_bgcolor, "
        f"notes: {shown}.layout.meta && {shown}.layout.meta.notes}})"
    )


def rows(page, title):
    table = page.get_by_role("region", name=title).locator("tbody tr")
    return table.evaluate_all("rows => rows.map(r => [...r.cells].map(cell => cell.innerText))")


def test_a_report_needs_nothing_but_itself(opened):
    page = opened("sweep")

    drawn(page, "Best so far")
    assert [url for url in page.asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert page.errors == []


def test_the_page_can_reach_no_network_even_if_there_is_one(opened):
    page = opened("parent")

    refused = page.evaluate(
        "new Promise(r => { const i = new Image(); i.onerror = () => r('refused');"
        " document.addEventListener('securitypolicyviolation', e => r(e.violatedDirective));"
        " i.src = 'https://example.invalid/x.png'; })"
    )

    assert refused == "img-src"


def test_the_head_tells_status_best_and_what_was_learnt(opened):
    page = opened("sweep")

    assert page.locator("h1").inner_text() == "HD_sweep Completed"
    assert "accuracy 0.9 by trial 1" in page.locator("section.best").inner_text()
    learnt = page.locator("section", has_text="What was learnt").inner_text()
    assert "4 trials: 2 Completed, 1 Failed, 1 stopped by policy." in learnt
    assert "Trial 1 is the best, 2nd of 4; the first with a number, trial 0, has 0.5." in learnt
    assert "1 trial failed: ValueError: bad batch (exit code 1)" in learnt
    settings = page.locator("section", has_text="Configuration").inner_text()
    assert "random, seed 1234" in settings
    assert "lr: uniform(0.05, 0.1)" in settings


def test_best_so_far_has_the_trials_and_the_best_of_them(opened):
    traces = drawn(opened("sweep"), "Best so far")["data"]

    (line,) = [trace for trace in traces if trace["name"] == "best so far"]
    points = {
        run_id: y
        for trace in traces
        if trace is not line
        for run_id, y in zip(trace["customdata"], trace["y"], strict=True)
    }
    assert points == {"HD_sweep_0": 0.5, "HD_sweep_1": 0.9, "HD_sweep_3": 0.2}
    assert list(line["y"]) == [0.5, 0.9, 0.9]


def test_learning_curves_have_every_value(opened):
    traces = drawn(opened("sweep"), "Learning curves")["data"]

    values = [y for trace in traces for y in trace["y"] if y is not None]
    assert {0.1, 0.5, 0.9, 0.8, 0.2} == set(values)


def test_parallel_coordinates_have_a_line_for_each_trial_with_a_number(opened):
    (trace,) = drawn(opened("sweep"), "Parallel coordinates")["data"]

    assert trace["type"] == "parcoords"
    assert set(trace["customdata"]) >= {"HD_sweep_0", "HD_sweep_1", "HD_sweep_3"}


def test_trials_are_a_table_best_first_that_can_be_sorted(opened):
    page = opened("sweep")
    told = rows(page, "Trials (4)")
    button = page.locator("th button").first

    button.click()
    up = [row[0] for row in rows(page, "Trials (4)")]
    button.press("Enter")
    down = [row[0] for row in rows(page, "Trials (4)")]

    assert [row[:3] for row in told] == [
        ["1", "Completed", "0.9"],
        ["0", "Completed", "0.5"],
        ["3", "stopped by policy", "0.2"],
        ["2", "Failed", "-"],
    ]
    assert told[0][3] == "0.0912346"
    assert told[2][-1] == "0.76 at interval 5 is below 0.767"
    assert (up, down) == (["0", "1", "2", "3"], ["3", "2", "1", "0"])
    assert page.locator("th").first.get_attribute("aria-sort") == "descending"


def test_a_click_on_a_point_leads_to_the_trial(opened):
    page = opened("sweep")
    drawn(page, "Best so far")

    page.evaluate("lead({customdata: 'HD_sweep_3'})")

    assert page.evaluate("location.hash") == "#run-HD_sweep_3"
    assert page.locator("tr:target").inner_text().startswith("3")


def test_what_failed_is_told_with_its_log(opened):
    page = opened("strange")

    failed = page.locator("details")
    assert failed.locator("summary").inner_text() == (
        f"Trial 2, {MARKUP} 2: ValueError: {MARKUP} (exit code 1)"
    )
    assert f"Traceback (most recent call last):\nValueError: {MARKUP}" in failed.inner_text()


def test_markup_in_names_values_and_logs_is_shown_and_not_run(opened):
    page = opened("strange")
    for chart in page.locator(".chart").all():
        chart.scroll_into_view_if_needed()
    drawn(page, "Timeline")

    assert page.evaluate("window.hacked") is None
    assert page.locator("main script:not([type='application/json'])").count() == 0
    assert MARKUP in page.locator("section.best").inner_text()
    assert page.errors == []


def test_secrets_are_not_in_the_file(opened):
    content = opened("strange").content()

    assert "very-secret" not in content
    assert "other-secret" not in content


def test_a_phone_shows_all_of_a_long_name(opened):
    page = opened("strange")

    page.set_viewport_size({"width": 390, "height": 800})

    assert LONG in page.locator("section.best").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.set_viewport_size({"width": 1280, "height": 800})


def test_page_and_charts_are_light_or_dark_as_the_reader_wants(opened):
    page = opened("sweep")

    for scheme, paper in (("dark", "#0D1117"), ("light", "#FFFFFF")):
        page.emulate_media(color_scheme=scheme)
        red, green, blue = (int(paper[place : place + 2], 16) for place in (1, 3, 5))
        background = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert background == f"rgb({red}, {green}, {blue})"
        assert drawn(page, "Best so far", paper)["full"].upper() == paper


def test_a_sweep_without_trials_says_so(opened):
    page = opened("empty")

    assert (
        "none: no trial logged 'accuracy' or anything else"
        in page.locator("section.best").inner_text()
    )
    assert "No trial has begun." in page.locator("main").inner_text()
    assert page.locator(".chart").count() == 0
    assert rows(page, "Trials (0)") == []


def test_a_sweep_of_one_trial_and_one_without_a_metric_have_reports(opened):
    one, none = opened("one"), opened("no metric")

    assert drawn(one, "Best so far")["data"]
    assert "none: no trial logged 'accuracy'" in none.locator("section.best").inner_text()
    assert "1 trial completed without a finite number of accuracy" in none.content()
    assert one.errors == none.errors == []


def test_a_sweep_that_runs_is_shown_as_it_is(opened):
    page = opened("running")

    assert page.locator("h1").inner_text() == "HD_running Running"
    assert "Best trial so far" in page.locator("section.best").inner_text()
    assert [row[1] for row in rows(page, "Trials (2)")] == ["Completed", "Running"]


def test_a_single_run_has_its_metrics_with_steps(opened):
    page = opened("single")

    (trace,) = drawn(page, "loss")["data"]
    assert (trace["x"], trace["y"]) == ([0, 10, 20], [1.0, 0.5, 0.25])
    assert ["loss", "3", "0.25", "1", "0.25"] in rows(page, "Metrics")
    assert "Tag password\n***" in page.locator("header").inner_text()


def test_a_trial_has_its_parameters_and_why_it_was_stopped(opened):
    page = opened("stopped")

    assert page.locator("h1").inner_text() == "HD_sweep_3 Canceled (policy)"
    assert "lr\n0.07" in page.locator("section", has_text="Parameters").first.inner_text()
    assert ["5", "stop", "0.76 at interval 5 is below 0.767"] in rows(
        page, "Decisions of the policy"
    )


def test_a_trial_that_was_stopped_has_what_the_policy_asked_for(opened):
    told = drawn(opened("stopped"), "Why it was stopped")

    values = [y for trace in told["data"] for y in trace["y"] if y is not None]
    assert 0.2 in values
    assert any(value == pytest.approx(0.5 / 1.1) or value > 0.4 for value in values)
    assert "bandit with slack factor 0.1" in " ".join(told["notes"])


def test_what_matters_is_told_with_its_uncertainty(opened):
    page = opened("many")

    (bars,) = drawn(page, "What matters")["data"]
    assert bars["y"][-1] == "lr"
    assert bars["x"][-1] > 0.5
    learnt = page.locator("section", has_text="What was learnt").inner_text()
    assert "What mattered, as shares of the differences in rank: lr (" in learnt


def test_a_pipeline_has_its_steps_as_a_graph_and_a_part_for_each_sweep(opened):
    page = opened("pipeline")

    told = drawn(page, "Steps")["data"]
    shown = {run_id for trace in told for run_id in trace.get("customdata") or ()}
    assert {"step_1", "HD_within"} <= shown  # a click leads to the sweep of a step
    assert page.locator("article").first.locator(".kind").inner_text() == "Pipeline in iris"
    assert [row[:2] for row in rows(page, "Steps (2)")] == [
        ["prepare data", "Completed"],
        ["tune it", "Completed"],
    ]
    page.get_by_role("link", name="HD_within").click()
    part = page.locator("article:target")
    assert part.locator("h2.run").inner_text() == "HD_within Completed"
    assert "accuracy 0.5 by trial 0" in part.locator("section.best").inner_text()


def test_a_run_with_other_children_lists_them(opened):
    told = rows(opened("parent"), "Children (2)")

    assert [row[:2] for row in told] == [["prepare", "Completed"], ["train", "Completed"]]


@pytest.mark.parametrize("name", ["sweep", "strange", "single", "parent"])
def test_every_id_is_there_once_and_every_chart_has_a_name(opened, name):
    page = opened(name)

    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    own = [each for each in ids if each.startswith(("run-", "chart-"))]
    assert len(own) == len(set(own))
    for chart in page.locator(".chart").all():
        assert chart.get_attribute("aria-label")


def test_an_image_that_was_logged_is_in_the_file(world, browser, tmp_path):
    history, _ = world
    matplotlib = pytest.importorskip("matplotlib.figure")
    run = history.runs.create("image_run", experiment="iris", kind="azureml.scriptrun")
    folder = history.folder(run.run_id).path
    folder.mkdir(parents=True)
    matplotlib.Figure(figsize=(1, 1)).savefig(folder / "plot.png")
    (folder / "page.html").write_text(MARKUP)
    for name in ("plot.png", "page.html", "../image_run/none.png"):
        history.metrics.add(run.run_id, "kept", name, kind="artifact")

    page = browser.new_page()
    path = tmp_path / "report.html"
    path.write_bytes(report_page(history, history.runs.get(run.run_id), now=NOW))
    page.goto(path.as_uri())

    assert page.locator("img").count() == 1
    assert page.evaluate("document.images[0].naturalWidth") == 100
    page.close()
