"""What the studio says when it cannot answer: a sentence, and never a traceback to a browser."""

import json

import pytest
from flask import Flask

from hyperlocal.domain.distribution import Choice
from hyperlocal.domain.space import Space
from hyperlocal.errors import HistoryError
from tests.views import sweeps

pytest.importorskip("dash", reason="needs hyperlocal[studio]")

ASK = "/_dash-update-component"


def post(studio, body):
    return studio.ask(ASK, method="POST", body=body, Content_Type="application/json")


def whatif_wait(run_id):
    """What the what-if page of a run asks every moment."""
    body = {"id": "whatif-body", "property": "children"}
    wait = {"id": "whatif-wait", "property": "disabled"}
    return {
        "output": "..whatif-body.children...whatif-wait.disabled..",
        "outputs": [body, wait],
        "inputs": [{"id": "whatif-wait", "property": "n_intervals", "value": 1}],
        "state": [{"id": "whatif-run", "property": "data", "value": run_id}],
        "changedPropIds": ["whatif-wait.n_intervals"],
    }


@pytest.mark.parametrize(
    "body", ["", "{}", "[]", "null", "no json", '{"output": "x"}', '{"output": "..x.."}']
)
def test_what_no_page_asks_is_refused(studio, body, capfd):
    answer = post(studio, body)

    assert answer.status == 400
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("path", ["dash/../../x", "os/path.py", "dash/x"])
def test_a_script_that_is_not_there_is_not_found(studio, path, capfd):
    assert studio.ask(f"/_dash-component-suites/{path}").status == 404
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("run_id", ["HD_nothing", "../..", "<script>alert(1)</script>"])
def test_a_question_about_a_run_that_is_gone_is_answered_in_the_page(studio, run_id, capfd):
    answer = post(studio, json.dumps(whatif_wait(run_id)))

    assert answer.status == 200
    told = json.loads(answer.content)
    assert told["response"] == {}
    said = told["sideUpdate"]["mishap"]["children"]["props"]["children"]
    assert said.startswith(f"No run {run_id!r} in ")
    assert capfd.readouterr().err == ""


def test_a_bug_is_told_to_the_terminal_once(studio, capfd, monkeypatch):
    monkeypatch.setattr(studio.state, "record", {}.__getitem__)

    answers = [post(studio, json.dumps(whatif_wait("HD_sweep"))) for _ in range(3)]

    assert [answer.status for answer in answers] == [500] * 3
    assert answers[0].content == b"The studio cannot answer that; its terminal says why.\n"
    assert capfd.readouterr().err.count("The studio goes on.") == 1


def test_an_error_of_a_request_that_is_no_question_is_a_sentence(capfd):
    from hyperlocal.studio.mishaps import answer_mishaps

    server = Flask("odd")
    answer_mishaps(server)

    def fail():
        raise HistoryError("The history is damaged.")

    server.add_url_rule("/odd", "odd", fail)

    answer = server.test_client().get("/odd")

    assert answer.status_code == 500
    assert b"Traceback" not in answer.data
    assert "The history is damaged." in capfd.readouterr().err


@pytest.fixture
def opened(context):
    """A page whose console may say that something was not found."""
    page = context.new_page()
    page.set_default_timeout(50_000)
    yield page
    page.close()


@pytest.mark.slow
def test_a_run_that_is_removed_while_its_page_is_open(opened, studio):
    run_id = sweeps.begin_job(studio.history, "iris_removed")
    opened.goto(f"{studio.url}/runs/{run_id}")
    opened.get_by_role("heading", name=run_id).wait_for()

    with studio.history._database.writing() as connection:
        connection.execute("DELETE FROM run WHERE run_id = ?", (run_id,))

    said = opened.get_by_role("alert").get_by_text(f"No run '{run_id}'")
    said.wait_for()
    assert "known before" in said.inner_text()
    opened.get_by_role("link", name="Experiments").first.click()
    said.wait_for(state="detached")
    while sweeps.CLAIMS:
        sweeps.CLAIMS.pop().give_up()


@pytest.mark.slow
def test_long_names_and_values_do_not_widen_a_page(opened, studio):
    space = Space((("c" * 300, Choice(("x" * 10_000,))),))
    run_id = sweeps.begin_sweep(studio.history, "HD_long", space=space)
    trial = sweeps.begin_trial(studio.history, run_id, 0, batch="x" * 10_000, metrics=[0.5])
    sweeps.complete(studio.history, trial)
    sweeps.complete(studio.history, run_id)

    opened.goto(f"{studio.url}/runs/{run_id}")
    opened.get_by_text("Best so far").first.wait_for()

    widths = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    scrolled, seen = opened.evaluate(widths)
    assert scrolled <= seen
    while sweeps.CLAIMS:
        sweeps.CLAIMS.pop().give_up()
