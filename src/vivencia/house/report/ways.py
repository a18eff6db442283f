"""Journeys: how they end, how long they take, which way they go."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from vivencia.house.report.gets import goals, hold_ups, resolutions, resolutions_all
from vivencia.house.report.reading import Reading, Row, present, rounded
from vivencia.measure.rates import wilson
from vivencia.words.shapes.journeys import ABANDONED, FLOW_DIMENSIONS, LOST, OUTCOMES, REACHED

#: Outcomes of journeys that have ended; the others are still open.
ENDINGS = (REACHED, ABANDONED, LOST)
#: Variants beyond these are many and rare; the table itself holds them all.
VARIANTS_SHOWN = 50


def share(reading: Reading, part: int, whole: int, *, people: int | None = None) -> Row | None:
    """A share with its Wilson (1927) 95 % interval, absent under the anonymity threshold."""
    if whole <= 0:
        return None
    return reading.of(*wilson(part, whole), whole, people=people)


def journeys(reading: Reading) -> Row:
    """Outcomes, durations, transitions and variants; an empty object without journeys."""
    table = reading.table("journeys")
    if table is None or table.num_rows == 0:
        return {}
    people = int(pc.count_distinct(table["customer"]).as_py())
    moves, hidden_moves = _transitions(reading)
    variants, hidden_variants = _variants(reading)
    return present(
        journeys=table.num_rows,
        customers=people,
        outcomes=_outcomes(reading, table, people),
        reached=_reached(reading, table, people),
        duration_s=_spread(reading, table, "duration_s", people),
        steps=_spread(reading, table, "steps", people),
        repeated=share(
            reading,
            int(pc.sum(pc.greater(table["repeats"], 0)).as_py() or 0),
            table.num_rows,
            people=people,
        ),
        transitions=moves,
        variants=variants,
        drop_offs=_drop_offs(reading),
        first=_first(reading, table),
        flows=_flows(reading),
        hold_ups=hold_ups(reading),
        goals=goals(reading),
        resolutions=resolutions(reading),
        resolutions_all=resolutions_all(reading),
        withheld={"transitions": hidden_moves, "variants": hidden_variants},
    )


def _first(reading: Reading, table: Any) -> list[Row]:
    """First impressions: of the ended journeys that began at each touchpoint, those that reached the goal."""
    if "first" not in table.column_names:
        return []
    ended = table.filter(pc.is_in(table["outcome"], value_set=pa.array(ENDINGS)))
    begun = pa.table(
        {
            "first": ended["first"],
            "reached": pc.equal(ended["outcome"], REACHED).cast(pa.int64()),
            "customer": ended["customer"],
        }
    ).group_by("first")
    rows = begun.aggregate([("reached", "sum"), ("reached", "count"), ("customer", "count_distinct")])
    found = [
        present(
            touchpoint=row["first"],
            journeys=row["reached_count"],
            reached=share(
                reading, row["reached_sum"], row["reached_count"], people=row["customer_count_distinct"]
            ),
        )
        for row in rows.to_pylist()
    ]
    kept = [one for one in found if "reached" in one]
    return sorted(kept, key=lambda one: (-one["journeys"], one["touchpoint"]))


def _flows(reading: Reading) -> Row:
    """Moves between places, channels and stages, the most frequent first; outcomes left out."""
    found: Row = {}
    for dimension in FLOW_DIMENSIONS:
        rows = [
            row
            for row in reading.rows("flows", dimension=dimension)
            if row["customers"] >= reading.threshold and row["to_value"] not in OUTCOMES
        ]
        rows.sort(key=lambda row: (-row["count"], row["from_value"], row["to_value"]))
        found[dimension] = [
            present(
                **{"from": row["from_value"]},
                to=row["to_value"],
                count=row["count"],
                customers=row["customers"],
                median_s=rounded(row["median_s"]),
                p90_s=rounded(row["p90_s"]),
            )
            for row in rows[:VARIANTS_SHOWN]
        ]
    return found


def _outcomes(reading: Reading, table: Any, people: int) -> list[Row]:
    """Every outcome as a share of all journeys, and those that are endings as a share of the ended."""
    counts = {row["values"]: int(row["counts"]) for row in table["outcome"].value_counts().to_pylist()}
    ended = sum(counts.get(outcome, 0) for outcome in ENDINGS)
    return [
        present(
            outcome=outcome,
            journeys=counts.get(outcome, 0),
            share=share(reading, counts.get(outcome, 0), table.num_rows, people=people),
            of_ended=share(reading, counts.get(outcome, 0), ended, people=people)
            if outcome in ENDINGS
            else None,
        )
        for outcome in OUTCOMES
    ]


def _reached(reading: Reading, table: Any, people: int) -> Row | None:
    """Goals reached among journeys that have ended; open ones may still reach it."""
    ended = pc.is_in(table["outcome"], value_set=pa.array(ENDINGS))
    reached = pc.equal(table["outcome"], REACHED)
    return share(reading, int(pc.sum(reached).as_py() or 0), int(pc.sum(ended).as_py() or 0), people=people)


def _spread(reading: Reading, table: Any, column: str, people: int) -> Row | None:
    if people < reading.threshold:
        return None
    median, p90 = pc.quantile(table[column], q=[0.5, 0.9]).to_pylist()
    return {"median": rounded(median), "p90": rounded(p90), "n": table.num_rows}


def _transitions(reading: Reading) -> tuple[list[Row], int]:
    rows = reading.rows("transitions")
    kept = [row for row in rows if row["customers"] >= reading.threshold]
    kept.sort(key=lambda row: (-row["count"], row["from_touchpoint"], row["to_touchpoint"]))
    return [
        present(
            **{"from": row["from_touchpoint"]},
            to=row["to_touchpoint"],
            count=row["count"],
            customers=row["customers"],
            median_s=rounded(row["median_s"]),
            p90_s=rounded(row["p90_s"]),
        )
        for row in kept
    ], len(rows) - len(kept)


def _drop_offs(reading: Reading) -> list[Row]:
    """Where journeys end without their goal, the largest share first."""
    found = [
        present(
            touchpoint=row["touchpoint"],
            visits=row["visits"],
            share=reading.estimate(row, "share", n="visits"),
        )
        for row in reading.rows("drop_offs")
    ]
    return sorted(
        (one for one in found if "share" in one), key=lambda one: (-one["share"]["value"], one["touchpoint"])
    )


def _variants(reading: Reading) -> tuple[list[Row], int]:
    rows = reading.rows("variants")
    kept = [row for row in rows if row["customers"] >= reading.threshold]
    kept.sort(key=lambda row: (-row["count"], row["variant"]))
    kept = kept[:VARIANTS_SHOWN]
    return [
        present(
            touchpoints=row["variant"].split(" > "),
            count=row["count"],
            customers=row["customers"],
            reached=share(reading, row["reached"], row["count"], people=row["customers"]),
            median_s=rounded(row["median_s"]),
            p90_s=rounded(row["p90_s"]),
        )
        for row in kept
    ], len(rows) - len(kept)
