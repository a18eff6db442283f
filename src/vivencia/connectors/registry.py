"""Which formats there are: ours and third parties', found by the entry points `vivencia.connectors`."""

from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from vivencia.connectors.packing import head
from vivencia.connectors.source import Connector, Reading, Source
from vivencia.words.errors import FormatUnknown

GROUP = "vivencia.connectors"


@dataclass(frozen=True, slots=True)
class Problem:
    """A connector that could not be loaded: its name, where it was declared, what went wrong."""

    name: str
    declared: str
    error: str


def connectors() -> dict[str, Connector]:
    """The connectors that work, by format name."""
    return dict(_loaded()[0])


def problems() -> list[Problem]:
    """The connectors that could not be loaded."""
    return list(_loaded()[1])


def open_file(
    path: str | Path,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
    batch_rows: int = 50_000,
) -> Source:
    """The file as a source of Arrow tables, its format told by content first, then by name.

    Raises FormatUnknown when no connector takes it, EncodingUnsure when its encoding cannot be
    told for sure, InputError when it is missing, empty, a folder or damaged as a whole.
    """
    start = head(Path(path))
    scores = {name: connector.recognises(start) for name, connector in connectors().items()}
    best = max(scores, key=lambda name: scores[name], default="")
    if not scores.get(best):
        raise FormatUnknown(
            f"{start.path.name} is none of {', '.join(sorted(scores))}.", hint=_hint(start.start)
        )
    reading = Reading(encoding, delimiter, sheet, batch_rows)
    return connectors()[best].open(start.path, reading)


@cache
def _loaded() -> tuple[dict[str, Connector], list[Problem]]:
    return load(list(entry_points(group=GROUP)))


def load(points: list[EntryPoint]) -> tuple[dict[str, Connector], list[Problem]]:
    """Each entry point's connector, or the problem it has; never raises for a plugin's fault."""
    found: dict[str, Connector] = {}
    wrong: list[Problem] = []
    for point in sorted(points, key=lambda point: (not point.value.startswith("vivencia."), point.name)):
        try:
            connector = point.load()()
            missing = [
                part for part in ("name", "extensions", "recognises", "open") if not hasattr(connector, part)
            ]
            if missing:
                raise TypeError(f"it has no {', '.join(missing)}")
            if point.name in found:
                raise ValueError(f"the name {point.name} is taken")
            found[point.name] = connector
        except Exception as error:  # a third party's code may raise anything
            wrong.append(Problem(point.name, point.value, f"{type(error).__name__}: {error}"))
    return found, wrong


def _hint(start: bytes) -> str:
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        return "This is an old Excel file (.xls): save it as .xlsx or CSV."
    if start.startswith(b"%PDF"):
        return "This is a PDF: export the table as CSV or XLSX."
    if start.startswith(b"PK"):
        return "This is an archive: unpack it first."
    if start.lstrip().startswith((b"[", b"{")):
        return "This is JSON in one piece: write one object a line, for example with jq -c '.[]'."
    return ""
