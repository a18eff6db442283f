"""A dry run shows what an import would give, and every kind of fault once."""

import json

from made_up.conversions import CATALOGUE, converted
from vivencia.signals import preview

MAPPING = """
[mapping]
name = "answers"
zone = "UTC"
[files.f]
pattern = "*"
[[signals]]
name = "answer"
when = "{where} != 'nowhere'"
id = "{id}"
at = "{at}"
customer = "{who}"
kind = "survey"
touchpoint = "{where}"
ratings.csat5 = "{score}"
"""

FILE = """
id, at, who, where, score
1, 2026-01-01, ana, desk, 5
2, 2026-01-01, ana, desk, 6
3, 2026-01-01, ana, phone, 4
4, 2026-01-01, ana, desk, 7
5, someday, ana, desk, 3
6, 2026-01-01, ana, desk, 3
7, 2026-01-01, ana, nowhere, 3
"""


def test_counts_examples_and_first_signals() -> None:
    found = preview([converted(MAPPING, f=FILE)], CATALOGUE, most=2)
    assert (found.records, found.signals, found.faults, found.silent) == (7, 3, 3, 1)
    assert found.touchpoints == {"desk": 2, "phone": 1}
    assert found.uncatalogued == ("desk", "phone")
    assert found.kinds == {"survey": 3}
    assert [row["touchpoint"] for row in found.first] == ["desk", "phone"]
    assert [(one.code, one.field, one.count, one.example["line"]) for one in found.fault_kinds] == [
        ("out-of-scale", "ratings.csat5", 2, 3),
        ("not-a-date", "at", 1, 6),
    ]
    said = json.loads(json.dumps(found.as_dict()))
    assert said["first"][0] == {
        "source": "answers",
        "id": "1",
        "at": "2026-01-01T00:00:00+00:00",
        "customer": "ana",
        "kind": "survey",
        "touchpoint": "desk",
        "ratings": {"csat5": 5.0},
    }


def test_batches_add_up() -> None:
    whole = converted(MAPPING, f=FILE)
    assert preview([whole, whole], CATALOGUE).touchpoints == {"desk": 4, "phone": 2}
    assert preview([], CATALOGUE).signals == 0
