"""Where the company listens and where it is deaf."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from vivencia.actions.reading import Row, small_fold
from vivencia.measure.rates import wilson
from vivencia.plans import Plan, Step, read_queries
from vivencia.words.catalogue import UNCATALOGUED_STAGE
from vivencia.words.shapes.actions import LISTENING

_HEARD = ("touchpoint", "signals", "customers", "answers", "answered", "last_answer", "last_signal")


def listening_plan() -> Plan:
    """Reads `moments`, `signals` and `touchpoints`, gives `listening`: one row a touchpoint."""
    sql = read_queries("vivencia.actions", "listening.sql")
    return Plan(
        name="listening",
        nodes=(
            Step("heard", sql["heard"], reads=("moments",), order=("touchpoint",)),
            Step("words_said", sql["words_said"], reads=("signals",), order=("touchpoint", "lang")),
            small_fold(
                LISTENING,
                listening_rows,
                reads="heard",
                columns=_HEARD,
                order=("touchpoint",),
                beside=("words_said", "touchpoints"),
            ),
        ),
        gives=(LISTENING.name,),
    )


def listening_rows(
    heard: list[Row],
    beside: Mapping[str, list[Row]],
    settings: Mapping[str, Any],  # noqa: ARG001 (the form of a small fold)
) -> Iterator[Row]:
    """One row a touchpoint of the catalogue or of the signals."""
    words: dict[str, list[Row]] = defaultdict(list)
    for row in beside["words_said"]:
        words[row["touchpoint"]].append(row)
    catalogue = {row["touchpoint"]: row for row in beside["touchpoints"]}
    counts = {row["touchpoint"]: row for row in heard}
    newest = max((row["last_signal"] for row in heard), default=None)
    for key in sorted(catalogue.keys() | counts.keys()):
        yield _row(key, catalogue.get(key), counts.get(key), words[key], newest)


def _row(key: str, known: Row | None, count: Row | None, words: list[Row], newest: Any) -> Row:
    seen = count or dict.fromkeys(("signals", "customers", "answers", "answered"), 0)
    last = seen.get("last_answer")
    response = wilson(seen["answered"], seen["customers"]) if seen["customers"] else (None, None, None)
    by_use = sorted(words, key=lambda row: (-row["verbatims"], row["lang"]))
    return {
        "touchpoint": key,
        "stage": known["stage"] if known else UNCATALOGUED_STAGE,
        "department": known.get("department") if known else None,
        "catalogued": bool(known and known.get("catalogued", True)),
        "signals": seen["signals"],
        "customers": seen["customers"],
        "answers": seen["answers"],
        "answered": seen["answered"],
        "response": response[0],
        "response_low": response[1],
        "response_high": response[2],
        "last_answer": last,
        "silent_days": (newest - last).total_seconds() / 86400 if last is not None else None,
        "verbatims": sum(row["verbatims"] for row in words),
        "languages": ",".join(row["lang"] for row in by_use if row["lang"]) or None,
    }
