"""Events are what one plain query would make of the same signals, whatever they are."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up.examples import examples
from vivencia.engines import segments
from vivencia.engines.embedded import EmbeddedEngine
from vivencia.plans import Plan, Step
from vivencia.plans.arrow import schema_of
from vivencia.signals import events_plan
from vivencia.words.shapes.signals import EVENTS, LINKS, SIGNALS, TOUCHPOINTS

START = datetime(2026, 3, 1, tzinfo=UTC)
TOUCHPOINT = {"stage_order": 1, "complaint": False, "catalogued": True}
CATALOGUE = pa.Table.from_pylist(
    [
        {**TOUCHPOINT, "touchpoint": "site", "stage": "purchase", "channel": "web", "contact": "indirect"},
        {**TOUCHPOINT, "touchpoint": "café", "stage": "use", "contact": "direct", "department": "küche"},
    ],
    schema=schema_of(TOUCHPOINTS),
)
PEOPLE = pa.table({"customer": ["anon:1", "b"], "person": ["ana", "é"]})
READINGS = pa.table(
    {
        "source": ["app", "app", "web"],
        "id": ["1", "2", "2"],
        "polarity": [0.5, -1.0, 0.25],
        "rated": [False, True, False],
        "outcome": ["read", "read", "read"],
        "sentiment": ["positive", "negative", "neutral"],
    }
)
PLAINLY = """
SELECT
    COALESCE(people.person, signals.customer) AS customer,
    signals.at AS "at",
    signals.source AS source,
    signals.id AS id,
    signals.kind AS kind,
    signals.touchpoint AS touchpoint,
    COALESCE(touchpoints.stage, 'use') AS stage,
    touchpoints.channel AS channel,
    touchpoints.environment AS environment,
    COALESCE(touchpoints.contact, 'direct') AS contact,
    touchpoints.form AS form,
    signals.place AS place,
    COALESCE(signals.department, touchpoints.department) AS department,
    signals.actor AS actor,
    signals.account AS account,
    signals.properties['segment'] AS segment,
    signals.properties['role'] AS role,
    signals.properties['country'] AS country,
    signals.goal AS goal,
    signals.reached AS reached,
    signals.properties['outcome'] AS outcome,
    signals.measures AS measures,
    signals.ratings AS ratings,
    TRY_CAST(signals.properties['valence'] AS DOUBLE) AS valence,
    signals.value AS value,
    own_words.polarity AS polarity,
    own_words.rated_polarity AS rated_polarity
FROM signals
LEFT JOIN people ON people.customer = signals.customer
LEFT JOIN touchpoints ON touchpoints.touchpoint = signals.touchpoint
LEFT JOIN own_words ON own_words.source = signals.source AND own_words.id = signals.id
WHERE signals.kind <> 'belief'
"""
WORD = st.sampled_from(["", "a", "é", "new", "😀"])
VALENCE = st.sampled_from(["0.5", "-1", "+.5", " 1e-1 ", "1.", "good", "", "-", "1e", "0x1", "--1", "1,5"])
PROPERTIES = st.fixed_dictionaries(
    {},
    optional={
        "segment": WORD, "role": WORD, "country": WORD, "outcome": WORD, "valence": VALENCE, "other": WORD,
    },
)  # fmt: skip


def entries(said: dict[str, Any]) -> list[tuple[str, Any]]:
    return list(said.items())


SIGNAL = st.fixed_dictionaries(
    {
        "source": st.sampled_from(["app", "web"]),
        "at": st.integers(0, 2).map(lambda hours: START + timedelta(hours=hours)),
        "customer": st.sampled_from(["anon:1", "ana", "b", "c", "é"]),
        "kind": st.sampled_from(["interaction", "survey", "belief"]),
        "touchpoint": st.sampled_from(["site", "café", "fax"]),
        "properties": st.none() | PROPERTIES.map(entries),
        "measures": st.none() | st.dictionaries(WORD, st.floats(0, 1), max_size=2).map(entries),
        "department": st.none() | WORD,
        "account": st.none() | WORD,
        "reached": st.none() | st.booleans(),
        "value": st.none() | st.just(9.5),
    }
)  # fmt: skip


def events_of(engine: EmbeddedEngine, plan: Plan) -> list[dict[str, Any]]:
    engine.give("people", PEOPLE)
    engine.give("readings", READINGS)
    engine.give("touchpoints", CATALOGUE)
    engine.run(plan)
    found: list[dict[str, Any]] = engine.table("events").to_pylist()
    return found


@examples(25)
@given(st.lists(SIGNAL, max_size=10), st.integers(0, 10))
def test_any_signals_become_what_a_plain_query_makes_of_them(
    tmp_path_factory: pytest.TempPathFactory, signals: list[dict[str, Any]], cut: int
) -> None:
    folder = tmp_path_factory.mktemp("signals")
    rows = [{**signal, "id": str(number)} for number, signal in enumerate(signals)]
    table = pa.Table.from_pylist(rows, schema_of(SIGNALS))
    files = (str(folder / "1.parquet"), str(folder / "2.parquet"))
    pq.write_table(table.slice(0, cut), files[0])
    pq.write_table(table.slice(cut).drop_columns(["goal", "ratings", "text"]), files[1])
    sql = events_plan(read=True)
    plain = Plan(
        "plain",
        (
            next(node for node in sql.nodes if node.name == "own_words"),
            Step("events", PLAINLY, ("signals", "people", "touchpoints", "own_words"), writes=EVENTS),
        ),
        ("events",),
    )
    with pytest.MonkeyPatch.context() as patch, EmbeddedEngine() as engine:
        engine.give_files("signals", files, SIGNALS)
        expected = events_of(engine, plain)
        assert events_of(engine, sql) == expected
        patch.setattr(segments, "_SHORT", 0)
        assert events_of(engine, sql) == expected
        engine.give("signals", engine.table("signals"))
        assert events_of(engine, sql) == expected


def test_properties_links_and_words_stand_beside_each_event(engine: Any, tmp_path: Path) -> None:
    rows = [
        ("2", 1, "b", "site", [("segment", "new"), ("valence", "+.5")], None),
        ("1", 1, "anon:1", "fax", None, None),
        ("3", 0, "c", "café", [("country", "PT"), ("valence", "good")], "bar"),
        ("4", 0, "c", "café", [("role", "buyer"), ("outcome", "solved")], None),
    ]
    names = ("id", "at", "customer", "touchpoint", "properties", "department")
    table = pa.Table.from_pylist(
        [
            {"source": "app", "kind": "interaction"}
            | dict(zip(names, row, strict=True))
            | {"at": START + timedelta(hours=row[1])}
            for row in rows
        ],
        schema=schema_of(SIGNALS),
    )  # fmt: skip
    pq.write_table(table.slice(0, 3), tmp_path / "1.parquet")
    pq.write_table(table.slice(3).drop_columns(["ratings", "goal"]), tmp_path / "2.parquet")
    engine.give_files("signals", (str(tmp_path / "1.parquet"), str(tmp_path / "2.parquet")), SIGNALS)
    events_of(engine, events_plan(read=True))
    shown = ["customer", "id", "stage", "contact", "department", "segment", "role", "country", "outcome"]
    assert [tuple(row.values()) for row in engine.table("events").select(shown).to_pylist()] == [
        ("ana", "1", "use", "direct", None, None, None, None, None),
        ("c", "3", "use", "direct", "bar", None, None, "PT", None),
        ("c", "4", "use", "direct", "küche", None, "buyer", None, "solved"),
        ("é", "2", "purchase", "indirect", None, "new", None, None, None),
    ]
    numbers = engine.table("events").select(["valence", "polarity", "rated_polarity"]).to_pylist()
    assert [tuple(row.values()) for row in numbers] == [
        (None, 0.5, None), (None, None, None), (None, None, None), (0.5, None, -1.0),
    ]  # fmt: skip


def test_no_signals_are_no_events(engine: Any) -> None:
    engine.give_files("signals", (), SIGNALS)
    engine.give("touchpoints", CATALOGUE)
    engine.give("links", schema_of(LINKS).empty_table())
    engine.run(events_plan())
    assert engine.table("events").num_rows == engine.table("uncatalogued").num_rows == 0
    assert tuple(engine.table("events").column_names) == EVENTS.names
