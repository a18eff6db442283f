"""What is personal is masked, what only looks so stays, and the spans are those of the masked text."""

import random
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.understanding import identifiers

from vivencia.understanding.masking import mask, mask_all
from vivencia.understanding.masking.checks import codice_fiscale, cpf, iban, luhn, rut
from vivencia.understanding.reading import LANGUAGES, Mask, Span

KINDS = [(language, kind) for language, makers in identifiers.MAKERS.items() for kind in makers]


@pytest.mark.parametrize(("language", "kind"), KINDS)
def test_valid_identifiers_are_masked_in_98_of_100_sentences(language: str, kind: str) -> None:
    rng = random.Random(f"{language} {kind}")  # noqa: S311
    missed = []
    for _ in range(120):
        identifier = identifiers.MAKERS[language][kind](rng)
        text = rng.choice(identifiers.SENTENCES[language]).format(identifier)
        masked, masks = mask(text, language)
        if (
            len(masks) != 1
            or masked[: masks[0].span.start] + identifier + masked[masks[0].span.end :] != text
        ):
            missed.append(text)
    assert len(missed) <= 2, missed


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_only_looks_like_an_identifier_stays(language: str) -> None:
    rng = random.Random(language)  # noqa: S311
    texts = [identifiers.hard(rng, language) for _ in range(300)]
    wrong = [mask(text, language)[0] for text in texts if mask(text, language)[1]]
    assert len(wrong) <= 3, wrong


def test_numbers_the_issuers_publish_as_examples_are_valid_and_a_changed_digit_is_not() -> None:
    # IBAN registry (SWIFT): GB and DE; Visa's test card; numbers that public documentation uses.
    assert iban("GB29NWBK60161331926819")
    assert iban("DE89370400440532013000")
    assert luhn("4111111111111111")
    assert codice_fiscale("RSSMRA80A01H501U")
    assert cpf("52998224725")
    assert rut("123456785")
    assert not iban("GB29NWBK60161331926818")
    assert not luhn("4111111111111112")
    assert not codice_fiscale("RSSMRA80A01H501V")
    assert not cpf("52998224724")
    assert not cpf("11111111111")
    assert not rut("123456784")


@pytest.mark.parametrize(
    ("language", "text", "masked"),
    [
        ("pt", "O meu passaporte CB123456 não foi aceite.", "O meu passaporte ⟨passport⟩ não foi aceite."),
        ("es", "Mi cédula es 1.032.456.789 y no la aceptan.", "Mi cédula es ⟨document⟩ y no la aceptan."),
        ("it", "La carta d'identità CA12345AB non va bene.", "La carta d'identità ⟨document⟩ non va bene."),
        ("en", "My passport number is 533380006.", "My passport number is ⟨passport⟩."),
        ("it", "La targa AB 123 CD è stata graffiata.", "La targa ⟨plate⟩ è stata graffiata."),
        ("en", "My SSN 123 45 6789 was on the form.", "My SSN ⟨ssn⟩ was on the form."),
        ("en", "My NHS 9434765919 is on file.", "My NHS ⟨nhs⟩ is on file."),
        ("en", "I live at 12 Baker Street in town.", "I live at ⟨address⟩ in town."),
        ("pt", "Moro na Rua das Flores, 123 e nunca chega.", "Moro na ⟨address⟩ e nunca chega."),
        ("es", "Vivo en la calle Mayor 14 y nadie vino.", "Vivo en la ⟨address⟩ y nadie vino."),
        ("it", "Abito in via Garibaldi 7 e il pacco no.", "Abito in ⟨address⟩ e il pacco no."),
        ("es", "Vivo en la Calle 45 # 12-30 de Bogotá.", "Vivo en la ⟨address⟩ de Bogotá."),
        ("en", "See https://shop.example/u?mail=a1 now", "See ⟨url⟩ now"),
        ("en", "See https://shop.example/help now", "See https://shop.example/help now"),
        ("pt", "ana (arroba) exemplo.com é o meu", "⟨email⟩ é o meu"),
        ("en", "Mail ana@example.com, not bob@example.org!", "Mail ⟨email⟩, not ⟨email⟩!"),
        ("pt", "Levei 20 minutos na rua até às 9 horas.", "Levei 20 minutos na rua até às 9 horas."),
    ],
)
def test_documents_and_addresses_by_the_words_around_them(language: str, text: str, masked: str) -> None:
    assert mask(text, language)[0] == masked


@pytest.mark.parametrize(
    ("language", "text", "masked"),
    [
        ("pt", "Fui atendida pela Joana, muito simpática.", "Fui atendida pela ⟨name⟩, muito simpática."),
        ("pt", "A Sra. Ana Souza resolveu tudo.", "A Sra. ⟨name⟩ resolveu tudo."),
        ("pt", "fui atendido pela joana e pelo carlos", "fui atendido pela ⟨name⟩ e pelo carlos"),
        ("pt", "Obrigada ao João Pedro da Silva pela ajuda!", "Obrigada ao ⟨name⟩ pela ajuda!"),
        ("pt", "Meu nome é Zoraide Quintanilha e quero ajuda.", "Meu nome é ⟨name⟩ e quero ajuda."),
        ("pt", "A vista da Rosa dos Ventos é linda.", "A vista da Rosa dos Ventos é linda."),
        ("pt", "Comprei na Magazine Luiza e no Carrefour.", "Comprei na Magazine Luiza e no Carrefour."),
        ("es", "El camarero Javier nos trató genial.", "El camarero ⟨name⟩ nos trató genial."),
        ("es", "Me atendió la señora Rosa Gómez.", "Me atendió la señora ⟨name⟩."),
        ("es", "Fuimos a San Juan y a Santiago en julio.", "Fuimos a San Juan y a Santiago en julio."),
        ("it", "Grazie a Giulia della reception!", "Grazie a ⟨name⟩ della reception!"),
        ("it", "Il dott. Bianchi è stato scortese.", "Il dott. ⟨name⟩ è stato scortese."),
        ("it", "La trattoria Da Mario è ottima, ma è cara.", "La trattoria Da Mario è ottima, ma è cara."),
        ("en", "My name is Siobhan O'Brien and I want a refund.", "My name is ⟨name⟩ and I want a refund."),
        ("en", "The agent Mark was great.", "The agent ⟨name⟩ was great."),
        ("en", "Mr Smith never called. Kevin did.", "Mr ⟨name⟩ never called. ⟨name⟩ did."),
        ("en", "Will Grace May ever open in April?", "Will Grace May ever open in April?"),
        ("en", "We flew from Dallas to Logan Airport.", "We flew from Dallas to Logan Airport."),
        ("en", "In grace and hope we mark the rose.", "In grace and hope we mark the rose."),
    ],
)
def test_names_of_people_are_masked_and_names_of_things_stay(language: str, text: str, masked: str) -> None:
    assert mask(text, language)[0] == masked


def test_spans_are_of_the_masked_text() -> None:
    masked, masks = mask("Sou a Ana, ana@exemplo.pt, 912 345 678.", "pt")
    assert masked == "Sou a ⟨name⟩, ⟨email⟩, ⟨phone⟩."
    assert masks == (Mask("name", Span(6, 12)), Mask("email", Span(14, 21)), Mask("phone", Span(23, 30)))
    assert [masked[one.span.start : one.span.end] for one in masks] == ["⟨name⟩", "⟨email⟩", "⟨phone⟩"]


@given(st.text(max_size=120), st.sampled_from([*LANGUAGES, "other"]))
@example("+351 912 345 678 ana@b.co Sra. Ana", "pt")
@example("İstanbul'da Ana 912345678", "pt")
def test_any_text_is_masked_once_and_for_all(text: str, language: str) -> None:
    masked, masks = mask(text, language)
    assert all(masked[one.span.start : one.span.end] == f"⟨{one.kind}⟩" for one in masks)
    assert mask(masked, language)[0] == masked


def test_a_long_row_of_signs_takes_no_long_time() -> None:
    for text in ("1" * 20_000, "a@" * 10_000, "A1 " * 7_000, "Ana " * 5_000, "(11) " * 5_000):
        masked, _ = mask(text, "pt")
        assert len(masked) <= 12 * len(text)


CHALLENGES = Path(__file__).parent / "challenge"


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_look_at_many_texts_passes_over_nothing_personal(language: str) -> None:
    rng = random.Random(f"many {language}")  # noqa: S311
    texts = [row.split("\t")[3] for row in (CHALLENGES / f"{language}.tsv").read_text("utf-8").splitlines()]
    for makers in identifiers.MAKERS.values():
        for make in makers.values():
            texts += [rng.choice(identifiers.SENTENCES[language]).format(make(rng)) for _ in range(8)]
    texts += [identifiers.hard(rng, language) for _ in range(200)]
    names = ("Maria", "maria", "Rosa", "Hope Miller", "JOÃO", "Sr. Costa", "Ben-Hur", "dona Vera")
    for phrase in (
        "{} called",
        "with {}.",
        "Waiter {} was rude",
        "(Dr. {})",
        "my name is {}",
        "obrigada a {}!",
    ):
        texts += [phrase.format(name) for name in names]
    texts += [change(text) for text in texts for change in (str.lower, str.upper, str.title)]
    one_by_one = [mask(text, language) for text in texts]
    assert mask_all(texts, [language] * len(texts)) == one_by_one
    assert any(masks for _, masks in one_by_one)


@given(st.lists(st.text(alphabet="aZ 0123456789@.:/()[]-\n⟨⟩Ana Sr+İ🏽𝓐", max_size=60), max_size=4))
@example(["a" * 19_000 + " x@y.com", "", "12 B", "1\n2345", "Sr.\tAna"])
def test_texts_looked_at_together_are_masked_as_each_alone(texts: list[str]) -> None:
    assert mask_all(texts, ["en"] * len(texts)) == [mask(text, "en") for text in texts]
