"""How well customers' words are read, and how fast: python -m benchmarks.text [--sets FOLDER] [--quick].

Every set is a CSV or TSV with a column `text` and what it is held to: `polarity` (negative,
neutral, mixed, positive, or neg, neu, mix, pos), `stars`, or `lang` where it is not in the
file's name (`pt_….csv`). The repository brings the challenge sentences, which were tuned on,
and the unseen ones, which were not; `--sets` (default: the reference data, where it is there)
adds others. Each row says what a reader does that
has never seen a label of the set; "500 rated" has learned from 500 of its labels and is
judged on the rest. Intervals are 95 %, by the bootstrap over texts.
"""

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from vivencia.understanding.embedders import embedder, present
from vivencia.understanding.heads.company import learn
from vivencia.understanding.heads.quality import calibration_error, interval, macro_f1
from vivencia.understanding.pipeline import (
    CASCADE,
    DEEP,
    DEFAULT,
    RULES,
    Reader,
    adapted,
    look,
    prepare,
    read,
    scored,
)
from vivencia.understanding.reading import LANGUAGES

ROOT = Path(__file__).resolve().parents[1]
CHALLENGES = ROOT / "tests" / "understanding" / "challenge"
#: Sentences no reader was made with; the challenge was tuned on.
UNSEEN = ROOT / "tests" / "understanding" / "unseen"
NAMES = {"neg": "negative", "neu": "neutral", "mix": "mixed", "pos": "positive"}
#: E5 reads some tens of texts a second, so no more of a set than this is read with it.
DEEP_AT_MOST = 400
RATED = 500
SPEED_TEXTS = 4000


@dataclass(frozen=True)
class TextSet:
    """Texts of one language and what each is held to."""

    name: str
    language: str
    texts: list[str]
    truth: list[str]


def sets(folder: Path | None) -> Iterator[TextSet]:
    """The challenge sentences, the unseen ones, then every labelled file of the folder."""
    for file in (*sorted(CHALLENGES.glob("*.tsv")), *sorted(UNSEEN.glob("*.tsv"))):
        rows = [row for row in _rows(file) if row["hard"] != "1"]
        texts, truth = [row["text"] for row in rows], [_truth(row) for row in rows]
        yield TextSet(f"{file.parent.name} {file.stem}", file.stem, texts, truth)
    for file in sorted(folder.glob("*.[ct]sv")) if folder else ():
        kept = [row for row in _rows(file) if row.get("text") and (row.get("polarity") or row.get("stars"))]
        language = file.stem[:2] if file.stem[:2] in LANGUAGES else (kept[0]["lang"] if kept else "")
        if kept and language in LANGUAGES:
            chance = np.random.default_rng(7)
            kept = [kept[at] for at in chance.permutation(len(kept))[:2500]]
            yield TextSet(file.stem, language, [row["text"] for row in kept], [_truth(row) for row in kept])


def _rows(file: Path) -> list[dict[str, str]]:
    tabs = file.suffix == ".tsv"
    with file.open(encoding="utf-8", newline="") as lines:
        plain = (line for line in lines if not line.startswith("#")) if tabs else lines
        quoting = csv.QUOTE_NONE if tabs else csv.QUOTE_MINIMAL
        return list(csv.DictReader(plain, delimiter="\t" if tabs else ",", quoting=quoting))


def _truth(row: dict[str, str]) -> str:
    said = row.get("polarity") or ""
    if said:
        return NAMES.get(said, said)
    stars = float(row["stars"])
    return "negative" if stars <= 2 else "positive" if stars >= 4 else "neutral"


@dataclass(frozen=True)
class Row:
    """One reader on one set: F1 of negative against positive, of three classes, calibration."""

    name: str
    tier: str
    n: int
    two: float
    low: float
    high: float
    three: float
    calibration: float


def judged(name: str, tier: str, truth: Sequence[str], odds: np.ndarray, neutral: np.ndarray) -> Row:
    """A row from log-odds of positive and the probability of neutral."""
    right = np.array(truth)
    sided = np.isin(right, ["negative", "positive"])
    liked, said = right[sided] == "positive", odds[sided] >= 0
    low, high = interval(liked, said, chance=np.random.default_rng(1))
    plain = np.where(neutral > 0.5, "neutral", np.where(odds >= 0, "positive", "negative"))
    of_three = np.isin(right, ["negative", "neutral", "positive"])
    has_three = int((right == "neutral").sum()) >= 10
    return Row(
        name, tier, int(sided.sum()), macro_f1(liked, said), low, high,
        macro_f1(right[of_three], plain[of_three]) if has_three else float("nan"),
        calibration_error(1 / (1 + np.exp(-odds[sided])), liked),
    )  # fmt: skip


def zero_shot(one: TextSet, tier: str) -> Row:
    """The reader as shipped, after it has seen the texts of the set but no label."""
    count = len(one.texts) if tier != DEEP else min(len(one.texts), DEEP_AT_MOST)
    texts, languages = one.texts[:count], [one.language] * count
    reader = adapted(texts, languages, reader=Reader(tier))
    readings = read(texts, languages, reader=reader)
    odds = np.array([np.log((r.probabilities[3] + 1e-9) / (r.probabilities[0] + 1e-9)) for r in readings])
    neutral = np.array([r.probabilities[1] for r in readings])
    return judged(one.name, tier + (" adapted" if reader.company else ""), one.truth[:count], odds, neutral)


def after_ratings(one: TextSet, tier: str, rated: int) -> Row | None:
    """The company's own head after `rated` labels of the set, on the rest of it."""
    at = [place for place, label in enumerate(one.truth) if label in ("negative", "positive")]
    if len(at) < rated + 200:
        return None
    texts, truth = [one.texts[place] for place in at], [one.truth[place] for place in at]
    batch = prepare(texts, [one.language] * len(texts))
    look(batch, tier)
    known = np.array(batch.known)
    if batch.embeddings is None or len(known) < rated + 100:
        return None
    scores, bodies = scored(batch).score[known], [batch.texts[place] for place in known]
    liked = np.array([truth[place] == "positive" for place in known])
    order = np.arange(rated)
    head, _ = learn(
        bodies[:rated], batch.embeddings[:rated], scores[:rated], liked[:rated], order, order, "use"
    )
    odds = (
        scores[rated:]
        if head is None
        else head.score(bodies[rated:], batch.embeddings[rated:], scores[rated:])
    )
    labels = ["positive" if one else "negative" for one in liked[rated:]]
    return judged(
        one.name,
        f"{tier}, {rated} rated" + ("" if head else " (not kept)"),
        labels,
        odds,
        np.zeros(len(odds)),
    )


def speed(tier: str) -> dict[str, float]:
    """Texts a second on one core and peak memory, in a process of its own."""
    asked = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    found = subprocess.run(
        [sys.executable, "-m", "benchmarks.text", "--speed", tier],
        env=asked,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    measured: dict[str, float] = json.loads(found.stdout)
    return measured


def measure_speed(tier: str) -> dict[str, float]:
    """In this process: reads sentences of about 133 characters, all four languages, twice."""
    sentences = [row["text"] for file in sorted(CHALLENGES.glob("*.tsv")) for row in _rows(file)]
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


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A Markdown table with its columns in line, which a terminal shows as well."""
    widths = [max(len(row[column]) for row in (heads, *rows)) for column in range(len(heads))]
    for row in (heads, ["-" * width for width in widths], *rows):
        yield "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"


def lines(rows: Sequence[Row], speeds: dict[str, dict[str, float]]) -> Iterator[str]:
    """The table of quality and the table of speed."""
    yield from table(
        ["set", "reader", "n", "F1 −/+ [95 %]", "F1 of three", "ECE"],
        [
            [
                row.name, row.tier, str(row.n), f"{row.two:.3f} [{row.low:.3f}, {row.high:.3f}]",
                "" if np.isnan(row.three) else f"{row.three:.3f}", f"{row.calibration:.3f}",
            ]
            for row in rows
        ],
    )  # fmt: skip
    yield ""
    yield from table(
        ["tier", "texts a second, one core", "characters a text", "peak MB"],
        [
            [tier, f"{one['texts_a_second']:.0f}", f"{one['characters']:.0f}", f"{one['peak_mb']:.0f}"]
            for tier, one in speeds.items()
        ],
    )


def main() -> None:
    """Prints the tables with their date."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--sets", type=Path)
    asked.add_argument("--quick", action="store_true", help="no E5")
    asked.add_argument("--speed", choices=(RULES, DEFAULT, CASCADE, DEEP))
    given = asked.parse_args()
    if given.speed:
        print(json.dumps(measure_speed(given.speed)))
        return
    reference = Path(os.environ.get("VIVENCIA_REFERENCE_DATA", ROOT.parent / "shared" / "data")) / "text_dev"
    folder = given.sets or (reference if reference.is_dir() else None)
    tiers = (
        [RULES]
        + ([DEFAULT] if present("use") else [])
        + ([CASCADE, DEEP] if present("e5") and not given.quick else [])
    )
    for name in ("use", "e5"):
        if present(name):
            print(f"{name} {embedder(name).version}")
    rows: list[Row] = []
    for one in sets(folder):
        rows += [zero_shot(one, tier) for tier in tiers]
        rated = after_ratings(one, DEFAULT, RATED) if present("use") else None
        rows += [rated] if rated else []
    print(f"{datetime.now(UTC):%Y-%m-%d}")
    print("\n".join(lines(rows, {tier: speed(tier) for tier in tiers})))


if __name__ == "__main__":
    main()
