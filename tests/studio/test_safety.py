"""Who may ask the studio, and what a browser may do with its answers."""

import json
import stat

import pytest

from hyperlocal.studio.safety import cookie_name, proof_of

PAGES = ["/", "/runs/HD_sweep", "/runs/HD_sweep_1", "/_dash-layout", "/files/HD_sweep/x"]


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "", "[::1", "10.0.0.1"]
)
def test_a_foreign_host_is_refused(studio, host):
    answer = studio.ask("/", host=host or "evil.example:80")

    assert answer.status == 403


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "LOCALHOST", "[::1]"])
def test_this_machine_by_any_of_its_names_is_answered(studio, host):
    assert studio.ask("/", host=f"{host}:{studio.key.port}").status == 200


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "https://127.0.0.1", "http://127.0.0.1:1"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_foreign_origin_is_refused(studio, origin, method):
    answer = studio.ask("/_dash-update-component", method=method, body="{}", Origin=origin)

    assert answer.status == 403


def test_a_post_of_another_site_without_an_origin_is_refused(studio):
    answer = studio.ask(
        "/_dash-update-component", method="POST", body="{}", Sec_Fetch_Site="cross-site"
    )

    assert answer.status == 403


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_shown_without_the_token(studio, path):
    answer = studio.ask(path, with_token=False)

    assert answer.status == 401
    assert b"hyperlocal studio" in answer.content
    assert studio.key.token.encode() not in answer.content


def test_nothing_is_changed_without_the_token(studio):
    answer = studio.ask("/_dash-update-component", method="POST", body="{}", with_token=False)

    assert answer.status == 401


def test_a_wrong_token_opens_nothing(studio):
    name = cookie_name(studio.key.token)

    assert studio.ask("/?token=wrong", with_token=False).status == 401
    assert studio.ask("/", with_token=False, Cookie=f"{name}=wrong").status == 401


def test_the_link_lets_a_browser_in_and_leaves_no_token_in_the_address(studio):
    path = f"/runs/HD_sweep?token={studio.key.token}&start=hyperlocal"
    answer = studio.ask(path, with_token=False)

    assert answer.status == 303
    assert answer.headers["Location"] == "/runs/HD_sweep?start=hyperlocal"
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize("path", ["//evil.example", "/\\evil.example", "///evil.example/x"])
def test_the_link_leads_to_no_other_place(studio, path):
    answer = studio.ask(f"{path}?token={studio.key.token}", with_token=False)

    location = answer.headers.get("Location", "/")
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))


def test_only_who_knows_the_token_can_tell_that_it_is_this_studio(studio):
    answer = studio.ask("/alive", with_token=False)

    assert answer.content.decode() == proof_of(studio.key.token)
    assert studio.key.token not in answer.content.decode()


def test_the_token_is_its_owners_alone(studio):
    file = studio.history.home / "studio.json"

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text())["token"] == studio.key.token


@pytest.mark.parametrize("path", ["/", "/runs/HD_sweep", "/_dash-layout", "/nothing", "/alive"])
def test_each_answer_says_what_it_may_do(studio, path):
    headers = studio.ask(path).headers

    policy = dict(each.split(" ", 1) for each in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert "unsafe-inline" not in policy["script-src"]
    assert "http" not in policy["script-src"]
    assert policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_it_listens_on_the_loopback_only(studio):
    import psutil

    own = [each.laddr for each in psutil.Process().net_connections() if each.status == "LISTEN"]
    assert [address.ip for address in own if address.port == studio.key.port] == ["127.0.0.1"]
