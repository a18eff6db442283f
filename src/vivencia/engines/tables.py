"""Tables that DuckDB holds: given, shown from files, read, and dropped.

Four places hold tables: `tables` (the database file, or memory), `scratch` (memory,
spilled to the temp directory: intermediates, given tables, views), and one read-only
attachment for each file of an earlier generation (`carried`). `scratch` is searched first.
"""

import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any, Self

import duckdb
import pyarrow as pa

from vivencia.engines.large import LARGE_ROWS, order_of
from vivencia.engines.rows import Segments, read_files
from vivencia.engines.shapes import plain
from vivencia.engines.streams import Stream
from vivencia.engines.types import SQL_TYPES, kept_column, quoted, text_of
from vivencia.plans.arrow import schema_of
from vivencia.words.errors import EngineError
from vivencia.words.tables import TableShape

#: What DuckDB may hold in memory; sorts beyond it spill to the temp directory.
MEMORY_LIMIT = "2GB"
#: How the names of our files end.
FILE_ENDS = ".parquet"
TABLES, SCRATCH, VIEW = "tables", "scratch", "view"
_ORDER = "order: "


class Tables:
    """The tables of one DuckDB, by name; several threads may use it, for tables with different names.

    `database` is the file tables are written to (None: memory); those of
    more than `large` rows become Parquet files beside it, `database.table.parquet`.
    `carried` names tables that live in other DuckDB files, read only. `memory_limit`
    and `temp_directory` bound what sorts and joins may take. Raises EngineError when
    a file can't be opened.
    """

    def __init__(
        self,
        database: str | None = None,
        *,
        carried: Mapping[str, str] | None = None,
        threads: int | None = None,
        memory_limit: str | None = None,
        temp_directory: str | None = None,
        read_only: bool = False,
        large: int | None = None,
    ) -> None:
        if temp_directory:
            Path(temp_directory).mkdir(parents=True, exist_ok=True)
        self._temp = Path(tempfile.mkdtemp(prefix="vivencia-", dir=temp_directory))
        self._written = count()
        self._read_only = read_only
        self._beside = Path(database) if database else None
        self._large = LARGE_ROWS if large is None else large
        self._own = threading.local()
        self._opened: list[duckdb.DuckDBPyConnection] = []
        self._orders: dict[str, tuple[str, ...]] = {}
        self._places: dict[str, str] = {}
        self._files: dict[str, str] = {}
        self._segments: dict[str, Segments] = {}
        self._attached: dict[str, str] = {}
        config: dict[str, Any] = {
            "memory_limit": memory_limit or MEMORY_LIMIT,
            "temp_directory": str(self._temp),
            "max_temp_directory_size": _room_on_disk(self._temp),
        }
        if threads:
            config["threads"] = threads
        self._duck = duckdb.connect(":memory:", config=config)
        try:
            self._open(database, carried or {})
        except duckdb.Error as error:
            self.close()
            raise EngineError(f"{database or 'carried tables'}: {error}") from error

    def _open(self, database: str | None, carried: Mapping[str, str]) -> None:
        self._duck.execute("SET GLOBAL TimeZone = 'UTC'")
        self._duck.execute(f"ATTACH ':memory:' AS {SCRATCH} (COMPRESS)")
        if database is None:
            self._duck.execute(f"ATTACH ':memory:' AS {TABLES} (COMPRESS)")
        else:
            mode = " (READ_ONLY)" if self._read_only else ""
            self._duck.execute(f"ATTACH {text_of(database)} AS {TABLES}{mode}")
        self._prepare(self._duck)
        self._own.connection = self._duck
        for name, path in self._found_beside().items():
            self._show_file(name, path)
        databases = [file for file in dict.fromkeys(carried.values()) if not file.endswith(FILE_ENDS)]
        files = {file: self._attach(file) for file in databases}
        for name, comment in self._listed(TABLES):
            self._places[name], self._orders[name] = TABLES, _order_in(comment)
        orders = {file: dict(self._listed(catalog)) for file, catalog in files.items()}
        for name, file in carried.items():
            if file.endswith(FILE_ENDS):
                self._show_file(name, file)
            else:
                self._view(name, f"SELECT * FROM {files[file]}.main.{quoted(name)}")
                self._orders[name] = _order_in(orders[file].get(name))

    def _attach(self, file: str) -> str:
        """The name under which a database of an earlier generation can be read."""
        if file not in self._attached:
            self._attached[file] = f"carried_{len(self._attached)}"
            self._duck.execute(f"ATTACH {text_of(file)} AS {self._attached[file]} (READ_ONLY)")
        return self._attached[file]

    def _found_beside(self) -> dict[str, str]:
        """The tables in files of their own beside the database."""
        if self._beside is None:
            return {}
        found = self._beside.parent.glob(f"{self._beside.stem}.*{FILE_ENDS}")
        named = {path.name[len(self._beside.stem) + 1 : -len(FILE_ENDS)]: str(path) for path in found}
        return {name: path for name, path in named.items() if "·" not in name}

    def _listed(self, catalog: str) -> list[tuple[str, str | None]]:
        """Each table of a database and what is noted of it."""
        found: list[tuple[str, str | None]] = self._here.execute(
            "SELECT table_name, comment FROM duckdb_tables() WHERE database_name = ?", [catalog]
        ).fetchall()
        return found

    @staticmethod
    def _prepare(connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute(f"SET search_path = '{SCRATCH}.main,{TABLES}.main'")

    @property
    def _here(self) -> duckdb.DuckDBPyConnection:
        """The connection of this thread."""
        if not hasattr(self._own, "connection"):
            self._own.connection = self._cursor()
            self._opened.append(self._own.connection)
        found: duckdb.DuckDBPyConnection = self._own.connection
        return found

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of its own, so that one table can be read while another is written."""
        cursor = self._duck.cursor()
        self._prepare(cursor)
        return cursor

    # Giving tables -------------------------------------------------------------------------

    def give(self, name: str, table: Any) -> None:
        """Make an Arrow table readable under a name (replacing what had it)."""
        given = plain(table)
        self._drop(name, SCRATCH)
        self._write_arrow(name, given, SCRATCH, create=True)
        self._settle(name, SCRATCH, ())

    def give_files(self, name: str, files: tuple[str, ...], shape: TableShape) -> None:
        """Make Parquet files, together, readable under a name; no files is an empty table."""
        if not files:
            self.give(name, schema_of(shape).empty_table())
            return
        source = read_files(files)
        found = dict(self._described(f"SELECT * FROM {source}", {}, f"the files of {name}"))
        columns = ", ".join(
            kept_column(column.name, found[column.name], shape, f"the files of {name}")
            if column.name in found
            else f"CAST(NULL AS {SQL_TYPES[column.type]}) AS {quoted(column.name)}"
            for column in shape.columns
        )
        self._view(name, f"SELECT {columns} FROM {source}")
        self._segments[name] = Segments(tuple(map(str, files)), shape, frozenset(found))

    def give_from(self, name: str, file: str, table: str, more: Any = None) -> None:
        """Make a table of another generation's file readable under a name of its own.

        `more` are rows of the same columns to be read behind its own.
        """
        in_file = file.endswith(FILE_ENDS)
        if in_file and more is None:
            self._show_file(name, file)
            return
        source = f"read_parquet({text_of(file)})" if in_file else f"{self._attach(file)}.main.{quoted(table)}"
        select = f"SELECT * FROM {source}"
        if more is not None:
            self.give(f"{name}_more", more)
            select += f" UNION ALL BY NAME SELECT * FROM {quoted(f'{name}_more')}"
        self._view(name, select)

    def _show_file(self, name: str, file: str) -> None:
        """Make a Parquet file of ours readable under a name."""
        self._view(name, f"SELECT * FROM read_parquet({text_of(file)})")
        self._orders[name] = order_of(file)
        self._files[name] = file

    def _view(self, name: str, select: str) -> None:
        self._drop(name, SCRATCH)
        self._here.execute(f"CREATE VIEW {SCRATCH}.main.{quoted(name)} AS {select}")
        self._places[name] = VIEW

    def _drop(self, name: str, catalog: str) -> None:
        """Drop what stands under this name in one place; silent when nothing does."""
        kind = "VIEW" if self._places.get(name) == VIEW and catalog == SCRATCH else "TABLE"
        self._here.execute(f"DROP {kind} IF EXISTS {catalog}.main.{quoted(name)}")
        if self._passing(name):
            with suppress(OSError):  # still open somewhere: it goes with the folder
                Path(self._files[name]).unlink()
        self._places.pop(name, None)
        self._orders.pop(name, None)
        self._files.pop(name, None)
        self._segments.pop(name, None)

    def _passing(self, name: str) -> bool:
        """Whether a table stands in a file that is kept only for a while."""
        return name in self._files and Path(self._files[name]).parent == self._temp

    def _write_arrow(self, name: str, table: pa.Table, place: str, *, create: bool) -> None:
        head = "CREATE OR REPLACE TABLE" if create else "INSERT INTO"
        link = "AS" if create else ""
        self._here.register("·arrow", table)
        try:
            self._here.execute(f'{head} {place}.main.{quoted(name)} {link} SELECT * FROM "·arrow"')
        finally:
            self._here.unregister("·arrow")

    def _settle(self, name: str, place: str, order: tuple[str, ...]) -> None:
        self._places[name] = place
        self._orders[name] = order
        said = text_of(_ORDER + ", ".join(order)) if order else "NULL"
        self._here.execute(f"COMMENT ON TABLE {place}.main.{quoted(name)} IS {said}")

    # Reading -------------------------------------------------------------------------------

    def table(self, name: str, columns: tuple[str, ...] = ()) -> pa.Table:
        """A whole table as `pyarrow.Table`, in the order its node declared."""
        stream = self._stream(self._select(name, columns))
        return pa.Table.from_batches(list(stream), schema=stream.schema)

    def batches(self, name: str, columns: tuple[str, ...] = ()) -> Iterator[pa.RecordBatch]:
        """The same, streamed as record batches."""
        yield from self._stream(self._select(name, columns))

    def rows(self, name: str) -> int:
        """How many rows a table has."""
        self._known(name)
        (found,) = self._here.execute(f"SELECT COUNT(*) FROM {quoted(name)}").fetchall()
        return int(found[0])

    def order(self, name: str) -> tuple[str, ...]:
        """The columns a table was written in order of; empty when nobody promised any."""
        self._known(name)
        return self._orders.get(name, ())

    def file(self, name: str) -> str | None:
        """The Parquet file a table is kept in; None where it is kept in the database."""
        return self._files.get(name)

    @property
    def names(self) -> tuple[str, ...]:
        """Every table that can be read, sorted."""
        return tuple(sorted(self._places))

    def _select(self, name: str, columns: tuple[str, ...]) -> str:
        self._known(name)
        return f"SELECT {', '.join(map(quoted, columns)) or '*'} FROM {quoted(name)}"

    def _known(self, name: str) -> None:
        if name not in self._places:
            raise EngineError(f"there is no table {name}", hint=f"known: {', '.join(self.names) or 'none'}")

    def _stream(self, text: str, bound: Mapping[str, Any] | None = None) -> Stream:
        try:
            return Stream(self._cursor(), text, bound)
        except duckdb.Error as error:
            raise EngineError(f"{error}\n{text}") from error

    def _described(self, sql: str, bound: Mapping[str, Any], who: str) -> list[tuple[str, str]]:
        try:
            rows = self._here.execute(f"DESCRIBE {sql}", dict(bound) or None).fetchall()
        except duckdb.Error as error:
            raise EngineError(f"{who}: {error}\n{sql}") from error
        return [(row[0], row[1]) for row in rows]

    def _memory(self) -> float:
        """The bytes that DuckDB may hold, as it says them: 1.8 GiB."""
        ((said,),) = self._here.execute("SELECT current_setting('memory_limit')").fetchall()
        number, unit = said.split()
        return float(number) * float(1024 ** ("bytes", "KiB", "MiB", "GiB", "TiB").index(unit))

    def close(self) -> None:
        """Give back memory, files and processes."""
        for connection in self._opened:
            connection.close()
        self._duck.close()
        shutil.rmtree(self._temp, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _order_in(comment: str | None) -> tuple[str, ...]:
    return tuple(comment[len(_ORDER) :].split(", ")) if comment and comment.startswith(_ORDER) else ()


def _room_on_disk(directory: Path) -> str:
    return f"{max(1, int(shutil.disk_usage(directory).free * 0.8) >> 20)}MiB"
