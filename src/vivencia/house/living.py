"""Perceptions that move with every signal, equal to what a replay of everything would give.

A new event moves its customer's state on in constant time. One that is older than the
customer's last is put in its place and replayed from the state before. After an analysis
with other parameters the book is made anew beside the one in use; readers see one or the other.
"""

import json
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from vivencia.engines.embedded import EmbeddedEngine
from vivencia.house import analysing, customers
from vivencia.house.context import read_context
from vivencia.perceptions.columns import microseconds, one_array
from vivencia.perceptions.context import columns_around
from vivencia.perceptions.filter import filter_events
from vivencia.perceptions.kernel import STATE
from vivencia.perceptions.live import Happening, Live, Standing, happenings
from vivencia.perceptions.parameters import Parameters
from vivencia.perceptions.person import faded
from vivencia.perceptions.plan import COLUMNS
from vivencia.perceptions.table import from_table
from vivencia.plans import Plan
from vivencia.signals import catalogue_tables, events_plan
from vivencia.store.live import Kept, LiveBook, LiveStore
from vivencia.words.errors import InputError
from vivencia.words.shapes.signals import LINKS, SIGNALS

if TYPE_CHECKING:
    from vivencia.house.workspace import Workspace

_Z = 1.959963984540054
#: A state's numbers after these ten are those of an open episode, all 0 where none is.
_SHORT = 10


@dataclass(frozen=True, slots=True)
class Perceived:
    """What `perceive` did: signals taken, customers moved, events put in their place, whether it is behind.

    `behind` says that an analysis came after the states were made: refresh them.
    """

    taken: int
    moved: int
    late: int
    behind: bool

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        return asdict(self)


def perceive(place: "Workspace", signals: pa.Table) -> Perceived:
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


def follow(place: "Workspace", signals: pa.Table) -> tuple[int, int]:
    """Move customers by signals that are in the store; what was followed already changes nothing.

    Gives how many customers moved and how many events were late; (0, 0) where nothing is live.
    """
    store = live_store(place)
    if store.current() is None or signals.num_rows == 0:
        return 0, 0
    store.lock.take()
    try:
        with _book(store) as book:
            return _apply(place, book, _events(place, signals, _parameters(place, book)))
    finally:
        store.lock.free()


def standing(place: "Workspace", key: str, at: datetime | None = None) -> dict[str, Any]:
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
    until = kept.place[0] if at is None else int(at.timestamp() * 1e6)
    if until < kept.place[0]:
        raise InputError("That is before the last event.", hint="vivencia explain-customer looks back")
    m, C = faded(_standing(kept), p, until)
    found: dict[str, Any] = {"customer": key, "at": datetime.fromtimestamp(until / 1e6, UTC)}
    for name, value, variance in (
        ("perception", m[1] + m[2], C[1, 1] + C[2, 2] + 2 * C[1, 2]),
        ("expectation", m[1], C[1, 1]),
    ):
        half = _Z * sqrt(max(float(variance), 0.0))
        found[name] = {"value": float(value), "low": float(value) - half, "high": float(value) + half}
    return found


def refresh(place: "Workspace") -> None:
    """Make all states anew from the last analysis, beside the ones in use, and put them in their place.

    Signals that came since the analysis are followed before. Raises NotAnalysed, WorkspaceBusy
    while another refresh runs.
    """
    store = live_store(place)
    store.making.take()
    try:
        file = store.draft()
        book = LiveBook(file, new=True)
        with analysing.reading(place) as engine:
            _make(place, engine, book)
        book.close()
        store.lock.take()
        try:
            book = LiveBook(file)
            old = store.current()
            if old is not None:
                with _book(store) as before:
                    _apply(place, book, _told(before.since()))
            book.close()
            store.publish(file)
        finally:
            store.lock.free()
    finally:
        store.making.free()


def refresh_beside(place: "Workspace") -> threading.Thread:
    """`refresh` in a thread of its own; meanwhile readers see the old states."""
    thread = threading.Thread(target=refresh, args=(place,), name="vivencia-live", daemon=True)
    thread.start()
    return thread


def behind(place: "Workspace") -> bool:
    """Whether an analysis with other parameters came after the states were made."""
    store = live_store(place)
    if store.current() is None:
        return True
    with _book(store) as book:
        return bool(book.told("made_from") != _made_from(place))


def live_store(place: "Workspace") -> LiveStore:
    """The folder of live states of a workspace."""
    return LiveStore(place.path / "live")


# Making a book -------------------------------------------------------------------------------


def _made_from(place: "Workspace") -> str:
    made = analysing.derived_store(place).generation().tables.get("parameters")
    return made.fingerprint if made else ""


def _make(place: "Workspace", engine: EmbeddedEngine, book: LiveBook) -> None:
    parameters = engine.table("parameters")
    p = from_table(parameters, catalogue_tables(place.catalogue)["instruments"])
    with book.writing():
        book.say("made_from", _made_from(place))
        book.say("parameters", parameters.to_pylist())
        around = read_context(place.path, place.catalogue)
        for table in _whole_customers(engine):
            columns = columns_around(table, p, around)
            found = filter_events(columns, p, write=False)
            last = table.take(pa.array(columns.starts[1:] - 1))
            names = ("customer", "source", "id")
            keys = zip(*(last.column(name).to_pylist() for name in names), strict=True)
            at = microseconds(one_array(last, "at"))
            book.fill(
                (customer, Kept((int(at[c]), source, number), _packed(found.state[c])))
                for c, (customer, source, number) in enumerate(keys)
            )


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
        file = self._store.current()
        if file is None:
            raise InputError("There are no live states yet.", hint="Workspace.refresh_live() makes them")
        self._book = LiveBook(file)
        return self._book

    def __exit__(self, *_: object) -> None:
        self._book.close()


def _parameters(place: "Workspace", book: LiveBook) -> Parameters:
    """The parameters a book was made with, whatever was estimated since."""
    rows = pa.Table.from_pylist(book.told("parameters"))
    return from_table(rows, catalogue_tables(place.catalogue)["instruments"])


# Moving customers ----------------------------------------------------------------------------

Told = Mapping[str, list[Happening]]


def _events(place: "Workspace", signals: pa.Table, p: Parameters) -> Told:
    """The signals as happenings of the persons they are of, with what stands around them."""
    plan = events_plan()
    with EmbeddedEngine() as engine:
        for name, table in catalogue_tables(place.catalogue).items():
            engine.give(name, table)
        engine.give(LINKS.name, place.store.links())
        engine.give(SIGNALS.name, signals)
        engine.run(Plan(plan.name, plan.nodes, gives=("events",), values=plan.values))
        return happenings(engine.table("events", COLUMNS), p, read_context(place.path, place.catalogue))


def _apply(place: "Workspace", book: LiveBook, told: Told) -> tuple[int, int]:
    """Move each customer of `told`; gives how many moved and how many events were late."""
    live = Live(_parameters(place, book))
    moved = late = 0
    with book.writing():
        for customer, happenings in told.items():
            changed, after = _move(place, book, live, customer, sorted(happenings, key=_place))
            moved, late = moved + changed, late + after
    return moved, late


def _move(
    place: "Workspace", book: LiveBook, live: Live, customer: str, happenings: list[Happening]
) -> tuple[bool, int]:
    kept = book.state(customer)
    newer = [one for one in happenings if kept is None or _place(one) > kept.place]
    older = happenings[: len(happenings) - len(newer)]
    known = {at for _, at, _ in book.since(customer)} if older else set()
    older = [one for one in older if _place(one) not in known]
    if older:
        history = _history(place, customer, live.parameters)
        older = [one for one in older if _place(one) not in {_place(each) for each in history}]
    if older:
        _replay(book, live, customer, older, history)
        kept = book.state(customer)
    standing = live.fresh() if kept is None else _standing(kept)
    for one in newer:
        standing = live.step(standing, one)
        book.add(customer, _place(one), _body(one))
    if newer:
        book.keep(customer, Kept(_place(newer[-1]), _packed(standing.numbers)))
    return bool(newer or older), len(older)


def _replay(
    book: LiveBook, live: Live, customer: str, late: list[Happening], history: list[Happening]
) -> None:
    """Put late events in their place: from the state before the book's own events, or from the start."""
    met, begun = book.begun(customer)
    since = [_happening(place, body) for _, place, body in book.since(customer)]
    first = _place(late[0])
    if met and begun is not None and first > begun.place:
        standing, events = _standing(begun), [*since, *late]
    else:
        # Older than anything the book saw happen: the whole life is told again.
        whole = {_place(one): one for one in (*history, *since, *late)}
        standing, events = live.fresh(), list(whole.values())
    events.sort(key=_place)
    for one in events:
        standing = live.step(standing, one)
    for one in late:
        book.add(customer, _place(one), _body(one))
    book.keep(customer, Kept(_place(events[-1]), _packed(standing.numbers)))


def _history(place: "Workspace", customer: str, p: Parameters) -> list[Happening]:
    """Every event of a customer that the last analysis knew."""
    around = read_context(place.path, place.catalogue)
    with analysing.reading(place) as engine:
        return happenings(customers.events_of(engine, customer), p, around).get(customer, [])


def _person(place: "Workspace", key: str) -> str:
    with analysing.reading(place) as engine:
        return customers.person_of(engine, key)


def _told(rows: list[tuple[str, tuple[int, str, str], str]]) -> Told:
    found: dict[str, list[Happening]] = defaultdict(list)
    for customer, place, body in rows:
        found[customer].append(_happening(place, body))
    return found


def _place(one: Happening) -> tuple[int, str, str]:
    return (one.at, *one.key)


def _body(one: Happening) -> str:
    valence = None if one.valence != one.valence else one.valence
    said = [
        one.touchpoint,
        one.indirect,
        one.still,
        one.measures,
        one.ratings,
        valence,
        one.goal,
        one.context,
    ]
    return json.dumps(said)


def _happening(place: tuple[int, str, str], body: str) -> Happening:
    touchpoint, indirect, still, measures, ratings, valence, goal, around = json.loads(body)
    return Happening(
        place[0], (place[1], place[2]), touchpoint, indirect, still,
        tuple((key, value) for key, value in measures), tuple((key, value) for key, value in ratings),
        float("nan") if valence is None else valence, tuple(around), goal,
    )  # fmt: skip


def _packed(numbers: Any) -> bytes:
    short = numbers[:_SHORT] if not np.any(numbers[_SHORT:]) else numbers
    return np.ascontiguousarray(short, dtype="<f8").tobytes()


def _standing(kept: Kept) -> Standing:
    numbers = np.zeros(STATE)
    known = np.frombuffer(kept.numbers, dtype="<f8")
    numbers[: len(known)] = known
    return Standing(numbers, kept.place[0])
