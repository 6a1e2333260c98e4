"""Specifications: what an environment asks for, in pip's words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

__all__ = ["Specification", "parsed", "specification_of"]

# What the SDK writes where nobody named a version.
_SDK_PYTHONS = frozenset({"3.6.2", "3.8.13", "3.10.18"})
_SDK_OPTIONS = (
    "--find-links https://pypi.python.org",
    "--extra-index-url https://pypi.python.org",
)
_CONDA = re.compile(r"(?:[\w./-]+::)?(?P<name>[A-Za-z0-9_][\w.-]*)\s*(?P<version>[^\[\]]*)$")
_LOCAL_LINE = re.compile(r"^(\.|/|~|[a-z+]+://|[A-Za-z]:\\)")

# Conda's names of what PyPI calls otherwise.
_CONDA_NAMES = {
    "graphviz": None,  # the program, not the package that calls it
    "matplotlib-base": "matplotlib",
    "opencv": "opencv-python",
    "py-opencv": "opencv-python",
    "py-xgboost": "xgboost",
    "py-xgboost-cpu": "xgboost",
    "pytables": "tables",
    "python-graphviz": "graphviz",
    "pytorch": "torch",
    "pytorch-cpu": "torch",
    "pytorch-gpu": "torch",
    "tensorflow-base": "tensorflow",
    "tensorflow-mkl": "tensorflow",
}
# What conda installs and pip does not have, or has by itself.
_CONDA_ONLY = re.compile(
    r"^(_.*|blas|cpuonly|cuda.*|cudatoolkit|cudnn|gcc.*|gxx.*|lib.*|mkl|nccl|nodejs|openblas|openmpi"
    r"|mpich|openssl|pip|python|pytorch-cuda|r-.*|sqlite|vs2015_runtime|zlib)$"
)


@dataclass(frozen=True)
class Specification:
    """What an environment asks for.

    Attributes:
        name: The environment's.
        python: The version of Python, if one is asked for.
        requirements: pip's lines, those for conda's packages first.
        options: pip's options, such as `--extra-index-url URL`.
        not_for_pip: Conda's packages that pip does not have.
    """

    name: str
    python: str | None
    requirements: tuple[str, ...]
    options: tuple[str, ...]
    not_for_pip: tuple[str, ...]


def specification_of(environment: Any) -> Specification | None:
    """Return what an environment asks for; None if it asks for nothing, or manages itself."""
    section = getattr(environment, "python", None)
    conda = getattr(section, "conda_dependencies", None)
    if conda is None or getattr(section, "user_managed_dependencies", False):
        return None
    python = conda.get_python_version()
    of_conda = [_from_conda(package) for package in conda.conda_packages]
    lines = [line for line, _ in of_conda if line is not None]
    lines += [str(line).strip() for line in conda.pip_packages if _is_wanted(str(line))]
    specification = Specification(
        name=str(getattr(environment, "name", None) or "without a name"),
        python=None if python in _SDK_PYTHONS else python,
        requirements=tuple(dict.fromkeys(lines)),
        options=tuple(o for o in conda.pip_options if not o.startswith(_SDK_OPTIONS)),
        not_for_pip=tuple(name for line, name in of_conda if line is None and name is not None),
    )
    return specification if specification.requirements or specification.python else None


def _is_wanted(line: str) -> bool:
    """Leave out comments, and the SDK, which hyperlocal is."""
    name = re.split(r"[^\w.-]", line.strip(), maxsplit=1)[0]
    return bool(line.strip()) and not line.startswith("#") and not is_sdk(name)


def is_sdk(name: str) -> bool:
    """Tell whether a distribution is a part of the Azure SDK that hyperlocal stands for."""
    return canonicalize_name(name).startswith("azureml-") or canonicalize_name(name) == "azureml"


def _from_conda(package: str) -> tuple[str | None, str | None]:
    """Return pip's line for a conda package, and the package's name if pip does not have it."""
    match = _CONDA.match(package.strip())
    if match is None:
        return None, package
    name = match["name"].lower()
    if _CONDA_ONLY.match(name) or is_sdk(name):
        is_told = name not in ("python", "pip") and not is_sdk(name)
        return None, name if is_told else None
    known = _CONDA_NAMES.get(name, name)
    if known is None:
        return None, name
    return known + _pip_version(match["version"].strip()), None


def _pip_version(version: str) -> str:
    """Return a condition on a version as pip writes it: conda's `=1.2` means any 1.2."""
    if not version:
        return ""
    if re.match(r"[<>!~]|==", version):
        return version.replace(" ", "")
    # `=1.2=py36_0`, or `1.2` after a space: the build is conda's own matter.
    number = version.lstrip("=").split("=")[0].split()[0].rstrip("*").rstrip(".")
    return f"=={number}.*" if number else ""


def parsed(line: str) -> Requirement | None:
    """Return a requirement that can be compared; None for a URL, a path, or a riddle."""
    text = line.split(" #")[0].strip()
    if _LOCAL_LINE.match(text):
        return None
    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        return None
    return None if requirement.url else requirement
