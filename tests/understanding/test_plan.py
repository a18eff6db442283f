"""Texts become readings on the way: the same on both engines, masked, corrected, and learned from."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from vivencia.engines.embedded import EmbeddedEngine
from vivencia.house.corrections import read_corrections
from vivencia.plans.arrow import schema_of
from vivencia.signals import catalogue_tables, events_plan, people_plan
from vivencia.understanding.embedders import embedder, named, present
from vivencia.understanding.heads.grams import COLUMNS
from vivencia.understanding.pipeline import Reader, read
from vivencia.understanding.plan import readings_plan, text_model_plan, words_plan
from vivencia.understanding.sampling import liked
from vivencia.understanding.text_model import head_in
from vivencia.words.catalogue import Catalogue, Company, Touchpoint
from vivencia.words.shapes import signals as shapes
from vivencia.words.shapes.understanding import BEFORE, CORRECTIONS, TEXT_MODEL

CATALOGUE = Catalogue(Company("shop"), touchpoints=(Touchpoint("delivery", "delivery"),))


def signal(key: str, customer: str, text: str | None, lang: str | None = None, **more):
    row = {
        "source": "shop", "id": key, "at": datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=int(key)),
        "customer": customer, "kind": "survey", "touchpoint": "delivery", "text": text, "lang": lang,
        "measures": [], "ratings": [], "properties": [],
    }  # fmt: skip
    return row | more


def give(engine, signals, *, links=(), corrections=()):
    engine.give("signals", pa.Table.from_pylist(signals, schema=schema_of(shapes.SIGNALS)))
    engine.give("links", pa.Table.from_pylist(list(links), schema=schema_of(shapes.LINKS)))
    engine.give("corrections", pa.Table.from_pylist(list(corrections), schema=schema_of(CORRECTIONS)))
    for name, table in catalogue_tables(CATALOGUE).items():
        engine.give(name, table)
    for shape in BEFORE.values():
        engine.give(shape.name, schema_of(shape).empty_table())


def run(engine, tier: str = "rules"):
    engine.run(people_plan())
    engine.run(text_model_plan(tier=tier))
    engine.run(readings_plan(tier=tier))
    engine.run(events_plan(read=True))
    engine.run(words_plan(tier=tier))


SIGNALS = [
    signal("1", "anon:1", "The parcel arrived late and the driver was rude.", "en-GB"),
    signal("2", "bia", "A entrega foi rápida, adorei!", "pt-PT", ratings=[("stars", 5.0)]),
    signal("3", "caio", "Write to me at caio@example.com, I am cancelling my contract.", "en"),
    signal("4", "caio", None),
    signal("5", "boss", "We are great", "en", kind="belief"),
]
LINKS = [{"from_customer": "anon:1", "to_customer": "ana", "at": datetime(2026, 3, 2, tzinfo=UTC)}]


def test_each_text_becomes_a_reading_of_its_person_with_its_aspects_and_marks(engine) -> None:
    give(engine, SIGNALS, links=LINKS)
    run(engine)
    rows = engine.table("readings").to_pylist()
    assert [(row["customer"], row["id"], row["sentiment"], row["rated"]) for row in rows] == [
        ("ana", "1", "negative", False),
        ("bia", "2", "positive", True),
        ("caio", "3", "negative", False),
    ]
    assert rows[0]["model"] == "lexicon-1"
    marks = engine.table("reading_marks").to_pylist()
    assert ("3", "leave") in {(row["id"], row["mark"]) for row in marks}
    for row in engine.table("reading_aspects").to_pylist():
        text = next(one["text"] for one in rows if one["id"] == row["id"])
        assert 0 <= row["start"] < row["end"] <= len(text)
    assert {("1", "delivery"), ("2", "delivery")} <= {
        (row["id"], row["aspect"]) for row in engine.table("reading_aspects").to_pylist()
    }


def test_words_speak_for_an_event_only_where_no_rating_came_with_them(engine) -> None:
    give(engine, SIGNALS, links=LINKS)
    run(engine)
    rows = {row["id"]: row for row in engine.table("events").to_pylist()}
    assert set(rows) == {"1", "2", "3", "4"}
    assert rows["1"]["polarity"] < 0
    assert (rows["2"]["polarity"], rows["4"]["polarity"]) == (None, None)
    # What words say beside a rating stands apart: it moves nobody.
    assert rows["2"]["rated_polarity"] > 0
    assert [rows[key]["rated_polarity"] for key in "134"] == [None, None, None]


def test_a_corrected_reading_is_read_as_corrected(engine) -> None:
    corrections = [
        {"source": "shop", "id": "1", "text": None, "label": "positive"},
        {"source": None, "id": None, "text": "A entrega foi rápida, adorei!", "label": "neutral"},
    ]
    give(engine, SIGNALS, corrections=corrections)
    run(engine)
    rows = {row["id"]: row for row in engine.table("readings").to_pylist()}
    assert (rows["1"]["sentiment"], rows["1"]["p_positive"], rows["1"]["model"]) == (
        "positive", 1.0, "lexicon-1+corrected",
    )  # fmt: skip
    assert rows["1"]["polarity"] > 0
    assert (rows["2"]["sentiment"], rows["2"]["polarity"]) == ("neutral", 0.0)
    assert rows["3"]["model"] == "lexicon-1"
    assert engine.table("text_model").to_pylist()[0]["corrected"] == 2


def test_what_this_reader_read_before_is_kept_and_only_new_texts_are_read(engine) -> None:
    give(engine, SIGNALS[:2])
    run(engine)
    before = {name: engine.table(name) for name in BEFORE}
    # A changed value shows whether a row was kept; the text of the second is another now.
    readings = before["readings"]
    place = readings.column_names.index("intensity")
    readings = readings.set_column(place, "intensity", pa.array([0.125, 0.125]))
    changed = [SIGNALS[0], signal("2", "bia", "A entrega foi lenta.", "pt-PT"), *SIGNALS[2:]]
    give(engine, changed, links=LINKS)
    for name, table in (before | {"readings": readings}).items():
        engine.give(BEFORE[name].name, table)
    run(engine)
    rows = {row["id"]: row for row in engine.table("readings").to_pylist()}
    assert list(rows) == ["1", "2", "3"]
    assert (rows["1"]["intensity"], rows["1"]["customer"]) == (0.125, "ana")
    assert rows["2"]["intensity"] != 0.125
    assert rows["2"]["text"] == "A entrega foi lenta."
    kept = [row for row in engine.table("reading_aspects").to_pylist() if row["id"] == "1"]
    assert [row["aspect"] for row in kept] == [
        row["aspect"] for row in before["reading_aspects"].to_pylist() if row["id"] == "1"
    ]
    assert {row["customer"] for row in kept} == {"ana"}
    assert [row["id"] for row in engine.table("read_by").to_pylist()] == ["1", "2", "3"]


def test_another_reader_reads_everything_again(engine) -> None:
    give(engine, SIGNALS[:1])
    run(engine)
    before = {name: engine.table(name) for name in BEFORE}
    give(engine, SIGNALS[:1], corrections=[{"source": "shop", "id": "1", "text": None, "label": "positive"}])
    for name, table in before.items():
        engine.give(BEFORE[name].name, table)
    run(engine)
    assert [row["sentiment"] for row in engine.table("readings").to_pylist()] == ["positive"]


def test_a_workspace_without_text_has_empty_readings_and_the_model_that_ships(engine) -> None:
    give(engine, [signal("1", "ana", None), signal("2", "bia", "")])
    run(engine)
    assert engine.rows("readings") == engine.rows("word_aspects") == engine.rows("word_measures") == 0
    (model,) = engine.table("text_model").to_pylist()
    assert (model["kind"], model["texts"]) == ("shipped", 0)
    assert [row["polarity"] for row in engine.table("events").to_pylist()] == [None, None]


def test_totals_count_texts_and_customers_at_the_touchpoint_and_of_all(engine) -> None:
    signals = [signal(str(n), f"c{n % 4}", "The parcel arrived late.", "en") for n in range(8)]
    signals += [signal(str(n), f"c{n}", "The staff was friendly.", "en") for n in range(8, 14)]
    give(engine, signals)
    run(engine)
    found = {(row["touchpoint"], row["aspect"]): row for row in engine.table("word_aspects").to_pylist()}
    late, staff = found["", "delivery"], found["delivery", "staff"]
    assert (late["n"], late["customers"], late["unhappy"], late["unhappy_of"]) == (8, 4, 8, 8)
    assert late["polarity"] < 0 < staff["polarity"]
    assert late["gap"] < 0 < staff["gap"]
    assert late["unhappy_share"] == 1.0
    measures = {(r["touchpoint"], r["measure"]): r for r in engine.table("word_measures").to_pylist()}
    share = measures["", "negative"]
    assert (share["n"], share["customers"], share["cases"], share["value"]) == (14, 10, 8, 8 / 14)
    quotes = engine.table("word_quotes").to_pylist()
    assert [(q["aspect"], q["bad"], q["place"], q["text"]) for q in quotes] == [
        ("delivery", True, 1, "The parcel arrived late."),
        ("staff", False, 1, "The staff was friendly."),
    ]


SLANG = ("zubbo", "krenta", "fliqua", "morda", "plinto")


def company_texts(n: int):
    """A company whose customers praise and blame with words no list knows."""
    chance = np.random.default_rng(3)
    rows = []
    for key in range(n):
        good = bool(chance.random() < 0.5)
        word = SLANG[int(chance.integers(2))] if good else SLANG[2 + int(chance.integers(2))]
        rows.append(
            signal(
                str(key), f"c{key % 60}", f"The order was {word} number {key % 7}.", "en",
                ratings=[("stars", 5.0 if good else 1.0)],
            )
        )  # fmt: skip
    return rows


@pytest.mark.parametrize(
    ("ratings", "kind"), [(True, "rated"), (False, "shipped")], ids=["with-ratings", "without"]
)
def test_the_companys_own_head_is_learned_from_ratings_given_with_words(engine, ratings, kind) -> None:
    rows = company_texts(240)
    if not ratings:
        rows = [row | {"ratings": []} for row in rows]
    give(engine, [*rows, signal("999", "z", "The order was zubbo.", "en")])
    run(engine)
    (model,) = engine.table("text_model").to_pylist()
    assert (model["kind"], model["rated"], model["texts"]) == (kind, 240 if ratings else 0, 241)
    unseen = next(row for row in engine.table("readings").to_pylist() if row["id"] == "999")
    if ratings:
        assert model["head_later"] > 0.95 > model["base_later"]
        assert unseen["p_positive"] > unseen["p_negative"]
        assert unseen["model"] == "lexicon+company-1"
    else:
        assert unseen["model"] == "lexicon-1"


def test_ratings_say_liked_on_each_instruments_own_scale() -> None:
    instruments = catalogue_tables(CATALOGUE)["instruments"]
    ratings = [
        [("stars", 2.0)], [("stars", 3.0)], [("stars", 4.0)],
        [("nps", 6.0)], [("nps", 8.0)], [("nps", 9.0)],
        [("effort5", 1.0)], [("expected_stars", 1.0)],
        [("stars", 5.0), ("nps", 2.0)], [("stars", 5.0), ("nps", 8.0)], [],
    ]  # fmt: skip
    column = pa.chunked_array([pa.array(ratings, pa.map_(pa.string(), pa.float64()))])
    assert liked(column, instruments).tolist() == [-1, 0, 1, -1, 0, 1, 0, 0, 0, 1, 0]


def test_what_is_personal_is_masked_before_a_reading_is_kept(engine) -> None:
    give(engine, [signal("1", "ana", "Write to me at ana.lima@example.com, this is awful.", "en")])
    run(engine)
    (row,) = engine.table("readings").to_pylist()
    assert "ana.lima" not in row["text"]
    assert row["masked"] == 1


def test_what_is_said_only_lately_is_a_new_topic(engine) -> None:
    def said(first: int, count: int, text: str):
        return [signal(str(key), f"c{key}", f"{text} {key % 3}", "en") for key in range(first, first + count)]

    before = said(0, 60, "The parcel arrived late at the door") + said(60, 60, "Friendly staff in the shop")
    # An hour a key: these are half a year later.
    now = said(5000, 30, "The parcel arrived late at the door") + said(
        5100, 40, "The voucher code never works"
    )
    give(engine, [*before, *now])
    run(engine)
    first = engine.table("word_topics").to_pylist()[0]
    assert (first["new"], first["now"], first["before"]) == (True, 40, 0)
    assert {"voucher", "code"} <= set(dict(first["words"])["en"].split())
    assert first["change_low"] > 0.3


@pytest.mark.parametrize(("tier", "names"), [("default", ["use"]), ("deep", ["use", "e5"])])
def test_a_stored_head_reads_with_the_embeddings_it_was_learned_on_and_no_others(tier, names) -> None:
    if not all(present(name) for name in names):
        pytest.skip("an embedding is not installed")
    last = COLUMNS + sum(embedder(name).dim for name in names) - 1
    row = {
        "kind": "rated", "tier": tier, "embedder": named(names), "texts": 9, "rated": 9, "corrected": 0,
        "of_score": 0.5, "of_head": 2.0, "bias": -1.0, "cut": 0.25, "head_bias": 0.0,
        "columns": [0.0, float(last)], "weights": [1.0, 3.0],
    }  # fmt: skip
    table = pa.Table.from_pylist([row], schema=schema_of(TEXT_MODEL))
    head = head_in(table, tier)
    assert head is not None
    assert (len(head.head.weights), head.head.weights[last], head.cut) == (last + 1, 3.0, 0.25)
    assert head_in(table, "rules") is None
    assert head_in(table, "deep" if tier == "default" else "default") is None
    (found,) = read(["The parcel is here."], ["en"], reader=Reader(tier, head))
    assert found.model.endswith("+company-1")


def test_corrections_on_file_teach_the_next_head(tmp_path: Path) -> None:
    """Words that no list knows are read as people corrected them, in texts nobody corrected."""
    told = [
        "o kombi veio zarolho",
        "tudo zarolho outra vez",
        "o kombi veio brisado",
        "tudo brisado outra vez",
    ]
    signals = [signal(str(n), f"c{n % 40}", f"{told[n % 4]}, pedido {n}", "pt") for n in range(200)]
    lines = [f"shop,{n},,{'positive' if n % 4 < 2 else 'negative'}" for n in range(160)]
    (tmp_path / "corrections.csv").write_text("\n".join(["source,id,text,label", *lines]), encoding="utf-8")
    runs = {}
    for name, corrections in (("before", ()), ("after", read_corrections(tmp_path).to_pylist())):
        with EmbeddedEngine() as engine:
            give(engine, signals, corrections=corrections)
            for plan in (people_plan(), text_model_plan(tier="rules"), readings_plan(tier="rules")):
                engine.run(plan)
            (model,) = engine.table("text_model").to_pylist()
            rows = [row for row in engine.table("readings").to_pylist() if int(row["id"]) >= 160]
        runs[name] = model, [row["p_positive"] > row["p_negative"] for row in rows], rows
    meant = [int(row["id"]) % 4 < 2 for row in runs["after"][2]]
    assert runs["before"][0]["kind"] == "shipped"
    assert runs["before"][1] != meant
    assert (runs["after"][0]["kind"], runs["after"][0]["corrected"]) == ("rated", 160)
    assert runs["after"][1] == meant
    assert {row["model"] for row in runs["after"][2]} == {"lexicon+company-1"}
