"""Of many texts only those that rules are unsure of are looked at more closely, however they are split."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from vivencia.plans.arrow import schema_of
from vivencia.understanding import budget
from vivencia.understanding.embedders import present
from vivencia.understanding.plan import MeetReader, ReadTexts
from vivencia.understanding.rules import rule_all
from vivencia.words.shapes import understanding as shapes

SAYS_NOTHING = "I went there on Monday with my brother."
PRAISES = "Wonderful, friendly and excellent service, I love it!"
BOTH = "Bad service, good food."
TEXTS = [SAYS_NOTHING, PRAISES, BOTH, PRAISES]

needs_use = pytest.mark.skipif(not present("use"), reason="the embedding is not installed")


def table(texts):
    rows = [
        {
            "customer": f"c{at}", "at": datetime(2026, 3, 1, tzinfo=UTC), "source": "shop", "id": str(at),
            "touchpoint": "delivery", "stage": "delivery", "lang": "en", "text": text, "ratings": [],
        }
        for at, text in enumerate(texts)
    ]  # fmt: skip
    made = pa.Table.from_pylist(rows, schema=schema_of(shapes.TEXTS))
    return made.append_column("read_by", pa.nulls(len(rows), pa.string()))


def models(texts, count, tier="auto"):
    learned = (shapes.TEXT_MODEL, shapes.ASPECT_MODEL, shapes.ASPECT_MEMORY, shapes.CORRECTIONS)
    side = {shape.name: schema_of(shape).empty_table() for shape in learned}
    side["reader"] = MeetReader(tier, (), "")(count, side)
    return ReadTexts(tier)(table(texts), side)[0].column("model").to_pylist()


@needs_use
def test_the_number_of_all_texts_says_which_are_looked_at_more_closely() -> None:
    assert models(TEXTS, 10_000) == ["use-1"] * 4
    assert models(TEXTS, 35_000) == ["use-1", "lexicon-1", "use-1", "lexicon-1"]
    assert models(TEXTS, 2_000_001) == ["lexicon-1"] * 4
    assert models(TEXTS, 2_000_001, tier="default") == ["use-1"] * 4


@needs_use
def test_a_text_is_read_the_same_way_whatever_is_read_beside_it() -> None:
    many = [f"{text} {word}" for word in ("today", "again", "there", "then") for text in TEXTS]
    assert [model for text in many for model in models([text], 200_000)] == models(many, 200_000)


def test_about_the_budget_is_embedded_and_one_more_text_changes_nothing() -> None:
    assert budget.embedded_share(20_000) == budget.embedded_share(20_001) == 0.5
    for texts in (15_000, 100_000, 1_000_000):
        assert 10_000 <= budget.embedded_share(texts) * texts <= 10_000 * 2**0.5


def test_of_very_many_texts_the_wordless_are_drawn_by_their_own_words() -> None:
    said = [f"{SAYS_NOTHING[:-1]} at {hour}." for hour in range(2_000)]
    drawn = budget.closer(said, rule_all(said, "en"), 0.03)
    assert drawn.mean() == pytest.approx(0.03 / 0.15, abs=0.03)
    assert not budget.closer([PRAISES], rule_all([PRAISES], "en"), 0.03).any()
