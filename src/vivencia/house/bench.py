"""What `vivencia bench` measures: the whole way on this machine, beside a bare limit in the same run."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import duckdb

from vivencia import worlds
from vivencia.house.workspace import Workspace

Watch = Callable[[str, float, float | None], None]

#: Roughly what one customer of the retail world leaves behind.
_SIGNALS_A_CUSTOMER = 30


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds for each part; `limit` is DuckDB sorting and scanning the same columns."""

    signals: int
    seconds: dict[str, float]

    @property
    def limit(self) -> float:
        """Seconds of the bare sort-and-scan."""
        return self.seconds["sort-and-scan"]

    def rows(self) -> list[tuple[str, float, int, float]]:
        """One row a part: name, seconds, signals a second, ratio to the limit."""
        return [(name, s, int(self.signals / s), s / self.limit) for name, s in self.seconds.items()]

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "signals": self.signals,
            "parts": [
                {"part": name, "seconds": s, "per_second": rate, "ratio": ratio}
                for name, s, rate, ratio in self.rows()
            ],
        }


def measure(signals: int, *, seed: int, watch: Watch) -> Measured:
    """Make, take in and analyse about so many signals in a folder of its own, and time each part."""
    with tempfile.TemporaryDirectory(prefix="vivencia-bench-") as folder:
        import tomli_w

        world = worlds.retail(customers=max(1, signals // _SIGNALS_A_CUSTOMER), seed=seed, batch_rows=500_000)
        place = Workspace.create_from(Path(folder) / "bench", tomli_w.dumps(world.catalogue))
        took, making, taking = 0, 0.0, 0.0
        started = perf_counter()
        for table in world.signals:
            making += perf_counter() - started
            started = perf_counter()
            took += place.append(table)
            taking += perf_counter() - started
            watch("taking signals in", took, None)
            started = perf_counter()
        # numba compiles on first use; the second run is what a company sees every day.
        place.analyse(watch=watch)
        started = perf_counter()
        place.analyse(everything=True, watch=watch)
        whole = perf_counter() - started
        limit = sort_and_scan(place.store.segments())
    return Measured(
        took,
        {"sort-and-scan": limit, "making signals": making, "taking them in": taking, "whole analysis": whole},
    )


def sort_and_scan(files: tuple[str, ...]) -> float:
    """Seconds DuckDB takes to sort the columns the analyses read and to scan the result once."""
    columns = (
        'customer, "at", source, id, account, kind, touchpoint, place, actor, department, goal, reached, '
        "measures, ratings, text, lang, value, properties"
    )
    started = perf_counter()
    with duckdb.connect(config={"memory_limit": "2GB"}) as bare:
        bare.execute(
            f"CREATE TABLE sorted AS SELECT {columns} FROM read_parquet($files) "
            'ORDER BY customer, "at", source, id',
            {"files": list(files)},
        )
        bare.execute(
            'SELECT COUNT(*), MIN("at"), MAX(value), COUNT(DISTINCT touchpoint) FROM sorted'
        ).fetchall()
    return perf_counter() - started
