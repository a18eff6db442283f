"""Commands that start something: demo, init, simulate, doctor."""

from pathlib import Path

import click

from vivencia.faces.cli.output import console, json_option, progress, say_json, say_table
from vivencia.house.demo import DEMO_CUSTOMERS, make_demo, simulate_into
from vivencia.house.doctor import examine
from vivencia.house.workspace import EXAMPLES, TEMPLATES, Workspace
from vivencia.words.catalogue import LANGUAGES

WORLDS = ("retail", "software")

language_option = click.option(
    "--language", type=click.Choice(LANGUAGES), help="Language (default: settings)."
)


@click.command("init", epilog="Example: vivencia init my-shop --template retail --language pt")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--template", type=click.Choice(TEMPLATES), default="retail", show_default=True, help="Trade.")
@click.option(
    "--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Of the comments."
)
@click.option("--example", type=click.Choice(EXAMPLES), help="The catalogue that fits a mapping that ships.")
@json_option
def init_command(path: Path, template: str, language: str, example: str | None, as_json: bool) -> None:
    """Make a workspace: a folder with a commented vivencia.toml to make your own."""
    workspace = Workspace.create(path, template=template, language=language, example=example)
    if as_json:
        say_json({"workspace": str(path), "touchpoints": len(workspace.catalogue.touchpoints)})
        return
    console().print(f"{path / 'vivencia.toml'} is written. Next:", markup=False)
    console().print(f"  vivencia import {path} YOUR-FILE.csv --propose", markup=False)


@click.command("demo", epilog="Example: vivencia demo --language es --out my-demo --no-serve")
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("demo"), show_default=True, help="Folder."
)
@click.option(
    "--world", type=click.Choice(WORLDS), default="retail", show_default=True, help="Which company."
)
@click.option("--customers", type=click.IntRange(50, 1_000_000), default=DEMO_CUSTOMERS, show_default=True)
@click.option("--seed", type=int, default=7, show_default=True, help="The same seed makes the same company.")
@click.option("--serve/--no-serve", default=True, help="Serve the report on loopback, or only write it.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port (default: settings); 0 picks a free one.")
@click.option("--open/--no-open", "open_browser", default=True, help="Open the browser.")
@language_option
@json_option
def demo_command(
    out: Path, world: str, customers: int, seed: int, serve: bool, port: int | None,
    open_browser: bool, language: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Make a company with a known truth, analyse it, and show its report."""
    from vivencia.faces.cli.results import serve_reports, write_reports

    with progress(quiet=as_json) as watch:
        workspace = make_demo(out, world=world, customers=customers, seed=seed, watch=watch)
    workspace = workspace.with_flags(language=language, port=port)
    written = write_reports(workspace, out)
    if as_json:
        say_json({"workspace": str(out), "reports": [str(file) for file in written]})
    else:
        console().print(f"The report is written: {written[0]}", markup=False)
    if serve:
        serve_reports(workspace, open_browser=open_browser)


@click.command("simulate", epilog="Example: vivencia simulate my-shop --customers 20000 --seed 3")
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--world", type=click.Choice(WORLDS), default="retail", show_default=True, help="Which company."
)
@click.option("--customers", type=click.IntRange(1, 100_000_000), default=2_000, show_default=True)
@click.option("--seed", type=int, default=7, show_default=True, help="The same seed makes the same company.")
@json_option
def simulate_command(path: Path, world: str, customers: int, seed: int, as_json: bool) -> None:
    """Fill a new workspace with a made-up company whose truth is known (in truth/)."""
    with progress(quiet=as_json) as watch:
        made = simulate_into(path, world=world, customers=customers, seed=seed, watch=watch)
    if as_json:
        say_json({"workspace": str(path), "signals": made.signals, "truth": list(made.truth)})
    else:
        console().print(
            f"{made.signals:,} signals are in {path}; the truth is in {path / 'truth'}", markup=False
        )


@click.command("doctor", epilog="Example: vivencia doctor my-shop")
@click.argument("path", type=click.Path(path_type=Path), required=False)
@json_option
def doctor_command(path: Path | None, as_json: bool) -> None:
    """Say what is installed, which settings are in force, and what is wrong."""
    findings = examine(path)
    if as_json:
        say_json({"ok": all(one.ok for one in findings), "checks": [one.as_dict() for one in findings]})
    else:
        rows = [("✓" if one.ok else "✗", one.subject, one.found) for one in findings]
        say_table("Doctor", ("", "what", "found"), rows)
    if not all(one.ok for one in findings):
        raise click.exceptions.Exit(1)
