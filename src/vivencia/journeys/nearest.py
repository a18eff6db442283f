"""Every distinct way beside the designed one that lies nearest, and what it has more or less."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vivencia.journeys.aligning import TAKEN, align_each
from vivencia.journeys.columns import coded, joined, numbered, numbers
from vivencia.journeys.steps import BETWEEN

Codes = NDArray[np.int32]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Design:
    """One designed journey over the touchpoint codes of a batch."""

    key: str
    goal: str | None
    labels: tuple[str, ...]
    allowed: Flags
    optional: Flags
    repeats: Flags


@dataclass(frozen=True, slots=True)
class Ways:
    """The distinct ways of a batch, as touchpoint codes laid end to end."""

    codes: Codes
    begins: Ints
    touchpoints: tuple[str, ...]

    @classmethod
    def of(cls, texts: Any) -> "Ways":
        """The ways that variants tell, in their order."""
        parts = pc.split_pattern(texts, BETWEEN)
        codes, words = coded(parts.flatten())
        return cls(codes, parts.offsets.to_numpy().astype(np.int64), tuple(words.to_pylist()))

    def upto(self, which: Flags) -> Ints:
        """How many of the steps meant stand before each way, (ways + 1,)."""
        return np.append(0, np.cumsum(which))[self.begins]


def designs_of(table: Any, touchpoints: tuple[str, ...]) -> list[Design]:
    """The designs in the order of vivencia.toml."""
    place = {name: code for code, name in enumerate(touchpoints)}
    found = []
    rows = sorted(table.to_pylist(), key=lambda row: (row["design_order"], row["step"], row["touchpoint"]))
    for key in dict.fromkeys(row["design"] for row in rows):
        own = [row for row in rows if row["design"] == key]
        steps = max(row["step"] for row in own)
        allowed = np.zeros((steps, max(len(touchpoints), 1)), np.bool_)
        flags = np.zeros((2, steps), np.bool_)
        labels: list[list[str]] = [[] for _ in range(steps)]
        for row in own:
            if row["touchpoint"] in place:
                allowed[row["step"] - 1, place[row["touchpoint"]]] = True
            flags[:, row["step"] - 1] = row["optional"], row["repeats"]
            labels[row["step"] - 1].append(row["touchpoint"])
        found.append(Design(key, own[0]["goal"], tuple(map(" | ".join, labels)), allowed, *flags))
    return found


@dataclass(frozen=True, slots=True)
class Aligned:
    """What some pairs of way and goal, `own`, have of their design.

    `gone` and `taken` (own, designed steps): the steps that are missing, and those made. `off`
    says of every step of every way whether it is off the designed way.
    """

    own: Ints
    gone: Flags
    taken: Flags
    off: Flags


@dataclass(frozen=True, slots=True)
class Held:
    """Every distinct pair of way and goal beside its nearest design, −1 where it has none.

    `aligned` is by design. The other columns are by pair: `dark` steps at touchpoints that no
    design names, and how many are `missing` and `extra`.
    """

    ways: Ways
    designs: list[Design]
    way: Ints
    design: Ints
    fit: Floats
    distance: Ints
    dark: Ints
    missing: Ints
    extra: Ints
    aligned: list[Aligned]

    @classmethod
    def of(cls, ways: Ways, designs: list[Design], way: Ints, goals: list[str | None]) -> "Held":
        """The nearest design of each pair: `way` is its way, `goals` its goal."""
        many, lengths = way.size, np.diff(ways.begins)
        design, fit, distance = np.full(many, -1), np.full(many, -1.0), np.zeros(many, np.int64)
        marked = []
        for number, one in enumerate(designs):
            meant = np.array([one.goal is None or one.goal == goal for goal in goals], np.bool_)
            far, length, marks, taken = align_each(
                ways.codes, ways.begins, np.unique(way[meant]), one.allowed, one.optional, one.repeats
            )
            fits: Floats = 1.0 - far / np.maximum(np.maximum(lengths, length), 1)
            some = np.flatnonzero(taken.any(axis=1))
            nearer = meant & np.isin(way, some) & (fits[way] > fit)
            design[nearer], fit[nearer], distance[nearer] = number, fits[way[nearer]], far[way[nearer]]
            marked.append((marks != TAKEN, taken))
        missing, extra = np.zeros(many, np.int64), np.zeros(many, np.int64)
        aligned = []
        for number, (one, (off, taken)) in enumerate(zip(designs, marked, strict=True)):
            own = np.flatnonzero(design == number)
            made = taken[way[own]]
            aligned.append(Aligned(own, ~made & ~one.optional, made, off))
            missing[own] = aligned[-1].gone.sum(axis=1)
            extra[own] = np.diff(ways.upto(off))[way[own]]
        named = named_by(designs)
        unnamed = np.array([name not in named for name in ways.touchpoints], np.bool_)
        dark = np.diff(ways.upto(unnamed[ways.codes]))[way]
        return cls(ways, designs, way, design, fit, distance, dark, missing, extra, aligned)

    def columns(self, which: Ints) -> dict[str, Any]:
        """The columns of the conformance that a way and its goal decide; journey j is the pair `which[j]`."""
        design = self.design[which]
        known = design >= 0
        keys = pa.array([one.key for one in self.designs], pa.string())
        return {
            "design": numbered(design.astype(np.int32), keys),
            "fit": numbers(self.fit[which], known),
            "walked": _truths((self.distance == 0)[which], known),
            "distance": numbers(self.distance[which], known),
            "missing": numbers(self.missing[which], known),
            "extra": numbers(self.extra[which], known),
            "dark": numbers(self.dark[which]),
            "missing_steps": self._told([self._gone(number) for number in range(len(self.designs))], which),
            "extra_steps": self._told([self._off(number) for number in range(len(self.designs))], which),
        }

    def _gone(self, number: int) -> tuple[Any, Ints]:
        """The missing steps of the pairs of a design, as texts, and which of them each pair has."""
        gone = self.aligned[number].gone
        counts = gone.sum(axis=1)
        labels = pa.array(self.designs[number].labels, pa.string())
        steps = np.nonzero(gone)[1].astype(np.int32)
        text = joined(steps, np.append(0, np.cumsum(counts)), labels, BETWEEN.encode())
        return text, np.where(counts > 0, np.arange(counts.size), -1)

    def _off(self, number: int) -> tuple[Any, Ints]:
        """The same of the steps off the way."""
        one = self.aligned[number]
        begins = self.ways.upto(one.off)
        words = pa.array(self.ways.touchpoints, pa.string())
        text = joined(self.ways.codes[one.off], begins, words, BETWEEN.encode())
        of = self.way[one.own]
        return text, np.where(np.diff(begins)[of] > 0, of, -1)

    def _told(self, texts: list[tuple[Any, Ints]], which: Ints) -> Any:
        """Texts of the pairs of each design, by journey; null where there is none."""
        place, before = np.full(self.way.size, -1, np.int32), 0
        for one, (text, at) in zip(self.aligned, texts, strict=True):
            place[one.own] = np.where(at >= 0, at + before, -1)
            before += len(text)
        return numbered(place[which], pa.concat_arrays([text for text, _ in texts]))


def named_by(designs: list[Design]) -> set[str]:
    """Every touchpoint that some design names."""
    return {name for design in designs for label in design.labels for name in label.split(" | ")}


def _truths(values: Flags, there: Flags) -> Any:
    buffers = [pa.py_buffer(np.packbits(some, bitorder="little")) for some in (there, values)]
    return pa.Array.from_buffers(pa.bool_(), values.size, buffers)
