"""Cutting, folding, typing mistakes: how a written form finds its word."""

from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivencia.understanding.forms import forms
from vivencia.understanding.keeping import kept
from vivencia.understanding.reading import LANGUAGES
from vivencia.understanding.rules import rule
from vivencia.understanding.tokens import BETWEEN, cutter, fold, words
from vivencia.understanding.typos import Typos


@given(st.text(max_size=300), st.sampled_from(LANGUAGES))
def test_pieces_joined_are_the_text(text: str, language: str) -> None:
    assert "".join(cutter(language).findall(text)) == text


@pytest.mark.parametrize(
    ("text", "language", "pieces"),
    [
        ("l'hotel, però", "it", ["l'", "hotel", ", ", "però"]),
        ("I don't :( 4.5/5", "en", ["I ", "don't ", ":(", " ", "4.5/5"]),
        ("bem-vindo 👍🏽!!", "pt", ["bem-vindo ", "👍🏽", "!!"]),
        ("a.b@c.pt @you #BomDia https://x.pt/a", "pt",
         ["a.b@c.pt", " ", "@you ", "#BomDia ", "https://x.pt/a"]),
    ],
)  # fmt: skip
def test_cutting(text: str, language: str, pieces: list[str]) -> None:
    assert cutter(language).findall(text) == pieces


def test_entries_are_cut_as_texts_are() -> None:
    assert words("qualità/prezzo", "it") == ["qualità", "prezzo"]
    assert words("va bene*", "it") == ["va", "bene*"]
    assert words("a+", "en") == []


def test_folding() -> None:
    assert [fold(word) for word in ("não", "qualità", "don't", "señor")] == [
        "nao",
        "qualita",
        "dont",
        "senor",
    ]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("exelente", "excelente"),
        ("esselente", "excelente"),
        ("grocera", "grosera"),
        ("recomedado", "recomendado"),
        ("recmoendado", "recomendado"),
        ("inverno", None),
        ("morning", None),
        ("curto", None),
    ],
)
def test_typing_mistakes(typed: str, meant: str | None) -> None:
    targets = ["excelente", "grosera", "recomendado", "inferno", "mourning", "custo"]
    assert Typos([(word, False) for word in targets]).nearest(typed) == meant


def test_a_contraction_is_not_the_word_it_looks_like() -> None:
    assert rule("we'll", "en").score == 0
    assert rule("it went well", "en").score > 0


def test_distinct_forms_are_kept_once() -> None:
    known = forms("en")
    assert known["excellent"] == known["excellent"] != known["excellent "]
    assert known["xylophone "] == known["qwerty"] == 0
    assert known[BETWEEN] > 0


def test_a_text_without_borders_is_still_cut() -> None:
    assert len(rule("good room " * 300, "en").clauses) == 10


def test_kept_code_is_dropped_with_any_of_its_sources(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("numba.config.CACHE_DIR", str(tmp_path))
    source = tmp_path / "called.py"
    source.write_text("x = 1\n", encoding="utf-8")
    module = ModuleType("called")
    module.__file__ = str(source)

    def twice(number: int) -> int:
        return 2 * number

    assert kept(module)(twice)(21) == 42
    again = kept(module)(twice)
    assert again(21) == 42
    assert sum(again.stats.cache_hits.values()) == 1
    source.write_text("x = 1234\n", encoding="utf-8")
    changed = kept(module)(twice)
    assert changed(21) == 42
    assert sum(changed.stats.cache_hits.values()) == 0


def test_a_laugh_is_one_syllable_again_and_again_and_no_word() -> None:
    laughs = [rule(text, "en").score for text in ("hahaha", "jajaja", "hehehe", "ahahah", "rsrs", "kkkkk")]
    assert min(laughs) > 0
    words = [rule(text, code).score for text, code in (("hija", "es"), ("jars", "en"), ("hers", "en"))]
    assert words == [0.0, 0.0, 0.0]
