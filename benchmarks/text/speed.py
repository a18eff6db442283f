"""Texts a second on one core, memory, and what it costs and gains to look deeper where unsure."""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from benchmarks.text.sentiment import Row
from benchmarks.text.sets import CHALLENGES, ROOT, rows_of
from benchmarks.text.tables import table
from vivencia.understanding.pipeline import CASCADE, DEEP, DEFAULT, RULES, Reader, read

SPEED_TEXTS = 4000
#: Seconds that Python and `import vivencia` take.
_IMPORT = "import time; began = time.perf_counter(); import vivencia; print(time.perf_counter() - began)"


def speed(tier: str) -> dict[str, float]:
    """Texts a second on one core and peak memory, in a process of its own."""
    measured: dict[str, float] = json.loads(_alone("-m", "benchmarks.text", "--speed", tier))
    return measured


def _alone(*options: str) -> str:
    asked = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, *options], env=asked, cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout


def measure_speed(tier: str) -> dict[str, float]:
    """In this process: reads sentences of about 133 characters, all four languages, twice."""
    sentences = [row["text"] for file in sorted(CHALLENGES.glob("*.tsv")) for row in rows_of(file)]
    many = 20 * SPEED_TEXTS if tier == RULES else SPEED_TEXTS if tier != DEEP else 200
    pairs = [f"{one} {other}"[:200] for one, other in zip(sentences, sentences[7:], strict=False)]
    texts = [f"{pairs[at % len(pairs)]} {at}" for at in range(many)]
    reader = Reader(tier)
    read(texts[:64], reader=reader)
    began = time.process_time()
    read(texts, reader=reader)
    took = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"texts_a_second": many / took, "characters": sum(map(len, texts)) / many, "peak_mb": peak}


def speed_lines(tiers: Sequence[str]) -> Iterator[str]:
    """The table of speed and memory, and how long it takes to import everything that is imported at once."""
    rows = []
    for tier in tiers:
        one = speed(tier)
        rows.append(
            [tier, f"{one['texts_a_second']:.0f}", f"{one['characters']:.0f}", f"{one['peak_mb']:.0f}"]
        )
    yield from table(["tier", "texts a second, one core", "characters a text", "peak MB"], rows)
    imports = sorted(float(_alone("-c", _IMPORT)) for _ in range(3))
    yield from table(["import vivencia, seconds (best of three)"], [[f"{imports[0]:.2f}"]])


def cascade_lines(rows: Mapping[str, Sequence[Row]], texts: int) -> Iterator[str]:
    """F1 on the same texts of the default tier, the cascade and E5 for all, and points gained."""
    tiers = (DEFAULT, CASCADE, DEEP)
    found = [
        [name, str(one[0].n), *(f"{row.two:.3f}" for row in one), *_gains([row.two for row in one])]
        for name, one in rows.items()
    ]
    if found:
        means = [float(np.mean([one[at].two for one in rows.values()])) for at in range(len(tiers))]
        found.append(["mean", "", *(f"{mean:.3f}" for mean in means), *_gains(means)])
    yield from table(
        [f"set, first {texts} texts", "n −/+", *tiers, "cascade gains", "E5 for all would gain more"], found
    )


def _gains(scores: Sequence[float]) -> list[str]:
    default, cascade, deep = scores
    return [f"{100 * (cascade - default):+.1f} points", f"{100 * (deep - cascade):+.1f} points"]
