"""What words say without a rating moves a perception, less than a rating would, and is no answer."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa

from vivencia.perceptions import defaults
from vivencia.perceptions.columns import Entries, columns_of, with_words
from vivencia.perceptions.filter import filter_events


def life(*, polarity: list[float | None], ratings: list | None = None) -> pa.Table:
    n = len(polarity)
    return pa.table(
        {
            "customer": ["ana"] * n,
            "at": [datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=day) for day in range(n)],
            "kind": ["interaction"] * n,
            "touchpoint": ["shop"] * n,
            "contact": ["direct"] * n,
            "measures": pa.array([[]] * n, pa.map_(pa.string(), pa.float64())),
            "ratings": pa.array(ratings or [[]] * n, pa.map_(pa.string(), pa.float64())),
            "polarity": pa.array(polarity, pa.float64()),
        }
    )


def filtered(table: pa.Table):
    parameters = defaults(mean=7.0, sd=2.0, touchpoints=("shop",))
    return filter_events(columns_of(table, parameters), parameters)


def test_bad_words_lower_a_perception_and_good_ones_lift_it() -> None:
    silent, bad, good = (
        filtered(life(polarity=[None, one, None])).row("perception") for one in (None, -0.9, 0.9)
    )
    assert bad[0] == silent[0] == good[0]
    assert bad[1] < silent[1] - 0.1
    assert good[1] > silent[1] + 0.02
    assert bad[2] < silent[2] < good[2]


def test_words_tell_less_than_a_rating_that_says_the_same() -> None:
    words = filtered(life(polarity=[-0.5]))
    rating = filtered(life(polarity=[None], ratings=[[("percent", 25.0)]]))
    silent = filtered(life(polarity=[None]))
    low, middle, high = (one.row("experience_sd")[0] for one in (rating, words, silent))
    assert low < middle < high
    assert rating.row("perception")[0] < words.row("perception")[0] < silent.row("perception")[0]


def test_words_are_no_answer() -> None:
    found = filtered(life(polarity=[0.4]))
    assert np.isnan(found.row("answer")[0])
    assert np.isfinite(found.row("log_density")[0])


def test_entries_of_words_stand_behind_the_answers_of_their_event() -> None:
    ratings = Entries(
        np.array([0, 1, 1], np.int32), np.array([1, 1, 3], np.int32),
        np.array([7, 8, 9], np.int32), np.array([1.0, 2.0, 3.0]),
    )  # fmt: skip
    found = with_words(ratings, pa.array([None, -1.0, 0.5]), 4)
    events = [found.code[lo:hi].tolist() for lo, hi in zip(found.lo, found.hi, strict=True)]
    assert events == [[7], [4], [8, 9, 4]]
    assert found.value.tolist() == [1.0, -1.0, 2.0, 3.0, 0.5]


def test_without_words_nothing_is_copied() -> None:
    ratings = Entries(np.zeros(2, np.int32), np.zeros(2, np.int32), np.zeros(0, np.int32), np.zeros(0))
    assert with_words(ratings, pa.array([None, None], pa.float64()), 4) is ratings
    assert with_words(ratings, None, 4) is ratings
