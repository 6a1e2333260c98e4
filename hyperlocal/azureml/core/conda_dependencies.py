"""Conda dependencies: what an environment would install."""

from __future__ import annotations

import copy
import os
import re
from collections.abc import Callable, Iterator
from typing import Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml._user_files import bytes_in
from hyperlocal.azureml.core import _conda_file
from hyperlocal.azureml.exceptions import UserErrorException

__all__ = ["PYTHON_DEFAULT_VERSION", "CondaDependencies"]

PYTHON_DEFAULT_VERSION = "3.8.13"  # what the SDK writes into an environment that names none
_ENVIRONMENT_KEYS = {"name", "channels", "dependencies", "prefix", "variables"}
_SDK_ORIGIN = "https://pypi.python.org/simple"
_REQUIREMENT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_TENSORFLOW_VERSION = "2.2.0"
_CNTK_VERSION = "2.7"


class CondaDependencies(_placeholders.Emulated):
    """A conda environment file in memory.

    Differs:
        Kept and shown back; trials run in the Python environment that runs the driver, and
        nothing is installed unless HYPERLOCAL_ENVIRONMENT is `build`.
    """

    DEFAULT_NUMBER_OF_CONDA_PACKAGES = 0
    DEFAULT_NUMBER_OF_PIP_PACKAGES = 0

    def __init__(
        self,
        conda_dependencies_file_path: Any = None,
        _underlying_structure: Any = None,
    ) -> None:
        if conda_dependencies_file_path is not None:
            text = bytes_in(conda_dependencies_file_path)
            contents = _conda_file.load(text, f"The conda file {conda_dependencies_file_path}")
        elif _underlying_structure is not None:
            contents = copy.deepcopy(_underlying_structure)
        else:
            contents = _default_contents()
        self._contents: dict[str, Any] = _checked(contents)

    @staticmethod
    def create(
        pip_indexurl: Any = None,
        pip_packages: Any = None,
        conda_packages: Any = None,
        python_version: Any = "3.10.18",
        pin_sdk_version: Any = True,
    ) -> CondaDependencies:
        """Return dependencies on these packages; `azureml-defaults` if no pip package is given.

        `pin_sdk_version` has no effect: the SDK's packages are never installed here.
        """
        made = CondaDependencies()
        made.set_python_version(python_version)
        index = pip_indexurl or CondaDependencies.sdk_origin_url()
        packages = ["azureml-defaults"] if pip_packages is None else list(pip_packages)
        made.set_pip_requirements([f"--find-links {index}", f"--extra-index-url {_SDK_ORIGIN}"])
        for package in packages:
            made.add_pip_package(package)
        for package in conda_packages or []:
            made.add_conda_package(package)
        return made

    @staticmethod
    def sdk_origin_url() -> str:
        """Return where the SDK's packages come from."""
        return f"{_SDK_ORIGIN}/index.html"

    @staticmethod
    def merge_requirements(requirements: Any) -> list[str]:
        """Return requirements with all conditions on one package in one line."""
        merged: dict[str, list[str]] = {}
        for requirement in requirements:
            name = _name_of(requirement)
            condition = str(requirement)[len(name) :].strip()
            merged.setdefault(name, []).extend([condition] if condition else [])
        return [name + ",".join(conditions) for name, conditions in merged.items()]

    def _dependencies(self) -> list[Any]:
        """Return what is asked for, to be read: a file without the list stays without it."""
        return self._contents.get("dependencies") or []

    def _changed_dependencies(self) -> list[Any]:
        """Return the same to be changed."""
        if not self._contents.get("dependencies"):
            self._contents["dependencies"] = []
        dependencies: list[Any] = self._contents["dependencies"]
        return dependencies

    def _pip_sections(self) -> list[dict[str, Any]]:
        return [each for each in self._dependencies() if isinstance(each, dict) and "pip" in each]

    def _pip_list(self) -> list[str]:
        """Return pip's lines: those of the last section, where there are several, as the SDK."""
        sections = self._pip_sections()
        return [str(line) for line in sections[-1]["pip"] or []] if sections else []

    def _change_pip(self, change: Callable[[list[str]], list[str]]) -> None:
        """Change pip's lines in every section that there is, as the SDK does."""
        for section in self._pip_sections():
            before = [str(line) for line in section["pip"] or []]
            after = change(before)
            if after != before:
                section["pip"] = after

    def _add_to_pip(self, line: str) -> None:
        if not self._pip_sections():
            self._changed_dependencies().append({"pip": []})
        self._change_pip(lambda lines: [*lines, line])

    @property
    def _variables(self) -> dict[str, str]:
        """Environment variables that conda sets where the environment is used."""
        named = self._contents.get("variables") or {}
        return {str(name): "" if value is None else str(value) for name, value in named.items()}

    @property
    def conda_channels(self) -> Iterator[str]:
        """The channels, in order."""
        return iter(list(self._contents.get("channels") or []))

    @property
    def conda_packages(self) -> Iterator[str]:
        """What conda would install."""
        return (package for package in self._dependencies() if isinstance(package, str))

    @property
    def pip_packages(self) -> Iterator[str]:
        """What pip would install."""
        return (line for line in self._pip_list() if not line.startswith("-"))

    @property
    def pip_options(self) -> Iterator[str]:
        """Pip's own options among its lines."""
        return (line for line in self._pip_list() if line.startswith("-"))

    def get_default_number_of_packages(self) -> tuple[int, int]:
        """Return how many conda and pip packages a new object has by itself."""
        return (1, 1)

    def get_python_version(self) -> str | None:
        """Return the version of Python that is asked for, or None."""
        for package in self.conda_packages:
            if _is_python(package):
                return _python_version_in(package)
        return None

    def set_python_version(self, version: Any) -> None:
        """Ask for a version of Python."""
        _check_text("set_python_version", version)
        dependencies = self._changed_dependencies()
        known = [place for place, each in enumerate(dependencies) if _is_python(each)]
        if known:
            dependencies[known[0]] = f"python={version}"
        else:
            dependencies.append(f"python={version}")

    def add_channel(self, channel: Any) -> None:
        """Add a conda channel."""
        channels = self._contents.get("channels") or []
        if channel not in channels:
            self._contents["channels"] = [*channels, channel]

    def remove_channel(self, channel: Any) -> None:
        """Take a conda channel away; nothing happens if it is not there."""
        channels = self._contents.get("channels") or []
        if channel in channels:
            self._contents["channels"] = [known for known in channels if known != channel]

    def add_conda_package(self, conda_package: Any) -> None:
        """Add a package for conda. A version of Python takes the place of the one that is there.

        Raises:
            UserErrorException: It is no text, or Python without a version.
        """
        _check_text("add_conda_package", conda_package)
        if conda_package in self._dependencies():
            return
        if not _is_python(conda_package):
            self._changed_dependencies().append(conda_package)
            return
        version = _python_version_in(conda_package)
        if version is None:
            raise UserErrorException(
                f"CondaDependencies.add_conda_package: {conda_package!r} has no version of "
                "Python, such as 'python=3.10'."
            )
        self.set_python_version(version)

    def remove_conda_package(self, conda_package: Any) -> None:
        """Take a conda package away; nothing happens if it is not there.

        Raises:
            UserErrorException: It is Python.
        """
        if conda_package in self._dependencies() and _is_python(conda_package):
            raise UserErrorException(
                "CondaDependencies.remove_conda_package: an environment cannot be without Python. "
                "Choose another version with set_python_version()."
            )
        if conda_package in self._dependencies():
            kept = [p for p in self._dependencies() if p != conda_package]
            self._changed_dependencies()[:] = kept

    def add_pip_package(self, pip_package: Any) -> None:
        """Add a package for pip; it replaces another condition on the same package."""
        _check_text("add_pip_package", pip_package)
        self.remove_pip_package(pip_package)
        self._add_to_pip(pip_package)

    def remove_pip_package(self, pip_package: Any) -> None:
        """Take a pip package away, whatever its version; nothing happens if it is not there."""
        _check_text("remove_pip_package", pip_package)
        _check_no_option(pip_package)
        name = _name_of(pip_package)
        self._change_pip(
            lambda lines: [
                line for line in lines if line.startswith("-") or _name_of(line) != name
            ]
        )

    def set_pip_option(self, pip_option: Any) -> None:
        """Add one of pip's own options, for instance `--index-url URL`."""
        _check_option(pip_option)
        self.remove_pip_option(pip_option)
        self._add_to_pip(pip_option)

    def remove_pip_option(self, pip_option: Any) -> None:
        """Take an option away, whatever its value; nothing happens if it is not there."""
        _check_option(pip_option)
        name = pip_option.split()[0]
        self._change_pip(lambda lines: [line for line in lines if line.split()[:1] != [name]])

    def set_pip_index_url(self, index_url: Any) -> None:
        """Set the index that pip looks in: `--index-url URL`."""
        self.set_pip_option(index_url)

    def set_pip_requirements(self, pip_requirements: Any) -> None:
        """Replace what pip would install by these lines."""
        requirements = [str(line) for line in pip_requirements]
        if not self._pip_sections():
            self._changed_dependencies().append({"pip": []})
        self._change_pip(lambda _: list(requirements))

    def add_tensorflow_conda_package(self, core_type: Any = "cpu", version: Any = None) -> None:
        """Add TensorFlow for conda."""
        name = _by_core("tensorflow", core_type)
        self.add_conda_package(f"{name}={version or _TENSORFLOW_VERSION}")

    def add_tensorflow_pip_package(self, core_type: Any = "cpu", version: Any = None) -> None:
        """Add TensorFlow for pip."""
        name = _by_core("tensorflow", core_type)
        self.add_pip_package(f"{name}=={version or _TENSORFLOW_VERSION}")

    def add_cntk_package(self, core_type: Any = "cpu") -> None:
        """Add CNTK for pip."""
        self.add_pip_package(f"{_by_core('cntk', core_type)}=={_CNTK_VERSION}")

    def as_dict(self) -> dict[str, Any]:
        """Return the contents of the conda file."""
        return copy.deepcopy(self._contents)

    def serialize_to_string(self) -> str:
        """Return the text of the conda file."""
        return _conda_file.dump(self._contents)

    def save(self, path: Any = None) -> str:
        """Write the conda file and return where it is: `conda_dependencies.yml` by default."""
        from hyperlocal.engine.staging import write_whole

        path = "conda_dependencies.yml" if path is None else path
        if os.path.isdir(path):
            path = os.path.join(path, "conda_dependencies.yml")
        write_whole(None, path, self.serialize_to_string())
        return str(path)

    def save_to_file(self, base_directory: Any, conda_file_path: Any = None) -> str:
        """Write the conda file below a folder and return its name there."""
        name = conda_file_path or os.path.join(".azureml", "auto_conda_dependencies.yml")
        self.save(os.path.join(base_directory, name))
        return str(name)


def _default_contents() -> dict[str, Any]:
    return {
        "name": "project_environment",
        "dependencies": [f"python={PYTHON_DEFAULT_VERSION}", {"pip": ["azureml-defaults"]}],
        "channels": ["anaconda", "conda-forge"],
    }


def _checked(contents: Any) -> dict[str, Any]:
    if not isinstance(contents, dict):
        raise UserErrorException(
            f"A conda file holds a mapping with `dependencies`, but this holds {contents!r}."
        )
    unknown = sorted(set(map(str, contents)) - _ENVIRONMENT_KEYS)
    if unknown:
        raise UserErrorException(
            f"A conda file has no key {unknown[0]!r}, but these: "
            f"{', '.join(sorted(_ENVIRONMENT_KEYS))}."
        )
    _check_shapes(contents)
    return contents


_SECTIONS = {"channels": list, "dependencies": list, "variables": dict}


def _check_shapes(contents: dict[str, Any]) -> None:
    """Refuse what nobody could install; what is left empty is a list without anything."""
    for key, kind in _SECTIONS.items():
        if key in contents:
            contents[key] = kind() if contents[key] is None else contents[key]
            if not isinstance(contents[key], kind):
                what = "a list" if kind is list else "a mapping of names to values"
                raise UserErrorException(
                    f"A conda file's `{key}` is {what}, but here it is {contents[key]!r}."
                )
    for each in contents.get("dependencies", []):
        lines = each.get("pip") if isinstance(each, dict) and "pip" in each else [each]
        if not isinstance(lines, (list, type(None))) or not all(
            isinstance(line, str) for line in lines or ()
        ):
            raise UserErrorException(
                f"A dependency in a conda file is a text, or `pip:` and a list of texts, but not "
                f"{each!r}."
            )


def _check_text(method: str, value: Any) -> None:
    if not isinstance(value, str):
        raise UserErrorException(
            f"CondaDependencies.{method}: {value!r} is a {type(value).__name__}, "
            "but must be a text, for instance 'scikit-learn==1.1'."
        )


def _check_no_option(package: Any) -> None:
    if isinstance(package, str) and package.startswith("-"):
        raise UserErrorException(
            f"{package!r} is an option of pip, not the name of a package. Give it to "
            "CondaDependencies.set_pip_option()."
        )


def _check_option(option: Any) -> None:
    if not isinstance(option, str) or not option.startswith("-"):
        raise UserErrorException(
            f"Pip options start with a dash, for instance '--pre', but this is {option!r}."
        )


def _by_core(package: str, core_type: Any) -> str:
    if core_type not in ("cpu", "gpu"):
        raise UserErrorException(f"core_type is {core_type!r}, but must be 'cpu' or 'gpu'.")
    return package if core_type == "cpu" else f"{package}-gpu"


def _name_of(requirement: Any) -> str:
    match = _REQUIREMENT_NAME.match(str(requirement))
    return match.group() if match else str(requirement)


def _python_version_in(package: str) -> str | None:
    """Return the version in a text such as `python=3.10.4`, as the SDK reads it."""
    found = re.search(r"(\d+)\.(\d+)(\.(\d+))?([ab](\d+))?$", package)
    return found.group() if found else None


def _is_python(dependency: Any) -> bool:
    return isinstance(dependency, str) and _name_of(dependency) == "python"


__getattr__ = _placeholders.lacking(__name__)
