"""Commands about one person: explain-customer."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from vivencia.faces.cli.output import console, json_option, say_json, say_table
from vivencia.house.customers import Why, as_dict
from vivencia.house.workspace import Workspace
from vivencia.words.catalogue import named

_folder = click.Path(exists=True, file_okay=False, path_type=Path)
#: Events a person reads at once; `--json` has them all.
_SHOWN = 25


@click.command("explain-customer", epilog="Example: vivencia explain-customer my-shop c-1042 --at 2026-03-01")
@click.argument("workspace", type=_folder)
@click.argument("key")
@click.option("--at", help="Date or time, ISO 8601 (default: that of the newest event of anybody).")
@json_option
def explain_customer_command(workspace: Path, key: str, at: str | None, as_json: bool) -> None:
    """Say why one customer stands where they stand: each event with the weight it still has.

    KEY is the customer's key. This is the record of one person, for them and for who serves
    them: the anonymity threshold of reports does not hide it, so do not publish it.
    """
    place = Workspace.open(workspace)
    found = place.explain_customer(key, _time(at, place.catalogue.company.zone) if at else None)
    if as_json:
        say_json(as_dict(found))
        return
    _show(found, place)


def _time(text: str, zone: str) -> datetime:
    """A date is the end of that day; without an offset it is in the company's zone."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise click.UsageError(f"--at {text!r} is no date, such as 2026-03-01") from wrong
    if len(text) == len("2026-03-01"):
        found = found.replace(hour=23, minute=59, second=59, microsecond=999_999)
    return (found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone or "UTC"))).astimezone(UTC)


def _show(found: Why, place: Workspace) -> None:
    levels = as_dict(found)
    say_table(
        f"{found.customer} on {found.at:%Y-%m-%d %H:%M} UTC",
        ("", "value", "95 % from", "to"),
        [
            (words, *(levels[name][end] for end in ("value", "low", "high")))
            for name, words in (
                ("perception", "perception, 0–10"),
                ("expectation", "= what they have come to expect"),
                ("residual", "+ what remains of past events"),
                ("style", "their way with scales, in points"),
            )
        ],
    )
    events = found.events.to_pylist()
    heaviest = sorted(events, key=lambda one: -abs(one["remains"]))[:_SHOWN]
    names = {one.key: one.names for one in place.catalogue.touchpoints}
    language = place.settings.language
    rows = [
        (
            f"{one['at']:%Y-%m-%d}",
            named(names.get(one["touchpoint"], {}), language, one["touchpoint"]),
            one["experience"],
            one["jump"],
            one["weight"],
            one["remains"],
        )
        for one in sorted(heaviest, key=lambda one: one["at"])
    ]
    others = found.residual.value - found.inferred - sum(row[-1] for row in rows)
    if len(events) > len(rows):
        rows.append(("", f"{len(events) - len(rows)} lighter events", None, None, None, others))
    rows.append(("", "inferred from answers and surveys", None, None, None, found.inferred))
    say_table(
        "What remains of past events",
        ("when", "what", "lived, 0–10", "moved by", "weight today", "remains"),
        rows,
    )
    if not found.fitted:
        console().print("The speeds and gains are conventions yet: trust the order more than the sizes.")
    console().print(
        "This is the record of one person, for them and for who serves them; it has no place in a report.",
        markup=False,
    )
