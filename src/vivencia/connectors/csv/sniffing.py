"""How a CSV file is written: its delimiter and how it escapes quotes, judged on whole records of a sample."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vivencia.connectors.csv.scanning import BLANK, STRAY_QUOTE, Scan, scan

DELIMITERS = ",;\t|:^~"
QUOTE = ord('"')
BACKSLASH = ord("\\")
_SAMPLE_RECORDS = 2_000


@dataclass(frozen=True, slots=True)
class Dialect:
    """Delimiter and escape as byte values; `fit` is the share of sampled records with the header's width."""

    delimiter: int
    escape: int
    width: int
    fit: float


def best_delimiter(sample: bytes, wanted: str | None = None) -> Dialect:
    """The dialect under which most records have as many fields as the header, wider ones first on a tie."""
    choices = [wanted] if wanted else list(DELIMITERS)
    escapes = (0, BACKSLASH) if b'\\"' in sample else (0,)
    tried = [_try(sample, ord(delimiter), escape) for delimiter in choices for escape in escapes]
    several = [dialect for dialect in tried if dialect.width > 1] or tried
    return max(several, key=lambda dialect: (round(dialect.fit, 2), dialect.width))


def _try(sample: bytes, delimiter: int, escape: int) -> Dialect:
    data = np.frombuffer(sample, np.uint8)
    found = scan(data, delimiter, QUOTE, escape, False)
    if not len(found.start):
        found = scan(data, delimiter, QUOTE, escape, True)
    widths = _widths(found)
    if not len(widths):
        return Dialect(delimiter, escape, 0, 0.0)
    fit = float(np.mean(widths == widths[0]))
    return Dialect(delimiter, escape, int(widths[0]), fit)


def _widths(found: Scan) -> NDArray[np.int64]:
    """Fields per sampled record; a misquoted one fits nothing (−1), a blank line is no record."""
    widths: NDArray[np.int64] = np.where(found.state == STRAY_QUOTE, -1, np.diff(found.first))
    records: NDArray[np.int64] = widths[found.state != BLANK]
    return records[:_SAMPLE_RECORDS]
