"""Pages in pipes; terminals are tested through the command line."""

import io

from hyperlocal.views.page import Column, Page, is_terminal, write_text


def test_a_table_in_a_pipe_shortens_nothing():
    stream = io.StringIO()
    long_reason = "because " * 60

    Page(stream).table(
        [Column("Run"), Column("n", is_number=True), Column("Reason", is_long=True)],
        [["HD_1", "5", long_reason], ["HD_22", "10", "-"]],
    )

    assert stream.getvalue().splitlines() == [
        "Run     n  Reason",
        f"HD_1    5  {long_reason}".rstrip(),
        "HD_22  10  -",
    ]


def test_values_of_several_lines_stand_below_each_other():
    stream = io.StringIO()

    Page(stream).fields([("Status", "Failed"), ("Space", "a\nb")])

    assert stream.getvalue() == "Status  Failed\nSpace   a\n        b\n"


def test_a_stream_that_knows_few_characters_loses_none():
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")

    write_text(stream, "größe=1\n")
    stream.flush()

    assert raw.getvalue() == b"gr\\xf6\\xdfe=1\n"


def test_a_closed_stream_is_no_terminal():
    stream = io.StringIO()
    stream.close()

    assert not is_terminal(stream)
