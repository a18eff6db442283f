"""The whole way at several sizes: making, taking in and analysing signals, beside their limits.

    python -m benchmarks.analyse [--sizes 1e6,1e7] [--json] [--keep FOLDER]

Every part runs in a fresh process, so its peak memory is its own; compiled kernels come from
the cache on disk, as on any day but the first. The limits are measured in the same run:
DuckDB sorting and scanning the columns that the analyses read, under the same memory limit;
Arrow writing the same batches to Parquet.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import pyarrow as pa

#: The goals: times the bare sort-and-scan, gibibytes, signals made in so many seconds a 10 million.
GOAL_RATIO, GOAL_GIB, GOAL_MAKING = 3.0, 4.0, 120.0
SIZES = (1_000_000, 10_000_000)
BATCH = 250_000
SEED = 7
#: Fewer than a customer of the retail world leaves behind, so that there are always enough.
SIGNALS_A_CUSTOMER = 20
#: Enough to compile every kernel.
WARM = 20_000

#: What leads from sorted signals to findings; the rest of the way reads texts, or stands beside this.
SPINE = (
    "parameters", "perceptions", "journeys", "perception_weights", "progression_weights", "chains",
    "weights", "listening", "mirror", "findings",
)  # fmt: skip

Found = dict[str, Any]


def signals(count: int) -> Iterator[pa.Table]:
    """Exactly so many signals of the retail world, in batches."""
    from vivencia.worlds import retail

    left = count
    for table in retail(count // SIGNALS_A_CUSTOMER + 1, SEED, batch_rows=BATCH).signals:
        yield table.slice(0, left)
        left -= table.num_rows
        if left <= 0:
            return
    raise ValueError(f"the world has {left} signals too few")


def take(folder: Path, count: int) -> Found:
    """Seconds to make the signals, to take them in batch after batch, and for Arrow to write the same."""
    import pyarrow.parquet as pq
    import tomli_w

    from vivencia.house.workspace import Workspace
    from vivencia.worlds import retail

    place = Workspace.create_from(folder / "company", tomli_w.dumps(retail(1).catalogue))
    for _ in islice(signals(WARM), 1):  # compiles nothing any more, but loads what was compiled
        pass
    making = taking = writing = 0.0
    begun = perf_counter()
    for number, table in enumerate(signals(count)):
        started = perf_counter()
        place.append(table)
        between = perf_counter()
        pq.write_table(table, folder / f"bare-{number}.parquet", compression="zstd")
        making, taking = making + started - begun, taking + between - started
        begun = perf_counter()
        writing += begun - between
        (folder / f"bare-{number}.parquet").unlink()
    place.store.add_links(retail(count // SIGNALS_A_CUSTOMER + 1, SEED).links)
    return {"seconds": taking, "making": making, "limit": writing, "rows": place.count_signals()}


def sort(folder: Path, count: int) -> Found:
    """The bare limit: DuckDB sorts and scans the columns that the analyses read."""
    del count
    import vivencia
    from vivencia.house.bench import sort_and_scan

    files = vivencia.open(folder / "company").store.segments()
    return {"seconds": sort_and_scan(files)}


def analyse(folder: Path, count: int) -> Found:
    """Everything that ships, from signals to findings, with the seconds of each analysis."""
    del count
    import vivencia

    place = vivencia.open(folder / "company")
    started = perf_counter()
    done = place.analyse(everything=True)
    seconds = perf_counter() - started
    return {"seconds": seconds, "parts": {one.name: one.seconds for one in done.analyses}}


def spine(folder: Path, count: int) -> Found:
    """From signals to findings, no text read: events, perceptions, journeys, weights, findings."""
    del count
    import vivencia
    from vivencia.house.analysing import analyse as run
    from vivencia.house.company_way import company_way
    from vivencia.house.way import Analysis
    from vivencia.signals import events_plan

    place = vivencia.open(folder / "company")
    shipped = {one.name: one for one in company_way(place.catalogue)}
    way = [Analysis("events", "signals", events_plan()), *(shipped[name] for name in SPINE)]
    started = perf_counter()
    done = run(place, everything=True, way=way)
    return {
        "seconds": perf_counter() - started,
        "parts": {one.name: one.seconds for one in done.analyses},
    }


PARTS: dict[str, Callable[[Path, int], Found]] = {
    "take": take,
    "sort": sort,
    "spine": spine,
    "analyse": analyse,
}


def fresh(part: str, folder: Path, count: int) -> Found:
    """One part in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.analyse", "--part", part, "--folder", str(folder)]
    done = subprocess.run(
        [*command, "--sizes", str(count)], check=True, stdout=subprocess.PIPE, text=True, cwd=_root()
    )
    found: Found = json.loads(done.stdout.splitlines()[-1])
    return found


def _root() -> Path:
    return Path(__file__).resolve().parents[1]


def measured(count: int, keep: Path | None) -> Found:
    """Every part at one size; the better of two runs of the limit counts, so that it is not flattered."""
    with tempfile.TemporaryDirectory(prefix="vivencia-bench-", dir=keep) as name:
        folder = Path(name)
        found = {part: fresh(part, folder, count) for part in PARTS}
        again = fresh("sort", folder, count)
        found["sort"]["seconds"] = min(found["sort"]["seconds"], again["seconds"])
    return {
        "signals": count,
        "parts": found,
        "spine": found["spine"]["seconds"] / found["sort"]["seconds"],
        "ratio": found["analyse"]["seconds"] / found["sort"]["seconds"],
        "gib": found["analyse"]["peak_mib"] / 1024,
    }


def warm() -> None:
    """Compile every kernel once, so that the cache on disk is full."""
    with tempfile.TemporaryDirectory(prefix="vivencia-bench-") as name:
        for part in ("take", "analyse"):
            fresh(part, Path(name), WARM)


def show(one: Found) -> Iterator[str]:
    """One size as a table, with what was to be reached."""
    count, parts = one["signals"], one["parts"]
    sorting = parts["sort"]["seconds"]
    writing = parts["take"]["limit"]
    yield f"\n{count:,} signals                   seconds  signals/s   times its limit   peak MiB"

    def line(label: str, part: str, limit: float | None, what: str = "seconds") -> str:
        seconds = parts[part][what]
        times = f"{seconds / limit:.1f}" if limit else "–"
        return (
            f"  {label:<32}{seconds:8.1f}{count / seconds:11,.0f}{times:>18}{parts[part]['peak_mib']:11,.0f}"
        )

    yield line("making them", "take", None, "making")
    yield line("taking them in, each batch safe", "take", writing)
    yield f"  {'  limit: Arrow writing Parquet':<32}{writing:8.1f}{count / writing:11,.0f}"
    yield line("signals to findings, no texts", "spine", sorting)
    yield line("everything that ships", "analyse", sorting)
    yield line("  limit: DuckDB sorts and scans", "sort", None)
    yield "  of everything (some beside each other): " + ", ".join(
        f"{name} {s:.1f} s" for name, s in parts["analyse"]["parts"].items()
    )
    bare = parts["sort"]["cpu"]
    for label, part in (("signals to findings", "spine"), ("everything", "analyse")):
        busy = parts[part]["cpu"]
        yield f"  processor seconds: {label} {busy:.1f}, limit {bare:.1f}: {busy / bare:.1f} times its limit"
    yield _verdict("signals to findings", one["spine"], GOAL_RATIO, "× sort-and-scan")
    yield _verdict("everything that ships", one["ratio"], GOAL_RATIO, "× sort-and-scan")
    yield _verdict("peak memory", one["gib"], GOAL_GIB, "GiB")
    yield _verdict("making 10 million", parts["take"]["making"] * 1e7 / count, GOAL_MAKING, "s")


def _verdict(what: str, found: float, goal: float, unit: str) -> str:
    reached = "reached" if found <= goal else "NOT reached"
    return f"  {what}: {found:.1f} {unit}, goal {goal:g}: {reached}"


def main() -> None:
    """Print tables, or JSON; or run one part, for the process that asked."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument(
        "--sizes", default=",".join(str(size) for size in SIZES), help="such as 1e5 or 1e6,1e7"
    )
    asked.add_argument("--json", action="store_true")
    asked.add_argument("--keep", type=Path, help="a folder with room for the signals (default: the system's)")
    asked.add_argument("--part", choices=sorted(PARTS), help=argparse.SUPPRESS)
    asked.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = asked.parse_args()
    sizes = [int(float(size)) for size in options.sizes.split(",")]
    if options.part:
        found = PARTS[options.part](options.folder, sizes[0])
        found["cpu"] = process_time()
        found["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(found))
        return
    warm()
    every = []
    for size in sizes:
        every.append(measured(size, options.keep))
        if not options.json:
            print("\n".join(show(every[-1])), flush=True)
    if options.json:
        print(json.dumps(every))


if __name__ == "__main__":
    main()
