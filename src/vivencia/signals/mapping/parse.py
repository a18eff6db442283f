"""A mapping file (parsed TOML) becomes a `Mapping`; every mistake is told in one MappingError."""

from collections.abc import Callable, Iterable
from collections.abc import Mapping as Table
from dataclasses import replace
from typing import Any, TypeVar
from zoneinfo import available_timezones

from vivencia.signals.mapping.columns import ColumnSpec, Kind
from vivencia.signals.mapping.expressions import Expression, Refused, expression, template
from vivencia.signals.mapping.frame import Frame, Value, read
from vivencia.signals.mapping.mapping import Mapping
from vivencia.signals.mapping.spec import FieldSpec, FileSpec, JoinSpec, SignalSpec, specs_of
from vivencia.signals.mapping.times import format_mistake
from vivencia.signals.reading import Mistakes, Reader
from vivencia.words.errors import MappingError
from vivencia.words.signal import AFTER_OUTCOME_PREFIX, KINDS

#: The fields of a signal that hold text, and what else they hold.
TEXT_FIELDS = (
    "source", "id", "customer", "account", "kind", "touchpoint", "place", "actor", "department",
    "goal", "text", "lang", "currency",
)  # fmt: skip
REQUIRED_FIELDS = ("at", "customer", "kind", "touchpoint")
FIELD_KINDS: dict[str, Kind] = {
    **dict.fromkeys(TEXT_FIELDS, "text"),
    "at": "time",
    "reached": "flag",
    "value": "number",
}
GROUP_KINDS: dict[str, Kind] = {"measures": "number", "ratings": "number", "properties": "text"}

_Found = TypeVar("_Found")

_KINDS: dict[str, Kind] = {"text": "text", "number": "number", "time": "time", "yes_no": "flag"}
_CUSTOMER_OPTIONS = ("unknown", "when_unknown", "session")
_COLUMN_OPTIONS = (
    "type", "format", "zone", "decimal", "thousands", "not_applicable",
    "values", "otherwise", "after_outcome", "optional",
)  # fmt: skip


def parse_mapping(data: Table[str, Any], *, strict_instruments: bool = True) -> Mapping:
    """The mapping that a parsed mapping file declares.

    Raises MappingError with every mistake in one message: its path, what was found,
    what is allowed. Unless `strict_instruments`, a rating in an unknown instrument is a
    fault of its record, and no mistake of the mapping.
    """
    mistakes = Mistakes()
    reader = Reader(data, "", mistakes)
    head = reader.table("mapping")
    name = head.text("name", "mapping", required=True) or "mapping"
    source = head.text("source", name) or name
    default = _column(head, ColumnSpec(), ("zone", "not_applicable", "decimal", "thousands"))
    head.done()
    files = {alias: _file(one, alias, default) for alias, one in _named(reader, "files", mistakes)}
    if not files:
        mistakes.note("files", "nothing", 'at least one file: [files.orders] pattern = "orders*.csv"')
    joins = tuple(_join(one, files) for one in reader.tables("joins"))
    builder = _SignalReader(files, joins, default, reader.raw("defaults", {}), mistakes)
    signals = tuple(found for one in reader.tables("signals") for found in builder.signals(one))
    if not signals:
        mistakes.note("signals", "nothing", "at least one [[signals]]")
    _unique("signals", (one.name for one in signals), mistakes)
    _unique("joins", (f"{one.start} {one.name}" for one in joins), mistakes)
    reader.done()
    if mistakes:
        raise MappingError(str(mistakes), hint="Mend the mapping file; every mistake is listed.")
    return Mapping(name, source, files, joins, signals, default, strict_instruments)


def _named(reader: Reader, key: str, mistakes: Mistakes) -> Iterable[tuple[str, Reader]]:
    group = reader.table(key)
    for name in group.data:
        if isinstance(group.data[name], Table):
            yield name, group.table(name)
        else:
            mistakes.note(group.at(name), group.data[name], f"a table, written [{group.at(name)}]")


def _file(reader: Reader, alias: str, default: ColumnSpec) -> FileSpec:
    said = reader.raw("pattern")
    patterns = (said,) if isinstance(said, str) else reader.texts("pattern")
    if not patterns or not all(one.strip() for one in patterns):
        reader.note("pattern", 'a file name with * and ?, or a list of them: "orders*.csv"')
    columns = {
        name: _closed(one, _column(one, default, _COLUMN_OPTIONS))
        for name, one in _named(reader, "columns", reader.mistakes)
    }
    found = FileSpec(
        alias, patterns, columns, reader.text("encoding"), reader.raw("delimiter"), reader.text("sheet")
    )
    return _closed(reader, found)


def _column(reader: Reader, base: ColumnSpec, options: tuple[str, ...]) -> ColumnSpec:
    """A column's options over those of `base`; only `options` may be given."""
    takes: dict[str, Callable[[], dict[str, Any]]] = {
        "type": lambda: {"kind": _KINDS.get(reader.one_of("type", _KINDS, None))},
        "format": lambda: {"formats": _formats(reader)},
        "zone": lambda: {"zone": _zone(reader)},
        "decimal": lambda: {"decimal": reader.one_of("decimal", (".", ","), ".")},
        "thousands": lambda: {"thousands": reader.one_of("thousands", ("", ".", ",", " ", "'"), "")},
        "not_applicable": lambda: {"not_applicable": _codes(reader)},
        "values": lambda: {"values": _values(reader)},
        "otherwise": lambda: {"otherwise": _plain(reader, "otherwise")},
        "after_outcome": lambda: {"after_outcome": reader.flag("after_outcome", False)},
        "optional": lambda: {"optional": reader.flag("optional", False)},
    }
    given: dict[str, Any] = {}
    for option in options:
        if reader.has(option):
            given |= takes[option]()
    found = replace(base, **given)
    if found.thousands == found.decimal:
        reader.note("thousands", f"another sign than the decimal one ({found.decimal})")
    return found


def _formats(reader: Reader) -> tuple[str, ...]:
    said = reader.raw("format")
    formats = (said,) if isinstance(said, str) else reader.texts("format")
    for form in formats:
        wrong = format_mistake(form)
        if wrong:
            reader.mistakes.note(reader.at("format"), form, wrong)
    return formats or ("iso",)


def _zone(reader: Reader) -> str:
    said = reader.raw("zone")
    if said not in available_timezones():
        reader.note("zone", "an IANA time zone, such as Europe/Lisbon")
        return ""
    return str(said)


def _codes(reader: Reader) -> tuple[str, ...]:
    said = reader.raw("not_applicable")
    if not isinstance(said, list) or not all(isinstance(one, str | int | float) for one in said):
        reader.note("not_applicable", 'a list of the codes that mean "not used": ["0", "N/A", "-99"]')
        return ()
    return tuple(str(one).strip() for one in said)


def _plain(reader: Reader, key: str) -> str:
    said = reader.raw(key)
    if not isinstance(said, str | int | float):
        reader.note(key, "a text or a number")
        return ""
    return str(said).lower() if isinstance(said, bool) else str(said)


def _values(reader: Reader) -> dict[str, str]:
    table = reader.table("values")
    return {key: _plain(table, key) for key in table.data}


def _join(reader: Reader, files: Table[str, FileSpec]) -> JoinSpec:
    file = reader.one_of("file", files, "", required=True)
    said = reader.raw("on")
    pairs = {said: said} if isinstance(said, str) else said
    if not isinstance(pairs, Table) or not pairs or not all(isinstance(one, str) for one in pairs.values()):
        reader.note("on", 'a column both files have, or { "column here" = "column there" }')
        pairs = {}
    found = JoinSpec(
        name=reader.text("name", file) or file,
        start=reader.one_of("from", files, "", required=True),
        file=file,
        on=tuple(pairs.items()),
        missing=reader.one_of("missing", ("fault", "blank"), "fault"),
        many=reader.one_of("many", ("fault", "first", "last"), "fault"),
        by=reader.text("by"),
    )
    if found.many != "fault" and not found.by:
        reader.note("by", f"the column that says which partner is {found.many}")
    return _closed(reader, found)


class _SignalReader:
    """Reads `[[signals]]`, with the files, joins and defaults beside."""

    def __init__(
        self,
        files: Table[str, FileSpec],
        joins: tuple[JoinSpec, ...],
        default: ColumnSpec,
        shared: Any,
        mistakes: Mistakes,
    ) -> None:
        self.files = files
        self.joins = joins
        self.default = default
        self.mistakes = mistakes
        self.shared = shared if isinstance(shared, Table) else {}
        if not isinstance(shared, Table):
            mistakes.note("defaults", shared, "a table of fields that every signal has")

    def signals(self, reader: Reader) -> Iterable[SignalSpec]:
        """The signals of one block: one, or one for each value of `for_each`."""
        data = {key: value for key, value in reader.data.items() if key != "for_each"}
        each = reader.table("for_each")
        if not each.data:
            yield self._signal(Reader(_over(self.shared, data), reader.path, self.mistakes))
            return
        if len(each.data) > 1:
            self.mistakes.note(each.path, dict(each.data), 'one name with its values: { item = ["a", "b"] }')
        name = next(iter(each.data))
        for value in each.texts(name):
            filled = _filled(_over(self.shared, data), f"${name}", value)
            yield self._signal(Reader(filled, f"{reader.path}({value})", self.mistakes))

    def _signal(self, reader: Reader) -> SignalSpec:
        file = reader.one_of("from", self.files, next(iter(self.files), ""), required=len(self.files) > 1)
        specs = specs_of(file, self.files, self.joins)
        fields = _FieldReader(specs, self.default)
        when = fields.condition(reader) if reader.has("when") else None
        found = SignalSpec(
            name=reader.text("name", "signal", required=True) or "signal",
            file=file,
            when=when,
            fields={
                key: fields.field(reader, key, kind) for key, kind in FIELD_KINDS.items() if reader.has(key)
            },
            measures=fields.group(reader, "measures"),
            ratings=fields.group(reader, "ratings"),
            properties=fields.group(reader, "properties"),
        )
        for key in REQUIRED_FIELDS:
            if not reader.has(key):
                reader.note(key, "every signal has one")
        self._check_kind(reader, found)
        self._check_columns(reader, found)
        return _closed(reader, found)

    def _check_kind(self, reader: Reader, found: SignalSpec) -> None:
        kind = found.fields.get("kind")
        if kind and not kind.expression.columns and kind.expression.source not in KINDS:
            reader.note("kind", f"one of {', '.join(KINDS)}")

    def _check_columns(self, reader: Reader, found: SignalSpec) -> None:
        names = {join.name for join in self.joins if join.start == found.file}
        declared = self.files[found.file].columns if found.file in self.files else {}
        for column in sorted(found.columns):
            before, point, _ = column.partition(".")
            others = before in self.files and before not in names and column not in declared
            if point and others:
                allowed = f"a [[joins]] from {found.file} to {before}"
                self.mistakes.note(reader.path, f"{{{column}}}", allowed)


class _FieldReader:
    """Reads the fields of one signal: a text with columns, an expression, or a table with options."""

    def __init__(self, specs: Table[str, ColumnSpec], default: ColumnSpec) -> None:
        self.specs = specs
        self.default = default
        self.kinds: dict[str, Kind] = {name: spec.kind for name, spec in specs.items() if spec.kind}

    def condition(self, reader: Reader) -> Expression | None:
        """The `when` of a signal."""
        said = reader.text("when")
        return self._compiled(reader, "when", lambda: expression(said, "flag", self.kinds)) if said else None

    def group(self, reader: Reader, key: str) -> dict[str, FieldSpec]:
        """The fields of `measures`, `ratings` or `properties`."""
        table = reader.table(key)
        found: dict[str, FieldSpec] = {}
        for name in table.data:
            one = self.field(table, name, GROUP_KINDS[key], group=key)
            late = any(self._spec(column).after_outcome for column in one.expression.columns)
            found[f"{AFTER_OUTCOME_PREFIX}{name}" if late and key == "properties" else name] = one
        return found

    def field(self, reader: Reader, key: str, kind: Kind, group: str = "") -> FieldSpec:
        """One field, compiled for the kind of value it holds."""
        said = reader.raw(key)
        path = f"{group}.{key}" if group else key
        if isinstance(said, Table):
            found = self._from_table(reader.table(key), path, kind)
        else:
            found = FieldSpec(path, self._source(reader, key, said, kind))
        if group != "properties" and any(self._spec(one).after_outcome for one in found.expression.columns):
            reader.note(key, "properties only, for a column that is known after the outcome")
        return found

    def _source(self, reader: Reader, key: str, said: Any, kind: Kind) -> Expression:
        if isinstance(said, bool | int | float):
            said = str(said)
        if not isinstance(said, str) or not said.strip():
            reader.note(key, "a text with {columns}, or an expression")
            return template("")
        if said.startswith("="):
            return self._compiled(reader, key, lambda: expression(said[1:], kind, self.kinds))
        if kind in ("number", "flag"):
            return self._compiled(reader, key, lambda: expression(said, kind, self.kinds))
        return self._compiled(reader, key, lambda: self._read(template(said), kind, self.default))

    def _from_table(self, reader: Reader, path: str, kind: Kind) -> FieldSpec:
        said = reader.text("from", required=True) or ""
        source = self._compiled(reader, "from", lambda: template(said))
        if said.startswith("="):
            source = self._compiled(reader, "from", lambda: expression(said[1:], None, self.kinds))
        base = self._spec(source.alone) if source.alone else self.default
        spec = _column(reader, base, tuple(one for one in _COLUMN_OPTIONS if one not in ("type", "optional")))
        found = FieldSpec(path, self._read(source, kind, spec))
        if path == "customer":
            session = reader.text("session")
            found = replace(
                found,
                unknown=reader.texts("unknown"),
                when_unknown=reader.one_of("when_unknown", ("fault", "anonymous"), "fault"),
                session=self._compiled(reader, "session", lambda: template(session)) if session else None,
            )
        return _closed(reader, found)

    def _read(self, source: Expression, kind: Kind, spec: ColumnSpec) -> Expression:
        """A text read as that kind, under a column's options."""
        name = source.alone
        if name is not None and spec in (self.default, self._spec(name)):
            return replace(source, kind=kind, run=lambda frame: frame.column(name, kind))

        def run(frame: Frame) -> Value:
            if name is not None:
                return read(frame.raw(name), spec, kind, name, frame.zone)
            text = source.run(frame)
            found = read(text.array, spec, kind, source.source, frame.zone)
            return replace(found, troubles=(*text.troubles, *found.troubles))

        return replace(source, kind=kind, run=run)

    def _spec(self, column: str) -> ColumnSpec:
        return self.specs.get(column, self.default)

    def _compiled(self, reader: Reader, key: str, compile_it: Callable[[], Expression]) -> Expression:
        try:
            return compile_it()
        except Refused as refused:
            reader.note(key, str(refused))
            return template("")


def _over(below: Table[str, Any], above: Table[str, Any]) -> dict[str, Any]:
    """The fields above, with those below where it has none; groups are laid over each other."""
    found = {**below, **above}
    for key in GROUP_KINDS:
        if isinstance(below.get(key), Table) and isinstance(above.get(key), Table):
            found[key] = {**below[key], **above[key]}
    return found


def _filled(said: Any, mark: str, value: str) -> Any:
    """Every text with the mark replaced, in keys and values."""
    if isinstance(said, str):
        return said.replace(mark, value)
    if isinstance(said, Table):
        return {_filled(key, mark, value): _filled(one, mark, value) for key, one in said.items()}
    return [_filled(one, mark, value) for one in said] if isinstance(said, list) else said


def _closed(reader: Reader, found: _Found) -> _Found:
    reader.done()
    return found


def _unique(path: str, keys: Iterable[str], mistakes: Mistakes) -> None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            mistakes.note(path, key, "each name once")
        seen.add(key)
