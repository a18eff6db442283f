"""Commands about words: understand, and how well words are read."""

from pathlib import Path
from typing import Any

import click

from vivencia.faces.cli.output import console, json_option, progress, say_json, say_table
from vivencia.words.shapes.understanding import DEPTHS

_file = click.Path(exists=True, dir_okay=False, path_type=Path)


def _tier(context: click.Context, option: click.Parameter, value: str) -> str:
    """The tier as it was given; a word that is none is a mistake."""
    if value not in DEPTHS and "/" not in value and "\\" not in value:
        message = f"{value!r} is none of {', '.join(DEPTHS)}, nor the path of a folder"
        raise click.BadParameter(message, context, option)
    return value


_reading = (
    click.option("--language", help="pt, es, it or en; or the column that says so (default: found out)."),
    click.option(
        "--tier",
        callback=_tier,
        metavar="TIER",
        default="default",
        show_default=True,
        help="How deep to read: rules, default, cascade, deep, or the folder of a model.",
    ),
    click.option(
        "--learn",
        type=_file,
        metavar="FILE",
        help="Learn aspects first from a CSV of labelled texts: columns text and aspects (staff-,price+).",
    ),
    click.option(
        "--workspace",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        metavar="FOLDER",
        help="Read as this analysed workspace does: with its company's own words and aspects.",
    ),
    click.option("--encoding", help="Encoding of text files, where it cannot be told for sure."),
    click.option("--delimiter", help="Delimiter of CSV files, where it cannot be told."),
    click.option("--sheet", help="Sheet of an XLSX file (default: the first)."),
)


def reading_options(command: Any) -> Any:
    """The options of every command that reads words from a file."""
    for option in reversed(_reading):
        command = option(command)
    return command


@click.command("understand", epilog="Example: vivencia understand reviews.csv --text comment --out read.csv")
@click.argument("file", type=_file)
@click.option("--text", required=True, metavar="COLUMN", help="The column of customers' words.")
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path),
    help="File to write: csv, xlsx, ndjson or parquet.",
)  # fmt: skip
@reading_options
@json_option
def understand_command(
    file: Path, text: str, out: Path, language: str | None, tier: str, learn: Path | None,
    workspace: Path | None, encoding: str | None, delimiter: str | None, sheet: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Read the customers' words in anyone's file: sentiment, emotions, aspects, marks.

    Every column is kept; what was read stands in new columns that begin with read_, aspects and
    marks as JSON. Nothing leaves this machine, and names, addresses and numbers of persons are
    masked in read_text (your own column is written as it was).
    """
    from vivencia.house.reading_files import understand

    with progress(quiet=as_json) as watch:
        done = understand(
            file, out, text=text, language=language, tier=tier, learn=learn, workspace=workspace,
            watch=watch, encoding=encoding, delimiter=delimiter, sheet=sheet,
        )  # fmt: skip
    if as_json:
        say_json({"file": str(out), **done.as_dict()})
        return
    for title, counts in (("Sentiment", done.sentiments), ("Aspects", done.aspects)):
        say_table(title, ("", "texts"), counts.most_common())
    console().print(f"{done.rows:,} rows are written: {out}", markup=False)


@click.command(
    "understanding",
    epilog="Example: vivencia check understanding reviews.csv --text comment --label stars",
)
@click.argument("file", type=_file)
@click.option("--text", required=True, metavar="COLUMN", help="The column of customers' words.")
@click.option("--label", required=True, metavar="COLUMN", help="What they meant: sentiments, or stars 1–5.")
@click.option("--aspects", metavar="LIST", help="Aspects to check: delivery,staff=staff_column,…")
@reading_options
@json_option
def check_understanding_command(
    file: Path, text: str, label: str, aspects: str | None, language: str | None, tier: str,
    learn: Path | None, workspace: Path | None, encoding: str | None, delimiter: str | None,
    sheet: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Say how well words are read: beside labels of yours, by language, with intervals."""
    from vivencia.house.checking_words import check_understanding

    with progress(quiet=as_json) as watch:
        found = check_understanding(
            file, text=text, label=label, language=language, tier=tier, aspects=_pairs(aspects), learn=learn,
            workspace=workspace, watch=watch, encoding=encoding, delimiter=delimiter, sheet=sheet,
        )  # fmt: skip
    if as_json:
        say_json(found)
    else:
        _show(found)


def _pairs(said: str | None) -> dict[str, str]:
    """`delivery,staff=s` → {"delivery": "delivery", "staff": "s"}."""
    parts = [one.strip().partition("=") for one in (said or "").split(",") if one.strip()]
    return {name: column or name for name, _, column in parts}


def _show(found: dict[str, Any]) -> None:
    rows = [
        (
            one["language"], one["n"], _score(one["two_classes"]), _score(one["all_classes"]),
            one["calibration_error"],
        )
        for one in found["languages"]
    ]  # fmt: skip
    say_table(
        f"{found['labelled']:,} labelled texts, read by {found['model']}",
        ("language", "n", "macro-F1, negative or positive", "macro-F1, all classes", "calibration error"),
        rows,
    )
    for one in found["languages"]:
        _show_language(one)
    if found["aspects"]:
        say_table(
            "Aspects",
            ("aspect", "n", "precision", "recall", "F1"),
            [tuple(one.values()) for one in found["aspects"]],
        )
    if "learned" in found:
        _show_learned(found)
    if found.get("learned_from"):
        console().print(
            f"{found['learned_from']:,} texts that were learned from, or may have been, are left out."
        )


def _show_learned(found: dict[str, Any]) -> None:
    """How each labelled aspect is found on texts left out of the labelled ones."""
    say_table(
        "Learned from labels, on texts left out",
        ("aspect", "n", "F1 without labels", "F1 of what was learned", "in use"),
        [
            (
                one["aspect"], one["spoken"],
                "–" if one["without_labels"] is None else f"{one['without_labels']:.3f}",
                f"{one['f1']:.3f} ({one['low']:.3f} to {one['high']:.3f})",
                "learned" if one["kept"] else "as shipped",
            )
            for one in found["learned"]
        ],
    )  # fmt: skip


def _show_language(one: dict[str, Any]) -> None:
    """The confusion and the reliability of one language, or of all."""
    say_table(
        f"Confusion ({one['language']}): what was meant, and what was read",
        ("meant", *one["classes"]),
        [(name, *counts) for name, counts in zip(one["classes"], one["confusion"], strict=True)],
    )
    say_table(
        f"Reliability ({one['language']}): how sure of liking, and how often it was so",
        ("said", "was so", "n"),
        [
            (row["said"], f"{row['was']:.3f} ({row['low']:.3f} to {row['high']:.3f})", row["n"])
            for row in one["reliability"]
        ],
    )


def _score(one: dict[str, Any] | None) -> str:
    if one is None:
        return "–"
    return f"{one['macro_f1']:.3f} ({one['low']:.3f} to {one['high']:.3f})"
