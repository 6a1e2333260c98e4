"""Lineage: the datasets that a run read and wrote, as `get_details()` shows them, and the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from hyperlocal.azureml.core._run_datasets import inputs_of, outputs_of
from hyperlocal.domain.status import Status
from hyperlocal.services.runs import details
from hyperlocal.services.runs.definitions import definition_of

if TYPE_CHECKING:
    from hyperlocal.history import History, RunRecord

__all__ = ["details_of", "input_lineage", "output_lineage"]


class _InputLineage(list):  # type: ignore[type-arg]
    """Inputs as plain values when shown, and with their datasets when one is taken out."""

    def __getitem__(self, index: Any) -> Any:
        found = super().__getitem__(index)
        return [*map(_with_dataset, found)] if isinstance(index, slice) else _with_dataset(found)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return map(_with_dataset, super().__iter__())


def input_lineage(definition: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the inputs of a run, from what was submitted."""
    return _InputLineage(
        {
            "dataset": each["dataLocation"]["dataset"],
            "consumptionDetails": {
                "type": "RunInput",
                "inputName": name,
                "mechanism": str(each["mechanism"]).capitalize(),
                "pathOnCompute": each["pathOnCompute"],
            },
        }
        for name, each in (definition.get("data") or {}).items()
    )


def output_lineage(record: RunRecord, definition: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the outputs of a run that has completed; before they are no datasets."""
    if record.status is not Status.COMPLETED or not definition.get("outputData"):
        return []
    return [
        {
            "identifier": {"savedId": dataset._definition.id},
            "outputType": "RunOutput",
            "outputDetails": {"outputName": name},
            "dataset": dataset,
        }
        for name, dataset in outputs_of(None, definition, record.run_id).items()
    ]


def _with_dataset(shown: Mapping[str, Any]) -> dict[str, Any]:
    name = shown["consumptionDetails"]["inputName"]
    found = inputs_of(None, {"data": {name: {"dataLocation": {"dataset": shown["dataset"]}}}}, "")
    return {**shown, "dataset": found[name]}


def details_of(history: History, record: RunRecord) -> dict[str, Any]:
    """Return what `Run.get_details()` returns."""
    definition = definition_of(history, record)
    return details.details_of(
        history,
        record,
        definition,
        inputs=input_lineage(definition),
        outputs=output_lineage(record, definition),
    )
