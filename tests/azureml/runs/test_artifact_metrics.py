import json

import pytest

from hyperlocal.azureml.exceptions import AzureMLException, UserErrorException

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 50
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"0" * 50
MATRIX = {"schema_type": "confusion_matrix", "data": {"class_labels": ["a"], "matrix": [[1]]}}


@pytest.mark.parametrize(
    "call", ["log_confusion_matrix", "log_accuracy_table", "log_residuals", "log_predictions"]
)
@pytest.mark.parametrize("value", [MATRIX, json.dumps(MATRIX)])
def test_json_is_kept_as_a_file_of_that_name(run, call, value):
    getattr(run, call)("matrix", value)

    assert run.get_metrics() == {"matrix": f"aml://artifactId/ExperimentRun/dcid.{run.id}/matrix"}
    assert run.get_metrics(populate=True) == {"matrix": MATRIX}
    assert run.get_file_names() == ["matrix"]


def test_text_that_is_not_json_is_refused(run):
    with pytest.raises(UserErrorException, match="JSON"):
        run.log_confusion_matrix("matrix", "no json")


@pytest.mark.parametrize("content", [PNG, JPEG, b"GIF89a" + b"0" * 9, b"RIFF0000WEBP"])
def test_an_image_keeps_its_path(run, tmp_path, monkeypatch, content):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plots").mkdir()
    (tmp_path / "plots" / "one.png").write_bytes(content)

    run.log_image("image", path="plots/one.png")

    uri = f"aml://artifactId/ExperimentRun/dcid.{run.id}/plots/one.png"
    assert run.get_metrics(populate=True) == {"image": uri}
    assert run.get_file_names() == ["plots/one.png"]


def test_an_image_from_elsewhere_stays_inside_the_run(run, tmp_path):
    path = tmp_path / "one.png"
    path.write_bytes(PNG)

    run.log_image("image", path=str(path))

    (name,) = run.get_file_names()
    assert name == str(path).lstrip("/")


def test_an_image_must_be_one(run, tmp_path):
    path = tmp_path / "one.png"
    path.write_bytes(b"hello")

    with pytest.raises(AzureMLException, match="upload_file"):
        run.log_image("image", path=str(path))
    with pytest.raises(FileNotFoundError):
        run.log_image("image", path=str(tmp_path / "missing.png"))


@pytest.mark.parametrize("arguments", [{}, {"path": "a", "plot": "b"}])
def test_either_a_path_or_a_plot(run, arguments):
    with pytest.raises(AzureMLException, match="either path or plot"):
        run.log_image("image", **arguments)


def test_a_plot_is_named_after_the_metric_and_the_time(run):
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    figure = pyplot.figure()
    run.log_image("curve", plot=figure)
    run.log_image("whole", plot=pyplot)
    pyplot.close(figure)

    first, second = run.get_file_names()
    assert first.startswith("curve_")
    assert first.endswith(".png")
    assert second.startswith("whole_")
    assert run._history.folder(run.id).file(first).read_bytes()[:8] == PNG[:8]


def test_what_cannot_be_saved_is_no_plot(run):
    with pytest.raises(AzureMLException, match="matplotlib"):
        run.log_image("curve", plot=5)


def test_a_plot_in_the_place_of_the_path_is_told_by_name(run):
    with pytest.raises(AzureMLException, match=r"log_image\('ROC', plot=\.\.\.\)"):
        run.log_image("ROC", pytest.importorskip("matplotlib.figure").Figure())
