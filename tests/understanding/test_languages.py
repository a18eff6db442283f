"""The language of a text: short ones, other languages, variants, mixtures, and without statistics."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivencia.understanding import languages
from vivencia.understanding.languages import detect
from vivencia.understanding.reading import LANGUAGES, Language

HERE = Path(__file__).parent


def challenge(code: str) -> list[str]:
    """The sentences of the challenge set, which no word list was made from."""
    lines = (HERE / "challenge" / f"{code}.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return [line.split("\t")[3] for line in lines]


def cuts(texts: list[str], low: int, high: int) -> list[str]:
    """Of each text the first words that make low to high characters."""
    found = []
    for text in texts:
        cut = text[: high + 1].rsplit(" ", 1)[0] if len(text) > high else text
        if low <= len(cut) <= high:
            found.append(cut)
    return found


def right(texts: list[str], code: str) -> float:
    return sum(one.code == code for one in detect(texts)) / len(texts)


@pytest.mark.parametrize("code", LANGUAGES)
def test_cuts_of_20_to_40_characters_are_told_apart(code: str) -> None:
    short = cuts(challenge(code), 20, 40)
    assert len(short) > 80
    assert right(short, code) >= 0.97


def test_longer_texts_are_told_apart() -> None:
    longer = {code: [text for text in challenge(code) if len(text) > 40] for code in LANGUAGES}
    assert min(map(len, longer.values())) > 60
    assert sum(right(texts, code) for code, texts in longer.items()) / 4 >= 0.995


def test_without_statistics_words_and_letters_decide_and_never_surely(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(languages, "_statistics", lambda: None)
    for code in LANGUAGES:
        assert right(cuts(challenge(code), 20, 40), code) >= 0.92
        assert right([text for text in challenge(code) if len(text) > 40], code) >= 0.97
    assert detect(["O atendimento foi ótimo e a entrega rápida"])[0].confidence <= 0.9
    assert detect(["Быстрая доставка"]) == [Language("other", 0.0)]


def test_languages_beside_the_four_are_other() -> None:
    lines = (HERE / "elsewhere.tsv").read_text(encoding="utf-8").splitlines()
    wrong = [line for line in lines if detect([line.split("\t")[1]])[0].code != "other"]
    assert len(lines) == 51
    assert len(wrong) <= 3, wrong


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Ótimo", "pt"),
        ("otimo", "pt"),
        ("Muito bom", "pt"),
        ("Muy bueno", "es"),
        ("Molto buono", "it"),
        ("Very good", "en"),
        ("Chegou quebrado", "pt"),
        ("Llegó roto", "es"),
        ("Arrivato rotto", "it"),
        ("Arrived broken", "en"),
    ],
)
def test_two_words_are_enough_where_they_are_words_of_one_language(text: str, code: str) -> None:
    assert detect([text])[0].code == code


def test_what_several_languages_write_alike_is_unsure_and_goes_to_the_usual_one() -> None:
    alone = detect(["Excelente"])[0]
    assert alone.confidence < 0.6
    assert [detect(["Excelente"], usual=code)[0].code for code in ("pt", "es")] == ["pt", "es"]
    assert detect(["The room was dirty"], usual="pt")[0].code == "en"


def test_a_language_known_beforehand_is_kept_with_its_region() -> None:
    assert detect(["ok", "ok", "ok"], ["pt_br", "EN", "fr"]) == [
        Language("pt", 1.0, "pt-BR"),
        Language("en", 1.0),
        Language("other", 1.0),
    ]


@pytest.mark.parametrize(
    ("text", "variant"),
    [
        ("Comprei o celular e o ônibus atrasou a entrega, estou esperando até hoje.", "pt-BR"),
        ("Comprei o telemóvel na loja e estou à espera do autocarro desde as nove.", "pt-PT"),
        ("Estou a tentar falar com alguém desde ontem e ninguém atende.", "pt-PT"),
        ("Estou tentando falar com alguém desde ontem e ninguém atende.", "pt-BR"),
        ("A gente foi bem atendido e você sente que vale a pena.", "pt-BR"),
        ("O quarto estava limpo e o jantar foi bom.", None),
        ("Si tenés suerte te atienden rápido, pero vos no contés con eso.", "es-AR"),
        ("Ahorita mismo voy a cancelar, qué mala atención la de ustedes.", "es-MX"),
        ("Si vais en coche no encontraréis sitio para aparcar, os lo digo yo.", "es-ES"),
        ("La habitación estaba limpia y la cena fue buena.", None),
    ],
)
def test_a_variant_is_named_only_where_words_of_it_alone_stand(text: str, variant: str | None) -> None:
    assert detect([text])[0].variant == variant


def test_sentences_in_two_languages_are_marked() -> None:
    both = "O quarto estava sujo e ninguém veio limpar. The staff were lovely but nobody could help us."
    one = "O quarto estava sujo e ninguém veio limpar. Os funcionários eram simpáticos mas não ajudaram."
    assert [found.mixed for found in detect([both, one])] == [True, False]


def test_nothing_to_read_is_other_without_confidence() -> None:
    empty = Language("other", 0.0)
    assert detect(["", "   ", "👍", "10/10", "https://example.org/a?b=c"]) == [empty] * 5


def test_threads_do_not_disturb_each_other() -> None:
    texts = [text for code in LANGUAGES for text in challenge(code)]
    alone = detect(texts)
    with ThreadPoolExecutor(4) as pool:
        assert all(found == alone for found in pool.map(detect, [texts] * 8))


@given(st.text(max_size=200))
def test_any_text_has_an_answer(text: str) -> None:
    found = detect([text])[0]
    assert found.code in (*LANGUAGES, "other")
    assert 0 <= found.confidence <= 1


@given(st.lists(st.characters(categories=["Cs"]), min_size=1, max_size=5))
def test_broken_characters_do_not_stop_it(letters: list[str]) -> None:
    assert detect(["bom " + "".join(letters)])[0].code in (*LANGUAGES, "other")
