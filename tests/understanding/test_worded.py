"""What words say beside embeddings: by language, without accents, and the same after packing."""

import numpy as np
import pytest

from vivencia.understanding.heads.logistic import fit_logistic
from vivencia.understanding.heads.worded import WORD_COLUMNS, Worded, in_steps, word_rows

GOOD = ["muito bom", "bom demais", "bom e barato", "tudo bom"]
BAD = ["muito ruim", "ruim demais", "ruim e caro", "tudo ruim"]


@pytest.fixture(scope="module")
def worded() -> Worded:
    """Portuguese weights that tell "bom" from "ruim", and none for Spanish."""
    head = fit_logistic(word_rows(GOOD + BAD), [1.0] * 4 + [0.0] * 4, strength=10.0)
    packed, steps = in_steps(head.weights[:, None])
    silent = np.zeros_like(packed)
    return Worded(
        ("pt", "es"), np.stack([packed, silent]), np.stack([steps, steps]),
        np.array([[head.bias], [0.5]], dtype=np.float32),
    )  # fmt: skip


def test_each_text_is_read_by_the_words_of_its_own_language(worded: Worded) -> None:
    said = worded.decide(["bom", "ruim", "bom", "bom"], ["pt", "pt", "es", "it"])[:, 0]
    assert said[0] > 0.3 > -0.3 > said[1]
    assert said[2:].tolist() == [0.5, 0.0]


def test_a_word_without_its_accent_is_the_same_word() -> None:
    rows = word_rows(["não é bom, péssimo", "nao e bom, pessimo"])
    assert rows.shape == (2, WORD_COLUMNS)
    assert (rows[0] != rows[1]).nnz == 0


def test_a_text_says_the_same_alone_and_among_others(worded: Worded) -> None:
    texts = [*GOOD, *BAD, "nunca visto", ""]
    together = worded.decide(texts, ["pt"] * len(texts))
    alone = np.concatenate([worded.decide([text], ["pt"]) for text in texts])
    assert together == pytest.approx(alone, abs=1e-12)


def test_weights_in_one_byte_are_within_half_a_step_of_what_was_learned() -> None:
    weights = np.array([[0.0, -1.0], [0.5, 0.003], [-0.25, 0.0]])
    packed, steps = in_steps(weights)
    assert packed.tolist() == [[0, -127], [127, 0], [-64, 0]]
    assert np.abs(packed * steps - weights).max() <= 0.5 * steps.max()
