"""Datastores: folders of the home; references and paths into them."""

import copy
import os
import warnings
from pathlib import Path

import pytest

from hyperlocal.azureml.core import Datastore, Workspace
from hyperlocal.azureml.core.runconfig import DataReferenceConfiguration
from hyperlocal.azureml.data.azure_storage_datastore import AzureBlobDatastore, AzureFileDatastore
from hyperlocal.azureml.data.data_reference import DataReference
from hyperlocal.azureml.data.datapath import DataPath, DataPathComputeBinding
from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.errors import NotEmulatedError


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "source"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.csv").write_text("a")
    (folder / "sub" / "b.csv").write_text("b")
    return folder


def content(store):
    return sorted(
        os.path.relpath(os.path.join(folder, name), store._folder)
        for folder, _, names in os.walk(store._folder)
        for name in names
    )


def register(workspace, name="more", **arguments):
    settings = {"container_name": "c", "account_name": "a", "account_key": "k", **arguments}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it is a folder is said once in a process
        return Datastore.register_azure_blob_container(workspace, name, **settings)


def test_a_workspace_has_the_clouds_own_datastores(workspace):
    store = workspace.get_default_datastore()

    assert (store.name, store.datastore_type) == ("workspaceblobstore", "AzureBlob")
    assert isinstance(store, AzureBlobDatastore)
    assert isinstance(workspace.datastores["workspacefilestore"], AzureFileDatastore)
    assert store.account_name
    assert store.container_name
    assert store.workspace is workspace
    assert Datastore(workspace).name == Datastore.get_default(workspace).name == store.name
    assert Datastore(workspace, "workspacefilestore").datastore_type == "AzureFile"


def test_a_folder_is_uploaded(store, source, capsys):
    reference = store.upload(str(source), target_path="data", show_progress=True)

    assert content(store) == ["data/a.csv", "data/sub/b.csv"]
    assert reference.path_on_datastore == "data"
    assert str(source / "a.csv") in capsys.readouterr().out


def test_what_is_there_stays_unless_it_is_overwritten(store, source, capsys):
    store.upload(str(source), show_progress=False)
    (source / "a.csv").write_text("new")

    store.upload(src_dir=source)
    assert Path(store._place("a.csv")).read_text() == "a"
    assert "overwrite=True" in capsys.readouterr().out

    store.upload(source, overwrite=True, show_progress=False)
    assert Path(store._place("a.csv")).read_text() == "new"


def test_files_are_uploaded_flat_or_below_a_root(store, source):
    files = [str(source / "a.csv"), str(source / "sub" / "b.csv")]

    store.upload_files(files, target_path="flat", show_progress=False)
    store.upload_files(files, str(source), "deep", show_progress=False)

    assert content(store) == ["deep/a.csv", "deep/sub/b.csv", "flat/a.csv", "flat/b.csv"]


def test_what_is_not_there_cannot_be_uploaded(store, source, tmp_path):
    with pytest.raises(UserErrorException, match="no such folder"):
        store.upload(str(tmp_path / "nothing"))
    with pytest.raises(UserErrorException, match="no such file"):
        store.upload_files([str(source / "nothing.csv")])
    with pytest.raises(UserErrorException, match="not below relative_root"):
        store.upload_files([str(source / "a.csv")], relative_root=str(source / "sub"))
    with pytest.raises(UserErrorException, match="must stay inside"):
        store.upload(str(source), target_path="../elsewhere")


def test_files_are_downloaded_by_their_prefix(store, source, tmp_path):
    store.upload(str(source), "data", show_progress=False)
    target = tmp_path / "target"

    assert store.download(str(target), prefix="data/sub", show_progress=False) == 1
    assert (target / "data" / "sub" / "b.csv").read_text() == "b"
    assert store.download(str(target), show_progress=False) == 1
    assert store.download(str(target), overwrite=True, show_progress=False) == 2


def test_a_registered_container_is_a_folder_in_every_process(workspace, source):
    with pytest.warns(UserWarning, match="is a folder of this machine"):
        made = Datastore.register_azure_blob_container(
            workspace=workspace,
            datastore_name="said_once_here",
            container_name="box",
            account_name="someone",
            account_key="secret",
        )
    made.upload(str(source), show_progress=False)
    found = Datastore.get(Workspace("s", "g", "w"), "said_once_here")

    assert (found.account_name, found.container_name) == ("someone", "box")
    assert content(found) == ["a.csv", "sub/b.csv"]
    assert "said_once_here" in workspace.datastores


def test_keys_are_not_kept(workspace, home):
    register(workspace, account_key="very-secret", sas_token="token-secret")

    assert b"secret" not in b"".join(
        path.read_bytes() for path in home.rglob("history.db*") if path.is_file()
    )


def test_a_name_is_taken_once_unless_it_is_overwritten(workspace):
    register(workspace)
    register(workspace)  # the same again

    with pytest.raises(UserErrorException, match="registered before"):
        register(workspace, account_name="other")
    assert register(workspace, account_name="other", overwrite=True).account_name == "other"


@pytest.mark.parametrize("name", ["../x", "a/b", "", None, ".x"])
def test_names_that_cannot_be(workspace, name):
    with pytest.raises(UserErrorException, match="datastore's name"):
        register(workspace, name)


def test_other_kinds_are_folders_too_or_loud(workspace):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        lake = Datastore.register_azure_data_lake_gen2(workspace, "lake", "fs", "account")
        old = Datastore.register_azure_data_lake(workspace, "old", "store")
        share = Datastore.register_azure_file_share(workspace, "share", "files", "account")

    kinds = {store.name: store.datastore_type for store in workspace.datastores.values()}
    assert (lake.container_name, old.datastore_type) == ("fs", "AzureDataLake")
    assert share.container_name == "files"
    assert kinds["lake"] == "AzureDataLakeGen2"
    with pytest.raises(NotEmulatedError, match="register_azure_sql_database"):
        _ = Datastore.register_azure_sql_database


def test_an_unknown_datastore_is_told_with_what_to_do(workspace):
    with pytest.raises(UserErrorException, match=r"no datastore 'mine'.*put its files into"):
        Datastore.get(workspace, "mine")
    with pytest.raises(KeyError, match="no datastore 'mine'"):
        workspace.datastores["mine"]


def test_a_folder_beside_them_is_a_datastore(workspace, store):
    os.makedirs(os.path.join(os.path.dirname(store._folder), "mine"))

    assert Datastore.get(workspace, "mine").name == "mine"


def test_the_default_datastore_can_be_changed(workspace):
    register(workspace).set_as_default()
    assert workspace.get_default_datastore().name == "more"

    workspace.set_default_datastore("workspacefilestore")
    assert workspace.get_default_datastore().name == "workspacefilestore"
    with pytest.raises(UserErrorException, match="no datastore 'nothing'"):
        workspace.set_default_datastore("nothing")


def test_an_unregistered_datastore_keeps_its_files(workspace, source):
    store = register(workspace)
    store.upload(str(source), show_progress=False)

    store.unregister()

    assert content(store) == ["a.csv", "sub/b.csv"]


def test_a_reference_is_the_name_of_a_variable(store):
    whole, inner = store.as_mount(), store.path("data/x")

    assert str(whole) == repr(whole) == "$AZUREML_DATAREFERENCE_workspaceblobstore"
    assert str(inner) == f"$AZUREML_DATAREFERENCE_{inner.data_reference_name}"
    assert inner.data_reference_name != store.path("data/x").data_reference_name
    assert os.path.join(str(inner), "a.csv") == f"{inner}/a.csv"
    assert str(store.path("x", data_reference_name="mine")) == "$AZUREML_DATAREFERENCE_mine"


def test_modes_of_a_reference(store):
    inner = store.path("data").path("x")
    copied = inner.as_download(path_on_compute="here", overwrite=True)

    assert (inner.path_on_datastore, inner.mode) == ("data/x", "mount")
    assert (copied.mode, copied.path_on_compute, copied.overwrite) == ("download", "here", True)
    assert copied.data_reference_name == inner.data_reference_name
    assert store.as_upload("there").mode == "upload"
    assert store.as_download("there").path_on_compute == "there"
    assert isinstance(copied.to_config(), DataReferenceConfiguration)
    assert copied.to_config().path_on_data_store == "data/x"


def test_references_that_cannot_be(store):
    with pytest.raises(UserErrorException, match="mode is 'copy'"):
        DataReference(store, mode="copy")
    with pytest.raises(UserErrorException, match="must stay inside"):
        store.path("a/../../x")
    with pytest.raises(ValueError, match="datapath"):
        DataReference.create("name", DataPath(store, "x"))


def test_data_paths(store):
    path, binding = DataPath(store, "data/x"), DataPathComputeBinding("download", "here")

    made = path.create_data_reference("name", binding)

    assert (path.datastore_name, path.path_on_datastore) == ("workspaceblobstore", "data/x")
    assert (made.data_reference_name, made.mode, made.path_on_compute) == (
        "name",
        "download",
        "here",
    )
    assert binding.create_data_reference(datapath=path).path_on_datastore == "data/x"
    assert DataPath.create_from_data_reference(made).path_on_datastore == "data/x"
    assert DataPathComputeBinding.create_from_data_reference(made)._mode == "download"
    with pytest.raises(ValueError, match="needs a datastore"):
        DataPath()


@pytest.mark.parametrize(
    ("kind", "client"),
    [(AzureBlobDatastore, "blob_service"), (AzureFileDatastore, "file_service")],
)
def test_clients_of_storage_are_there_and_loud_when_they_are_used(kind, client):
    held = copy.copy(getattr(kind(None, "mine", "container", "account"), client))

    assert client in repr(held)
    with pytest.raises(NotEmulatedError, match=f"{client}.list_containers"):
        held.list_containers()
    with pytest.raises(NotEmulatedError, match=client):
        held()
