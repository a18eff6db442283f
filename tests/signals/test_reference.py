"""The pages on mappings say what the code does."""

import re
import tomllib
from pathlib import Path

from made_up.conversions import CATALOGUE, NOW, csv
from vivencia.signals import EXAMPLES, parse_mapping
from vivencia.signals.mapping.functions import FUNCTIONS
from vivencia.signals.mapping.parse import FIELD_KINDS

DOCS = Path(__file__).resolve().parents[2] / "docs"
REFERENCE = (DOCS / "reference" / "mapping.md").read_text(encoding="utf-8")
GUIDE = (DOCS / "how-to" / "map-files.md").read_text(encoding="utf-8")


def test_every_function_and_field_is_in_the_reference() -> None:
    for function in FUNCTIONS.values():
        assert f"| `{function.example}` | {function.meaning} |" in REFERENCE
    for field in FIELD_KINDS:
        assert f"`{field}`" in REFERENCE
    for name in EXAMPLES:
        assert f"`{name}`" in GUIDE


def test_the_mapping_of_the_guide_works() -> None:
    blocks = re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)
    mapping = parse_mapping(tomllib.loads(blocks[0]))
    orders = csv("""
        order, client, ordered, promised, delivered, total
        o1, ana, 01/03/2026 10:00, 03/03/2026, 03/03/2026 18:00, 12
        o2, 0, 01/03/2026 10:00, 03/03/2026, , 12
    """)
    found = mapping.convert({"orders": orders}, catalogue=CATALOGUE, now=NOW)
    assert found.faults.num_rows == 0
    assert found.signals["customer"].to_pylist() == ["ana", "anon:shop:o2:purchase", "ana"]
    assert found.signals["measures"].to_pylist()[-1] == [("delay_days", 0.0)]
    named = blocks[0].replace("[[signals]]", '[[signals]]\nfrom = "orders"')
    joined = named + '[files.customers]\npattern = "c*.csv"\n' + blocks[1]
    assert parse_mapping(tomllib.loads(joined)).sides == ("customers",)
