"""Base of runs: who a run is, where it is remembered, what state it is in."""

from __future__ import annotations

from hyperlocal.azureml._placeholders import Emulated
from hyperlocal.reading import text_of

TYPE_CHECKING = False  # trials import this: nothing heavy at module level
if TYPE_CHECKING:
    from typing import Any

    from hyperlocal.azureml.core.experiment import Experiment
    from hyperlocal.history import History, RunRecord

__all__ = ["_RunBase"]


class _RunBase(Emulated):
    """A run by its id; everything else is read from the history."""

    DELIM = "#"
    EXPERIMENT_ID_PATH = "/experiments/id/{0}"
    EXPERIMENT_NAME_PATH = "/experiments/{0}"
    RUN_PATH = "/runs/{0}"
    TID_FMT = "&tid={0}"
    WORKSPACE_FMT = "?wsid=/subscriptions/{0}/resourcegroups/{1}/workspaces/{2}"

    def __init__(self, experiment: Any, run_id: Any, outputs: Any = None, **kwargs: Any) -> None:
        self._known_experiment: Experiment | None = experiment
        self._run_id: str = run_id
        self._outputs = outputs
        self._known_history: History | None = kwargs.get("_history")
        self._known_record: RunRecord | None = kwargs.get("_record")
        if self._known_record is None:
            self._fetch()

    @classmethod
    def _of_record(cls, experiment: Any, record: RunRecord) -> Any:
        """Return the object of a recorded run."""
        return cls(experiment, record.run_id, _record=record)

    @property
    def _history(self) -> History:
        if self._known_history is None:
            self._known_history = self.experiment._history
        return self._known_history

    @property
    def _record(self) -> RunRecord:
        """The run as it was when it was last read."""
        return self._known_record if self._known_record is not None else self._fetch()

    def _fetch(self) -> RunRecord:
        """Read the run again.

        Raises:
            ServiceException: There is no such run in this home and experiment.
        """
        from hyperlocal.azureml.core._run_lookup import find_run

        name = None if self._known_experiment is None else self._known_experiment.name
        self._known_record = find_run(self._history, self._run_id, name)
        return self._known_record

    @property
    def experiment(self) -> Experiment:
        """The experiment that the run belongs to."""
        assert self._known_experiment is not None
        return self._known_experiment

    @property
    def id(self) -> str:
        """The run's id, unique in its home."""
        return self._run_id

    @property
    def identity(self) -> str:
        """Kind and id as one text."""
        return f"{type(self).__name__}{self.DELIM}{self._run_id}"

    @property
    def name(self) -> str | None:
        """The name that the run was given when it was made, if any."""
        return self._record.display_name

    @property
    def display_name(self) -> str | None:
        """The name that viewers show."""
        return self._fetch().display_name

    @display_name.setter
    def display_name(self, display_name: Any) -> None:
        from hyperlocal.azureml.core._texts import as_text

        self._history.runs.update(self._run_id, display_name=as_text(display_name))

    @property
    def description(self) -> str | None:
        """A text about the run."""
        return self._fetch().description

    @description.setter
    def description(self, description: Any) -> None:
        from hyperlocal.azureml.core._texts import as_text

        self._history.runs.update(self._run_id, description=as_text(description))

    @property
    def number(self) -> int:
        """The run's number within its experiment, from 1."""
        return self._record.number

    @property
    def type(self) -> str | None:
        """What kind of run it is: `hyperdrive`, `azureml.scriptrun`, ...; None if interactive."""
        from hyperlocal.services.runs.kinds import type_of

        return type_of(self._record)

    @property
    def status(self) -> str:
        """The status when it was last read; `get_status()` reads it anew."""
        return self._record.status.value

    @property
    def tags(self) -> Any:
        """The run's tags."""
        return self.get_tags()

    def get_tags(self) -> Any:
        """Read the run's tags."""
        from hyperlocal.services.runs.facts import tags_of

        return tags_of(self._history, self._fetch())

    def tag(self, key: Any, value: Any = None) -> None:
        """Add or change one tag; without a value it is a mark."""
        from hyperlocal.azureml.core._texts import as_text

        self._history.runs.edit_tags(self._run_id, put={text_of(key): as_text(value)})

    def set_tags(self, tags: Any) -> None:
        """Add or change tags; others stay. Values become texts."""
        from hyperlocal.azureml.core._texts import as_texts

        self._history.runs.edit_tags(self._run_id, put=as_texts(tags))

    def remove_tags(self, tags: Any) -> None:
        """Remove the named tags."""
        from hyperlocal.azureml.core._texts import as_names

        self._history.runs.edit_tags(self._run_id, remove=as_names(tags))

    @property
    def properties(self) -> Any:
        """The run's properties."""
        return self.get_properties()

    def get_properties(self) -> Any:
        """Read the run's properties."""
        from hyperlocal.services.runs.facts import properties_of

        return properties_of(self._history, self._fetch())

    def add_properties(self, properties: Any) -> None:
        """Add properties, which cannot be changed later. Values become texts.

        Raises:
            UserErrorException: One of them has another value already.
        """
        if properties is None:
            return
        from hyperlocal.azureml.core._texts import as_texts
        from hyperlocal.azureml.exceptions import UserErrorException
        from hyperlocal.errors import RunStateError

        texts = as_texts(properties)
        try:
            self._history.runs.add_properties(self._run_id, texts)
        except RunStateError as error:
            raise UserErrorException(str(error)) from error

    @property
    def portal_url(self) -> str:
        """Where the run can be looked at: its page in the studio."""
        return self.get_portal_url()

    def get_portal_url(self) -> str:
        """Return the URL of the run's page, which also says how to start what serves it.

        `hyperlocal studio` serves it, of the same home. The run's files are told by
        `get_details()["logFiles"]` and `get_file_names()`.
        """
        from hyperlocal.views.address import run_url

        return run_url(self._history.home, self._run_id)

    @classmethod
    def get_docs_url(cls) -> str:
        """Return where the SDK's class is documented."""
        module = cls.__module__.removeprefix("hyperlocal.").lower()
        return (
            "https://learn.microsoft.com/python/api/azureml-core/"
            f"{module}.{cls.__name__.lower()}?view=azure-ml-py"
        )

    def _told(self) -> dict[str, Any]:
        return {
            "Experiment": self._record.experiment,
            "Id": self._run_id,
            "Type": self.type,
            "Status": self._record.status.value,
        }

    def __str__(self) -> str:
        told = ",\n".join(f"{label}: {value}" for label, value in self._told().items())
        return f"Run({told})"

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        import html

        folder = self._history.folder(self._run_id).path.as_uri()
        cells = {**self._told(), "Page": self.get_portal_url(), "Files": folder}
        heads = "".join(f"<th>{html.escape(label)}</th>" for label in cells)
        values = "".join(f"<td>{html.escape(str(value))}</td>" for value in cells.values())
        return f"<table><tr>{heads}</tr><tr>{values}</tr></table>"
