"""Importance: how much a sweep's metric depends on each hyperparameter, and how sure that is.

A random forest is fitted to most of the trials and asked for the others: that tells whether there
is anything to be explained. A hyperparameter is as important as the forest explains less when
that hyperparameter's values are shuffled among the trials that it has not seen. Repeated over
several divisions of the trials, each of these numbers has a mean and an interval.

Forests are asked for the ranks of trials, not for their metrics: a few that diverged would
otherwise be all that there is to explain.

References:
    Geurts, Ernst & Wehenkel 2006, "Extremely Randomized Trees" (the forest).
    Breiman 2001, "Random Forests", section 10 (importance by permutation).
    Fisher, Rudin & Dominici 2019, "All Models are Wrong, but Many are Useful" (on unseen data).
    Nadeau & Bengio 2003, "Inference for the Generalization Error" (the corrected variance).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hyperlocal.views.sweep_data import SweepData

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from hyperlocal.views.figures.columns import Column

    Array = npt.NDArray[np.float64]

__all__ = ["Effect", "Importance", "importance_of"]

_FEWEST_TRIALS = 15
_MOST_TRIALS = 1000  # of more, so many are drawn
_MOST_PARAMETERS = 60
_MOST_CATEGORIES = 30
_FOLDS = 5
_REPEATS = 2
_TREES = 48
_SHUFFLES = 4
_ONE_SIDED_95 = 1.645
_TWO_SIDED_90 = 1.645
_LEAST_SKILL = 0.05


@dataclass(frozen=True)
class Effect:
    """One hyperparameter.

    Attributes:
        name: Its name.
        mean: How much less the models explain, as a share of all differences in rank.
        low: The lower end of the interval of 90 %.
        high: The upper end.
    """

    name: str
    mean: float
    low: float
    high: float

    @property
    def is_sure(self) -> bool:
        """Whether it can be told from nothing."""
        return self.low > 0


@dataclass(frozen=True)
class Importance:
    """What a sweep's metric depends on.

    Attributes:
        run_id: The sweep.
        n_trials: From how many trials that is known.
        skill: The share of the differences in rank that models explain of unseen trials.
        effects: The hyperparameters, the most important first.
        n_models: How many models were asked.
        left_out: Hyperparameters that all trials have alike.
        obstacle: Why nothing can be said, as a sentence; None if something can.
        notes: What else should be known.
    """

    run_id: str
    n_trials: int
    skill: float = 0.0
    effects: tuple[Effect, ...] = ()
    n_models: int = 0
    left_out: tuple[str, ...] = ()
    obstacle: str | None = None
    notes: tuple[str, ...] = ()


def importance_of(data: SweepData, *, seed: int = 0) -> Importance:
    """Work out the importance of a sweep's hyperparameters. It takes seconds: keep the answer.

    Args:
        data: The sweep.
        seed: The same seed and trials give the same answer.
    """
    if data.metric_name is None or data.goal is None:
        return Importance(data.run_id, 0, obstacle="These runs have no primary metric.")
    from hyperlocal.views.figures.columns import column

    rows = [row for row, trial in enumerate(data.trials) if trial.is_ended and _has_best(trial)]
    told = [column(data, f"parameter:{name}") for name in data.parameter_names]
    varied = [each for each in told if len({each.values[row] for row in rows}) > 1]
    alike = tuple(each.label for each in told if each not in varied)
    obstacle = _obstacle(data, len(rows), len(varied))
    if obstacle is not None:
        return Importance(data.run_id, len(rows), left_out=alike, obstacle=obstacle)
    notes = []
    if len(varied) > _MOST_PARAMETERS:
        notes.append(f"Only the first {_MOST_PARAMETERS} of {len(varied)} were looked at.")
        varied = varied[:_MOST_PARAMETERS]
    n_stopped = sum(data.trials[row].outcome == "stopped by policy" for row in rows)
    if n_stopped:
        notes.append(f"{n_stopped:,} of the trials were stopped: they count as far as they came.")
    scores = [data.goal.score(data.trials[row].best or 0.0) for row in rows]
    skills, drops = _measured(varied, rows, scores, seed)
    skill, skill_error = _mean_and_error(skills)
    if skill - _ONE_SIDED_95 * skill_error <= 0 or skill < _LEAST_SKILL:
        return Importance(
            data.run_id,
            len(rows),
            skill,
            left_out=alike,
            obstacle=(
                f"{data.metric_name} does not depend on these hyperparameters in a way that "
                f"{len(rows):,} trials show."
            ),
        )
    effects = [_effect(each.label, drop) for each, drop in zip(varied, drops, strict=True)]
    effects.sort(key=lambda each: -each.mean)
    return Importance(
        data.run_id, len(rows), skill, tuple(effects), len(skills), alike, None, tuple(notes)
    )


def _has_best(trial: Any) -> bool:
    return trial.best is not None and bool(trial.parameters)


def _obstacle(data: SweepData, n_trials: int, n_varied: int) -> str | None:
    fewest = max(_FEWEST_TRIALS, 2 * min(n_varied, _MOST_PARAMETERS))
    if n_trials < fewest:
        return (
            f"Too few trials to say: {n_trials} have ended with a finite {data.metric_name}, and "
            f"at least {fewest} are needed."
        )
    if not n_varied:
        return "All trials have the same hyperparameters: there is nothing to compare."
    if len({trial.best for trial in data.trials if trial.is_ended and _has_best(trial)}) < 2:
        return f"All trials have the same {data.metric_name}: it depends on nothing."
    return None


def _effect(name: str, drops: Sequence[float]) -> Effect:
    mean, error = _mean_and_error(drops)
    return Effect(name, mean, mean - _TWO_SIDED_90 * error, mean + _TWO_SIDED_90 * error)


def _mean_and_error(values: Sequence[float]) -> tuple[float, float]:
    """Return the mean over divisions of the trials, and its error, as these overlap."""
    n = len(values)
    mean = math.fsum(values) / n
    variance = math.fsum((value - mean) ** 2 for value in values) / (n - 1)
    return mean, math.sqrt(variance * (1 / n + 1 / (_FOLDS - 1)))


def _measured(
    told: Sequence[Column], rows: Sequence[int], scores: Sequence[float], seed: int
) -> tuple[list[float], list[list[float]]]:
    """Return the skill of each model, and of each hyperparameter how much each model loses."""
    import numpy as np
    from scipy.stats import rankdata
    from sklearn.model_selection import RepeatedKFold

    rng = np.random.default_rng(seed)
    kept = np.arange(len(rows))
    if len(rows) > _MOST_TRIALS:
        kept = np.sort(rng.choice(kept, _MOST_TRIALS, replace=False))
    features, groups = _features(told, [rows[int(place)] for place in kept])
    ranks = rankdata(np.array(scores, dtype=float)[kept])
    skills: list[float] = []
    drops: list[list[float]] = [[] for _ in told]
    folds = RepeatedKFold(n_splits=_FOLDS, n_repeats=_REPEATS, random_state=seed)
    for number, (seen, unseen) in enumerate(folds.split(features)):
        model = _forest(seed + number).fit(features[seen], ranks[seen])
        X, y = features[unseen], ranks[unseen]
        spread = float(((y - ranks[seen].mean()) ** 2).sum()) or 1.0
        skill = 1.0 - float(((y - model.predict(X)) ** 2).sum()) / spread
        skills.append(skill)
        shuffled = [
            _shuffled(X, groups == place, rng)
            for place in range(len(told))
            for _ in range(_SHUFFLES)
        ]
        # All at once: a forest that is asked takes a while, however much.
        told_of = model.predict(np.concatenate(shuffled)).reshape(len(told), _SHUFFLES, len(y))
        errors = ((told_of - y) ** 2).sum(axis=2).mean(axis=1)
        for place, error in enumerate(errors):
            drops[place].append(skill - (1.0 - float(error) / spread))
    return skills, drops


def _forest(seed: int) -> Any:
    from sklearn.ensemble import ExtraTreesRegressor

    return ExtraTreesRegressor(
        _TREES, min_samples_leaf=2, max_features=0.7, n_jobs=1, random_state=seed % 2**32
    )


def _shuffled(X: Array, columns: npt.NDArray[np.bool_], rng: np.random.Generator) -> Array:
    """Return trials with the values of one hyperparameter shuffled."""
    import numpy as np

    mixed = X.copy()
    mixed[:, columns] = X[rng.permutation(len(X))][:, columns]
    return np.asarray(mixed)


def _features(told: Sequence[Column], rows: Sequence[int]) -> tuple[Array, npt.NDArray[np.intp]]:
    """Return what the forest sees of trials, and which hyperparameter each column is of.

    A hyperparameter of numbers is one column, on its own scale, and one of categories a column
    for each, as they have no order. One that some trials lack has a column that says so.
    """
    import numpy as np

    columns, groups = [], []
    for place, each in enumerate(told):
        values = [each.values[row] for row in rows]
        for made in _columns_of(each, values):
            columns.append(made)
            groups.append(place)
    return np.array(columns, dtype=float).T, np.array(groups, dtype=np.intp)


def _columns_of(told: Column, values: Sequence[float | None]) -> list[list[float]]:
    lacking = [float(value is None) for value in values]
    missing = [lacking] if any(lacking) else []
    n_categories = len(told.categories)
    if 0 < n_categories <= _MOST_CATEGORIES and not _is_ordered(told):
        return [[float(value == n) for value in values] for n in range(n_categories)] + missing
    known = [_scaled(told, value) for value in values if value is not None]
    middle = sorted(known)[len(known) // 2]
    return [[middle if value is None else _scaled(told, value) for value in values], *missing]


def _scaled(told: Column, value: float) -> float:
    return math.log10(value) if told.is_log else float(value)


def _is_ordered(told: Column) -> bool:
    """Whether categories are numbers, which stand in their order."""
    try:
        numbers = [float(name) for name in told.categories]
    except ValueError:
        return False
    return numbers == sorted(numbers)
