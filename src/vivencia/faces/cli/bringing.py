"""Commands that bring signals in: import, faults."""

from pathlib import Path
from typing import Any

import click

from vivencia.faces.cli.output import console, json_option, progress, say_json, say_table
from vivencia.faces.language import Language
from vivencia.house.importing import Imported, Preview
from vivencia.house.workspace import Workspace

#: Columns of a signal that a dry run shows, where they hold anything.
SHOWN = ("id", "at", "customer", "kind", "touchpoint", "place", "measures", "ratings", "text", "value")

_folder = click.Path(exists=True, file_okay=False, path_type=Path)
_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(
    "import", epilog="Example: vivencia import my-shop orders.csv reviews.csv --mapping my-shop.toml"
)
@click.argument("workspace", type=_folder)
@click.argument("files", nargs=-1, required=True, type=_file)
@click.option("--mapping", help="A mapping file, or the name of one that ships.")
@click.option("--source", help="Name of the system the file comes from (default: the mapping's).")
@click.option("--encoding", help="Encoding of text files, where it cannot be told for sure.")
@click.option("--delimiter", help="Delimiter of CSV files, where it cannot be told.")
@click.option("--sheet", help="Sheet of an XLSX file (default: the first).")
@click.option("--propose", is_flag=True, help="Look at the files and print a first mapping; write nothing.")
@click.option(
    "--dry-run", is_flag=True, help="Show the first signals and every kind of fault; write nothing."
)
@json_option
def import_command(
    workspace: Path, files: tuple[Path, ...], mapping: str | None, source: str | None, encoding: str | None,
    delimiter: str | None, sheet: str | None, propose: bool, dry_run: bool, as_json: bool,
) -> None:  # fmt: skip
    """Bring signals in from CSV, XLSX, NDJSON, Parquet, XES or OCEL files.

    Bad records are kept as faults and the good ones go in; the same file twice adds nothing.
    """
    place = Workspace.open(workspace)
    reading = {"encoding": encoding, "delimiter": delimiter, "sheet": sheet}
    if propose:
        proposals = {file.name: place.propose(file, **reading) for file in files}
        if as_json:
            say_json({"mappings": proposals})
        else:
            click.echo("\n".join(proposals.values()))
        return
    if dry_run:
        _show_preview(place.preview(files, mapping=mapping, source=source, **reading), as_json)
        return
    with progress(quiet=as_json) as watch:
        done = place.import_files(files, mapping=mapping, source=source, watch=watch, **reading)
    _show_imported(done, workspace, as_json)


def _show_imported(done: Imported, workspace: Path, as_json: bool) -> None:
    if as_json:
        say_json(done.as_dict())
        return
    console().print(f"{done.taken:,} signals taken, {done.repeated:,} were there already.", markup=False)
    if done.faults:
        console().print(f"{done.faults:,} records kept as faults: vivencia faults {workspace}", markup=False)


def _show_preview(preview: Preview, as_json: bool) -> None:
    if as_json:
        say_json(preview.as_dict())
        return
    columns = [name for name in SHOWN if any(row.get(name) is not None for row in preview.first)]
    say_table(
        "First signals", columns, [tuple(_short(row.get(name)) for name in columns) for row in preview.first]
    )
    strange = set(preview.uncatalogued)
    say_table(
        f"{preview.signals:,} signals from {preview.records:,} records",
        ("touchpoint", "signals", ""),
        [
            (key, n, "not in the catalogue" if key in strange else "")
            for key, n in preview.touchpoints.items()
        ],
    )
    if preview.fault_kinds:
        heads = ("code", "field", "count", "line", "found", "expected")
        rows = [
            (one.code, one.field, one.count, *(one.example.get(name) for name in heads[3:]))
            for one in preview.fault_kinds
        ]
        say_table(f"{preview.faults:,} faults", heads, rows)
    console().print("Nothing was written.", markup=False)


def _short(value: Any) -> Any:
    """Maps as `key=value`, long texts cut."""
    if isinstance(value, (list, dict)):
        pairs = value.items() if isinstance(value, dict) else value
        value = " ".join(f"{key}={one}" for key, one in pairs)
    return value[:60] if isinstance(value, str) else value


@click.command("faults", epilog="Example: vivencia faults my-shop --replay --mapping fixed.toml")
@click.argument("workspace", type=_folder)
@click.option(
    "--replay", is_flag=True, help="Try the kept records again, with --mapping where it was mended."
)
@click.option("--mapping", help="The mapping to try again with.")
@click.option("--dismiss", multiple=True, metavar="FAULT", help="Set a fault aside for good.")
@click.option("--all", "every", is_flag=True, help="Also replayed and dismissed ones.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="How many to list.")
@json_option
def faults_command(
    workspace: Path, replay: bool, mapping: str | None, dismiss: tuple[str, ...],
    every: bool, limit: int, as_json: bool,
) -> None:  # fmt: skip
    """List the records that could not be taken, and try them again after a fix."""
    place = Workspace.open(workspace)
    if dismiss:
        place.dismiss_faults(dismiss)
    if replay:
        with progress(quiet=as_json) as watch:
            _show_imported(place.replay_faults(mapping=mapping, watch=watch), workspace, as_json)
        return
    found = place.faults(state=None if every else "open")
    rows = found.slice(0, limit).to_pylist()
    if as_json:
        say_json({"count": found.num_rows, "faults": rows})
        return
    language = Language(place.settings.language)
    say_table(
        f"{found.num_rows:,} faults",
        ("file", "line", "field", "found", "expected", "what is wrong", "what to do"),
        [
            (
                *(row[name] for name in ("file", "line", "field", "found", "expected")),
                *_in_words(row, language),
            )
            for row in rows
        ],
    )


def _in_words(fault: dict[str, Any], language: Language) -> tuple[str, str]:
    return language.say(f"fault.{fault['code']}"), language.say(f"fault.{fault['code']}.remedy")
