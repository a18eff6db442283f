"""Bytes of a file, unpacked on the way when it is gzip; a cut or damaged archive ends early, and says so."""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from vivencia.connectors.source import Broken, Head
from vivencia.words.errors import InputError

GZIP = b"\x1f\x8b"
BLOCK = 8 << 20
HEAD = 1 << 16

#: Reason codes for a file that ends before its content does.
TRUNCATED = "truncated"


def is_packed(path: Path) -> bool:
    """Whether the file is gzip, by its first bytes."""
    with path.open("rb") as file:
        return file.read(2) == GZIP


def head(path: Path, size: int = HEAD) -> Head:
    """The file's beginning; raises InputError for what is no readable file, or an empty one."""
    if path.is_dir():
        raise InputError(f"{path.name} is a folder.", hint="Name the files in it.")
    try:
        packed = is_packed(path)
        start = next(blocks(path, size, broken=[]), b"")
    except FileNotFoundError:
        raise InputError(f"There is no file {path}.") from None
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}.") from error
    if not start:
        raise InputError(f"{path.name} is empty.")
    return Head(path, start[:size], packed)


def blocks(path: Path, size: int = BLOCK, *, broken: list[Broken]) -> Iterator[bytes]:
    """The (unpacked) content, at most `size` bytes at a time; damage ends it and is noted in `broken`."""
    with opened(path) as file:
        while True:
            try:
                block = file.read(size)
            except (EOFError, zlib.error, gzip.BadGzipFile) as error:
                broken.append(Broken(0, TRUNCATED, str(error)))
                return
            if not block:
                return
            yield block


def opened(path: Path) -> BinaryIO:
    """The (unpacked) content as a file to read from."""
    if is_packed(path):
        return cast(BinaryIO, gzip.open(path, "rb"))
    return path.open("rb", buffering=0)
