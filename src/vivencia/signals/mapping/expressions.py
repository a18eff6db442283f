"""The small language of mappings: {columns}, numbers, 'texts', comparisons and a few functions.

Python's own parser reads it and a closed list of nodes is accepted, so no expression
can do more than look at the row. Two forms:

* a text with columns in it, `{order_id}:delivery` (`template`);
* an expression, `days({promised}, {delivered})` (`expression`).

Each is compiled once, with the kind of value that is wanted, and then works on whole
batches.
"""

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from vivencia.signals.mapping.columns import Kind
from vivencia.signals.mapping.frame import Frame, Trouble, Value
from vivencia.signals.mapping.functions import FUNCTIONS, Function

_PIECES = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|\{([^{}]+)\}")
_COLUMN = re.compile(r"\{([^{}]+)\}")
_STAND_IN = "column_"

#: Longer expressions are refused, so that none can nest deeper than the parser goes.
MOST_SOURCE = 1000


class Refused(Exception):
    """The text is no expression of this language; the message says why."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled text: the kind of value it gives, the columns it reads, and how it runs."""

    source: str
    kind: Kind
    columns: frozenset[str]
    run: Callable[[Frame], Value]
    #: The column, where the whole text is just one.
    alone: str | None = None


def template(source: str) -> Expression:
    """A text in which {column} stands for the column's value; null where all its columns are blank."""
    names = _COLUMN.findall(source)
    alone = names[0] if len(names) == 1 and source.strip() == f"{{{names[0]}}}" else None
    pieces = _COLUMN.split(source)
    if any("{" in literal or "}" in literal for literal in pieces[::2]):
        raise Refused("a closing } for each {, with a column's name between")

    def run(frame: Frame) -> Value:
        if not names:
            return Value("text", frame.constant(source))
        read = [frame.column(name, "text") for name in names]
        troubles = tuple(trouble for value in read for trouble in value.troubles)
        if alone:
            return Value("text", read[0].array, troubles=troubles)
        present = pc.coalesce(*(pc.if_else(pc.is_valid(value.array), True, None) for value in read))
        parts: list[pa.Array | pa.Scalar] = []
        for place, literal in enumerate(pieces[::2]):
            parts.append(pa.scalar(literal))
            if place < len(read):
                parts.append(pc.fill_null(read[place].array, ""))
        said = pc.utf8_trim_whitespace(pc.binary_join_element_wise(*parts, pa.scalar("")))
        return Value("text", pc.if_else(present, said, pa.scalar(None, pa.string())), troubles=troubles)

    return Expression(source, "text", frozenset(names), run, alone)


def expression(source: str, want: Kind | None, kinds: Mapping[str, Kind]) -> Expression:
    """An expression compiled for the kind of value wanted (None: whatever it gives).

    `kinds` says which columns are declared as number, time or flag. Raises Refused.
    """
    names: list[str] = []

    def stand_in(found: re.Match[str]) -> str:
        if found[1] is None:
            return found[0]
        names.append(found[1])
        return f"{_STAND_IN}{len(names) - 1}"

    if len(source) > MOST_SOURCE:
        raise Refused(f"an expression of at most {MOST_SOURCE} characters")
    try:
        tree = ast.parse(_PIECES.sub(stand_in, source).strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise Refused("an expression such as days({promised}, {delivered})") from None
    compiler = _Compiler(names, kinds)
    kind, run = compiler.value(tree, want)
    alone = names[0] if isinstance(tree, ast.Name) else None
    return Expression(source, kind, frozenset(names), run, alone)


Run = Callable[[Frame], Value]
_ARITHMETIC: dict[type[ast.operator], Callable[..., pa.Array]] = {
    ast.Add: pc.add,
    ast.Sub: pc.subtract,
    ast.Mult: pc.multiply,
    ast.Div: pc.divide,
}
_COMPARISONS: dict[type[ast.cmpop], Callable[..., pa.Array]] = {
    ast.Eq: pc.equal,
    ast.NotEq: pc.not_equal,
    ast.Lt: pc.less,
    ast.LtE: pc.less_equal,
    ast.Gt: pc.greater,
    ast.GtE: pc.greater_equal,
}


class _Compiler:
    def __init__(self, names: list[str], kinds: Mapping[str, Kind]) -> None:
        self.names = names
        self.kinds = kinds

    def value(self, node: ast.expr, want: Kind | None) -> tuple[Kind, Run]:
        """Compile one node; Refused when it cannot give the kind wanted."""
        kind, run = self._any(node, want)
        if want is not None and kind != want:
            raise Refused(f"a {want}, where {ast.unparse(node)} gives a {kind}{_hint(kind, want)}")
        return kind, run

    def _any(self, node: ast.expr, want: Kind | None) -> tuple[Kind, Run]:
        match node:
            case ast.Constant():
                return _constant(node.value)
            case ast.Name():
                return self._column(node.id, want)
            case ast.UnaryOp(op=ast.USub() | ast.Not()):
                return self._unary(node)
            case ast.BinOp() if type(node.op) in _ARITHMETIC:
                return self._arithmetic(node)
            case ast.Compare(ops=[_], comparators=[_]):
                return self._comparison(node)
            case ast.BoolOp():
                return self._logic(node)
            case ast.IfExp():
                return self._choice(node, want)
            case ast.Call(func=ast.Name(), keywords=[]):
                return self._call(node, want)
        raise Refused(
            "columns in { }, numbers, 'texts', + - * /, comparisons, and or not, " + _function_names()
        )

    def _column(self, stand_in: str, want: Kind | None) -> tuple[Kind, Run]:
        if not stand_in.startswith(_STAND_IN):
            raise Refused(f"columns in braces: {{{stand_in}}}")
        name = self.names[int(stand_in.removeprefix(_STAND_IN))]
        declared = self.kinds.get(name)
        # Any column may be read as text; a declared one as nothing else but what it is.
        kind: Kind = want or declared or "text"
        if declared not in (None, "text", kind) and kind != "text":
            raise Refused(f"a {want}, where {{{name}}} is declared a {declared}")
        return kind, lambda frame: frame.column(name, kind)

    def _unary(self, node: ast.UnaryOp) -> tuple[Kind, Run]:
        if isinstance(node.op, ast.USub):
            _, run = self.value(node.operand, "number")
            return "number", _applied("number", pc.negate, run)
        _, run = self.value(node.operand, "flag")
        return "flag", _applied("flag", lambda a: pc.invert(pc.fill_null(a, False)), run)

    def _arithmetic(self, node: ast.BinOp) -> tuple[Kind, Run]:
        sides = [self.value(side, "number")[1] for side in (node.left, node.right)]
        return "number", _applied("number", _ARITHMETIC[type(node.op)], *sides)

    def _comparison(self, node: ast.Compare) -> tuple[Kind, Run]:
        operator, right = node.ops[0], node.comparators[0]
        if isinstance(operator, ast.In | ast.NotIn):
            return self._membership(node.left, right, isinstance(operator, ast.In))
        if type(operator) not in _COMPARISONS:
            raise Refused("==, !=, <, <=, >, >=, in or not in")
        kind = self._kind_of(node.left) or self._kind_of(right) or "text"
        sides = [self.value(side, kind)[1] for side in (node.left, right)]
        compare, unequal = _COMPARISONS[type(operator)], isinstance(operator, ast.NotEq)

        def compared(a: pa.Array, b: pa.Array) -> pa.Array:
            if kind == "text":  # a blank text is a text like others
                return compare(pc.fill_null(a, ""), pc.fill_null(b, ""))
            return pc.fill_null(compare(a, b), unequal)

        return "flag", _applied("flag", compared, *sides)

    def _membership(self, left: ast.expr, right: ast.expr, inside: bool) -> tuple[Kind, Run]:
        words = right.elts if isinstance(right, ast.List | ast.Tuple) else []
        if not words or not all(
            isinstance(one, ast.Constant) and isinstance(one.value, str) for one in words
        ):
            raise Refused("a list of texts: {status} in ['sent', 'open']")
        known = pa.array([one.value for one in words if isinstance(one, ast.Constant)], pa.string())
        _, run = self.value(left, "text")

        def member(a: pa.Array) -> pa.Array:
            found = pc.is_in(pc.fill_null(a, ""), value_set=known)
            return found if inside else pc.invert(found)

        return "flag", _applied("flag", member, run)

    def _kind_of(self, node: ast.expr) -> Kind | None:
        """The kind a side has of itself; None when it is a column that nobody declared."""
        if isinstance(node, ast.Name) and node.id.startswith(_STAND_IN):
            return self.kinds.get(self.names[int(node.id.removeprefix(_STAND_IN))])
        return self._any(node, None)[0]

    def _logic(self, node: ast.BoolOp) -> tuple[Kind, Run]:
        runs = [self.value(side, "flag")[1] for side in node.values]
        join = pc.and_ if isinstance(node.op, ast.And) else pc.or_

        def joined(*sides: pa.Array) -> pa.Array:
            found = pc.fill_null(sides[0], False)
            for side in sides[1:]:
                found = join(found, pc.fill_null(side, False))
            return found

        return "flag", _applied("flag", joined, *runs)

    def _choice(self, node: ast.IfExp, want: Kind | None) -> tuple[Kind, Run]:
        _, test = self.value(node.test, "flag")
        kind = want or self._kind_of(node.body) or self._kind_of(node.orelse) or "text"
        sides = [self.value(side, kind)[1] for side in (node.body, node.orelse)]
        return kind, _applied(kind, lambda t, a, b: pc.if_else(pc.fill_null(t, False), a, b), test, *sides)

    def _call(self, node: ast.Call, want: Kind | None) -> tuple[Kind, Run]:
        assert isinstance(node.func, ast.Name)  # noqa: S101 (the match above says so; for the type checker)
        function = FUNCTIONS.get(node.func.id)
        if function is None:
            raise Refused(_function_names())
        if not function.least <= len(node.args) <= function.most:
            raise Refused(f"{node.func.id} as in {function.example}")
        kind = self._call_kind(function, node, want)
        runs = [self.value(side, function.takes or kind)[1] for side in node.args]
        return function.gives or kind, _applied(
            function.gives or kind, function.run, *runs, local=function.local
        )

    def _call_kind(self, function: Function, node: ast.Call, want: Kind | None) -> Kind:
        """What `first` gives: the kind wanted, else that of its first argument."""
        if function.takes:
            return function.takes
        own: list[Kind] = [kind for kind in map(self._kind_of, node.args) if kind]
        return want or (own[0] if own else "text")


def _constant(value: object) -> tuple[Kind, Run]:
    if isinstance(value, bool):
        return "flag", lambda frame: Value("flag", pa.repeat(pa.scalar(value), frame.rows))
    if isinstance(value, int | float):
        number = float(value)
        return "number", lambda frame: Value("number", pa.repeat(pa.scalar(number), frame.rows))
    if isinstance(value, str):
        return "text", lambda frame: Value("text", frame.constant(value))
    raise Refused("a number, a text in quotes, True or False")


def _applied(kind: Kind, function: Callable[..., pa.Array], *runs: Run, local: bool = False) -> Run:
    """A function over the values of its arguments; their troubles are its own."""

    def run(frame: Frame) -> Value:
        values = [side(frame) for side in runs]
        troubles: tuple[Trouble, ...] = tuple(one for value in values for one in value.troubles)
        clocks = [value.local if local else value.array for value in values]
        found = function(*clocks)
        walls = None
        if kind == "time":
            walls = function(*(value.array if value.kind != "time" else value.local for value in values))
        return Value(kind, found, walls, troubles)

    return run


def _hint(kind: Kind, want: Kind) -> str:
    if want == "number" and kind == "time":
        return "; write days(from, to) or calendar_days(from, to) for the time between"
    return ""


def _function_names() -> str:
    return "the functions " + ", ".join(sorted(FUNCTIONS))
