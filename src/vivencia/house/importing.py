"""Signals in: files are read by connectors, turned into signals by a mapping, and appended to the store.

Good records go in, refused ones are kept as faults; a file imported twice adds nothing.
"""

import shutil
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib import import_module
from importlib.resources import files as package_files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from vivencia.connectors import LINE, Source, open_file
from vivencia.signals import AnyMapping, Canonical, Converted, Origin, broken_faults, parse_mapping, replay
from vivencia.signals.canonical import CANONICAL
from vivencia.words.errors import MappingError

if TYPE_CHECKING:
    from vivencia.house.workspace import Workspace

Watch = Callable[[str, float, float | None], None]

#: Folder inside a workspace where mappings that were used are kept, for replays.
KEPT_MAPPINGS = "mappings"
_SHIPPED = package_files("vivencia.signals").joinpath("examples")
_SAMPLE_ROWS = 5_000
_SHOWN_SIGNALS = 10


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: records read, signals taken, signals that were there already, faults kept."""

    records: int
    taken: int
    repeated: int
    faults: int
    silent: int = 0

    def as_dict(self) -> dict[str, int]:
        """For `--json`."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do: first signals, signals by touchpoint, every kind of fault with an example."""

    records: int
    signals: int
    silent: int
    signal_columns: tuple[str, ...]
    signal_rows: list[tuple[Any, ...]]
    touchpoints: list[tuple[str, int]]
    faults: list[tuple[str, str | None, int, int | None, str | None, str | None]]

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        heads = ("code", "field", "count", "line", "found", "expected")
        return {
            "records": self.records,
            "signals": self.signals,
            "silent": self.silent,
            "first": [dict(zip(self.signal_columns, row, strict=True)) for row in self.signal_rows],
            "touchpoints": dict(self.touchpoints),
            "faults": [dict(zip(heads, row, strict=True)) for row in self.faults],
        }


@dataclass(frozen=True, slots=True)
class _Job:
    """Files with the mapping that reads them."""

    mapping: AnyMapping
    files: tuple[tuple[str, Path], ...]
    sides: tuple[str, ...]
    reading: Mapping[str, Any] = field(default_factory=dict)


def import_files(
    place: "Workspace",
    files: Sequence[Path],
    *,
    mapping: str | Path | None = None,
    source: str | None = None,
    watch: Watch | None = None,
    **reading: Any,
) -> Imported:
    """Take signals in from files.

    `mapping` is a file, the name of one that ships or was used before, or None for files
    in the signal's own form. `reading` may name encoding, delimiter and sheet. Raises
    InputError for a file that is no data, MappingError for a mapping that does not fit,
    WorkspaceBusy while another process writes.
    """
    job = _job(place, files, mapping, source, reading)
    _keep(place, mapping)
    records = taken = repeated = faults = silent = 0
    with place.store.writing():
        for name, converted in _converted(place, job):
            done = place.store.append(converted.signals)
            faults += place.store.add_faults(converted.faults).taken
            records += converted.records
            silent += converted.silent
            taken, repeated = taken + done.taken, repeated + done.repeated
            if watch is not None:
                watch(name, records, None)
    return Imported(records, taken, repeated, faults, silent)


def preview(
    place: "Workspace",
    files: Sequence[Path],
    *,
    mapping: str | Path | None = None,
    source: str | None = None,
    **reading: Any,
) -> Preview:
    """Read and convert everything, and write nothing."""
    first: list[dict[str, Any]] = []
    touchpoints: Counter[str] = Counter()
    kinds: dict[tuple[str, str | None], list[Any]] = {}
    records = silent = signals = 0
    for _, converted in _converted(place, _job(place, files, mapping, source, reading)):
        records, silent = records + converted.records, silent + converted.silent
        signals += converted.signals.num_rows
        first += converted.signals.slice(0, max(0, _SHOWN_SIGNALS - len(first))).to_pylist()
        touchpoints.update(converted.signals.column("touchpoint").to_pylist())
        for fault in converted.faults.to_pylist():
            kind = kinds.setdefault((fault["code"], fault["field"]), [0, fault])
            kind[0] += 1
    columns = tuple(
        name for name in (first[0] if first else {}) if any(row[name] is not None for row in first)
    )
    return Preview(
        records,
        signals,
        silent,
        columns,
        [tuple(row[name] for name in columns) for row in first],
        touchpoints.most_common(),
        [
            (code, name, count, fault["line"], fault["found"], fault["expected"])
            for (code, name), (count, fault) in sorted(kinds.items(), key=lambda one: -one[1][0])
        ],
    )


def propose(place: "Workspace", files: Sequence[Path], **reading: Any) -> str:
    """A first mapping for these files, as commented TOML, from their first records."""
    samples = {}
    for file in files:
        opened = _open(file, reading, batch_rows=_SAMPLE_ROWS)
        samples[file.name] = next(opened.batches(), pa.table({}))
    # By name: looking at files is needed once in a company's life, so it is loaded then.
    text: str = import_module("vivencia.signals.proposing").propose(samples, catalogue=place.catalogue)
    return text


def replay_faults(
    place: "Workspace", *, mapping: str | Path | None = None, watch: Watch | None = None
) -> Imported:
    """Try the open faults again, with `mapping` or with the mappings they were refused by."""
    waiting = place.store.faults("open")
    names = {str(mapping)} if mapping is not None else set(waiting.column("mapping").to_pylist())
    records = taken = repeated = kept = 0
    for name in sorted(filter(None, names)):
        known = _mapping(place, name, None)
        done = replay(waiting, known, catalogue=place.catalogue, now=place.clock())
        with place.store.writing():
            written = place.store.append(done.signals)
            kept += place.store.add_faults(done.faults).taken
            place.store.settle_faults(done.settled, "replayed")
        records, taken, repeated = records + done.records, taken + written.taken, repeated + written.repeated
        if watch is not None:
            watch("replaying faults", records, waiting.num_rows)
    return Imported(records, taken, repeated, kept)


# Reading and converting ---------------------------------------------------------------------


def _job(
    place: "Workspace",
    files: Sequence[Path],
    mapping: str | Path | None,
    source: str | None,
    reading: Mapping[str, Any],
) -> _Job:
    known = _mapping(place, mapping, source)
    named = [(known.alias_of(file.name), file) for file in files]
    strange = [file.name for alias, file in named if alias is None]
    if strange:
        raise MappingError(
            f"{known.name} reads no file called {', '.join(strange)}.",
            hint="the patterns under [files] say which names it reads",
        )
    return _Job(
        known,
        tuple((str(alias), file) for alias, file in named),
        tuple(getattr(known, "sides", ())),
        {name: value for name, value in reading.items() if value is not None},
    )


def _converted(place: "Workspace", job: _Job) -> Iterator[tuple[str, Converted]]:
    """Every batch of every file, converted; what could not be parsed comes as faults too."""
    sides: dict[str, list[pa.Table]] = {}
    for alias, file in job.files:
        if alias in job.sides:
            opened = _open_for(job, alias, file)
            sides.setdefault(alias, []).extend(opened.batches())
            if alias not in job.mapping.mains:
                yield file.name, _broken(place, job, file, opened)
    whole = {
        alias: pa.concat_tables(parts, promote_options="permissive")
        for alias, parts in sides.items()
        if parts
    }
    converter = job.mapping.converter(whole, catalogue=place.catalogue, now=place.clock())
    for alias, file in job.files:
        if alias in job.mapping.mains:
            opened = _open_for(job, alias, file)
            for batch in opened.batches():
                yield file.name, converter.convert(alias, batch, file=file.name)
            yield file.name, _broken(place, job, file, opened)


def _broken(place: "Workspace", job: _Job, file: Path, opened: Source) -> Converted:
    origin = Origin(getattr(job.mapping, "source", ""), file.name, job.mapping.name, place.clock())
    faults = broken_faults(opened.broken, origin)
    return Converted(Converted.together([]).signals, faults, len(opened.broken))


def _open_for(job: _Job, alias: str, file: Path) -> Source:
    """The file as its mapping says it is written; the caller's own words win."""
    spec = getattr(job.mapping, "files", {}).get(alias)
    said = {name: getattr(spec, name, None) for name in ("encoding", "delimiter", "sheet")}
    return _open(file, {**{k: v for k, v in said.items() if v is not None}, **job.reading})


def _open(file: Path, reading: Mapping[str, Any], **more: Any) -> Source:
    wanted = {name: value for name, value in reading.items() if value is not None}
    return open_file(file, **wanted, **more)


# Mappings -----------------------------------------------------------------------------------


def shipped_mappings() -> list[str]:
    """Names of the mappings that ship."""
    return sorted(one.name.removesuffix(".toml") for one in _SHIPPED.iterdir() if one.name.endswith(".toml"))


def _mapping(place: "Workspace", mapping: str | Path | None, source: str | None) -> AnyMapping:
    if mapping is None or str(mapping) == CANONICAL:
        return Canonical(source=source) if source else Canonical()
    try:
        data = tomllib.loads(_mapping_file(place, mapping).read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise MappingError(f"{mapping}: {wrong}") from wrong
    if source:
        data.setdefault("mapping", {})["source"] = source
    return parse_mapping(data)


def _mapping_file(place: "Workspace", mapping: str | Path) -> Path | Traversable:
    """A mapping by path, by the name it was used under in this workspace, or by the name it ships under."""
    for file in (Path(mapping), place.path / KEPT_MAPPINGS / f"{mapping}.toml"):
        if file.is_file():
            return file
    shipped = _SHIPPED.joinpath(f"{mapping}.toml")
    if shipped.is_file():
        return shipped
    raise MappingError(f"There is no file {mapping}.", hint=f"these ship: {', '.join(shipped_mappings())}")


def _keep(place: "Workspace", mapping: str | Path | None) -> None:
    """Keep a copy of a mapping that is used, so its faults can be replayed by name."""
    if mapping is None or not Path(mapping).is_file():
        return
    folder = place.path / KEPT_MAPPINGS
    folder.mkdir(exist_ok=True)
    name = _mapping(place, mapping, None).name
    target = folder / f"{name}.toml"
    if not target.exists() or not target.samefile(mapping):
        shutil.copyfile(mapping, target)


__all__ = [
    "LINE",
    "Imported",
    "Preview",
    "import_files",
    "preview",
    "propose",
    "replay_faults",
    "shipped_mappings",
]
