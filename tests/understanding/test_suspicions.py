"""Signs that a text may be no customer's own, on both engines: which, how strong, and beside what."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa

from vivencia.plans.arrow import schema_of
from vivencia.signals import catalogue_tables, people_plan
from vivencia.understanding.plan import readings_plan, text_model_plan
from vivencia.understanding.sampling import mean_rating
from vivencia.understanding.suspicions import authenticity_plan
from vivencia.words.catalogue import Catalogue, Company, Touchpoint
from vivencia.words.shapes import signals as shapes
from vivencia.words.shapes.understanding import BEFORE, CORRECTIONS

CATALOGUE = Catalogue(Company("shop"), touchpoints=(Touchpoint("delivery", "delivery"),))
PRAISE = "The driver was friendly and the parcel arrived two days before the promised date"


def signal(key: int, customer: str, text: str, *, day: int = 0, stars: float | None = None):
    return {
        "source": "shop", "id": f"{key:04}", "at": datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=day),
        "customer": customer, "kind": "survey", "touchpoint": "delivery", "text": text, "lang": "en",
        "measures": [], "ratings": [] if stars is None else [("stars", stars)], "properties": [],
    }  # fmt: skip


def run(engine, signals):
    engine.give("signals", pa.Table.from_pylist(signals, schema=schema_of(shapes.SIGNALS)))
    engine.give("links", schema_of(shapes.LINKS).empty_table())
    engine.give("corrections", schema_of(CORRECTIONS).empty_table())
    for shape in BEFORE.values():
        engine.give(shape.name, schema_of(shape).empty_table())
    for name, table in catalogue_tables(CATALOGUE).items():
        engine.give(name, table)
    for plan in (
        people_plan(),
        text_model_plan(tier="rules"),
        readings_plan(tier="rules"),
        authenticity_plan(),
    ):
        engine.run(plan)
    rows = engine.table("suspicions").to_pylist()
    return [(row["id"], row["kind"], round(row["score"], 2), row["compared_with"]) for row in rows]


def test_copies_of_another_customer_and_words_against_stars(engine) -> None:
    found = run(engine, [
        signal(1, "ana", PRAISE),
        signal(2, "ana", f"{PRAISE}!", day=1),
        signal(3, "bia", PRAISE.upper(), day=2),
        signal(4, "caio", f"{PRAISE} thanks", day=3),
        signal(5, "dora", "Great", day=4),
        signal(6, "eva", "Great", day=5),
        signal(7, "fabio", "Excellent service, I love it", day=6, stars=1.0),
        signal(8, "gil", "Excellent service, I love it", day=7, stars=5.0),
    ])  # fmt: skip
    assert found == [
        ("0007", "against_stars", found[0][2], "0.0"),
        ("0001", "copy", 1.0, "shop/0003"),
        ("0002", "copy", 1.0, "shop/0003"),
        ("0003", "copy", 1.0, "shop/0001"),
        ("0004", "copy", 0.92, "shop/0001"),
    ]
    assert found[0][2] >= 0.6
    assert engine.table("suspicion_counts").to_pylist() == [
        {"kind": "against_stars", "texts": 1, "customers": 1, "looked_at": 8},
        {"kind": "copy", "texts": 4, "customers": 3, "looked_at": 8},
    ]


def test_a_day_with_more_texts_than_chance_and_other_stars_is_a_burst(engine) -> None:
    usual = [signal(n, f"c{n}", "It came", day=n % 40, stars=float(1 + n // 40 % 5)) for n in range(80)]
    planted = [signal(100 + n, f"p{n}", "It came", day=20, stars=5.0) for n in range(18)]
    found = [row for row in run(engine, usual + planted) if row[1] == "burst"]
    assert len(found) == 20
    assert {row[2:] for row in found} == {(0.9, "2026-03-21")}


def test_no_texts_have_no_signs(engine) -> None:
    assert run(engine, [signal(1, "ana", "")]) == []
    assert engine.rows("suspicion_counts") == 0


def test_the_mean_rating_is_of_the_answers_that_say_how_it_was_liked() -> None:
    ratings = [[("stars", 2.0)], [("stars", 5.0), ("nps", 6.0)], [("effort5", 1.0)], []]
    column = pa.chunked_array([pa.array(ratings, pa.map_(pa.string(), pa.float64()))])
    found = mean_rating(column, catalogue_tables(CATALOGUE)["instruments"])
    np.testing.assert_allclose(found, [2.5, 8.0, np.nan, np.nan])
