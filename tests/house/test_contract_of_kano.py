"""The outside contract of Kano's pairs."""

from made_up import asked
from made_up.reported import report_of


def test_a_class_is_named_only_where_it_leads():
    found = report_of({"kano": asked.kano()})["kano"]
    # Three customers were asked about returns: nothing is told of them.
    assert [(one["touchpoint"], one["n"], one.get("category"), one.get("kind")) for one in found] == [
        ("checkout", 100, "one_dimensional", "one_dimensional"),
        ("delivery", 100, "must_be", "must_be"),
        ("shop_visit", 100, "attractive", "attractive"),
        ("till", 80, "one_dimensional", None),
    ]
    delivery = found[1]
    assert delivery["shares"]["must_be"] == {"value": 0.7, "low": 0.6036, "high": 0.7814, "n": 100}
    assert delivery["lead"] == {"value": 0.56, "low": 0.3781, "high": 0.7419, "n": 100}
    assert (delivery["better"]["value"], delivery["better"]["n"]) == (0.1837, 98)
    assert delivery["worse"]["value"] == -0.8571
    assert delivery["worse"]["low"] < delivery["worse"]["value"] < delivery["worse"]["high"] < 0


def test_where_no_pairs_were_asked_there_is_none():
    assert report_of({})["kano"] == []


def test_better_and_worse_need_enough_usable_pairs():
    table = asked.kano({"till": (2, 0, 0, 0, 3, 0)})
    found = report_of({"kano": table})["kano"]
    # Five customers answered, two of them usably: shares are told, better and worse are not.
    assert [sorted(one) for one in found] == [["category", "customers", "lead", "n", "shares", "touchpoint"]]
