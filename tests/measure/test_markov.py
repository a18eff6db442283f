"""Absorbing chains, held to worked examples and to exact numbers on a published data set."""

import csv
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from made_up.examples import examples
from vivencia.measure.influence import trace
from vivencia.measure.markov import Chain, Paths, carried, chain_of, set_shapley, shared_out, solve
from vivencia.words.errors import ParameterError


def paths_of(*ways: tuple[list[int], float, float], touchpoints: int) -> Paths:
    steps = np.array([step for way, _, _ in ways for step in way], np.int64)
    begins = np.cumsum([0, *(len(way) for way, _, _ in ways)])
    goals, others = (np.array([way[place] for way in ways], float) for place in (1, 2))
    return Paths(steps, begins, touchpoints, goals, others)


#: C1 > C2 > C3 leads to the goal; C1 alone and C2 > C3 do not.
WORKED = paths_of(([0, 1, 2], 1, 0), ([0], 0, 1), ([1, 2], 0, 1), touchpoints=3)


def test_the_worked_example_of_anderl_and_others() -> None:
    solved = solve(chain_of(WORKED))
    assert solved.start == pytest.approx(1 / 3)
    assert solved.removal == pytest.approx([0.5, 1.0, 1.0])
    assert shared_out(solved.removal) == pytest.approx([0.2, 0.4, 0.4])
    assert solved.value == pytest.approx([0.25, 0.5, 0.5])


def test_set_shapley_shares_each_goal_equally() -> None:
    paths = paths_of(([0, 1, 0], 3, 0), ([1], 1, 9), ([2, 2], 2, 0), touchpoints=3)
    assert set_shapley(paths) == pytest.approx([1.5, 2.5, 2.0])


def test_order_one_gives_the_exact_numbers_from_published_transitions(golden: Callable[[str], Any]) -> None:
    exact = golden("channelattribution_pathdata")["exact"]
    expected = exact["order=1,selfloops=True"]
    names = sorted(expected["removal_effects"])
    place = {name: at for at, name in enumerate(names)}
    n = len(names)
    rows, columns = {**place, "(start)": n}, {**place, "(conversion)": n, "(null)": n + 1}
    counts = np.zeros((n + 1, n + 2))
    for move, chance in exact["transition_probabilities_order1"].items():
        left, into = move.split(" > ")
        counts[rows[left], columns[into]] = chance
    found = carried(counts)
    chain = Chain(
        counts[n, :n], sparse.csr_matrix(counts[:n, :n]), counts[:n, n], counts[:n, n + 1],
        counts[:n, n], np.eye(n, dtype=bool),
    )  # fmt: skip
    for start, removal in ((found.start, found.removal), (solve(chain).start, solve(chain).removal)):
        assert start == pytest.approx(expected["p_conversion_from_start"], abs=1e-9)
        assert removal == pytest.approx([expected["removal_effects"][name] for name in names], abs=1e-9)


@pytest.fixture(scope="module")
def published_paths(reference_data: Path) -> tuple[Paths, list[str]]:
    """The paths that come with ChannelAttribution; its licence keeps them out of this repository."""
    package = find_spec("cypack")
    near = reference_data / "channelattribution_pathdata"
    places = [
        near,
        *(Path(where) / "data" for where in (package.submodule_search_locations if package else []) or []),
    ]
    file = next((place / "Data.csv" for place in places if (place / "Data.csv").is_file()), None)
    if file is None:
        pytest.skip(
            "ChannelAttribution's Data.csv is not here; the dependency group bench-attribution brings it"
        )
    with file.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter=";"))
    ways = [[step.strip() for step in row["path"].split(">")] for row in rows]
    names = sorted({step for way in ways for step in way})
    place = {name: at for at, name in enumerate(names)}
    numbered = [
        ([place[step] for step in way], float(row["total_conversions"]), float(row["total_null"]))
        for way, row in zip(ways, rows, strict=True)
    ]
    return paths_of(*numbered, touchpoints=len(names)), names


@pytest.mark.data
@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("self_loops", [True, False])
def test_the_published_paths_give_the_exact_removal_effects(
    published_paths: tuple[Paths, list[str]], golden: Callable[[str], Any], order: int, self_loops: bool
) -> None:
    paths, names = published_paths
    expected = golden("channelattribution_pathdata")["exact"][f"order={order},selfloops={self_loops}"]
    solved = solve(chain_of(paths, order, self_loops=self_loops))
    assert solved.start == pytest.approx(expected["p_conversion_from_start"], abs=1e-9)
    assert solved.removal == pytest.approx([expected["removal_effects"][name] for name in names], abs=1e-9)
    if self_loops:
        traced = trace(paths, order, np.arange(paths.touchpoints))
        assert traced.removal == pytest.approx(solved.removal, abs=1e-9)
    attributed = shared_out(solved.removal, paths.goals.sum())
    assert attributed == pytest.approx([expected["attributed_conversions"][n] for n in names], abs=1e-6)


ways = st.lists(
    st.tuples(
        st.lists(st.integers(0, 3), min_size=1, max_size=6),
        st.integers(0, 4).map(float),
        st.integers(1, 4).map(float),
    ),
    min_size=1,
    max_size=12,
)


@given(ways, st.integers(1, 3))
@examples(60)
def test_the_goal_is_as_likely_from_the_start_as_it_was(some: list[Any], order: int) -> None:
    """A chain counted from complete paths gives back their share of goals, at any order."""
    paths = paths_of(*some, touchpoints=4)
    solved = solve(chain_of(paths, order))
    assert solved.start == pytest.approx(paths.goals.sum() / (paths.goals + paths.others).sum())


@given(ways, st.integers(1, 3))
@examples(60)
def test_self_loops_change_nothing(some: list[Any], order: int) -> None:
    paths = paths_of(*some, touchpoints=4)
    one, other = (solve(chain_of(paths, order, self_loops=loops)) for loops in (True, False))
    np.testing.assert_allclose(one.removal, other.removal, atol=1e-9)
    np.testing.assert_allclose(one.value, other.value, atol=1e-9)


@given(ways)
@examples(60)
def test_the_closed_form_equals_a_solve_for_each_touchpoint(some: list[Any]) -> None:
    paths = paths_of(*some, touchpoints=4)
    chain = chain_of(paths)
    counts = np.zeros((5, 6))
    counts[:4, :4], counts[4, :4] = chain.inner.toarray(), chain.start
    counts[:4, 4], counts[:4, 5] = chain.goal, chain.other
    found, solved = carried(counts), solve(chain)
    np.testing.assert_allclose(found.value, solved.value, atol=1e-9)
    seen = chain.leaving > 0
    np.testing.assert_allclose(found.removal[seen], solved.removal[seen], atol=1e-9)


def test_what_one_more_move_adds_is_the_slope() -> None:
    counts = np.random.default_rng(1).integers(1, 30, (5, 6)).astype(float)
    found = carried(counts)
    for (row, column), slope in zip(found.moves, found.gradient, strict=True):
        ends = []
        for nudge in (1e-4, -1e-4):
            other = counts.copy()
            other[row, column] += nudge
            moved = carried(other)
            ends.append(np.concatenate([moved.value, moved.removal, moved.lift]))
        np.testing.assert_allclose((ends[0] - ends[1]) / 2e-4, slope, atol=1e-7)


def test_no_goal_at_all_leaves_no_removal_effect() -> None:
    solved = solve(chain_of(paths_of(([0, 1], 0, 2), ([1], 0, 1), touchpoints=2)))
    assert solved.start == 0.0
    assert np.isnan(solved.removal).all()
    assert shared_out(solved.removal) == pytest.approx([0.0, 0.0])


def test_nothing_but_goals() -> None:
    solved = solve(chain_of(paths_of(([0, 1], 2, 0), ([1], 2, 0), touchpoints=2)))
    assert (solved.start, solved.value.tolist()) == (1.0, [1.0, 1.0])
    assert solved.removal == pytest.approx([0.5, 1.0])


def test_paths_not_yet_ended_count_neither_for_nor_against() -> None:
    paths = paths_of(([0], 1, 1), ([0, 1], 0, 0), ([0, 2, 0], 0, 0), touchpoints=3)
    with_open = Paths(
        paths.steps, paths.begins, 3, paths.goals, paths.others, opens=np.array([0.0, 5.0, 1.0])
    )
    solved = solve(chain_of(with_open))
    # Nothing is known to follow 1; 2 always returns to 0, whence one of two reached the goal.
    assert solved.value == pytest.approx([0.5, np.nan, 0.5], nan_ok=True)


def test_a_cycle_that_never_ends_is_not_solved_but_left_out() -> None:
    chain = chain_of(
        Paths(np.array([0, 1, 0, 1]), np.array([0, 4]), 2, np.zeros(1), np.zeros(1), opens=np.ones(1))
    )
    solved = solve(chain)
    assert np.isnan(solved.value).all()
    assert solved.start == 0.0


def test_goals_may_be_weighed_by_their_value() -> None:
    paths = paths_of(([0], 1, 1), ([0, 1], 1, 1), touchpoints=2)
    solved = solve(chain_of(paths, worth=np.array([10.0, 50.0])))
    assert solved.start == pytest.approx(60 / 4)
    assert solved.value == pytest.approx([15.0, 25.0])


@pytest.mark.parametrize("order", [0, 4])
def test_orders_beyond_three_are_refused(order: int) -> None:
    with pytest.raises(ParameterError):
        chain_of(WORKED, order)


def test_a_path_without_steps_is_refused() -> None:
    with pytest.raises(ParameterError):
        chain_of(paths_of(([], 1, 0), touchpoints=1))
