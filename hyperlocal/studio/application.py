"""Application: the frame around all pages, and which address leads to which page."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs, unquote

from dash import ClientsideFunction, Dash, Input, Output, dcc, html
from flask import Flask

from hyperlocal.errors import HyperlocalError, RunNotFound
from hyperlocal.history.store import History
from hyperlocal.studio.files import add_files
from hyperlocal.studio.mishaps import PLACE, answer_mishaps, place, say
from hyperlocal.studio.safety import guard
from hyperlocal.studio.state import State
from hyperlocal.views import figures

__all__ = ["make_application"]

# Each has `register(app, state)`; those with `ADDRESS` and `page(state, rest, query)` have pages.
_PAGES = ("experiments", "runs", "compare", "whatif")
_ADDRESS = "address"
_TITLE = "hyperlocal studio"
_INDEX = """<!DOCTYPE html>
<html lang="en">
<head>{%metas%}<title>{%title%}</title>{%favicon%}{%css%}</head>
<body>{%app_entry%}<footer>{%config%}{%scripts%}{%renderer%}</footer></body>
</html>"""

Page = Callable[[State, str, dict[str, str]], Any]


def make_application(history: History, token: str) -> tuple[Flask, State]:
    """Return what answers browsers, and what its pages share.

    Args:
        history: What is shown.
        token: What opens it.
    """
    state = State(history)
    server = Flask("hyperlocal.studio")
    app = Dash(
        "hyperlocal.studio",
        server=server,
        assets_folder=_assets_folder(),
        use_pages=False,
        compress=False,
        serve_locally=True,
        suppress_callback_exceptions=True,
        add_log_handler=False,
        on_error=say,
        title=_TITLE,
        update_title="",
        index_string=_INDEX,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )
    app.enable_dev_tools(debug=False)
    app.layout = _frame(history)
    pages: dict[str, Page] = {}
    for name in _PAGES:
        module = import_module(f"hyperlocal.studio.pages.{name}")
        module.register(app, state)
        pages[module.ADDRESS] = module.page
    _register_frame(app, state, pages)
    add_files(server, history)
    hashes = [each if each.startswith("'") else f"'{each}'" for each in app.csp_hashes()]
    guard(server, token, str(history.home), hashes)
    answer_mishaps(server)
    return server, state


def _assets_folder() -> str:
    from pathlib import Path

    return str(Path(__file__).with_name("assets"))


def _frame(history: History) -> Any:
    return html.Div(
        [
            html.A("Skip to the content", href="#content", className="skip"),
            dcc.Location(id=_ADDRESS),
            dcc.Store(id="theme", data=""),
            dcc.Store(id="title"),
            dcc.Store(id="templates", data={name: _template(name) for name in ("light", "dark")}),
            html.Header(
                [
                    dcc.Link("hyperlocal studio", href="/", className="brand"),
                    html.Nav(dcc.Link("Experiments", href="/"), **{"aria-label": "Pages"}),
                    html.Span(str(history.home), className="home", title="The home"),
                ],
                className="bar",
            ),
            place(),
            html.P(id="silent", className="told hidden", role="status"),
            html.Main(html.P("Loading ..."), id="content", tabIndex="-1"),
        ]
    )


def _template(name: str) -> Any:
    return figures.theme({"data": [], "layout": {}}, name)["layout"]["template"]


def _register_frame(app: Dash, state: State, pages: dict[str, Page]) -> None:
    app.clientside_callback(
        ClientsideFunction("studio", "theme"), Output("theme", "data"), Input(_ADDRESS, "id")
    )
    app.clientside_callback(
        ClientsideFunction("studio", "title"), Output("title", "id"), Input("title", "data")
    )

    @app.callback(
        Output("content", "children"),
        Output("title", "data"),
        Output(PLACE, "children"),
        Input(_ADDRESS, "pathname"),
        Input(_ADDRESS, "search"),
    )
    def show(pathname: str | None, search: str | None) -> tuple[Any, str, None]:
        return (*open_page(state, pages, pathname or "/", search or ""), None)


def open_page(state: State, pages: dict[str, Page], pathname: str, search: str) -> tuple[Any, str]:
    """Return the page at an address, and its title."""
    query = {name: held[-1] for name, held in parse_qs(search.lstrip("?")).items()}
    first, _, rest = pathname.lstrip("/").partition("/")
    page = pages.get(first)
    if page is None:
        return _nothing("There is no such page", pathname), _TITLE
    try:
        return page(state, unquote(rest), query)  # type: ignore[no-any-return]
    except RunNotFound:
        home = str(state.history.home)
        return _nothing("There is no such run", f"{unquote(rest)} is not in {home}."), _TITLE
    except HyperlocalError as error:
        return _nothing("This cannot be shown", str(error)), _TITLE


def _nothing(heading: str, sentence: str) -> Any:
    return html.Div([html.H1(heading), html.P(sentence), dcc.Link("All experiments", href="/")])
