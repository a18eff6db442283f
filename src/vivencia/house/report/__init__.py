"""The report: the outside contract of `vivencia report --json`, assembled from the derived tables.

Every estimate is `{"value", "low", "high", "n"}` with a 95 % interval, and absent
where it would stand on fewer answers or fewer people than the anonymity threshold.
The same tables, clock and version give the same report, byte for byte.
"""

import json
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from vivencia.house.report.accounts import accounts
from vivencia.house.report.bond import bond
from vivencia.house.report.checks import check, stand_in
from vivencia.house.report.designs import designed
from vivencia.house.report.differences import differences
from vivencia.house.report.doing import findings, method, weights
from vivencia.house.report.effort import effort
from vivencia.house.report.felt import felt
from vivencia.house.report.groups import by_dimension, environments, stages, touchpoints
from vivencia.house.report.kano import kano
from vivencia.house.report.moments import moments
from vivencia.house.report.reading import Reading, Row, TableReader
from vivencia.house.report.represented import countries, instruments, represented
from vivencia.house.report.standing import listening, mirror, perception, pillars
from vivencia.house.report.ways import journeys
from vivencia.house.report.weighing import bottlenecks, drivers, hazards
from vivencia.house.report.words import words
from vivencia.words.catalogue import Catalogue

__all__ = ["build_report", "report_schema"]

#: Raised by one when a name outsiders script against changes its meaning.
CONTRACT = 1


def build_report(tables: TableReader, catalogue: Catalogue, *, now: datetime, version: str) -> Row:
    """The whole report as plain, JSON-safe values.

    `tables` gives each derived table by name as a `pyarrow.Table`, or None (or raises
    KeyError) where there is none: its section is then empty. `now` is written into the
    report, nothing else reads the clock.
    """
    reading = Reading(tables, catalogue.company.anonymity)
    # Where a rival predicts better, what only the filter tells is withheld: parts of answers and the bond.
    instead = stand_in(reading)
    departments = {one.key: one.names for one in catalogue.departments}
    report: Row = {
        "contract": CONTRACT,
        "company": _company(catalogue),
        "listening": listening(reading),
        "touchpoints": touchpoints(reading, catalogue),
        "stages": stages(reading, catalogue),
        "environments": environments(reading),
        "departments": by_dimension(reading, "department", "department", departments),
        "channels": by_dimension(reading, "channel", "channel", {}),
        "segments": by_dimension(reading, "segment", "segment", {}),
        "journeys": journeys(reading),
        "designed": designed(reading, catalogue),
        "differences": differences(reading),
        "perception": perception(reading),
        "check": check(reading),
        "felt": {} if instead else felt(reading, catalogue),
        "bond": {} if instead else bond(reading),
        "accounts": accounts(reading),
        "represented": represented(reading),
        "instruments": instruments(reading),
        "countries": countries(reading),
        "pillars": pillars(reading),
        "effort": effort(reading),
        "words": words(reading, catalogue),
        "weights": weights(reading, catalogue),
        "bottlenecks": bottlenecks(reading),
        "drivers": drivers(reading),
        "hazards": hazards(reading),
        "kano": kano(reading),
        "moments": moments(reading),
        "mirror": mirror(reading),
        "findings": findings(reading, catalogue, instead=instead),
    }
    report["method"] = method(reading, catalogue, now=now, version=version, report=report)
    return report


@cache
def report_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) that every report satisfies."""
    text = files("vivencia.house.report").joinpath("schema.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def _company(catalogue: Catalogue) -> Row:
    company = catalogue.company
    return {
        "key": company.key,
        "names": dict(company.names),
        "offering": company.offering,
        "serves": company.serves,
        "languages": list(company.languages),
        "currency": company.currency,
        "anonymity": company.anonymity,
    }
