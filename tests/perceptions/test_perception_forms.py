"""The three forms of the filter are one filter; and what it does with bad input."""

import dataclasses
import subprocess
import sys
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from made_up.examples import examples
from made_up.promised import promising_company
from vivencia.perceptions import reference, replay
from vivencia.perceptions.columns import columns_of
from vivencia.perceptions.filter import filter_events
from vivencia.perceptions.kernel import OUTPUTS
from vivencia.perceptions.reference import Event
from vivencia.words.errors import InputError, ParameterError

KEYS = ("csat5", "stars", "nps", "expected_csat5", "emotion", "intention5")


answers = st.dictionaries(st.sampled_from([*KEYS, "unheard-of"]), st.floats(1, 5), max_size=3)
# Some days are whole or a few minutes after a whole one, so that there are episodes.
days = st.floats(0, 400) | st.builds(
    lambda day, minutes: day + minutes / 1440, st.integers(0, 4), st.floats(0, 40)
)
direct = st.builds(
    lambda day, where, measures, ratings, z, goal: Event(
        day, "direct", where, measures, ratings, None, (z,), goal
    ),
    days, st.sampled_from(["a", "b", "c", "nowhere"]),
    st.dictionaries(st.sampled_from(["wait", "price", "unknown"]), st.floats(-5, 5), max_size=3),
    answers, st.floats(-2, 2), st.sampled_from(["", "", "buy", "ask"]),
)  # fmt: skip
indirect = st.builds(
    lambda day, valence, ratings: Event(day, "indirect", "c", {}, ratings, valence),
    days, st.none() | st.floats(-1, 1), answers,
)  # fmt: skip
survey = st.builds(lambda day, value: Event(day, "survey", "b", {}, {"nps": value}), days, st.floats(0, 10))


def _in_time(events: list[Event]) -> list[Event]:
    return sorted(events, key=lambda event: event.day)


lives = st.lists(
    st.lists(direct | indirect | survey, min_size=1, max_size=12).map(_in_time),
    min_size=1,
    max_size=5,
)


@examples(40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lives)
def test_three_forms_are_one(as_table: Any, customers: list[list[Event]]) -> None:
    parameters = promising_company(KEYS)
    named = {f"k{i}": events for i, events in enumerate(customers)}
    columns = columns_of(as_table(named, ("market",)), parameters)
    one, other = (filter_events(columns, parameters, compiled=c) for c in (True, False))
    assert one.out == pytest.approx(other.out, abs=1e-9, nan_ok=True)
    assert one.state == pytest.approx(other.state, abs=1e-9)
    assert one.log_likelihood == pytest.approx(other.log_likelihood, abs=1e-9)
    assert (one.role == other.role).all()
    row = 0
    for k, events in enumerate(customers):
        exact = [_whole_microseconds(event) for event in events]
        state, moments = reference.replay_events(parameters, exact)
        assert one.state[k, :3] == pytest.approx(state.m, abs=1e-9)
        assert one.state[k, [3, 4, 5, 6, 7, 8]] == pytest.approx(
            state.C[[0, 0, 0, 1, 1, 2], [0, 1, 2, 1, 2, 2]], abs=1e-9
        )
        for moment in moments:
            for name in ("expectation", "perception", "perception_sd", "experience", "jump", "predicted"):
                said, found = getattr(moment, name), one.out[OUTPUTS.index(name), row]
                assert found == pytest.approx(np.nan if said is None else said, abs=1e-9, nan_ok=True)
            row += 1


def test_the_most_extreme_contact_is_told_apart_the_same_way_by_all_forms(as_table: Any) -> None:
    """Answers move E within an episode; what is displaced does not come back, and a tie changes nothing."""
    parameters = promising_company(KEYS)
    many = [Event(0.0, "direct", "a", context=(0.0,)) for _ in range(7)]
    turned = [*many, Event(0.0, "direct", "a", {"wait": 0.0}, context=(0.0,)),
              Event(0.0, "direct", "a", ratings={"csat5": 1.0}, context=(0.0,))]  # fmt: skip
    tied = [Event(0.0, "direct", where, context=(0.0,)) for where in ("a", "c", "a", "c")]
    named = {"k0": turned, "k1": tied}
    columns = columns_of(as_table(named, ("market",)), parameters)
    for compiled in (True, False):
        found = filter_events(columns, parameters, compiled=compiled)
        for k, events in enumerate(named.values()):
            state, _ = reference.replay_events(parameters, events)
            assert found.state[k, :3] == pytest.approx(state.m, abs=1e-9)


def _whole_microseconds(event: Event) -> Event:
    return dataclasses.replace(event, day=round(event.day * 86_400e6) / 86_400e6)


@examples(40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lives, st.floats(0.1, 10), st.floats(-0.9, 3))
def test_never_a_negative_variance(
    as_table: Any, customers: list[list[Event]], lam: float, phi: float
) -> None:
    parameters = promising_company(KEYS, lam=lam, phi=phi).with_(sigma_e=0.01, sigma_u=0.01)
    named = {f"k{i}": events for i, events in enumerate(customers)}
    found = filter_events(columns_of(as_table(named, ("market",)), parameters), parameters)
    m = found.state
    assert np.isfinite(m).all()
    assert (m[:, [3, 6, 8]] >= 0).all()
    C = m[:, 3:9][:, [[0, 1, 2], [1, 3, 4], [2, 4, 5]]]
    assert (np.linalg.eigvalsh(C) > -1e-9 * (1 + np.abs(C).max(axis=(1, 2)))[:, None]).all()


wild = st.sampled_from([1e300, -1e300, 1e12, float("inf"), float("-inf"), float("nan"), 0.0, 3.0])


@examples(40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(days, st.sampled_from(["direct", "indirect", "survey"]), wild, wild, wild), min_size=1)
)
def test_never_a_negative_variance_whatever_comes(as_table: Any, told: list[tuple[Any, ...]]) -> None:
    """Numbers in the wrong unit, broken ones and numbers out of reach: a moment may be spoilt, no life is."""
    parameters = promising_company(KEYS)
    events = _in_time(
        [
            Event(day, role, "a", {"wait": a, "price": b}, {"csat5": a, "nps": b}, c, (c,))
            for day, role, a, b, c in told
        ]
    )
    for compiled in (True, False):
        found = filter_events(
            columns_of(as_table({"k": events}, ("market",)), parameters), parameters, compiled=compiled
        )
        assert np.isfinite(found.state).all()
        assert (found.state[:, [3, 6, 8]] >= 0).all()
        assert (np.abs(found.state[:, :3]) < 100).all()


def test_a_valence_out_of_reach_is_not_used_and_a_wild_measure_moves_twice_the_scale(as_table: Any) -> None:
    parameters = promising_company(KEYS)
    heard = [replay(as_table({"k": [Event(1.0, "indirect", "c", valence=v)]}, ("market",)), parameters)
             for v in (None, 40.0, 1.0)]  # fmt: skip
    assert heard[0].column("perception") == heard[1].column("perception") != heard[2].column("perception")
    late = Event(1.0, "direct", "a", {"wait": 1e12})
    [row] = replay(as_table({"k": [late]}, ("market",)), parameters).to_pylist()
    assert row["experience"] == pytest.approx(parameters.theta[0] - 20.0)


def test_a_split_by_customer_changes_nothing(as_table: Any) -> None:
    parameters = promising_company(KEYS)
    table = as_table({k: [Event(1.0, "direct", "a", ratings={"csat5": 4.0})] * 3 for k in "klm"}, ("market",))
    whole = replay(table, parameters)
    parts = pa.concat_tables([replay(table.slice(0, 3), parameters), replay(table.slice(3), parameters)])
    assert whole.equals(parts.combine_chunks()) or whole.to_pylist() == parts.to_pylist()


def test_what_is_not_finite_or_outside_its_scale_is_not_used(as_table: Any) -> None:
    parameters = promising_company(KEYS)
    bad = Event(
        1.0, "direct", "a", {"wait": float("nan"), "price": float("inf")},
        {"csat5": 9.0, "stars": float("nan"), "nps": float("inf")}, None, (float("nan"),),
    )  # fmt: skip
    heard = Event(2.0, "indirect", "c", valence=float("nan"))
    bare = [Event(1.0, "direct", "a", context=(0.0,)), Event(2.0, "indirect", "c")]
    found = replay(as_table({"k": [bad, heard]}, ("market",)), parameters)
    clean = replay(as_table({"k": bare}, ("market",)), parameters)
    for name in ("perception", "perception_sd", "expectation"):
        assert found.column(name).to_pylist() == clean.column(name).to_pylist()
    assert found.column("rated").to_pylist() == [False, False]


def test_an_unknown_touchpoint_counts_as_the_average(as_table: Any) -> None:
    parameters = promising_company(KEYS)
    found = replay(as_table({"k": [Event(1.0, "direct", "nowhere")]}, ("market",)), parameters).to_pylist()[0]
    assert found["experience"] == pytest.approx(parameters.theta_bar)
    assert found["role"] == "direct"


def test_events_at_one_time_and_out_of_order(as_table: Any) -> None:
    parameters = promising_company(KEYS)
    same = [Event(5.0, "direct", "a", ratings={"csat5": 2.0}), Event(5.0, "direct", "b")]
    table = as_table({"k": same}, ("market",))
    assert (
        replay(table.take(pa.array([1, 0])), parameters).to_pylist() == replay(table, parameters).to_pylist()
    )


def test_a_very_long_life(as_table: Any) -> None:
    parameters = promising_company(KEYS)
    n = 100_000
    table = pa.table(
        {
            "customer": ["k"] * n,
            "at": pa.array(np.arange(n) * 86_400_000_000, pa.timestamp("us", "UTC")),
            "touchpoint": ["a"] * n,
            "market": np.zeros(n),
            "ratings": pa.array([[("csat5", 4.0)]] * n, pa.map_(pa.string(), pa.float64())),
        }
    )
    found = replay(table, parameters)
    P = found.column("perception").to_numpy()
    assert np.isfinite(P).all()
    assert (found.column("perception_sd").to_numpy() > 0).all()


def test_no_events_at_all() -> None:
    empty = pa.table(
        {
            "customer": pa.array([], pa.string()),
            "at": pa.array([], pa.timestamp("us", "UTC")),
            "market": pa.array([], pa.float64()),
        }
    )
    assert replay(empty, promising_company(KEYS)).num_rows == 0


@pytest.mark.parametrize("column", ["customer", "at", "market"])
def test_a_missing_key_is_said(column: str, as_table: Any) -> None:
    """A covariate too: left out by mistake it would pass for one that is no news."""
    table = as_table({"k": [Event(1.0, "direct", "a")]}, ("market",))
    with pytest.raises(InputError, match=column):
        replay(table.drop_columns([column]), promising_company(KEYS))


@pytest.mark.parametrize("wrong", [{"lam": 0.0}, {"h": 1.0}, {"tau": float("nan")}, {"kappa": np.zeros(2)}])
def test_parameters_outside_their_range_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ParameterError, match=next(iter(wrong))):
        promising_company(KEYS).with_(**wrong)


def test_map_columns_of_a_slice_and_with_nulls(as_table: Any) -> None:
    parameters = promising_company(KEYS)
    table = as_table(
        {k: [Event(1.0, "direct", "a", {"wait": 1.0}, {"csat5": 2.0})] for k in "klm"}, ("market",)
    )
    assert replay(table.slice(1, 1), parameters).to_pylist() == replay(table, parameters).to_pylist()[1:2]
    kind = table.schema.field("ratings").type
    bare = table.set_column(table.schema.get_field_index("ratings"), "ratings", pa.nulls(3, kind))
    assert replay(bare, parameters).column("rated").to_pylist() == [False] * 3


def test_without_numba_the_numpy_form_runs() -> None:
    code = """
import sys
sys.modules["numba"] = None
import pyarrow as pa
from vivencia.perceptions import defaults, replay
from vivencia.perceptions.compiled import COMPILED
assert not COMPILED
table = pa.table({"customer": ["k"], "at": pa.array([0], pa.timestamp("us", "UTC")),
                  "ratings": pa.array([[("nps_contact", 2.0)]], pa.map_(pa.string(), pa.float64()))})
assert replay(table, defaults()).column("perception")[0].as_py() < 7
"""
    subprocess.run([sys.executable, "-c", code], check=True)
