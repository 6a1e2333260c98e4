"""Data that a run is given: what each of the SDK's objects is to it."""

import pytest

from hyperlocal.azureml._translate.given import Kind, given
from hyperlocal.azureml.core import Dataset
from hyperlocal.azureml.data import OutputFileDatasetConfig
from hyperlocal.azureml.data.data_reference import DataReference
from hyperlocal.azureml.data.datapath import DataPath
from hyperlocal.azureml.exceptions import UserErrorException


class OwnReference(DataReference):
    """What a project makes of the SDK's class."""


@pytest.mark.parametrize(
    ("make", "kind", "recorded"),
    [
        (lambda store: store, Kind.REFERENCE, "$AZUREML_DATAREFERENCE_workspaceblobstore"),
        (lambda store: DataPath(store, "a", "b"), Kind.REFERENCE, "$AZUREML_DATAREFERENCE_b"),
        (lambda store: OwnReference(store, "c"), Kind.REFERENCE, "$AZUREML_DATAREFERENCE_c"),
        (
            lambda store: Dataset.File.from_files([(store, "a")], validate=False).as_named_input(
                "d"
            ),
            Kind.DATASET,
            "DatasetConsumptionConfig:d",
        ),
        (
            lambda store: OutputFileDatasetConfig("e", (store, "out")),
            Kind.OUTPUT,
            "DatasetOutputConfig:e",
        ),
    ],
)
def test_data_is_one_object_that_knows_its_kind(store, make, kind, recorded):
    found = given(make(store))
    assert (found.kind, found.recorded) == (kind, recorded)


@pytest.mark.parametrize("value", [None, 1, "$AZUREML_DATAREFERENCE_a", ["a"]])
def test_other_values_are_no_data(value):
    assert given(value) is None


def test_a_dataset_by_itself_does_not_say_how_it_is_seen(store):
    with pytest.raises(UserErrorException, match="as_named_input"):
        given(Dataset.File.from_files([(store, "a")], validate=False))


def test_what_is_given_twice_is_known_by_what_it_is(store):
    first, same, other = (given(DataReference(store, "a", path)) for path in ("x", "x", "y"))
    assert first.identity == same.identity != other.identity
