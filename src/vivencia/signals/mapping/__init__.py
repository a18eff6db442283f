"""Mappings: how the columns of a company's files become signals."""

from vivencia.signals.mapping.mapping import Converted, Converter, Mapping
from vivencia.signals.mapping.parse import parse_mapping

__all__ = ["Converted", "Converter", "Mapping", "parse_mapping"]
