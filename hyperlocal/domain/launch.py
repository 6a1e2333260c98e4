"""Launch: how a trial is started, told without a word about who asked."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Launch", "Pool", "StagedInput", "literal_text"]


@dataclass(frozen=True)
class Pool:
    """What the launches that name it share, whichever plan they are part of.

    Attributes:
        name: Its name, which can be that of a folder.
        size: How many processes of theirs may run at once.
    """

    name: str
    size: int


@dataclass(frozen=True)
class StagedInput:
    """What stands in a trial's working copy before it starts, beside its source.

    Attributes:
        target: Where, below the working folder; it may hold the texts of `Launch`.
        source: The file or folder that it is; it may hold them too.
        is_copy: Whether the trial gets a copy of its own, rather than a link.
        makes_source: Whether the source is a folder that is made if it is not there.
    """

    target: str
    source: str
    is_copy: bool = False
    makes_source: bool = False


@dataclass(frozen=True)
class Launch:
    """A command, and what is filled in per trial.

    Texts in `command` and `environment` may hold `${run_id}`, `${parent_id}`, `${run_number}`,
    `${run_folder}`, `${working_folder}`, `${home}`, `${free_port}` (a port that nobody listens on,
    the same wherever a trial names it). It is `string.Template.safe_substitute`: other dollar
    signs are left alone.

    Attributes:
        command: The argument vector before the sampled parameters.
        flags: Parameter name to the token that precedes its value, e.g. `{"lr": "--lr"}`; a
            parameter that is not listed is not put on the command line.
        parameter_variables: Parameter name to an environment variable that also carries it.
        environment: Variables set for every trial, over the controller's own.
        python_path: Folders put before the inherited PYTHONPATH; may hold the texts above.
        sorts_parameters: Whether a trial's parameters are put in alphabetical order of name.
        max_duration_s: How long one trial may run; None for no limit.
        staged_inputs: What stands in the working copy before the trial starts.
        kept_folders: Folders of the working copy that are kept when a trial ends.
        output_file: Where, in the run's folder, standard output and error go.
        trial_kind: The `kind` with which a sweep's trials are recorded.
        log_file: Where, in the parent's folder, the controller writes its log; empty for none.
        log_format: `str.format` text of one log record, with fields `time` (ISO 8601, UTC),
            `source`, `level` and `text`.
        pool: What bounds how many run at once beside the machine; None for nothing.
    """

    command: tuple[str, ...]
    flags: dict[str, str] = field(default_factory=dict)
    parameter_variables: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    python_path: tuple[str, ...] = ()
    sorts_parameters: bool = False
    max_duration_s: float | None = None
    staged_inputs: tuple[StagedInput, ...] = ()
    kept_folders: tuple[str, ...] = ("outputs", "logs")
    output_file: str = "user_logs/std_log.txt"
    trial_kind: str = "trial"
    log_file: str = ""
    log_format: str = "{time} {source} {level} {text}\n"
    pool: Pool | None = None


def literal_text(text: str) -> str:
    """Return a text that a `Launch` leaves as it is: its dollar signs are the user's."""
    return text.replace("$", "$$")
