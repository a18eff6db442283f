"""A made-up company: the same every time, valid in every signal, and true to its own story."""

from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from vivencia.signals import parse_catalogue
from vivencia.words.errors import ParameterError
from vivencia.words.instruments import BUILT_IN
from vivencia.words.shapes.signals import SIGNALS
from vivencia.words.signal import KINDS
from vivencia.worlds import World, retail, software
from vivencia.worlds.verbatims import LANGUAGES, phrases

COMPANIES = ("retail", "software")


@pytest.fixture(scope="module", params=COMPANIES)
def world(request: pytest.FixtureRequest) -> World:
    return World(request.param, 600, 7)


@pytest.fixture(scope="module")
def signals(world: World) -> Any:
    return pa.concat_tables(world.signals)


def test_the_same_size_and_seed_give_the_same_signals_whatever_the_batch() -> None:
    one, other = retail(80, 3), retail(80, 3).in_batches(137)
    assert pa.concat_tables(one.signals).equals(pa.concat_tables(other.signals))
    assert {table.num_rows for table in list(other.signals)[:-1]} == {137}


def test_another_seed_gives_other_customers() -> None:
    keys = [set(pa.concat_tables(retail(50, seed).signals)["customer"].to_pylist()) for seed in (1, 2)]
    people = [{key for key in found if key.startswith("c")} for found in keys]
    assert people[0]
    assert not people[0] & people[1]


def test_a_customer_lives_the_same_life_in_a_larger_world() -> None:
    small, large = (pa.concat_tables(retail(size, 5).signals) for size in (40, 90))
    mine = small.filter(pc.not_equal(small["kind"], "belief"))
    theirs = large.filter(pc.not_equal(large["kind"], "belief")).slice(0, mine.num_rows)
    assert mine.equals(theirs)


def test_the_catalogue_is_a_valid_one_in_four_languages(world: World) -> None:
    catalogue = parse_catalogue(world.catalogue)
    assert len(catalogue.stages) == 7
    assert len(catalogue.touchpoints) >= 25
    named = [*catalogue.stages, *catalogue.departments, *catalogue.touchpoints, catalogue.company]
    assert all(set(one.names) == {"pt", "es", "it", "en"} for one in named)
    assert sum(len(one.promises) for one in catalogue.touchpoints) >= 9


def test_the_catalogue_tells_nothing_of_the_truth(world: World) -> None:
    assert "truth" not in world.catalogue
    assert all("truth" not in touchpoint for touchpoint in world.catalogue["touchpoints"])


def test_every_signal_is_a_valid_signal(world: World, signals: Any) -> None:
    assert signals.schema.names == list(SIGNALS.names)
    for column in SIGNALS.columns:
        assert not (column.required and signals[column.name].null_count)
    keys = list(zip(signals["source"].to_pylist(), signals["id"].to_pylist(), strict=True))
    assert len(set(keys)) == len(keys)
    assert set(signals["kind"].to_pylist()) <= set(KINDS)
    first, last = datetime(2024, 7, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)
    assert first <= min(signals["at"].to_pylist())
    assert max(signals["at"].to_pylist()) < last
    for answers in signals["ratings"].to_pylist():
        assert all(BUILT_IN[key].allows(raw) for key, raw in answers)
    known = {one["key"] for one in world.catalogue["touchpoints"]}
    strangers = set(signals["touchpoint"].to_pylist()) - known
    assert strangers == ({"gift_card"} if world.name == "retail" else set())


def test_each_life_is_told_in_order_of_time(signals: Any) -> None:
    told = signals.filter(pc.not_equal(signals["kind"], "belief"))
    numbers = [int(one) for one in told["id"].to_pylist()]
    assert numbers == sorted(numbers)
    at = np.asarray(told["at"].cast(pa.int64()))
    same = np.diff(np.asarray(numbers) // 10_000) == 0
    assert (np.diff(at)[same] >= 0).all()


def test_people_answer_now_and_then_and_speak_their_language(signals: Any) -> None:
    told = signals.filter(pc.not_equal(signals["kind"], "belief"))
    rated = [bool(answers) for answers in told["ratings"].to_pylist()]
    assert 0.08 < sum(rated) / len(rated) < 0.35
    spoken = {
        (dict(properties)["country"], lang)
        for properties, lang in zip(told["properties"].to_pylist(), told["lang"].to_pylist(), strict=True)
        if lang
    }
    assert spoken == {("PT", "pt"), ("ES", "es"), ("IT", "it"), ("IE", "en")}


def test_accounts_have_one_decision_maker_and_one_buyer() -> None:
    told = pa.concat_tables(software(300, 2).signals)
    told = told.filter(pc.equal(told["kind"], "interaction"))
    roles: dict[str, dict[str, str]] = {}
    rows = zip(*(told[name].to_pylist() for name in ("account", "customer", "properties")), strict=True)
    for account, customer, properties in rows:
        if not customer.startswith("anon:"):
            roles.setdefault(account, {})[customer] = dict(properties)["role"]
    for people in roles.values():
        counted = Counter(people.values())
        assert counted["decision_maker"] <= 1
        assert counted["buyer"] <= 1
        assert counted["user"] <= 12
    assert len(roles) > 40


def test_nobody_ticks_where_a_goal_is_never_reached(world: World, signals: Any) -> None:
    """Who gives up at the advice in the store says so as an outcome; no agent crosses it out."""
    advice = {"retail": "store_advice", "software": "demo_call"}[world.name]
    here = signals.filter(pc.equal(signals["touchpoint"], advice))
    assert here["reached"].null_count == here.num_rows > 0
    outcomes = [dict(row).get("outcome") for row in here["properties"].to_pylist()]
    assert set(outcomes) == {None, "abandoned"}
    ticked = signals.filter(pc.equal(signals["reached"], True))
    said = signals.filter(pc.is_valid(signals["reached"]))
    assert set(said["touchpoint"].to_pylist()) <= set(ticked["touchpoint"].to_pylist())


def test_links_join_devices_to_customers_of_this_world() -> None:
    world = retail(400, 4)
    keys = set(pa.concat_tables(world.signals)["customer"].to_pylist())
    assert 15 < world.links.num_rows < 60
    assert set(world.links["to_customer"].to_pylist()) <= keys
    devices = world.links["from_customer"].to_pylist()
    assert all(key.startswith("anon:") for key in devices)
    assert len(set(devices)) == len(devices)


def test_leaders_believe_better_than_it_is() -> None:
    world = retail(1500, 7)
    believed: dict[str, list[float]] = {}
    for row in next(world.signals).filter(pc.field("kind") == "belief").to_pylist():
        ((instrument, raw),) = row["ratings"]
        believed.setdefault(row["touchpoint"], []).append(BUILT_IN[instrument].on_scale(raw))
    lived = {row["touchpoint"]: row["answer"] for row in world.truth["touchpoints"].to_pylist()}
    rosy = {key: np.mean(values) - lived[key] for key, values in believed.items()}
    assert {key for key, difference in rosy.items() if difference > 1.5} == {
        "home_delivery",
        "relationship_survey",
    }
    assert len(rosy) == 7
    assert sum(difference > 0 for difference in rosy.values()) >= 5


def test_a_world_of_one_customer_and_one_of_none() -> None:
    assert sum(table.num_rows for table in retail(1, 1).signals) > 50
    with pytest.raises(ParameterError):
        retail(0)
    with pytest.raises(ParameterError):
        retail(5, start=date(2025, 1, 1), end=date(2025, 1, 1))


def test_the_stock_of_phrases_is_rich_and_alike_in_every_language() -> None:
    stocks = [phrases(language) for language in LANGUAGES]
    assert all(stock.keys() == stocks[0].keys() for stock in stocks)
    for stock in stocks:
        sentences = [sentence for section in stock.values() for sentence in section]
        assert len(sentences) > 250
        assert len(set(sentences)) == len(sentences)
        assert all(sentence.endswith((".", "!", "?")) for sentence in sentences)


def test_nobody_says_the_same_sentence_twice(signals: Any) -> None:
    for text in signals["text"].drop_null().to_pylist():
        said = [
            part.strip(" .!¡").lower() for part in text.replace("!", ".").split(".") if part.strip(" .!¡")
        ]
        assert len(said) == len(set(said)), text


def test_the_weak_touchpoint_is_told_of_in_words() -> None:
    told = pa.concat_tables(retail(1500, 7).signals)
    late = told.filter(pc.and_(pc.equal(told["touchpoint"], "home_delivery"), pc.equal(told["lang"], "pt")))
    texts = " ".join(late["text"].drop_null().to_pylist())
    assert "O prazo de entrega não foi cumprido." in texts
