"""Safety: who may ask the studio, and what a browser may do with its answers.

It listens on the loopback, which other users of the machine and all pages of a browser can reach.
So a request must name this machine as its host (no name that somebody points here), come from no
other page, and carry the home's token: the link that `hyperlocal studio` prints brings it, and it
is kept in a cookie that no other site's page can send along with what changes something.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from html import escape
from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, redirect, request

__all__ = ["ALIVE", "cookie_name", "guard", "proof_of"]

ALIVE = "/alive"
"""Answers without a token, with what only the studio of the same home can know."""

_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
_TOKEN = "token"
_COOKIE_AGE_S = 400 * 86400  # browsers keep none for longer


def proof_of(token: str) -> str:
    """Return what shows that somebody knows the token, without telling it."""
    return hashlib.sha256(f"hyperlocal studio {token}".encode()).hexdigest()


def cookie_name(token: str) -> str:
    """Return the cookie's name: browsers keep those of all ports together."""
    return f"hyperlocal_{proof_of(token)[:12]}"


def guard(server: Flask, token: str, home: str, hashes: Iterable[str]) -> None:
    """Let nobody ask who must not, and say with each answer what it may do.

    Args:
        server: What answers.
        token: What opens it.
        home: The home, for who has no token.
        hashes: Of the scripts that stand in the page itself, as a policy names them.
    """
    policy = _policy(hashes)

    def check() -> Response | None:
        refusal = _refusal()
        if refusal is not None:
            return Response(refusal, 403, mimetype="text/plain")
        if request.path == ALIVE:
            return None
        given = request.args.get(_TOKEN)
        if given is not None and request.method == "GET" and _is_same(given, token):
            return _let_in(token)
        if not _is_same(request.cookies.get(cookie_name(token), ""), token):
            return Response(_how_to_enter(home), 401, mimetype="text/html")
        return None

    def seal(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", policy)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Frame-Options"] = "DENY"
        headers["Referrer-Policy"] = "no-referrer"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        return response

    server.before_request(check)
    server.after_request(seal)
    server.add_url_rule(ALIVE, "alive", lambda: Response(proof_of(token), mimetype="text/plain"))


def _policy(hashes: Iterable[str]) -> str:
    """Return what a page may load: from here only, and no script that stands in it unless known.

    Plotly and AG Grid write style elements, and Plotly draws pictures from data. What draws by
    WebGL it compiles from text (`docs/decisions/0021-studio-by-dash.md`).
    """
    return "; ".join(
        (
            "default-src 'none'",
            " ".join(("script-src 'self' 'unsafe-eval'", *hashes)),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


def _refusal() -> str | None:
    host = request.headers.get("Host", "")
    if _name_of(host) not in _HOSTS:
        return f"The studio answers to 127.0.0.1 and localhost only, not to {host!r}.\n"
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"{request.scheme}://{host}":
        return f"Pages of {origin!r} may not ask the studio.\n"
    if request.method not in ("GET", "HEAD") and origin is None and _is_cross_site():
        return "Pages of other sites may not ask the studio.\n"
    return None


def _is_cross_site() -> bool:
    return request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none")


def _name_of(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _is_same(given: str, token: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), token.encode())


def _let_in(token: str) -> Response:
    rest = [(name, each) for name, each in request.args.items(multi=True) if name != _TOKEN]
    # One slash: two would name another host.
    place = "/" + request.path.lstrip("/\\") + (f"?{urlencode(rest)}" if rest else "")
    response: Response = redirect(place, 303)
    response.set_cookie(
        cookie_name(token), token, max_age=_COOKIE_AGE_S, httponly=True, samesite="Lax", path="/"
    )
    return response


def _how_to_enter(home: str) -> str:
    return (
        '<!doctype html><html lang="en"><title>hyperlocal studio</title><body>'
        "<h1>This browser has no key to the studio</h1>"
        f"<p>It shows runs of <code>{escape(home)}</code>, and only to who may read that folder."
        "<p>Type <code>hyperlocal studio</code> there: it opens the studio in the browser, or "
        "prints a link that does. After that this address works, too.</body></html>"
    )
