"""Why a customer stands where they stand: the parts are there, and they add up to D."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up.examples import examples
from vivencia.perceptions.columns import columns_of
from vivencia.perceptions.filter import filter_events
from vivencia.perceptions.person import why
from vivencia.perceptions.reference import Event
from vivencia.words.errors import InputError

BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
LIFE = [
    Event(0.0, "direct", "a", {}, {"told": 3.0}),
    Event(10.0, "direct", "a", {}, {}),
    Event(30.0, "survey", ratings={"whole": 5.0}),
]


def day(number):
    return BEGIN + timedelta(days=number)


def test_one_bad_contact_weighs_half_after_a_half_life(plain, as_table):
    p = plain(tau=60.0, v_d=0.0, s_b=0.0, s_e0=0.0, s_e2=0.0, sigma_e=1e-6, h=0.0, xi=0.0, lam=2.0)
    events = as_table({"ana": [Event(0.0, "direct", "a", {}, {"told": 3.5})]})
    found = why(events, p, day(60.0 * np.log(2)))
    row = found.events.to_pylist()[0]
    # Expected 7.5, lived 3.5: D moves by κ·λ·(−4) = 0.3 · 2 · −4 = −2.4, and half of it is left.
    assert row["jump"] == pytest.approx(-2.4, abs=1e-6)
    assert row["weight"] == pytest.approx(0.5)
    assert row["remains"] == pytest.approx(-1.2, abs=1e-6)
    assert found.residual.value == pytest.approx(-1.2, abs=1e-6)
    # The expectation follows by η · d = 0.15 · −4.
    assert found.perception.value == pytest.approx(7.5 - 0.6 - 1.2, abs=1e-6)


@given(
    told=st.lists(
        st.tuples(st.sampled_from("abd"), st.floats(0, 20), st.floats(0, 10)), min_size=1, max_size=12
    ),
    later=st.floats(0, 400),
    gap=st.sampled_from([0.0, 1800.0, 86_400.0]),
)
@examples(40)
def test_the_parts_add_up_to_what_remains(told, later, gap):
    from vivencia.perceptions.parameters import Parameters

    p = Parameters(
        touchpoints=("a",), theta=np.array([7.0]), kappa=np.array([0.4]), instruments=("told", "whole"),
        scales=np.array([[0.0, 0, 1, -1e9, 1e9, 0, 1, 0], [1.0, 0, 1, -1e9, 1e9, 0, 1, 0]]),
        episode_s=gap, lam=2.0, omega=0.3,
    )  # fmt: skip
    at, rows = 0.0, []
    for number, (what, silence, answer) in enumerate(told):
        at += silence
        instrument = "whole" if what == "b" else "told"
        ratings = [] if what == "d" else [(instrument, answer)]
        rows.append((at, "survey" if what == "b" else "interaction", ratings, f"{number:03}"))
    table = pa.table(
        {
            "customer": ["x"] * len(rows),
            "at": pa.array([round(one[0] * 86_400e6) for one in rows], pa.timestamp("us", "UTC")),
            "source": ["s"] * len(rows),
            "id": [one[3] for one in rows],
            "touchpoint": ["a"] * len(rows),
            "kind": [one[1] for one in rows],
            "ratings": pa.array([one[2] for one in rows], pa.map_(pa.string(), pa.float64())),
        }
    )
    found = why(table, p, day(at + later))
    parts = float(np.sum(found.events.column("remains").to_numpy())) + found.inferred
    assert parts == pytest.approx(found.residual.value, abs=1e-9)
    assert found.perception.value == pytest.approx(found.expectation.value + found.residual.value, abs=1e-9)


def test_at_the_last_event_it_is_the_state_of_the_replay(plain, as_table):
    p, events = plain(), as_table({"ana": LIFE})
    state = filter_events(columns_of(events, p), p).state[0]
    found = why(events, p, day(30))
    assert (found.expectation.value, found.residual.value) == (state[1], state[2])
    assert found.perception.sd == pytest.approx(np.sqrt(state[6] + state[8] + 2 * state[7]))


def test_a_date_in_the_past_knows_nothing_of_what_came_later(plain, as_table):
    p = plain()
    found = why(as_table({"ana": LIFE}), p, day(12))
    assert found.events.num_rows == 2
    short = why(as_table({"ana": LIFE[:2]}), p, day(12))
    assert found.perception == short.perception


def test_silence_leaves_the_expectation_and_less_certainty(plain, as_table):
    p, events = plain(), as_table({"ana": LIFE})
    now, later = why(events, p, day(30)), why(events, p, day(3000))
    assert later.perception.value == pytest.approx(now.expectation.value)
    assert later.perception.sd > now.perception.sd


def test_before_the_first_event_nothing_is_known(plain, as_table):
    with pytest.raises(InputError):
        why(as_table({"ana": LIFE}), plain(), day(-1))
