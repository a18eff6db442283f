"""The word lists of every language: well formed, free of contradictions, large enough."""

import re
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

from vivencia.understanding.lexicon.lists import lists
from vivencia.understanding.reading import ASPECTS, EMOTIONS, LANGUAGES, MARKS

LEXICON = Path(str(files("vivencia.understanding"))) / "lexicon"
ROOT = Path(__file__).parents[2]
WEIGHTS = {"+3", "+2", "+1", "-1", "-2", "-3"}
SECTIONS = {
    "negators", "intensifiers", "diminishers", "contrast",
    "concession", "irrealis", "pseudo_negators", "sarcasm",
}  # fmt: skip
LEAST = {
    "polarity": 150, "effort": 30, "leave": 30, "recommend": 25,
    "expectation": 40, "competitor": 20, "person": 20,
}  # fmt: skip


def lines(file: Path) -> list[str]:
    """The lines that say something."""
    if not file.exists():
        pytest.skip(f"no {file.name}")
    read = file.read_text(encoding="utf-8").splitlines()
    return [line for line in read if line.strip() and not line.startswith("#")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_polarity_words_have_one_weight_and_are_many(language: str) -> None:
    weights: dict[str, set[str]] = {}
    for line in lines(LEXICON / language / "polarity.txt"):
        weight, *words = line.split(" # ")[0].split()
        assert weight in WEIGHTS, line
        for word in words:
            weights.setdefault(word, set()).add(weight)
    assert {word: found for word, found in weights.items() if len(found) > 1} == {}
    assert [word for word in weights if word != word.lower() or not word.strip("*_")] == []
    assert len(weights) >= 1300


@pytest.mark.parametrize("language", LANGUAGES)
def test_modifiers_stand_in_known_sections(language: str) -> None:
    found: Counter[str] = Counter()
    section = ""
    for line in lines(LEXICON / language / "modifiers.txt"):
        if line.startswith("["):
            section = line.strip("[] ")
            assert section in SECTIONS
            continue
        found[section] += 1
        if section in ("intensifiers", "diminishers"):
            assert all(0.2 <= float(factor) <= 2 for factor in line.split()[1::2]), line
    assert set(found) == SECTIONS


@pytest.mark.parametrize("language", LANGUAGES)
def test_patterns_are_three_cells_of_known_kinds(language: str) -> None:
    found: Counter[str] = Counter()
    for line in lines(LEXICON / language / "patterns.tsv"):
        kind, value, pattern = line.split("\t")
        if kind == "kind":
            continue
        assert kind in ("polarity", *MARKS), line
        assert kind not in ("polarity", "recommend", "expectation") or -3 <= float(value) <= 3, line
        assert pattern == pattern.strip()
        assert pattern.replace("~", "").strip(), line
        found[kind] += 1
    assert {kind: found[kind] for kind, least in LEAST.items() if found[kind] < least} == {}


@pytest.mark.parametrize(("file", "tags"), [("aspects.txt", ASPECTS), ("emotions.txt", EMOTIONS)])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_aspect_and_emotion_has_words(language: str, file: str, tags: tuple[str, ...]) -> None:
    found: dict[str, set[str]] = {tag: set() for tag in tags}
    for line in lines(LEXICON / language / file):
        head, *words = line.split(" # ")[0].split()
        assert re.sub("[!?]$", "", head) in tags, line
        found[head.rstrip("!?")].update(words)
    assert {tag: len(words) for tag, words in found.items() if len(words) < 40} == {}


def plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def reviews(language: str) -> list[str]:
    return lines(ROOT / "tools" / "heads" / "corpus" / f"reviews_{language}.tsv")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_training_sentence_is_in_the_challenge(language: str) -> None:
    challenge = lines(Path(__file__).parent / "challenge" / f"{language}.tsv")[1:]
    corpus = lines(ROOT / "tools" / "heads" / "corpus" / f"{language}.tsv")[1:]
    asked = {plain(line.split("\t")[3]) for line in challenge}
    labelled = {
        plain(line.split("\t")[1])
        for file in Path(__file__).parent.glob(f"*s/{language}.tsv")
        for line in lines(file)[1:]
    }
    taught = {plain(line.split("\t")[3]) for line in corpus}
    taught |= {plain(line.split("\t")[3]) for line in reviews(language)[1:]}
    column = 3 + ("pt", "es", "it", "en").index(language)
    parallel = {
        plain(line.split("|")[column])
        for name in ("seeds.txt", "plain.txt", "trades.txt", "matters.txt")
        for line in lines(ROOT / "tools" / "heads" / "corpus" / name)
    }
    assert (asked | labelled) & (taught | parallel) == set()
    assert len(asked) >= 130
    assert len(taught) >= 1100


@pytest.mark.parametrize("language", LANGUAGES)
def test_challenge_rows_have_known_answers(language: str) -> None:
    header, *rows = lines(Path(__file__).parent / "challenge" / f"{language}.tsv")
    assert header.split("\t") == ["polarity", "hard", "phenomenon", "text"]
    for row in rows:
        polarity, hard, phenomenon, text = row.split("\t")
        assert polarity in ("neg", "neu", "mix", "pos"), row
        assert hard in ("0", "1"), row
        assert phenomenon, row
        assert text.strip(), row


@pytest.mark.parametrize("language", LANGUAGES)
def test_corpus_rows_have_known_labels(language: str) -> None:
    header, *rows = lines(ROOT / "tools" / "heads" / "corpus" / f"{language}.tsv")
    again, *more = reviews(language)
    assert header == again
    assert header.split("\t") == ["polarity", "aspects", "emotions", "text"]
    for row in [*rows, *more]:
        polarity, aspects, emotions, text = row.split("\t")
        assert polarity in ("neg", "neu", "mix", "pos"), row
        for aspect in filter(None, aspects.split(",")):
            assert aspect[-1] in "+-0", row
            assert aspect[:-1] in ASPECTS, row
        assert set(filter(None, emotions.split(","))) <= set(EMOTIONS), row
        assert text.strip(), row


#: One to twenty, the tens and a hundred.
WRITTEN = [
    ("pt", "um dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze "
     "dezasseis dezessete dezoito dezenove vinte trinta quarenta cinquenta sessenta setenta "
     "oitenta noventa cem"),
    ("es", "uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince "
     "dieciséis diecisiete dieciocho diecinueve veinte treinta cuarenta cincuenta sesenta "
     "setenta ochenta noventa cien"),
    ("it", "uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici "
     "quindici sedici diciassette diciotto diciannove venti trenta quaranta cinquanta sessanta "
     "settanta ottanta novanta cento"),
    ("en", "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
     "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty "
     "ninety hundred"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "written"), WRITTEN, ids=LANGUAGES)
def test_numbers_are_known_written_out(language: str, written: str) -> None:
    assert len(written.split()) == 28
    assert set(written.split()) - lists(language).numbers == set()
