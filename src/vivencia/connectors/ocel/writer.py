"""Writing OCEL 2.0: customers, journeys and accounts as objects, steps as events."""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from vivencia.connectors.eventlog import Step, steps
from vivencia.connectors.writing import replacing
from vivencia.connectors.xes.scanning import BOOLEAN, DATE, FLOAT, INT, STRING
from vivencia.connectors.xes.writer import escaped
from vivencia.words.errors import InputError

_TYPES = {STRING: "string", DATE: "time", INT: "integer", FLOAT: "float", BOOLEAN: "boolean"}
_SQL_TYPES = {STRING: "TEXT", DATE: "TIMESTAMP", INT: "INTEGER", FLOAT: "REAL", BOOLEAN: "BOOLEAN"}
OBJECT_TYPES = ("account", "customer", "journey")


@dataclass(frozen=True, slots=True)
class _Overview:
    """What must be known before the first event: the types, and the objects with their relations."""

    attributes: dict[str, dict[str, int]]
    objects: dict[str, tuple[str, list[tuple[str, str]]]]
    events: int


def write_ocel(table: pa.Table, path: str | Path) -> int:
    """Events written, in the form the name asks for: `.json`, `.jsonocel`, `.xml`, `.xmlocel`, `.sqlite`.

    The columns are those of `vivencia.connectors.eventlog.steps`. Raises InputError for another
    ending, and when two events have one id.
    """
    path = Path(path)
    write = _FORMS.get(path.suffix.lower())
    if write is None:
        raise InputError(f"{path.name}: OCEL 2.0 is written as {', '.join(_FORMS)}.")
    overview = _overview(table)
    with replacing(path) as beside:
        write(overview, steps(table), beside)
    return overview.events


def object_id(kind: str, key: str) -> str:
    """Ids are unique across types in OCEL, ours are not: a customer may be called like an account."""
    return f"{kind}:{key}"


def _overview(table: pa.Table) -> _Overview:
    attributes: dict[str, dict[str, int]] = {}
    objects: dict[str, tuple[str, list[tuple[str, str]]]] = {}
    ids: set[str] = set()
    for step in steps(table):
        ids.add(step.id)
        known = attributes.setdefault(step.touchpoint, {})
        for name, kind, _ in step.attributes:
            known[name] = kind if known.get(name, kind) == kind else STRING
        _add_objects(step, objects)
    if len(ids) != table.num_rows:
        raise InputError(f"{table.num_rows - len(ids)} events have an id that another one has.")
    return _Overview(attributes, objects, table.num_rows)


def _add_objects(step: Step, objects: dict[str, tuple[str, list[tuple[str, str]]]]) -> None:
    customer = object_id("customer", step.customer)
    if customer not in objects:
        above = [(object_id("account", step.account), "belongs to")] if step.account is not None else []
        objects[customer] = ("customer", above)
    if step.account is not None:
        objects.setdefault(object_id("account", step.account), ("account", []))
    if step.journey is not None:
        objects.setdefault(object_id("journey", step.case), ("journey", [(customer, "made by")]))


def _relations(step: Step) -> list[tuple[str, str]]:
    found = [(object_id("customer", step.customer), "customer")]
    if step.journey is not None:
        found.append((object_id("journey", step.case), "journey"))
    if step.account is not None:
        found.append((object_id("account", step.account), "account"))
    return found


# ── JSON ──


def _write_json(overview: _Overview, found: Iterator[Step], path: Path) -> None:
    types = [{"name": name, "attributes": []} for name in OBJECT_TYPES]
    event_types = [
        {"name": name, "attributes": [{"name": one, "type": _TYPES[kind]} for one, kind in known.items()]}
        for name, known in overview.attributes.items()
    ]
    with path.open("w", encoding="utf-8") as file:
        file.write(
            f'{{"objectTypes": {json.dumps(types)},\n"eventTypes": {json.dumps(event_types)},\n"objects": ['
        )
        for number, (key, (kind, related)) in enumerate(overview.objects.items()):
            one = {"id": key, "type": kind, "attributes": [], "relationships": _json_relations(related)}
            file.write(("," if number else "") + "\n" + json.dumps(one, ensure_ascii=False))
        file.write('],\n"events": [')
        for number, step in enumerate(found):
            file.write(("," if number else "") + "\n" + json.dumps(_json_event(step), ensure_ascii=False))
        file.write("]}\n")


def _json_event(step: Step) -> dict[str, object]:
    attributes = [{"name": name, "value": _json_value(kind, text)} for name, kind, text in step.attributes]
    return {
        "id": step.id,
        "type": step.touchpoint,
        "time": step.at,
        "attributes": attributes,
        "relationships": _json_relations(_relations(step)),
    }


def _json_relations(related: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"objectId": target, "qualifier": qualifier} for target, qualifier in related]


def _json_value(kind: int, text: str) -> object:
    if kind == INT:
        return int(text)
    if kind == BOOLEAN:
        return text == "true"
    number = float(text) if kind == FLOAT else 0.0
    return number if kind == FLOAT and abs(number) < float("inf") else text


# ── XML ──


def _write_xml(overview: _Overview, found: Iterator[Step], path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<log>\n<object-types>\n')
        file.writelines(f'<object-type name="{name}"><attributes/></object-type>\n' for name in OBJECT_TYPES)
        file.write("</object-types>\n<event-types>\n")
        for name, known in overview.attributes.items():
            inner = "".join(
                f'<attribute name="{escaped(one)}" type="{_TYPES[kind]}"/>' for one, kind in known.items()
            )
            file.write(f'<event-type name="{escaped(name)}"><attributes>{inner}</attributes></event-type>\n')
        file.write("</event-types>\n<objects>\n")
        for key, (kind, related) in overview.objects.items():
            file.write(
                f'<object id="{escaped(key)}" type="{kind}"><attributes/>{_xml_relations(related)}</object>\n'
            )
        file.write("</objects>\n<events>\n")
        for step in found:
            inner = "".join(
                f'<attribute name="{escaped(name)}">{escaped(text)}</attribute>'
                for name, _, text in step.attributes
            )
            file.write(
                f'<event id="{escaped(step.id)}" type="{escaped(step.touchpoint)}" time="{step.at}">'
                f"<attributes>{inner}</attributes>{_xml_relations(_relations(step))}</event>\n"
            )
        file.write("</events>\n</log>\n")


def _xml_relations(related: list[tuple[str, str]]) -> str:
    inner = "".join(
        f'<relationship object-id="{escaped(target)}" qualifier="{escaped(qualifier)}"/>'
        for target, qualifier in related
    )
    return f"<objects>{inner}</objects>"


# ── SQLite ──

_SCHEMA = """
CREATE TABLE event_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);
CREATE TABLE object_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);
CREATE TABLE event (ocel_id TEXT PRIMARY KEY, ocel_type TEXT REFERENCES event_map_type(ocel_type));
CREATE TABLE object (ocel_id TEXT PRIMARY KEY, ocel_type TEXT REFERENCES object_map_type(ocel_type));
CREATE TABLE event_object (ocel_event_id TEXT REFERENCES event(ocel_id),
  ocel_object_id TEXT REFERENCES object(ocel_id), ocel_qualifier TEXT,
  PRIMARY KEY (ocel_event_id, ocel_object_id, ocel_qualifier));
CREATE TABLE object_object (ocel_source_id TEXT REFERENCES object(ocel_id),
  ocel_target_id TEXT REFERENCES object(ocel_id), ocel_qualifier TEXT,
  PRIMARY KEY (ocel_source_id, ocel_target_id, ocel_qualifier));
"""


def _write_sqlite(overview: _Overview, found: Iterator[Step], path: Path) -> None:
    connection = sqlite3.connect(path)
    try:
        connection.executescript(_SCHEMA)
        tables = _event_tables(connection, overview)
        for name in OBJECT_TYPES:
            connection.execute("INSERT INTO object_map_type VALUES (?, ?)", (name, name))
            connection.execute(
                f"CREATE TABLE object_{name} (ocel_id TEXT, ocel_time TIMESTAMP, ocel_changed_field TEXT)"
            )
        for key, (kind, related) in overview.objects.items():
            connection.execute("INSERT INTO object VALUES (?, ?)", (key, kind))
            row = (key, "1970-01-01T00:00:00Z")
            connection.execute(f"INSERT INTO object_{kind} VALUES (?, ?, NULL)", row)
            connection.executemany(
                "INSERT INTO object_object VALUES (?, ?, ?)", [(key, *one) for one in related]
            )
        for step in found:
            connection.execute("INSERT INTO event VALUES (?, ?)", (step.id, step.touchpoint))
            statement, columns = tables[step.touchpoint]
            values = {name: _json_value(kind, text) for name, kind, text in step.attributes}
            connection.execute(statement, (step.id, step.at, *(values.get(name) for name in columns)))
            connection.executemany(
                "INSERT INTO event_object VALUES (?, ?, ?)", [(step.id, *one) for one in _relations(step)]
            )
        connection.commit()
    finally:
        connection.close()


def _event_tables(connection: sqlite3.Connection, overview: _Overview) -> dict[str, tuple[str, list[str]]]:
    """For each touchpoint its table, made, as the statement that fills it and its columns."""
    made: dict[str, tuple[str, list[str]]] = {}
    taken: set[str] = set()
    for name, known in overview.attributes.items():
        mapped = re.sub(r"\W", "_", name)
        while mapped.lower() in taken:
            mapped += "_"
        taken.add(mapped.lower())
        connection.execute("INSERT INTO event_map_type VALUES (?, ?)", (name, mapped))
        columns = _distinct(known)
        table = _quoted(f"event_{mapped}")
        inner = "".join(f", {_quoted(column)} {_SQL_TYPES[known[column]]}" for column in columns)
        connection.execute(f"CREATE TABLE {table} (ocel_id TEXT PRIMARY KEY, ocel_time TIMESTAMP{inner})")
        places = ", ".join("?" * (len(columns) + 2))
        made[name] = (f"INSERT INTO {table} VALUES ({places})", columns)
    return made


def _distinct(known: dict[str, int]) -> list[str]:
    """The columns; SQLite tells names apart without regard to case, so a second one of a name is left out."""
    seen = {"ocel_id": "", "ocel_time": ""}
    for name in known:
        seen.setdefault(name.lower(), name)
    return [name for name in seen.values() if name]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


_FORMS: dict[str, Callable[[_Overview, Iterator[Step], Path], None]] = {
    ".jsonocel": _write_json,
    ".json": _write_json,
    ".xmlocel": _write_xml,
    ".xml": _write_xml,
    ".sqlite": _write_sqlite,
}
