"""Experiments: named groups of runs, and the place where runs are submitted."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml._errors import as_sdk_errors
from hyperlocal.azureml._placeholders import Emulated
from hyperlocal.azureml.core._texts import as_texts
from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.reading import shown, text_of
from hyperlocal.services.connection import counting, this_history
from hyperlocal.services.ids import derived_uuid

if TYPE_CHECKING:
    from hyperlocal.azureml.core.run import Run
    from hyperlocal.history import Asset, History

__all__ = ["Experiment", "ViewType"]

_KIND = "experiment"
# After the first, letters of any language pass, as in the SDK.
_NAME = re.compile(r"[a-zA-Z0-9][\w-]{0,254}")

__getattr__ = _placeholders.lacking(__name__)


class ViewType:
    """Which experiments `Experiment.list` shows."""

    ActiveOnly = "ActiveOnly"
    All = "All"
    ArchivedOnly = "ArchivedOnly"


class Experiment(Emulated):
    """A named group of runs in this home.

    Args:
        workspace: The workspace; it is shown back.
        name: Letters, digits, `-` and `_`, beginning with a letter or a digit.
    """

    DELIM = "#"
    EXPERIMENT_ID_PATH = "/experiments/id/{0}"
    EXPERIMENT_NAME_PATH = "/experiments/{0}"
    TID_FMT = "&tid={0}"
    WORKSPACE_FMT = "?wsid=/subscriptions/{0}/resourcegroups/{1}/workspaces/{2}"

    def __init__(
        self,
        workspace: Any,
        name: Any,
        _skip_name_validation: Any = False,
        _id: Any = None,
        _archived_time: Any = None,
        _create_in_cloud: Any = True,
        _experiment_dto: Any = None,
        **kwargs: Any,
    ) -> None:
        if not _skip_name_validation:
            _check_name(name)
        self._workspace = workspace
        self._name: str = name
        self._own_history: History = this_history()
        if _create_in_cloud and not _skip_name_validation:
            _remember(self._own_history, name)

    @property
    def _history(self) -> History:
        history = counting(self._own_history)
        if history is not self._own_history:
            _remember(history, self._name)
        return history

    @property
    def workspace(self) -> Any:
        """The workspace."""
        return self._workspace

    @property
    def workspace_object(self) -> Any:
        """The workspace. Deprecated: use `workspace`."""
        return self._workspace

    @property
    def name(self) -> str:
        """The name."""
        return self._name

    @property
    def id(self) -> str:
        """An id that is the same whenever it is asked for."""
        return _id_of(self._history, self._name)

    @property
    def identity(self) -> str:
        """Kind and name as one text."""
        return f"Experiment{self.DELIM}{self._name}"

    @property
    def archived_time(self) -> Any:
        """When it was archived; None if it is not."""
        seconds = self._body().get("archived_at")
        if seconds is None:
            return None
        from datetime import datetime, timezone

        return datetime.fromtimestamp(seconds, timezone.utc)

    @property
    def tags(self) -> dict[str, Any]:
        """The experiment's tags."""
        return dict(self._body().get("tags", {}))

    def tag(self, key: Any, value: Any = None) -> None:
        """Add or change one tag."""
        self._change(tags={**self.tags, text_of(key): None if value is None else text_of(value)})

    def set_tags(self, tags: Any) -> None:
        """Add or change tags; others stay."""
        self._change(tags={**self.tags, **as_texts(tags)})

    def remove_tags(self, tags: Any) -> None:
        """Remove the named tags."""
        names = {tags} if isinstance(tags, str) else set(tags)
        self._change(tags={k: v for k, v in self.tags.items() if k not in names})

    def archive(self) -> None:
        """Leave it out of lists from now on. Its runs stay."""
        self._change(archived_at=time.time())

    def reactivate(self, new_name: Any = None) -> None:
        """Show it in lists again.

        Raises:
            UserErrorException: It was to be renamed, which is impossible.
        """
        if new_name is not None:
            raise UserErrorException("An experiment cannot be renamed: leave out new_name.")
        self._change(archived_at=None)

    def refresh(self) -> None:
        """Do nothing: what is shown is always read anew."""

    def submit(self, config: Any, tags: Any = None, **kwargs: Any) -> Any:
        """Start a run of a configuration and return it at once.

        Args:
            config: A `ScriptRunConfig`, a `HyperDriveConfig`, a `Pipeline` or an estimator.
            tags: Tags of the run.
            **kwargs: Of a pipeline `pipeline_parameters`, `continue_on_step_failure` and
                `regenerate_outputs`; of a sweep of one `pipeline_params` and the latter two.
                Others are taken as by the SDK (scripts pass `show_output=True`); they have no
                effect, which is said once.

        Raises:
            TrainingException: The service would refuse it.
            UserErrorException: It is no configuration, or source folder or script are not there.
        """
        if not hasattr(type(config), "_submit_to"):
            raise UserErrorException(
                f"Experiment.submit() was given {shown(config)}, but needs a ScriptRunConfig, a "
                "HyperDriveConfig, a Pipeline or an estimator."
            )
        parent_id = kwargs.pop("_parent_run_id", None)
        try:
            return config._submit_to(self, tags=tags, parent_id=parent_id, options=kwargs)
        except RecursionError as error:
            from hyperlocal.azureml._translate.refusal import refused

            raise refused("something in its configuration is nested too deeply.") from error

    @as_sdk_errors
    def start_logging(self, *args: Any, **kwargs: Any) -> Run:
        """Start an interactive run: this process logs into it and completes it.

        Args:
            *args: As the keywords `name`, `run_id`, `outputs` and `snapshot_directory`.
            **kwargs: `name`, `run_id`, `outputs` (the folder whose files are kept at the end,
                by default `outputs`; None for none), `snapshot_directory` (whose files are kept
                now), `display_name`, `description`, `tags`, `properties`.

        Differs:
            The working directory is copied only if `snapshot_directory` is given. A run that is
            never completed is completed when the process ends.
        """
        from hyperlocal.azureml.core._run_interactive import open_run

        run: Run = open_run(self, *args, **kwargs)
        return run

    def get_runs(
        self,
        type: Any = None,
        tags: Any = None,
        properties: Any = None,
        include_children: Any = False,
    ) -> Iterator[Run]:
        """Return the runs that fit all filters, newest first."""
        from hyperlocal.azureml.core.run import Run

        return Run.list(
            self, type=type, tags=tags, properties=properties, include_children=include_children
        )

    @staticmethod
    def from_directory(path: Any, auth: Any = None) -> Experiment:
        """Return the experiment that a folder was attached to, by its `.azureml/project.json`.

        Raises:
            ProjectSystemException: There is no such file, or it names no experiment.
        """
        from hyperlocal.azureml._classes import class_named
        from hyperlocal.azureml.core._workspace_config import read_project

        names, experiment = read_project(path)
        return Experiment(class_named("Workspace")(*names, auth=auth), experiment)

    @staticmethod
    def list(
        workspace: Any,
        experiment_name: Any = None,
        view_type: Any = "ActiveOnly",
        tags: Any = None,
    ) -> Any:
        """Return the experiments of this home that fit all filters.

        Args:
            workspace: The workspace that they shall have.
            experiment_name: Only the one of this name.
            view_type: One of the names in `ViewType`.
            tags: A tag's name, or a dict of tags with their values.
        """
        history = this_history()
        names = [asset.name for asset in history.assets.list(_KIND)]
        names += [name for name in history.runs.experiments() if name not in names]
        found = [Experiment(workspace, name, _skip_name_validation=True) for name in names]
        return [e for e in found if e._fits(experiment_name, view_type, tags)]

    @staticmethod
    def delete(workspace: Any, experiment_id: Any) -> None:
        """Forget an experiment without runs.

        Raises:
            UserErrorException: There is none of this id, or it has runs.
        """
        history = this_history()
        for experiment in Experiment.list(workspace, view_type=ViewType.All):
            if experiment.id != experiment_id:
                continue
            if history.listing.page(experiment.name, limit=1):
                raise UserErrorException(
                    f"Experiment {experiment.name!r} has runs and cannot be deleted. "
                    "archive() leaves it out of lists."
                )
            history.assets.delete(_KIND, experiment.name)
            return
        raise UserErrorException(f"There is no experiment with id {experiment_id!r}.")

    @property
    def portal_url(self) -> str:
        """Where its runs can be looked at: its page in the studio."""
        return self.get_portal_url()

    def get_portal_url(self) -> str:
        """Return the URL of its page, which also says how to start what serves it."""
        from hyperlocal.views.address import experiment_url

        return experiment_url(self._history.home, self._name)

    @classmethod
    def get_docs_url(cls) -> str:
        """Return where the SDK's class is documented."""
        return (
            "https://learn.microsoft.com/python/api/azureml-core/"
            "azureml.core.experiment.experiment?view=azure-ml-py"
        )

    def _body(self) -> dict[str, Any]:
        known = self._history.assets.get(_KIND, self._name)
        return {} if known is None else known.body

    def _change(self, **changes: Any) -> None:
        body = {**_remember(self._history, self._name).body, **changes}
        self._history.assets.replace(_KIND, self._name, body)

    def _fits(self, name: str | None, view_type: Any, tags: Any) -> bool:
        if name is not None and self._name != name:
            return False
        is_archived = self.archived_time is not None
        if view_type != ViewType.All and is_archived is not (view_type == ViewType.ArchivedOnly):
            return False
        if tags is None:
            return True
        if isinstance(tags, str):
            return tags in self.tags
        return as_texts(tags).items() <= self.tags.items()

    def __str__(self) -> str:
        workspace = getattr(self._workspace, "name", None)
        return f"Experiment(Name: {self._name},\nWorkspace: {workspace})"

    def __repr__(self) -> str:
        return str(self)


def _check_name(name: Any) -> None:
    if not isinstance(name, str) or _NAME.fullmatch(name) is None:
        raise UserErrorException(
            f"{shown(name)} cannot be the name of an experiment: use letters, digits, '-' and '_' "
            "(up to 255), beginning with a letter or a digit."
        )


def _id_of(history: History, name: str) -> str:
    return derived_uuid("experiment", str(history.home), name)


def _remember(history: History, name: str) -> Asset:
    known = history.assets.get(_KIND, name)
    return known or history.assets.add(_KIND, name, {"tags": {}, "archived_at": None})
