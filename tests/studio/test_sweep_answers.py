"""What the page of a sweep asks by itself: who gets it, how it travels, what is refused."""

import gzip
import json
import threading

import pytest

pytest.importorskip("dash", reason="needs hyperlocal[studio]")

from hyperlocal.studio.answers import Answer, Answers


def told(answer):
    content = answer.content
    return json.loads(
        gzip.decompress(content) if answer.headers["Content-Encoding"] == "gzip" else content
    )


def test_a_figure_travels_packed_and_only_once(studio):
    first = studio.ask("/sweeps/HD_many/figures/best?x=number", Accept_Encoding="gzip")
    tag = first.headers["ETag"]
    plain = studio.ask("/sweeps/HD_many/figures/best?x=number")
    again = studio.ask(
        "/sweeps/HD_many/figures/best?x=number", Accept_Encoding="gzip", If_None_Match=tag
    )

    assert first.status == 200
    assert first.headers["Content-Encoding"] == "gzip"
    assert told(first) == told(plain)
    assert len(first.content) < len(plain.content)
    assert (again.status, again.content) == (304, b"")


def test_there_is_no_news_of_a_sweep_that_has_ended(studio):
    mark = told(studio.ask("/sweeps/HD_sweep/rows"))["mark"]

    assert (
        studio.ask(f"/sweeps/HD_sweep/news?mark={json.dumps(mark).replace(' ', '')}").status == 204
    )


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/sweeps/nobody/rows", 404),
        ("/sweeps/HD_sweep/other", 404),
        ("/sweeps/HD_sweep/figures/other", 404),
        ("/sweeps/HD_sweep/news", 400),
        ("/sweeps/HD_sweep/news?mark=[1]", 400),
        ("/sweeps/HD_sweep/news?mark=[1,1e400,0]", 400),
        (f"/sweeps/HD_sweep/figures/best?brush={'[' * 5000}", 400),
        ("/sweeps/HD_sweep/figures/best?brush=[", 400),
        ("/sweeps/HD_sweep/figures/best?brush=[1]", 400),
    ],
)
def test_what_makes_no_sense_is_refused(studio, path, status):
    assert studio.ask(path).status == status


@pytest.mark.parametrize("what", ["rows", "news?mark=[1,1,1]", "figures/best"])
def test_nobody_is_told_without_the_token(studio, what):
    assert studio.ask(f"/sweeps/HD_sweep/{what}", with_token=False).status == 401
    assert studio.ask(f"/sweeps/HD_sweep/{what}", host="evil.example").status == 403


def test_what_is_being_made_is_made_once():
    answers, begun, may_end, made = Answers(1000), threading.Event(), threading.Event(), []

    def make():
        begun.set()
        assert may_end.wait(30)
        made.append(1)
        return {"n": len(made)}

    first = threading.Thread(target=answers.get, args=("key", make))
    first.start()
    assert begun.wait(30)

    assert answers.get_now("key", make) is None
    assert answers.get_now("other", dict).plain == b"{}"
    second = threading.Thread(target=answers.get, args=("key", make))
    second.start()
    may_end.set()
    first.join(30)
    second.join(30)

    assert answers.get_now("key", make).plain == b'{"n":1}'
    assert made == [1]


def test_what_could_not_be_made_is_tried_again():
    answers = Answers(1000)
    with pytest.raises(ZeroDivisionError):
        answers.get("key", lambda: 1 / 0)

    assert answers.get("key", lambda: 1).plain == b"1"


def test_the_oldest_answers_go_where_they_are_too_much():
    answers, made = Answers(100), []
    for n in range(5):
        answers.get(n, lambda n=n: made.append(n) or "x" * 38)

    answers.get(4, lambda: made.append("again"))
    answers.get(0, lambda: made.append("again"))

    assert made == [0, 1, 2, 3, 4, "again"]


def test_numbers_that_are_none_are_null():
    assert json.loads(Answer({"x": [float("nan"), float("inf")]}).plain) == {"x": [None, None]}
