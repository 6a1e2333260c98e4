"""What a workspace keeps: models and secrets; and what it never has here: web services."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from hyperlocal.azureml.core._registry_mapping import StrictMapping
from hyperlocal.azureml.core._workspace_base import _WorkspaceBase
from hyperlocal.services.advice import advise
from hyperlocal.services.connection import this_history

if TYPE_CHECKING:
    from hyperlocal.azureml.core.keyvault import Keyvault
    from hyperlocal.azureml.core.model import Model

__all__ = ["_WorkspaceAssets"]

_NO_SERVICES = "Deploying models is not emulated."


class _WorkspaceAssets(_WorkspaceBase):
    """The part of a workspace that lists what was made in it."""

    @property
    def models(self) -> StrictMapping[Model]:
        """The newest version of each registered model, by name."""
        from hyperlocal.azureml.core.model import Model

        newest = {model.name: model for model in Model.list(self, latest=True)}
        return StrictMapping(newest, "registered model", "Register it with Model.register.")

    @property
    def images(self) -> StrictMapping[Any]:
        """Empty: no images of models are built here."""
        return StrictMapping({}, "image of a model", _NO_SERVICES)

    @property
    def webservices(self) -> StrictMapping[Any]:
        """Empty: nothing is deployed here."""
        return StrictMapping({}, "web service", _NO_SERVICES)

    def get_default_keyvault(self) -> Keyvault:
        """Return the key vault of this home."""
        from hyperlocal.azureml.core.keyvault import Keyvault

        return Keyvault(self)

    def get_mlflow_tracking_uri(self, _with_auth: Any = False) -> str:
        """Return a folder of this home as a URI, for `mlflow.set_tracking_uri`.

        MLflow 3 refuses folders unless `MLFLOW_ALLOW_FILE_STORE` is set in the environment, which
        this does, unless the script has set it.

        Differs:
            What is logged with mlflow is kept there and nowhere else: it is no metric of a run.
        """
        folder = this_history().home / "mlflow"
        os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")
        advise(
            "Workspace.get_mlflow_tracking_uri",
            f"what mlflow logs is kept in {folder}, and does not become metrics of a run. A sweep "
            "sees only what its trials log with Run.get_context().log(...).",
        )
        return folder.as_uri()
