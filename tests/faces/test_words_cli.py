"""vivencia understand and vivencia check understanding: anyone's file in, and out with what was read."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook

from vivencia.faces.cli import run
from vivencia.house.checking_words import check_understanding, sentiments_of
from vivencia.house.reading_files import understand
from vivencia.words.errors import InputError

ROWS = [
    ("1", "The delivery was late and the driver was rude.", 1),
    ("2", "A entrega foi muito rápida, adorei!", 5),
    ("3", "", 3),
    ("4", "El personal es amable.", 5),
    ("5", "È la terza volta che chiamo, pessimo servizio.", 1),
]


@pytest.fixture
def csv_file(tmp_path: Path) -> Path:
    file = tmp_path / "reviews.csv"
    lines = ["id;comment;stars;polarity", *(f'{key};"{text}";{stars};x' for key, text, stars in ROWS)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def test_every_column_is_kept_and_what_was_read_stands_beside(csv_file: Path, tmp_path: Path, capsys) -> None:
    out = tmp_path / "read.parquet"
    arguments = ["understand", str(csv_file), "--text", "comment", "--out", str(out), "--tier", "rules"]
    assert run([*arguments, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["rows"], said["model"]) == (5, "lexicon-1")
    table = pq.read_table(out)
    assert table.column_names[:4] == ["id", "comment", "stars", "polarity"]
    rows = table.to_pylist()
    assert [row["read_sentiment"] for row in rows] == ["negative", "positive", None, "positive", "negative"]
    assert [row["read_outcome"] for row in rows][2] == "empty"
    assert [row["read_language"] for row in rows if row["comment"]] == ["en", "pt", "es", "it"]
    assert [row["polarity"] for row in rows] == ["x"] * 5
    aspects = {one["aspect"]: one for one in json.loads(rows[0]["read_aspects"])}
    assert {"delivery", "staff"} <= set(aspects)
    start, end = aspects["delivery"]["spans"][0]
    assert rows[0]["read_text"][start:end].lower() == "delivery"
    assert "effort" in {one["mark"] for one in json.loads(rows[4]["read_marks"])}


@pytest.mark.parametrize("ending", ["csv", "xlsx", "ndjson"])
def test_it_writes_what_the_ending_says(csv_file: Path, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"read.{ending}"
    done = understand(csv_file, out, text="comment", tier="rules", language="en")
    assert done.rows == 5
    if ending == "xlsx":
        head, *rows = load_workbook(out).active.iter_rows(values_only=True)
        assert dict(zip(head, rows[0], strict=True))["read_sentiment"] == "negative"
    else:
        assert '"delivery"' in out.read_text(encoding="utf-8").replace('""', '"').replace('\\"', '"')


def test_a_column_named_like_ours_is_never_overwritten(tmp_path: Path) -> None:
    file, out = tmp_path / "a.parquet", tmp_path / "b.parquet"
    pq.write_table(pa.table({"words": ["great service"], "read_sentiment": ["mine"]}), file)
    understand(file, out, text="words", tier="rules")
    (row,) = pq.read_table(out).to_pylist()
    assert (row["read_sentiment"], row["read_sentiment_"]) == ("mine", "positive")


@pytest.mark.parametrize(
    ("changed", "code", "said"),
    [
        ({"--text": "coment"}, 1, "its columns are id, comment, stars, polarity"),
        ({"--out": "read.doc"}, 1, ".csv, .xlsx, .ndjson, .parquet"),
        ({"--language": "klingon"}, 1, "has no column klingon"),
        ({"--tier": "deepest"}, 2, "deepest"),
    ],
)
def test_a_mistake_is_said_with_what_to_do(csv_file, tmp_path, capsys, changed, code, said) -> None:
    options = {"--text": "comment", "--out": "read.csv", "--tier": "rules"} | changed
    options["--out"] = str(tmp_path / options["--out"])
    arguments = [part for pair in options.items() for part in pair]
    assert run(["understand", str(csv_file), *arguments]) == code
    assert said in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "read.csv").exists()


def test_readings_are_measured_beside_labels_by_language(csv_file: Path, capsys) -> None:
    arguments = ["check", "understanding", str(csv_file), "--text", "comment", "--label", "stars"]
    assert run([*arguments, "--tier", "rules", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["rows"], found["labelled"]) == (5, 5)
    whole = found["languages"][0]
    assert whole["language"] == "all"
    assert whole["two_classes"] == {"macro_f1": 1.0, "low": 1.0, "high": 1.0, "n": 4}
    assert whole["classes"] == ["negative", "neutral", "positive"]
    assert whole["confusion"] == [[2, 0, 0], [0, 1, 0], [0, 0, 2]]
    assert sum(one["n"] for one in whole["reliability"]) == 4
    assert run([*arguments, "--tier", "rules"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "macro-F1" in shown
    for language in ("all", "pt", "es", "it", "en"):
        assert f"Confusion ({language})" in shown
        assert f"Reliability ({language})" in shown


def test_how_often_it_was_so_is_said_with_its_interval(tmp_path: Path) -> None:
    file = tmp_path / "labelled.csv"
    rows = ["words,label", *["Great staff!,pos"] * 9, "Great staff!,neg", "Rude staff.,neg"]
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    found = check_understanding(file, text="words", label="label", tier="rules", language="en")
    (sure,) = [row for row in found["languages"][0]["reliability"] if row["from"] >= 0.5]
    # 9 of 10: Wilson 1927, 95 %.
    assert (sure["n"], sure["was"], sure["low"], sure["high"]) == (10, 0.9, 0.5958, 0.9821)


def test_aspects_are_measured_where_columns_say_who_speaks_of_them(tmp_path: Path) -> None:
    file = tmp_path / "labelled.csv"
    file.write_text(
        "words,label,late,staff\n"
        "The parcel arrived late,neg,1,0\nLovely staff,pos,0,1\nRude staff,neg,1,yes\n",
        encoding="utf-8",
    )
    found = check_understanding(
        file, text="words", label="label", tier="rules", language="en",
        aspects={"delivery": "late", "staff": "staff"},
    )  # fmt: skip
    assert found["aspects"] == [
        {"aspect": "delivery", "n": 2, "precision": 1.0, "recall": 0.5, "f1": 0.6667},
        {"aspect": "staff", "n": 2, "precision": 1.0, "recall": 1.0, "f1": 1.0},
    ]


def test_labels_that_are_none_are_shown() -> None:
    with pytest.raises(InputError, match="These are no labels: meh"):
        sentiments_of(["positive", "meh"])


def test_labelled_texts_teach_aspects_before_a_file_is_read_or_checked(tmp_path: Path, capsys) -> None:
    labels, file, out = tmp_path / "labels.csv", tmp_path / "reviews.csv", tmp_path / "read.csv"
    said = [("the zorbel left at noon", "boat"), ("we came on monday", "none")]
    rows = [f'"{said[at % 2][0]}, day {at}",{said[at % 2][1]}' for at in range(220)]
    labels.write_text("\n".join(["text,aspects", *rows]) + "\n", encoding="utf-8")
    file.write_text(
        'words,label,boat\nA zorbel again,pos,1\n"the zorbel left at noon, day 0",pos,1\nWe met,neg,0\n',
        encoding="utf-8",
    )
    options = ["--text", "words", "--language", "en", "--tier", "rules", "--learn", str(labels)]
    assert run(["understand", str(file), "--out", str(out), *options]) == 0
    assert '""boat""' in out.read_text(encoding="utf-8").splitlines()[1]
    capsys.readouterr()
    check = ["check", "understanding", str(file), "--label", "label", "--aspects", "boat", *options]
    assert run([*check, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["learned_from"], found["labelled"]) == (1, 2)
    assert (found["aspects"][0]["n"], found["aspects"][0]["f1"]) == (1, 1.0)
    assert (found["learned"][0]["aspect"], found["learned"][0]["kept"]) == ("boat", True)
    assert run(check) == 0
    assert "Learned from labels" in capsys.readouterr().out
    labels.write_text("text,aspects\ngood,staff+\n", encoding="utf-8")
    assert run(["understand", str(file), "--out", str(out), *options]) == 1
    assert "too few to learn from" in capsys.readouterr().err


@pytest.fixture(scope="module")
def taught_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company whose customers have words of their own for one star and for five."""
    folder = tmp_path_factory.mktemp("taught")
    shop = folder / "shop"
    assert run(["init", str(shop), "--template", "retail"]) == 0
    toml = shop / "vivencia.toml"
    own = '\n[[aspects]]\nkey = "breakfast"\nwords = ["breakfast"]\nnames = { en = "Breakfast" }\n'
    toml.write_text(toml.read_text(encoding="utf-8") + own, encoding="utf-8")
    lines = ["id,source,at,customer,kind,touchpoint,text,lang,ratings.stars"]
    for at in range(240):
        word, stars = (("glimmig zorrat plonk", 1), ("tavvel murri quent", 5))[at % 2]
        when, text = f"2026-03-{1 + at % 28:02}T10:00:00Z", f"Visit {at}: {word}"
        lines.append(f"{at},web,{when},c{at % 80},review,checkout,{text},en,{stars}")
    (folder / "stars.csv").write_text("\n".join(lines), encoding="utf-8")
    assert run(["import", str(shop), str(folder / "stars.csv")]) == 0
    assert run(["analyse", str(shop)]) == 0
    return shop


def test_a_file_is_read_and_checked_as_a_workspace_reads(taught_shop: Path, tmp_path: Path, capsys) -> None:
    file, out = tmp_path / "new.csv", tmp_path / "read.csv"
    rows = [
        "Visit 900: glimmig zorrat plonk,neg",
        "Visit 901: tavvel murri quent,pos",
        "Visit 1: tavvel murri quent,pos",
    ]
    rows += ["Visit 902: glimmig zorrat plonk,neg", "Visit 903: tavvel murri quent,pos"]
    file.write_text("\n".join(["words,label", *rows]) + "\n", encoding="utf-8")
    options = ["--text", "words", "--language", "en"]
    check = ["check", "understanding", str(file), "--label", "label", *options, "--json"]
    capsys.readouterr()
    assert run(check) == 0
    shipped = json.loads(capsys.readouterr().out)
    assert run([*check, "--workspace", str(taught_shop)]) == 0
    own = json.loads(capsys.readouterr().out)
    # Nobody is judged on what it may have learned from: the third text is the company's.
    assert (own["learned_from"], own["labelled"], shipped["labelled"]) == (1, 4, 5)
    assert (
        own["languages"][0]["two_classes"]["macro_f1"]
        == 1.0
        > shipped["languages"][0]["two_classes"]["macro_f1"]
    )
    file.write_text("words\nThe breakfast was cold\n", encoding="utf-8")
    assert run(["understand", str(file), "--out", str(out), *options, "--workspace", str(taught_shop)]) == 0
    assert '""breakfast""' in out.read_text(encoding="utf-8").splitlines()[1]


def test_a_workspace_that_was_not_analysed_is_said(tmp_path: Path, csv_file: Path, capsys) -> None:
    shop = tmp_path / "shop"
    assert run(["init", str(shop), "--template", "retail"]) == 0
    out = str(tmp_path / "read.csv")
    assert (
        run(["understand", str(csv_file), "--text", "comment", "--out", out, "--workspace", str(shop)]) == 1
    )
    assert "vivencia analyse" in capsys.readouterr().err
