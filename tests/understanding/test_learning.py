"""Heads: what they learn from labels, from sure readings, and when a company's own head is kept."""

import numpy as np
import pytest
from scipy import sparse

from vivencia.understanding.heads.adapting import adapt
from vivencia.understanding.heads.company import Judged, Seen, learn
from vivencia.understanding.heads.grams import COLUMNS, grams
from vivencia.understanding.heads.joined import joined
from vivencia.understanding.heads.logistic import fit_logistic
from vivencia.understanding.heads.quality import calibration_error, confusion, interval, macro_f1, say_from
from vivencia.understanding.heads.rated import STRENGTHS, fitted, on_columns, rows_of, strength_for

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

    head, after = adapt(joined(texts, []), scores)

    assert head is not None
    assert macro_f1(truth, scores > 0) < 0.85
    assert macro_f1(truth, after > 0) > 0.99


def test_where_the_shipped_tiers_are_sure_nothing_is_added() -> None:
    texts = LIKED * 50 + DISLIKED * 50
    scores = np.array([3.0] * 200 + [-3.0] * 200)

    head, after = adapt(joined(texts, []), scores)

    assert head is None
    assert after is scores


def rated(texts: list[str], liked: list[bool], scores: list[float], adapted=None):
    """A company's rated texts: one customer a text, one day after the other."""
    order = np.arange(len(texts))
    return learn(
        joined(texts, []), np.array(scores), adapted, np.array(liked), order, order * 86_400, ""
    )  # fmt: skip


def test_a_companys_ratings_teach_its_own_words() -> None:
    texts = (LIKED + DISLIKED) * 30
    liked = ([True] * 4 + [False] * 4) * 30

    head, trial = rated(texts, liked, [0.1] * 240)

    assert head is not None
    assert trial is not None
    assert (trial.best, trial.adapted) == ("rated", (None, None))
    assert trial.base == (pytest.approx(1 / 3), pytest.approx(1 / 3, abs=0.03))
    assert trial.head == (1.0, 1.0)
    score = head.score(["kombi zarolho", "kombi brisado"], [], np.array([0.1, 0.1]))
    assert score[0] > head.cut > score[1]


def test_where_ratings_teach_no_words_verdicts_stay_and_odds_are_put_right() -> None:
    chance = np.random.default_rng(11)
    # The shipped odds say 8 to 1 whatever they say, and are right three times in four.
    liked = chance.random(600) < 0.5
    right = chance.random(600) < 0.75
    scores = np.where(liked == right, 2.1, -2.1)
    words = [f"palavra{number}" for number in range(600)]

    head, trial = rated(words, list(liked), scores.tolist())

    assert head is not None
    assert trial is not None
    assert trial.best == "levelled"
    assert trial.head == trial.base
    assert trial.calibration_error < 0.1
    found = head.score(["seja o que for"] * 2, [], np.array([2.1, -2.1]))
    assert found == pytest.approx([1.1, -1.1], abs=0.3)
    assert found[0] > head.cut > found[1]


def test_what_no_longer_holds_on_the_latest_texts_is_not_kept() -> None:
    # The words mean the opposite from the last quarter on; the shipped odds are right four times in five.
    liked = ([True] * 4 + [False] * 4) * 30
    texts = (LIKED + DISLIKED) * 23 + (DISLIKED + LIKED) * 7
    right = np.random.default_rng(6).random(240) < 0.8
    scores = np.where(np.array(liked) == right, 1.4, -1.4)

    _, trial = rated(texts, liked, scores.tolist())

    assert trial is not None
    assert trial.best in ("shipped", "levelled")


def judged(unseen: Seen, ahead: Seen) -> Judged:
    return Judged("", unseen, ahead)


def seen(liked: list[bool], wrong: list[int], losses: list[float] | None = None) -> Seen:
    """Verdicts that are right but at the places `wrong`; a loss of 0.1 each, or those given."""
    said = np.array(liked)
    said[wrong] = ~said[wrong]
    return Seen(np.array(losses or [0.1] * len(liked)), said, np.array(liked))


def test_bad_luck_on_a_few_of_the_latest_texts_refuses_nothing() -> None:
    # Of 40 latest texts it errs on two where the other errs on one, each with a high loss.
    liked = [True, False] * 20
    own = seen(liked, [4, 7], [2.0 if place in (4, 7) else 0.1 for place in range(40)])
    other = seen(liked, [9], [2.0 if place == 9 else 0.1 for place in range(40)])

    assert own.losses.mean() > other.losses.mean()
    assert not own.surely_worse(other)
    better, worse = seen(liked, [], [0.05] * 40), seen(liked, [])
    assert judged(better, own).no_worse(judged(worse, other))
    assert not judged(worse, own).no_worse(judged(better, other))


def test_more_right_verdicts_count_where_the_loss_is_much_the_same() -> None:
    liked = [True, False] * 20
    later = seen(liked, [9])
    other = seen(liked, [0, 3, 4, 7, 8])
    # The mean loss is higher by .01, its standard error .03.
    own = seen(liked, [9], [0.3, -0.08] * 20)

    assert own.losses.mean() > other.losses.mean()
    assert judged(own, later).no_worse(judged(other, later))
    assert not judged(seen(liked, [9], [0.2, 0.15] * 20), later).no_worse(judged(other, later))
    assert not judged(seen(liked, [0, 3, 4, 7], [0.3, -0.08] * 20), later).no_worse(judged(other, later))


def test_what_errs_on_many_of_the_latest_texts_is_surely_worse() -> None:
    liked = [True, False] * 20
    other = seen(liked, [9])

    assert seen(liked, list(range(0, 40, 4))).surely_worse(other)
    assert not other.surely_worse(seen(liked, list(range(0, 40, 4))))
    assert seen(liked, [9], [0.2, 0.15] * 20).surely_worse(other)


def test_with_few_ratings_the_penalty_keeps_to_what_is_known() -> None:
    chance = np.random.default_rng(2)
    known = chance.normal(size=120) * 2
    labels = (chance.random(120) < 1 / (1 + np.exp(-known))).astype(float)
    noise = sparse.csr_matrix(chance.normal(size=(120, 300)) / 17)
    every = np.arange(120)

    texts = rows_of(noise, known)
    strength = strength_for(texts, labels, every, every)
    head, of_known = on_columns(texts, fitted(texts, labels, every, strength))

    assert strength == STRENGTHS[0]
    assert of_known == pytest.approx(1.0, abs=0.4)
    assert np.linalg.norm(head.weights) < 0.1


def test_the_fit_in_as_many_numbers_as_texts_is_the_fit_on_the_rows() -> None:
    chance = np.random.default_rng(4)
    rows, known = sparse.csr_matrix(chance.normal(size=(40, 90))), chance.normal(size=40)
    labels = (chance.random(40) < 0.5).astype(float)

    texts = rows_of(rows, known)
    head, of_known = on_columns(texts, fitted(texts, labels, np.arange(40), 0.5))
    plain = fit_logistic(np.column_stack([rows.toarray(), 10 * known]), labels, strength=0.5)

    assert head.weights == pytest.approx(plain.weights[:-1], abs=1e-3)
    assert of_known == pytest.approx(10 * plain.weights[-1], abs=1e-2)
    assert head.bias == pytest.approx(plain.bias, abs=1e-2)


def test_a_rare_class_is_said_below_even_odds() -> None:
    # Nine in ten are sure dislikes; of the tenth one half is at 0.4: saying it finds more of both.
    odds = np.concatenate([np.full(90, -4.0), np.full(5, np.log(0.4 / 0.6)), np.full(5, 3.0)])
    assert -4.0 < say_from(odds) < np.log(0.4 / 0.6)


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
