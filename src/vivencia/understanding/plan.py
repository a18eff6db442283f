"""The plans of the understanding room: the company's own head, the readings, and what they add up to."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from vivencia.plans import Fold, Map, Plan, Step, read_queries
from vivencia.understanding import period, sampling, totals
from vivencia.understanding.columns import aspects_table, marks_table, read_column, readings_table
from vivencia.understanding.period import FindTopics
from vivencia.understanding.pipeline import DEFAULT, Reader
from vivencia.understanding.reading import MIXED, NEGATIVE, NEUTRAL, POSITIVE, READ, SENTIMENTS, Reading
from vivencia.understanding.sampling import LABELS, NO_LABEL, corrected
from vivencia.understanding.text_model import Learn, head_in
from vivencia.words.catalogue import UNCATALOGUED_STAGE, OwnAspect
from vivencia.words.shapes import understanding as shapes
from vivencia.words.shapes.signals import INSTRUMENTS, PEOPLE, SIGNALS, TOUCHPOINTS

READS = (SIGNALS, PEOPLE, TOUCHPOINTS, INSTRUMENTS, shapes.CORRECTIONS)
WRITES = (
    shapes.TEXT_MODEL, shapes.READINGS, shapes.READING_ASPECTS, shapes.READING_MARKS,
    shapes.WORD_ASPECTS, shapes.WORD_MEASURES, shapes.WORD_QUOTES, shapes.WORD_TOPICS,
)  # fmt: skip
_ORDER = shapes.TEXTS.order


def _texts() -> Step:
    sql = read_queries("vivencia.understanding", "texts.sql")["texts"]
    return Step("texts", sql, ("signals", "people", "touchpoints"), order=_ORDER, writes=shapes.TEXTS)


def text_model_plan(*, tier: str = DEFAULT) -> Plan:
    """Reads `signals`, `people`, `touchpoints`, `instruments` and `corrections`; gives `text_model`."""
    fold = Fold(
        name="text_model",
        start=sampling.start,
        add=sampling.add,
        merge=sampling.merge,
        finish=Learn(tier),
        reads="texts",
        columns=sampling.COLUMNS,
        writes=shapes.TEXT_MODEL,
        beside=("instruments", "corrections"),
    )
    return Plan("text_model", (_texts(), fold), ("text_model",), {"uncatalogued_stage": UNCATALOGUED_STAGE})


def readings_plan(*, tier: str = DEFAULT, aspects: tuple[OwnAspect, ...] = ()) -> Plan:
    """Reads the same and `text_model`; gives `readings`, `reading_aspects` and `reading_marks`."""
    return Plan(
        name="readings",
        nodes=(
            _texts(),
            Map(
                name="read",
                function=ReadTexts(tier, aspects),
                reads="texts",
                columns=shapes.TEXTS.names,
                writes=(shapes.READINGS, shapes.READING_ASPECTS, shapes.READING_MARKS),
                beside=("text_model", "corrections"),
            ),
        ),
        gives=(shapes.READINGS.name, shapes.READING_ASPECTS.name, shapes.READING_MARKS.name),
        values={"uncatalogued_stage": UNCATALOGUED_STAGE},
    )


@dataclass(frozen=True)
class ReadTexts:
    """The kernel over texts: readings, their aspects and their marks."""

    tier: str
    aspects: tuple[OwnAspect, ...] = ()

    def __call__(self, table: Any, side: Mapping[str, Any]) -> tuple[Any, Any, Any]:
        """Three tables, rows in the order of the texts."""
        reader = Reader(self.tier, head_in(side["text_model"], self.tier), self.aspects)
        readings = read_column(table.column("text"), table.column("lang"), reader)
        readings = as_corrected(readings, corrected(table, side["corrections"]))
        return (
            readings_table(table, readings),
            aspects_table(table, readings),
            marks_table(table, readings),
        )


_NAMES = {value: name for name, value in LABELS.items()}
#: The polarity of a text that somebody corrected to a sentiment, where it was read otherwise.
_MEANT = {NEGATIVE: -0.6, NEUTRAL: 0.0, MIXED: 0.0, POSITIVE: 0.6}


def as_corrected(readings: list[Reading], labels: Any) -> list[Reading]:
    """The readings, with what somebody corrected as they corrected it."""
    found = list(readings)
    for place in np.flatnonzero(labels != NO_LABEL):
        name, was = _NAMES[int(labels[place])], readings[place]
        found[place] = replace(
            was,
            outcome=READ,
            sentiment=name,
            polarity=was.polarity if was.sentiment == name else _MEANT[name],
            probabilities=tuple(float(one == name) for one in SENTIMENTS),
            model=f"{was.model}+corrected",
        )
    return found


def words_plan(*, tier: str = DEFAULT, anonymity: int = 5) -> Plan:
    """Reads the readings; gives `word_aspects`, `word_measures`, `word_quotes` and `word_topics`."""
    sql = read_queries("vivencia.understanding", "words.sql")
    return Plan(
        name="words",
        nodes=(
            Step("newest_words", sql["newest_words"], ("readings",)),
            Step("places", sql["places"], ("readings",)),
            Step("spoken", sql["spoken"], ("readings", "reading_aspects", "places", "newest_words")),
            Step("aspect_sums", sql["aspect_sums"], ("spoken",), order=("touchpoint", "aspect")),
            Step("marked", sql["marked"], ("reading_marks",)),
            Step("told", sql["told"], ("readings", "places", "marked"), order=("touchpoint", "customer")),
            Fold(
                name="word_measures",
                start=totals.start,
                add=totals.add,
                merge=totals.merge,
                finish=totals.measures,
                reads="told",
                columns=("touchpoint", "customer", "n", *totals.MEASURES),
                writes=shapes.WORD_MEASURES,
                order=("touchpoint", "customer"),
            ),
            Fold(
                name="word_aspects",
                start=totals.no_rows,
                add=totals.add_rows,
                merge=totals.merge_rows,
                finish=totals.aspects,
                reads="aspect_sums",
                columns=("touchpoint", "aspect", *totals.ASPECT_SUMS),
                writes=shapes.WORD_ASPECTS,
                order=("touchpoint", "aspect"),
                beside=("word_measures",),
            ),
            Step(
                "word_quotes",
                sql["word_quotes"],
                ("readings", "reading_aspects", "aspect_sums"),
                order=shapes.WORD_QUOTES.order,
                writes=shapes.WORD_QUOTES,
            ),
            Fold(
                name="word_topics",
                start=period.start,
                add=period.add,
                merge=period.merge,
                finish=FindTopics(tier, anonymity),
                reads="readings",
                columns=period.COLUMNS,
                writes=shapes.WORD_TOPICS,
                beside=("newest_words",),
            ),
        ),
        gives=tuple(shape.name for shape in WRITES[4:]),
    )


__all__ = ["READS", "WRITES", "readings_plan", "text_model_plan", "words_plan"]
