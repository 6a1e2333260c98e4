"""The page of a sweep, in a real browser: what it shows, and that it follows what happens."""

import pytest

from tests.views import sweeps

# A browser beside other work takes its time; what is waited for comes as soon as it can.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

CHOSEN = "document.querySelector('#trials-counted').textContent.includes('chosen')"
ROWS = "#trials-grid .ag-center-cols-container .ag-row"
POINTS = """(panel) => [...document.querySelectorAll(`[data-panel=${panel}] .js-plotly-plot`)]
    .flatMap((plot) => plot.data.flatMap((trace) => [...(trace.customdata || [])])).length"""


def rows(page):
    return page.evaluate(
        """Object.fromEntries([...document.querySelectorAll('#trials-grid .ag-row')].map(row =>
            [row.getAttribute('row-id'), row.textContent]))"""
    )


def wait_for_row(page, run_id, text=""):
    page.wait_for_function(
        """([id, text]) => [...document.querySelectorAll('#trials-grid .ag-row')].some(row =>
            row.getAttribute('row-id') === id && row.textContent.includes(text))""",
        arg=[run_id, text],
    )


def wait_for_chart(page, panel):
    page.locator(f"[data-panel={panel}]").scroll_into_view_if_needed()
    page.wait_for_function(f"({POINTS})({panel!r}) > 0")


def test_it_says_how_the_sweep_stands(page, studio):
    page.goto(f"{studio.url}/runs/HD_sweep")

    page.wait_for_selector("text=Best so far")
    head = page.inner_text("#sweep-head")
    assert "4 of 4 ended" in head
    assert "trial 1, accuracy 0.9" in head
    assert page.inner_text("#sweep-status").endswith("Completed")
    assert page.title() == "HD_sweep · hyperlocal studio"


def test_the_table_has_a_row_for_each_trial_and_a_column_for_each_parameter(page, studio):
    page.goto(f"{studio.url}/runs/HD_sweep")
    wait_for_row(page, "HD_sweep_3")

    heads = page.locator("#trials-grid .ag-header-cell-text").all_inner_texts()
    heads = [head for head in heads if head]  # that of the boxes to tick has none

    assert heads[:5] == ["Trial", "Status", "accuracy (best)", "lr", "batch"]
    assert set(rows(page)) == {f"HD_sweep_{n}" for n in range(4)}


def test_charts_come_when_they_are_in_view_and_show_every_trial(page, studio):
    page.goto(f"{studio.url}/runs/HD_many")

    wait_for_chart(page, "best")

    drawn = page.evaluate(
        """[...document.querySelectorAll('[data-panel=best] .js-plotly-plot')][0].data
            .flatMap(trace => [...(trace.customdata || [])]).flat()"""
    )
    assert {f"HD_many_{n}" for n in range(60)} <= set(drawn)
    assert page.evaluate(f"({POINTS})('timeline')") == 0


def test_a_click_on_a_point_leads_to_its_run(page, studio):
    page.goto(f"{studio.url}/runs/HD_sweep")
    wait_for_chart(page, "best")

    page.evaluate(
        """() => {
            const plot = document.querySelector('[data-panel=best] .js-plotly-plot');
            const at = plot.data.findIndex(
                t => (t.customdata || []).flat().includes('HD_sweep_0'));
            const n = plot.data[at].customdata.flat().indexOf('HD_sweep_0');
            plot.emit('plotly_click', {points: [{curveNumber: at, pointNumber: n, pointIndex: n,
                data: plot.data[at], fullData: plot._fullData[at], x: 0, y: 0}]});
        }"""
    )

    page.wait_for_url("**/runs/HD_sweep_0")
    page.wait_for_selector("h1:has-text('Trial 0')")


def test_a_status_filters_the_table(page, studio):
    page.goto(f"{studio.url}/runs/HD_many")
    wait_for_row(page, "HD_many_0")

    page.click("#trials-outcomes")
    page.locator(".dash-dropdown-content").get_by_text("Failed", exact=True).click()

    page.wait_for_function(
        """[...document.querySelectorAll('#trials-grid .ag-center-cols-container .ag-row')]
            .every(row => row.textContent.includes('Failed'))"""
    )
    assert {f"HD_many_{n}" for n in (9, 19, 29, 39, 49, 59)} == set(rows(page))


def test_a_search_narrows_the_table(page, studio):
    page.goto(f"{studio.url}/runs/HD_sweep")
    wait_for_row(page, "HD_sweep_0")

    page.fill("#trials-search", "bad batch")

    page.wait_for_function(
        "document.querySelectorAll('#trials-grid .ag-row[row-id=HD_sweep_0]').length === 0"
    )
    assert set(rows(page)) == {"HD_sweep_2"}


def test_a_brush_narrows_table_and_charts_alike(page, studio):
    page.goto(f"{studio.url}/runs/HD_many")
    wait_for_row(page, "HD_many_0")
    wait_for_chart(page, "best")
    page.locator("[data-panel=parallel]").scroll_into_view_if_needed()
    axis = page.locator("[data-panel=parallel] .axis-brush").last
    axis.wait_for(state="attached")
    box = axis.bounding_box()
    middle = box["x"] + box["width"] / 2

    page.mouse.move(middle, box["y"] + 15)
    page.mouse.down()
    page.mouse.move(middle, box["y"] + 0.3 * box["height"], steps=6)
    page.mouse.up()

    page.wait_for_function(CHOSEN)
    n_chosen = int(page.inner_text("#trials-counted").split()[0])
    assert 0 < n_chosen < 60
    page.wait_for_function(f"document.querySelectorAll({ROWS!r}).length === {n_chosen}")
    # The best of them is drawn twice: as a trial, and as the best.
    page.wait_for_function(f"({POINTS})('best') <= 2 * {n_chosen} + 2")

    page.click("#unbrush")
    page.wait_for_function(f"!{CHOSEN}")


def test_it_follows_a_sweep_without_a_reload(page, studio):
    history = studio.history
    run_id = sweeps.begin_sweep(history, "HD_live")
    page.goto(f"{studio.url}/runs/{run_id}")
    page.wait_for_selector("text=No trial has logged a number of accuracy yet.")

    trial = sweeps.begin_trial(history, run_id, 0, metrics=[0.25])
    wait_for_row(page, trial, "Running")
    page.wait_for_selector("#sweep-head >> text=0.25")
    wait_for_chart(page, "best")

    sweeps.log(history, trial, 0.75)
    sweeps.complete(history, trial)
    wait_for_row(page, trial, "Completed")
    sweeps.complete(history, run_id)
    page.wait_for_selector("#sweep-status >> text=Completed")
    page.wait_for_selector("#sweep-head >> text=0.75")
    sweeps.CLAIMS.pop().give_up()


def test_a_running_sweep_is_cancelled_by_its_button(page, studio):
    run_id = sweeps.begin_sweep(studio.history, "HD_cancelled")
    page.goto(f"{studio.url}/runs/{run_id}")
    page.on("dialog", lambda dialog: dialog.accept())

    page.get_by_role("button", name="Cancel").click()

    page.wait_for_selector("text=It is being cancelled.")
    assert studio.history.runs.get(run_id).status.value == "CancelRequested"
    sweeps.CLAIMS.pop().give_up()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/runs/HD_sweep", "/runs/HD_sweep_2"])
def test_axe_finds_nothing_serious(page, studio, path, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe")
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{studio.url}{path}")
    page.wait_for_selector(".ag-row, h2:has-text('Files')")

    found = axe.Axe().run(page).response["violations"]

    serious = [each for each in found if each["impact"] in ("serious", "critical")]
    assert [(each["id"], each["nodes"][0]["html"][:200]) for each in serious] == []
