"""Install each archive of a folder into an empty environment, and run a sample's sweep with it.

python .ci/try_archives.py dist
"""

import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

SAMPLE = Path(__file__).parents[1] / "samples" / "grid"
VERSION = "import hyperlocal; print(hyperlocal.__version__, hyperlocal.__file__)"


def run(*command: object, cwd: Path) -> str:
    """Run a command in a folder, and return what it prints."""
    environment = {
        n: v for n, v in os.environ.items() if not n.startswith(("PYTHON", "HYPERLOCAL"))
    }
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stdout}")
    return done.stdout


def try_archive(archive: Path, folder: Path) -> None:
    """Install an archive, look at its version, and run a sweep."""
    venv.create(folder / "env", with_pip=True)
    programs = folder / "env" / ("Scripts" if os.name == "nt" else "bin")
    run(programs / "python", "-m", "pip", "install", "--quiet", archive.resolve(), cwd=folder)
    version, place = run(programs / "python", "-c", VERSION, cwd=folder).split()
    if f"hyperlocal-{version}" not in archive.name or str(folder.resolve()) not in place:
        sys.exit(f"{archive.name} gives version {version} in {place}")
    shutil.copytree(SAMPLE, folder / "sample")
    told = run(programs / "hyperlocal", "run", "driver.py", cwd=folder / "sample")
    if "Best run: HD_" not in told:
        sys.exit(f"The sample's driver found no best run with {archive.name}:\n{told}")
    print(f"{archive.name}: installed, and a sweep completed")


def main() -> None:
    archives = [path for path in sorted(Path(sys.argv[1]).iterdir()) if path.is_file()]
    if {path.suffix for path in archives} != {".whl", ".gz"} or len(archives) != 2:
        sys.exit(f"There must be a wheel and a source archive, but there are {archives}")
    for archive in archives:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            try_archive(archive, Path(folder))


if __name__ == "__main__":
    main()
