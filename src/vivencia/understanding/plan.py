"""The plans of the understanding room: the company's own head, the readings, and what they add up to."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vivencia.plans import Fold, Map, Plan, Step, read_queries
from vivencia.understanding import aspect_model, period, sampling, totals
from vivencia.understanding.budget import embedded_share
from vivencia.understanding.columns import Known, aspects_table, marks_table, readings_table, rows_table
from vivencia.understanding.embedders import versions
from vivencia.understanding.period import FindTopics
from vivencia.understanding.pipeline import DEFAULT, RULES, Reader
from vivencia.understanding.reading import MIXED, NEGATIVE, NEUTRAL, POSITIVE, READ, SENTIMENTS
from vivencia.understanding.sampling import LABELS, NO_LABEL, corrected, put_right
from vivencia.understanding.text_model import Learn, head_in
from vivencia.words.catalogue import UNCATALOGUED_STAGE, OwnAspect
from vivencia.words.shapes import understanding as shapes
from vivencia.words.shapes.signals import INSTRUMENTS, PEOPLE, SIGNALS, TOUCHPOINTS

READS = (SIGNALS, PEOPLE, TOUCHPOINTS, INSTRUMENTS, shapes.CORRECTIONS, *shapes.BEFORE.values())
WRITES = (
    shapes.TEXT_MODEL, shapes.ASPECT_MODEL, shapes.ASPECT_MEMORY,
    shapes.READINGS, shapes.READING_ASPECTS, shapes.READING_MARKS,
    shapes.READ_BY, shapes.WORD_ASPECTS, shapes.WORD_MEASURES, shapes.WORD_QUOTES, shapes.WORD_TOPICS,
    shapes.SUSPICIONS, shapes.SUSPICION_COUNTS,
)  # fmt: skip
#: As deep as the number of texts allows (`budget`).
AUTO = shapes.TIERS[0]
_ORDER = shapes.TEXTS.order
#: Rows read in one go, of which equal texts are read once: what is held at once stays small.
ROWS = 65_536


def _queries() -> Mapping[str, str]:
    return read_queries("vivencia.understanding", "texts.sql")


def _texts() -> Step:
    return Step(
        "texts", _queries()["texts"], ("signals", "people", "touchpoints"), order=_ORDER, writes=shapes.TEXTS
    )


def text_model_plan(*, tier: str = AUTO, aspects: tuple[OwnAspect, ...] = ()) -> Plan:
    """Reads `signals`, `people`, `touchpoints`, `instruments` and `corrections`; gives `text_model`.

    And `aspect_model` with `aspect_memory`, learned from the corrections that label aspects.
    """
    fold = Fold(
        name="text_model",
        start=sampling.start,
        add=sampling.add,
        merge=sampling.merge,
        finish=Learn(DEFAULT if tier == AUTO else tier, bounded=tier == AUTO),
        reads="texts",
        columns=sampling.COLUMNS,
        writes=shapes.TEXT_MODEL,
        beside=("instruments", "corrections"),
    )
    labelled = Step(
        "labelled_texts",
        _queries()["labelled_texts"],
        ("corrections", "texts"),
        order=("customer", "text"),
        writes=shapes.LABELLED_TEXTS,
    )
    by_aspect = Fold(
        name="aspect_model",
        start=aspect_model.start,
        add=aspect_model.add,
        merge=aspect_model.merge,
        finish=aspect_model.LearnAspects(aspects),
        reads="labelled_texts",
        columns=shapes.LABELLED_TEXTS.names,
        writes=shapes.ASPECT_MODEL,
        also=(shapes.ASPECT_MEMORY,),
        beside=("text_model",),
        order=("customer", "text"),
    )
    return Plan(
        "text_model",
        (_texts(), fold, labelled, by_aspect),
        ("text_model", "aspect_model", "aspect_memory"),
        {"uncatalogued_stage": UNCATALOGUED_STAGE},
    )


_GIVEN = (shapes.READINGS, shapes.READING_ASPECTS, shapes.READING_MARKS)
_NEW = tuple(
    replace(shape, name=name)
    for shape, name in zip(_GIVEN, ("new_readings", "new_aspects", "new_marks"), strict=True)
)


def readings_plan(
    *, tier: str = AUTO, aspects: tuple[OwnAspect, ...] = (), code: str = "", among: int = 0
) -> Plan:
    """Reads the same, what was learned and what was read before; gives `readings`, their aspects and marks.

    A reading depends on its text and its reader alone, so what this reader read before
    (`BEFORE`, empty tables for nothing) is kept. `code` is a fingerprint of this room's code.
    Where the signals are only the newest, `among` says of how many texts, and they are read as deep
    as those were.
    """
    sql = _queries()
    reader = Fold(
        name="reader",
        start=_no_texts,
        add=_count_texts,
        merge=_both,
        finish=MeetReader(tier, aspects, code, among),
        reads="texts",
        columns=("customer",),
        writes=shapes.READER,
        beside=("text_model", "aspect_model", "corrections"),
    )
    read = Map(
        name="read",
        function=ReadTexts(tier, aspects),
        reads="texts",
        columns=(*shapes.TEXTS.names, "read_by"),
        writes=_NEW,
        beside=("text_model", "aspect_model", "aspect_memory", "corrections", "reader"),
    )
    kept = tuple(
        Step(
            shape.name, sql[shape.name], (new.name, f"{shape.name}_before", "still_read"),
            order=shape.order, writes=shape,
        )
        for shape, new in zip(_GIVEN, _NEW, strict=True)
    )  # fmt: skip
    return Plan(
        name="readings",
        nodes=(
            Step(
                "texts",
                sql["texts_to_read"],
                ("signals", "people", "touchpoints", "read_by_before"),
                order=_ORDER,
            ),
            reader,
            Step("still_read", sql["still_read"], ("texts", "reader")),
            read,
            *kept,
            Step(
                "read_by",
                sql["read_by"],
                ("texts", "reader"),
                order=shapes.READ_BY.order,
                writes=shapes.READ_BY,
            ),
        ),
        gives=(*(shape.name for shape in _GIVEN), shapes.READ_BY.name),
        values={"uncatalogued_stage": UNCATALOGUED_STAGE},
    )


def _no_texts(side: Mapping[str, Any]) -> int:
    del side
    return 0


def _count_texts(count: int, table: Any, side: Mapping[str, Any]) -> int:
    del side
    return count + int(table.num_rows)


def _both(a: int, b: int) -> int:
    return a + b


#: Of `text_model`, what a reading depends on.
_HEAD = ["kind", "embedder", "of_score", "of_head", "bias", "cut", "head_bias", "columns", "weights"]


@dataclass(frozen=True)
class MeetReader:
    """The `finish` of the count: one number for all, so a text is read the same in any split of them."""

    tier: str
    aspects: tuple[OwnAspect, ...]
    code: str
    among: int = 0

    def __call__(self, count: int, side: Mapping[str, Any]) -> Any:
        """The `READER` table: one row."""
        share = embedded_share(self.among or count) if self.tier == AUTO else 1.0
        depends = (
            self.tier, share, self.aspects, self.code, versions(self.tier),
            side["text_model"].select(_HEAD).to_pylist(), aspect_model.mark(side["aspect_model"]),
            sorted(map(repr, side["corrections"].to_pylist())),
        )  # fmt: skip
        mark = sha256(repr(depends).encode("utf-8", "surrogatepass")).hexdigest()[:24]
        return rows_table([{"texts": count, "share": share, "reader": mark}], shapes.READER)


@dataclass(frozen=True)
class ReadTexts:
    """The kernel over texts: readings, their aspects and their marks.

    `known` is no setting but a saving: a text that came before is not read again.
    """

    tier: str
    aspects: tuple[OwnAspect, ...] = ()
    known: Known = field(default_factory=Known, repr=False, compare=False)

    def __getstate__(self) -> tuple[str, tuple[OwnAspect, ...]]:
        """Sent elsewhere, it has read nothing yet."""
        return self.tier, self.aspects

    def __setstate__(self, settings: tuple[str, tuple[OwnAspect, ...]]) -> None:
        """As it was sent."""
        for name, value in zip(("tier", "aspects", "known"), (*settings, Known()), strict=True):
            object.__setattr__(self, name, value)

    def __call__(self, table: Any, side: Mapping[str, Any]) -> tuple[Any, Any, Any]:
        """Three tables, rows in the order of the texts, of those that this reader has not read before."""
        before = pc.equal(table.column("read_by"), side["reader"].column("reader")[0])
        table = table.filter(pc.invert(pc.fill_null(before, False))).drop_columns("read_by")
        share = side["reader"].column("share")[0].as_py()
        tier = DEFAULT if self.tier == AUTO else self.tier
        if share <= 0:
            tier = RULES
        labelled = aspect_model.heads_in(side["aspect_model"], side["aspect_memory"])
        reader = Reader(tier, head_in(side["text_model"], tier), self.aspects, share, labelled)
        parts = [
            self._read(table.slice(first, ROWS), side, reader)
            for first in range(0, max(table.num_rows, 1), ROWS)
        ]
        readings, aspects, marks = (pa.concat_tables(part) for part in zip(*parts, strict=True))
        return readings, aspects, marks

    def _read(self, table: Any, side: Mapping[str, Any], reader: Reader) -> tuple[Any, Any, Any]:
        mark = side["reader"].column("reader")[0].as_py()
        found = self.known.read(table.column("text"), table.column("lang"), reader, mark)
        readings = readings_table(table, found)
        labels = put_right(table, side["corrections"], "aspects")
        return (
            as_corrected(readings, corrected(table, side["corrections"])),
            aspect_model.as_labelled(aspects_table(table, found), readings, labels),
            marks_table(table, found),
        )


_NAMES = {value: name for name, value in LABELS.items()}
#: The polarity of a text that somebody corrected to a sentiment, where it was read otherwise.
_MEANT = {NEGATIVE: -0.6, NEUTRAL: 0.0, MIXED: 0.0, POSITIVE: 0.6}


def as_corrected(readings: Any, labels: Any) -> Any:
    """`READINGS`, with what somebody corrected as they corrected it."""
    places = np.flatnonzero(labels != NO_LABEL)
    if not len(places):
        return readings
    changed = ("outcome", "sentiment", "polarity", "model", *shapes.PROBABILITIES)
    held = {name: readings.column(name).to_pylist() for name in changed}
    for place in places.tolist():
        name = _NAMES[int(labels[place])]
        held["outcome"][place] = READ
        if held["sentiment"][place] != name:
            held["polarity"][place] = _MEANT[name]
        held["sentiment"][place] = name
        held["model"][place] += "+corrected"
        for column, one in zip(shapes.PROBABILITIES, SENTIMENTS, strict=True):
            held[column][place] = float(one == name)
    for name, values in held.items():
        at = readings.column_names.index(name)
        readings = readings.set_column(at, name, pa.array(values, readings.schema.field(at).type))
    return readings


def words_plan(*, tier: str = AUTO, anonymity: int = 5) -> Plan:
    """Reads the readings; gives `word_aspects`, `word_measures`, `word_quotes` and `word_topics`."""
    sql = read_queries("vivencia.understanding", "words.sql")
    return Plan(
        name="words",
        nodes=(
            Step("newest_words", sql["newest_words"], ("readings",)),
            Step("marked", sql["marked"], ("reading_marks",)),
            Step("told", sql["told"], ("readings", "marked"), order=("customer",)),
            Fold(
                name="word_measures",
                start=totals.start,
                add=totals.add_texts,
                merge=totals.merge,
                finish=totals.measures,
                reads="told",
                columns=("customer", "touchpoint", *totals.MEASURES),
                writes=shapes.WORD_MEASURES,
                order=("customer",),
            ),
            Step(
                "spoken",
                sql["spoken"],
                ("readings", "reading_aspects", "newest_words"),
                order=("customer",),
            ),
            Fold(
                name="word_aspects",
                start=totals.start,
                add=totals.add_aspects,
                merge=totals.merge,
                finish=totals.aspects,
                reads="spoken",
                columns=("customer", "touchpoint", "aspect", "polarity", "unhappy", "late", "early"),
                writes=shapes.WORD_ASPECTS,
                order=("customer",),
                beside=("word_measures",),
            ),
            Step(
                "word_quotes",
                sql["word_quotes"],
                ("readings", "reading_aspects", "word_aspects"),
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
        gives=tuple(shape.name for shape in WRITES if shape.name.startswith("word_")),
    )


__all__ = ["READS", "WRITES", "readings_plan", "text_model_plan", "words_plan"]
