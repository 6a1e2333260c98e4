"""The page of a sweep, in a real browser: what it shows, and what can be done with it."""

import pytest

from hyperlocal.views.figures import brushed
from tests.views import sweeps

# A browser beside other work takes its time; what is waited for comes as soon as it can.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

ROWS = "#trials-grid .ag-center-cols-container .ag-row"
PLOT = "document.querySelector('[data-panel={}] .js-plotly-plot')"
DRAWN = """(panel) => {
    const plot = document.querySelector(`[data-panel=${panel}] .js-plotly-plot`);
    return plot && plot.layout && plot.layout.meta && plot.layout.meta.key ? true : false;
}"""


def row_ids(page):
    return set(
        page.evaluate(
            """[...document.querySelectorAll('#trials-grid .ag-row')]
                .map(row => row.getAttribute('row-id'))"""
        )
    )


def wait_for_chart(page, panel):
    page.locator(f"[data-panel={panel}]").scroll_into_view_if_needed()
    page.wait_for_function(DRAWN, arg=panel)


def data_of(page, panel):
    """Return the traces that a chart shows, as Plotly has them."""
    wait_for_chart(page, panel)
    return page.evaluate(
        f"""{PLOT.format(panel)}.data.map((trace) => JSON.parse(JSON.stringify(
            trace, (key, held) => ArrayBuffer.isView(held) ? [...held] : held)))"""
    )


def points_of(page, panel):
    """Return run id to the places of its points, of all traces of markers."""
    found = {}
    for trace in data_of(page, panel):
        for n, run_id in enumerate(trace.get("customdata") or []):
            place = tuple(trace[axis][n] for axis in ("x", "y", "z") if axis in trace)
            found.setdefault(run_id, set()).add(place)
    return found


@pytest.fixture
def trials(studio):
    return studio.state.follow("HD_many").reader.read().trials


def test_it_says_how_the_sweep_stands(many):
    head = many.inner_text("#sweep-head")

    assert "60 of 60 ended" in head
    assert "trial 47, accuracy 0.89333333" in head
    assert many.inner_text("#sweep-status").endswith("Completed")
    assert many.title() == "HD_many · hyperlocal studio"
    heads = many.locator("#trials-grid .ag-header-cell-text").all_inner_texts()
    heads = [each for each in heads if each]  # that of the boxes to tick has none
    assert heads[:5] == ["Trial", "Status", "accuracy (best)", "lr", "batch"]


def test_each_trial_is_where_the_history_says(many, trials):
    best = {trial.run_id: trial.best for trial in trials}
    numbers = {trial.run_id: trial.number for trial in trials}

    best_so_far = points_of(many, "best")
    assert best_so_far.keys() == best.keys()
    assert all((numbers[each], best[each]) in best_so_far[each] for each in best)

    scatter = points_of(many, "scatter")
    expected = {t.run_id: {(t.parameters["lr"], str(t.parameters["batch"]))} for t in trials}
    assert scatter == expected

    in_space = points_of(many, "scatter3d")
    assert {each: {place[:1] + place[2:] for place in in_space[each]} for each in in_space} == {
        trial.run_id: {(trial.parameters["lr"], trial.best)} for trial in trials
    }


def test_lines_go_through_what_was_logged(many, trials, studio):
    logged = {trial.run_id: [0.3, 0.4, trial.best] for trial in trials}
    told = {}
    for trace in data_of(many, "curves"):
        for n, run_id in enumerate(trace.get("customdata") or []):
            if run_id is not None and trace["y"][n] is not None and trace["mode"] == "lines":
                told.setdefault(run_id, []).append((trace["x"][n], trace["y"][n]))
    drawn = {run_id: [y for _, y in sorted(set(points))] for run_id, points in told.items()}
    assert drawn == logged

    (lines,) = data_of(many, "parallel")
    assert lines["dimensions"][-1]["values"] == [trial.best for trial in trials]
    assert lines["dimensions"][0]["values"] == [trial.parameters["lr"] for trial in trials]


def test_counts_and_bars_are_those_of_the_history(many, trials):
    ended = {trace["name"]: max(trace["y"]) for trace in data_of(many, "progress")}
    assert (ended["Completed"], ended["Failed"]) == (54, 6)

    bars = {}
    for trace in data_of(many, "timeline"):
        bars.update(dict.fromkeys(trace.get("customdata") or [], trace["name"]))
    assert {run_id for run_id in bars if run_id} == {trial.run_id for trial in trials}
    assert bars["HD_many_9"].startswith("Failed")

    slices = points_of(many, "slices")
    assert slices.keys() == {trial.run_id for trial in trials}
    contour = points_of(many, "contour")
    assert contour.keys() == {trial.run_id for trial in trials}


def test_no_chart_leaves_its_card(many):
    for panel in ("best", "slices", "contour"):
        wait_for_chart(many, panel)
    overflows = many.evaluate(
        """[...document.querySelectorAll('[data-panel]')].filter((panel) => {
            const plot = panel.querySelector('.js-plotly-plot .main-svg');
            return plot && plot.getBoundingClientRect().bottom
                > panel.getBoundingClientRect().bottom + 1;
        }).map((panel) => panel.dataset.panel)"""
    )
    assert overflows == []


def test_a_status_filters_the_table_and_a_search_narrows_it(many):
    many.locator("#trials-grid").scroll_into_view_if_needed()
    many.click("#trials-outcomes")
    many.locator(".dash-dropdown-content").get_by_text("Failed", exact=True).click()
    many.wait_for_function(f"document.querySelectorAll({ROWS!r}).length === 6")
    assert row_ids(many) == {f"HD_many_{n}" for n in (9, 19, 29, 39, 49, 59)}

    many.locator(".dash-dropdown-content").get_by_text("Failed", exact=True).click()
    many.keyboard.press("Escape")
    many.wait_for_function(f"document.querySelectorAll({ROWS!r}).length > 6")
    many.fill("#trials-search", "bad batch")
    many.wait_for_function(f"document.querySelectorAll({ROWS!r}).length === 6")

    many.fill("#trials-search", "")
    many.wait_for_function(f"document.querySelectorAll({ROWS!r}).length > 6")


def test_a_brush_narrows_table_and_charts_alike(many, studio):
    wait_for_chart(many, "best")
    wait_for_chart(many, "parallel")
    axis = many.locator("[data-panel=parallel] .axis-brush").last
    axis.wait_for(state="attached")
    box = axis.bounding_box()
    middle = box["x"] + box["width"] / 2

    many.mouse.move(middle, box["y"] + 15)
    many.mouse.down()
    many.mouse.move(middle, box["y"] + 0.3 * box["height"], steps=6)
    many.mouse.up()

    many.wait_for_function(
        "document.querySelector('#trials-counted').innerText.includes('chosen')"
    )
    (lines,) = data_of(many, "parallel")
    ranges = lines["dimensions"][-1]["constraintrange"]
    data = studio.state.follow("HD_many").reader.read()
    chosen = brushed(data, {len(lines["dimensions"]) - 1: ranges})
    assert 0 < len(chosen) < 60
    counted = f"{len(chosen)} of 60 trials chosen"
    many.wait_for_function(f"document.querySelector('#trials-counted').innerText === '{counted}'")
    many.locator("[data-panel=best]").scroll_into_view_if_needed()
    many.wait_for_function(
        f"new Set({PLOT.format('best')}.data.flatMap(t => [...(t.customdata || [])])).size"
        f" === {len(chosen)}"
    )

    many.click("#unbrush")
    many.wait_for_function("document.querySelector('#trials-counted').innerText === '60 trials'")


def test_a_click_on_a_point_leads_to_its_run(page, studio):
    page.goto(f"{studio.url}/runs/HD_sweep")
    wait_for_chart(page, "best")
    place = page.evaluate(
        """() => {
            const plot = document.querySelector('[data-panel=best] .js-plotly-plot');
            const trace = plot.data.find(t => (t.customdata || []).includes('HD_sweep_0')
                && t.mode === 'markers');
            const n = trace.customdata.indexOf('HD_sweep_0');
            const { xaxis, yaxis } = plot._fullLayout, box = plot.getBoundingClientRect();
            return [box.x + xaxis._offset + xaxis.d2p(trace.x[n]),
                box.y + yaxis._offset + yaxis.d2p(trace.y[n])];
        }"""
    )

    page.mouse.move(place[0] - 30, place[1] + 30)
    page.mouse.move(*place, steps=5)
    page.wait_for_selector("[data-panel=best] .hoverlayer .hovertext")
    page.mouse.click(*place)

    page.wait_for_url("**/runs/HD_sweep_0")
    page.wait_for_selector("h1:has-text('Trial 0')")


def test_a_running_sweep_is_cancelled_by_its_button(page, studio):
    run_id = sweeps.begin_sweep(studio.history, "HD_cancelled")
    page.goto(f"{studio.url}/runs/{run_id}")
    page.on("dialog", lambda dialog: dialog.accept())

    page.get_by_role("button", name="Cancel").click()

    page.wait_for_selector("text=It is being cancelled.")
    assert studio.history.runs.get(run_id).status.value == "CancelRequested"
    sweeps.CLAIMS.pop().give_up()


@pytest.mark.parametrize("path", ["/", "/runs/HD_sweep", "/runs/HD_sweep_3"])
def test_everybody_can_read_it(page, studio, path):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe")
    page.goto(f"{studio.url}{path}")
    page.wait_for_selector(".ag-row, h2:has-text('Files')")

    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = axe.Axe().run(page).response["violations"]
        serious = [each for each in found if each["impact"] in ("serious", "critical")]
        assert [(each["id"], each["nodes"][0]["html"][:200]) for each in serious] == []

    page.set_viewport_size({"width": 380, "height": 800})
    page.wait_for_function("document.documentElement.scrollWidth <= 380")
