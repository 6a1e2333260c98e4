"""Plots: regret against trials."""

import math

import matplotlib
import numpy as np

from tests.benchmarks.sampling.statistics import geometric_mean

__all__ = ["draw"]

matplotlib.use("Agg")
from matplotlib import pyplot as plt


def draw(comparison, folder):
    """Write `regret-<workers>.svg`, over all problems, and `problems-<workers>.png`, each."""
    with plt.rc_context({"svg.hashsalt": "hyperlocal", "font.size": 9}):
        _draw_regret(comparison, folder / f"regret-{comparison.workers}.svg")
        _draw_problems(comparison, folder / f"problems-{comparison.workers}.png")


def _draw_regret(comparison, path):
    figure, panels = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    means = {"geometric mean": geometric_mean, "plain mean": np.mean}
    for panel, (title, mean) in zip(panels, means.items(), strict=True):
        for name, style in _styles(comparison):
            trials = np.arange(5, _n_trials(comparison) + 1)
            values = [mean(comparison.regrets(name, n)) for n in trials]
            panel.plot(trials, values, label=name, **style)
        panel.set(xlabel="trials", ylabel=f"normalised regret, {title}", yscale="log")
        panel.grid(alpha=0.3)
    panels[0].legend(fontsize=7)
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def _draw_problems(comparison, path):
    n_columns = 6
    n_rows = math.ceil(len(comparison.problems) / n_columns)
    figure, panels = plt.subplots(
        n_rows, n_columns, figsize=(13, 2 * n_rows), layout="constrained", squeeze=False
    )
    for panel in panels.flat[len(comparison.problems) :]:
        panel.set_axis_off()
    for panel, problem in zip(panels.flat, comparison.problems, strict=False):
        for name, style in _styles(comparison):
            medians = np.median(comparison.distances[name][problem], axis=0)
            panel.plot(np.arange(1, len(medians) + 1), np.maximum(medians, 1e-12), **style)
        panel.set_title(problem, fontsize=8)
        panel.set_yscale("log")
        panel.tick_params(labelsize=6)
    figure.savefig(path, dpi=70)
    plt.close(figure)


def _n_trials(comparison):
    return min(
        runs.shape[1] for of_name in comparison.distances.values() for runs in of_name.values()
    )


def _styles(comparison):
    for i, name in enumerate(comparison.distances):
        ours = i == 0
        yield (
            name,
            {
                "color": "black" if ours else f"C{i - 1}",
                "linewidth": 2.0 if ours else 1.0,
                "linestyle": "--" if name == "random" else "-",
            },
        )
