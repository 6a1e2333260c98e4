"""The report: a run as one HTML file, which needs nothing but a browser."""

from __future__ import annotations

import base64
import hashlib
import time
from importlib import resources
from typing import Any

from hyperlocal import __version__
from hyperlocal.errors import ToolError
from hyperlocal.history.records import RunRecord
from hyperlocal.history.store import History
from hyperlocal.studio.report.parts import parts_of
from hyperlocal.views import text
from hyperlocal.views.figures import theme

__all__ = ["report_page"]

_POLICY = (
    "default-src 'none'; script-src {hashes}{more}; style-src 'unsafe-inline'; "
    "img-src data: blob:; font-src data:; base-uri 'none'; form-action 'none'"
)


def report_page(history: History, record: RunRecord, *, now: float) -> bytes:
    """Return the report of a run: a sweep, a trial, a single script or a pipeline.

    Args:
        history: What the run is part of.
        record: The run.
        now: The time to which runs that have not ended are measured.

    Raises:
        ToolError: What it is made with is not installed.
    """
    template, plotly = _tools()
    parts = parts_of(history, record, now)
    has_charts = any(part.charts for part in parts)
    script = _own("report.js")
    scripts = [script, *([plotly] if has_charts else [])]
    page: str = template.render(
        parts=parts,
        policy=_policy(scripts),
        style=_safe(_own("report.css")),
        script=_safe(script),
        plotly=_safe(plotly),
        themes={name: _template(name) for name in ("light", "dark")},
        has_charts=has_charts,
        version=__version__,
        made_at=text.moment(now),
        zone=time.strftime("%Z", time.localtime(now)) or "this machine",
    )
    return page.encode("utf-8", "replace")


def _tools() -> tuple[Any, str]:
    """Return the template, and Plotly's script."""
    try:
        import jinja2
        from plotly.offline import get_plotlyjs
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in ("jinja2", "plotly"):
            raise
        raise ToolError(
            f"A report needs {error.name.partition('.')[0]}, which is not installed: "
            "pip install 'hyperlocal[studio]'. --format csv and json need nothing."
        ) from error
    loader = jinja2.PackageLoader("hyperlocal.studio.report", "templates")
    # All that is put in is text, whatever it holds, unless this package says otherwise.
    environment = jinja2.Environment(
        loader=loader,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    return environment.get_template("report.html.jinja"), get_plotlyjs()


def _own(name: str) -> str:
    return (resources.files(__package__) / "templates" / name).read_text(encoding="utf-8")


def _safe(content: str) -> Any:
    """Return what this package or Plotly has written, to be put in as it is."""
    from markupsafe import Markup

    return Markup(content)


def _policy(scripts: list[str]) -> str:
    """Return what the page may do: run these very scripts, and reach nothing."""
    digests = (hashlib.sha256(script.encode()).digest() for script in scripts)
    hashes = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    # Plotly draws many lines with shaders' programs that it makes from text.
    more = " 'unsafe-eval'" if len(scripts) > 1 else ""
    return _POLICY.format(hashes=hashes, more=more)


def _template(name: str) -> Any:
    return theme({"data": [], "layout": {}}, name)["layout"]["template"]
