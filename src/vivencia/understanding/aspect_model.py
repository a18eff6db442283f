"""Learning aspects from the texts that people labelled, and keeping what was learned as plain tables.

Each labelled aspect has its row, whether its head is kept or not: how it is found on texts left out,
beside what was found without labels. Where a head is kept, the texts it compares new ones with are
kept as numbers (`aspect_memory`), never as words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np
import pyarrow as pa

from vivencia.understanding.columns import rows_table
from vivencia.understanding.heads.grams import COLUMNS
from vivencia.understanding.heads.labelled import AspectHeads, AspectTrial
from vivencia.understanding.heads.remembered import Memory
from vivencia.understanding.labelled_aspects import as_read, learned
from vivencia.understanding.labels import labelled_aspects
from vivencia.understanding.pipeline import Reader, judge
from vivencia.understanding.reading import ASPECTS
from vivencia.understanding.sampling import LONGEST, spread
from vivencia.words.catalogue import OwnAspect
from vivencia.words.shapes.understanding import ASPECT_MEMORY, ASPECT_MODEL, READING_ASPECTS

SHIPPED, LABELLED = "shipped", "labelled"
#: Labelled texts learned from at most.
MOST = 2_000
#: Columns of a head: words and their pieces, what rules and what heads know of the aspects that ship.
_COLUMNS = COLUMNS + 2 * len(ASPECTS)
_ORIGIN, _TURN, _WHOLE, _PART = "origin", "turn", "whole", "part"
#: How an aspect is spoken of that somebody labelled, where it was read otherwise.
_MEANT = 0.6

#: Each labelled text with its language (empty if not known) and its label.
Labelled = dict[str, tuple[str, str]]


def start(side: Mapping[str, Any]) -> Labelled:
    """No text yet."""
    del side
    return {}


def add(state: Labelled, table: Any, side: Mapping[str, Any]) -> Labelled:
    """The texts of one table too."""
    del side
    columns = (table.column(name).to_pylist() for name in ("text", "lang", "aspects"))
    return merge(state, {text: (lang, label) for text, lang, label in zip(*columns, strict=True)})


def merge(a: Labelled, b: Labelled) -> Labelled:
    """Both together; of a text that was labelled twice, one of its labels, the same in any order."""
    return a | {text: min(said, a.get(text, said)) for text, said in b.items()}


@dataclass(frozen=True, slots=True)
class LearnAspects:
    """The `finish` of the fold: what the labels teach, at the tier that the texts are read with."""

    aspects: tuple[OwnAspect, ...] = ()

    def __call__(self, state: Labelled, side: Mapping[str, Any]) -> tuple[Any, Any]:
        """The `ASPECT_MODEL` and `ASPECT_MEMORY` tables."""
        tier = side["text_model"].column("tier")[0].as_py()
        chosen = sorted(state, key=lambda text: (spread(text), text))[:MOST]
        heads, trials = learn_from(
            [text[:LONGEST] for text in chosen],
            [state[text][0].split("-")[0] or None for text in chosen],
            [state[text][1] for text in chosen],
            Reader(tier, aspects=self.aspects),
        )
        return tables_of(heads, trials)


def learn_from(
    texts: Sequence[str], languages: Sequence[str | None], labels: Sequence[str], reader: Reader
) -> tuple[AspectHeads | None, list[AspectTrial]]:
    """Heads for aspects from labelled texts (`labels` as in `labels.labelled_aspects`), beside a reader."""
    if not texts:
        return None, []
    found = judge(texts, languages, reader=reader)
    searched = (*ASPECTS, *(one.key for one in reader.aspects))
    meant = [labelled_aspects(labels[place]) for place in found.batch.known]
    return learned(as_read(found), meant, searched, found.batch.embedder)


def tables_of(heads: AspectHeads | None, trials: Sequence[AspectTrial]) -> tuple[Any, Any]:
    """What was learned as `ASPECT_MODEL` and `ASPECT_MEMORY` tables."""
    rows = []
    for one in trials:
        row: dict[str, Any] = {
            "aspect": one.aspect, "kind": SHIPPED, "embedder": "", "texts": one.texts, "spoken": one.spoken,
            "base": one.base, "f1": one.f1, "f1_low": one.low, "f1_high": one.high,
            "columns": [], "weights": [],
        }  # fmt: skip
        if heads is not None and one.kept:
            at = heads.names.index(one.aspect)
            columns = np.flatnonzero(heads.weights[:, at])
            row |= {
                "kind": LABELLED, "embedder": heads.embedder, "cut": heads.cut,
                "slope": float(heads.slope[at]), "level": float(heads.level[at]),
                "columns": columns.astype(np.float64).tolist(),
                "weights": heads.weights[columns, at].tolist(),
            }  # fmt: skip
        rows.append(row)
    return rows_table(rows, ASPECT_MODEL), rows_table(_memory_rows(heads), ASPECT_MEMORY)


def _memory_rows(heads: AspectHeads | None) -> list[dict[str, Any]]:
    if heads is None or heads.memory is None:
        return []
    memory, none = heads.memory, np.zeros((0, 0))
    parts: list[tuple[str, Any, Any, Any]] = [
        (_ORIGIN, memory.origin[None, :], None, none), (_TURN, memory.turn.T, None, none),
        (_WHOLE, memory.wholes, None, heads.votes), (_PART, memory.parts, memory.part_of, heads.part_votes),
    ]  # fmt: skip
    return [
        {
            "kind": kind, "place": place, "of": None if of is None else int(of[place]),
            "values": row.astype(np.float64).tolist(),
            "votes": votes[place].tolist() if len(votes) else [],
        }
        for kind, rows, of, votes in parts
        for place, row in enumerate(rows)
    ]  # fmt: skip


def heads_in(model: Any, memory: Any) -> AspectHeads | None:
    """The heads that the two tables hold; None where none was kept."""
    rows = [row for row in model.to_pylist() if row["kind"] == LABELLED]
    if not rows:
        return None
    weights = np.zeros((_COLUMNS, len(rows)))
    for at, row in enumerate(rows):
        weights[np.array(row["columns"], dtype=np.int64), at] = row["weights"]
    held: dict[str, list[dict[str, Any]]] = {}
    for row in memory.to_pylist():
        held.setdefault(row["kind"], []).append(row)

    def numbers(kind: str, name: str) -> Any:
        ordered = sorted(held[kind], key=lambda row: int(row["place"]))
        return np.array([row[name] for row in ordered])

    kept, votes, part_votes = None, np.zeros((0, len(rows))), np.zeros((0, len(rows)))
    if held:
        kept = Memory(
            numbers(_ORIGIN, "values")[0].astype(np.float32), numbers(_TURN, "values").T.astype(np.float32),
            numbers(_WHOLE, "values").astype(np.int8), numbers(_PART, "values").astype(np.int8),
            numbers(_PART, "of").astype(np.int64),
        )  # fmt: skip
        votes, part_votes = numbers(_WHOLE, "votes"), numbers(_PART, "votes")
    return AspectHeads(
        tuple(row["aspect"] for row in rows), rows[0]["embedder"], rows[0]["cut"],
        np.array([row["slope"] for row in rows]), np.array([row["level"] for row in rows]),
        weights, kept, votes, part_votes,
    )  # fmt: skip


def mark(model: Any) -> str:
    """A fingerprint of the heads in an `ASPECT_MODEL` table."""
    rows = [
        (row["aspect"], row["embedder"], row["cut"], row["slope"], row["level"],
         sha256(np.array([row["columns"], row["weights"]]).tobytes()).hexdigest())
        for row in model.to_pylist() if row["kind"] == LABELLED
    ]  # fmt: skip
    return repr(rows)


def as_labelled(aspects: Any, readings: Any, labels: Sequence[str | None]) -> Any:
    """`READING_ASPECTS`, with what somebody labelled as they labelled it; a label a row of `readings`."""
    places = [place for place, label in enumerate(labels) if label is not None]
    if not places:
        return aspects
    of = {(row["source"], row["id"]): row for row in readings.take(pa.array(places)).to_pylist()}
    meant = {key: labels[place] or "" for key, place in zip(of, places, strict=True)}
    keys = list(zip(aspects.column("source").to_pylist(), aspects.column("id").to_pylist(), strict=True))
    was = {(*keys[at], aspects.column("aspect")[at].as_py()): at for at in range(len(keys)) if keys[at] in of}
    made = []
    for key, text in of.items():
        for name, sign in labelled_aspects(meant[key]).items():
            place = was.get((*key, name))
            made.append(_told(text, name, sign, None if place is None else aspects.slice(place, 1)))
    rest = aspects.filter(pa.array([key not in of for key in keys], pa.bool_()))
    both = pa.concat_tables([rest, rows_table(made, READING_ASPECTS).cast(rest.schema)])
    return both.sort_by([(name, "ascending") for name in READING_ASPECTS.order])


def _told(text: Mapping[str, Any], name: str, sign: int, was: Any) -> dict[str, Any]:
    """One row: the words stay that said it already; all of the text says what none of its words did."""
    end = len(text["text"])
    row = {
        **{column: text[column] for column in ("customer", "at", "source", "id", "touchpoint")},
        "aspect": name, "polarity": _MEANT * sign, "start": 0, "end": end, "spans": f"0-{end}",
    }  # fmt: skip
    if was is not None:
        row |= was.to_pylist()[0]
        row["polarity"] = row["polarity"] if row["polarity"] * sign > 0 else _MEANT * sign
    return row | {"confidence": 1.0}
