"""Receive: check, name, link identities, keep the catalogue; refused records become faults."""

from vivencia.signals.arrow import empty, laid_out
from vivencia.signals.canonical import Canonical, is_canonical
from vivencia.signals.catalogue import catalogue_tables, parse_catalogue
from vivencia.signals.events import events_plan, people_plan
from vivencia.signals.examples import EXAMPLES, example_catalogue, example_mapping
from vivencia.signals.mapping import Converted, Converter, Mapping, parse_mapping
from vivencia.signals.mapping.faults import Origin, broken_faults
from vivencia.signals.preview import FaultKind, Preview, preview
from vivencia.signals.proposing import propose
from vivencia.signals.replay import AnyMapping, replay
from vivencia.signals.templates import TEMPLATES, write_template
from vivencia.words.shapes.signals import (
    DESIGNS,
    EVENTS,
    FAULTS,
    INSTRUMENTS,
    LINKS,
    PEOPLE,
    PROMISES,
    SIGNALS,
    TOUCHPOINTS,
    UNCATALOGUED,
)

READS = (SIGNALS, LINKS, TOUCHPOINTS)
WRITES = (EVENTS, PEOPLE, UNCATALOGUED)

#: What the store and vivencia.toml hold, beside what the events plan writes.
KEPT = (SIGNALS, FAULTS, LINKS, TOUCHPOINTS, PROMISES, INSTRUMENTS, DESIGNS)

__all__ = [
    "EXAMPLES",
    "KEPT",
    "READS",
    "TEMPLATES",
    "WRITES",
    "AnyMapping",
    "Canonical",
    "Converted",
    "Converter",
    "FaultKind",
    "Mapping",
    "Origin",
    "Preview",
    "broken_faults",
    "catalogue_tables",
    "empty",
    "events_plan",
    "example_catalogue",
    "example_mapping",
    "is_canonical",
    "laid_out",
    "parse_catalogue",
    "parse_mapping",
    "people_plan",
    "preview",
    "propose",
    "replay",
    "write_template",
]
