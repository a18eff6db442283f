"""Surprises by week on two charts: quiet while the parameters hold, loud when the company has changed."""

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest

from vivencia.perceptions import drift

DAY = 86_400_000_000
MONDAY = 1_767_571_200_000_000  # 2026-01-05
NEVER_FITTED = drift.fitted_until(pa.table({"name": ["lam"], "value": [1.5]}))


def told(weeks: int, each: int, shift_from: int = 10_000, seed: int = 4) -> tuple[pa.Table, np.ndarray]:
    rng = np.random.default_rng(seed)
    week = np.repeat(np.arange(weeks), each)
    z = rng.normal(0, 1, len(week)) - 0.3 * (week >= shift_from)
    at = MONDAY + week * 7 * DAY + rng.integers(0, 7 * DAY, len(week))
    return pa.table({"at": pa.array(at, pa.timestamp("us", "UTC"))}), z


def test_weeks_are_mondays_and_sums_are_exact() -> None:
    table, z = told(3, 50)
    z[0] = np.nan
    rows = drift.finish(drift.add({}, drift.drift_parts(table, z, NEVER_FITTED), {}), {}).to_pylist()
    assert [str(row["week"])[:10] for row in rows] == ["2026-01-05", "2026-01-12", "2026-01-19"]
    assert [row["answers"] for row in rows] == [49, 50, 50]
    assert rows[1]["mean"] == pytest.approx(z[50:100].mean())
    assert rows[0]["ewma"] == pytest.approx(0.1 * z[1:50].sum() / 7)
    assert rows[0]["limit"] == pytest.approx(2.814 * 0.1)


def test_a_change_alarms_within_weeks() -> None:
    """200 answers a week that turn 0.3 standard deviations worse: found after about two weeks."""
    delays = []
    for seed in range(30):
        table, z = told(80, 200, shift_from=60, seed=seed)
        rows = drift.finish(drift.add({}, drift.drift_parts(table, z, NEVER_FITTED), {}), {})
        delays.append(np.flatnonzero(rows.column("alarm").to_numpy()[60:])[0] + 1)
    assert np.median(delays) <= 2
    assert max(delays) <= 4


def test_both_charts_alarm_falsely_no_more_often_than_said() -> None:
    rng = np.random.default_rng(9)
    runs = [drift.charts(rng.normal(0, 1, 100)) for _ in range(400)]
    # A false alarm of one chart in 500 weeks each: within 100 weeks in fewer than 1 − exp(−0.4) of runs.
    assert np.mean([run["alarm"].any() for run in runs]) < 0.33
    # Ville: an e-detector reaches 500 within 100 weeks with a probability of at most 100/500.
    assert np.mean([run["evidence"].max() >= 500 for run in runs]) < 0.2


def test_any_split_gives_the_same() -> None:
    table, z = told(20, 30)
    whole = drift.add({}, drift.drift_parts(table, z, NEVER_FITTED), {})
    cuts = [0, 100, 101, 600]
    parts = [
        drift.add({}, drift.drift_parts(table.slice(a, b - a), z[a:b], NEVER_FITTED), {})
        for a, b in pairwise(cuts)
    ]
    other = drift.merge(parts[2], drift.merge(parts[0], parts[1]))
    for name in ("ewma", "evidence", "mean"):
        one, two = (drift.finish(state, {}).column(name).to_numpy() for state in (whole, other))
        assert one == pytest.approx(two)


def test_an_alarm_is_news_only_on_answers_that_no_fit_has_seen() -> None:
    table, z = told(80, 200, shift_from=60)

    def found(weeks_seen: float) -> pa.Table:
        day = MONDAY / DAY + 7 * weeks_seen
        parameters = pa.table({"name": ["lam", "fitted_until"], "value": [1.5, day]})
        parts = drift.drift_parts(table, z, drift.fitted_until(parameters))
        return drift.finish(drift.add({}, parts, {}), {})

    rows = found(60.0).to_pylist()
    assert [row["unseen"] for row in rows[58:62]] == [0, 0, 200, 200]
    last = max(row["week"] for row in rows if row["alarm"]).date()
    assert drift.news(found(60.0)) == last
    # Most of the last week was seen: it asks for nothing, nor does a company without a fit.
    assert last == rows[-1]["week"].date()
    assert drift.news(found(79.6)) is None
    assert drift.news(found(79.3)) == last
    assert drift.news(drift.finish(drift.add({}, drift.drift_parts(table, z, NEVER_FITTED), {}), {})) is None
