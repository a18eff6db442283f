"""Journey mining beside pm4py, and beside the bare sort-and-scan of the same columns.

    python benchmarks/mining.py [--events 250000] [--signals 10000000] [--rival PYTHON] [--json]

Two parts. A log of `--events` events goes from an XES file to transitions with times,
variants and durations, in fresh processes, ours and pm4py's taking turns; their counts must
agree. Then `--signals` events in a DuckDB file are mined (steps, journeys, transitions,
flows, variants, drop-offs, goals), beside DuckDB sorting and scanning the columns that are
read. `--rival` is the Python in which pm4py is installed (dependency group `bench`); pm4py is
a rival to measure, never a part of Vivencia.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

#: Times faster than pm4py, import included; times the bare sort-and-scan.
GOAL_LOG, GOAL_SORT = 20.0, 2.0

OURS = """
import json, sys
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from vivencia.connectors import open_file
from vivencia.engines.embedded import EmbeddedEngine
from vivencia.journeys import journeys_plan

def mine(file):
    log = pa.concat_tables(open_file(file).batches(), promote_options="default")
    n = log.num_rows
    text = pa.nulls(n, pa.string())
    columns = {
        "customer": log["case:concept:name"],
        "at": log["time:timestamp"].cast(pa.timestamp("us", "UTC")),
        "source": pa.repeat("log", n), "id": pc.utf8_lpad(pa.array(np.arange(n)).cast("string"), 12, "0"),
        "kind": pa.repeat("interaction", n), "touchpoint": log["concept:name"], "stage": pa.repeat("use", n),
        "channel": text, "contact": pa.repeat("direct", n), "place": text, "goal": text,
        "reached": pa.nulls(n, pa.bool_()), "outcome": text, "segment": text, "account": text,
    }
    with EmbeddedEngine() as engine:
        engine.give("events", pa.table(columns))
        engine.run(journeys_plan(gap_days=None))
        moves = engine.table("transitions").to_pylist()
        inner = [m for m in moves if m["from_touchpoint"] != "START" and m["to_touchpoint"] != "OPEN"]
        median = engine.table("goals").to_pylist()[0]["median_s"]
        variants = engine.rows("variants")
    return [sum(m["count"] for m in inner), len(inner), variants, round(median)]
"""
THEIRS = """
import json, statistics, sys
import pm4py
def mine(file):
    log = pm4py.read_xes(file)
    edges, _, _ = pm4py.discover_dfg(log)
    times, _, _ = pm4py.discover_performance_dfg(log)
    variants = pm4py.get_variants(log)
    durations = pm4py.get_all_case_durations(log)
    return [sum(edges.values()), len(edges), len(variants), round(statistics.median(durations))]
"""
#: What both run: a small log first, so that the second number is of programs already loaded.
BOTH = """
import time
mine(sys.argv[2])
begun = time.perf_counter()
counted = mine(sys.argv[1])
print(json.dumps([time.perf_counter() - begun, counted]))
"""
#: The same in a process that does nothing else: loading the program counts.
ALONE = """
print(json.dumps([0.0, mine(sys.argv[1])]))
"""


def make_log(path: Path, events: int, seed: int = 11) -> None:
    """An event log of about ten events a case, three attributes an event."""
    chance = random.Random(seed)  # noqa: S311 - a made-up log
    start = datetime(2025, 1, 1, tzinfo=UTC)
    with path.open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1.0">\n')
        left, case = events, 0
        while left:
            length = min(left, chance.randint(4, 16))
            at = start + timedelta(minutes=chance.randint(0, 500_000))
            file.write(f'  <trace>\n    <string key="concept:name" value="case {case:06d}"/>\n')
            for step in range(length):
                at += timedelta(seconds=1 + chance.expovariate(1 / 7_200))
                activity = min(step, 9) if chance.random() < 0.8 else chance.randint(1, 25)
                file.write(
                    f'    <event>\n      <string key="concept:name" value="activity {activity}"/>\n'
                    f'      <string key="org:resource" value="Resource {chance.randint(1, 80)}"/>\n'
                    f'      <date key="time:timestamp" value="{at.isoformat(timespec="milliseconds")}"/>\n'
                    "    </event>\n"
                )
            file.write("  </trace>\n")
            left, case = left - length, case + 1
        file.write("</log>\n")


def fresh(python: str, code: str, log: Path, small: Path) -> tuple[float, float, Any]:
    """Seconds of a fresh process that mines the log; of mining with all loaded; what it counted."""
    begun = time.perf_counter()
    subprocess.run([python, "-c", code + ALONE, str(log)], capture_output=True, text=True, check=True)
    whole = time.perf_counter() - begun
    done = subprocess.run(
        [python, "-c", code + BOTH, str(log), str(small)], capture_output=True, text=True, check=True
    )
    loaded, counted = json.loads(done.stdout.splitlines()[-1])
    return whole, loaded, counted


def log_part(events: int, rival: str, rounds: int) -> dict[str, Any]:
    """Seconds from an XES file to counts, variants and durations, ours and pm4py's."""
    with tempfile.TemporaryDirectory() as folder:
        log, small = Path(folder) / "log.xes", Path(folder) / "small.xes"
        make_log(log, events)
        make_log(small, min(events, 30_000))
        fresh(sys.executable, OURS, small, small)  # compiles the kernels once, as an installation does
        ours, theirs = [], []
        for _ in range(rounds):
            ours.append(fresh(sys.executable, OURS, log, small))
            theirs.append(fresh(rival, THEIRS, log, small))
    if ours[0][2] != theirs[0][2]:
        raise SystemExit(f"the counts differ: ours {ours[0][2]}, pm4py's {theirs[0][2]}")
    whole, loaded = ((min(one[at] for one in ours), min(one[at] for one in theirs)) for at in (0, 1))
    return {
        "events": events,
        "ours_s": whole[0],
        "pm4py_s": whole[1],
        "ratio": whole[1] / whole[0],
        "loaded_ours_s": loaded[0],
        "loaded_pm4py_s": loaded[1],
        "loaded_ratio": loaded[1] / loaded[0],
        "goal": GOAL_LOG,
    }


SIGNALS = """
SELECT customer, "at", source, id, kind, touchpoint, 'stage ' || ascii(touchpoint) % 7 AS stage,
  'web' AS channel, 'direct' AS contact, place, CAST(NULL AS VARCHAR) AS goal,
  CAST(NULL AS BOOLEAN) AS reached, CAST(NULL AS VARCHAR) AS outcome,
  CAST(NULL AS VARCHAR) AS segment, CAST(NULL AS VARCHAR) AS account
FROM (
  SELECT
    'c' || lpad(CAST(CAST(floor({customers} * pow(random(), 1.6)) AS BIGINT) AS VARCHAR), 8, '0') AS customer,
    make_timestamptz(1700000000000000 + CAST(floor(random() * 63072000000000) AS BIGINT)) AS "at",
    'bench' AS source, lpad(CAST(i AS VARCHAR), 9, '0') AS id,
    CASE WHEN random() < 0.05 THEN 'purchase' WHEN random() < 0.1 THEN 'survey'
      ELSE 'interaction' END AS kind,
    chr(97 + CAST(floor(25 * pow(random(), 1.5)) AS INT)) || ' touchpoint' AS touchpoint,
    CASE WHEN random() < 0.3 THEN 'page:/' || CAST(CAST(floor(random() * 40) AS INT) AS VARCHAR) END AS place
  FROM range({signals}) AS t(i)
)
"""


def signals_part(signals: int) -> dict[str, Any]:
    """Seconds to mine so many signals in a file, and to sort and scan the columns that are read."""
    import duckdb

    from vivencia.engines.embedded import EmbeddedEngine
    from vivencia.journeys import journeys_plan
    from vivencia.journeys.steps import READ_COLUMNS
    from vivencia.plans import Plan, Step

    columns = ", ".join(f'"{name}"' for name in READ_COLUMNS)
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "signals.duckdb")
        made = SIGNALS.format(signals=signals, customers=signals // 10)
        with EmbeddedEngine(file) as engine:
            engine.run(
                Plan(
                    "made", (Step("events", made, (), order=("customer", "at", "source", "id")),), ("events",)
                )
            )
        with duckdb.connect(file) as bare:
            bare.execute(f"CREATE TABLE unsorted AS SELECT {columns} FROM events ORDER BY hash(id)")
            bare.execute("SET memory_limit = '2GB'")
            begun = time.perf_counter()
            bare.execute('CREATE TABLE sorted AS SELECT * FROM unsorted ORDER BY customer, "at", source, id')
            scanned = ", ".join(f'max("{name}")' for name in READ_COLUMNS)
            bare.execute(f"SELECT {scanned} FROM sorted").fetchall()
            limit = time.perf_counter() - begun
            bare.execute("DROP TABLE sorted")
            bare.execute("DROP TABLE unsorted")
        parts: dict[str, float] = {}
        with EmbeddedEngine(file) as engine:
            begun = time.perf_counter()
            engine.run(journeys_plan(), watch=lambda ran: parts.update({ran.node: ran.seconds}))
            mined = time.perf_counter() - begun
    return {
        "signals": signals,
        "mined_s": mined,
        "limit_s": limit,
        "ratio": mined / limit,
        "goal": GOAL_SORT,
    } | {"parts": parts}


def main() -> None:
    """Run both parts and print them."""
    reader = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    reader.add_argument("--events", type=int, default=250_000)
    reader.add_argument("--signals", type=int, default=10_000_000)
    reader.add_argument("--rounds", type=int, default=2)
    reader.add_argument("--rival", default=sys.executable)
    reader.add_argument("--json", action="store_true")
    given = reader.parse_args()
    found = {}
    if given.events:
        found["log"] = log_part(given.events, given.rival, given.rounds)
    if given.signals:
        found["signals"] = signals_part(given.signals)
    if given.json:
        print(json.dumps(found, indent=1))
        return
    if log := found.get("log"):
        print(
            f"{log['events']:,} events from XES to counts: {log['ours_s']:.2f} s, "
            f"pm4py {log['pm4py_s']:.2f} s: {log['ratio']:.1f} times faster (goal {log['goal']:.0f})\n"
            f"  with both programs loaded: {log['loaded_ours_s']:.2f} s, "
            f"pm4py {log['loaded_pm4py_s']:.2f} s: {log['loaded_ratio']:.1f} times faster"
        )
    if mined := found.get("signals"):
        print(
            f"{mined['signals']:,} signals mined: {mined['mined_s']:.1f} s, bare sort-and-scan "
            f"{mined['limit_s']:.1f} s: {mined['ratio']:.2f} times it (goal {mined['goal']:.0f})"
        )
        for node, seconds in mined["parts"].items():
            print(f"  {node:<16}{seconds:8.2f} s")


if __name__ == "__main__":
    main()
