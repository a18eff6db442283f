"""Aspects learned from labels: how all of them together are found on texts that were not learned from.

For each set whose columns say who speaks of what (`staff_presence`, …), so many of its texts are drawn,
learned from, and the others are read; again with another draw. No text is read that was learned from.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from benchmarks.text.sets import rows_of
from benchmarks.text.tables import f1, table
from vivencia.understanding.labelled_aspects import Read, as_learned, as_read, learned
from vivencia.understanding.pipeline import Reader, judge
from vivencia.understanding.reading import ASPECTS

#: Texts learned from, and draws of them.
LABELLED, DRAWS = 1_000, 5
#: Columns that mean one of the aspects that ship by another name.
_CALLED = {"value": "price"}
_BOOTSTRAP = 200
ALL, NOT = "all", 9.0


def labelled_lines(folder: Path | None, tiers: Sequence[str]) -> Iterator[str]:
    """Micro-F1 over the labelled aspects of each draw's other texts: mean and 95 % interval over draws."""
    rows = []
    for file in sorted(folder.glob("*.csv")) if folder else ():
        held = rows_of(file)
        names = [name[: -len("_presence")] for name in held[0] if name.endswith("_presence")] if held else []
        if names and len(held) > LABELLED:
            for tier in tiers:
                rows += _of_set(file.stem, [row["sentence"] for row in held], _truth(held, names), tier)
    yield from table(
        ["set", "reader", "aspect", "n", "F1 [95 %]", "without labels", "kept", "liking right"], rows
    )


def _truth(held: Sequence[dict[str, str]], names: Sequence[str]) -> list[dict[str, int]]:
    return [
        {
            _CALLED.get(name, name): (row[f"{name}_positive"] == "1") - (row[f"{name}_negative"] == "1")
            for name in names
            if row[f"{name}_presence"] == "1"
        }
        for row in held
    ]


@dataclass
class Draws:
    """What was found of one aspect, or of all: a list entry a draw."""

    n: int = 0
    kept: int = 0
    f1: list[tuple[float, float, float]] = field(default_factory=list)
    base: list[float] = field(default_factory=list)
    liked: list[bool] = field(default_factory=list)

    def row(self) -> list[str]:
        """F1 with the mean of the draws' intervals."""
        value, low, high = np.mean(self.f1, axis=0)
        return [
            str(self.n // DRAWS), f"{value:.3f} [{low:.3f}, {high:.3f}]", f"{np.mean(self.base):.3f}",
            f"{self.kept} of {DRAWS}", f"{np.mean(self.liked):.2f}" if self.liked else "",
        ]  # fmt: skip


def _of_set(name: str, texts: list[str], truth: list[dict[str, int]], tier: str) -> Iterator[list[str]]:
    judged = judge(texts, [name[:2]] * len(texts), reader=Reader(tier))
    batch = as_read(judged)
    names = sorted({one for row in truth for one in row})
    draws = {one: Draws() for one in (*names, ALL)}
    for draw in range(DRAWS):
        order = np.random.default_rng(draw).permutation(len(texts))
        seen, unseen = np.sort(order[:LABELLED]), np.sort(order[LABELLED:])
        heads, _ = learned(batch.take(seen), [truth[place] for place in seen], ASPECTS, judged.batch.embedder)
        before = batch.take(unseen)
        after = before if heads is None else replace(before, spoken=as_learned(before, heads))
        _count(draws, [truth[place] for place in unseen], names, before, after, heads.names if heads else ())
    for one, found in draws.items():
        yield [name, tier, one, *found.row()]


def _count(
    draws: dict[str, Draws], truth: list[dict[str, int]], names: list[str], before: Read, after: Read,
    kept: Sequence[str],
) -> None:  # fmt: skip
    right = np.array([[name in row for name in names] for row in truth])
    found, base = (_found(one, names) for one in (after, before))
    for place, name in enumerate(names):
        _add(draws[name], right[:, [place]], found[:, [place]] != NOT, base[:, [place]] != NOT)
        draws[name].kept += name in kept
    _add(draws[ALL], right, found != NOT, base != NOT)
    draws[ALL].kept += len(kept) > 0
    for text, row in enumerate(truth):
        for name, sign in row.items():
            said = found[text, names.index(name)]
            if sign and said != NOT:
                for one in (name, ALL):
                    draws[one].liked.append(bool(np.sign(said) == sign))


def _add(draws: Draws, right: np.ndarray, found: np.ndarray, base: np.ndarray) -> None:
    chance = np.random.default_rng(1)
    at = chance.integers(0, len(right), (_BOOTSTRAP, len(right)))
    low, high = np.quantile([f1(right[one], found[one]) for one in at], (0.025, 0.975))
    draws.n += int(right.sum())
    draws.f1.append((f1(right, found), float(low), float(high)))
    draws.base.append(f1(right, base))


def _found(texts: Read, names: list[str]) -> np.ndarray:
    """The liking of each aspect in each text, NOT where it was not found."""
    found = np.full((len(texts.texts), len(names)), NOT)
    spoken = texts.spoken
    for text, aspect, liking in zip(
        spoken.of.tolist(), spoken.aspect.tolist(), spoken.polarity.tolist(), strict=True
    ):
        if (name := spoken.names[aspect]) in names:
            found[text, names.index(name)] = liking
    return found
