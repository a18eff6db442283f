"""One SQL text for every engine: DuckDB's dialect to Spark's, and the linter that keeps it possible.

SQLGlot says nothing when it doesn't know a form, so what it gets wrong is in the fix
table below, and the linter allows no form that is neither plain nor in that table.
"""

from collections.abc import Callable, Mapping

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from vivencia.plans.plan import Value
from vivencia.words.errors import PlanError

#: Functions a plan may call; each is held by the tests to mean the same on every engine.
ALLOWED = frozenset({
    "abs", "avg", "cast", "coalesce", "count", "exp", "floor", "ceil", "greatest", "least", "ln",
    "lower", "max", "md5", "min", "nullif", "power", "round", "sqrt", "sum", "trim", "try_cast",
    "upper", "length", "concat", "lag", "lead", "row_number", "rank", "dense_rank", "first_value",
    "last_value", "list_contains", "map_keys", "date_trunc", "strftime", "stddev_samp", "var_samp",
    "epoch_us", "quantile_cont", "median", "if", "case", "and", "or", "exists", "unnest", "substring",
    "year", "month",
})  # fmt: skip
_SPOKEN = {
    "arraycontains": "list_contains",
    "percentilecont": "quantile_cont",
    "mapkeys": "map_keys",
    "timestamptrunc": "date_trunc",
    "datetrunc": "date_trunc",
    "timetostr": "strftime",
    "md5": "md5",
    "pow": "power",
    "rownumber": "row_number",
    "explode": "unnest",
    "stddevsamp": "stddev_samp",
    "variance": "var_samp",
    "trycast": "try_cast",
    "firstvalue": "first_value",
    "lastvalue": "last_value",
    "denserank": "dense_rank",
}


def spark_sql(text: str, values: Mapping[str, Value]) -> str:
    """A DuckDB SELECT as Spark says it, its `$name` values written as literals.

    Raises PlanError when the text can't be read or a value is missing.
    """
    tree = _parsed(text)
    for kind, fix in _FIXES:
        for node in list(tree.find_all(kind)):
            fixed = fix(node)
            if fixed is not None:
                tree = fixed if node is tree else _replaced(tree, node, fixed)
    for node in list(tree.find_all(exp.Placeholder)):
        name = str(node.this)
        if name not in values:
            raise PlanError(f"the text binds ${name}, which the plan's values lack")
        node.replace(_literal(values[name]))
    return tree.sql(dialect="spark", pretty=True)


def _parsed(text: str) -> exp.Expr:
    try:
        trees = [tree for tree in sqlglot.parse(text, read="duckdb") if tree is not None]
    except SqlglotError as error:
        raise PlanError(f"{error}\n{text}") from error
    if len(trees) != 1 or not isinstance(trees[0], exp.Query):
        raise PlanError(f"a step is one SELECT\n{text}")
    return trees[0]


def _replaced(tree: exp.Expr, node: exp.Expr, fixed: exp.Expr) -> exp.Expr:
    node.replace(fixed)
    return tree


# The fix table: what SQLGlot would pass on wrongly ------------------------------------------


def _quantile(node: exp.Expr) -> exp.Expr:
    """PERCENTILE_CONT(x, p) is no Spark; PERCENTILE is exact and interpolates the same way."""
    return exp.Anonymous(this="PERCENTILE", expressions=[node.this.copy(), node.expression.copy()])


def _named(node: exp.Expr) -> exp.Expr | None:
    """EPOCH_US passes through under a name Spark does not know."""
    if str(node.this).lower() == "epoch_us":
        return exp.Anonymous(this="UNIX_MICROS", expressions=[part.copy() for part in node.expressions])
    return None


def _entry(node: exp.Expr) -> exp.Expr | None:
    """A key a map lacks is null, whatever Spark's ANSI mode thinks."""
    key = node.expressions[0]
    if isinstance(key, exp.Placeholder) or key.is_string:
        return exp.Anonymous(this="TRY_ELEMENT_AT", expressions=[node.this.copy(), key.copy()])
    return None


def _fraction(node: exp.Expr) -> exp.Expr | None:
    """0.5 is a DECIMAL to Spark, and averages of those are rounded."""
    if not node.args.get("is_string") and "." in node.name and "e" not in node.name.lower():
        return exp.Literal(this=node.name + "e0", is_string=False)
    return None


_FIXES: tuple[tuple[type[exp.Expr], Callable[[exp.Expr], exp.Expr | None]], ...] = (
    (exp.PercentileCont, _quantile),
    (exp.Anonymous, _named),
    (exp.Bracket, _entry),
    (exp.Literal, _fraction),
)


def _literal(value: Value) -> exp.Expr:
    if isinstance(value, tuple):
        listed = exp.Array(expressions=[_literal(part) for part in value])
        return listed if value else exp.cast(listed, "ARRAY<TEXT>")
    if isinstance(value, float):
        return exp.cast(exp.Literal.string(repr(value)), "DOUBLE")
    if isinstance(value, bool) or value is None:
        return exp.convert(value)
    return exp.convert(value)


# The linter ---------------------------------------------------------------------------------


def faults_of(text: str) -> tuple[str, ...]:
    """What a plan's SQL may not say, one line each; empty when nothing is wrong."""
    try:
        tree = _parsed(text)
    except PlanError as error:
        return (str(error),)
    found: list[str] = []
    for rule in _RULES:
        found.extend(rule(tree))
    return tuple(dict.fromkeys(found))


def _literals(tree: exp.Expr) -> list[str]:
    return [
        f"{node.name} is a DECIMAL; write {node.name.rstrip('0').rstrip('.') or '0'}e0"
        for node in tree.find_all(exp.Literal)
        if not node.is_string
        and "." in node.name
        and "e" not in node.name.lower()
        and node.find_ancestor(exp.PercentileCont) is None
    ]


def _stars(tree: exp.Expr) -> list[str]:
    return [
        f"SELECT * in the CTE {cte.alias}: name the columns"
        for cte in tree.find_all(exp.CTE)
        for star in cte.find_all(exp.Star)
        if not isinstance(star.parent, exp.Count)
    ]


def _functions(tree: exp.Expr) -> list[str]:
    said = []
    for node in tree.find_all(exp.Func):
        name = str(node.this) if isinstance(node, exp.Anonymous) else node.sql_name()
        known = _SPOKEN.get(name.replace("_", "").lower(), name.lower())
        if known not in ALLOWED and not isinstance(node, exp.Array | exp.Binary | exp.Connector):
            said.append(f"{name.lower()} is not among the functions every engine is known to agree on")
    return said


def _ordered_aggregates(tree: exp.Expr) -> list[str]:
    return [
        "an ORDER BY inside an aggregate: no engine is promised to say it alike"
        for order in tree.find_all(exp.Order)
        if isinstance(order.parent, exp.AggFunc | exp.WithinGroup | exp.Anonymous)
    ]


def _subscripts(tree: exp.Expr) -> list[str]:
    return [
        f"{node.sql(dialect='duckdb')}: a position in a list is counted differently by engines"
        for node in tree.find_all(exp.Bracket)
        if any(key.is_int or isinstance(key, exp.Slice) for key in node.expressions)
    ]


def _values(tree: exp.Expr) -> list[str]:
    said = [
        "values are bound by $name, not by position"
        for node in tree.find_all(exp.Placeholder)
        if not node.this or not str(node.this).isidentifier()
    ]
    return said + ["values are bound by $name" for _ in tree.find_all(exp.Parameter)]


_RULES = (_literals, _stars, _functions, _ordered_aggregates, _subscripts, _values)
