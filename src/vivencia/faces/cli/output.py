"""How the command line prints: JSON for programs, tables for people, progress on long work."""

import json
import math
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

#: Reports how far a work is: label, done, total (None where nobody knows).
Watch = Callable[[str, float, float | None], None]

json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


def console() -> Console:
    """Standard output for people; plain when it is not a terminal."""
    return Console(highlight=False)


def complain(message: str, *, code: str = "", hint: str = "") -> None:
    """Say an error on standard error, with its code and what to do about it."""
    err = Console(stderr=True, highlight=False)
    err.print(Text(f"error: {message}", style="bold red"), soft_wrap=True)
    if hint:
        err.print(Text(f"→ {hint}"), soft_wrap=True)
    if code:
        err.print(Text(f"  (code: {code})", style="dim"))


def say_json(value: Any) -> None:
    """Print a value as JSON, one document, UTF-8; times in ISO 8601."""
    click.echo(json.dumps(_plain(value), ensure_ascii=False, indent=2, allow_nan=False))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def say_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print rows for people; numbers to the right."""
    table = Table(title=title, title_justify="left", title_style="bold")
    for at, column in enumerate(columns):
        numbers = all(isinstance(row[at], (int, float)) or row[at] is None for row in rows) and bool(rows)
        table.add_column(column, justify="right" if numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row))
    console().print(table)


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.3f}".rstrip("0").rstrip(".") if abs(value) < 1e15 else f"{value:g}"
    if isinstance(value, int):
        return f"{value:,}"
    return str(value)


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f}/s" if speed else "", style="dim")


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Watch]:
    """A progress bar on standard error with rate and time left; silent where nobody watches."""
    if quiet or not sys.stderr.isatty():
        yield lambda _label, _done, _total: None
        return
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    tasks: dict[str, Any] = {}

    def watch(label: str, done: float, total: float | None) -> None:
        if label not in tasks:
            tasks[label] = bar.add_task(label, total=total)
        bar.update(tasks[label], completed=done, total=total)

    with bar:
        yield watch
