"""Commands that give results: analyse, report, explain, export, serve."""

from pathlib import Path
from typing import Any

import click

from vivencia.faces.cli.output import console, json_option, progress, say_json, say_table
from vivencia.faces.cli.serving import serve_folder
from vivencia.faces.language import Language
from vivencia.faces.model import drift_said, model_said
from vivencia.faces.web.report import render_report
from vivencia.house.workspace import Workspace
from vivencia.words.catalogue import LANGUAGES

_folder = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("analyse", epilog="Example: vivencia analyse my-shop")
@click.argument("workspace", type=_folder)
@click.option("--all", "everything", is_flag=True, help="Run everything, not only what is stale.")
@click.option("--engine", type=click.Choice(["embedded", "spark"]), help="Where to run (default: settings).")
@json_option
def analyse_command(workspace: Path, everything: bool, engine: str | None, as_json: bool) -> None:
    """Run the analyses that are stale: journeys, perceptions, weights, findings."""
    place = Workspace.open(workspace, engine=engine)
    with progress(quiet=as_json) as watch:
        done = place.analyse(everything=everything, watch=watch)
    if as_json:
        say_json(done.as_dict() | {"model": place.model_in_use()})
        return
    rows = [(one.name, one.state, one.rows, one.seconds) for one in done.analyses]
    say_table(f"{done.signals:,} signals", ("analysis", "", "rows", "seconds"), rows)
    say_model(place)


def say_model(place: Workspace) -> None:
    """Say whether perceptions are told with parameters of the company's own or with defaults, and why."""
    model, language = place.model_in_use(), Language(place.settings.language)
    for line in (model_said(model, language), drift_said(model, language)):
        if line:
            console().print(line, markup=False, soft_wrap=True)


@click.command("report", epilog="Example: vivencia report my-shop --language pt --out report.html")
@click.argument("workspace", type=_folder)
@click.option(
    "--out", type=click.Path(path_type=Path), help="HTML file (default: report-<language>.html there)."
)
@click.option("--language", type=click.Choice(LANGUAGES), help="Language (default: settings).")
@json_option
def report_command(workspace: Path, out: Path | None, language: str | None, as_json: bool) -> None:
    """Write the report as one self-contained HTML file, or print it as JSON."""
    place = Workspace.open(workspace, language=language)
    with progress(quiet=as_json) as watch:
        place.analyse(watch=watch)
    report = place.report()
    if as_json:
        say_json(report)
        return
    file = out or workspace / page_name(place.settings.language)
    file.write_text(render_report(report, language=place.settings.language), encoding="utf-8")
    console().print(f"The report is written: {file}", markup=False)


@click.command("explain", epilog="Example: vivencia explain perception_weights my-shop")
@click.argument("analysis")
@click.argument("workspace", type=_folder, default=Path())
@json_option
def explain_command(analysis: str, workspace: Path, as_json: bool) -> None:
    """Show how an analysis is computed: each step's SQL or kernel, its rows and its time.

    ANALYSIS is the name of an analysis or of its room: journeys, perceptions, weights, actions.
    """
    ran = Workspace.open(workspace).explain(analysis)
    if as_json:
        steps = [
            {
                "analysis": name,
                "step": r.node,
                "kind": r.kind,
                "text": r.text,
                "rows": r.rows,
                "seconds": r.seconds,
            }
            for name, r in ran
        ]
        say_json({"analysis": analysis, "steps": steps})
        return
    for name, one in ran:
        console().rule(
            f"{name} · {one.node} ({one.kind}): {one.rows:,} rows in {one.seconds:.3f} s", align="left"
        )
        console().print(one.text, markup=False)


@click.command("export", epilog="Example: vivencia export my-shop summaries --out summaries.xlsx")
@click.argument("workspace", type=_folder)
@click.argument("table", required=False)
@click.option(
    "--out", type=click.Path(path_type=Path), help="csv, xlsx, ndjson, parquet, xes, or OCEL 2.0 file."
)
@json_option
def export_command(workspace: Path, table: str | None, out: Path | None, as_json: bool) -> None:
    """Write a table to a file; without a table, list what there is."""
    place = Workspace.open(workspace)
    if table is None:
        tables = place.tables()
        if as_json:
            say_json({"tables": tables})
        else:
            say_table(
                "Tables", ("table", "rows", "meaning"), [(t["name"], t["rows"], t["meaning"]) for t in tables]
            )
        return
    if out is None:
        raise click.UsageError("--out names the file to write, such as --out summaries.csv")
    rows = place.export(table, out)
    if as_json:
        say_json({"table": table, "rows": rows, "file": str(out)})
    else:
        console().print(f"{rows:,} rows are written: {out}", markup=False)


@click.command("serve", epilog="Example: vivencia serve my-shop --port 8765")
@click.argument("workspace", type=_folder)
@click.option("--port", type=click.IntRange(0, 65535), help="Port (default: settings); 0 picks a free one.")
@click.option("--open/--no-open", "open_browser", default=False, help="Open the browser.")
def serve_command(workspace: Path, port: int | None, open_browser: bool) -> None:
    """Serve the report on this machine only, in all languages."""
    place = Workspace.open(workspace, port=port)
    with progress() as watch:
        place.analyse(watch=watch)
    serve_reports(place, open_browser=open_browser)


def write_reports(place: Workspace, folder: Path) -> list[Path]:
    """Write the report in every language; the settings' language first. Gives the files."""
    pages = _pages(place.report())
    first = page_name(place.settings.language)
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in sorted(pages, key=lambda name: (name != first, name))]


def page_name(language: str) -> str:
    """The file a report in this language is written to."""
    return f"report-{language}.html"


def _pages(report: dict[str, Any]) -> dict[str, str]:
    """The report in every language by file name, each with a switch to the others."""
    others = {one: page_name(one) for one in LANGUAGES}
    return {file: render_report(report, language=one, others=others) for one, file in others.items()}


def serve_reports(place: Workspace, *, open_browser: bool) -> None:
    """Serve the reports of a workspace until interrupted; prints the address."""
    report = place.report()
    pages = {f"/{name}": text for name, text in _pages(report).items()}
    pages["/"] = pages[f"/{page_name(place.settings.language)}"]
    serve_folder(pages, report, host=place.settings.host, port=place.settings.port, open_browser=open_browser)
