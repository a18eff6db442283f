"""OCEL 2.0 in SQLite, read only; the tables and columns named by the log are checked against its schema."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vivencia.connectors.ocel.records import EventRecord, ObjectRecord
from vivencia.connectors.source import Broken
from vivencia.words.errors import InputError

_NEEDED = {"event", "object", "event_object", "object_object", "event_map_type", "object_map_type"}
_TYPES = {"TEXT": "string", "TIMESTAMP": "time", "INTEGER": "integer", "REAL": "float", "BOOLEAN": "boolean"}
_OWN = {"ocel_id", "ocel_time", "ocel_changed_field"}


class SQLiteForm:
    """The relational form of a log."""

    name = "ocel-sqlite"
    encoding: str | None = None

    def __init__(self, path: Path) -> None:
        self._path = path

    def is_ocel(self) -> bool:
        """Whether the file has the tables of OCEL 2.0; raises sqlite3.Error when it is damaged."""
        with self._connected() as connection:
            return _tables(connection) >= _NEEDED

    def types(self) -> dict[str, dict[str, dict[str, str]]]:
        """The types and their attributes by the tables' columns; raises InputError for a damaged file."""
        try:
            with self._connected() as connection:
                return {
                    kind: {
                        name: {column: _TYPES.get(declared.upper(), "string") for column, declared in columns}
                        for name, _, columns in _typed_tables(connection, kind)
                    }
                    for kind in ("object", "event")
                }
        except sqlite3.Error as error:
            raise InputError(f"{self._path.name} is a damaged SQLite file: {error}") from error

    def objects(self, broken: list[Broken]) -> Iterator[ObjectRecord]:
        """The objects; a row that changes one field gives that field's value only."""
        try:
            with self._connected() as connection:
                found = {
                    str(key): ObjectRecord(str(key), str(kind))
                    for key, kind in connection.execute('SELECT ocel_id, ocel_type FROM "object"')
                }
                for _, table, columns in _typed_tables(connection, "object"):
                    _add_values(connection, table, [name for name, _ in columns], found)
                for source, target, qualifier in connection.execute(
                    "SELECT ocel_source_id, ocel_target_id, ocel_qualifier FROM object_object"
                ):
                    if str(source) in found:
                        found[str(source)].relations.append((str(target), str(qualifier or "")))
                yield from found.values()
        except sqlite3.Error as error:
            broken.append(Broken(0, "truncated", str(error)))

    def events(self, broken: list[Broken]) -> Iterator[EventRecord]:
        """The events in the order of the event table, numbered from 1."""
        number = 0
        try:
            with self._connected() as connection:
                found = _typed_tables(connection, "event")
                tables = {name: (table, [column for column, _ in columns]) for name, table, columns in found}
                for key, kind in connection.execute('SELECT ocel_id, ocel_type FROM "event" ORDER BY rowid'):
                    number += 1
                    time, values = _event_values(connection, tables.get(str(kind)), key)
                    relations = [
                        (str(target), str(qualifier or ""))
                        for target, qualifier in connection.execute(
                            "SELECT ocel_object_id, ocel_qualifier FROM event_object WHERE ocel_event_id = ?"
                            " ORDER BY rowid",
                            (key,),
                        )
                    ]
                    yield EventRecord(number, str(key), str(kind), time, values, relations)
        except sqlite3.Error as error:
            broken.append(Broken(number + 1, "truncated", str(error)))

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            yield connection
        finally:
            connection.close()


def _tables(connection: sqlite3.Connection) -> set[str]:
    return {
        str(name) for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    }


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _typed_tables(connection: sqlite3.Connection, kind: str) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Each type's name, table and attribute columns with their declared types."""
    there = _tables(connection)
    found = []
    mapping = connection.execute(f"SELECT ocel_type, ocel_type_map FROM {kind}_map_type")
    for name, mapped in mapping.fetchall():
        table = f"{kind}_{mapped}"
        if table in there:
            info = connection.execute(f"PRAGMA table_info({_quoted(table)})")
            columns = [(str(row[1]), str(row[2])) for row in info if row[1] not in _OWN]
            found.append((str(name), table, columns))
    return found


def _add_values(
    connection: sqlite3.Connection, table: str, columns: list[str], found: dict[str, ObjectRecord]
) -> None:
    changes = any(
        row[1] == "ocel_changed_field" for row in connection.execute(f"PRAGMA table_info({_quoted(table)})")
    )
    names = ["ocel_id", "ocel_time", *(["ocel_changed_field"] if changes else []), *columns]
    for row in connection.execute(f"SELECT {', '.join(map(_quoted, names))} FROM {_quoted(table)}"):
        record = dict(zip(names, row, strict=True))
        one = found.get(str(record["ocel_id"]))
        if one is None:
            continue
        changed = record.get("ocel_changed_field")
        for name in [changed] if changed in columns else columns:
            if record[name] is not None:
                one.values.append((name, str(record["ocel_time"] or ""), _text(record[name])))


def _event_values(
    connection: sqlite3.Connection, table: tuple[str, list[str]] | None, key: object
) -> tuple[str, dict[str, str]]:
    if table is None:
        return "", {}
    names = ["ocel_time", *table[1]]
    row = connection.execute(
        f"SELECT {', '.join(map(_quoted, names))} FROM {_quoted(table[0])} WHERE ocel_id = ?", (key,)
    ).fetchone()
    if row is None:
        return "", {}
    values = {name: _text(value) for name, value in zip(names, row, strict=True) if value is not None}
    return values.pop("ocel_time", ""), values


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
