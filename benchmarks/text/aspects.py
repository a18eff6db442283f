"""Aspects: whether each is seen where it is spoken of, and whether its liking is right where it is seen.

Hotels (a set with columns such as `staff_presence`, `staff_positive`) and airlines (a `reason`,
the main one of each text only, so that its precision is understated) come from the folder of
reference data; the clauses and the ordinary reviews are the repository's own, labelled with all they speak
of, and the only ones nothing was tuned on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np

from benchmarks.text.sets import TESTS, rows_of
from benchmarks.text.tables import Truths, f1, f1_cell, table
from vivencia.understanding.pipeline import Reader, read
from vivencia.understanding.reading import ASPECTS, LANGUAGES

#: Sets of the repository and their folders: one file a language, and read as one set.
OWN = {"clauses": "aspects", "ordinary": "ordinary", "ordinary2": "ordinary2"}
#: Columns of the hotels that are one of the aspects.
HOTELS = {
    "staff": ("staff",),
    "price": ("value",),
    "place": ("cleanliness", "comfort", "location"),
    "quality": ("amenities",),
}
REASONS = {
    "staff": ("Flight Attendant Complaints",),
    "waiting": ("Late Flight", "longlines"),
    "delivery": ("Lost Luggage", "Damaged Luggage"),
    "usability": ("Flight Booking Problems",),
}


@dataclass(frozen=True)
class AspectSet:
    """Texts, the aspects that are labelled, and for each text its aspects with their liking (−1, 0, 1)."""

    name: str
    language: str
    aspects: Sequence[str]
    texts: list[str]
    truth: list[dict[str, int]]


def aspect_sets(folder: Path | None) -> Iterator[AspectSet]:
    """Those of the repository, a set a language, then what the folder has."""
    for name, language in product(OWN, LANGUAGES):
        rows = rows_of(TESTS / OWN[name] / f"{language}.tsv")
        truth = [_signed(row["aspects"]) for row in rows]
        yield AspectSet(f"{name} {language}", language, ASPECTS, [row["text"] for row in rows], truth)
    for file in sorted(folder.glob("*.csv")) if folder else ():
        rows = rows_of(file)
        if rows and "staff_presence" in rows[0]:
            truth = [_of_hotel(row) for row in rows]
            yield AspectSet(file.stem, file.stem[:2], tuple(HOTELS), [row["sentence"] for row in rows], truth)
        elif rows and "reason" in rows[0]:
            rows = [
                row
                for row in rows
                if row["polarity"] == "negative" and row["reason"] not in ("", "Can't Tell")
            ]
            truth = [{name: -1 for name, said in REASONS.items() if row["reason"] in said} for row in rows]
            yield AspectSet(file.stem, file.stem[:2], tuple(REASONS), [row["text"] for row in rows], truth)


def _signed(cell: str) -> dict[str, int]:
    return {one[:-1]: {"+": 1, "-": -1}.get(one[-1], 0) for one in cell.split(",") if one}


def _of_hotel(row: dict[str, str]) -> dict[str, int]:
    found = {}
    for aspect, columns in HOTELS.items():
        if any(row[f"{name}_presence"] == "1" for name in columns):
            good = any(row[f"{name}_positive"] == "1" for name in columns)
            bad = any(row[f"{name}_negative"] == "1" for name in columns)
            found[aspect] = int(good) - int(bad)
    return found


@dataclass(frozen=True)
class Seen:
    """One aspect over the texts of a set: whether it is there, whether it was found, and both likings."""

    right: Truths
    found: Truths
    meant: np.ndarray
    liked: np.ndarray

    def liking(self) -> tuple[int, int]:
        """Where it was rightly found and is liked or not: how often the sign is right, of how many."""
        both = self.right & self.found & (self.meant != 0)
        return int((np.sign(self.liked[both]) == self.meant[both]).sum()), int(both.sum())


def seen(one: AspectSet, tier: str) -> dict[str, Seen]:
    """What a reader finds, which has seen no label."""
    readings = read(one.texts, [one.language] * len(one.texts), reader=Reader(tier))
    found = [{aspect.aspect: aspect.polarity for aspect in reading.aspects} for reading in readings]
    return {
        name: Seen(
            np.array([name in row for row in one.truth]),
            np.array([name in row for row in found]),
            np.array([row.get(name, 0) for row in one.truth]),
            np.array([row.get(name, 0.0) for row in found]),
        )
        for name in one.aspects
    }


def _together(many: Sequence[Seen]) -> Seen:
    return Seen(
        np.concatenate([one.right for one in many]), np.concatenate([one.found for one in many]),
        np.concatenate([one.meant for one in many]), np.concatenate([one.liked for one in many]),
    )  # fmt: skip


def _row(name: str, tier: str, aspect: str, one: Seen) -> list[str]:
    both, good = int((one.right & one.found).sum()), one.liking()
    return [
        name, tier, aspect, str(int(one.right.sum())), f1_cell(one.right, one.found),
        f"{both / max(1, int(one.found.sum())):.2f}", f"{both / max(1, int(one.right.sum())):.2f}",
        f"{good[0] / good[1]:.2f} of {good[1]}" if good[1] else "",
    ]  # fmt: skip


def aspect_lines(folder: Path | None, tiers: Sequence[str]) -> Iterator[str]:
    """Each aspect by set, the four languages of the repository's own together; and each language's mean."""
    each: list[list[str]] = []
    mean: list[list[str]] = []
    chosen = list(aspect_sets(folder))
    for tier in tiers:
        own: dict[str, list[dict[str, Seen]]] = {name: [] for name in OWN}
        for one in chosen:
            found, name = seen(one, tier), one.name.split()[0]
            if name in own:
                own[name].append(found)
                mean.append([one.name, tier, *_means(found)])
            else:
                each += [_row(one.name, tier, aspect, row) for aspect, row in found.items()]
        each += [
            _row(name, tier, aspect, _together([found[aspect] for found in many]))
            for name, many in own.items()
            for aspect in ASPECTS
        ]
    yield from table(
        ["set", "reader", "aspect", "n", "F1 [95 %]", "precision", "recall", "liking right"], each
    )
    yield from table(["set", "reader", "mean F1 of the aspects", "F1 of all", "liking right"], mean)


def _means(found: dict[str, Seen]) -> list[str]:
    spoken = [one for one in found.values() if one.right.any()]
    together = _together(list(found.values()))
    good, of = together.liking()
    mean = float(np.mean([f1(one.right, one.found) for one in spoken]))
    return [f"{mean:.3f}", f1_cell(together.right, together.found), f"{good / max(1, of):.2f} of {of}"]
