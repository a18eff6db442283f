"""Which way did the company design? `[[journeys]]` of vivencia.toml, checked, and as a table."""

from collections.abc import Callable, Collection, Iterable

import pyarrow as pa

from vivencia.signals.arrow import table_of
from vivencia.signals.reading import Reader
from vivencia.words.catalogue import DesignedJourney, DesignedStep, Names
from vivencia.words.shapes.signals import DESIGNS

#: What may stand behind a step: it may be left out, be repeated, or both.
MARKS = {"?": (True, False), "+": (False, True), "*": (True, True)}
_RULE = (
    'a list of steps in order: "touchpoint", "one | other" for either; '
    "behind it ? where it may be left out, + where it may repeat, * for both"
)


def read_designs(
    reader: Reader,
    touchpoints: Collection[str],
    key: Callable[[Reader], str],
    names: Callable[[Reader], Names],
) -> tuple[DesignedJourney, ...]:
    """The designed journeys; every mistake is noted. `touchpoints` are the keys a step may name."""
    found = []
    for one in reader.tables("journeys"):
        found.append(
            DesignedJourney(
                key=key(one), names=names(one), goal=one.text("goal"), steps=_steps(one, touchpoints)
            )
        )
        one.done()
    return tuple(found)


def _steps(reader: Reader, touchpoints: Collection[str]) -> tuple[DesignedStep, ...]:
    said = reader.texts("steps")
    if not said:
        reader.note("steps", _RULE)
    steps = []
    for text in said:
        step = read_step(text, touchpoints)
        unknown = [key for key in step.touchpoints if key not in touchpoints]
        if unknown:
            allowed = f"touchpoints of this file: {', '.join(sorted(touchpoints)) or 'none is declared'}"
            reader.mistakes.note(reader.at("steps"), text, allowed)
        steps.append(step)
    if steps and all(step.optional for step in steps):
        reader.note("steps", "at least one step that may not be left out")
    return tuple(steps)


def read_step(text: str, touchpoints: Collection[str] = ()) -> DesignedStep:
    """One step as written.

    >>> read_step("site | app+")
    DesignedStep(touchpoints=('site', 'app'), optional=False, repeats=True)
    """
    plain = text.strip()
    optional = repeats = False
    if plain not in touchpoints and plain[-1:] in MARKS:
        optional, repeats = MARKS[plain[-1]]
        plain = plain[:-1].strip()
    return DesignedStep(tuple(dict.fromkeys(key.strip() for key in plain.split("|"))), optional, repeats)


def designs_table(journeys: Iterable[DesignedJourney]) -> pa.Table:
    """The designed journeys as the table `designs`."""
    rows: list[dict[str, object]] = [
        {
            "design": one.key,
            "design_order": order,
            "goal": one.goal,
            "step": number,
            "touchpoint": touchpoint,
            "optional": step.optional,
            "repeats": step.repeats,
        }
        for order, one in enumerate(journeys, 1)
        for number, step in enumerate(one.steps, 1)
        for touchpoint in sorted(step.touchpoints)
    ]
    return table_of(DESIGNS, rows)
