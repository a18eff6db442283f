"""Signs for people to look at: copies, bursts, and words against stars; published and worked-out numbers."""

import numpy as np
import pytest

from vivencia.understanding.authenticity import (
    against_stars,
    bursts,
    chance_looked_at,
    chance_of_as_many,
    near_duplicates,
    resemblance,
    shingles,
)

A = "the staff was friendly and the delivery arrived two days before the promised date great service"
B = "the staff was friendly and the delivery arrived two days before the promised date amazing service"
C = "i waited forty minutes on the phone and nobody solved my problem with the invoice"


def test_resemblance_is_broders_share_of_shingles() -> None:
    assert resemblance(shingles(A), shingles(B)) == pytest.approx(0.75, abs=1e-4)
    assert resemblance(shingles(A), shingles(C)) == 0.0
    assert resemblance(shingles(""), shingles("")) == 0.0


@pytest.mark.parametrize(
    ("alike", "chance"),
    [(0.2, 0.0064), (0.3, 0.0475), (0.4, 0.1860), (0.5, 0.4701), (0.6, 0.8019), (0.7, 0.9748), (0.8, 0.9996)],
)
def test_the_s_curve_of_twenty_bands_of_five_is_the_published_one(alike: float, chance: float) -> None:
    # Leskovec, Rajaraman & Ullman, Mining of Massive Datasets, section 3.4.2.
    assert chance_looked_at(alike, bands=20, rows=5) == pytest.approx(chance, abs=1e-4)


def test_near_copies_are_found_and_short_praise_is_none() -> None:
    texts = [A, "muito bom", C, B, "muito bom", A.upper() + "!"]
    found = near_duplicates(texts).to_pylist()
    assert [(row["first"], row["second"], round(row["resemblance"], 2)) for row in found] == [
        (0, 3, 0.75),
        (0, 5, 1.0),
        (3, 5, 0.75),
    ]
    assert near_duplicates([]).num_rows == 0


def test_a_burst_is_more_than_chance_over_all_windows() -> None:
    assert chance_of_as_many(17, 4.2) == pytest.approx(2.1554907532993814e-06, rel=1e-9)
    assert chance_of_as_many(17, 4.2, 200) == pytest.approx(0.00043109815065987627, rel=1e-9)
    assert chance_of_as_many(0, 4.2) == 1.0


def test_a_planted_burst_with_other_stars_is_an_alarm_and_one_with_the_same_is_not() -> None:
    rng = np.random.default_rng(3)
    days = np.repeat(np.arange(100), 4)
    stars = rng.integers(1, 6, len(days)).astype(float)
    for planted, alarm in ((np.full(25, 5.0), True), (np.tile([1.0, 2, 3, 4, 5], 5), False)):
        found = bursts(np.r_[days, np.full(25, 40)], np.r_[stars, planted]).to_pylist()
        assert [(row["window"], row["texts"], row["alarm"]) for row in found] == [(40, 29, alarm)]
        assert found[0]["expected"] == 4.0
    assert bursts(days, stars).num_rows == 0
    assert bursts(np.array([], dtype=np.int64)).num_rows == 0
    assert not bursts(np.r_[days, np.full(25, 40)]).to_pylist()[0]["alarm"]


def test_only_opposites_contradict() -> None:
    polarity = np.array([1.0, -1.0, 0.8, -0.5, 0.0, np.nan, -0.8])
    stars = np.array([1.0, 5.0, 4.0, 1.0, 5.0, 1.0, np.nan])
    expected = [1.0, 1.0, 0.0, 0.0, 0.0, np.nan, np.nan]
    np.testing.assert_allclose(against_stars(polarity, stars), expected, equal_nan=True)
    assert against_stars(np.array([0.25]), np.array([0.0]), lowest=0, highest=10)[0] == pytest.approx(0.5)
