"""The plan of authenticity: which of the newest texts show a sign that they may be no customer's own.

The signs and their sources are in `understanding.authenticity`. Nothing is left out of any
count because of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vivencia.plans import Fold, Plan, Step, read_queries
from vivencia.understanding import totals
from vivencia.understanding.authenticity import against_stars, bursts, near_duplicates, same_words
from vivencia.understanding.columns import rows_table
from vivencia.understanding.sampling import LONGEST, mean_rating
from vivencia.words.shapes import understanding as shapes

#: Texts looked at, the newest first.
NEWEST = 20_000
#: From how far on words and stars contradict each other clearly.
AGAINST = 0.6
COPY, BURST, AGAINST_STARS = shapes.SIGNS
_COLUMNS = ("customer", "at", "source", "id", "touchpoint", "text", "polarity", "ratings")
_DAY = 86_400_000_000

#: Place of a text, sign, score, and what it was compared with.
Sign = tuple[int, str, float, str]


def authenticity_plan() -> Plan:
    """Reads `readings`, `signals` and `instruments`; gives `suspicions` and `suspicion_counts`."""
    sql = read_queries("vivencia.understanding", "suspicions.sql")
    return Plan(
        name="authenticity",
        nodes=(
            Step("judged_words", sql["judged_words"], ("readings", "signals"), order=shapes.READINGS.order),
            Fold(
                name="suspicions",
                start=totals.no_rows,
                add=totals.add_rows,
                merge=totals.merge_rows,
                finish=suspicions,
                reads="judged_words",
                columns=_COLUMNS,
                writes=shapes.SUSPICIONS,
                beside=("instruments",),
            ),
            Step(
                "suspicion_counts",
                sql["suspicion_counts"],
                ("suspicions", "judged_words"),
                order=shapes.SUSPICION_COUNTS.order,
                writes=shapes.SUSPICION_COUNTS,
            ),
        ),
        gives=(shapes.SUSPICIONS.name, shapes.SUSPICION_COUNTS.name),
        values={"newest": NEWEST},
    )


def suspicions(state: tuple[Any, ...], side: Mapping[str, Any]) -> Any:
    """The `SUSPICIONS` among these texts, whatever order they came in."""
    if not state:
        return rows_table([], shapes.SUSPICIONS)
    whole = pa.concat_tables(state)
    table = whole.sort_by([("at", "ascending"), ("source", "ascending"), ("id", "ascending")])
    stars = mean_rating(table.column("ratings"), side["instruments"])
    keys: list[dict[str, Any]] = table.select(["customer", "at", "source", "id"]).to_pylist()
    found = [*_copies(table, keys), *_bursts(table, stars), *_against(table, stars)]
    return rows_table(
        [
            keys[place] | {"kind": kind, "score": score, "compared_with": other}
            for place, kind, score, other in found
        ],
        shapes.SUSPICIONS,
    )


def _copies(table: Any, keys: Sequence[Mapping[str, Any]]) -> Iterator[Sign]:
    """Each text nearly the same as another customer's, with the one most like it."""
    if find_spec("datasketch") is None:
        return
    texts = [text[:LONGEST] for text in table.column("text").to_pylist()]
    groups = same_words(texts)
    pairs = [(group, group, 1.0) for group in groups if len(group) > 1]
    for pair in near_duplicates([texts[group[0]] for group in groups]).to_pylist():
        one, another = groups[pair["first"]], groups[pair["second"]]
        pairs += [(one, another, pair["resemblance"]), (another, one, pair["resemblance"])]
    best: dict[int, tuple[float, int]] = {}
    for ones, others, alike in pairs:
        for place, other in _of_others(ones, others, keys):
            if alike > best.get(place, (0.0, 0))[0]:
                best[place] = alike, other
    for place, (alike, other) in best.items():
        yield place, COPY, alike, f"{keys[other]['source']}/{keys[other]['id']}"


def _of_others(
    ones: Sequence[int], others: Sequence[int], keys: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[int, int]]:
    """Each of `ones` with the first of `others` by another customer, where there is one."""
    firsts: dict[str, int] = {}
    for other in others:
        firsts.setdefault(keys[other]["customer"], other)
        if len(firsts) > 1:
            break
    for place in ones:
        for customer, other in firsts.items():
            if customer != keys[place]["customer"]:
                yield place, other
                break


def _bursts(table: Any, stars: Any) -> Iterator[Sign]:
    """Texts of a day on which more came to a touchpoint than chance brings, with other stars than else."""
    touchpoints = table.column("touchpoint").to_numpy(zero_copy_only=False).astype(str)
    days = pc.cast(pc.cast(table.column("at"), pa.timestamp("us", "UTC")), pa.int64()).to_numpy() // _DAY
    for touchpoint in np.unique(touchpoints):
        at = np.flatnonzero(touchpoints == touchpoint)
        for row in bursts(days[at], stars[at]).to_pylist():
            if row["alarm"]:
                day = str(np.datetime64(row["window"], "D"))
                for place in at[days[at] == row["window"]]:
                    yield int(place), BURST, 1.0 - row["expected"] / row["texts"], day


def _against(table: Any, stars: Any) -> Iterator[Sign]:
    """Texts whose words clearly say the opposite of the ratings beside them."""
    polarity = table.column("polarity").to_numpy(zero_copy_only=False)
    apart = against_stars(polarity, stars, lowest=0.0, highest=10.0)
    for place in np.flatnonzero(np.nan_to_num(apart) >= AGAINST):
        yield int(place), AGAINST_STARS, float(apart[place]), f"{stars[place]:.1f}"
