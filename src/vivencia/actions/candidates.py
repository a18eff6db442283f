"""What may be a finding: each function looks for one kind, in tables small enough to be held whole.

A candidate says its effect with the interval, what "nothing happening" would be, how many
experience points one customer concerned loses (or wins), and how many are concerned.
Whether it is called found, and where it ranks, is decided in `ranking`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import sqrt

from vivencia.actions.pillars import on_scale
from vivencia.actions.reading import Row
from vivencia.measure.normal import Z95
from vivencia.measure.rates import wilson
from vivencia.words.findings import FindingCode
from vivencia.words.shapes.journeys import ABANDONED, LOST, OPEN, REACHED, START

Tables = Mapping[str, list[Row]]

#: A gap, fall or difference smaller than this many points of 0–10 is not worth a line.
SMALLEST = 0.1
#: A promise broken no more often than this is kept, unless those it is broken to feel it.
TOLERATED, TOLERATED_WHERE_FELT = 0.05, 0.01
#: Points a broken promise costs where nobody said what it did to them.
UNKNOWN_DAMAGE = 1.0
#: Points a journey lost without its goal costs.
LOST_JOURNEY = 3.0
#: Leaving more often than elsewhere by less than this share is no difference worth a line.
MORE_LEAVE = 0.03
#: Where nearly every journey ends, leaving is what customers come for (closing an account).
THE_END = 0.95
#: Answers from fewer than this share of customers leave a touchpoint unheard.
HEARD = 0.05
#: A touchpoint with fewer customers than this is not missed.
MISSED_FROM = 30
#: What ignorance and a wrong self-image cost, in points: less than any real gap of their size.
DEAF, UNNAMED, SELF_IMAGE = 0.3, 0.1, 0.5
#: How many newest months are compared, with how many before them, and the least answers a side.
LENGTHS, BEFORE, ANSWERS_A_SIDE = (1, 2, 3, 6), 6, 20
#: Standard errors of an interval that is 95 % for all lengths together.
WIDER = 2.497705
#: Good news ranks behind a problem of the same size.
PRAISE = 0.5


@dataclass(frozen=True, slots=True)
class Candidate:
    """One thing that may be worth knowing; `bad` says which side of `nothing` is meant."""

    code: FindingCode
    value: float
    low: float
    high: float
    nothing: float
    n: int
    customers: int
    size: float
    touchpoint: str | None = None
    stage: str | None = None
    measure: str | None = None
    threshold: float | None = None
    fact: bool = False

    @property
    def z(self) -> float:
        """Distance from nothing in standard errors of the side that faces it; counted facts are certain."""
        if self.fact:
            return 10.0
        side = self.value - self.low if self.value > self.nothing else self.high - self.value
        return abs(self.value - self.nothing) * Z95 / max(side, 1e-9)


def every_candidate(tables: Tables, anonymity: int) -> list[Candidate]:
    """All kinds; nothing stands on fewer than `anonymity` customers."""
    kinds = (gaps, promises, efforts, weak_links, drop_offs, falls, mirrored, unheard, unnamed)
    found = [candidate for kind in kinds for candidate in kind(tables)]
    return [one for one in found if one.customers >= anonymity and one.n >= anonymity]


def gaps(tables: Tables) -> Iterator[Candidate]:
    """Lived under, or over, what was expected."""
    for row in _summaries(tables, "touchpoint"):
        gap = row["gap"]
        if gap is None or row["gap_low"] is None or abs(gap) < SMALLEST:
            continue
        code = FindingCode.GAP if gap < 0 else FindingCode.STRENGTH
        yield Candidate(
            code, gap, row["gap_low"], row["gap_high"], 0.0, row["rated"], row["customers"],
            size=abs(gap) * (1.0 if gap < 0 else PRAISE), touchpoint=row["key"],
        )  # fmt: skip


def promises(tables: Tables) -> Iterator[Candidate]:
    """A promise that is not kept: the share broken; the size is what those it was broken to lost."""
    for row in tables["promises_kept"]:
        if row["kept"] is None:
            continue
        kept, broken = row["experience_kept"], row["experience_broken"]
        known = kept is not None and broken is not None
        damage = max(kept - broken, 0.0) if known else UNKNOWN_DAMAGE
        felt = known and damage >= 0.5
        share = 1.0 - row["kept"]
        nothing = TOLERATED_WHERE_FELT if felt else TOLERATED
        if share <= nothing:
            continue
        yield Candidate(
            FindingCode.PROMISE_BROKEN, share, 1.0 - row["kept_high"], 1.0 - row["kept_low"], nothing,
            row["n"], max(1, round(share * row["customers"])), size=max(damage, SMALLEST),
            touchpoint=row["touchpoint"], measure=row["measure"], threshold=row["threshold"],
        )  # fmt: skip


def efforts(tables: Tables) -> Iterator[Candidate]:
    """Customers say it is hard: ease on 0–10, under the middle or under the company's own mean."""
    known = {row["instrument"]: row for row in tables["instruments"] if row["family"] == "ces"}
    asked = [row for row in tables["scores"] if row["statistic"] == "mean" and row["instrument"] in known]
    usual = {
        row["instrument"]: on_scale(row, known[row["instrument"]])[0]
        for row in asked
        if row["dimension"] == "all"
    }
    for row in asked:
        if row["dimension"] != "touchpoint":
            continue
        ease, low, high = on_scale(row, known[row["instrument"]])
        threshold = max(5.0, usual.get(row["instrument"], 5.0))
        if threshold - ease >= SMALLEST:
            yield Candidate(
                FindingCode.EFFORT, ease, low, high, threshold, row["n"], row["customers"],
                size=threshold - ease, touchpoint=row["key"], measure=row["instrument"], threshold=threshold,
            )  # fmt: skip


def weak_links(tables: Tables) -> Iterator[Candidate]:
    """The stage lived worst, against the others; it drags the whole down however good they are.

    A stage is the mean of its touchpoints' answers; what is said in public about the
    company is no stage of being its customer.
    """
    stages = _stages(tables)
    if len(stages) < 2:
        return
    weakest = min(stages, key=lambda key: stages[key].mean)
    worst, others = stages[weakest], [one for key, one in stages.items() if key != weakest]
    rated = sum(one.rated for one in others)
    mean = sum(one.rated * one.mean for one in others) / rated
    variance = sum((one.rated / rated) ** 2 * one.variance for one in others)
    difference = worst.mean - mean
    half = Z95 * sqrt(variance + worst.variance)
    if -difference >= SMALLEST:
        yield Candidate(
            FindingCode.WEAK_LINK, difference, difference - half, difference + half, 0.0,
            worst.rated, worst.customers, size=-difference, stage=weakest, touchpoint=worst.lowest,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Stage:
    mean: float
    variance: float
    rated: int
    customers: int
    lowest: str


def _stages(tables: Tables) -> dict[str, _Stage]:
    """Every stage with answers, from the touchpoints where customers meet the company."""
    said = {row["touchpoint"] for row in tables["perception_weights"] if row["reason"] == "statement"}
    stage_of = {row["touchpoint"]: row["stage"] for row in tables["touchpoints"]}
    inside: dict[str, list[Row]] = defaultdict(list)
    for row in _summaries(tables, "touchpoint"):
        if row["key"] in stage_of and row["key"] not in said and _known(row, "experience"):
            inside[stage_of[row["key"]]].append(row)
    found = {}
    for stage, rows in inside.items():
        rated = sum(row["rated"] for row in rows)
        found[stage] = _Stage(
            mean=sum(row["rated"] * row["experience"] for row in rows) / rated,
            variance=sum((row["rated"] / rated * _se(row, "experience")) ** 2 for row in rows),
            rated=rated,
            customers=max(row["customers"] for row in rows),
            lowest=min(rows, key=lambda row: float(row["experience_high"]))["key"],
        )
    return found


def drop_offs(tables: Tables) -> Iterator[Candidate]:
    """Where more journeys end without their goal than elsewhere; said only where goals are known."""
    leaving: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    people: dict[str, int] = defaultdict(int)
    for row in tables["transitions"]:
        if row["from_touchpoint"] != START and row["to_touchpoint"] != OPEN:
            lost = row["to_touchpoint"] in (ABANDONED, LOST)
            leaving[row["from_touchpoint"]]["lost" if lost else "on"] += row["count"]
            people[row["from_touchpoint"]] += row["customers"] if lost else 0
    if not any(row["to_touchpoint"] == REACHED for row in tables["transitions"]):
        return
    all_lost = sum(one["lost"] for one in leaving.values())
    usual = all_lost / max(1, sum(one["lost"] + one["on"] for one in leaving.values()))
    for touchpoint, counts in leaving.items():
        share, low, high = wilson(counts["lost"], counts["lost"] + counts["on"])
        if share - usual > MORE_LEAVE and share < THE_END:
            yield Candidate(
                FindingCode.DROP_OFF, share, low, high, usual, counts["lost"] + counts["on"],
                people[touchpoint], size=LOST_JOURNEY * (share - usual) / share,
                touchpoint=touchpoint, threshold=usual,
            )  # fmt: skip


def falls(tables: Tables) -> Iterator[Candidate]:
    """Worse in the newest months than in those before; the length that shows it best is taken.

    Several lengths are looked at, so the interval is made wider for it (Bonferroni).
    """
    months: dict[str, list[tuple[str, Row]]] = defaultdict(list)
    for row in _summaries(tables, "touchpoint_month"):
        touchpoint, _, month = row["key"].rpartition("|")
        if _known(row, "experience"):
            months[touchpoint].append((month, row))
    newest = max((month for rows in months.values() for month, _ in rows), default="")
    for touchpoint, dated in months.items():
        rows = [row for _, row in sorted(dated, key=lambda pair: pair[0])]
        if max(month for month, _ in dated) != newest:
            continue
        steps = [_step(rows[-length:], rows[:-length][-BEFORE:]) for length in LENGTHS]
        seen = [step for step in steps if step is not None]
        if not seen:
            continue
        change, se, answers, customers = min(seen, key=lambda step: step[0] / step[1])
        half = WIDER * se
        # The best of several lengths always looks like a fall: no hints here.
        if -change >= SMALLEST and change + half < 0:
            yield Candidate(
                FindingCode.FALLING, change, change - half, change + half, 0.0,
                answers, customers, size=-change, touchpoint=touchpoint,
            )  # fmt: skip


def _step(now: list[Row], before: list[Row]) -> tuple[float, float, int, int] | None:
    """Change of the mean answer with its standard error, answers and customers now; None on too few."""
    sides = []
    for rows in (now, before):
        answers = sum(row["rated"] for row in rows)
        if answers < ANSWERS_A_SIDE:
            return None
        mean = sum(row["rated"] * row["experience"] for row in rows) / answers
        variance = sum((row["rated"] / answers * _se(row, "experience")) ** 2 for row in rows)
        sides.append((mean, variance, answers))
    change = sides[0][0] - sides[1][0]
    se = sqrt(sides[0][1] + sides[1][1])
    return change, max(se, 1e-9), sides[0][2], max(row["customers"] for row in now)


def mirrored(tables: Tables) -> Iterator[Candidate]:
    """The company believes better of itself than its customers do.

    Concerned are the customers of the touchpoint, or all of them: never the answers, of which
    one customer may give many.
    """
    sides = [*_summaries(tables, "touchpoint"), *_summaries(tables, "all")]
    concerned = {row["key"]: int(row["customers"]) for row in sides}
    for row in tables["mirror"]:
        if row["difference"] >= SMALLEST:
            yield Candidate(
                FindingCode.DELIVERY_GAP, row["difference"], row["low"], row["high"], 0.0,
                row["customers_n"], concerned.get(row["touchpoint"], 0),
                size=SELF_IMAGE * row["difference"], touchpoint=row["touchpoint"] or None,
                measure=row["instrument"],
            )  # fmt: skip


def unheard(tables: Tables) -> Iterator[Candidate]:
    """Many customers come, and hardly any is asked or answers."""
    direct = {row["touchpoint"] for row in tables["touchpoints"] if row["contact"] == "direct"}
    for row in tables["listening"]:
        known = row["response"] is not None and row["customers"] >= MISSED_FROM
        if known and row["response"] < HEARD and row["touchpoint"] in direct:
            yield Candidate(
                FindingCode.NOT_HEARD, row["response"], row["response_low"], row["response_high"], HEARD,
                row["signals"], row["customers"], size=DEAF, touchpoint=row["touchpoint"], threshold=HEARD,
            )  # fmt: skip


def unnamed(tables: Tables) -> Iterator[Candidate]:
    """Signals at a touchpoint the catalogue lacks; a count, so nothing about it is unsure."""
    for row in tables["listening"]:
        if not row["catalogued"]:
            count = float(row["signals"])
            yield Candidate(
                FindingCode.UNCATALOGUED, count, count, count, 0.0, row["signals"], row["customers"],
                size=UNNAMED, touchpoint=row["touchpoint"], fact=True,
            )  # fmt: skip


def _summaries(tables: Tables, dimension: str) -> list[Row]:
    return [row for row in tables["summaries"] if row["dimension"] == dimension]


def _known(row: Row, name: str) -> bool:
    return row[name] is not None and row[f"{name}_low"] is not None and row["rated"] > 0


def _se(row: Row, name: str) -> float:
    return float(row[f"{name}_high"] - row[f"{name}_low"]) / (2 * Z95)
