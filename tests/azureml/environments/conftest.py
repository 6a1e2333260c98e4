"""A tiny package that is installed from a folder, and projects that ask for it."""

import os
import subprocess
import sys
import zipfile

import pytest

METADATA = "Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
WHEEL = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


@pytest.fixture
def wheels(tmp_path, monkeypatch):
    """A folder with the distribution `tinypackage` 1.2, and pip told to look nowhere else."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    info = "tinypackage-1.2.dist-info"
    with zipfile.ZipFile(folder / "tinypackage-1.2-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tinypackage.py", "ANSWER = 42\n")
        wheel.writestr(f"{info}/METADATA", METADATA.format(name="tinypackage", version="1.2"))
        wheel.writestr(f"{info}/WHEEL", WHEEL)
        wheel.writestr(f"{info}/RECORD", "")
    for name in [name for name in os.environ if name.startswith(("PIP_", "UV_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_DISABLE_PIP_VERSION_CHECK", "1")
    return folder


@pytest.fixture
def conda_file(tmp_path, wheels):
    """Write a conda file whose pip part finds its packages in `wheels`."""

    def write(*lines, name="conda.yml", python="", conda=()):
        pip = ["--no-index", f"--find-links {wheels}", *lines]
        text = "dependencies:\n"
        text += "".join(f"- {package}\n" for package in ([f"python={python}"] if python else []))
        text += "".join(f"- {package}\n" for package in conda)
        text += "- pip:\n" + "".join(f"  - {line}\n" for line in pip)
        path = tmp_path / name
        path.write_text(text)
        return str(path)

    return write


@pytest.fixture
def hyperlocal(tmp_path, home):
    """Run the command in the test's folder."""

    def run(*words, **environment):
        return subprocess.run(
            [sys.executable, "-m", "hyperlocal", *words],
            cwd=tmp_path,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=50,
            check=False,
        )

    return run
