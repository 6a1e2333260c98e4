"""Rounds: many storms, one after the other or some at a time, and what came of each."""

import collections
import concurrent.futures
import functools
import multiprocessing
import os
import random
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.measure import Figure
from tests.benchmarks.ownership.actors import Stage
from tests.benchmarks.ownership.census import MARKER
from tests.benchmarks.ownership.judgement import judge, marks_of, sights_of, testimony_of
from tests.benchmarks.ownership.kinds import KINDS, Kind, write_source
from tests.benchmarks.ownership.namespaces import namespaces_are_allowed
from tests.benchmarks.ownership.storm import Storm

__all__ = ["Outcome", "measure", "weather"]

_EARLIER = Kind("earlier", "random", 1)
_LINES_SHOWN = 60
# What every process of a storm needs, and none may have to import under way.
_IMPORTS = (
    "hyperlocal.azureml.core",
    "hyperlocal.azureml.exceptions",
    "hyperlocal.azureml.pipeline.core",
    "hyperlocal.azureml.pipeline.steps",
    "hyperlocal.azureml.train.hyperdrive",
    "hyperlocal.cli",
)


class Outcome(NamedTuple):
    """What came of a sweep.

    Attributes:
        number: The sweep's number.
        kind: Its kind's name.
        harm: What is wrong, in sentences.
        deaths: The roles of what was killed.
        n_others: How many other processes there were.
        folder: What is kept of it; None if nothing is wrong.
        timeline: What happened, in lines; empty if nothing is wrong.
    """

    number: int
    kind: str
    harm: list
    deaths: list
    n_others: int
    folder: str | None
    timeline: list

    def told(self, seed):
        """Return what has to be known of it, as text: what is wrong, and how that came."""
        heading = f"Seed {seed}, sweep {self.number} ({self.kind}), kept in {self.folder}:"
        shown = self.timeline[:_LINES_SHOWN]
        left = f"({len(self.timeline) - len(shown)} more lines in timeline.txt)"
        harm = [f"  {sentence}" for sentence in self.harm]
        return "\n".join([heading, *harm, *(f"    {line}" for line in (*shown, left))])


def measure(folder, n_rounds, *, n_sweeps=500, seed=0, first=0, jobs=1):
    """Return how many sweeps came to no harm, and print what came of the others."""
    began = time.monotonic()
    hit, n_others, n_harmed = collections.Counter(), 0, 0
    kinds_of_harm = collections.Counter()
    for outcome in weather(n_sweeps, seed=seed, first=first, jobs=jobs):
        hit.update(outcome.deaths)
        n_others += outcome.n_others
        n_harmed += bool(outcome.harm)
        kinds_of_harm.update({_without_ids(sentence) for sentence in outcome.harm})
        print("!" if outcome.harm else ".", end="", file=sys.stderr, flush=True)
        if outcome.harm:
            print("\n" + outcome.told(seed), file=sys.stderr)
    minutes = (time.monotonic() - began) / 60
    told = ", ".join(f"{name} {count}" for name, count in sorted(hit.items()))
    print(f"\n{n_sweeps / minutes:.1f} sweeps a minute; killed: {told}", file=sys.stderr)
    print(f"other processes: {n_others}", file=sys.stderr)
    for sentence, count in kinds_of_harm.most_common():
        print(f"{count:5} sweeps: {sentence}", file=sys.stderr)
    name = f"{n_sweeps} sweeps under storms: without harm"
    harmless = n_sweeps - n_harmed
    return [Figure(name, harmless, "", n_sweeps, larger_is_better=True, note=f"seed {seed}")]


def weather(n_sweeps, *, seed=0, first=0, jobs=1, lasts_s=9.0):
    """Yield the outcome of each of a number of storms, as they end."""
    has_namespaces = namespaces_are_allowed()
    if not has_namespaces:
        print("no namespaces: `unshare --pid` is not allowed here", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="hyperlocal-calm-") as calm:
        context = multiprocessing.get_context("spawn")  # storms fork, and want no threads
        with concurrent.futures.ProcessPoolExecutor(jobs, context, _prepare) as pool:
            task = functools.partial(
                _suffer, seed=seed, calm=calm, lasts_s=lasts_s, has_namespaces=has_namespaces
            )
            tasks = [pool.submit(task, number) for number in range(first, first + n_sweeps)]
            for done in concurrent.futures.as_completed(tasks):
                yield done.result()


def _prepare():
    from importlib import import_module

    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    os.environ["HYPERLOCAL_SLOTS"] = "4"
    os.environ.pop("HYPERLOCAL_HOME", None)
    for name in _IMPORTS:
        import_module(name)


def _suffer(number, *, seed, calm, lasts_s, has_namespaces):
    kind = KINDS[number % len(KINDS)]
    calm = Path(calm, str(os.getpid()))  # each job has its own
    right = [trial["x"] for trial in testimony_of(_undisturbed(calm, kind))["trials"]]
    rng = random.Random(f"{seed}-{number}")
    folder = Path(tempfile.mkdtemp(prefix=f"hyperlocal-storm-{number}-"))
    stage, earlier = _set_up(folder, kind, calm)
    os.environ["HYPERLOCAL_TRIAL_START"] = rng.choice(("warm", "fresh"))
    storm = _storm(stage, kind, rng, lasts_s=lasts_s, has_namespaces=has_namespaces)
    try:
        storm.rage(earlier)
        storm.calm()
        storm.ask("testify")
        storm.ask("last doctor")
    finally:
        storm.clear()
    harm = storm.harm + list(judge(stage, kind, storm.deaths, right))
    timeline = _timeline(stage, storm) if harm else []
    if harm:
        heading = [f"seed {seed}, sweep {number}, {kind.name}", *harm, ""]
        (stage.folder / "timeline.txt").write_text("\n".join(heading + timeline) + "\n")
    else:
        shutil.rmtree(stage.folder)
    kept = os.fspath(stage.folder) if harm else None
    deaths = [death.role for death in storm.deaths]
    return Outcome(number, kind.name, harm, deaths, storm.n_forked, kept, timeline)


def _set_up(folder, kind, calm):
    """Make the files of a stage; return it and the id of the sweep to build on, if any."""
    stage = Stage(folder)
    earlier = None
    if kind.builds_on_earlier:
        template = _undisturbed(calm, _EARLIER)
        shutil.copytree(template.home, stage.home)
        earlier = template.run_id
    write_source(stage.source)
    stage.witness.mkdir()
    stage.said.mkdir()
    return stage, earlier


def _undisturbed(calm, kind):
    """Return the stage of a sweep of this kind to which nothing has happened."""
    stage = Stage(calm / kind.name.replace(" ", "-"))
    if not stage.folder.exists():
        stage, earlier = _set_up(stage.folder, kind, calm)
        storm = _storm(stage, kind, random.Random(0), lasts_s=0.0, has_namespaces=False)
        storm.rage(earlier)
        storm.calm()
        storm.ask("testify")
        storm.clear()
        assert not storm.harm, storm.harm
        for each in testimony_of(stage)["trials"]:
            assert each["status"] in ("Completed", "Canceled"), each
    return stage


def _storm(stage, kind, rng, **settings):
    marker = f"{os.getpid()}-{time.monotonic_ns()}"
    os.environ.update({MARKER: marker, "HYPERLOCAL_HOME": os.fspath(stage.home)})
    return Storm(stage, kind, rng, marker, **settings)


def _timeline(stage, storm):
    """Return all that is known of what happened, in order."""
    events = list(storm.events)
    for mark in marks_of(stage):
        events.append((mark.at, f"trial {mark.run_id} {mark.life}: {mark.word} {mark.detail}"))
    for sight in sights_of(stage):
        since = (sight.told_at - sight.asked_at) * 1000
        text = f"{sight.name} is told in {since:.0f} ms: {sight.run_id} is {sight.status}"
        events.append((sight.told_at, text))
    events.sort()
    return [f"{at - events[0][0]:8.3f} {text}" for at, text in events]


def _without_ids(sentence):
    """Return which kind of harm a sentence tells of."""
    return re.sub(r"HD_[-0-9a-f]+(_\d+)?|\d+(\.\d+)*|[-0-9a-f]{36}", "N", sentence)[:120]
