"""Files that survive a crash, and the lock that lets one process write.

Order is everything: data is on disk before its name is, and the name before anything
that points at it. A reader therefore sees a whole file or none.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from vivencia.words.errors import StoreDamaged, WorkspaceBusy

TEMPORARY = ".tmp"


def write_durably(path: Path, write: Callable[[BinaryIO], Any]) -> int:
    """Write a file beside its place, force it to disk, put it in place; gives its size.

    The folder is not forced: call `sync_folder` once after a group of files.
    """
    temporary = path.with_name(path.name + TEMPORARY)
    with temporary.open("wb") as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())
        size = file.tell()
    temporary.replace(path)
    return size


def sync_file(path: Path) -> None:
    """Force a file that something else wrote to disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Force the names in a folder to disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(folder: Path) -> None:
    """Make a folder, and force its name to disk where it is new."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        sync_folder(folder.parent)


def write_checked(path: Path, body: Any) -> None:
    """Replace a small JSON file atomically, with a checksum of what it says."""
    said = json.dumps(body, separators=(",", ":"), sort_keys=True)
    whole = json.dumps({"checksum": _checksum(said), "body": said})
    write_durably(path, lambda file: file.write(whole.encode()))
    sync_folder(path.parent)


def read_checked(path: Path) -> Any:
    """What `write_checked` wrote; None when there is no such file. Raises StoreDamaged."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return None
    try:
        whole = json.loads(raw)
        said = whole["body"]
        if whole["checksum"] != _checksum(said):
            raise ValueError("its checksum does not fit")
        return json.loads(said)
    except (ValueError, KeyError, TypeError) as error:
        raise StoreDamaged(f"{path}: {error}", hint="restore the folder from a backup") from error


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class Lock:
    """One writer at a time, over all processes; the kernel frees it when a process dies."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO | None = None

    @property
    def held(self) -> bool:
        """Whether this object holds the lock."""
        return self._file is not None

    def take(self) -> None:
        """Take the lock; raises WorkspaceBusy at once when another has it."""
        make_folder(self._path.parent)
        file = self._path.open("ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.close()
            raise WorkspaceBusy(str(self._path.parent), hint="wait until it has finished") from error
        self._file = file

    def free(self) -> None:
        """Let the next one write."""
        if self._file is not None:
            self._file.close()
            self._file = None


class Lease:
    """A reader's mark: files that were current when it began are kept while it lives."""

    def __init__(self, path: Path, began: float) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._marked()
        os.utime(path, (began, began))

    def _marked(self) -> BinaryIO:
        """The mark, locked; a writer may take it for a dead reader's before the lock is on it."""
        while True:
            file = self._path.open("ab")
            fcntl.flock(file, fcntl.LOCK_SH)
            try:
                if os.path.samestat(os.fstat(file.fileno()), self._path.stat()):
                    return file
            except FileNotFoundError:
                pass
            file.close()

    def close(self) -> None:
        """The files may go."""
        self._path.unlink(missing_ok=True)
        self._file.close()


def oldest_lease(folder: Path) -> float | None:
    """When the oldest reader that still lives began; marks of dead readers are removed."""
    oldest: float | None = None
    for path in folder.glob("*") if folder.is_dir() else ():
        try:
            with path.open("ab") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink(missing_ok=True)
        except FileNotFoundError:
            continue
        except OSError:  # a living reader holds it
            began = path.stat().st_mtime if path.exists() else None
            oldest = began if oldest is None else min(oldest, began or oldest)
    return oldest
