"""How well customers' words are read, and how fast: python -m benchmarks.text [--sets FOLDER] [--quick].

Sentiment by set and tier, what the cascade costs and gains, aspects, emotions, the language of
short texts, masking, speed and memory. `--sets` (default: the reference data, where it is
there) adds labelled texts to those of the repository; see `benchmarks/text/sets.py`.
"""

import argparse
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.text.aspects import aspect_lines
from benchmarks.text.budget import budget_lines
from benchmarks.text.emotions import emotion_lines
from benchmarks.text.labelled import labelled_lines
from benchmarks.text.languages import language_lines
from benchmarks.text.masking import masking_lines
from benchmarks.text.sentiment import RATED, Row, after_ratings, drawn_lines, sentiment_lines, zero_shot
from benchmarks.text.sets import ROOT, sets
from benchmarks.text.speed import cascade_lines, measure_speed, speed_lines
from vivencia.understanding.embedders import embedder, present
from vivencia.understanding.pipeline import CASCADE, DEEP, DEFAULT, RULES

PARTS = (
    "sentiment",
    "rated",
    "aspects",
    "labelled",
    "emotions",
    "language",
    "masking",
    "budget",
    "cascade",
    "speed",
)
#: E5 reads some tens of texts a second, so no more of a set than this is read with it.
DEEP_AT_MOST, DEEP_RATED = 400, 1_500
#: Random draws of the labels that a company's head is learned from.
DRAWS = 10


def main() -> None:
    """Prints the tables with their date."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--sets", type=Path, help="a folder of labelled texts")
    asked.add_argument("--quick", action="store_true", help="no E5")
    asked.add_argument("--deep", type=int, default=DEEP_AT_MOST, help="texts of a set that E5 reads")
    asked.add_argument("--only", choices=PARTS, action="append", help="these parts only")
    asked.add_argument("--speed", help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.speed:
        print(json.dumps(measure_speed(given.speed)))
        return
    reference = Path(os.environ.get("VIVENCIA_REFERENCE_DATA", ROOT.parent / "shared" / "data")) / "text_dev"
    folder = given.sets or (reference if reference.is_dir() else None)
    for name in ("use", "e5"):
        if present(name):
            print(f"{name} {embedder(name).version}")
    print(f"{datetime.now(UTC):%Y-%m-%d}\n")
    for line in lines(folder, given.only or PARTS, deep=0 if given.quick else given.deep):
        print(line, flush=True)


def lines(folder: Path | None, parts: tuple[str, ...] | list[str], *, deep: int) -> Iterator[str]:
    """Every table that is asked for; E5 reads `deep` texts of a set, and nothing where that is 0."""
    shallow = [RULES] + ([DEFAULT] if present("use") else [])
    tiers = shallow + ([CASCADE, DEEP] if present("e5") and present("use") and deep else [])
    yield from _liking(folder, parts, tiers, deep)
    if "aspects" in parts:
        yield from aspect_lines(folder, shallow)
    if "labelled" in parts:
        yield from labelled_lines(folder, [tier for tier in tiers if tier != CASCADE])
    if "emotions" in parts:
        yield from emotion_lines([tier for tier in tiers if tier != CASCADE])
    if "language" in parts:
        yield from language_lines(folder)
    if "masking" in parts:
        yield from masking_lines()
    if "budget" in parts and DEFAULT in tiers:
        yield from budget_lines(folder)
    if "cascade" in parts and DEEP in tiers:
        yield from _cascade(folder, deep)
    if "speed" in parts:
        yield from speed_lines(tiers)


def _liking(
    folder: Path | None, parts: tuple[str, ...] | list[str], tiers: list[str], deep: int
) -> Iterator[str]:
    if "sentiment" in parts:
        yield from _sentiment(folder, tiers, deep)
    if "rated" in parts and DEFAULT in tiers:
        yield from drawn_lines(sets(folder), DEFAULT, DRAWS)


def _sentiment(folder: Path | None, tiers: list[str], deep: int) -> Iterator[str]:
    rows: list[Row] = []
    for one in sets(folder):
        rows += [zero_shot(one, tier) for tier in tiers if tier != DEEP]
        if DEEP in tiers:
            rows.append(zero_shot(one.first(deep), DEEP))
        rated = [after_ratings(one, DEFAULT, RATED) if present("use") else None]
        if DEEP in tiers:
            rated.append(after_ratings(one.first(DEEP_RATED), DEEP, RATED))
        rows += [row for row in rated if row]
    yield from sentiment_lines(rows)


def _cascade(folder: Path | None, deep: int) -> Iterator[str]:
    rows = {}
    for one in sets(folder):
        if len(one.texts) >= deep:
            rows[one.name] = [zero_shot(one.first(deep), tier) for tier in (DEFAULT, CASCADE, DEEP)]
    yield from cascade_lines(rows, deep)


if __name__ == "__main__":
    main()
