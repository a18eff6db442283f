"""Aspects and emotions joined from words and heads, and no worse on unseen sentences than at first."""

from pathlib import Path

import numpy as np
import pytest

from vivencia.understanding.feelings import aspects_of, emotions_of
from vivencia.understanding.heads.shipped import OUTPUTS, Heads
from vivencia.understanding.pipeline import DEFAULT, Reader, read
from vivencia.understanding.reading import ASPECTS, EMOTIONS, Span
from vivencia.understanding.rules import rule_all

HERE = Path(__file__).parent
JOY = EMOTIONS.index("joy")
#: Macro-F1 of six emotions and F1 of all aspects: five points under the first and only measurement.
EMOTIONS_FLOOR = {"es": 0.566, "en": 0.659}
ASPECTS_FLOOR = {"pt": 0.730, "es": 0.710, "it": 0.710, "en": 0.753}


def heads(name: str) -> Heads:
    spread = dict.fromkeys(OUTPUTS, 1.0)
    return Heads(name, "1", np.zeros((2, len(OUTPUTS))), np.zeros(len(OUTPUTS)), {"spread": spread})


def decided(**says: float) -> np.ndarray:
    return np.array([[says.get(name, 0.0) for name in OUTPUTS]])


def test_a_head_that_did_not_look_at_a_text_moves_nothing() -> None:
    ruled = rule_all(["The parcel is on the table."], "en")
    use = (heads("use"), decided(joy=2.0))
    alone = emotions_of(ruled, [use])
    assert emotions_of(ruled, [use, (heads("e5"), decided())])[0, JOY] == alone[0, JOY] > 0.5
    assert emotions_of(ruled, [use, (heads("e5"), decided(joy=-2.0))])[0, JOY] < alone[0, JOY]


def test_words_alone_speak_of_an_emotion_where_there_are_any() -> None:
    said, silent = emotions_of(rule_all(["I am furious", "The parcel is on the table."], "en"), [])
    assert said[EMOTIONS.index("anger")] > 0.5
    assert silent.max() < 0.2


def test_a_head_alone_can_see_an_aspect_and_then_all_of_the_text_says_it() -> None:
    ruled = rule_all(["zubbo krenta"], "en")
    (seen,) = spoken(ruled, decided(staff=2.0, price=0.7))
    assert [(one.aspect, one.polarity, one.spans) for one in seen] == [("staff", -0.4, (Span(0, 12),))]
    assert spoken(ruled, decided(staff=0.2)) == [()]


def test_what_no_word_says_is_said_less_readily_where_words_speak_of_something_else() -> None:
    alone, beside = rule_all(["zubbo krenta", "the waiter and zubbo krenta"], "en")
    assert ([one.aspect for one in alone.aspects], [one.aspect for one in beside.aspects]) == ([], ["staff"])
    for says, found in ((1.5, ["staff"]), (2.0, ["staff", "price"])):
        (seen,) = spoken(rule_all(["the waiter and zubbo krenta"], "en"), decided(price=says))
        assert [one.aspect for one in seen] == found
    (seen,) = spoken(rule_all(["zubbo krenta"], "en"), decided(price=1.5))
    assert [one.aspect for one in seen] == ["price"]


def spoken(ruled, decision):
    return aspects_of(ruled, [(heads("use"), decision)], np.array([-0.4])).values(1)


def rows(file: Path) -> list[list[str]]:
    return [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines()[1:]]


def f1(right: np.ndarray, found: np.ndarray) -> float:
    return float(2 * (right & found).sum() / (right.sum() + found.sum()))


@pytest.mark.parametrize("language", sorted(EMOTIONS_FLOOR))
def test_emotions_of_unseen_social_sentences(language: str) -> None:
    sentences = rows(HERE / "emotions" / f"{language}.tsv")
    readings = read([row[1] for row in sentences], [language] * len(sentences), reader=Reader(DEFAULT))
    felt = np.array([reading.emotions for reading in readings]) >= 0.5
    right = np.array([[row[0] == name for name in EMOTIONS] for row in sentences])
    six = [place for place, name in enumerate(EMOTIONS) if name != "trust"]
    assert [int(right[:, place].sum()) for place in six] == [10] * 6
    assert np.mean([f1(right[:, place], felt[:, place]) for place in six]) >= EMOTIONS_FLOOR[language]


@pytest.mark.parametrize("language", sorted(ASPECTS_FLOOR))
def test_aspects_of_unseen_clauses(language: str) -> None:
    clauses = rows(HERE / "aspects" / f"{language}.tsv")
    assert len(clauses) == 60
    readings = read([row[1] for row in clauses], [language] * len(clauses), reader=Reader(DEFAULT))
    spoken = [{one[:-1] for one in row[0].split(",")} for row in clauses]
    right = np.array([[name in one for name in ASPECTS] for one in spoken])
    found = np.array([[name in {one.aspect for one in r.aspects} for name in ASPECTS] for r in readings])
    assert f1(right, found) >= ASPECTS_FLOOR[language]
