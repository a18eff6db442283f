"""Labelled sentences kept in files: tab-separated, with a header, and remarks that begin with #."""

from pathlib import Path


def rows(file: Path) -> list[list[str]]:
    """The lines of a file that are no remarks, cut at their tabs; the header first."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]
