"""The heads that ship are those that `tools/heads/train.py` learned from the corpora as they are now."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from vivencia.understanding.heads.shipped import (
    OPINION,
    OUTPUTS,
    POLARITY,
    Heads,
    Likeness,
    heads_from,
    shipped_heads,
)
from vivencia.understanding.reading import ASPECTS, EMOTIONS

CORPUS = Path(__file__).parents[2] / "tools" / "heads" / "corpus"
EMBEDDERS = ("use", "e5")
PARALLEL = ("seeds.txt", "plain.txt", "trades.txt", "matters.txt")


@pytest.mark.parametrize("embedder", EMBEDDERS)
def test_shipped_heads_were_learned_from_the_corpora_as_they_are(embedder: str) -> None:
    now = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in CORPUS.iterdir()}
    assert shipped_heads(embedder).about["corpora"] == now, (
        "the corpora changed after these heads were learned: python tools/heads/train.py"
    )


@pytest.mark.parametrize("embedder", EMBEDDERS)
def test_shipped_heads_beat_a_guess_on_sentences_they_had_not_seen(embedder: str) -> None:
    heads = shipped_heads(embedder)
    quality = heads.about["held_out_macro_f1"]
    assert set(quality) == set(OUTPUTS)
    assert min(quality.values()) > 0.55, quality
    assert all(heads.spread(output) > 0 for output in OUTPUTS)
    assert heads.weights.shape[1] == len(heads.bias) == len(OUTPUTS)


def test_heads_are_the_same_after_being_written_and_read() -> None:
    weights = np.arange(3 * len(OUTPUTS), dtype=np.float64).reshape(3, -1) / 8
    about = {"spread": {POLARITY: 0.5, OPINION: 2.0}}
    known = np.array([[127, 0], [0, 127]], dtype=np.int8)
    votes = np.zeros((2, len(OUTPUTS)), dtype=np.float32)
    votes[0, 0] = 4
    like = Likeness(np.zeros(3, dtype=np.float32), np.eye(3, 2, dtype=np.float32), known, votes, 2.0)
    heads = Heads("use", "1.0", weights, np.ones(len(OUTPUTS)), about, like)
    read = heads_from(heads.as_bytes())
    assert (read.embedder, read.version, read.spread(OPINION)) == ("use", "1.0", 2.0)
    assert np.array_equal(read.weights, weights)
    assert heads.as_bytes() == read.as_bytes()
    # Along the first known sentence all of its vote counts, across it exp(−2) of it.
    said = read.decide(np.array([[1, 0, 0], [0, 1, 0]], dtype=np.float32))
    plain = read.bias + weights[:2]
    assert said[:, 0] - plain[:, 0] == pytest.approx([4, 4 * np.exp(-2)], rel=1e-3)
    assert np.array_equal(said[:, 1:], plain[:, 1:])


@pytest.mark.parametrize("name", PARALLEL)
def test_parallel_sentences_are_told_in_four_languages_with_known_labels(name: str) -> None:
    kept = [line for line in (CORPUS / name).read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    aspects = {*ASPECTS, "environment", "navigation", "none", ""}
    for line in kept:
        polarity, aspect, emotion, *texts = line.split("|")
        assert polarity in {"neg", "pos", "neu", "mix"}, line
        assert set(aspect.split(",")) <= aspects, line
        assert emotion in {*EMOTIONS, "none", ""}, line
        assert len(texts) == 4, line
        assert all(text == text.strip() != "" for text in texts), line
    for column in range(4):
        told = [line.split("|")[3 + column] for line in kept]
        assert len(told) == len(set(told))
