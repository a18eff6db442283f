"""Six emotions in what people post, which nothing was made with: each for itself, and the likeliest.

`social` are seventy plain sentences a language with one emotion each; `posts` as people write them,
with any number of emotions, so that the likeliest alone is only judged on those with one.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from benchmarks.text.sets import TESTS, rows_of
from benchmarks.text.tables import f1, table
from vivencia.understanding.pipeline import Reader, read
from vivencia.understanding.reading import EMOTIONS

#: The basic emotions that sentences are labelled with.
SIX = ("joy", "sadness", "anger", "fear", "disgust", "surprise")
DRAWS = 400


def emotion_lines(tiers: Sequence[str]) -> Iterator[str]:
    """Macro-F1 of the six, and the F1 of each, for each set and reader."""
    rows = []
    files = [one for name in ("emotions", "posts") for one in sorted((TESTS / name).glob("*.tsv"))]
    for file in files:
        sentences = rows_of(file)
        texts = [row["text"] for row in sentences]
        told = [(row.get("emotion") or row.get("emotions") or "").split(",") for row in sentences]
        truth = np.array([[name in one for name in SIX] for one in told])
        name = "social" if file.parent.name == "emotions" else file.parent.name
        for tier in tiers:
            readings = read(texts, [file.stem] * len(texts), reader=Reader(tier))
            felt = np.array([[one.emotions[EMOTIONS.index(name)] for name in SIX] for one in readings])
            rows.append([f"{name} {file.stem}", tier, str(len(texts)), *_cells(truth, felt)])
    yield from table(
        ["set", "reader", "n", "six, at 0.5 [95 %]", "six, the likeliest or none", "forced", *SIX], rows
    )


def _cells(right: np.ndarray, felt: np.ndarray) -> list[str]:
    """At 0.5 each for itself; the likeliest where it reaches 0.5; the likeliest where there is just one."""
    passed = felt >= 0.5
    likeliest = felt.argmax(axis=1)[:, None] == np.arange(len(SIX))
    chance = np.random.default_rng(1)
    draws = [macro(right[at], passed[at]) for at in chance.integers(0, len(right), (DRAWS, len(right)))]
    low, high = np.quantile(draws, (0.025, 0.975))
    emotional = right.sum(axis=1) == 1
    each = [f"{f1(right[:, at], passed[:, at]):.2f}" for at in range(len(SIX))]
    return [
        f"{macro(right, passed):.3f} [{low:.3f}, {high:.3f}]",
        f"{macro(right, likeliest & passed):.3f}",
        f"{macro(right[emotional], likeliest[emotional]):.3f}",
        *each,
    ]


def macro(right: np.ndarray, found: np.ndarray) -> float:
    """Mean F1 of the columns."""
    return float(np.mean([f1(right[:, at], found[:, at]) for at in range(right.shape[1])]))
