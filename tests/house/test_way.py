"""The way: order is checked, only what is stale runs, and what changed decides what is stale."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from vivencia import worlds
from vivencia.house.analysing import reading
from vivencia.house.company_way import company_way
from vivencia.house.way import Analysis, diagram, lay_out
from vivencia.house.workspace import Workspace
from vivencia.plans import Plan, Step
from vivencia.store.files import read_checked, write_checked
from vivencia.words.catalogue import Catalogue, Company
from vivencia.words.errors import NotAnalysed, PlanError
from vivencia.words.shapes.understanding import BEFORE

GIVEN = dict.fromkeys(
    (
        "signals",
        "links",
        "touchpoints",
        "promises",
        "instruments",
        "designs",
        "corrections",
        *(shape.name for shape in BEFORE.values()),
    ),
    "1",
)


def analysis(name: str, reads: str, sql: str = "SELECT 1 AS x") -> Analysis:
    return Analysis(name, "journeys", Plan(name, (Step(name, sql, reads=(reads,)),), gives=(name,)))


def test_the_company_way_reads_nothing_before_it_is_written() -> None:
    stages = lay_out(company_way(Catalogue(Company("a"))), GIVEN)
    assert [stage.analysis.name for stage in stages][:4] == ["people", "text_model", "readings", "events"]
    assert stages[-1].analysis.name == "findings"


def test_reading_too_early_is_refused() -> None:
    with pytest.raises(PlanError, match="b reads c before anything wrote it"):
        lay_out([analysis("a", "signals"), analysis("b", "c"), analysis("c", "a")], GIVEN)


def test_writing_twice_is_refused() -> None:
    with pytest.raises(PlanError, match="there already"):
        lay_out([analysis("a", "signals"), analysis("a", "signals")], GIVEN)


def test_a_fingerprint_covers_the_text_and_everything_it_stands_on() -> None:
    def marks(sql: str = "SELECT 1 AS x", signals: str = "1") -> list[str]:
        way = [analysis("a", "signals", sql), analysis("b", "a"), analysis("c", "promises")]
        return [stage.fingerprint for stage in lay_out(way, {**GIVEN, "signals": signals})]

    base = marks()
    assert base == marks()
    assert [one == other for one, other in zip(base, marks(sql="SELECT 2 AS x"), strict=True)] == [
        False,
        False,
        True,
    ]
    assert [one == other for one, other in zip(base, marks(signals="2"), strict=True)] == [False, False, True]


def test_a_lasting_analysis_is_made_again_at_its_pace_only() -> None:
    def mark(events: str, promises: str, pace: str) -> str:
        fit = Analysis(
            "fit",
            "perceptions",
            Plan("fit", (Step("fit", "SELECT 1", ("events", "promises")),), ("fit",)),
            True,
        )
        way = [analysis("events", "signals"), fit]
        return lay_out(way, {**GIVEN, "signals": events, "promises": promises}, pace)[1].fingerprint

    week = mark("1", "1", "2026-W10/9")
    assert mark("2", "1", "2026-W10/9") == week
    assert mark("1", "1", "2026-W11/9") != week
    assert mark("1", "2", "2026-W10/9") != week


def test_an_alarm_makes_parameters_once_more_and_then_rests(shop: Workspace) -> None:
    """The note of `drift` is the week of an alarm on answers that no fit has seen."""
    assert set(states(shop).values()) == {"fresh"}
    current = shop.path / "derived" / "current.json"
    body = read_checked(current)
    body["tables"]["drift"]["note"] = "2026-03-02"
    write_checked(current, body)
    assert set(shop.stale()) >= {"parameters", "perceptions"}
    after = states(shop)
    assert (after["parameters"], after["perceptions"], after["text_model"]) == ("ran", "ran", "fresh")
    assert after["progression_hazards"] == "fresh"
    kept = read_checked(current)["tables"]
    assert kept["parameters"]["note"].endswith("+2026-03-02")
    # What the drift says now is of parameters that know that week.
    assert kept["drift"]["note"] == ""
    assert set(states(shop).values()) == {"fresh"}


def test_the_diagram_names_tables_and_analyses() -> None:
    drawn = diagram(lay_out([analysis("a", "signals"), analysis("b", "a")], GIVEN))
    assert drawn.splitlines() == ["flowchart LR", "  signals -- a --> a", "  a -- b --> b"]


@pytest.fixture(scope="module")
def analysed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small company, analysed once for all tests here; each works on a copy."""
    world = worlds.retail(customers=60, seed=1)
    place = Workspace.create_from(tmp_path_factory.mktemp("way") / "shop", tomli_w.dumps(world.catalogue))
    for table in world.signals:
        place.append(table)
    assert {one.state for one in place.analyse().analyses} == {"ran"}
    return place.path


@pytest.fixture
def shop(analysed: Path, tmp_path: Path) -> Workspace:
    return Workspace.open(shutil.copytree(analysed, tmp_path / "shop"))


def states(place: Workspace) -> dict[str, str]:
    return {one.name: one.state for one in place.analyse().analyses}


def test_results_before_any_analysis_are_refused_plainly(shop: Workspace) -> None:
    shutil.rmtree(shop.path / "derived")
    with pytest.raises(NotAnalysed, match="no results yet"):
        shop.table("summaries")


def test_only_what_is_stale_runs(shop: Workspace) -> None:
    assert set(states(shop).values()) == {"fresh"}
    text = (shop.path / "vivencia.toml").read_text(encoding="utf-8")
    assert "delay_days <= 0" in text
    (shop.path / "vivencia.toml").write_text(
        text.replace("delay_days <= 0", "delay_days <= 1"), encoding="utf-8"
    )
    after = states(Workspace.open(shop.path))
    assert (after["events"], after["journeys"], after["perceptions"]) == ("fresh", "fresh", "ran")
    assert after["findings"] == "ran"


def test_new_signals_make_everything_stale(shop: Workspace) -> None:
    more = next(iter(worlds.retail(customers=3, seed=2).signals))
    renamed = more.set_column(0, "source", [["later"] * more.num_rows])
    shop.append(renamed)
    assert set(shop.stale()) >= {"events", "perceptions", "journeys"}
    assert states(shop)["events"] == "ran"


def test_a_reader_keeps_its_results_while_an_analysis_fails(
    shop: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = shop.table("summaries")

    def broken(self: object, plan: Plan, **_: object) -> None:
        raise PlanError("on purpose")

    monkeypatch.setattr("vivencia.house.running.Runner.run", broken)
    with pytest.raises(PlanError):
        shop.analyse(everything=True)
    assert shop.table("summaries").equals(before)
    assert shop.stale() == []


def test_results_are_the_same_run_again(shop: Workspace) -> None:
    before = {name: shop.table(name) for name in ("summaries", "findings", "perception_weights", "states")}
    shop.analyse(everything=True)
    assert [name for name, table in before.items() if not shop.table(name).equals(table)] == []


def test_long_tables_in_files_of_their_own_change_nothing(
    shop: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = results(shop)
    monkeypatch.setattr("vivencia.engines.tables.LARGE_ROWS", 50)
    shop.analyse(everything=True)
    assert {path.name.split(".")[1] for path in (shop.path / "derived").glob("*.parquet")} >= {
        "events", "moments", "steps", "journeys",
    }  # fmt: skip
    found = results(shop)
    assert found.keys() == before.keys()
    for name, table in before.items():
        after = found[name]
        # What is summed over a long table may differ in its last digit.
        assert after.equals(table) or after.to_pylist() == approx_rows(table), name
    assert {one.state for one in shop.analyse().analyses} == {"fresh"}


@pytest.mark.spark
def test_spark_gives_the_same_report(shop: Workspace, spark_session: object) -> None:
    shop.analyse()
    names = ("summaries", "transitions", "findings", "promises_kept")
    before = {name: shop.table(name) for name in names}
    shop.with_flags(engine="spark").analyse(everything=True)
    for name in names:
        assert shop.table(name).to_pylist() == approx_rows(before[name]), name


def results(place: Workspace) -> dict[str, Any]:
    """Every table there is, by one engine: opening one takes longer than reading a small table."""
    with reading(place) as engine:
        return {name: engine.table(name) for name in engine.names}


def approx_rows(table: Any) -> list[dict[str, Any]]:
    """The rows of a table, with fractions equal up to the order in which they were summed."""
    return [
        {key: pytest.approx(v, rel=1e-9, abs=1e-9) if isinstance(v, float) else v for key, v in row.items()}
        for row in table.to_pylist()
    ]
