"""Texts a second on one core, memory, and what it costs and gains to look deeper where unsure."""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from random import Random

import numpy as np
import pyarrow as pa

from benchmarks.text.sentiment import Row
from benchmarks.text.sets import CHALLENGES, ROOT, rows_of
from benchmarks.text.tables import table
from vivencia.understanding.columns import read_words
from vivencia.understanding.pipeline import CASCADE, DEEP, DEFAULT, RULES, Reader, read

#: How many texts each is measured on: enough that what is done once weighs little, and memory shows.
TEXTS = {RULES: 200_000, DEFAULT: 4_000, CASCADE: 2_000, DEEP: 200}
GIVEN, VALUES = "language given", "as values"
#: Texts a second on one core, mebibytes at the most, seconds of an import, points that the cascade may lose.
GOALS = {RULES: 15_000.0, DEFAULT: 400.0, CASCADE: 150.0}
GOAL_MB, GOAL_IMPORT, GOAL_POINTS = 600.0, 0.3, 1.0
#: Rows that come at once, as from a file.
ROWS = 2_000
#: Processor seconds that `import vivencia` takes.
_IMPORT = "import time; began = time.process_time(); import vivencia; print(time.process_time() - began)"


def speed(tier: str) -> dict[str, float]:
    """Texts a second on one core and peak memory, in a process of its own."""
    measured: dict[str, float] = json.loads(_alone("-m", "benchmarks.text", "--speed", tier))
    return measured


def _alone(*options: str) -> str:
    asked = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, *options], env=asked, cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout


def different_texts(chance: Random) -> Iterator[tuple[str, str]]:
    """Pairs of challenge sentences with their language, no two the same; each language in turn."""
    sentences = {
        file.stem: [row["text"] for row in rows_of(file)] for file in sorted(CHALLENGES.glob("*.tsv"))
    }
    given: set[str] = set()
    while True:
        for language, stock in sentences.items():
            text = f"{chance.choice(stock)} {chance.choice(stock)} {chance.choice(stock)}"[:200]
            if text not in given:
                given.add(text)
                yield text, language


def measure_speed(name: str) -> dict[str, float]:
    """In this process: texts come as from a file, are read, and what was read is let go.

    `name` is a tier, or RULES with what else is asked. All is counted: cleaning, language,
    masking, reading, and the columns (or values) that come out.
    """
    tier, _, asked = name.partition(", ")
    reader, many = Reader(tier), TEXTS[tier]
    texts = different_texts(Random(7))  # noqa: S311
    _read_some(list(islice(texts, 200)), reader, asked)
    took, characters = 0.0, 0
    for _ in range(0, many, min(ROWS, many)):
        some = list(islice(texts, min(ROWS, many)))
        characters += sum(len(text) for text, _ in some)
        began = time.process_time()
        _read_some(some, reader, asked)
        took += time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"texts_a_second": many / took, "characters": characters / many, "texts": many, "peak_mb": peak}


def _read_some(some: list[tuple[str, str]], reader: Reader, asked: str) -> None:
    texts = [text for text, _ in some]
    languages = [language for _, language in some] if asked == GIVEN else None
    if asked == VALUES:
        read(texts, languages, reader=reader)
    else:
        read_words(pa.array(texts), None if languages is None else pa.array(languages), reader)


def speed_lines(tiers: Sequence[str]) -> Iterator[str]:
    """The tables of speed, memory and import, each beside its goal."""
    rows = []
    for name in (RULES, f"{RULES}, {GIVEN}", f"{RULES}, {VALUES}", *(one for one in tiers if one != RULES)):
        one, goal = speed(name), GOALS.get(name.partition(", ")[0])
        rows.append(
            [
                name, f"{one['texts']:,.0f}", f"{one['characters']:.0f}", f"{one['texts_a_second']:,.0f}",
                verdict(one["texts_a_second"], goal, least=True), f"{one['peak_mb']:.0f}",
                verdict(one["peak_mb"], GOAL_MB),
            ]
        )  # fmt: skip
    heads = ["tier", "texts", "characters a text", "texts a second, one core", "goal", "peak MB", "goal"]
    yield from table(heads, rows)
    imports = sorted(float(_alone("-c", _IMPORT)) for _ in range(3))
    yield from table(
        ["import vivencia, processor seconds (best of three)", "goal"],
        [[f"{imports[0]:.3f}", verdict(imports[0], GOAL_IMPORT)]],
    )


def verdict(found: float, goal: float | None, *, least: bool = False) -> str:
    """Whether a goal is reached: at least so much, or at most."""
    if goal is None:
        return ""
    reached = found >= goal if least else found <= goal
    return f"{'≥' if least else '≤'} {goal:,g}: {'reached' if reached else 'NOT reached'}"


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
        beside = verdict(100 * (means[2] - means[1]), GOAL_POINTS)
        yield f"Points of F1 that E5 for all is above the cascade, mean: {beside}."
        yield ""
    yield from table(
        [f"set, first {texts} texts", "n −/+", *tiers, "cascade gains", "E5 for all would gain more"], found
    )


def _gains(scores: Sequence[float]) -> list[str]:
    default, cascade, deep = scores
    return [f"{100 * (cascade - default):+.1f} points", f"{100 * (deep - cascade):+.1f} points"]
