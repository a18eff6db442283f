"""Contacts minutes apart move the mind once: by their mean, the most extreme and the last."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from vivencia.perceptions import replay
from vivencia.perceptions.episodes import episode_weights
from vivencia.perceptions.ledger import ledger
from vivencia.perceptions.live import Happening, Live
from vivencia.perceptions.reference import Event

MINUTE = 1 / 1440
KNOWN = {"sigma_u": 1e-9, "s_b": 0.0, "s_e0": 0.0, "s_e2": 0.0, "v_d": 0.0, "xi": 0.0, "lam": 2.0}
#: Where 9, 7.5, 6 and 3 are lived.
PLACES = ("good", "usual", "poor", "bad")
QUALITY = np.array([9.0, 7.5, 6.0, 3.0])


def lived(plain: Any, as_table: Any, contacts: list[tuple[float, str, str]], **changes: Any) -> Any:
    p = plain(PLACES, theta=QUALITY, **({"episode_s": 1800.0} | KNOWN | changes))
    events = [Event(minute * MINUTE, "direct", where, goal=goal) for minute, where, goal in contacts]
    return replay(as_table({"k": events}), p).to_pylist()


def test_one_move_by_mean_peak_and_end(plain: Any, as_table: Any) -> None:
    rows = lived(plain, as_table, [(0, "good", ""), (5, "bad", ""), (9, "usual", "")])
    # d = 1.5, −4.5, 0: score ½·(−1) + ¼·(−4.5) + ¼·0 = −1.625, κ = 0.3, λ = 2, η = 0.15.
    assert rows[0]["perception"] == pytest.approx(7.5 + 0.45 * 1.5)
    assert rows[1]["perception"] == pytest.approx(7.5 + (0.15 + 0.6) * (0.5 * -1.5 + 0.5 * -4.5), abs=1e-4)
    assert rows[2]["perception"] == pytest.approx(7.5 + (0.15 + 0.6) * -1.625, abs=1e-4)
    # Each was met with the expectation of before the episode.
    assert [row["expectation"] for row in rows] == pytest.approx([7.5] * 3)
    assert [row["disconfirmation"] for row in rows] == pytest.approx([1.5, -4.5, 0.0])
    assert sum(row["jump"] for row in rows) == pytest.approx(0.6 * -1.625, abs=1e-3)


def test_many_contacts_minutes_apart_do_not_push_off_the_scale(plain: Any, as_table: Any) -> None:
    clicks = [(float(minute), "poor", "") for minute in range(200)]
    together = lived(plain, as_table, clicks)[-1]["perception"]
    apart = lived(plain, as_table, clicks, episode_s=0.0)[-1]["perception"]
    once = lived(plain, as_table, clicks[:1])[-1]["perception"]
    assert together == pytest.approx(once, abs=1e-2)
    assert apart < once - 1


@pytest.mark.parametrize(
    ("contacts", "episodes"),
    [
        ([(0, "poor", ""), (29, "poor", "")], 1),
        ([(0, "poor", ""), (31, "poor", "")], 2),
        ([(0, "poor", "buy"), (5, "poor", "ask")], 2),
        ([(0, "poor", "buy"), (5, "poor", ""), (9, "poor", "buy")], 1),
        ([(0, "poor", "buy"), (5, "poor", ""), (9, "poor", "ask")], 2),
    ],
)
def test_goal_and_silence_end_an_episode(
    contacts: list[tuple[float, str, str]], episodes: int, plain: Any, as_table: Any
) -> None:
    rows = lived(plain, as_table, contacts, lam=1.0, eta=0.0)
    assert rows[-1]["perception"] == pytest.approx(7.5 + 0.3 * -1.5 * episodes, abs=1e-3)


def test_a_survey_sees_the_mind_as_moved(plain: Any, as_table: Any) -> None:
    p = plain(PLACES, theta=QUALITY, episode_s=1800.0, **KNOWN)
    events = [
        Event(0.0, "direct", "bad"), Event(5 * MINUTE, "survey", ratings={"whole": 4.0}),
        Event(10 * MINUTE, "direct", "bad"),
    ]  # fmt: skip
    rows = replay(as_table({"k": events}), p).to_pylist()
    assert rows[1]["predicted"] == pytest.approx(7.5 + 0.75 * -4.5, abs=1e-3)
    assert rows[2]["expectation"] == pytest.approx(7.5 + 0.15 * -4.5, abs=1e-3)


def test_the_score_is_never_less_sure_than_one_contact(plain: Any, as_table: Any) -> None:
    p = plain(PLACES, theta=QUALITY, episode_s=1800.0, lam=2.0)
    events = [Event(minute * MINUTE, "direct", "usual") for minute in range(500)]
    sd = replay(as_table({"k": events}), p).column("perception_sd").to_numpy()
    assert sd.max() <= sd[0] + 1e-6


def test_live_and_ledger_inside_an_episode(plain: Any, as_table: Any) -> None:
    p = plain(PLACES, theta=QUALITY, episode_s=1800.0, lam=2.0, phi=0.3)
    rng = np.random.default_rng(2)
    at = np.cumsum(rng.choice([2.0, 7.0, 45.0, 3000.0], 60))
    events = [
        Event(
            minute * MINUTE, ("direct", "direct", "direct", "survey")[i % 4], PLACES[i % 3],
            ratings={"whole" if i % 4 == 3 else "told": 6.0} if i % 2 else {}, goal=("", "buy")[i // 10 % 2],
        )
        for i, minute in enumerate(at)
    ]  # fmt: skip
    table = as_table({"k": events})
    moments = replay(table, p)
    live, step = Live(p), None
    for event, said in zip(events, moments.to_pylist(), strict=True):
        one = Happening(
            round(event.day * 86_400e6), touchpoint=event.touchpoint, still=event.role == "survey",
            ratings=tuple(event.ratings.items()), goal=event.goal or None,
        )  # fmt: skip
        step = live.step(step or live.fresh(), one)
        assert step.perception == said["perception"]
        rows = ledger(moments, p.tau, said["at"])
        assert sum(rows.column("remains").to_pylist()) == pytest.approx(float(step.numbers[2]), abs=1e-9)


def test_the_weights_are_found_from_ratings_of_whole_episodes(plain: Any) -> None:
    rng = np.random.default_rng(7)
    rows: list[dict[str, Any]] = []
    for c in range(400):
        told = rng.normal(7.0, 1.5, 4)
        extreme = told[np.argmax(np.abs(told - 7.5))]
        whole = 0.2 * told.mean() + 0.5 * extreme + 0.3 * told[-1] + rng.normal(0, 0.3)
        for minute, value in enumerate([*told, whole]):
            rows.append({"customer": f"c{c:03d}", "minute": minute, "value": float(value)})
    table = pa.table(
        {
            "customer": [row["customer"] for row in rows],
            "at": pa.array([row["minute"] * 60_000_000 for row in rows], pa.timestamp("us", "UTC")),
            "touchpoint": ["a"] * len(rows),
            "kind": ["survey" if row["minute"] == 4 else "interaction" for row in rows],
            "ratings": pa.array(
                [[("whole" if row["minute"] == 4 else "told", row["value"])] for row in rows],
                pa.map_(pa.string(), pa.float64()),
            ),
        }
    )
    p = plain(episode_s=1800.0)
    found = episode_weights(table, p)
    assert found is not None
    assert (found.mean, found.peak, found.end) == pytest.approx((0.2, 0.5, 0.3), abs=0.06)
    assert abs(found.peak - 0.5) < 3 * found.peak_se < 0.1
    assert found.n == 400
    assert episode_weights(table.slice(0, 100), p) is None
