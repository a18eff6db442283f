"""Four languages, one set of codes: nothing missing, nothing left in English, numbers as each writes them."""

import re
import string
from pathlib import Path

import pytest

import vivencia
from vivencia.faces.language import Language, languages, read_messages
from vivencia.words.catalogue import DEFAULT_STAGES, LANGUAGES
from vivencia.words.errors import UsageError, every_error
from vivencia.words.faults import FaultCode
from vivencia.words.findings import Certainty, FindingCode
from vivencia.words.instruments import BUILT_IN
from vivencia.words.shapes.journeys import OUTCOMES

FACES = Path(vivencia.__file__).parent / "faces"


def texts(language: str) -> dict[str, tuple[str, ...]]:
    found = {}
    for message in read_messages(language):
        if message.id:
            key = message.id[0] if isinstance(message.id, tuple) else message.id
            found[key] = message.string if isinstance(message.string, tuple) else (message.string,)
    return found


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


ENGLISH = texts("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_is_missing_empty_or_marked_unsure(language):
    found = texts(language)
    assert set(found) == set(ENGLISH)
    assert [key for key, said in found.items() if not all(part.strip() for part in said)] == []
    assert [message.id for message in read_messages(language) if message.id and message.fuzzy] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_and_plurals_agree_with_english(language):
    for key, said in texts(language).items():
        assert len(said) == len(ENGLISH[key]), key
        for part, english in zip(said, ENGLISH[key], strict=True):
            assert placeholders(part) == placeholders(english), key


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_no_sentence_is_left_in_english(language):
    # Two words or more in English that stand unchanged elsewhere were forgotten; names are alike everywhere.
    alike = [
        key
        for key, said in texts(language).items()
        if said == ENGLISH[key] and len(placeholders_out(said[0]).split()) > 1
    ]
    assert alike == []


def placeholders_out(text: str) -> str:
    return re.sub(r"\{\w+\}|[^\w\s]|\b\w\b", " ", text)


def test_every_code_has_its_words():
    wanted = [f"finding.{code}" for code in FindingCode]
    wanted += [f"finding.{code}{part}" for code in FindingCode for part in (".do",)]
    wanted += [f"finding.{code}.also" for code in FindingCode if code is not FindingCode.STRENGTH]
    wanted += [f"finding.name.{code}" for code in FindingCode]
    wanted += [f"certainty.{code}" for code in Certainty]
    wanted += [f"fault.{code}{part}" for code in FaultCode for part in ("", ".remedy")]
    wanted += [f"error.{error.code}" for error in every_error()]
    wanted += [f"instrument.{key}" for key in BUILT_IN]
    wanted += [f"stage.{key}" for key in DEFAULT_STAGES]
    wanted += [f"outcome.{key}" for key in OUTCOMES]
    assert [key for key in wanted if key not in ENGLISH] == []


def test_every_message_that_a_face_asks_for_exists():
    asked, groups = set(), "|".join(sorted(_groups()))
    for path in [*FACES.rglob("*.py"), *FACES.rglob("*.html")]:
        text = path.read_text(encoding="utf-8")
        asked |= set(re.findall(rf"""["']((?:{groups})\.[a-z0-9_.-]+)["']""", text))
    begun = {key.rpartition(".")[0] for key in ENGLISH}  # groups, asked for with word(group, code)
    assert sorted(key for key in asked if key not in ENGLISH and key not in begun) == []
    assert len(asked) > 100


def _groups() -> set[str]:
    return {key.partition(".")[0] for key in ENGLISH} - {"report"} | {r"report(?=\.(?!py|css|js|html))"}


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("pt", "1.234,5 −1,7 +0,4 0,0 43% 4,3% 99,9%"),
        ("es", "1.234,5 −1,7 +0,4 0,0 43\xa0% 4,3\xa0% 99,9\xa0%"),
        ("it", "1.234,5 −1,7 +0,4 0,0 43% 4,3% 99,9%"),
        ("en", "1,234.5 −1.7 +0.4 0.0 43% 4.3% 99.9%"),
    ],
)
def test_numbers_and_shares(language, said):
    spoken = Language(language)
    numbers = [spoken.number(1234.5), spoken.signed(-1.72), spoken.signed(0.41), spoken.signed(-0.04)]
    assert " ".join([*numbers, *map(spoken.percent, (0.432, 0.0432, 0.999))]) == said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("pt", ["3,4 dias", "4,1 min", "2 clientes"]),
        ("es", ["3,4 d", "4,1 min", "2 clientes"]),
        ("it", ["3,4 giorni", "4,1 min", "2 clienti"]),
        ("en", ["3.4 days", "4.1 min", "2 customers"]),
    ],
)
def test_times_and_counts(language, said):
    spoken = Language(language)
    found = [spoken.duration(3.4 * 86400), spoken.duration(244), spoken.count("count.customers", 2)]
    assert [text.replace("\xa0", " ") for text in found] == said


def test_one_is_singular_in_every_language():
    assert [spoken.count("count.customers", 1) for spoken in languages()] == [
        "1 cliente", "1 cliente", "1 cliente", "1 customer",
    ]  # fmt: skip


def test_measures_carry_their_unit_in_their_name():
    english = Language("en")
    assert english.measured("wait_s", 95) == "95\xa0sec"
    assert english.measured("wait_s", 0) == "0\xa0sec"
    assert english.measured("response_h", 36) == "36\xa0hr"
    assert english.measured("delay_days", -1.5) == "1.5\xa0days early"
    assert english.measured("uptime_share", 0.9994) == "99.9%"
    assert english.measured("errors", 2.5) == "2.5"
    assert english.measure("wait_s") == "waiting time"
    assert english.measure("shelf_height") == "shelf height"
    assert Language("it").promise("wait_s", "<=", 120) == "tempo di attesa: al massimo 2\xa0min"


def test_a_companys_own_code_is_shown_as_written():
    assert Language("es").word("channel", "drone_drop") == "drone drop"
    assert Language("es").word("channel", "store") == "Tienda"


def test_a_region_sets_the_formats_and_not_the_words():
    assert Language("pt-PT").number(12345.6) == "12\xa0345,6"
    assert Language("pt-PT").message("stage.use") == Language("pt").message("stage.use")


def test_a_language_vivencia_does_not_speak_is_refused():
    with pytest.raises(UsageError):
        Language("fr")


def test_a_missing_message_is_an_error_not_a_code_on_screen():
    with pytest.raises(KeyError):
        Language("it").message("finding.unheard-of")
