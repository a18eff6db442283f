"""Perceptions that move with every signal, equal to what a replay of everything would give.

A new event moves its customer's state on in constant time. One that is older than the
customer's last is put in its place and replayed from the snapshot before it. After an analysis
with other parameters the book is made anew beside the one in use; readers see one or the other.
"""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from math import sqrt
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vivencia.engines.embedded import EmbeddedEngine
from vivencia.house import analysing, customers
from vivencia.house.context import read_context
from vivencia.house.folder import Folder
from vivencia.house.hearing import Heard, hear
from vivencia.house.moving import Mover, Told, kept_of, packed, standing_of, told_of
from vivencia.measure.normal import Z95
from vivencia.perceptions.columns import Columns, one_array
from vivencia.perceptions.context import columns_around
from vivencia.perceptions.live import Live, Standing, happenings, lives
from vivencia.perceptions.parameters import Parameters
from vivencia.perceptions.person import faded
from vivencia.perceptions.plan import COLUMNS
from vivencia.perceptions.table import from_table
from vivencia.plans import Plan
from vivencia.signals import catalogue_tables, events_plan, people_plan
from vivencia.store import Generation
from vivencia.store.live import Kept, LiveBook, LiveStore, Place, Snapshot
from vivencia.understanding.budget import embedded_share
from vivencia.words.errors import InputError
from vivencia.words.shapes.perceptions import PARAMETERS
from vivencia.words.shapes.signals import EVENTS, LINKS, SIGNALS
from vivencia.words.shapes.understanding import READINGS, TEXT_MODEL


@dataclass(frozen=True, slots=True)
class Perceived:
    """What `perceive` did: signals taken, customers moved, events put in their place, whether it is behind.

    `behind` says that the states are not all that a replay would give: see `behind`.
    """

    taken: int
    moved: int
    late: int
    behind: bool

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        return asdict(self)


def perceive(place: Folder, signals: pa.Table) -> Perceived:
    """Take signals in (shape SIGNALS) and move the customers they are of.

    States are made from the last analysis where there are none yet. Raises NotAnalysed,
    InputError for a table of another shape, WorkspaceBusy while another process moves customers.
    """
    store = live_store(place)
    if store.current() is None:
        refresh(place)
    taken: int = place.store.append(signals).taken
    moved, late = follow(place, signals)
    return Perceived(taken, moved, late, behind(place))


def follow(place: Folder, signals: pa.Table) -> tuple[int, int]:
    """Move customers by signals that are in the store; what was followed already changes nothing.

    Gives how many customers moved and how many events were late; (0, 0) where nothing is live.
    """
    store = live_store(place)
    if store.current() is None or signals.num_rows == 0:
        return 0, 0
    store.lock.take()
    try:
        with _book(store) as book:
            heard = hear(place, signals)
            if heard is not None and heard.waiting:
                with book.writing():
                    book.say(_WAITING, body=True)
            return _mover(place, book).move_all(_events(place, signals, heard, _parameters(place, book)))
    finally:
        store.lock.free()


def standing(place: Folder, key: str, at: datetime | None = None) -> dict[str, Any]:
    """Where a customer stands now (or at a later time): perception, expectation, each with its interval.

    Raises InputError for a key without a state or a time before its last event, NotAnalysed.
    """
    store = live_store(place)
    if store.current() is None:
        refresh(place)
    with _book(store) as book:
        kept, p = book.state(_person(place, key)), _parameters(place, book)
    if kept is None:
        raise InputError(f"There is no customer {key}.", hint="keys are those of the table states")
    until = kept.at if at is None else int(at.timestamp() * 1e6)
    if until < kept.at:
        raise InputError("That is before the last event.", hint="vivencia explain-customer looks back")
    m, C = faded(standing_of(kept), p, until)
    found: dict[str, Any] = {"customer": key, "at": datetime.fromtimestamp(until / 1e6, UTC)}
    for name, value, variance in (
        ("perception", m[1] + m[2], C[1, 1] + C[2, 2] + 2 * C[1, 2]),
        ("expectation", m[1], C[1, 1]),
    ):
        half = Z95 * sqrt(max(float(variance), 0.0))
        found[name] = {"value": float(value), "low": float(value) - half, "high": float(value) + half}
    return found


def refresh(place: Folder) -> None:
    """Make all states anew from the last analysis, beside the ones in use, and put them in their place.

    Signals that came since the analysis are followed before. Raises NotAnalysed, WorkspaceBusy
    while another refresh runs.
    """
    store = live_store(place)
    store.making.take()
    try:
        file = store.draft()
        book = LiveBook(file, new=True)
        # Asked before the results are opened: where others take their place meanwhile, the states are behind.
        made_from = _made_from(analysing.derived_store(place).generation())
        with analysing.reading(place) as engine:
            _make(place, engine, book, made_from)
            book.close()
            store.lock.take()
            try:
                book = LiveBook(file)
                if store.current() is not None:
                    with _book(store) as before:
                        unknown = _unknown(engine, before.since())
                        _mover(place, book).move_all(told_of(unknown))
                        if unknown and before.told(_WAITING):
                            with book.writing():
                                book.say(_WAITING, body=True)
                book.close()
                store.publish(file)
            finally:
                store.lock.free()
    finally:
        store.making.free()


def refresh_beside(place: Folder) -> threading.Thread:
    """`refresh` in a thread of its own; meanwhile readers see the old states."""
    thread = threading.Thread(target=refresh, args=(place,), name="vivencia-live", daemon=True)
    thread.start()
    return thread


def behind(place: Folder) -> bool:
    """Whether the states are not all that a replay of everything would give.

    So it is once links between customers, the catalogue, corrections or how words are read have
    changed, or words wait to be read: analyse, then refresh. So it is too where an analysis came
    with other parameters or readings: refresh.
    """
    store = live_store(place)
    if store.current() is None:
        return True
    now = analysing.derived_store(place).generation()
    with _book(store) as book:
        if book.told(_WAITING) or book.told("made_from") != _made_from(now):
            return True
    told = now.tables[EVENTS.name].note.partition("/")[0] if EVENTS.name in now.tables else ""
    return bool(told) and told != analysing.grounds(place)


def live_store(place: Folder) -> LiveStore:
    """The folder of live states of a workspace."""
    return LiveStore(place.path / "live")


# Making a book -------------------------------------------------------------------------------


#: Said of a book whose customers told something that is not read yet.
_WAITING = "waiting"


def _made_from(now: Generation) -> list[str]:
    """What the states of a generation stand on beside its signals."""
    tables = now.tables
    texts = tables[READINGS.name].rows if READINGS.name in tables else 0
    head = tables[TEXT_MODEL.name].fingerprint if texts and TEXT_MODEL.name in tables else ""
    parameters = tables[PARAMETERS.name].fingerprint if PARAMETERS.name in tables else ""
    ground = tables[EVENTS.name].note if EVENTS.name in tables else ""
    return [parameters, head, ground if texts else ground.partition("/")[0], str(embedded_share(texts))]


def _make(place: Folder, engine: EmbeddedEngine, book: LiveBook, made_from: list[str]) -> None:
    parameters = engine.table("parameters")
    p = from_table(parameters, catalogue_tables(place.catalogue)["instruments"])
    with book.writing():
        book.say("made_from", made_from)
        book.say("parameters", parameters.to_pylist())
        around = read_context(place.path, place.catalogue)
        over = _newest(engine) - int(p.episode_s * 1e6)
        for table in _whole_customers(engine):
            _fill(book, table, columns_around(table, p, around), Live(p), over)


def _fill(book: LiveBook, table: pa.Table, columns: Columns, live: Live, over: int) -> None:
    """States and snapshots of whole customers; of episodes that ended before `over` no more is kept."""
    customer, size, last = one_array(table, "customer"), np.diff(columns.starts), columns.events - 1
    states: list[tuple[str, Kept]] = []
    snapshots: list[tuple[str, Snapshot]] = []
    for found in lives(columns, live.parameters):
        events = found.row - columns.starts[found.customer] + 1
        ended, at = events == size[found.customer], columns.at[found.row]
        # A snapshot stands between two times, so that a late event is before it or after it.
        between = ~ended & (columns.at[np.minimum(found.row + 1, last)] > at)
        keys = customer.take(pa.array(found.row)).to_pylist()
        for i in np.flatnonzero(ended | between):
            standing, many = Standing(found.numbers[i], int(at[i])), int(events[i])
            if ended[i]:
                kept = kept_of(standing, many, live)
                states.append((keys[i], kept if kept.at >= over else replace(kept, rest=None)))
            else:
                snapshots.append((keys[i], Snapshot(standing.at, many, packed(standing, live))))
    # In order of customer, a book is written from its first page to its last.
    book.fill(sorted(states, key=lambda one: one[0]))
    book.take_all(sorted(snapshots, key=lambda one: (one[0], one[1].at)))


def _newest(engine: EmbeddedEngine) -> int:
    """The time of the newest event of anybody."""
    found = pc.max(engine.table("states", ("at",)).column("at")).cast(pa.timestamp("us", "UTC"))
    return int(found.value or 0)


def _unknown(engine: EmbeddedEngine, since: list[tuple[str, Place, str]]) -> list[tuple[str, Place, str]]:
    """Those events of a book that the analysis did not know."""
    if not since:
        return []
    known = customers.known_of(engine, [(one[1], one[2]) for _, one, _ in since])
    return [row for row in since if (row[1][1], row[1][2]) not in known]


def _whole_customers(engine: EmbeddedEngine) -> Iterator[pa.Table]:
    """The events in tables that end where a customer ends."""
    rest: pa.Table | None = None
    for batch in engine.batches("events", COLUMNS):
        table = pa.Table.from_batches([batch])
        whole = table if rest is None else pa.concat_tables([rest, table])
        customer = whole.column("customer")
        # Rows of the last customer wait for the next batch.
        same = np.asarray(customer.to_numpy(zero_copy_only=False) == customer[-1].as_py())
        cut = int(np.argmax(same))
        rest = whole.slice(cut)
        if cut:
            yield whole.slice(0, cut).combine_chunks()
    if rest is not None and rest.num_rows:
        yield rest.combine_chunks()


def _book(store: LiveStore) -> Any:
    return _Open(store)


class _Open:
    """The book in use, opened for a block."""

    def __init__(self, store: LiveStore) -> None:
        self._store = store

    def __enter__(self) -> LiveBook:
        book = self._store.opened()
        if book is None:
            raise InputError("There are no live states yet.", hint="Workspace.refresh_live() makes them")
        self._book = book
        return book

    def __exit__(self, *_: object) -> None:
        self._book.close()


def _parameters(place: Folder, book: LiveBook) -> Parameters:
    """The parameters a book was made with, whatever was estimated since."""
    rows = pa.Table.from_pylist(book.told("parameters"))
    return from_table(rows, catalogue_tables(place.catalogue)["instruments"])


# What happened ---------------------------------------------------------------------------------


def _mover(place: Folder, book: LiveBook) -> Mover:
    p = _parameters(place, book)

    def history(persons: Sequence[str]) -> Told:
        around = read_context(place.path, place.catalogue)
        with analysing.reading(place) as engine:
            return happenings(customers.events_of_all(engine, persons), p, around)

    return Mover(book, Live(p), history)


def _events(place: Folder, signals: pa.Table, heard: Heard | None, p: Parameters) -> Told:
    """The signals as happenings of the persons they are of, with what stands around them."""
    plan = events_plan(read=heard is not None)
    with EmbeddedEngine() as engine:
        for name, table in catalogue_tables(place.catalogue).items():
            engine.give(name, table)
        engine.give(LINKS.name, place.store.links())
        engine.give(SIGNALS.name, signals)
        if heard is not None:
            engine.give(READINGS.name, heard.readings)
            engine.run(people_plan())
        engine.run(Plan(plan.name, plan.nodes, gives=("events",), values=plan.values))
        return happenings(engine.table("events", COLUMNS), p, read_context(place.path, place.catalogue))


def _person(place: Folder, key: str) -> str:
    with analysing.reading(place) as engine:
        return customers.person_of(engine, key)
