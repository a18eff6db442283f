"""Runs the way of a workspace: only what is stale, on the engine the settings name.

Results are written to a generation of derived tables of their own, which readers see
at once when it is whole; what is still fresh is carried over from the one before.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib import import_module
from time import perf_counter
from typing import Any

import pyarrow as pa

from vivencia.engines.embedded import EmbeddedEngine
from vivencia.house.beside import run_beside
from vivencia.house.company_way import company_way
from vivencia.house.context import read_context
from vivencia.house.corrections import read_corrections
from vivencia.house.folder import Folder
from vivencia.house.lately import read_lately
from vivencia.house.running import Runner
from vivencia.house.way import Analysis, Stage, again, lay_out, pace
from vivencia.perceptions.context import names_of
from vivencia.perceptions.drift import news
from vivencia.plans import Ran
from vivencia.signals import catalogue_tables
from vivencia.store import Building, Built, DerivedStore, Generation
from vivencia.words.errors import InputError, NotAnalysed
from vivencia.words.shapes.context import CONTEXT
from vivencia.words.shapes.perceptions import DRIFT, PARAMETERS
from vivencia.words.shapes.signals import EVENTS, FAULTS, LINKS, SIGNALS, TOUCHPOINTS
from vivencia.words.shapes.understanding import BEFORE, CORRECTIONS, READ_BY
from vivencia.words.tables import TableShape

Watch = Callable[[str, float, float | None], None]

#: Modules of `vivencia.words.shapes`, where every table is declared.
_SHAPES = (
    "context",
    "signals", "understanding", "journeys", "effort", "comparisons", "perceptions", "bands",
    "weights", "actions", "checks", "shares", "bonds", "accounts", "representation", "countries",
)  # fmt: skip
#: Tables whose notes say when parameters are fitted again.
_NOTED = (PARAMETERS.name, DRIFT.name)
#: Tables that live in the store, not among the results.
_STORED = (SIGNALS.name, FAULTS.name, LINKS.name)


@dataclass(frozen=True, slots=True)
class Done:
    """One analysis of a run: `state` is "ran" or "fresh"; rows and seconds of its last run."""

    name: str
    room: str
    state: str
    rows: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Analysed:
    """What `analyse` did, in order of the way."""

    signals: int
    analyses: tuple[Done, ...]

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {"signals": self.signals, "analyses": [asdict(one) for one in self.analyses]}


def analyse(
    place: Folder,
    *,
    everything: bool = False,
    watch: Watch | None = None,
    way: Sequence[Analysis] | None = None,
) -> Analysed:
    """Run the analyses that are stale, or all of them; where nothing is stale it only looks.

    `way` is another way than all that ships (to measure a part of it); what is not on it is dropped.
    Raises WorkspaceBusy while another process analyses, EngineError with the step and its
    SQL when one fails; readers then keep the results there were.
    """
    derived = derived_store(place)
    with place.store.snapshot() as view:
        before = Generation() if everything else derived.generation()
        stages = _laid_out(place, view.version, view.rows, before, way)
        fresh = {stage.analysis.name for stage in stages if _is_fresh(stage, before)}
        if len(fresh) == len(stages):
            return Analysed(view.rows, tuple(_done(stage, before.tables, "fresh") for stage in stages))
        carried = {
            table for stage in stages if stage.analysis.name in fresh for table in stage.analysis.plan.gives
        }
        # The runner is closed first: a generation is published when its file is whole.
        with (
            derived.building(carry=carried) as building,
            Runner(place.settings, building.database, building.carried) as runner,
        ):
            _give(place, runner, view.files, {} if everything else before.files)
            stale = [stage for stage in stages if stage.analysis.name not in fresh]
            _build(stale, runner, building, watch, _standing_on(place, anew=everything))
        now = derived.generation().tables
    states = ("fresh" if stage.analysis.name in fresh else "ran" for stage in stages)
    return Analysed(
        view.rows, tuple(_done(stage, now, state) for stage, state in zip(stages, states, strict=True))
    )


def _build(
    stale: Sequence[Stage], runner: Runner, building: Building, watch: Watch | None, ground: str
) -> None:
    """Run what is stale; each is entered in the generation as it is done."""
    seconds: dict[str, float] = {}
    if watch is not None:
        watch("analysing", 0, len(stale))

    def run(stage: Stage) -> None:
        started = perf_counter()
        runner.run(stage.analysis.plan)
        seconds[stage.analysis.name] = perf_counter() - started

    def enter(stage: Stage) -> None:
        took = seconds[stage.analysis.name]
        for name in stage.analysis.plan.gives:
            rows, file = runner.rows(name), runner.file(name)
            note = stage.pace
            if name in (DRIFT.name, EVENTS.name):
                note = ground if name == EVENTS.name else _news(runner)
            building.built(name, fingerprint=stage.fingerprint, rows=rows, seconds=took, file=file, note=note)
        if watch is not None:
            watch("analysing", len(seconds), len(stale))

    run_beside(stale, run, enter, runner.at_once)


def _done(stage: Stage, tables: Mapping[str, Built], state: str) -> Done:
    made = [tables[name] for name in stage.analysis.plan.gives]
    rows, seconds = sum(one.rows for one in made), max(one.seconds for one in made)
    return Done(stage.analysis.name, stage.analysis.room, state, rows, seconds)


def _is_fresh(stage: Stage, known: Generation) -> bool:
    return all(known.fresh(name, stage.fingerprint) for name in stage.analysis.plan.gives)


def _news(runner: Runner) -> str:
    week = news(runner.engine.table(DRIFT.name))
    return week.isoformat() if week else ""


def _laid_out(
    place: Folder,
    signals: str,
    rows: int,
    before: Generation,
    way: Sequence[Analysis] | None = None,
) -> tuple[Stage, ...]:
    given = {name: _mark(table) for name, table in catalogue_tables(place.catalogue).items()}
    given |= {SIGNALS.name: signals, LINKS.name: _mark(place.store.links())}
    given |= {CORRECTIONS.name: _mark(read_corrections(place.path))}
    around = read_context(place.path, place.catalogue)
    given[CONTEXT.name] = _mark(around)
    given |= {shape.name: "" for shape in BEFORE.values()}
    due = pace(place.clock(), rows)
    # An alarm that came after the last fit asks for the next one before it is due.
    notes = {name: before.tables[name].note if name in before.tables else "" for name in _NOTED}
    own = {PARAMETERS.name: again(due, *(notes[name] for name in _NOTED))}
    # A market index gets a row a day: what is estimated of it is estimated again at the common pace.
    # So is what is learned of the signals themselves.
    growing = {CONTEXT.name: " ".join(names_of(around)), SIGNALS.name: due}
    return lay_out(way or _way(place, around), given, due, own, growing)


def _way(place: Folder, around: pa.Table | None = None) -> tuple[Analysis, ...]:
    around = read_context(place.path, place.catalogue) if around is None else around
    tier, context = place.settings.understanding_tier, around.num_rows > 0
    return company_way(place.catalogue, tier=tier, context=context)


def grounds(place: Folder) -> str:
    """A fingerprint of all that old events and their readings depend on beside the signals, as it is now.

    Links, corrections, the catalogue and how deep words are read: where it changes, what was told
    of the same signals changes.
    """
    catalogue = place.catalogue
    digest = hashlib.sha256(f"{place.settings.understanding_tier} {catalogue.aspects!r}".encode())
    for table in (catalogue_tables(catalogue)[TOUCHPOINTS.name], place.store.links()):
        digest.update(_mark(table).encode())
    try:
        digest.update(_mark(read_corrections(place.path)).encode())
    except InputError:  # the next analysis says what is wrong with the file
        digest.update(b"unreadable")
    return digest.hexdigest()[:24]


def _standing_on(place: Folder, *, anew: bool) -> str:
    """The note of `events`: their grounds, and where all texts are read anew, that they were."""
    return f"{grounds(place)}/{place.clock().isoformat()}" if anew else grounds(place)


def _mark(table: pa.Table) -> str:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as out:
        out.write_table(table.combine_chunks())
    return hashlib.sha256(sink.getvalue()).hexdigest()[:24]


def _give(
    place: Folder, runner: Runner, files: tuple[str, ...], before: Mapping[str, str] | None = None
) -> None:
    for name, table in catalogue_tables(place.catalogue).items():
        runner.engine.give(name, table)
    runner.engine.give(LINKS.name, place.store.links())
    runner.engine.give(CORRECTIONS.name, read_corrections(place.path))
    runner.engine.give(CONTEXT.name, read_context(place.path, place.catalogue))
    runner.engine.give_files(SIGNALS.name, files, SIGNALS)
    # What was read before is no input but a saving: results are the same without it.
    known = before if before and all(name in before for name in BEFORE) else {}
    lately = read_lately(place, known.get(READ_BY.name)) if known else {}
    for name, shape in BEFORE.items():
        runner.give_before(shape, name, known.get(name), lately.get(name))


def stale(place: Folder) -> list[str]:
    """Names of the analyses whose results are not up to date, in order of the way."""
    known = derived_store(place).generation()
    return [
        stage.analysis.name
        for stage in _laid_out(place, place.store.version, place.store.rows, known)
        if not _is_fresh(stage, known)
    ]


def explain(place: Folder, name: str) -> list[tuple[str, Ran]]:
    """Run an analysis (or those of a room) apart, on what its inputs are now; nothing is kept.

    Gives each node with its text, rows and seconds. Raises InputError for an unknown
    name, NotAnalysed when its inputs were never computed.
    """
    way = _way(place)
    wanted = [one for one in way if name in (one.name, one.room)]
    if not wanted:
        known = sorted({one.name for one in way} | {one.room for one in way})
        raise InputError(f"{name} is no analysis.", hint=f"there are: {', '.join(known)}")
    written = {table for one in wanted for table in one.plan.gives}
    found: list[tuple[str, Ran]] = []
    with place.store.snapshot() as view, _results(place) as results:
        beside = {table: file for table, file in results.files.items() if table not in written}
        with Runner(place.settings, None, beside) as runner:
            _give(place, runner, view.files)
            for one in wanted:
                ran: list[Ran] = []
                runner.run(one.plan, watch=ran.append)
                found += [(one.name, node) for node in ran]
    return found


# Reading ------------------------------------------------------------------------------------


def derived_store(place: Folder) -> DerivedStore:
    """The derived tables of a workspace."""
    return DerivedStore(place.path / "derived", clock=place.clock)


@contextmanager
def _results(place: Folder) -> Iterator[Generation]:
    with derived_store(place).reading() as generation:
        if not generation.tables:
            raise NotAnalysed(str(place.path), hint=f"run: vivencia analyse {place.path}")
        yield generation


@contextmanager
def reading(place: Folder) -> Iterator[EmbeddedEngine]:
    """An engine that reads the newest whole results and writes nothing. Raises NotAnalysed."""
    with _results(place) as generation, EmbeddedEngine(carried=generation.files) as engine:
        yield engine


def table(place: Folder, name: str) -> pa.Table:
    """One result, or one stored table, as Arrow. Raises NotAnalysed, or InputError for an unknown name."""
    with source_of(place, name) as engine:
        return engine.table(name)


@contextmanager
def reader(place: Folder) -> Iterator[Callable[[str], pa.Table | None]]:
    """Reads results of one generation, one after another; None for a name that is none.

    Raises NotAnalysed.
    """
    with reading(place) as engine:
        yield lambda name: engine.table(name) if name in engine.names else None


def batches(place: Folder, name: str) -> Iterator[pa.Table]:
    """The same as tables of bounded size; at least one, so an empty table still has its columns."""
    with source_of(place, name) as engine:
        if not engine.rows(name):
            yield engine.table(name)
        for batch in engine.batches(name):
            yield pa.Table.from_batches([batch])


@contextmanager
def source_of(place: Folder, name: str) -> Iterator[EmbeddedEngine]:
    """An engine that can read this table. Raises InputError, naming what there is, where none can."""
    with _source(place, name) as engine:
        if name not in engine.names:
            known = ", ".join(sorted({*engine.names, *_STORED}))
            raise InputError(f"There is no table {name}.", hint=f"there are: {known}")
        yield engine


@contextmanager
def _source(place: Folder, name: str) -> Iterator[EmbeddedEngine]:
    if name not in _STORED:
        with reading(place) as engine:
            yield engine
        return
    with place.store.snapshot() as view, EmbeddedEngine() as engine:
        engine.give_files(SIGNALS.name, view.files, SIGNALS)
        engine.give(FAULTS.name, place.store.faults(None))
        engine.give(LINKS.name, place.store.links())
        yield engine


def tables(place: Folder) -> list[dict[str, Any]]:
    """Every table there is: name, rows, meaning; stored ones first."""
    shapes = declared()
    counts = {
        SIGNALS.name: place.store.rows,
        FAULTS.name: place.store.faults(None).num_rows,
        LINKS.name: place.store.links().num_rows,
    }
    known = derived_store(place).generation().tables
    counts |= {name: known[name].rows for name in sorted(known)}
    return [
        {"name": name, "rows": rows, "meaning": shapes[name].meaning if name in shapes else ""}
        for name, rows in counts.items()
    ]


def declared() -> dict[str, TableShape]:
    """Every table shape there is, by name."""
    modules = [import_module(f"vivencia.words.shapes.{name}") for name in _SHAPES]
    shapes = [one for module in modules for one in vars(module).values() if isinstance(one, TableShape)]
    return {shape.name: shape for shape in shapes}
