"""Make the pictures of the studio's pages in docs/pictures/studio/, in light and in dark.

    python docs/tools/make_screenshots.py [NAME ...]

It makes a home of its own (`studio_home.py`), serves it, and looks at each page with headless
Chromium, which must be installed (`apt install chromium`); of Python packages it needs those of
`hyperlocal[studio]`, playwright and pillow. With names it makes only those pictures.
"""

import io
import os
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import studio_home
from PIL import Image
from playwright.sync_api import sync_playwright

from hyperlocal.history import History
from hyperlocal.studio.server import serving
from hyperlocal.views.sweep_reader import SweepReader

FOLDER = Path(__file__).parents[1] / "pictures" / "studio"
WIDTH, HEIGHT = 1200, 1500
HOME = "/home/me/project/.hyperlocal"
SWEEPS = "HD_random,HD_bandit,HD_median,HD_bayesian"
PAGES = {
    "experiments": ("/", ".ag-row", 620),
    "sweep": ("/runs/HD_bandit", ".js-plotly-plot .parcoords", 1800),
    "trial": ("/runs/{stopped}", ".js-plotly-plot .scatterlayer", 1200),
    "compare-runs": (
        "/compare?runs={best},{second},{stopped},{failed}",
        ".js-plotly-plot .parcoords",
        1500,
    ),
    "compare-sweeps": ("/compare?runs=" + SWEEPS, "#compared-by-time .scatterlayer path", 1350),
    "whatif": ("/whatif/HD_random", "#whatif-along .scatterlayer path", 1100),
    "pipeline": ("/runs/pipeline_digits", "#pipeline-graph .scatterlayer path", 1000),
}
"""Of each picture the address, what is waited for, and how much of the page is in it."""


DRAWN = """() => [...document.querySelectorAll('.js-plotly-plot')].every(
    (plot) => plot.getBoundingClientRect().top > window.innerHeight
        || (plot.data || []).length || ((plot.layout || {}).annotations || []).length
)"""


def shoot(page, url, name, scheme, trials):
    address, awaited, height = PAGES[name]
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": WIDTH, "height": height})
    page.goto(url + address.format(**trials))
    page.wait_for_selector(awaited, state="attached")
    page.wait_for_load_state("networkidle")
    page.evaluate("() => document.fonts.ready")
    page.wait_for_function("() => !document.querySelector('[data-dash-is-loading=true]')")
    page.wait_for_function(DRAWN)
    page.evaluate("(home) => { document.querySelector('.home').textContent = home; }", HOME)
    return page.screenshot()


def save(content, name, scheme):
    """Write a picture small, without a loss."""
    held = io.BytesIO()
    Image.open(io.BytesIO(content)).convert("RGB").save(held, "WEBP", lossless=True, method=6)
    place = FOLDER / f"{name}-{scheme}.webp"
    place.write_bytes(held.getvalue())
    print(f"{place.name}: {len(held.getvalue()) // 1024} KB")


def chosen(history):
    """Return a trial of each kind."""
    data = SweepReader(history, "HD_bandit").read()
    best, second = [trial for trial in data.ranked if trial.outcome == "Completed"][:2]
    stopped, failed = (
        next(trial for trial in data.trials if trial.outcome == outcome)
        for outcome in ("stopped by policy", "Failed")
    )
    told = {"best": best, "second": second, "stopped": stopped, "failed": failed}
    return {name: trial.run_id for name, trial in told.items()}


def main(names):
    FOLDER.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp()) / "project"
    home = folder / ".hyperlocal"
    kept = studio_home.make(home)
    history = History.open(home)
    trials = chosen(history)
    try:
        with serving(history, 0) as (key, _), sync_playwright() as running:
            arguments = ["--enable-unsafe-swiftshader"]  # WebGL without a graphics card
            if hasattr(os, "getuid") and os.getuid() == 0:
                arguments.append("--no-sandbox")
            browser = running.chromium.launch(
                executable_path=shutil.which("chromium"), args=arguments
            )
            url = f"http://127.0.0.1:{key.port}"
            page = browser.new_context().new_page()
            page.set_default_timeout(60_000)
            page.goto(f"{url}/?token={key.token}")
            for name in names or PAGES:
                for scheme in ("light", "dark"):
                    save(shoot(page, url, name, scheme, trials), name, scheme)
            browser.close()
    finally:
        history.close()
        kept[0].give_up()
        shutil.rmtree(folder.parent)


if __name__ == "__main__":
    main(sys.argv[1:])
