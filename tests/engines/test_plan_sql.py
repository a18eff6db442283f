"""The linter over every .sql file, and the fix table form by form."""

import importlib.util
from pathlib import Path

import pytest

import vivencia
from vivencia.engines.dialect import faults_of, spark_sql
from vivencia.plans import read_queries
from vivencia.words.errors import PlanError

SOURCE = Path(vivencia.__file__).parent
FILES = sorted(SOURCE.rglob("*.sql"))


def test_there_are_sql_files_to_check() -> None:
    assert len(FILES) >= 3
    assert importlib.util.find_spec("vivencia.journeys") is not None


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(SOURCE)))
def test_every_query_of_the_package_keeps_to_what_all_engines_understand(file: Path) -> None:
    package = ".".join(("vivencia", *file.parent.relative_to(SOURCE).parts))
    found = {
        name: faults for name, sql in read_queries(package, file.name).items() if (faults := faults_of(sql))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT AVG(x * 1.0) AS a FROM t", "1e0"),
        ("SELECT x + 1.50 AS a FROM t", "1.5e0"),
        ("WITH c AS (SELECT * FROM t) SELECT a FROM c", "SELECT *"),
        ("SELECT EPOCH(a) AS e FROM t", "function"),
        ("SELECT epoch_ms(a) AS e FROM t", "function"),
        ("SELECT quantile(a, 0.5) AS e FROM t", "quantile"),
        ("SELECT quantile_disc(a, 0.5) AS e FROM t", "percentile"),
        ("SELECT string_agg(a, ',' ORDER BY b) AS e FROM t", "agg"),
        ("SELECT list(a ORDER BY b) AS e FROM t", "ORDER BY inside"),
        ("SELECT (quantile_cont(a, [0.5, 0.9]))[1] AS e FROM t", "position"),
        ("SELECT a[1:2] AS e FROM t", "position"),
        ("SELECT a FROM t WHERE b = ?", "$name"),
        ("SELECT a FROM t WHERE b = $1", "$name"),
        ("SELECT random() AS r FROM t", "function"),
        ("SELECT now() AS r FROM t", "function"),
        ("DROP TABLE t", "one SELECT"),
        ("SELECT 1 AS a; SELECT 2 AS b", "one SELECT"),
        ("SELECT FROM WHERE", ""),
    ],
)
def test_the_linter_names_what_engines_would_not_agree_on(sql: str, said: str) -> None:
    faults = faults_of(sql)
    assert faults
    assert said in " ".join(faults)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT AVG(x * 1e0) AS a, COUNT(*) AS n FROM t",
        "SELECT quantile_cont(x, 0.5) AS a, quantile_cont(x, [0.5, 0.9]) AS b, median(x) AS c FROM t",
        "SELECT epoch_us(t.at) AS a, measures['wait_s'] AS b, list_contains($w, id) AS c FROM t",
        "SELECT LAG(x) OVER (PARTITION BY c ORDER BY t.at, id) AS a, x IS NOT NULL AND y > 2 AS b FROM t",
        "SELECT CASE WHEN x IN ('a') THEN 1 END AS a, x || y AS b, date_trunc('month', t.at) AS d FROM t",
        "SELECT strftime(t.at, '%Y-%m') AS a, TRY_CAST(x AS DOUBLE) AS b, x / NULLIF(y, 0) AS c FROM t",
        "SELECT a FROM t UNION ALL SELECT a FROM u",
        "WITH c AS (SELECT a, COUNT(*) AS n FROM t GROUP BY a) SELECT a FROM c WHERE EXISTS (SELECT 1)",
    ],
)
def test_the_linter_lets_plain_sql_pass(sql: str) -> None:
    assert faults_of(sql) == ()


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT epoch_us(t.at) AS a FROM t", "UNIX_MICROS(t.at)"),
        ("SELECT quantile_cont(x, 0.9) AS a FROM t", "PERCENTILE(x, 0.9e0)"),
        ("SELECT quantile_cont(x, [0.5, 0.9]) AS a FROM t", "PERCENTILE(x, ARRAY(0.5e0, 0.9e0))"),
        ("SELECT m['wait_s'] AS a FROM t", "TRY_ELEMENT_AT(m, 'wait_s')"),
        ("SELECT $word AS a FROM t", r"'it\'s \\ here'"),
        ("SELECT $share AS a FROM t", "CAST('0.1' AS DOUBLE)"),
        ("SELECT quantile_cont(epoch_us(t.at) + m['x'], 0.5) AS a FROM t", "UNIX_MICROS"),
        ("SELECT x FROM t ORDER BY x", "NULLS LAST"),
    ],
)
def test_the_fix_table_says_it_as_spark_does(sql: str, expected: str) -> None:
    assert expected in spark_sql(sql, {"word": "it's \\ here", "share": 0.1})


def test_a_value_that_is_missing_is_named() -> None:
    with pytest.raises(PlanError, match="least"):
        spark_sql("SELECT x FROM t WHERE x > $least", {})
