"""Importances: how much the metric depends on each hyperparameter, as far as trials tell."""

from __future__ import annotations

from hyperlocal.views.figures.drawing import Figure, axis, empty, figure
from hyperlocal.views.figures.palette import COLOURS, GREY
from hyperlocal.views.figures.wording import literal, shortened
from hyperlocal.views.importance import Importance

__all__ = ["importances"]

_MOST_BARS = 20


def importances(told: Importance) -> Figure:
    """Draw a bar for each hyperparameter with its uncertainty; or a sentence if nothing is known.

    Args:
        told: What `hyperlocal.views.importance.importance_of` has worked out.
    """
    if told.obstacle is not None:
        return empty(told.obstacle)
    shown = sorted(told.effects, key=lambda each: -each.mean)[:_MOST_BARS]
    shown.reverse()  # the first bar is at the bottom
    words = [
        f"{literal(each.name)}<br>shuffled, the model explains {each.mean:.0%} less of the ranks"
        f"<br>({each.low:.0%} to {each.high:.0%} over "
        f"{told.n_models} models){'' if each.is_sure else '<br>may be nothing'}"
        for each in shown
    ]
    trace = {
        "type": "bar",
        "orientation": "h",
        "name": "importance",
        "showlegend": False,
        "y": [literal(each.name, 40) for each in shown],
        "x": [max(each.mean, 0.0) for each in shown],
        "marker": {
            "color": [COLOURS[0] if each.is_sure else GREY for each in shown],
            "pattern": {
                "shape": ["" if each.is_sure else "/" for each in shown],
                "fillmode": "overlay",
                "fgcolor": "#FFFFFF",
            },
        },
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [max(each.high - max(each.mean, 0.0), 0.0) for each in shown],
            "arrayminus": [max(max(each.mean, 0.0) - max(each.low, 0.0), 0.0) for each in shown],
        },
        "hovertext": words,
        "hoverinfo": "text",
    }
    names = [shortened(name, 24) for name in told.left_out]
    return figure(
        [trace],
        kept=told.run_id,
        notes=[
            f"A random forest explains {told.skill:.0%} of the differences in rank between "
            f"{told.n_trials:,} trials that it has not seen.",
            "Hatched: may be nothing." if not all(each.is_sure for each in shown) else "",
            f"The same in all trials: {', '.join(names)}." if names else "",
            f"{len(told.effects) - len(shown)} more are not shown."
            if len(told.effects) > len(shown)
            else "",
            *told.notes,
        ],
        xaxis=axis("importance: what the model explains less without it", tickformat=".0%"),
        yaxis=axis("", type="category"),
    )
