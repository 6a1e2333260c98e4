"""What tests ask of figures."""

import json

import plotly.graph_objects as go

__all__ = ["by_run", "checked", "notes", "trace"]


def checked(figure):
    """Return a figure that Plotly takes, JSON can hold, and that shows no secret."""
    go.Figure(figure)
    told = json.dumps(figure, allow_nan=False)
    assert "hunter2" not in told
    assert "swordfish" not in told
    return figure


def trace(figure, name):
    """Return the only trace whose name begins so."""
    (found,) = [
        each
        for each in figure["data"]
        if each.get("name", "").startswith(name) and "customdata" in each
    ]
    return found


def by_run(traces):
    """Return run id to (x, y) of the markers of traces."""
    return {
        run_id: (x, y)
        for each in traces
        if each.get("mode") == "markers"
        and "customdata" in each
        and not each["name"].startswith("best")
        for run_id, x, y in zip(each["customdata"], each["x"], each["y"], strict=True)
    }


def notes(figure):
    return " ".join(figure["layout"]["meta"]["notes"])
