"""The parts of a report: one for the run and, of a pipeline, one for each sweep within."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator

from hyperlocal.domain.secrecy import shown_values
from hyperlocal.domain.status import Status
from hyperlocal.domain.sweep import Workflow
from hyperlocal.history.folder import open_file
from hyperlocal.history.records import RunRecord
from hyperlocal.history.store import History
from hyperlocal.studio.report import tables
from hyperlocal.studio.report.charts import charts_of_run, charts_of_sweep
from hyperlocal.studio.report.content import Best, Block, Failure, Part, Picture
from hyperlocal.studio.report.learnt import sentences_on
from hyperlocal.views import plans, text
from hyperlocal.views.importance import importance_of
from hyperlocal.views.leaderboard import read_standing, trial_number
from hyperlocal.views.logs import last_lines
from hyperlocal.views.pipelines import sweeps_within
from hyperlocal.views.summary import why_no_best
from hyperlocal.views.sweep_data import SweepData
from hyperlocal.views.sweep_reader import SweepReader

__all__ = ["parts_of"]

_MOST_SWEEPS = 10
_MOST_FAILURES = 20
_LOG_LINES = 40
_MOST_FILES = 500
_MOST_PICTURES = 20
_LARGEST_PICTURE = 2_000_000
# By how a file begins, whatever it is called: an image is shown, and nothing of it is run.
_PICTURES = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpeg", b"GIF87a": "gif"}
_PICTURES |= {b"GIF89a": "gif"}


def parts_of(history: History, record: RunRecord, now: float) -> list[Part]:
    """Return what is said of a run, and of the sweeps in a pipeline.

    Args:
        history: What the run is part of.
        record: The run.
        now: The time to which runs that have not ended are measured.
    """
    if plans.sweep_of(record) is not None:
        return [_sweep(history, record, now)]
    sweeps = list(reversed(sweeps_within(history, record)))[:_MOST_SWEEPS]
    own = _run(history, record, now, [sweep.run_id for sweep in sweeps])
    return [own, *(_sweep(history, sweep, now) for sweep in sweeps)]


def _begin(history: History, record: RunRecord, kind: str, now: float) -> Part:
    trouble = plans.trouble_with(record)
    return Part(
        anchor=tables.anchor(record.run_id),
        kind=kind,
        experiment=record.experiment,
        title=text.one_line(record.display_name or record.run_id),
        status=text.status(record),
        badge=tables.badge(record.status, record.cause),
        facts=_facts(record, now),
        warnings=[*record.warnings, *([] if trouble is None else [trouble])],
    )


def _facts(record: RunRecord, now: float) -> Iterator[tuple[str, str]]:
    yield "Run", record.run_id
    if record.parent_id is not None:
        yield "Parent", record.parent_id
    if record.description:
        yield "About", record.description
    if record.reason:
        yield "Reason", record.reason.strip()
    if record.exit_code is not None and plans.sweep_of(record) is None:
        yield "Exit code", str(record.exit_code)
    yield "Created", text.moment(record.created_at)
    yield "Started", text.moment(record.started_at)
    yield "Ended", text.moment(record.ended_at)
    yield "Duration", text.duration(text.run_duration(record, now))
    for name, held in shown_values(record.tags).items():
        yield f"Tag {name}", text.setting(held)


def _sweep(history: History, record: RunRecord, now: float) -> Part:
    reader = SweepReader(history, record.run_id, clock=lambda: now)
    data = reader.read()
    part = _begin(history, record, "Sweep", now)
    part.best = _best(history, record, data)
    importance = importance_of(data)
    part.learnt = sentences_on(data, importance)
    part.settings = [
        (name.capitalize(), words)
        for name, words in data.settings().items()
        if name != "search space"
    ]
    if data.sweep is not None:
        space = "\n".join(plans.space_text(data.sweep)) or "no parameters"
        part.settings = [*part.settings, ("Search space", space)]
        earlier = plans.earlier_text(data.sweep)
        part.settings += [("Builds on", earlier)] if earlier else []
    part.charts = charts_of_sweep(data, reader, importance)
    part.tables.append(tables.trials_table(data))
    _tell_failures(part, history, record)
    return part


def _best(history: History, record: RunRecord, data: SweepData) -> Best:
    if data.best is None:
        why = why_no_best(history, read_standing(history, record, 1))
        return Best("Best trial", data.metric_name or "", why)
    parameters = [(name, text.setting(held)) for name, held in data.best.parameters.items()]
    return Best(
        "Best trial" if data.status.is_terminal else "Best trial so far",
        data.metric_name or "",
        text.value(data.best.best),
        f"by trial {data.best.number}",
        parameters,
    )


def _run(history: History, record: RunRecord, now: float, sweeps: list[str]) -> Part:
    children = history.runs.children_after(record.run_id, 0)
    is_trial = record.parameters is not None and record.parent_id is not None
    is_pipeline = isinstance(plans.plan_of(record), Workflow) and not is_trial
    kind = "Trial" if is_trial else "Pipeline" if is_pipeline else "Run"
    part = _begin(history, record, kind, now)
    part.parameters = [
        (name, text.setting(held)) for name, held in shown_values(record.parameters or {}).items()
    ]
    part.charts = charts_of_run(history, record, now)
    part.pictures = list(_pictures(history, record))
    if children:
        part.tables.append(
            tables.children_table("Steps" if is_pipeline else "Children", children, now)
        )
    if sweeps:
        found = [history.runs.get(run_id) for run_id in sweeps]
        part.tables.append(tables.children_table("Sweeps", found, now, sweeps))
    told = (tables.metrics_table(history, record), tables.decisions_table(history, record))
    part.tables += [table for table in told if table is not None]
    _tell_failures(part, history, record)
    part.blocks += _blocks(history, record)
    return part


def _tell_failures(part: Part, history: History, record: RunRecord) -> None:
    """Tell what failed, the run itself or children of it."""
    standing = read_standing(history, record, 1)
    if standing.counts:
        children = history.runs.children_after(record.run_id, 0)
        failed = [child for child in children if child.status is Status.FAILED]
    else:
        failed = [record] if record.status is Status.FAILED else []
    part.failures = [_failure(history, each) for each in failed[:_MOST_FAILURES]]
    if len(failed) > _MOST_FAILURES:
        part.failures_note = f"The first {_MOST_FAILURES} of {len(failed):,} that failed."


def _failure(history: History, record: RunRecord) -> Failure:
    lines = last_lines(history.folder(record.run_id).output_log, _LOG_LINES)
    is_child = record.parent_id is not None
    title = f"Trial {trial_number(record)}" if is_child else record.run_id
    if is_child and record.display_name:
        title = f"{title}, {text.one_line(record.display_name)}"
    reason = text.one_line(record.reason or "for no known reason")
    log_title = f"The last {text.counted(len(lines), 'line')} that it printed:"
    if not lines and record.error:
        lines, log_title = str(record.error.get("message", "")).splitlines(), "Its error:"
    return Failure(title, reason, log_title, text.printable("\n".join(lines)))


def _blocks(history: History, record: RunRecord) -> Iterator[Block]:
    if command := plans.command_of(record):
        yield Block("Command", text.command(command))
    folder = history.folder(record.run_id)
    lines = last_lines(folder.output_log, _LOG_LINES)
    if lines and record.status is not Status.FAILED:  # of which it is shown already
        yield Block("The end of its log", text.printable("\n".join(lines)))
    if names := folder.file_names():
        hidden = len(names) - _MOST_FILES
        more = [f"... and {hidden:,} more"] if hidden > 0 else []
        yield Block("Files", text.printable("\n".join([*names[:_MOST_FILES], *more])))


def _pictures(history: History, record: RunRecord) -> Iterator[Picture]:
    points = [p for p in history.metrics.points(record.run_id) if p.kind == "artifact"]
    for point in points[-_MOST_PICTURES:]:
        content = _content(history, record, str(point.value))
        kind = next((k for start, k in _PICTURES.items() if content.startswith(start)), None)
        if kind is not None:
            data = base64.b64encode(content).decode()
            yield Picture(text.one_line(point.name), f"data:image/{kind};base64,{data}")


def _content(history: History, record: RunRecord, name: str) -> bytes:
    """Return what is in a file of a run; nothing if it is none, or too large."""
    path = history.folder(record.run_id).file(name)
    try:
        if path is None or os.path.getsize(path) > _LARGEST_PICTURE:
            return b""
        with open_file(path) as file:
            return file.read()
    except OSError:
        return b""
