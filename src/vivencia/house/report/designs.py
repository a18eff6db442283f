"""The designed ways: who walks them, where they are left, and what was felt on and off them."""

from collections.abc import Mapping
from typing import Any

from vivencia.house.report.reading import Reading, Row, present
from vivencia.words.catalogue import Catalogue, DesignedJourney

#: Touchpoints off a designed way that are shown, most walked first; the table holds them all.
OFF_SHOWN = 12
_MEASURES = ("walked", "fit", "missing", "extra", "dark", "reached_walked", "reached_left")


def designed(reading: Reading, catalogue: Catalogue) -> Row:
    """Conformance with every designed journey, in the order of vivencia.toml; empty without any."""
    ways: dict[tuple[str, str], Row] = {
        (row["design"], row["measure"]): row for row in reading.rows("designed_ways")
    }
    whole = ways.get(("", "designed"))
    if whole is None:
        return {}
    steps, felt = reading.rows("designed_steps"), reading.rows("designed_felt")
    return present(
        journeys=whole["n"],
        customers=whole["customers"],
        designed=_estimate(reading, whole),
        dark=_estimate(reading, ways.get(("", "dark"))),
        ways=[
            _way(
                reading,
                one,
                {measure: ways[one.key, measure] for measure in _MEASURES if (one.key, measure) in ways},
                [row for row in steps if row["design"] == one.key],
                [row for row in felt if row["design"] == one.key],
            )
            for one in catalogue.journeys
        ],
    )


def _way(
    reading: Reading,
    one: DesignedJourney,
    measures: Mapping[str, Row],
    steps: list[Row],
    felt: list[Row],
) -> Row:
    whole = measures.get("walked", {"n": 0, "customers": 0})
    taken = {row["step"]: row for row in steps if row["role"] == "taken"}
    off = [row for row in steps if row["role"] != "taken" and row["customers"] >= reading.threshold]
    off.sort(key=lambda row: (-row["journeys"], row["touchpoint"]))
    return present(
        design=one.key,
        names=dict(one.names),
        goal=one.goal,
        journeys=whole["n"],
        customers=whole["customers"],
        **{name: _estimate(reading, row) for name, row in measures.items()},
        steps=[
            present(
                step=number,
                touchpoints=list(step.touchpoints),
                optional=step.optional,
                repeats=step.repeats,
                taken=_share(reading, taken.get(number), whole),
            )
            for number, step in enumerate(one.steps, 1)
        ],
        off=[
            present(
                touchpoint=row["touchpoint"],
                dark=row["role"] == "dark",
                journeys=row["journeys"],
                customers=row["customers"],
                share=_share(reading, row, whole),
            )
            for row in off[:OFF_SHOWN]
        ],
        felt=[told for row in felt if (told := _felt(reading, row)) is not None],
    )


def _estimate(reading: Reading, row: Row | None) -> Row | None:
    if row is None:
        return None
    return reading.of(row["value"], row["low"], row["high"], row["n"], people=row["customers"])


def _share(reading: Reading, row: Row | None, whole: Mapping[str, Any]) -> Row | None:
    """The share is one of all journeys of the design, so all their customers stand behind it."""
    if row is None:
        return None
    return reading.of(row["share"], row["share_low"], row["share_high"], row["n"], people=whole["customers"])


def _felt(reading: Reading, row: Row) -> Row | None:
    sides = {
        name: reading.estimate(row, name, n=f"{name}_n", people=f"{name}_customers")
        for name in ("walked", "left")
    }
    if None in sides.values():
        return None
    n = min(row["walked_n"], row["left_n"])
    difference = reading.of(row["difference"], row["difference_low"], row["difference_high"], n)
    return present(measure=row["measure"], **sides, difference=difference)
