"""`pip` as the cells of a notebook find it: this Python's, which leaves the Azure SDK out.

What is installed beside hyperlocal would only be in its way, and often cannot be: the SDK asks for
old versions of Python. It is a script of its own, which only the standard library is imported for.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile

__all__ = ["main", "without_sdk"]

_COMMANDS = ("install", "uninstall", "download", "wheel")
_SDK = re.compile(r"azureml($|[^a-z0-9])", re.IGNORECASE)
_FILES = ("-r", "--requirement")
# Options whose value is the next word, and no package.
_WITH_VALUE = frozenset(
    {
        *("-c", "--constraint", "-e", "--editable", "-t", "--target", "-d", "--dest"),
        *("-w", "--wheel-dir", "-i", "--index-url", "--extra-index-url", "-f", "--find-links"),
        *("--trusted-host", "--proxy", "--cert", "--client-cert", "--cache-dir", "--timeout"),
        *("--platform", "--python-version", "--implementation", "--abi", "--python"),
        *("--root", "--prefix", "--src", "--no-binary", "--only-binary", "--upgrade-strategy"),
        *("--retries", "--exists-action", "--progress-bar", "--log", "--report"),
        *("-C", "--config-settings", "--global-option"),
    }
)


def main() -> int:
    """Run pip without what belongs to the Azure SDK; return its exit code.

    The first argument is a folder for copies of requirement files, the rest is pip's.
    """
    words, skipped = without_sdk(sys.argv[2:], sys.argv[1])
    if skipped:
        print(
            f"pip: skipped {', '.join(skipped)}: under `hyperlocal run`, `import azureml` finds "
            "hyperlocal.",
            file=sys.stderr,
            flush=True,
        )
        if not _names_something(words):
            return 0
    command = [sys.executable, "-m", "pip", *words]
    if os.name != "nt":
        os.execv(command[0], command)
    import subprocess

    return subprocess.call(command)


def without_sdk(words: list[str], folder: str) -> tuple[list[str], list[str]]:
    """Return pip's arguments without packages of the SDK, and which those were."""
    if not any(word in _COMMANDS for word in words):
        return words, []
    kept: list[str] = []
    skipped: list[str] = []
    rest = iter(words)
    for word in rest:
        if word in _WITH_VALUE:
            kept += [word, *[value for value in [next(rest, None)] if value is not None]]
        elif word in _FILES or word.startswith(("-r", "--requirement=")):
            name = next(rest, "") if word in _FILES else re.sub(r"^(-r|--requirement=)", "", word)
            kept += _file_option(name, folder, skipped)
        elif _is_sdk(word):
            skipped.append(word)
        else:
            kept.append(word)
    return kept, skipped


def _is_sdk(word: str) -> bool:
    """Tell whether a requirement, or the file or address of a package, is one of the SDK's."""
    return bool(_SDK.match(re.split(r"[/\\]", word.strip().strip("'\""))[-1]))


def _file_option(name: str, folder: str, skipped: list[str]) -> list[str]:
    """Return the option for a file of requirements, or for a copy of it without the SDK's."""
    before = len(skipped)
    copy = _copy_without_sdk(name, folder, skipped)
    return ["-r", name if len(skipped) == before else copy]


def _copy_without_sdk(name: str, folder: str, skipped: list[str]) -> str:
    try:
        with open(name, encoding="utf-8-sig") as file:
            lines = file.read().splitlines()
    except (OSError, UnicodeDecodeError):
        return name  # pip says it better
    beside = os.path.dirname(os.path.abspath(name))
    kept = []
    for line in lines:
        included = re.match(r"\s*(-r|--requirement|-c|--constraint)[ =]\s*(\S+)", line)
        if included is not None and not re.match(r"\w+:", included[2]):
            path = os.path.join(beside, included[2])
            if included[1] in _FILES:
                path = _copy_without_sdk(path, folder, skipped)
            kept.append(f"{included[1]} {path}")
        elif _is_sdk(line.partition(";")[0].partition(" #")[0]):
            skipped.append(line.strip())
        else:
            kept.append(line)
    descriptor, copy = tempfile.mkstemp(".txt", "requirements-", folder)
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write("\n".join(kept) + "\n")
    return copy


def _names_something(words: list[str]) -> bool:
    """Tell whether there is anything left to install."""
    rest = iter(words)
    for word in rest:
        if word in (*_FILES, "-e", "--editable"):
            return True
        if word in _WITH_VALUE:
            next(rest, None)
        elif not word.startswith("-") and word not in _COMMANDS:
            return True
    return False


if __name__ == "__main__":
    sys.exit(main())
