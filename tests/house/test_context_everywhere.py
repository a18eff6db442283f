"""What stands around the customers (context.csv) counts the same wherever their perception is told."""

import shutil
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from tests.house.test_living import TOML, replayed, signals

from vivencia.house import customers, living
from vivencia.house.context import read_context
from vivencia.house.moving import standing_of
from vivencia.house.workspace import Workspace
from vivencia.perceptions import estimation
from vivencia.perceptions.check import check, estimated
from vivencia.perceptions.context import centres_of, columns_around, names_of, with_context
from vivencia.perceptions.filter import filter_events
from vivencia.perceptions.replay import in_order
from vivencia.perceptions.shares import parts_of
from vivencia.perceptions.table import from_table
from vivencia.perceptions.validation import ENGINE, by_customer, compare
from vivencia.signals import catalogue_tables
from vivencia.words.shapes.shares import PARTS

AROUND = """at,customer,touchpoint,rival_cheaper,income
,,,0,
2026-01-10,,,1,
2026-02-20,,phone,2,
2026-03-05,,,-1,
,ana,,,3
,caio,,,-2
"""
GAMMA = (0.4, 0.9)


def rows() -> list[tuple[str, str, float, str, dict[str, float]]]:
    rng = np.random.default_rng(2)
    found = []
    for c, customer in enumerate(["ana", "bia", *(f"c{c:02}" for c in range(28))]):
        for k in range(5):
            rated = {"stars": float(rng.integers(1, 6))} if rng.random() < 0.8 else {}
            where = ("shop", "phone")[int(rng.integers(2))]
            found.append((f"{c:02}-{k}", customer, round(float(rng.uniform(0, 70)), 3), where, rated))
    return found


@pytest.fixture(scope="module")
def analysed(tmp_path_factory: Any) -> Any:
    """A company analysed with effects of its two covariates that were given, not estimated."""

    def given(context: Any) -> dict[str, Any]:
        return {"context": names_of(context), "gamma": np.array(GAMMA), "context_centre": centres_of(context)}

    folder = tmp_path_factory.mktemp("around") / "shop"
    made = Workspace.create_from(folder, TOML)
    (folder / "context.csv").write_text(AROUND)
    made.append(signals(*rows()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(estimation, "_context", given)
        made.analyse()
    return folder


@pytest.fixture
def place(analysed: Any, tmp_path: Any, clock: Any) -> Workspace:
    return Workspace.open(shutil.copytree(analysed, tmp_path / "shop"), clock=clock)


def numbers_of(place: Workspace, *keys: str) -> dict[str, list[float]]:
    with living._book(living.live_store(place)) as book:
        return {key: standing_of(book.state(key)).numbers[:10].tolist() for key in keys}


def test_the_effects_are_those_that_were_given(place: Workspace) -> None:
    p = from_table(place.table("parameters"), catalogue_tables(place.catalogue)["instruments"])
    assert p.context == ("income", "rival_cheaper")
    assert p.gamma.tolist() == list(GAMMA)


def test_live_is_the_replay_bit_for_bit(place: Workspace) -> None:
    parameters, told = place.table("parameters"), rows()
    more = [
        ("n1", "ana", 80.0, "phone", {"stars": 2.0}),
        ("n2", "caio", 81.0, "shop", {"stars": 4.0}),  # nobody met before, with an income of their own
        ("n3", "ana", 75.5, "shop", {"stars": 5.0}),  # late: after all the analysis knew
        ("n4", "bia", 12.25, "phone", {"stars": 1.0}),  # late: amid what it knew
    ]
    place.refresh_live()
    around = read_context(place.path, place.catalogue)
    assert numbers_of(place, "ana", "bia") == {
        key: replayed(place, parameters, told, around)[key] for key in ("ana", "bia")
    }
    for one in more:
        place.perceive(signals(one))
    expected = replayed(place, parameters, told + more, around)
    assert numbers_of(place, "ana", "bia", "caio") == {key: expected[key] for key in ("ana", "bia", "caio")}
    without = replayed(place, parameters, told + more, around.slice(0, 0))
    assert without["ana"] != expected["ana"]


def test_why_a_customer_stands_where_they_stand(place: Workspace) -> None:
    states = {row["customer"]: row for row in place.table("states").to_pylist()}
    for key in ("ana", "bia", "c05"):
        found = customers.explain_customer(place, key, states[key]["at"])
        parts = float(np.sum(found.events.column("remains").to_numpy())) + found.inferred
        assert parts == pytest.approx(found.residual.value, abs=1e-9)
        assert (found.expectation.value, found.residual.value) == (
            states[key]["expectation"],
            states[key]["residual"],
        )


def test_bonds_are_the_slow_part_of_the_same_perception(place: Workspace) -> None:
    states = {row["customer"]: row for row in place.table("states").to_pylist()}
    bonds = place.table("bonds").to_pylist()
    assert len(bonds) == len(states) == 30
    for row in bonds:
        state = states[row["customer"]]
        assert row["passing"] == state["residual"]
        assert row["bond_sd"] == pytest.approx(np.sqrt(state["var_expectation"]), abs=1e-12)


def test_shares_are_taken_of_the_same_columns(place: Workspace) -> None:
    p = from_table(place.table("parameters"), catalogue_tables(place.catalogue)["instruments"])
    columns = columns_around(place.table("events"), p, read_context(place.path, place.catalogue))
    assert np.ptp(columns.context, axis=1).min() > 0
    _, y, parts = parts_of(columns, filter_events(columns, p), p)
    said = {
        row["part"]: row["share"] for row in place.table("experience_shares").to_pylist() if not row["key"]
    }
    for part, values in zip(PARTS, parts, strict=True):
        assert said[part] == pytest.approx(np.cov(values, y)[0, 1] / np.var(y, ddof=1), abs=1e-9)


def test_the_check_scores_the_filter_that_ships(place: Workspace, monkeypatch: Any) -> None:
    around = read_context(place.path, place.catalogue)
    monkeypatch.setattr(
        estimation, "_context",
        lambda context: {
            "context": names_of(context), "gamma": np.array(GAMMA), "context_centre": centres_of(context)
        },
    )  # fmt: skip
    side = {**catalogue_tables(place.catalogue), "context": around}
    events = place.table("events")
    [found, _] = check(events, side, {})
    table = with_context(in_order(events), around, names_of(around))
    train, test, counts = by_customer(table)
    p = estimated(train, side, 0.0)
    assert p.gamma.tolist() == list(GAMMA)
    own = compare(p, train, test, counts, {}, "customer")
    blind = compare(p.with_(gamma=np.zeros(2)), train, test, counts, {}, "customer")
    assert found.score(ENGINE) == own.score(ENGINE)
    assert found.score(ENGINE).log_density != blind.score(ENGINE).log_density


def test_a_new_row_is_counted_but_estimates_nothing_again_and_a_new_covariate_does(place: Workspace) -> None:
    place.analyse()
    assert place.stale() == []
    file = place.path / "context.csv"
    file.write_text(AROUND + "2026-02-01,,,9,\n")
    assert "perceptions" in place.stale()
    assert not {"parameters", "text_model", "progression_hazards"} & set(place.stale())
    first, *others = AROUND.splitlines()
    file.write_text("\n".join([f"{first},weather", *(f"{line},1" for line in others)]))
    assert {"parameters", "perceptions"} <= set(place.stale())


def test_a_row_of_tomorrow_moves_tomorrow(place: Workspace) -> None:
    place.refresh_live()
    before = numbers_of(place, "ana")
    file = place.path / "context.csv"
    file.write_text(AROUND + "2026-05-01,,,9,\n")
    place.perceive(signals(("n1", "ana", 140.0, "phone", {"stars": 2.0})))
    around = read_context(place.path, place.catalogue)
    told = [*rows(), ("n1", "ana", 140.0, "phone", {"stars": 2.0})]
    assert before != numbers_of(place, "ana")
    assert numbers_of(place, "ana")["ana"] == replayed(place, place.table("parameters"), told, around)["ana"]
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=140)
    assert around.column("at").to_pylist()[-1] < at
