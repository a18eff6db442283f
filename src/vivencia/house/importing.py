"""Signals in: files are read by connectors, turned into signals by a mapping, and appended to the store.

Good records go in, refused ones are kept as faults; a file imported twice adds nothing.
"""

import shutil
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from vivencia.connectors import Source, open_file
from vivencia.house import living
from vivencia.house.folder import Folder
from vivencia.signals import (
    AnyMapping,
    Canonical,
    Converted,
    Origin,
    Preview,
    broken_faults,
    parse_mapping,
    replay,
)
from vivencia.signals import preview as preview_of
from vivencia.signals import propose as propose_mapping
from vivencia.signals.canonical import CANONICAL
from vivencia.signals.examples import EXAMPLES, example_mapping
from vivencia.words.errors import MappingError

Watch = Callable[[str, float, float | None], None]

#: Folder inside a workspace where mappings that were used are kept, for replays.
KEPT_MAPPINGS = "mappings"
_SAMPLE_ROWS = 5_000


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
class _Job:
    """Files with the mapping that reads them."""

    mapping: AnyMapping
    files: tuple[tuple[str, Path], ...]
    sides: tuple[str, ...]
    reading: Mapping[str, Any] = field(default_factory=dict)


def import_files(
    place: Folder,
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
            living.follow(place, converted.signals)
            faults += place.store.add_faults(converted.faults).taken
            records += converted.records
            silent += converted.silent
            taken, repeated = taken + done.taken, repeated + done.repeated
            if watch is not None:
                watch(name, records, None)
    return Imported(records, taken, repeated, faults, silent)


def preview(
    place: Folder,
    files: Sequence[Path],
    *,
    mapping: str | Path | None = None,
    source: str | None = None,
    **reading: Any,
) -> Preview:
    """Read and convert everything, and write nothing."""
    job = _job(place, files, mapping, source, reading)
    return preview_of((converted for _, converted in _converted(place, job)), place.catalogue)


def propose(place: Folder, file: Path, **reading: Any) -> str:
    """A first mapping for a file, as commented TOML, from its first records."""
    opened = _open(file, reading, batch_rows=_SAMPLE_ROWS)
    sample = next(opened.batches(), pa.table({}))
    return propose_mapping(file.name, sample, zone=place.catalogue.company.zone)


def replay_faults(
    place: Folder, *, mapping: str | Path | None = None, watch: Watch | None = None
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
            living.follow(place, done.signals)
            kept += place.store.add_faults(done.faults).taken
            place.store.settle_faults(done.settled, "replayed")
        records, taken, repeated = records + done.records, taken + written.taken, repeated + written.repeated
        if watch is not None:
            watch("replaying faults", records, waiting.num_rows)
    return Imported(records, taken, repeated, kept)


# Reading and converting ---------------------------------------------------------------------


def _job(
    place: Folder,
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


def _converted(place: Folder, job: _Job) -> Iterator[tuple[str, Converted]]:
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


def _broken(place: Folder, job: _Job, file: Path, opened: Source) -> Converted:
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


def _mapping(place: Folder, mapping: str | Path | None, source: str | None) -> AnyMapping:
    if mapping is None or str(mapping) == CANONICAL:
        return Canonical(source=source) if source else Canonical()
    try:
        data = tomllib.loads(_mapping_text(place, mapping))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise MappingError(f"{mapping}: {wrong}") from wrong
    if source:
        data.setdefault("mapping", {})["source"] = source
    return parse_mapping(data)


def _mapping_text(place: Folder, mapping: str | Path) -> str:
    """A mapping by path, by the name it was used under in this workspace, or by the name it ships under."""
    for file in (Path(mapping), place.path / KEPT_MAPPINGS / f"{mapping}.toml"):
        if file.is_file():
            return file.read_text(encoding="utf-8")
    if str(mapping) in EXAMPLES:
        return example_mapping(str(mapping))
    raise MappingError(f"There is no file {mapping}.", hint=f"these ship: {', '.join(EXAMPLES)}")


def _keep(place: Folder, mapping: str | Path | None) -> None:
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
    "Imported",
    "Preview",
    "import_files",
    "preview",
    "propose",
    "replay_faults",
]
