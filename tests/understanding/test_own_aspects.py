"""A company's own aspects: given by examples in one language and words, found in all four."""

import pytest

from vivencia.signals import parse_catalogue
from vivencia.understanding.embedders import present
from vivencia.understanding.pipeline import Reader, read
from vivencia.words.catalogue import OwnAspect
from vivencia.words.errors import SettingsError

BREAKFAST = OwnAspect(
    "breakfast",
    examples=(
        "The breakfast buffet was rich and varied.",
        "Breakfast was cold and there was hardly any choice.",
        "I loved the morning buffet with fresh fruit and pastries.",
    ),
)
WIFI = OwnAspect("wifi", words=("wi-fi", "wifi", "conexão à internet"))


def found(text: str, language: str, aspect: OwnAspect, tier: str):
    (reading,) = read([text], [language], reader=Reader(tier, aspects=(aspect,)))
    return next((one for one in reading.aspects if one.aspect == aspect.key), None), reading


def test_a_word_finds_its_aspect_whatever_case_and_accents_it_has() -> None:
    for text in ("O WiFi não funciona.", "A conexao a  Internet não funciona."):
        one, reading = found(text, "pt", WIFI, "rules")
        assert one is not None
        assert one.polarity < 0
        span = one.spans[0]
        assert reading.text[span.start : span.end].lower().startswith(("wifi", "conexao"))
    assert found("O quarto é bonito.", "pt", WIFI, "rules")[0] is None


@pytest.mark.skipif(not present("use"), reason="the embedding is not installed")
@pytest.mark.parametrize(
    ("language", "about", "other"),
    [
        ("en", "The breakfast was excellent, lots of choice.", "The room was noisy all night."),
        ("pt", "O pequeno-almoço era excelente e variado.", "O quarto tinha muito barulho à noite."),
        ("es", "El desayuno era excelente y muy variado.", "La habitación tenía mucho ruido por la noche."),
        ("it", "La colazione era ottima e molto varia.", "La camera era rumorosa tutta la notte."),
    ],
)
def test_examples_in_english_find_it_in_every_language(language, about, other) -> None:
    one, _ = found(about, language, BREAKFAST, "default")
    assert one is not None
    assert one.polarity > 0
    assert found(other, language, BREAKFAST, "default")[0] is None


def test_an_aspect_stands_in_vivencia_toml_and_a_mistake_is_named() -> None:
    data = {"aspects": [{"key": "wifi", "names": {"en": "Wi-Fi"}, "words": ["wifi"]}]}
    (one,) = parse_catalogue(data).aspects
    assert (one.key, one.names, one.words) == ("wifi", {"en": "Wi-Fi"}, ("wifi",))
    with pytest.raises(SettingsError, match=r"aspects\[1\]\.examples"):
        parse_catalogue({"aspects": [{"key": "empty"}]})
