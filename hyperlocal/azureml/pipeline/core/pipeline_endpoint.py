"""Published pipelines, which only the service starts: loud when they are used."""

from __future__ import annotations

from typing import Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml._loud import OnlyInCloud

__all__ = ["PipelineEndpoint", "PublishedPipeline"]

__getattr__ = _placeholders.lacking(__name__)


class PublishedPipeline(OnlyInCloud):
    """A pipeline that the service would start by its address.

    Differs: nothing is published. It can be kept, and raises when anything is asked of it.
    """

    def __init__(
        self,
        name: Any,
        graph_id: Any,
        description: Any,
        version: Any,
        published_pipeline_id: Any,
        status: Any,
        endpoint: Any,
        total_run_steps: Any,
        workspace: Any,
        continue_on_step_failure: Any = None,
        _pipeline_provider: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__()


class PipelineEndpoint(OnlyInCloud):
    """An address at which the service would start the newest of several pipelines.

    Differs: nothing is published. It can be kept, and raises when anything is asked of it.
    """

    def __init__(
        self,
        workspace: Any,
        id: Any,
        name: Any,
        description: Any,
        status: Any,
        default_version: Any,
        endpoint: Any,
        pipeline_version_list: Any,
        _pipeline_endpoint_provider: Any = None,
        _published_pipeline_provider: Any = None,
        _swaggerurl: Any = None,
    ) -> None:
        super().__init__()

    @staticmethod
    def publish(
        workspace: Any,
        name: Any,
        description: Any,
        pipeline: Any,
        _workflow_provider: Any = None,
        _service_endpoint: Any = None,
    ) -> PipelineEndpoint:
        """Warn that nothing is published here; return what is loud when it is used."""
        return PipelineEndpoint._returned_by("PipelineEndpoint.publish()")
