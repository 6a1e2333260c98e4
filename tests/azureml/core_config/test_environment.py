"""Environments and the conda files they hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperlocal.azureml.core import Environment, _conda_file
from hyperlocal.azureml.core.conda_dependencies import CondaDependencies
from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.errors import NotEmulatedError

CONDA_FILE = """\
# what the tutorials write
name: sklearn-env
channels:
  - conda-forge
dependencies:
- python=3.8   # not the one here
- pip>=21.1
- pip:
    - scikit-learn==0.24
    - --extra-index-url https://example.org/simple
    - "azureml-defaults"
"""


@pytest.fixture
def conda_file(tmp_path):
    path = tmp_path / "conda.yml"
    path.write_text(CONDA_FILE)
    return path


def test_a_conda_file_is_read(conda_file):
    environment = Environment.from_conda_specification("sklearn-env", str(conda_file))

    dependencies = environment.python.conda_dependencies
    assert list(dependencies.conda_packages) == ["python=3.8", "pip>=21.1"]
    assert list(dependencies.pip_packages) == ["scikit-learn==0.24", "azureml-defaults"]
    assert list(dependencies.pip_options) == ["--extra-index-url https://example.org/simple"]
    assert list(dependencies.conda_channels) == ["conda-forge"]
    assert dependencies.get_python_version() == "3.8"


def test_what_is_written_reads_back(conda_file, tmp_path):
    dependencies = CondaDependencies(conda_file)

    dependencies.save_to_file(str(tmp_path), "again.yml")

    assert CondaDependencies(str(tmp_path / "again.yml")).as_dict() == dependencies.as_dict()


printable = st.characters(blacklist_categories=["Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"])
words = st.text(printable, min_size=1, max_size=12)
lines = st.lists(words, max_size=4)
variables = st.dictionaries(words, words | st.integers() | st.booleans() | st.none(), max_size=3)


@given(name=words, channels=lines, conda=lines, pip=lines, variables=variables)
def test_any_texts_survive_writing_and_reading(name, channels, conda, pip, variables):
    contents = {
        "name": name,
        "channels": channels,
        "dependencies": [*conda, {"pip": pip}],
        "variables": variables,
    }

    text = _conda_file.dump(contents)

    assert _conda_file.load(text, "the file") == contents


RICH_FILES = [
    b"---\nname: e\nchannels: [conda-forge]\ndependencies: [numpy, pip: [six]]\n",
    b"\xef\xbb\xbfname: e\nchannels:\n- conda-forge\ndependencies:\n- numpy\n- pip:\n  - six\n",
    "\ufeffname: e\nchannels: [conda-forge]\ndependencies: [numpy, pip: [six]]\n".encode(
        "utf-16-le"
    ),
    b"name: e\nchannels: [&c conda-forge]\ndependencies: [&n numpy, pip: [six]]\n# *c\n",
    b'{"name": "e", "channels": ["conda-forge"], "dependencies": ["numpy", {"pip": ["six"]}]}',
    b"%YAML 1.1\n---\nname: 'e'\nchannels: [conda-forge]\ndependencies:\n"
    b'  - "n\\x75mpy"\n  - pip:\n    - >-\n      six\n...\n',
]


@pytest.mark.parametrize("content", RICH_FILES)
def test_whatever_yaml_says_is_read(content, tmp_path):
    (tmp_path / "conda.yml").write_bytes(content)

    read = CondaDependencies(tmp_path / "conda.yml")

    assert read.as_dict() == {
        "name": "e",
        "channels": ["conda-forge"],
        "dependencies": ["numpy", {"pip": ["six"]}],
    }


def test_what_two_names_lead_to_is_no_longer_one_when_it_is_changed(tmp_path):
    (tmp_path / "conda.yml").write_text("dependencies: &d [numpy]\nchannels: *d\n")
    read = CondaDependencies(tmp_path / "conda.yml")

    read.add_conda_package("scipy")

    assert list(read.conda_channels) == ["numpy"]
    assert "&" not in read.serialize_to_string()


SECTIONS = """\
dependencies:
- pip:
  - first
- numpy
- pip:
  - last
  - --pre
"""


def test_of_several_pip_sections_the_last_is_read_and_every_one_written(tmp_path):
    (tmp_path / "conda.yml").write_text(SECTIONS)
    several = CondaDependencies(tmp_path / "conda.yml")

    assert list(several.pip_packages) == ["last"]
    assert list(several.pip_options) == ["--pre"]
    several.add_pip_package("more")
    several.remove_pip_package("last")
    several.set_pip_option("--index-url x")
    several.remove_pip_option("--pre")

    assert several.as_dict()["dependencies"] == [
        {"pip": ["first", "more", "--index-url x"]},
        "numpy",
        {"pip": ["more", "--index-url x"]},
    ]
    several.set_pip_requirements(["one"])
    assert [s["pip"] for s in several.as_dict()["dependencies"] if s != "numpy"] == [["one"]] * 2


@pytest.mark.parametrize(
    "text", ["name: a\n", "name: a\ndependencies:\n- python=3.8\n", "dependencies:\n- pip:\n"]
)
def test_reading_changes_nothing(text, tmp_path):
    (tmp_path / "conda.yml").write_text(text)
    read = CondaDependencies(tmp_path / "conda.yml")
    before = read.as_dict()

    assert [*read.pip_packages, *read.pip_options, *read.conda_channels] == []
    read.get_python_version()
    read.remove_pip_package("x")
    read.remove_conda_package("x")
    read.remove_channel("x")

    assert read.serialize_to_string() == _conda_file.dump(before)


def test_a_requirements_file_may_begin_with_a_byte_order_mark(tmp_path):
    (tmp_path / "r.txt").write_bytes(b"\xef\xbb\xbfnumpy\n")

    environment = Environment.from_pip_requirements("e", tmp_path / "r.txt")

    assert list(environment.python.conda_dependencies.pip_packages) == ["numpy"]


@pytest.mark.parametrize(
    "text",
    [
        "what: 1\n",
        "- a\n",
        '{"what": 1}',
        "",
        "name: a\nname: b\n",
        "name: a\n---\nname: b\n",
        "a: [\n",
        "name: !!python/object:os.system x\n",
        "dependencies: numpy\n",
        "dependencies: {pip: [x]}\n",
        "dependencies:\n- pip: x\n",
        "variables: [x]\n",
    ],
)
def test_a_file_that_is_no_conda_file_is_told(tmp_path, text):
    (tmp_path / "conda.yml").write_text(text)

    with pytest.raises(UserErrorException, match="conda file"):
        Environment.from_conda_specification("e", tmp_path / "conda.yml")


def test_a_file_that_is_not_there_is_a_file_not_found():
    with pytest.raises(FileNotFoundError):
        Environment.from_conda_specification("e", "/nowhere/conda.yml")


def test_dependencies_are_put_together():
    dependencies = CondaDependencies.create(
        pip_packages=["scikit-learn", "pandas"], conda_packages=["numpy"], python_version="3.8"
    )
    dependencies.add_pip_package("pandas==1.1")
    dependencies.add_conda_package("scipy")
    dependencies.add_channel("mine")
    dependencies.set_pip_option("--pre")
    dependencies.remove_conda_package("numpy")

    assert list(dependencies.pip_packages) == ["scikit-learn", "pandas==1.1"]
    assert list(dependencies.conda_packages) == ["python=3.8", "scipy"]
    assert list(dependencies.conda_channels)[-1] == "mine"
    assert "--pre" in dependencies.serialize_to_string()


@pytest.mark.parametrize(
    "use",
    [
        lambda d: d.add_pip_package(5),
        lambda d: d.set_python_version(3.8),
        lambda d: d.set_pip_option("no-dash"),
        lambda d: d.add_pip_package("--index-url https://example.org/simple"),
        lambda d: d.remove_pip_package("-e ."),
        lambda d: CondaDependencies.create(pip_packages=["-r requirements.txt"]),
        lambda d: d.add_tensorflow_pip_package(core_type="tpu"),
    ],
)
def test_wrong_values_are_told(use):
    with pytest.raises(UserErrorException):
        use(CondaDependencies())


def test_a_requirements_file_is_read(tmp_path):
    (tmp_path / "requirements.txt").write_text("numpy\n\nscikit-learn==1.0\n")

    environment = Environment.from_pip_requirements("e", tmp_path / "requirements.txt")

    packages = environment.python.conda_dependencies.pip_packages
    assert list(packages) == ["numpy", "scikit-learn==1.0"]


def test_settings_are_kept_and_typing_errors_are_refused():
    environment = Environment(name="mine")
    environment.docker.enabled = True
    environment.docker.base_dockerfile = "FROM scratch"
    environment.python.user_managed_dependencies = True
    environment.environment_variables.update(MODE="value", API_KEY="hunter2")

    assert environment.docker.base_image is None
    assert '"MODE": "value"' in repr(environment)
    assert "hunter2" not in repr(environment)
    with pytest.raises(AttributeError, match="enabeld"):
        environment.docker.enabeld = True


def test_an_environment_of_any_name_exists(workspace):
    curated = Environment.get(workspace, name="AzureML-Minimal")

    assert curated.name == "AzureML-Minimal"
    assert workspace.environments["never-made"].name == "never-made"
    assert "never-made" not in workspace.environments


def test_registering_counts_versions(workspace):
    environment = Environment("mine")

    assert environment.register(workspace).version == "1"
    assert environment.register(workspace).version == "1"
    environment.environment_variables["KEY"] = "value"
    assert environment.register(workspace=workspace).version == "2"
    assert Environment.get(workspace, "mine").environment_variables["KEY"] == "value"
    assert "KEY" not in Environment.get(workspace, "mine", version="1").environment_variables
    assert Environment.list(workspace)["mine"].version == "2"
    with pytest.raises(UserErrorException, match="version '7'"):
        Environment.get(workspace, "mine", version="7")


def test_labels_find_a_version(workspace):
    Environment("mine").register(workspace)

    Environment.label(workspace, "mine", "1", ["prod"])

    assert Environment.get(workspace, "mine", label="prod").version == "1"
    assert Environment.get(workspace, "mine", label="latest").version == "1"


def test_no_registry_password_is_remembered(workspace, home):
    environment = Environment("mine")
    environment.docker.base_image_registry.password = "secret-1"

    environment.register(workspace)

    assert b"secret-1" not in b"".join(f.read_bytes() for f in home.glob("history.db*"))


def test_a_clone_is_a_copy():
    original = Environment("mine")

    copied = original.clone("other")
    copied.environment_variables["KEY"] = "value"

    assert (copied.name, copied.version) == ("other", None)
    assert "KEY" not in original.environment_variables


def test_it_is_saved_to_a_folder_and_loaded(tmp_path, conda_file):
    environment = Environment.from_conda_specification("mine", conda_file)
    environment.docker.base_image = "my/image"

    environment.save_to_directory(str(tmp_path / "saved"))

    loaded = Environment.load_from_directory(str(tmp_path / "saved"))
    assert repr(loaded) == repr(environment)
    with pytest.raises(FileExistsError):
        environment.save_to_directory(str(tmp_path / "saved"))
    environment.save_to_directory(str(tmp_path / "saved"), overwrite=True)


def test_images_and_dockerfiles_ask_for_packages(conda_file):
    image = Environment.from_docker_image("e", "my/image", conda_specification=conda_file)
    dockerfile = Environment.from_dockerfile("e", "FROM scratch")

    assert image.docker.base_image == "my/image"
    assert not image.python.user_managed_dependencies
    assert dockerfile.docker.base_dockerfile == "FROM scratch"
    assert dockerfile.python.user_managed_dependencies
    with pytest.raises(UserErrorException, match="only one"):
        Environment.from_docker_image("e", "i", None, conda_file, "requirements.txt")


def test_what_would_build_something_is_loud(workspace):
    with pytest.warns(UserWarning, match="nothing was done"):
        built = Environment("mine").build(workspace)
    with pytest.raises(NotEmulatedError):
        built.wait_for_completion()
    with pytest.raises(NotEmulatedError, match="Activate"):
        Environment.from_existing_conda_environment("e", "base")


def test_a_name_must_be_a_text():
    with pytest.raises(TypeError, match="5"):
        Environment(5)
