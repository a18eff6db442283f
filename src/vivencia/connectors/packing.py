"""Bytes of a file, unpacked on the way when it is gzip; a cut or damaged archive ends early, and says so."""

import zlib
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from typing import BinaryIO

from vivencia.connectors.source import Broken, Head
from vivencia.words.errors import InputError

GZIP = b"\x1f\x8b"
BLOCK = 8 << 20
HEAD = 1 << 16

#: Reason code for a file that ends before its content does.
TRUNCATED = "truncated"
_GZIP_FORMAT = 31
_PACKED_BLOCK = 1 << 20


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


def blocks(path: Path, size: int | None = None, *, broken: list[Broken]) -> Iterator[bytes]:
    """The (unpacked) content, at most `size` bytes at a time; damage ends it and is noted in `broken`."""
    size = size or BLOCK
    with path.open("rb", buffering=0) as file:
        start = file.read(2)
        file.seek(0)
        if start == GZIP:
            yield from _unpacked(file, size, broken)
            return
        while block := file.read(size):
            yield block


def _unpacked(file: BinaryIO | FileIO, size: int, broken: list[Broken]) -> Iterator[bytes]:
    """What a gzip file holds, all its members, and up to the cut when it is cut."""
    unpack = zlib.decompressobj(_GZIP_FORMAT)
    packed, out = b"", bytearray()
    try:
        while packed := packed or file.read(_PACKED_BLOCK):
            if unpack.eof:
                unpack = zlib.decompressobj(_GZIP_FORMAT)
            out += unpack.decompress(packed, size - len(out))
            packed = unpack.unused_data.lstrip(b"\x00") if unpack.eof else unpack.unconsumed_tail
            if len(out) == size:
                yield bytes(out)
                out.clear()
        out += unpack.flush()
        if not unpack.eof:
            broken.append(Broken(0, TRUNCATED, "the archive is cut"))
    except zlib.error as error:
        broken.append(Broken(0, TRUNCATED, str(error)))
    if out:
        yield bytes(out)
