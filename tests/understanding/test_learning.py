"""Heads: what they learn from labels, from sure readings, and when a company's own head is kept."""

import numpy as np
import pytest
from scipy import sparse

from vivencia.understanding.heads.adapting import adapt
from vivencia.understanding.heads.company import learn
from vivencia.understanding.heads.grams import COLUMNS, grams
from vivencia.understanding.heads.joined import joined
from vivencia.understanding.heads.logistic import fit_logistic
from vivencia.understanding.heads.quality import calibration_error, confusion, interval, macro_f1

#: Words that only this company's customers use, for liking and disliking.
LIKED = ["o kombi chegou zarolho", "tudo zarolho outra vez", "pedido zarolho e completo", "veio zarolho"]
DISLIKED = ["o kombi chegou brisado", "tudo brisado outra vez", "pedido brisado e incompleto", "veio brisado"]


def test_the_head_of_two_by_two_counts_is_the_log_odds_ratio() -> None:
    # 30 of 40 with the mark are of the class, 10 of 40 without: ln(3) − ln(1/3) = 2·ln 3.
    rows = np.array([[1.0]] * 40 + [[0.0]] * 40)
    labels = np.array([1.0] * 30 + [0.0] * 10 + [1.0] * 10 + [0.0] * 30)

    head = fit_logistic(rows, labels, strength=1e9)

    assert head.weights[0] == pytest.approx(2 * np.log(3), rel=1e-3)
    assert head.bias == pytest.approx(-np.log(3), rel=1e-3)


def test_soft_labels_count_as_that_share_of_both_classes() -> None:
    rows = np.array([[1.0], [1.0], [1.0], [1.0], [0.0], [0.0]])
    hard = fit_logistic(rows, [1, 1, 1, 0, 1, 0], strength=10.0)
    soft = fit_logistic(rows, [0.75, 0.75, 0.75, 0.75, 0.5, 0.5], strength=10.0)

    assert soft.weights == pytest.approx(hard.weights, abs=1e-3)


def test_sparse_and_dense_rows_give_the_same_head() -> None:
    chance = np.random.default_rng(3)
    rows = chance.normal(size=(60, 4))
    labels = (rows[:, 0] + chance.normal(size=60) > 0).astype(float)

    dense = fit_logistic(rows, labels)
    thin = fit_logistic(sparse.csr_matrix(rows), labels)

    assert thin.weights == pytest.approx(dense.weights, abs=1e-6)


def test_one_class_alone_teaches_nothing() -> None:
    with pytest.raises(ValueError, match="absent"):
        fit_logistic(np.ones((3, 1)), [1, 1, 1])


def test_grams_see_words_and_their_pieces_and_nothing_between_texts() -> None:
    alone = grams(["ótimo quarto"])
    among = grams(["péssimo", "ótimo quarto", "!"])

    assert alone.shape == (1, COLUMNS)
    assert (alone[0] != among[1]).nnz == 0
    # «quartos» shares pieces with «quarto», «atendimento» shares none.
    near, far = grams(["quarto"]) @ grams(["quartos"]).T, grams(["quarto"]) @ grams(["atendi"]).T
    assert near[0, 0] > 0.1 > far[0, 0]


def test_order_of_letters_and_words_matters() -> None:
    rows = grams(["roma", "amor", "não é bom", "bom é não"])
    products = (rows @ rows.T).toarray()

    assert products[0, 1] < 0.2
    assert products[2, 3] < 0.9


def test_sure_readings_teach_words_the_lists_do_not_know() -> None:
    texts = (LIKED * 40) + (DISLIKED * 40)
    truth = np.array([True] * 160 + [False] * 160)
    chance = np.random.default_rng(5)
    # Two of three texts are read right and surely; the others say nothing.
    scores = np.where(truth, 2.0, -2.0) * (chance.random(320) < 0.66)

    head, after = adapt(joined(texts, None, np.zeros(320)), scores)

    assert head is not None
    assert macro_f1(truth, scores > 0) < 0.85
    assert macro_f1(truth, after > 0) > 0.99


def test_where_the_shipped_tiers_are_sure_nothing_is_added() -> None:
    texts = LIKED * 50 + DISLIKED * 50
    scores = np.array([3.0] * 200 + [-3.0] * 200)

    head, after = adapt(joined(texts, None, np.zeros(400)), scores)

    assert head is None
    assert after is scores


def rated(texts: list[str], liked: list[bool], scores: list[float]):
    """A company's rated texts: one customer a text, one day after the other."""
    count = len(texts)
    return learn(
        texts, None, np.array(scores), np.array(liked), np.arange(count), np.arange(count) * 86_400, ""
    )


def test_a_companys_ratings_teach_its_own_words() -> None:
    texts = (LIKED + DISLIKED) * 30
    liked = ([True] * 4 + [False] * 4) * 30

    head, trial = rated(texts, liked, [0.1] * 240)

    assert head is not None
    assert trial is not None
    assert trial.base_customers == pytest.approx(1 / 3)
    assert trial.head_customers == trial.head_later == 1.0
    score = head.score(["kombi zarolho", "kombi brisado"], None, np.array([0.1, 0.1]))
    assert score[0] > 0 > score[1]


def test_a_head_that_is_no_better_is_not_kept() -> None:
    chance = np.random.default_rng(11)
    liked = list(chance.random(200) < 0.5)
    words = [f"palavra{number}" for number in range(200)]

    head, trial = rated(words, liked, [2.0 if one else -2.0 for one in liked])

    assert head is None
    assert trial is not None
    assert not trial.kept
    assert trial.base_customers == 1.0


def test_too_few_ratings_teach_nothing() -> None:
    assert rated(LIKED * 5, [True] * 20, [0.0] * 20) == (None, None)
    assert rated(LIKED * 50, [True] * 200, [0.0] * 200) == (None, None)


def test_quality_by_hand() -> None:
    truth = ["neg", "neg", "pos", "pos", "pos"]
    found = ["neg", "pos", "pos", "pos", "neg"]

    # neg: 2·1/(2+2) = 1/2; pos: 2·2/(3+3) = 2/3.
    assert macro_f1(truth, found) == pytest.approx((1 / 2 + 2 / 3) / 2)
    assert confusion(truth, found, ["neg", "pos"]).tolist() == [[1, 1], [1, 2]]
    assert calibration_error([0.95, 0.95, 0.05], [True, False, False]) == pytest.approx((0.9 + 0.05) / 3)


def test_the_interval_of_a_score_holds_it_and_narrows_with_more_texts() -> None:
    truth = ["neg", "pos"] * 50
    found = ["neg", "pos", "neg", "neg"] * 25

    low, high = interval(truth, found, chance=np.random.default_rng(1))
    narrow_low, narrow_high = interval(truth * 16, found * 16, chance=np.random.default_rng(1))

    assert low < macro_f1(truth, found) < high
    assert narrow_high - narrow_low < (high - low) / 3
