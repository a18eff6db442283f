"""Importing a CSV file through a mapping, beside Arrow reading the same file and writing it to Parquet.

    python benchmarks/importing.py [--rows 1000000] [--json]

Every row becomes a signal with its zone, touchpoint, answer and measure; all of them are
checked, made unique and safe on disk. The limit does none of that.
"""

import argparse
import json
import tempfile
from pathlib import Path
from time import perf_counter

import numpy as np
import pyarrow as pa
import pyarrow.csv as pcsv
import pyarrow.parquet as pq

from vivencia.house.workspace import Workspace

MAPPING = """
[mapping]
name = "bench"
source = "bench"

[files.contacts]
pattern = "*.csv"
columns.at.type = "time"
columns.score = { type = "number", optional = true }
columns.wait_s.type = "number"

[[signals]]
name = "contact"
id = "{number}"
at = "{at}"
customer = "{client}"
kind = "interaction"
touchpoint = "{where}"
ratings.csat5 = "{score}"
measures.wait_s = "{wait_s}"
"""


def made_file(path: Path, rows: int, seed: int = 3) -> None:
    """A file of contacts: about twenty a client, three in ten answered."""
    rng = np.random.default_rng(seed)
    score = rng.integers(1, 6, rows)
    at = np.datetime64("2025-01-01T00:00:00") + rng.integers(0, 31_536_000, rows).astype("timedelta64[s]")
    table = pa.table(
        {
            "number": np.arange(rows),
            "client": pa.array(np.char.add("client ", rng.integers(0, rows // 20 + 1, rows).astype(str))),
            "at": pa.array(np.datetime_as_string(at, timezone="UTC")),
            "where": pa.array(
                np.array(["shop", "site", "call centre", "delivery"])[rng.integers(0, 4, rows)]
            ),
            "score": pa.array(score, mask=rng.random(rows) > 0.3),
            "wait_s": rng.integers(0, 900, rows),
        }
    )
    pcsv.write_csv(table, path)


def measured(rows: int) -> dict[str, float]:
    """Seconds to import the file and seconds of its limit; the first, small import compiles."""
    with tempfile.TemporaryDirectory(prefix="vivencia-bench-") as name:
        folder = Path(name)
        mapping = folder / "mapping.toml"
        mapping.write_text(MAPPING, encoding="utf-8")
        seconds = 0.0
        for turn, many in enumerate((min(rows, 20_000), rows)):
            file = folder / f"contacts-{turn}.csv"
            made_file(file, many)
            place = Workspace.create(folder / f"company-{turn}", template="retail", language="en")
            begun = perf_counter()
            done = place.import_files([file], mapping=mapping)
            seconds = perf_counter() - begun
            if done.taken != many:
                raise SystemExit(f"{done.taken} of {many} rows were taken, with {done.faults} faults")
        begun = perf_counter()
        pq.write_table(pcsv.read_csv(file), folder / "bare.parquet", compression="zstd")
        limit = perf_counter() - begun
        return {
            "rows": rows,
            "megabytes": file.stat().st_size / 1e6,
            "seconds": seconds,
            "limit_s": limit,
            "rows_per_s": rows / seconds,
            "limit_rows_per_s": rows / limit,
            "times_the_limit": seconds / limit,
        }


def main() -> None:
    """Print a line, or JSON."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rows", type=int, default=1_000_000)
    asked.add_argument("--json", action="store_true")
    options = asked.parse_args()
    found = measured(options.rows)
    if options.json:
        print(json.dumps(found))
        return
    print(
        f"{options.rows:,} rows of CSV ({found['megabytes']:.0f} MB) imported through a mapping: "
        f"{found['seconds']:.1f} s, {found['rows_per_s']:,.0f} rows/s\n"
        f"  limit: Arrow reading it and writing Parquet {found['limit_s']:.1f} s, "
        f"{found['limit_rows_per_s']:,.0f} rows/s: {found['times_the_limit']:.1f} times the limit"
    )


if __name__ == "__main__":
    main()
