"""XES import beside pm4py: a log of 250,000 events, whole runs in fresh processes, the file in the cache.

    python benchmarks/xes.py [--events 250000] [--rounds 3] [--json]

Needs the dependency group `bench` (pm4py is a rival to measure, never a part of Vivencia).
Each run starts Python, imports the library, reads the log into a table in memory and prints
its events, cases and kinds of event, which must agree. The runs take turns, and the best of
each counts.
"""

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

#: The goal: this many times faster than pm4py.
GOAL = 10.0

OURS = """
import sys, pyarrow as pa
from vivencia.connectors import open_file
whole = pa.concat_tables(open_file(sys.argv[1]).batches(), promote_options="default")
print(whole.num_rows, len(whole["case:concept:name"].unique()), len(whole["concept:name"].unique()))
"""
THEIRS = """
import sys, pm4py
log = pm4py.read_xes(sys.argv[1])
print(len(log), log["case:concept:name"].nunique(), log["concept:name"].nunique())
"""


def make_log(path: Path, events: int, seed: int = 11) -> None:
    """An event log of about ten events a case, six attributes an event, three a case."""
    random_source = random.Random(seed)  # noqa: S311 -- a made-up log
    start = datetime(2025, 1, 1, tzinfo=UTC)
    with path.open("w", encoding="utf-8") as file:
        file.write("<?xml version='1.0' encoding='UTF-8'?>\n<log xes.version=\"1.0\">\n")
        left, case = events, 0
        while left:
            length = min(left, random_source.randint(4, 16))
            at = start + timedelta(minutes=random_source.randint(0, 500_000))
            file.write(f'  <trace>\n    <string key="concept:name" value="case {case}"/>\n')
            file.write(
                f'    <string key="channel" value="{random_source.choice(("web", "store", "phone"))}"/>\n'
            )
            file.write(f'    <float key="amount" value="{random_source.uniform(1, 900):.2f}"/>\n')
            for _ in range(length):
                at += timedelta(seconds=random_source.expovariate(1 / 7_200))
                file.write(_event(at, random_source))
            file.write("  </trace>\n")
            left, case = left - length, case + 1
        file.write("</log>\n")


def _event(at: datetime, random_source: random.Random) -> str:
    return (
        "    <event>\n"
        f'      <string key="concept:name" value="activity {random_source.randint(1, 25)}"/>\n'
        f'      <string key="org:resource" value="Resource {random_source.randint(1, 80)}"/>\n'
        f'      <date key="time:timestamp" value="{at.isoformat(timespec="milliseconds")}"/>\n'
        '      <string key="lifecycle:transition" value="complete"/>\n'
        f'      <int key="wait_s" value="{random_source.randint(0, 5_000)}"/>\n'
        f'      <boolean key="solved" value="{random_source.choice(("true", "false"))}"/>\n'
        "    </event>\n"
    )


def run(code: str, log: Path) -> tuple[float, float, str]:
    """Wall and processor seconds of a fresh process that reads the log, and what it counted."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, "-c", code, str(log)], capture_output=True, text=True, check=True, env=kept
    )
    wall = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (
        wall,
        after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        done.stdout.split("\n")[0],
    )


def main() -> int:
    """Prints both times and the ratio; exit code 1 when the goal is missed or the counts differ."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--events", type=int, default=250_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log.xes"
        make_log(log, wanted.events)
        size = log.stat().st_size
        # Once per installation: the scanner is compiled, the libraries' byte code is written.
        small = Path(folder) / "small.xes"
        make_log(small, max(30_000, wanted.events // 50))
        run(OURS, small), run(THEIRS, small)
        rounds = [(run(OURS, log), run(THEIRS, log)) for _ in range(wanted.rounds)]
    ours, theirs = (min(one[side] for one in rounds) for side in (0, 1))
    ratio = theirs[0] / ours[0]
    agree = {count for pair in rounds for _, _, count in pair} == {ours[2]}
    result = {
        "events": wanted.events, "megabytes": round(size / 1e6, 1), "counted": ours[2], "agree": agree,
        "vivencia": {"wall_s": round(ours[0], 2), "cpu_s": round(ours[1], 2)},
        "pm4py": {"wall_s": round(theirs[0], 2), "cpu_s": round(theirs[1], 2)},
        "ratio": round(ratio, 1), "cpu_ratio": round(theirs[1] / ours[1], 1), "goal": GOAL,
    }  # fmt: skip
    if wanted.json:
        print(json.dumps(result))
    else:
        print(f"XES, {wanted.events:,} events, {size / 1e6:.0f} MB; counted {ours[2]}; agree: {agree}")
        print(f"  vivencia {ours[0]:7.2f} s wall, {ours[1]:7.2f} s processor")
        print(f"  pm4py    {theirs[0]:7.2f} s wall, {theirs[1]:7.2f} s processor")
        print(f"  ratio    {ratio:7.1f} × (goal {GOAL:.0f} ×), processor {theirs[1] / ours[1]:.1f} ×")
    return 0 if agree and ratio >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
