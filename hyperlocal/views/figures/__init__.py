"""Figures: pure functions from what the history says to Plotly figures, for every surface.

A figure is a plain dict, `{"data": [...], "layout": {...}}`, that JSON can hold and
`plotly.graph_objects.Figure` accepts; nothing here imports Plotly. Data comes from
`hyperlocal.views.sweep_reader.SweepReader(history, run_id)`: `read()` returns a `SweepData`,
`curves(run_ids, name=None)` and `rises()` what some figures need beside it.

- Each point's, line's or bar's `customdata` is a run id: a click leads to that run. Of parallel
  coordinates, `ids` and `customdata` are in the order of the lines.
- `layout.meta["notes"]` says in sentences what is not shown and why; it is drawn, too.
- `data.only(run_ids)` is the sweep with some of its children, such as those within a brush.
- `theme(figure, "light" | "dark")` returns the figure in a theme, and changes nothing else.
- `layout.uirevision` stays the same while a sweep goes on, so that zoom and hidden traces stay.
- Columns are named by keys: `parameter:lr`, `metric:loss`, `trial:number`; see `columns(data)`,
  which lists key and label of all there are.

Of a sweep:

    best_so_far(data, *, x="number" | "time", rises=None, webgl=None)
    learning_curves(data, curves, *, x="interval" | "step" | "time", most_points=20000, webgl=None)
    curve_ids(data, most=200, *, metric=None) whose curves to ask the reader for
    compare_curves(data, curves, *, x="interval", most_points=20000)      a few chosen trials
    parallel_coordinates(data, *, columns=None, constraints=None, most_lines=2000)
    parallel_columns(data)                    its axes unless others are asked for
    brushed(data, constraints, *, columns=None)   run ids within `{axis number: ranges}`
    constraints_from(earlier, restyle_data)   the same from what Plotly tells of a brush
    scatter(data, x, y, *, colour=None, webgl=None)
    scatter_3d(data, x, y, z, *, colour=None)
    timeline(data, *, most=1500)
    progress(data)                            how many had ended, and ran, over time
    slices(data, *, metric=None, parameters=None, webgl=None)
    contour(data, x, y, *, cells=40, webgl=None)
    importances(told)                         told: views.importance.importance_of(data, seed=0)
    beliefs(data, told)                       told: views.beliefs.beliefs_of(data, known=())
    why_stopped(data, told)                   told: views.stopping.read_judgements(history,
                                              data, curves_to_judge(reader, run_id), run_id)
    what_if(trials, *, metric_name, policy)   trials: WhatIfTrial, of a replay's outcome
    what_if_steps(steps, *, label, chosen=None)   steps: WhatIfStep, of replays along one setting

Importance, beliefs and judgements take seconds to work out of large sweeps: callers keep them.

Of several runs and sweeps, of a pipeline, of one run:

    compare_runs(labels, curves, *, starts, x="interval", most_points=20000)    by run id
    compare_sweeps(sweeps, *, x="number" | "time", rises=None)    rises: {run id: reader.rises()}
    pipeline_graph(steps, *, run_id="")       steps: views.pipelines.read_steps(history, run, now)
    metric_curves(curves, *, x="interval", started_at=None, most_points=20000)
"""

from hyperlocal.views.figures.beliefs import beliefs
from hyperlocal.views.figures.best_so_far import best_so_far
from hyperlocal.views.figures.chosen import compare_curves, compare_runs, metric_curves
from hyperlocal.views.figures.columns import columns
from hyperlocal.views.figures.contour import contour
from hyperlocal.views.figures.drawing import Figure, empty, theme
from hyperlocal.views.figures.importances import importances
from hyperlocal.views.figures.learning_curves import curve_ids, learning_curves
from hyperlocal.views.figures.parallel import (
    brushed,
    constraints_from,
    parallel_columns,
    parallel_coordinates,
)
from hyperlocal.views.figures.pipeline import pipeline_graph
from hyperlocal.views.figures.progress import progress
from hyperlocal.views.figures.scatter import scatter, scatter_3d
from hyperlocal.views.figures.slices import slices
from hyperlocal.views.figures.stopping import why_stopped
from hyperlocal.views.figures.sweeps import compare_sweeps
from hyperlocal.views.figures.timeline import timeline
from hyperlocal.views.figures.whatif import WhatIfTrial, what_if
from hyperlocal.views.figures.whatif_steps import WhatIfStep, what_if_steps

__all__ = [
    "Figure",
    "WhatIfStep",
    "WhatIfTrial",
    "beliefs",
    "best_so_far",
    "brushed",
    "columns",
    "compare_curves",
    "compare_runs",
    "compare_sweeps",
    "constraints_from",
    "contour",
    "curve_ids",
    "empty",
    "importances",
    "learning_curves",
    "metric_curves",
    "parallel_columns",
    "parallel_coordinates",
    "pipeline_graph",
    "progress",
    "scatter",
    "scatter_3d",
    "slices",
    "theme",
    "timeline",
    "what_if",
    "what_if_steps",
    "why_stopped",
]
