"""Aspects learned from labels: found by words no list knows, and kept only where that finds them better."""

import numpy as np
import pyarrow as pa
import pytest
from tests.understanding.test_plan import give, signal

from vivencia.house.corrections import read_corrections
from vivencia.signals import people_plan
from vivencia.understanding.aspect_model import heads_in, learn_from, tables_of
from vivencia.understanding.embedders import present
from vivencia.understanding.heads.ridge import fit_ridge
from vivencia.understanding.labels import labelled_aspects
from vivencia.understanding.parts import parts_of
from vivencia.understanding.pipeline import Reader, read
from vivencia.understanding.plan import readings_plan, text_model_plan
from vivencia.words.errors import InputError

#: Words of one company: a boat and its cabins, which no list knows.
BOAT = ["the zorbel left at noon", "a zorbel with two decks", "that zorbel rolls", "our zorbel again"]
CABIN = ["my plinket had a window", "a plinket on the left", "plinket number nine", "the plinket door"]
OTHER = ["we came on monday", "it was my birthday", "there were four of us", "my sister booked it"]


def company(n: int = 240) -> tuple[list[str], list[str]]:
    """Texts of one or two parts, and their labels."""
    texts, labels = [], []
    for at in range(n):
        boat, cabin = at % 3 == 0, at % 4 == 0
        parts = [f"{OTHER[(at // 5) % 4]} {at}"]
        parts += [f"{BOAT[(at // 7) % 4]} {at}"] if boat else []
        parts += [f"{CABIN[(at // 3) % 4]} {at}"] if cabin else []
        texts.append(", ".join(parts))
        labels.append(",".join(["boat+"] * boat + ["cabin"] * cabin) or "none")
    return texts, labels


def said(text: str, reader: Reader) -> dict[str, str]:
    (found,) = read([text], ["en"], reader=reader)
    return {one.aspect: found.text[one.spans[0].start : one.spans[0].end] for one in found.aspects}


def test_a_label_names_aspects_with_signs_and_what_is_none_is_said() -> None:
    assert labelled_aspects(" Staff-,price+; wifi ") == {"staff": -1, "price": 1, "wifi": 0}
    assert labelled_aspects("none") == labelled_aspects("") == {}
    with pytest.raises(ValueError, match="'very bad' is no aspect"):
        labelled_aspects("staff-,very bad")


def test_parts_stand_between_signs_and_joining_words_and_keep_their_places() -> None:
    text = "Camera spaziosa e personale gentile; colazione!"
    assert [text[one.start : one.end] for one in parts_of(text)] == [
        "Camera spaziosa", "personale gentile", "colazione",
    ]  # fmt: skip
    assert [(one.start, one.end) for one in parts_of("ok")] == [(0, 2)]


def test_what_a_text_is_called_when_left_out_is_what_a_fit_without_it_says() -> None:
    chance = np.random.default_rng(2)
    rows = chance.normal(size=(30, 3))
    meant = np.where(rows[:, :1] + chance.normal(size=(30, 1)) > 0, 1.0, -1.0)
    fit = fit_ridge(rows @ rows.T, meant)
    others = np.arange(30) != 4
    penalties = []
    for penalty in (0.03, 0.1, 0.3, 1.0, 3.0, 10.0):
        # Ridge with a free constant, solved as a linear system in the rows themselves.
        both = np.column_stack([rows[others], np.ones(29)])
        weights = np.linalg.solve(both.T @ both + np.diag([penalty] * 3 + [0]), both.T @ meant[others, 0])
        penalties.append(float(np.append(rows[4], 1.0) @ weights))
    assert min(abs(fit.left_out[4, 0] - one) for one in penalties) < 1e-9


@pytest.mark.parametrize("tier", ["rules", "default"])
def test_labels_teach_aspects_and_which_words_say_them(tier: str) -> None:
    if tier == "default" and not present("use"):
        pytest.skip("the embedding is not installed")
    texts, labels = company()
    heads, trials = learn_from(texts, ["en"] * len(texts), labels, Reader(tier))
    assert [(one.aspect, one.spoken, one.base, one.kept) for one in trials] == [
        ("boat", 80, None, True), ("cabin", 60, None, True),
    ]  # fmt: skip
    assert all(one.f1 > 0.95 for one in trials)
    learned = Reader(tier, labelled=heads)
    assert said("there were six of us, that zorbel rolls", learned)["boat"] == "that zorbel rolls"
    assert said("my sister came, the plinket door is green", learned)["cabin"] == "the plinket door is green"
    assert not {"boat", "cabin"} & set(said("It was sunny on the island", learned))
    again = Reader(tier, labelled=heads_in(*tables_of(heads, trials)))
    assert said("there were six of us, that zorbel rolls", again)["boat"] == "that zorbel rolls"


def test_labels_that_are_chance_teach_nothing() -> None:
    texts, _ = company()
    chance = np.random.default_rng(4)
    labels = ["staff" if chance.random() < 0.3 else "none" for _ in texts]
    heads, (trial,) = learn_from(texts, ["en"] * len(texts), labels, Reader("rules"))
    assert (heads is None) == (not trial.kept)
    assert trial.f1 < 0.6
    assert learn_from(texts[:150], ["en"] * 150, company(150)[1], Reader("rules")) == (None, [])


def test_labels_on_file_are_read_at_once_and_teach_the_others(engine, tmp_path) -> None:
    texts, labels = company()
    signals = [signal(str(at), f"c{at % 40}", text, "en") for at, text in enumerate(texts)]
    signals.append(signal("999", "z", "A zorbel came, good", "en"))
    lines = [f'shop,{at},,,"{label}"' for at, label in enumerate(labels)]
    lines += [',,"Something else",negative,"staff-"']
    file = tmp_path / "corrections.csv"
    file.write_text("\n".join(["source,id,text,label,aspects", *lines]), encoding="utf-8")
    give(engine, signals, corrections=read_corrections(tmp_path).to_pylist())
    for plan in (people_plan(), text_model_plan(tier="rules"), readings_plan(tier="rules")):
        engine.run(plan)
    model = engine.table("aspect_model").to_pylist()
    assert [(row["aspect"], row["kind"], row["texts"]) for row in model] == [
        ("boat", "labelled", 241), ("cabin", "labelled", 241),
    ]  # fmt: skip
    rows = engine.table("reading_aspects").to_pylist()
    assert {row["aspect"] for row in rows if row["id"] == "999"} >= {"boat"}
    labelled = {(row["id"], row["aspect"]): row for row in rows}
    assert labelled["0", "boat"]["confidence"] == labelled["0", "cabin"]["confidence"] == 1.0
    assert (labelled["0", "boat"]["polarity"] > 0, labelled["0", "cabin"]["polarity"]) == (True, 0.0)
    assert {row["aspect"] for row in rows if row["id"] == "1"} == set()


def test_a_line_that_says_nothing_or_no_aspect_is_named(tmp_path) -> None:
    file = tmp_path / "corrections.csv"
    file.write_text("text,aspects\nBonito,\nFeio,muito mau\nCaro,price-\n", encoding="utf-8")
    with pytest.raises(InputError) as raised:
        read_corrections(tmp_path)
    assert "line 2: it has neither a label nor aspects" in str(raised.value)
    assert "line 3: 'muito mau' is no aspect" in str(raised.value)
    assert "line 4" not in str(raised.value)


def test_a_table_that_keeps_nothing_reads_as_before() -> None:
    texts, labels = company()
    _, trials = learn_from(texts, ["en"] * len(texts), labels, Reader("rules"))
    model, memory = tables_of(None, trials)
    assert isinstance(memory, pa.Table)
    assert heads_in(model, memory) is None
