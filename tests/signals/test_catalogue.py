"""vivencia.toml becomes a checked catalogue; every mistake is told at once."""

import tomllib

import pytest

from vivencia.plans.arrow import schema_of
from vivencia.signals import catalogue_tables, parse_catalogue
from vivencia.words.catalogue import DEFAULT_STAGES, Promise
from vivencia.words.errors import SettingsError
from vivencia.words.shapes import signals as shapes

GOOD = """
[company]
key = "loja"
names = { pt = "Loja Azul", en = "Blue Shop" }
zone = "Europe/Lisbon"
languages = ["pt", "en"]

[[departments]]
key = "logistics"

[[touchpoints]]
key = "phone"
stage = "support"
channel = "phone"
promises = ["wait_s <= 120", "transfers < 2"]

[[touchpoints]]
key = "delivery"
stage = "delivery"
environment = "offline"
department = "logistics"
party = "third_party"
names = { pt = "Entrega" }

[[instruments]]
key = "difficulty3"
target = "experience"
low = 1
high = 3
good = "low"

[settings]
port = 8000
"""

BAD = """
colour = "red"

[company]
key = "loja"
currency = "euros"
zone = "Lisbon"
anonymity = 0
langauges = ["pt"]

[[stages]]
key = "use"

[[stages]]
key = "use"

[[touchpoints]]
key = "START"
stage = "usage"

[[touchpoints]]
key = "phone"
stage = "use"
contact = "indirect"
form = "service"
promises = ["wait_s =< 120", "wait_s <= 1", "wait_s <= 2"]
names = { pt = "" }

[[instruments]]
key = "odd"
target = "mood"
low = 5
high = 1
"""


def test_a_catalogue_says_what_the_file_says() -> None:
    catalogue = parse_catalogue(tomllib.loads(GOOD))
    assert catalogue.company.names == {"pt": "Loja Azul", "en": "Blue Shop"}
    assert tuple(stage.key for stage in catalogue.stages) == DEFAULT_STAGES
    phone = catalogue.touchpoint("phone")
    assert phone is not None
    assert phone.promises == (Promise("wait_s", "<=", 120.0), Promise("transfers", "<", 2.0))
    assert catalogue.instruments["difficulty3"].on_scale(3) == 0.0
    assert catalogue.instruments["nps"].high == 10


def test_every_mistake_stands_in_one_message() -> None:
    with pytest.raises(SettingsError) as caught:
        parse_catalogue(tomllib.loads(BAD))
    told = [line.strip() for line in str(caught.value).splitlines()]
    assert told[0] == "The settings are not valid; nothing was started. 14 mistakes:"
    assert told[1:] == [
        "company.currency: found 'euros'; allowed: an ISO 4217 code, such as EUR",
        "company.zone: found 'Lisbon'; allowed: an IANA time zone, such as Europe/Lisbon",
        "company.anonymity: found 0; allowed: a whole number of at least 1",
        "company.langauges: found 'langauges'; allowed: languages, perhaps?",
        "stages: found 'use'; allowed: each key once",
        "instruments[1].target: found 'mood'; "
        "allowed: one of experience, relationship, expectation, adequate, desired, emotion, intention, "
        "functional, dysfunctional",
        "instruments[1].high: found 1; allowed: a number above low (5)",
        "touchpoints[1].key: found 'START'; allowed: a text on one line, without | and >, "
        "and not START, REACHED, ABANDONED, LOST, OPEN",
        "touchpoints[1].stage: found 'usage'; allowed: use",
        "touchpoints[2].form: found 'service'; allowed: one of word_of_mouth, review, press, advertising",
        "touchpoints[2].names: found {'pt': ''}; "
        'allowed: { language = "text" }, such as { pt = "Entrega", en = "Delivery" }',
        "touchpoints[2].promises: found 'wait_s =< 120'; allowed: measure, <= < >= >, number: wait_s <= 120",
        "touchpoints[2].promises: found 'wait_s <= 2'; allowed: one promise a measure; wait_s has one",
        "colour: found 'colour'; "
        "allowed: accounts, aspects, company, departments, instruments, journeys, settings, stages, "
        "touchpoints",
    ]


def test_the_catalogue_as_tables() -> None:
    tables = catalogue_tables(parse_catalogue(tomllib.loads(GOOD)))
    assert tables["touchpoints"].schema == schema_of(shapes.TOUCHPOINTS)
    assert tables["promises"].schema == schema_of(shapes.PROMISES)
    assert tables["instruments"].schema == schema_of(shapes.INSTRUMENTS)
    assert tables["touchpoints"].select(["touchpoint", "stage_order", "party"]).to_pylist() == [
        {"touchpoint": "delivery", "stage_order": 3, "party": "third_party"},
        {"touchpoint": "phone", "stage_order": 5, "party": "company"},
    ]
    assert tables["promises"].to_pylist() == [
        {"touchpoint": "phone", "measure": "transfers", "operator": "<", "threshold": 2.0},
        {"touchpoint": "phone", "measure": "wait_s", "operator": "<=", "threshold": 120.0},
    ]
    stars = next(row for row in tables["instruments"].to_pylist() if row["instrument"] == "stars")
    assert stars["intercept"] + stars["slope"] * 4 == 7.5


DESIGNED = """
[company]
key = "loja"

[[touchpoints]]
key = "site"
stage = "purchase"

[[touchpoints]]
key = "really?"
stage = "use"

[[journeys]]
key = "order"
goal = "buy"
names = { en = "Order" }
steps = ["site+", "site | really? *", "really?"]
"""


def test_a_designed_journey_is_steps_that_may_be_either_left_out_or_repeated() -> None:
    (one,) = parse_catalogue(tomllib.loads(DESIGNED)).journeys
    assert (one.key, one.goal, one.names) == ("order", "buy", {"en": "Order"})
    assert [(step.touchpoints, step.optional, step.repeats) for step in one.steps] == [
        (("site",), False, True),
        (("site", "really?"), True, True),
        (("really?",), False, False),  # a touchpoint may itself end so
    ]


def test_mistakes_of_designed_journeys_stand_in_the_one_message() -> None:
    text = (
        DESIGNED
        + """
[[journeys]]
key = "order"
steps = ["sight", "site"]
colour = "red"

[[journeys]]
key = "empty"

[[journeys]]
key = "nothing"
steps = ["site?"]
"""
    )
    with pytest.raises(SettingsError) as refused:
        parse_catalogue(tomllib.loads(text))
    assert [line.split(":")[0].strip() for line in refused.value.detail.splitlines()[1:]] == [
        "journeys[2].steps", "journeys[2].colour", "journeys[3].steps", "journeys[4].steps", "journeys",
    ]  # fmt: skip
    assert "found 'sight'; allowed: touchpoints of this file: really?, site" in refused.value.detail


def test_designs_are_a_table() -> None:
    rows = catalogue_tables(parse_catalogue(tomllib.loads(DESIGNED)))["designs"].to_pylist()
    assert [tuple(row.values()) for row in rows] == [
        ("order", 1, "buy", 1, "site", False, True),
        ("order", 1, "buy", 2, "really?", True, True),
        ("order", 1, "buy", 2, "site", True, True),
        ("order", 1, "buy", 3, "really?", False, False),
    ]


def test_accounts_name_key_roles_and_their_question():
    found = parse_catalogue(
        {
            "accounts": {"key_roles": ["decides", "uses"], "decides": "decides", "reassurance": "safe5"},
            "instruments": [{"key": "safe5", "target": "intention", "low": 1, "high": 5}],
        }
    )
    assert (found.accounts.key_roles, found.accounts.decides) == (("decides", "uses"), "decides")
    with pytest.raises(SettingsError, match=r"accounts.reassurance: found 'none'"):
        parse_catalogue({"accounts": {"reassurance": "none"}})
