"""One live update and the room of ten million states, beside their limits in the same run.

    python -m benchmarks.live [--updates 20000] [--customers 200000] [--json]

An update is one event of a busy company (three in ten rated, six in ten with a measure, one
covariate, episodes on) on a state in memory: no reading, no writing. Its limit is what any
update must do at least: copy the state and set a number of it. Times are CPU seconds of this
thread, the best of five runs, and the bytes are counted of what is stored.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.kernel import DAY, INDIRECT, TOUCHPOINTS, parameters
from vivencia.house.moving import kept_of
from vivencia.perceptions.live import Happening, Live, Standing
from vivencia.perceptions.plan import STATE_COLUMNS
from vivencia.store.live import LiveBook

MOST_MICROSECONDS, MOST_BYTES, MANY = 50.0, 1.5e9, 10_000_000
RUNS = 5


def company() -> Live:
    """The parameters of the kernel's benchmark with a covariate and episodes of half an hour."""
    p = parameters()
    return Live(
        p.with_(context=("market",), gamma=np.array([0.3]), context_centre=np.zeros(1), episode_s=1800.0)
    )


def made_up(many: int, seed: int = 1) -> list[Happening]:
    """Events of one customer after another, in order of time."""
    rng = np.random.default_rng(seed)
    at = np.sort(rng.integers(0, 730 * DAY, many))
    touchpoint = rng.integers(0, len(TOUCHPOINTS), many)
    rated, measured = rng.random(many) < 0.3, rng.random(many) < 0.6
    answer, measure, around = rng.integers(1, 6, many), rng.standard_normal(many), rng.standard_normal(many)
    return [
        Happening(
            int(at[i]), ("source", f"{i:08d}"), TOUCHPOINTS[touchpoint[i]],
            bool(touchpoint[i] < INDIRECT), False,
            (("wait_s", float(measure[i])),) if measured[i] else (),
            (("csat5", float(answer[i])),) if rated[i] else (),
            0.3 if touchpoint[i] < INDIRECT else np.nan, (float(around[i]),), None,
        )
        for i in range(many)
    ]  # fmt: skip


def best(run: Callable[[], object]) -> float:
    """CPU seconds of this thread in the fastest of several runs."""
    found = []
    for _ in range(RUNS):
        started = time.thread_time()
        run()
        found.append(time.thread_time() - started)
    return min(found)


def speed(updates: int) -> dict[str, float]:
    """Microseconds an update, and of the bare copy of a state."""
    live, told = company(), made_up(updates)

    def update() -> Standing:
        standing = live.fresh()
        for one in told:
            standing = live.step(standing, one)
        return standing

    bare = live.fresh().numbers

    def copy() -> None:
        state = bare
        for one in told:
            state = state.copy()
            state[0] = one.at

    live.step(live.fresh(), told[0])
    per = 1e6 / updates
    return {"update_us": best(update) * per, "copy_us": best(copy) * per}


def room(customers: int) -> dict[str, float]:
    """Bytes a state: as arrays, as the table `states` in Parquet, and in the book of live states."""
    live, told = company(), made_up(64)
    rng = np.random.default_rng(3)
    standing = live.fresh()
    for one in told:
        standing = live.step(standing, one)
    numbers = standing.numbers[:9] * rng.uniform(0.9, 1.1, (customers, 9))
    at = np.sort(rng.integers(0, 730 * DAY, customers))
    n = rng.integers(1, 40, customers)
    keys = [f"c-{i:08d}" for i in range(customers)]
    arrays = numbers.nbytes + at.nbytes + n.nbytes
    with tempfile.TemporaryDirectory() as folder:
        table = pa.table(
            {"customer": keys, "at": at, "n": n}
            | {name: numbers[:, slot] for slot, name in enumerate(STATE_COLUMNS)}
        )
        pq.write_table(table, Path(folder) / "states.parquet")
        parquet = (Path(folder) / "states.parquet").stat().st_size
        book = LiveBook(Path(folder) / "1.sqlite", new=True)
        state = np.zeros(31)
        with book.writing():
            for i, key in enumerate(keys):
                state[:9], state[9] = numbers[i], n[i]
                book.fill([(key, kept_of(Standing(state, int(at[i])), int(n[i]), live))])
        book.close()
        kept = (Path(folder) / "1.sqlite").stat().st_size
    return {
        "array_bytes": arrays / customers,
        "parquet_bytes": parquet / customers,
        "book_bytes": kept / customers,
    }


def main() -> None:
    """Print a table with verdicts, or JSON."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--updates", type=int, default=20_000)
    asked.add_argument("--customers", type=int, default=200_000)
    asked.add_argument("--json", action="store_true")
    options = asked.parse_args()
    found = speed(options.updates) | room(options.customers)
    if options.json:
        print(json.dumps(found))
        return
    update, bare = found["update_us"], found["copy_us"]
    print(f"{options.updates:,} live updates, one core, best of {RUNS}")
    print(f"  one update, without reading or writing       {update:8.2f} µs")
    print(f"  limit: copying the state in NumPy            {bare:8.2f} µs ({update / bare:.1f} ×)")
    print(f"  {_verdict(update < MOST_MICROSECONDS)}: goal < {MOST_MICROSECONDS:g} µs")
    print(f"{MANY:,} states, from {options.customers:,}")
    for name, label in (
        ("array_bytes", "limit: the numbers alone, as arrays"),
        ("parquet_bytes", "the table states, Parquet"),
        ("book_bytes", "the book of live states"),
    ):
        whole = found[name] * MANY
        print(f"  {label:<44} {found[name]:8.1f} bytes a state, {whole / 1e9:.2f} GB")
    fits = max(found["array_bytes"], found["book_bytes"]) * MANY <= MOST_BYTES
    print(f"  {_verdict(fits)}: goal ≤ {MOST_BYTES / 1e9:g} GB; every 20 events of a customer add a snapshot")


def _verdict(held: bool) -> str:
    return "held" if held else "NOT HELD"


if __name__ == "__main__":
    main()
