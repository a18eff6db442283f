"""Texts of the last 90 days beside those of the 270 before: the sample in which new topics are looked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vivencia.understanding.columns import rows_table
from vivencia.understanding.embedders import embedder, present
from vivencia.understanding.pipeline import RULES
from vivencia.understanding.reading import LANGUAGES, READ
from vivencia.understanding.sampling import Drawn, spread_all
from vivencia.understanding.topics import Said, Topic, topics
from vivencia.words.shapes.understanding import WORD_TOPICS

#: Texts drawn of either period.
SAMPLE = 1_000
RECENT, WHOLE = timedelta(days=90), timedelta(days=360)
COLUMNS = ("customer", "at", "source", "id", "language", "text", "outcome")
NOW, BEFORE = "now", "before"

Periods = dict[str, Drawn]


def start(side: Mapping[str, Any]) -> Periods:
    """Nothing drawn yet."""
    del side
    return {NOW: Drawn(), BEFORE: Drawn()}


def add(state: Periods, table: Any, side: Mapping[str, Any]) -> Periods:
    """The texts of one table drawn from too."""
    newest = side["newest_words"].column("newest")[0].as_py()
    if newest is None:
        return state
    at = table.column("at")
    kind = at.type
    recent = pc.greater(at, pa.scalar(newest - RECENT, kind))
    old = pc.and_(pc.invert(recent), pc.greater(at, pa.scalar(newest - WHOLE, kind)))
    fit = pc.and_(
        pc.equal(table.column("outcome"), READ),
        pc.is_in(table.column("language"), pa.array(LANGUAGES)),
    )
    found = {}
    for name, there in ((NOW, recent), (BEFORE, old)):
        some = table.filter(pc.and_(there, fit))
        hashes = spread_all(some.column("source"), some.column("id"))
        chosen = np.argsort(hashes, kind="stable")[:SAMPLE]
        rows = some.select(["customer", "language", "text"]).take(pa.array(chosen))
        found[name] = Drawn(hashes[chosen], rows, some.num_rows)
    return merge(state, found)


def merge(a: Periods, b: Periods) -> Periods:
    """Both together."""
    return {name: a[name].with_(b[name], SAMPLE) for name in a}


@dataclass(frozen=True, slots=True)
class FindTopics:
    """The `finish` of the fold: topics by sentence vectors, or by shared words at the tier of rules."""

    tier: str
    anonymity: int

    def __call__(self, state: Periods, side: Mapping[str, Any]) -> Any:
        """The `WORD_TOPICS` table; topics of too few customers are left out."""
        del side
        parts = [
            (name, one.rows) for name, one in state.items() if one.rows is not None and one.rows.num_rows
        ]
        if len(parts) < 2:
            return rows_table([], WORD_TOPICS)
        table = pa.concat_tables([rows for _, rows in parts])
        texts = table.column("text").to_pylist()
        said = Said(
            texts,
            table.column("language").to_pylist(),
            table.column("customer").to_pylist(),
            np.concatenate([np.full(rows.num_rows, name == NOW) for name, rows in parts]),
            self._vectors(texts),
        )
        found = [one for one in topics(said, anonymity=self.anonymity) if not one.withheld]
        return rows_table([_row(rank, one) for rank, one in enumerate(found, 1)], WORD_TOPICS)

    def _vectors(self, texts: list[str]) -> Any:
        if self.tier == RULES or not present("use"):
            return None
        different = list(dict.fromkeys(texts))
        place = {text: number for number, text in enumerate(different)}
        return embedder("use").embed(different)[[place[text] for text in texts]]


def _row(rank: int, topic: Topic) -> dict[str, Any]:
    return {
        "rank": rank,
        "words": [(language, " ".join(words)) for language, words in topic.words.items()],
        "now": topic.now, "before": topic.before,
        "share_now": topic.share_now, "share_before": topic.share_before,
        "change": topic.change, "change_low": topic.low, "change_high": topic.high,
        "q": topic.q, "new": topic.new,
    }  # fmt: skip
