"""The report of made-up results, held against its own schema."""

from typing import Any

from jsonschema import Draft202012Validator

from made_up import results
from vivencia.house.report import build_report, report_schema
from vivencia.words.catalogue import Catalogue


def report_of(tables: results.Tables, catalogue: Catalogue | None = None) -> dict[str, Any]:
    """The report of these tables at `results.NOW`, of the made-up shop where no catalogue is given."""
    found = build_report(
        results.reader(tables), catalogue or results.catalogue(), now=results.NOW, version="0.1.0"
    )
    Draft202012Validator(report_schema()).validate(found)
    return found
