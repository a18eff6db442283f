"""Quantiles of many groups at once are those of each group alone."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vivencia.measure.quantiles import grouped_quantiles


def test_a_group_is_interpolated_between_its_values_and_an_empty_one_has_none() -> None:
    group, values = np.array([2, 0, 0, 2, 2, 2]), np.array([4.0, 7.0, 9.0, 1.0, 3.0, 2.0])
    found = grouped_quantiles(group, values, 4, (0.5, 0.9))
    assert found[:, 0].tolist() == [8.0, 8.8]
    assert found[:, 2].tolist() == [2.5, 3.7]
    assert np.isnan(found[:, [1, 3]]).all()


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(-1e6, 1e6)), min_size=1, max_size=200))
def test_each_group_as_numpy_gives_it(rows: list[tuple[int, float]]) -> None:
    group, values = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    found = grouped_quantiles(group, values, 4, (0.1, 0.5, 0.9))
    for one in set(group.tolist()):
        expected = np.quantile(values[group == one], [0.1, 0.5, 0.9])
        np.testing.assert_allclose(found[:, one], expected, rtol=1e-12, atol=1e-6)


def test_nothing_gives_nothing() -> None:
    assert np.isnan(grouped_quantiles(np.zeros(0, int), np.zeros(0), 2, (0.5,))).all()
