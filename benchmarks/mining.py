"""Journey mining beside pm4py, and beside the bare sort-and-scan of the same columns.

    python benchmarks/mining.py [--events 250000] [--signals 10000000] [--rival PYTHON] [--json]

Two parts. A log of `--events` events goes from an XES file to transitions with times, starts,
ends, variants and durations, in fresh processes, ours and pm4py's taking turns; their counts
must agree. The whole process counts, the loading of the libraries included; beside it stands
the same work in a process that has done it once on a small log. Then `--signals` events in a
DuckDB file are mined (steps, journeys, transitions, flows, variants, drop-offs, goals), beside
DuckDB sorting and scanning the columns that are read. Everything is told in seconds by the
clock and in processor seconds, which a busy machine does not distort. `--rival` is the Python
in which pm4py is installed (dependency group `bench`); pm4py is a rival to measure, never a
part of Vivencia.
"""

import argparse
import json
import random
import resource
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
from vivencia.journeys import mine_log

def mine(file):
    mined = mine_log(pa.concat_tables(open_file(file).batches(), promote_options="default"))
    start = pc.equal(mined.transitions["from_touchpoint"], "START")
    end = pc.equal(mined.transitions["to_touchpoint"], "OPEN")
    moves = mined.transitions.filter(pc.invert(pc.or_(start, end)))
    return [
        pc.sum(moves["count"]).as_py(), moves.num_rows, mined.variants.num_rows,
        pc.sum(start).as_py(), pc.sum(end).as_py(),
        round(float(np.median(mined.cases["duration_s"].to_numpy()))),
        round(pc.sum(moves["median_s"]).as_py()),
    ]
"""
THEIRS = """
import json, statistics, sys
import pm4py
def mine(file):
    log = pm4py.read_xes(file)
    edges, starts, ends = pm4py.discover_dfg(log)
    times, _, _ = pm4py.discover_performance_dfg(log)
    variants = pm4py.get_variants(log)
    durations = pm4py.get_all_case_durations(log)
    return [
        sum(edges.values()), len(edges), len(variants), len(starts), len(ends),
        round(statistics.median(durations)), round(sum(one["median"] for one in times.values())),
    ]
"""
#: What both run: a small log first, so that the second number is of programs already loaded.
BOTH = """
import time
mine(sys.argv[2])
begun, busy = time.perf_counter(), time.process_time()
counted = mine(sys.argv[1])
print(json.dumps([time.perf_counter() - begun, time.process_time() - busy, counted]))
"""
#: The same in a process that does nothing else: loading the program counts.
ALONE = """
print(json.dumps(mine(sys.argv[1])))
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


def fresh(python: str, code: str, log: Path, small: Path) -> tuple[dict[str, float], Any]:
    """Seconds, and processor seconds, of a fresh process and with all loaded; and what was counted."""
    begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([python, "-c", code + ALONE, str(log)], capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = {
        "whole": time.perf_counter() - begun,
        "whole_cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
    }
    done = subprocess.run(
        [python, "-c", code + BOTH, str(log), str(small)], capture_output=True, text=True, check=True
    )
    found["loaded"], found["loaded_cpu"], counted = json.loads(done.stdout.splitlines()[-1])
    return found, counted


def log_part(events: int, rival: str, rounds: int) -> dict[str, Any]:
    """Seconds from an XES file to counts, variants and durations, ours and pm4py's."""
    with tempfile.TemporaryDirectory() as folder:
        log, small = Path(folder) / "log.xes", Path(folder) / "small.xes"
        make_log(log, events)
        make_log(small, min(events, 30_000))
        # Once as an installation does: kernels are compiled, the libraries' byte code is written.
        fresh(sys.executable, OURS, small, small)
        fresh(rival, THEIRS, small, small)
        ours, theirs = [], []
        for _ in range(rounds):
            ours.append(fresh(sys.executable, OURS, log, small))
            theirs.append(fresh(rival, THEIRS, log, small))
    if ours[0][1] != theirs[0][1]:
        raise SystemExit(f"the counts differ: ours {ours[0][1]}, pm4py's {theirs[0][1]}")
    found: dict[str, Any] = {"events": events, "goal": GOAL_LOG}
    for name in ours[0][0]:
        mine, its = (min(one[0][name] for one in runs) for runs in (ours, theirs))
        found[name] = {"ours_s": mine, "pm4py_s": its, "ratio": its / mine}
    return found


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
            begun, busy = time.perf_counter(), time.process_time()
            bare.execute('CREATE TABLE sorted AS SELECT * FROM unsorted ORDER BY customer, "at", source, id')
            scanned = ", ".join(f'max("{name}")' for name in READ_COLUMNS)
            bare.execute(f"SELECT {scanned} FROM sorted").fetchall()
            limit, limit_cpu = time.perf_counter() - begun, time.process_time() - busy
            bare.execute("DROP TABLE sorted")
            bare.execute("DROP TABLE unsorted")
        parts: dict[str, float] = {}
        with EmbeddedEngine(file) as engine:
            begun, busy = time.perf_counter(), time.process_time()
            engine.run(journeys_plan(), watch=lambda ran: parts.update({ran.node: ran.seconds}))
            mined, mined_cpu = time.perf_counter() - begun, time.process_time() - busy
    return {
        "signals": signals,
        "mined_s": mined,
        "limit_s": limit,
        "ratio": mined / limit,
        "mined_cpu_s": mined_cpu,
        "limit_cpu_s": limit_cpu,
        "ratio_cpu": mined_cpu / limit_cpu,
        "goal": GOAL_SORT,
        "parts": parts,
    }


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
        print(f"{log['events']:,} events from XES to transitions, variants and durations")
        for name, label in (
            ("whole", "libraries loaded first"), ("whole_cpu", "the same, processor"),
            ("loaded", "programs already loaded"), ("loaded_cpu", "the same, processor"),
        ):  # fmt: skip
            one = log[name]
            print(
                f"  {label:<26}{one['ours_s']:7.2f} s, pm4py {one['pm4py_s']:6.2f} s: "
                f"{one['ratio']:5.1f} times faster, goal {log['goal']:.0f}: "
                f"{_verdict(one['ratio'] >= log['goal'])}"
            )
    if mined := found.get("signals"):
        print(f"{mined['signals']:,} signals mined, beside the bare sort-and-scan")
        for end, label in (("", "by the clock"), ("_cpu", "processor")):
            ratio = mined[f"ratio{end}"]
            print(
                f"  {label:<26}{mined[f'mined{end}_s']:7.2f} s, bare {mined[f'limit{end}_s']:7.2f} s: "
                f"{ratio:.2f} times it, goal {mined['goal']:.0f}: {_verdict(ratio <= mined['goal'])}"
            )
        for node, seconds in mined["parts"].items():
            print(f"    {node:<24}{seconds:7.2f} s")


def _verdict(reached: bool) -> str:
    return "reached" if reached else "NOT reached"


if __name__ == "__main__":
    main()
