"""Judgement: what is wrong with a sweep that has survived a storm, by what was witnessed."""

import collections
import json
import re
from typing import NamedTuple

from tests.benchmarks.ownership.kinds import N_POINTS, points_of
from tests.benchmarks.ownership.storm import MAY_INTERRUPT

__all__ = ["Mark", "judge", "marks_of", "sights_of", "testimony_of"]

_FINAL_OF_TRIALS = ("Completed", "Failed", "Canceled")


class Mark(NamedTuple):
    """What a trial's process wrote down: `word` is start, ack, end, twice or crowd."""

    at: float
    run_id: str
    life: str
    word: str
    detail: str


class Sight(NamedTuple):
    """What somebody was told between two instants."""

    asked_at: float
    told_at: float
    name: str
    run_id: str
    status: str


def marks_of(stage):
    """Return what trials wrote down, in order."""
    lines = _lines(stage.witness / "marks")
    return sorted(Mark(float(line[0]), *line[1:]) for line in lines)


def sights_of(stage):
    """Return what lookers wrote down, in the order of their answers."""
    sights = [Sight(float(a), float(b), *more) for a, b, *more in _lines(stage.folder / "seen")]
    return sorted(sights, key=lambda sight: sight.told_at)


def testimony_of(stage):
    """Return what the face said at the end."""
    return json.loads((stage.folder / "testimony.json").read_text())


def judge(stage, kind, deaths, right):
    """Return what is wrong, in sentences.

    Args:
        stage: Where it happened.
        kind: The kind of sweep.
        deaths: What was killed.
        right: The parameters of the trials of an undisturbed sweep.
    """
    marks, sights = marks_of(stage), sights_of(stage)
    return [
        *_harm_of_overlap(marks),
        *_harm_of_owners(marks),
        *_harm_of_starts(marks, sights, deaths),
        *_harm_of_sights(sights, deaths),
        *_harm_at_the_end(stage, kind, marks, deaths, right),
        *_harm_of_texts(stage),
    ]


def _harm_of_overlap(marks):
    for mark in marks:
        if mark.word == "twice":
            yield f"two processes of trial {mark.run_id} lived at once"
        elif mark.word == "crowd":
            yield f"more trials at once than max_concurrent_runs, when {mark.run_id} started"


def _harm_of_owners(marks):
    """Owners take turns: none starts a trial after its successor has."""
    current, former = {}, collections.defaultdict(set)
    for mark in marks:
        if mark.word != "start" or mark.detail == "-":
            continue
        sweep = mark.run_id.rpartition("_")[0]
        if mark.detail in former[sweep]:
            yield f"trial {mark.run_id} was started by a controller that had a successor"
        elif current.get(sweep) != mark.detail:
            former[sweep].add(current.get(sweep))
            current[sweep] = mark.detail


def _harm_of_starts(marks, sights, deaths):
    """A trial is started again only if its controller was killed, and never after its end."""
    kills = [death.at for death in deaths if death.role in ("controller", "namespace", "driver")]
    ended = {}
    for sight in sights:
        if sight.status in ("Completed", "Finished"):
            ended.setdefault(sight.run_id, sight.told_at)
    starts = collections.defaultdict(list)
    for mark in marks:
        if mark.word == "start":
            starts[mark.run_id].append(mark.at)
    for run_id, times in starts.items():
        if times[-1] > ended.get(run_id, float("inf")):
            yield f"trial {run_id} was started again after it had been seen as Completed"
        if any(sum(kill < at for kill in kills) < n for n, at in enumerate(times)):
            yield f"trial {run_id} was started {len(times)} times, without as many interruptions"


def _harm_of_sights(sights, deaths):
    """Nothing is called dead that lives, and what has completed stays so."""
    kills = [death.at for death in deaths if death.role.startswith(MAY_INTERRUPT)]
    by_run = collections.defaultdict(list)
    for sight in sights:
        by_run[sight.run_id].append(sight)
    for run_id, seen in by_run.items():
        since = {}
        for sight in seen:
            done = since.get("Completed")
            if done is not None and sight.asked_at > done and sight.status != "Completed":
                yield f"{run_id} was {sight.status} after it had been Completed"
                break
            since.setdefault(sight.status, sight.told_at)
        if run_id.startswith("HD_") and run_id.count("_") == 1:
            yield from _harm_of_failures(run_id, seen, kills)


def _harm_of_failures(run_id, seen, kills):
    """Compare how often a sweep was called Failed, at least, with how often it can have been."""
    was_failed, since, n_failures = False, 0.0, 0
    for sight in seen:
        is_failed = sight.status == "Failed"
        if is_failed == was_failed or sight.asked_at < since:
            continue  # nothing new, or both may have been true
        was_failed, since = is_failed, sight.told_at
        n_failures += is_failed
        if n_failures > sum(kill < sight.told_at for kill in kills):
            yield f"{run_id} was called Failed although nothing had killed its controller"
            return


def _harm_at_the_end(stage, kind, marks, deaths, right):
    told = testimony_of(stage)
    expected = "Finished" if kind.is_step else "Completed"
    if told["status"] != expected:
        yield f"the run is {told['status']}"
    if told["sweep"] is None or told["sweep"][1] != "Completed":
        yield f"the sweep is {told['sweep']}"
        return
    values = [trial["x"] for trial in told["trials"]]
    if values != right:
        yield f"other parameters: {values} instead of {right}"
    lives = collections.defaultdict(dict)
    for mark in marks:
        lives[mark.run_id].setdefault(mark.life, []).append(mark.word)
    struck = {death.run_id for death in deaths if death.role == "trial"}
    hosts = {death.run_id for death in deaths if death.role == "host"}
    for trial in told["trials"]:
        may_fail = trial["id"] in struck or told["sweep"][0] in hosts
        yield from _harm_of_trial(trial, kind, lives[trial["id"]], may_fail)


def _harm_of_trial(trial, kind, lives, may_fail):
    name, status, points = trial["id"], trial["status"], trial["points"]
    life, words = list(lives.items())[-1] if lives else ("-", [])
    n_acknowledged = words.count("ack")
    if trial["x"] is None or points != points_of(trial["x"])[: len(points)]:
        yield f"{name} has the points {points}"
    if status == "Completed":
        if len(points) != N_POINTS or n_acknowledged != N_POINTS or "end" not in words:
            yield f"{name} is Completed with {len(points)} points, having said {words}"
        if trial["file"] != f"{trial['x']} {life}":
            yield f"{name} has the file {trial['file']!r}, but its last life is {life}"
        return
    if not 0 <= len(points) - n_acknowledged <= 1:
        yield f"{name} has {len(points)} points, of which {n_acknowledged} were acknowledged"
    is_right = kind.has_policy if status == "Canceled" else status == "Failed" and may_fail
    if not is_right:
        yield f"{name} is {status}: {trial['details']}"


def _harm_of_texts(stage):
    """No traceback is ours; those of trials are told as what they are, on standard output."""
    logs = [*stage.said.glob("*.errors"), *stage.home.glob("runs/**/controller.log")]
    for path in logs:
        text = path.read_text(errors="replace")
        if "Traceback (most recent call last)" in text:
            last = next((t for t in reversed(text.splitlines()) if re.match(r"\w", t)), "")
            yield f"a traceback in {path.relative_to(stage.folder)}: {last[:300]}"


def _lines(path):
    if not path.exists():
        return []
    return [line.split() for line in path.read_text().splitlines()]
