"""What was read of new texts since the last analysis: the tables of readings, and what is kept of them."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from vivencia.engines.embedded import EmbeddedEngine
from vivencia.house.folder import Folder
from vivencia.plans import Plan, Step, read_queries
from vivencia.plans.arrow import schema_of
from vivencia.store.read import Body, Key, ReadStore
from vivencia.words.shapes.understanding import READ_BY, READING_ASPECTS, READING_MARKS, READINGS

#: The tables of a reading.
READ = {shape.name: shape for shape in (READINGS, READING_ASPECTS, READING_MARKS, READ_BY)}


def kept_readings(place: Folder) -> ReadStore:
    """What is kept of texts that no analysis knows yet."""
    return ReadStore(place.path / "live")


def read_lately(place: Folder, known: str | None) -> dict[str, pa.Table]:
    """The readings kept since the analysis whose `read_by` is in the file `known`; {} for none.

    Those it has taken over are let go.
    """
    kept = kept_readings(place)
    rows = kept.all()
    if not rows or known is None:
        return {}
    with EmbeddedEngine() as engine:
        engine.give_from(READ_BY.name, known, READ_BY.name)
        taken = set(keys_of(known_of(engine, READ_BY.name, keys_table(key for key, _ in rows))))
    if taken:
        kept.forget(sorted(taken))
    return as_tables(body for key, body in rows if key not in taken) if len(taken) < len(rows) else {}


def known_of(engine: EmbeddedEngine, table: str, asked: pa.Table) -> pa.Table:
    """The rows of `readings` or `read_by` of the signals `asked` (source, id)."""
    engine.give("asked", asked)
    name = f"known_{table}"
    step = Step(name, read_queries("vivencia.house", "lately.sql")[name], (table, "asked"))
    engine.run(Plan(name, (step,), gives=(name,)))
    return engine.table(name)


def keys_table(keys: Iterable[Key]) -> pa.Table:
    """Signals by source and id."""
    listed = list(keys)
    return pa.table(
        {name: pa.array([key[i] for key in listed], pa.string()) for i, name in enumerate(("source", "id"))}
    )


def keys_of(table: pa.Table) -> list[Key]:
    """Source and id of each row."""
    return list(zip(table["source"].to_pylist(), table["id"].to_pylist(), strict=True))


def bodies(tables: dict[str, pa.Table]) -> list[tuple[Key, Body]]:
    """The rows of the tables by text, as they are kept."""
    found: dict[Key, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: {name: [] for name in READ})
    for name, table in tables.items():
        for row in _plain(table).to_pylist():
            found[row["source"], row["id"]][name].append(row)
    return list(found.items())


def _plain(table: pa.Table) -> pa.Table:
    """Times as microseconds, which JSON can say."""
    for at, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type):
            table = table.set_column(at, field.name, table.column(at).cast(pa.int64()))
    return table


def as_tables(kept: Iterable[Body]) -> dict[str, pa.Table]:
    """The tables of some kept readings."""
    listed = list(kept)
    return {
        name: pa.Table.from_pylist([row for body in listed for row in body[name]], schema=schema_of(shape))
        for name, shape in READ.items()
    }
