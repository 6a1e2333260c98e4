"""Files: what is kept with a run, put there and taken from there."""

from __future__ import annotations

from hyperlocal.azureml._errors import as_sdk_errors
from hyperlocal.azureml.core._run_base import _RunBase
from hyperlocal.reading import shown, text_of

TYPE_CHECKING = False  # trials import this: nothing heavy at module level
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from hyperlocal.history import History, RunFolder

__all__ = ["_RunFiles"]


# What scripts of the years before call them; today's cloud names them otherwise, and so do we.
_NEW_NAMES = {"azureml-logs/70_driver_log.txt": "user_logs/std_log.txt"}


class _RunFiles(_RunBase):
    """The files of a run: its outputs, its logs, and what was uploaded."""

    @as_sdk_errors
    def upload_file(self, name: Any, path_or_stream: Any, datastore_name: Any = None) -> None:
        """Keep a file, or what is left in a stream, under a name.

        Raises:
            UserErrorException: The name would lie outside the run, or it is neither path nor
                stream.
            FileNotFoundError: There is no such file.
        """
        import os

        from hyperlocal.azureml.exceptions import UserErrorException
        from hyperlocal.services.runs.storage import keep_file, keep_stream, note_uploads

        folder = self._history.folder(self._run_id)
        if isinstance(path_or_stream, (str, os.PathLike)):
            kept = keep_file(folder, name, path_or_stream)
        elif hasattr(path_or_stream, "read"):
            kept = keep_stream(folder, name, path_or_stream)
        else:
            raise UserErrorException(
                f"upload_file({shown(name)}) takes a path or an open file, not "
                f"{shown(path_or_stream)}."
            )
        note_uploads(folder, [kept])

    def upload_files(
        self,
        names: Any,
        paths: Any,
        return_artifacts: Any = False,
        timeout_seconds: Any = None,
        datastore_name: Any = None,
    ) -> Any:
        """Keep several files. Of a name that is given twice only the first counts.

        Raises:
            TypeError: There are not as many names as paths.
        """
        if len(names) != len(paths):
            raise TypeError(
                f"upload_files() needs a name for each path, but got {len(names)} names and "
                f"{len(paths)} paths."
            )
        done: dict[str, Any] = {}
        for name, path in zip(names, paths):  # noqa: B905 (equal by now)
            if name not in done:
                self.upload_file(name, path)
                done[name] = path
        return (done, []) if return_artifacts else []

    @as_sdk_errors
    def upload_folder(self, name: Any, path: Any, datastore_name: Any = None) -> Any:
        """Keep all files of a folder, under `name` as their folder.

        Raises:
            UserErrorException: There is no such folder.
        """
        import os

        from hyperlocal.azureml.exceptions import UserErrorException
        from hyperlocal.services.data.transfer import files_below
        from hyperlocal.services.runs.storage import clean_name, keep_files, note_uploads

        # A number would be an open file's.
        if not isinstance(path, (str, os.PathLike)) or not os.path.isdir(path):
            raise UserErrorException(
                f"upload_folder({shown(name)}): {shown(path)} is not a folder."
            )
        pairs = [
            (clean_name(f"{name}/{inner}"), file) for file, inner in files_below(os.fspath(path))
        ]
        folder = self._history.folder(self._run_id)
        keep_files(folder, pairs)
        note_uploads(folder, [kept for kept, _ in pairs])
        return []

    def get_file_names(self) -> list[str]:
        """Return the names of all files of the run, sorted, those in `outputs/` last.

        Links are among them, but are only followed within the run's own folder.
        Scripts take the last name for the model's; the cloud has no files that sort after it.
        """
        names = self._history.folder(self._run_id).file_names()
        return sorted(names, key=lambda name: (name.startswith("outputs/"), name))

    def download_file(
        self, name: Any, output_file_path: Any = None, _validate_checksum: Any = False
    ) -> None:
        """Copy a file of the run to a path or into a folder; by default into this one.

        Raises:
            UserErrorException: The run has no such file; the text names those it has.
        """
        import os

        name = text_of(name)
        found = self._file(name)
        target = output_file_path if output_file_path is not None else os.path.basename(name)
        if not isinstance(target, (str, os.PathLike)):
            from hyperlocal.azureml.exceptions import UserErrorException

            raise UserErrorException(f"download_file(): {shown(target)} is no path.")
        if os.path.isdir(target) or not os.path.basename(target):
            target = os.path.join(target, os.path.basename(name))
        _copy(self._history, [(found, target)])

    def download_files(
        self,
        prefix: Any = None,
        output_directory: Any = None,
        output_paths: Any = None,
        batch_size: Any = 100,
        append_prefix: Any = True,
        timeout_seconds: Any = None,
    ) -> None:
        """Copy all files of the run, or of one of its folders, and warn of links that leave it.

        Each keeps its name, below `output_directory` if given; without `append_prefix` the
        folder's own name is left out there. `output_paths` gives each another place.

        Args:
            prefix: A folder or a file of the run, or how the names of its files begin. It is
                warned where none is or does.
            output_directory: Where the files go; this folder by default.
            output_paths: Their names there, one for each.
            batch_size: Without effect.
            append_prefix: Whether names there begin with the prefix, too.
            timeout_seconds: Without effect.
        """
        import os

        folder, chosen = self._below(prefix)
        names = self._files_of(chosen)
        targets = list(output_paths) if output_paths is not None else list(names)
        if len(targets) != len(names) or len(set(targets)) != len(targets):
            targets = list(names)  # as in the SDK: paths that do not fit are not used
        elif output_paths is None and output_directory is not None and not append_prefix:
            targets = [name.removeprefix(folder) for name in names]
        if output_directory is not None:
            targets = [os.path.join(output_directory, target) for target in targets]
        files = [self._file(name) for name in names]
        _copy(self._history, list(zip(files, targets)))  # noqa: B905 (equal by now)

    def get_details_with_logs(self) -> dict[str, Any]:
        """Return the run's details with the text of each log instead of its URL."""
        from hyperlocal.azureml.core._run_lineage import details_of
        from hyperlocal.services.runs.details import read_log

        details = details_of(self._history, self._fetch())
        details["logFiles"] = {
            name: read_log(self._history, self._run_id, name) for name in details["logFiles"]
        }
        return details

    def get_all_logs(self, destination: Any = None) -> list[str]:
        """Copy all logs of the run into a folder, by default `assets/<run id>`; return the paths.

        Raises:
            UserErrorException: The destination is a file.
        """
        import os

        from hyperlocal.azureml.exceptions import UserErrorException
        from hyperlocal.services.runs.details import log_names

        place = destination or os.path.join("assets", self._run_id)
        if os.path.exists(place) and not os.path.isdir(place):
            raise UserErrorException(f"get_all_logs(): {place!r} is a file, not a folder.")
        os.makedirs(place, exist_ok=True)
        names = self._files_of(log_names(self._history, self._run_id))
        copies = [os.path.join(place, *name.split("/")) for name in names]
        files = [self._file(name) for name in names]
        _copy(self._history, list(zip(files, copies)))  # noqa: B905 (equal by now)
        return copies

    @as_sdk_errors
    def take_snapshot(self, file_or_folder_path: Any) -> str:
        """Keep a copy of a file or a folder of source with the run; return its id.

        Raises:
            SnapshotException: It cannot be copied.
        """
        from hyperlocal.services.runs.source import take

        take(self._history, self._run_id, file_or_folder_path)
        return self.get_snapshot_id()

    def get_snapshot_id(self) -> str:
        """Return the id of the run's source."""
        from hyperlocal.services.runs.definitions import snapshot_id

        return snapshot_id(self._record)

    @as_sdk_errors
    def restore_snapshot(self, snapshot_id: Any = None, path: Any = None) -> str:
        """Put the run's source into a ZIP file in a folder, by default this one; return its path.

        Raises:
            SnapshotException: The run has no source.
        """
        from hyperlocal.services.runs.source import restore

        return restore(self._history, self._record, snapshot_id or self.get_snapshot_id(), path)

    def _below(self, prefix: Any) -> tuple[str, list[str]]:
        """Return which folder a prefix is, or is in, and the names that it stands for."""
        names = self.get_file_names()
        wanted = str(prefix or "").replace("\\", "/").removeprefix("./").rstrip("/")
        if not wanted or wanted == ".":
            return "", names
        below = [name for name in names if name.startswith(f"{wanted}/")]
        if below:
            return f"{wanted}/", below
        found = [name for name in names if name.startswith(wanted)]
        if wanted in found:
            found = [wanted]
        if not found:
            from hyperlocal.services.advice import warn_caller

            known = ", ".join(names[:50]) or "none yet"
            warn_caller(
                f"download_files(prefix={prefix!r}) copies nothing: run {self._run_id} has no "
                f"such file or folder. It has: {known}."
            )
        return wanted[: wanted.rfind("/") + 1], found

    def _files_of(self, names: list[str]) -> list[str]:
        """Return those names that are files which can be side by side; warn of the rest."""
        folder = self._history.folder(self._run_id)
        known = set(names)
        reasons = {name: _why_left_out(folder, name, known) for name in names}
        left_out = [name for name, reason in reasons.items() if reason]
        if left_out:
            from hyperlocal.services.advice import warn_caller

            first, n_more = left_out[0], len(left_out) - 1
            more = f" ({n_more:,} more are, too)" if n_more else ""
            warn_caller(f"{first!r} of run {self._run_id} is left out{more}: {reasons[first]}.")
        return [name for name in names if not reasons[name]]

    def _file(self, name: str) -> Path:
        folder = self._history.folder(self._run_id)
        found = folder.file(_NEW_NAMES.get(name, name))
        if found is None:
            from hyperlocal.azureml.exceptions import UserErrorException

            leads_to = folder.link_in(name)
            if leads_to is not None:
                raise UserErrorException(
                    f"{name!r} of run {self._run_id} is, or leads through, a link to "
                    f"{leads_to!r}. Links are only followed to files in the run's own folder. Let "
                    "the script copy the file itself into outputs."
                )
            names = self.get_file_names()
            known = ", ".join(names[:50]) if names else "none yet"
            raise UserErrorException(f"Run {self._run_id} has no file {name!r}. It has: {known}.")
        return found


def _why_left_out(folder: RunFolder, name: str, known: set[str]) -> str:
    """Return why a file is not copied with the others of its run; nothing if it can be."""
    if folder.file(name) is None:
        leads_to = folder.link_in(name)
        if leads_to is None:
            return "it cannot be read"
        return (
            f"links are only followed to files in the run's own folder, but this one leads to "
            f"{leads_to!r}"
        )
    above = name.rpartition("/")[0]
    while above and above not in known:
        above = above.rpartition("/")[0]
    return above and f"there is a file {above!r}, too"


def _copy(history: History, pairs: list[tuple[Any, Any]]) -> None:
    import os

    from hyperlocal.engine.staging import copy_whole

    for _, target in pairs:
        os.makedirs(os.path.dirname(target) or ".", exist_ok=True)
    copy_whole(history.home, pairs)
