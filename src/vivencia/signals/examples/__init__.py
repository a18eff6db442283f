"""Mappings of public data sets, each with a catalogue that fits: to try, to learn from, to copy."""

from importlib.resources import files

from vivencia.words.errors import InputError

#: The examples, by the name that `vivencia import --mapping` takes.
EXAMPLES = ("olist_orders", "kiosk_servqual", "journeys_receipt", "ocel")


def example_mapping(name: str) -> str:
    """The text of an example's mapping file. Raises InputError when there is none of that name."""
    return _read(name, "mapping.toml")


def example_catalogue(name: str) -> str:
    """The text of a vivencia.toml that fits an example. Raises InputError when there is none."""
    return _read(name, "vivencia.toml")


def _read(name: str, file: str) -> str:
    if name not in EXAMPLES:
        raise InputError(f"There is no example {name!r}.", hint=f"One of {', '.join(EXAMPLES)}.")
    return files("vivencia.signals.examples").joinpath(name, file).read_text(encoding="utf-8")
