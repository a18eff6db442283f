"""The answers: what was really true of a world, as tables that tests compare with."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vivencia.words.shapes.journeys import ABANDONED, REACHED, START
from vivencia.worlds import people as who
from vivencia.worlds.happened import Happened
from vivencia.worlds.people import People
from vivencia.worlds.rows import customer_keys, times
from vivencia.worlds.story import DYNAMICS, ENDS, MEASURES_EACH, SPOT_REAL, Story, Truth

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: How a journey really ends: giving up, silence and leaving are one.
_ENDS_SEEN = (REACHED, ABANDONED)


class Tally:
    """Adds up what happened, block by block."""

    def __init__(self, story: Story, truth: Truth, people: People, promised: Floats) -> None:
        spots, customers = len(story.keys), people.key.size
        self.story, self.truth, self.people, self.promised = story, truth, people, promised
        names = ("events", "lived", "expectation", "experience", "gap", "would_answer", "answers", "rated")
        self.sums = {name: np.zeros(spots) for name in (*names, "disconfirmation")}
        self.measured = np.zeros((spots, MEASURES_EACH, 3))
        self.starts = np.zeros(spots)
        self.last = {name: np.full(customers, np.nan) for name in ("perception", "expectation", "residual")}
        self.last_at = np.zeros(customers, np.int64)
        self.left = np.zeros(customers, np.bool_)

    def add(self, out: Happened, rows: int) -> None:
        """Count one block of events."""
        spot, spots = out.of("touchpoint", rows), len(self.story.keys)

        def count(name: str, there: Any, values: Any = None) -> None:
            weights = None if values is None else values[there]
            self.sums[name] += np.bincount(spot[there], weights, minlength=spots)

        lived, expectation = out.of("experience", rows), out.of("expectation", rows)
        would, there = out.of("would_answer", rows), ~np.isnan(out.of("experience", rows))
        count("events", np.ones(rows, np.bool_))
        count("lived", there)
        count("expectation", there, expectation)
        count("experience", there, lived)
        count("gap", there, lived - expectation)
        count("disconfirmation", there, out.of("gap", rows))
        count("answers", ~np.isnan(would))
        count("would_answer", ~np.isnan(would), would)
        count("rated", out.of("instrument", rows) >= 0)
        self._measures(out, rows, spot, spots)
        self._ends(out, rows, spot, spots)

    def _measures(self, out: Happened, rows: int, spot: Ints, spots: int) -> None:
        for m, column in enumerate(("measure", "measure_also")):
            found = out.of(column, rows)
            there = ~np.isnan(found)
            kept = found <= self.promised[spot, m]
            for place, values in enumerate((None, found[there], kept[there].astype(np.float64))):
                self.measured[:, m, place] += np.bincount(spot[there], values, minlength=spots)

    def _ends(self, out: Happened, rows: int, spot: Ints, spots: int) -> None:
        """Where journeys begin, and how each customer's last event left them."""
        customer, journey = out.of("who", rows), out.of("journey", rows)
        steps = np.flatnonzero(journey >= 0)
        begins = np.ones(steps.size, np.bool_)
        same = customer[steps][1:] == customer[steps][:-1]
        begins[1:] = ~(same & (journey[steps][1:] == journey[steps][:-1]))
        self.starts += np.bincount(spot[steps][begins], minlength=spots)
        final = np.flatnonzero(np.append(customer[1:] != customer[:-1], True))
        for name, values in self.last.items():
            values[customer[final]] = out.of(name, rows)[final]
        self.last_at[customer[final]] = out.of("at", rows)[final]
        self.left[customer[final]] = spot[final] == self.truth.special[3]

    def tables(self) -> dict[str, Any]:
        """Every table of the truth."""
        return {
            "touchpoints": self._touchpoints(),
            "promises": self._promises(),
            "transitions": self._transitions(),
            "progression": self._progression(),
            "customers": self._customers(),
            "problems": pa.Table.from_pylist(self.story.truth["problems"], schema=_PROBLEMS),
            "dynamics": pa.table({"name": list(DYNAMICS), "value": list(DYNAMICS.values())}),
        }

    def _touchpoints(self) -> Any:
        sums = self.sums
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = {
                name: sums[name] / sums["lived"]
                for name in ("experience", "expectation", "gap", "disconfirmation")
            }
            answer = sums["would_answer"] / sums["answers"]
        real = dict(zip(SPOT_REAL, self.truth.real.T, strict=True))
        columns = {
            "touchpoint": list(self.story.keys),
            "stage": [spot["stage"] for spot in self.story.spots],
            "events": sums["events"].astype(np.int64),
            "rated": sums["rated"].astype(np.int64),
            **mean,
            "answer": answer,
            "standard": mean["experience"] - mean["disconfirmation"],
            "kappa": real["kappa"],
            "theta": real["theta"],
            "norm": real["norm"],
        }
        return pa.table({name: pa.array(values, from_pandas=True) for name, values in columns.items()})

    def _promises(self) -> Any:
        rows = []
        for t, spot in enumerate(self.story.spots):
            for m, one in enumerate(spot["truth"].get("measures", ())):
                n, total, kept = self.measured[t, m]
                promised = bool(np.isfinite(self.promised[t, m]))
                rows.append(
                    {
                        "touchpoint": spot["key"],
                        "measure": one["name"],
                        "n": int(n),
                        "mean": total / n if n else None,
                        "kept": kept / n if n and promised else None,
                    }
                )
        return pa.Table.from_pylist(rows, schema=_PROMISES)

    def _chain(self) -> tuple[list[str], Floats, Floats]:
        """Touchpoints that are steps, START and their rows over (touchpoints, REACHED, ABANDONED)."""
        spots = len(self.story.keys)
        exact = np.diff(self.truth.chain, axis=1, prepend=0.0)
        rows = np.column_stack(
            (exact[:, :spots], exact[:, spots + ENDS.index("REACHED")], exact[:, spots + 1 :].sum(axis=1))
        )
        walked = [t for t, key in enumerate(self.story.keys) if key in self.story.truth["chain"]]
        keep = [*walked, spots, spots + 1]
        start = self.starts[walked] / max(self.starts.sum(), 1.0)
        return [self.story.keys[t] for t in walked], rows[np.ix_(walked, keep)], start

    def _transitions(self) -> Any:
        keys, rows, start = self._chain()
        names = [*keys, *_ENDS_SEEN]
        whole = [(START, [*start, 0.0, 0.0]), *zip(keys, rows, strict=True)]
        found = [
            {"from_touchpoint": key, "to_touchpoint": to, "probability": float(share)}
            for key, row in whole
            for to, share in zip(names, row, strict=True)
            if share > 1e-12
        ]
        return pa.Table.from_pylist(found)

    def _progression(self) -> Any:
        """Continuation V = (I − Q)⁻¹ R and the removal effect, both exact."""
        keys, rows, start = self._chain()
        steps = rows[:, : len(keys)]
        reaches = np.linalg.solve(np.eye(len(keys)) - steps, rows[:, len(keys)])
        whole = float(start @ reaches)
        removal = []
        for t in range(len(keys)):
            cut, goal, begin = steps.copy(), rows[:, len(keys)].copy(), start.copy()
            cut[t], cut[:, t], goal[t], begin[t] = 0.0, 0.0, 0.0, 0.0
            without = float(begin @ np.linalg.solve(np.eye(len(keys)) - cut, goal))
            removal.append(1.0 - without / whole)
        return pa.table({"touchpoint": keys, "continuation": reaches, "removal": removal})

    def _customers(self) -> Any:
        whole, real = self.people.whole, self.people.real
        keys, _ = customer_keys(self.people, 0, self.people.key.size)
        labels = {"segment": list(self.story.truth["segments"]), "role": list(self.story.roles)}
        columns = {
            "customer": keys,
            "at": times(self.last_at),
            **self.last,
            "style": real[:, who.STYLE],
            "segment": [labels["segment"][code] for code in whole[:, who.SEGMENT]],
            "role": [labels["role"][code] or None for code in whole[:, who.ROLE]],
            "left": self.left,
        }
        there = pa.array(~np.isnan(self.last["perception"]))
        return pa.table(
            {n: pa.array(v) if not isinstance(v, pa.Array) else v for n, v in columns.items()}
        ).filter(there)


_PROBLEMS = pa.schema(
    [("code", pa.string()), ("touchpoint", pa.string()), ("measure", pa.string()), ("month", pa.int64())]
)
_PROMISES = pa.schema(
    [
        ("touchpoint", pa.string()),
        ("measure", pa.string()),
        ("n", pa.int64()),
        ("mean", pa.float64()),
        ("kept", pa.float64()),
    ]
)


def tallied(tally: Tally, blocks: Iterable[tuple[Happened, int]]) -> dict[str, Any]:
    """The truth of everything in the blocks."""
    for out, rows in blocks:
        tally.add(out, rows)
    return tally.tables()
