"""Commands that check and measure: check, bench."""

from pathlib import Path

import click

from vivencia.faces.cli.output import console, json_option, progress, say_json, say_table
from vivencia.faces.cli.words import check_understanding_command
from vivencia.house.bench import measure
from vivencia.house.checking import CUSTOMERS, PERCEPTION
from vivencia.house.doctor import examine
from vivencia.house.workspace import Workspace

_folder = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group("check", epilog="Example: vivencia check workspace my-shop")
def check_command() -> None:
    """Check that a workspace is sound, and that the models earn their keep."""


check_command.add_command(check_understanding_command)


@check_command.command("workspace", epilog="Example: vivencia check workspace my-shop --json")
@click.argument("workspace", type=_folder)
@json_option
def check_workspace(workspace: Path, as_json: bool) -> None:
    """Check vivencia.toml, the signal store and the results of a workspace; exit 1 where one is not well."""
    findings = examine(workspace)
    if as_json:
        say_json({"ok": all(one.ok for one in findings), "checks": [one.as_dict() for one in findings]})
    else:
        say_table(
            "Check", ("", "what", "found"), [("✓" if f.ok else "✗", f.subject, f.found) for f in findings]
        )
    if not all(one.ok for one in findings):
        raise click.exceptions.Exit(1)


@check_command.command("perception", epilog="Example: vivencia check perception my-shop --json")
@click.argument("workspace", type=_folder)
@click.option(
    "--customers",
    type=click.IntRange(10),
    default=CUSTOMERS,
    show_default=True,
    help="How many of those who answered.",
)
@click.option("--seed", type=int, default=7, show_default=True, help="Of gradient boosting.")
@json_option
def check_perception(workspace: Path, customers: int, seed: int, as_json: bool) -> None:
    """Predict answers of unseen customers and months, beside what companies use today.

    The outcome is kept: where another method predicts better, the report shows levels by it.
    """
    place = Workspace.open(workspace)
    with progress(quiet=as_json) as watch:
        found = place.check_perception(customers=customers, seed=seed, watch=watch)
    if as_json:
        say_json(found.as_dict())
        return
    for one in found.splits:
        rows = [
            (score.method, score.rmse, score.log_density, score.coverage, score.ahead_low, score.ahead_high)
            for score in sorted(one.scores, key=lambda score: score.rmse)
        ]
        say_table(
            f"{_SPLITS[one.split]}: {one.scores[0].n:,} answers predicted",
            ("method", "RMSE", "log density", "90 % covers", "perception better by, from", "to"),
            rows,
        )
        counts = " ".join(str(count) for count in one.pit)
        console().print(f"Answers by tenths of what perception foresaw (level is right): {counts}")
    for name in found.left_out:
        console().print(f"{name} is left out: pip install 'vivencia[check]' brings it", markup=False)
    if found.best != PERCEPTION:
        console().print(f"Perception does not predict best here: {found.best} does.")
    if found.shown != PERCEPTION:
        console().print(f"The report therefore shows customers' levels by {found.shown}.")


_SPLITS = {"customer": "Customers held out", "time": "The last fifth of the time held out"}


@click.command("bench", epilog="Example: vivencia bench --signals 1000000")
@click.option("--signals", type=click.IntRange(1_000), default=100_000, show_default=True, help="How many.")
@click.option("--seed", type=int, default=7, show_default=True)
@json_option
def bench_command(signals: int, seed: int, as_json: bool) -> None:
    """Measure this machine: taking signals in and the whole analysis, beside a bare sort-and-scan."""
    with progress(quiet=as_json) as watch:
        found = measure(signals, seed=seed, watch=watch)
    if as_json:
        say_json(found.as_dict())
        return
    say_table(f"{found.signals:,} signals", ("what", "seconds", "signals a second", "ratio"), found.rows())
    console().print("The ratio is against DuckDB sorting and scanning the same columns, in the same run.")
