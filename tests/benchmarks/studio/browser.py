"""One page of a large sweep in Chromium: how soon it can be used, what it costs."""

import time

__all__ = ["look"]

CHROMIUM = "/usr/bin/chromium"
_TIMEOUT_MS = 120_000
_ROWS = "document.querySelectorAll('#trials-grid .ag-center-cols-container .ag-row').length > 3"
_DRAWN = """(panel) => [...document.querySelectorAll(`[data-panel=${panel}] .js-plotly-plot`)]
    .flatMap((plot) => (plot.data || []).flatMap((trace) => [...(trace.customdata || [])]))
    .length > 0"""
_COUNTED = "document.querySelector('#trials-counted').textContent === {!r}"
_PAINT = """performance.getEntriesByType('paint')
    .find((entry) => entry.name === 'first-contentful-paint').startTime / 1000"""


def look(entry, path, *, grow):
    """Open a page; return what it cost, by name.

    Args:
        entry: The address that lets a browser in.
        path: The page of the sweep.
        grow: Adds a trial to the sweep; returns how many there are.
    """
    from playwright.sync_api import sync_playwright

    with sync_playwright() as running:
        arguments = ["--no-sandbox", "--enable-precise-memory-info"]
        opened = running.chromium.launch(executable_path=CHROMIUM, args=arguments)
        context = opened.new_context(viewport={"width": 1300, "height": 900})
        page = context.new_page()
        page.set_default_timeout(_TIMEOUT_MS)
        page.goto(entry)
        page.wait_for_selector(".ag-row, h1")
        found = {f"{name}, first time": cost for name, cost in _opened(context, path).items()}
        found |= _opened(context, path, grow)
        opened.close()
    return found


def _opened(context, path, grow=None):
    page = context.new_page()
    page.set_default_timeout(_TIMEOUT_MS)
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    sizes = []
    wire.on("Network.loadingFinished", lambda told: sizes.append(told["encodedDataLength"]))
    began = time.perf_counter()
    page.goto(path)
    page.wait_for_function(_ROWS)
    rows_after = time.perf_counter() - began
    page.wait_for_function(f"({_DRAWN})('best')")
    found = {"rows": rows_after, "usable": time.perf_counter() - began}
    found["first paint"] = page.evaluate(_PAINT)
    found["transferred"] = sum(sizes)
    if grow is not None:
        found |= _grown(page, wire, grow, sizes)
    page.close()
    return found


def _grown(page, wire, grow, sizes):
    """Scroll to all charts, let the sweep grow, and see what that took."""
    for panel in page.locator("[data-panel]").all():
        panel.scroll_into_view_if_needed()
        page.wait_for_timeout(300)  # as a person reads on; nothing is waited for by it
    page.evaluate("window.scrollTo(0, 0)")
    before, began = sum(sizes), time.perf_counter()
    n_trials = grow()
    page.wait_for_function(_COUNTED.format(f"{n_trials:,} trials"))
    found = {"a new trial is seen after": time.perf_counter() - began}
    found["transferred for it"] = sum(sizes) - before
    wire.send("HeapProfiler.collectGarbage")
    found["heap"] = page.evaluate("performance.memory.usedJSHeapSize")
    found["heap, not collected"] = page.evaluate("performance.memory.totalJSHeapSize")
    return found
