"""DuckDB types and names: what a found type may become, and how a name is written."""

from vivencia.words.errors import PlanError
from vivencia.words.tables import ColumnType, TableShape

SQL_TYPES: dict[ColumnType, str] = {
    "text": "VARCHAR",
    "int": "BIGINT",
    "float": "DOUBLE",
    "bool": "BOOLEAN",
    "time": "TIMESTAMP WITH TIME ZONE",
    "numbers": "MAP(VARCHAR, DOUBLE)",
    "texts": "MAP(VARCHAR, VARCHAR)",
    "list_text": "VARCHAR[]",
    "list_float": "DOUBLE[]",
}
_INTEGERS = (
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT",
    "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT",
)  # fmt: skip
_TIMES = ("TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "TIMESTAMP_NS", "TIMESTAMP_MS", "TIMESTAMP_S")
_UNTYPED = '"NULL"'


def quoted(name: str) -> str:
    """A name as SQL writes it, whatever stands in it."""
    return '"' + name.replace('"', '""') + '"'


def text_of(value: str) -> str:
    """A text as SQL writes it."""
    return "'" + value.replace("'", "''") + "'"


def ordered_by(order: tuple[str, ...]) -> str:
    """An ORDER BY clause, nulls last, or nothing."""
    return "\nORDER BY " + ", ".join(f"{quoted(name)} ASC NULLS LAST" for name in order) if order else ""


def plain_sql_type(found: str) -> str:
    """The one type we keep for a family; see `vivencia.engines.shapes.plain_type`."""
    if found in _INTEGERS:
        return "BIGINT"
    if found == "FLOAT" or found.startswith("DECIMAL("):
        return "DOUBLE"
    if found in _TIMES:
        return SQL_TYPES["time"]
    if found.startswith("ENUM("):
        return "VARCHAR"
    if found.endswith("[]"):
        return plain_sql_type(found[:-2]) + "[]"
    if found.startswith("MAP(VARCHAR, "):
        return f"MAP(VARCHAR, {plain_sql_type(found[13:-1])})"
    return found


def kept_column(name: str, found: str, shape: TableShape | None, who: str) -> str:
    """One column of a select list, cast to the type it is kept in.

    Raises PlanError when the found type can't be the shape's without loss.
    """
    kept = plain_sql_type(found)
    if shape is not None:
        wanted = SQL_TYPES[shape.column(name).type]
        if not _fits(kept, wanted):
            raise PlanError(f"{who} writes {shape.name}.{name} as {found}, not {wanted}")
        kept = wanted
    if kept in (found, _UNTYPED):
        return quoted(name)
    return f"CAST({quoted(name)} AS {kept}) AS {quoted(name)}"


def _fits(kept: str, wanted: str) -> bool:
    if kept in (wanted, _UNTYPED):
        return True
    number, whole = wanted, wanted.replace("DOUBLE", "BIGINT")
    return kept in (number, whole) and "DOUBLE" in wanted


def kept_columns(found: list[tuple[str, str]], shape: TableShape | None, who: str) -> str:
    """The select list of a whole table, in the shape's order.

    Raises PlanError when a column is missing, unknown or written twice.
    """
    names = [name for name, _ in found]
    if doubled := sorted({name for name in names if names.count(name) > 1}):
        raise PlanError(f"{who} writes {doubled} twice")
    if shape is None:
        return ", ".join(kept_column(name, kind, None, who) for name, kind in found)
    missing = [name for name in shape.names if name not in names]
    strangers = [name for name in names if name not in shape.names]
    if missing or strangers:
        raise PlanError(f"{who} writes {shape.name} without {missing} and with unknown {strangers}")
    kinds = dict(found)
    return ", ".join(kept_column(name, kinds[name], shape, who) for name in shape.names)
