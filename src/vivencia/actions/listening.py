"""Where the company listens and where it is deaf."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import numba
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vivencia.actions.reading import Row, to_table
from vivencia.measure.rates import wilson
from vivencia.plans import Fold, Plan, Step, read_queries
from vivencia.words.catalogue import UNCATALOGUED_STAGE
from vivencia.words.shapes.actions import LISTENING

#: By touchpoint: signals, customers, answers, customers who answered, and the last signal and answer
#: (microseconds since 1970; −1 for none).
Heard = dict[str, tuple[int, int, int, int, int, int]]


def listening_plan() -> Plan:
    """Reads `moments`, `signals` and `touchpoints`, gives `listening`: one row a touchpoint."""
    sql = read_queries("vivencia.actions", "listening.sql")
    return Plan(
        name="listening",
        nodes=(
            Step("words_said", sql["words_said"], reads=("signals",), order=("touchpoint", "lang")),
            Fold(
                LISTENING.name,
                start=heard_nothing,
                add=add_heard,
                merge=merge_heard,
                finish=finish_heard,
                reads="moments",
                columns=("customer", "at", "touchpoint", "rated", "overall"),
                writes=LISTENING,
                beside=("words_said", "touchpoints"),
                coded=True,
            ),
        ),
        gives=(LISTENING.name,),
    )


def heard_nothing(side: Mapping[str, Any]) -> Heard:  # noqa: ARG001 (the form of a fold)
    """No signals yet."""
    return {}


def add_heard(state: Heard, table: pa.Table, side: Mapping[str, Any]) -> Heard:  # noqa: ARG001
    """With the signals of these customers: how many came, how many answered, and when last."""
    if not table.num_rows:
        return state
    customer, touchpoint = (_one(table.column(name)) for name in ("customer", "touchpoint"))
    coded = touchpoint if pa.types.is_dictionary(touchpoint.type) else pc.dictionary_encode(touchpoint)
    names, code = coded.dictionary.to_pylist(), coded.indices.to_numpy(zero_copy_only=False)
    apart = pc.not_equal(customer[1:], customer[:-1]).to_numpy(zero_copy_only=False)
    at = _one(table.column("at")).cast(pa.timestamp("us", "UTC")).cast(pa.int64()).to_numpy()
    rated = pc.fill_null(_one(table.column("rated")), False)
    told = pc.or_(rated, pc.is_valid(_one(table.column("overall")))).to_numpy(zero_copy_only=False)
    rows = _counted(code, apart, at, told, len(names)).tolist()
    return merge_heard(state, {name: tuple(row) for name, row in zip(names, rows, strict=True) if row[0]})


@numba.njit(cache=True, nogil=True)
def _counted(code: Any, apart: Any, at: Any, told: Any, names: int) -> Any:
    """The numbers of `Heard`, a row a touchpoint; `apart` is where a row has another customer than before."""
    found = np.zeros((names, 6), np.int64)
    found[:, 4:] = -1
    person, signalled, answered = 0, np.full(names, -1), np.full(names, -1)
    for row in range(code.size):
        if row > 0 and apart[row - 1]:
            person += 1
        one = code[row]
        found[one, 0] += 1
        found[one, 4] = max(found[one, 4], at[row])
        if signalled[one] != person:
            signalled[one] = person
            found[one, 1] += 1
        if told[row]:
            found[one, 2] += 1
            found[one, 5] = max(found[one, 5], at[row])
            if answered[one] != person:
                answered[one] = person
                found[one, 3] += 1
    return found


def merge_heard(one: Heard, other: Heard) -> Heard:
    """Both."""
    merged = dict(one)
    for name, b in other.items():
        a = merged.get(name, (0, 0, 0, 0, -1, -1))
        merged[name] = (
            a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3], max(a[4], b[4]), max(a[5], b[5])
        )  # fmt: skip
    return merged


def finish_heard(state: Heard, side: Mapping[str, Any]) -> pa.Table:
    """The table `listening`."""
    heard = [
        {
            "touchpoint": name, "signals": signals, "customers": customers, "answers": answers,
            "answered": answered, "last_signal": _time(signal), "last_answer": _time(answer),
        }
        for name, (signals, customers, answers, answered, signal, answer) in sorted(state.items())
    ]  # fmt: skip
    beside = {name: table.to_pylist() for name, table in side.items()}
    return to_table(listening_rows(heard, beside), LISTENING)


def _one(column: Any) -> Any:
    """A column as one array."""
    if column.num_chunks == 1:
        return column.chunk(0)
    array = column.combine_chunks()
    return pa.concat_arrays(array.chunks) if isinstance(array, pa.ChunkedArray) else array


def _time(micros: int) -> datetime | None:
    return None if micros < 0 else datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)


def listening_rows(
    heard: list[Row],
    beside: Mapping[str, list[Row]],
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
