"""Tier (a) on made-up lists in plain sight, and on any text at all."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up.examples import examples
from vivencia.understanding.lexicon.lists import lists
from vivencia.understanding.reading import ASPECTS, EMOTIONS, MARKS
from vivencia.understanding.rules import Ruled, rule, rule_all
from vivencia.words.errors import LexiconError

POLARITY = """# words
+3 excellent perfect
+2 good friendly clean* recommend
-2 bad dirty broken problem*
-3 terrible
+2 thumbs_up
"""
MODIFIERS = """[negators]
not no never don't nobody
[intensifiers]
very 1.5
[diminishers]
slightly 0.5
[contrast]
but
[concession]
although
[irrealis]
could should
[pseudo_negators]
not_only
"""
PATTERNS = """polarity\t-2\tstill waiting ~ # weeks|days
polarity\t-2\tnobody answer*
recommend\t1\twould recommend
leave\t\tcancel* my account
effort\t\t# time i call*
expectation\t-1\tthey promised
"""
ASPECTS_LIST = "staff! waiter* staff\nplace room clean*\nprice? value\nquality food\n"
EMOTIONS_LIST = "joy! excellent\nanger terrible\n"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lexicon")
    (folder / "en").mkdir()
    for name, text in {
        "polarity.txt": POLARITY,
        "modifiers.txt": MODIFIERS,
        "patterns.tsv": PATTERNS,
        "aspects.txt": ASPECTS_LIST,
        "emotions.txt": EMOTIONS_LIST,
    }.items():
        (folder / "en" / name).write_text(text, encoding="utf-8")
    (folder / "pictures.tsv").write_text("😍\t2.5\tjoy\n", encoding="utf-8")
    (folder / "numbers.txt").write_text("en three third\n", encoding="utf-8")
    return folder


def read(text: str, root: Path) -> Ruled:
    return rule(text, "en", root=root)


@pytest.mark.parametrize(
    ("text", "sentiment"),
    [
        ("The food was good", "positive"),
        ("The food was not good", "negative"),
        ("It was not bad", "positive"),
        ("Not only good, perfect", "positive"),
        ("It could be good", "negative"),
        ("Good food but terrible room", "negative"),
        ("Although the food was terrible, the room was good and perfect", "positive"),
        ("I am still waiting after three weeks", "negative"),
        ("STILL WAITING 3 WEEKS", "negative"),
        ("goooood", "positive"),
        ("terible", "negative"),
        ("the train leaves at nine", "neutral"),
        ("😍", "positive"),
        ("#thumbsUp for the perfect room", "positive"),
        ("thumbs up", "positive"),
        ("Perfect room, friendly staff. Terrible food.", "mixed"),
    ],
)
def test_sentiment(text: str, sentiment: str, root: Path) -> None:
    assert read(text, root).sentiment == sentiment


def test_a_fault_negated_is_faint_praise(root: Path) -> None:
    assert 0 < read("not bad", root).score < read("good", root).score


def test_very_is_more_and_slightly_less(root: Path) -> None:
    scores = [read(f"{word} good", root).score for word in ("slightly", "quite", "very")]
    assert scores == [1.0, 2.0, 3.0]


def test_capitals_and_stretching_are_louder(root: Path) -> None:
    assert read("the food was GOOD", root).score > read("the food was good", root).score
    assert read("gooood food", root).score > read("good food", root).score
    assert read("THE FOOD WAS GOOD", root).score == read("the food was good", root).score


def test_each_aspect_takes_its_own_words(root: Path) -> None:
    text = "The waiter was friendly, the food terrible"
    aspects = {aspect.aspect: aspect for aspect in read(text, root).aspects}
    assert set(aspects) == {"staff", "quality"}
    assert aspects["staff"].polarity > 0 > aspects["quality"].polarity
    span = aspects["staff"].spans[0]
    assert text[span.start : span.end] == "waiter"


def test_marks_carry_their_words_and_value(root: Path) -> None:
    text = "Third time I called! They promised it. I will cancel my account."
    marks = [(m.mark, text[m.span.start : m.span.end], m.value) for m in read(text, root).marks]
    assert marks == [
        ("effort", "Third time I called", None),
        ("expectation", "They promised", -1.0),
        ("leave", "cancel my account", None),
    ]


def test_emotions_are_probabilities(root: Path) -> None:
    feeling = read("excellent " * 100, root).emotions
    assert feeling[EMOTIONS.index("joy")] == pytest.approx(0.95)
    assert read("not excellent", root).emotions == (0.0,) * len(EMOTIONS)


def test_reading_together_is_reading_apart(root: Path) -> None:
    texts = ["good", "", "not bad\x1ebut terrible", "😍 food", "The waiter was friendly."]
    assert rule_all(texts, "en", root=root) == [read(text, root) for text in texts]


def inside(text: str, read: Ruled) -> bool:
    spans = [(clause.start, clause.end) for clause in read.clauses]
    spans += [(hit.start, hit.end) for hit in read.hits]
    spans += [(span.start, span.end) for aspect in read.aspects for span in aspect.spans]
    spans += [(mark.span.start, mark.span.end) for mark in read.marks]
    return all(0 <= start < end <= len(text) for start, end in spans)


@examples(150)
@given(
    st.one_of(
        st.text(max_size=200),
        st.lists(
            st.sampled_from(
                ["not", "good", "bad", "but", ",", ".", "?!", "😍", "\n", "still waiting", "3", "weeks", " ",
                 "waiter", "could", "VERY", "although", "\x1e", "#goodFood", "@x", "they promised", "…"]
            ),
            max_size=40,
        ).map(" ".join),
    )
)  # fmt: skip
def test_any_text_gives_a_reading(root: Path, text: str) -> None:
    found = read(text, root)
    assert inside(text, found)
    assert all(0 <= feeling < 1 for feeling in found.emotions)
    assert all(aspect.aspect in ASPECTS and -1 <= aspect.polarity <= 1 for aspect in found.aspects)
    assert all(mark.mark in MARKS for mark in found.marks)
    assert found.praise - found.blame == pytest.approx(found.score)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Ottimo rapporto qualità prezzo.", "it"),
        ("Buena relación calidad-precio.", "es"),
        ("Boa relação qualidade-preço.", "pt"),
    ],
)
def test_a_word_inside_an_expression_of_another_aspect_says_nothing_of_its_own(text, language) -> None:
    assert {one.aspect for one in rule(text, language).aspects} == {"price"}


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("polarity.txt", "good fine", "en/polarity.txt, line 1: 'good' is no number"),
        ("polarity.txt", "# a\n+9 good", "en/polarity.txt, line 2: '+9' is no number from -3 to 3"),
        ("modifiers.txt", "[neg]", "no section [neg]"),
        ("modifiers.txt", "not", "before the first [section]"),
        ("modifiers.txt", "[intensifiers]\nvery", "without factor"),
        ("patterns.tsv", "polarity\t2", "three cells"),
        ("patterns.tsv", "gossip\t2\tsaid it", "no kind 'gossip'"),
        ("patterns.tsv", "recommend\t\tgo there", "is no number"),
        ("aspects.txt", "stuff! a", "no name 'stuff'"),
    ],
)
def test_a_wrong_list_is_named(tmp_path: Path, file: str, text: str, said: str) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / file).write_text(text, encoding="utf-8")
    with pytest.raises(LexiconError) as caught:
        lists("en", tmp_path)
    assert said in str(caught.value)
    assert caught.value.hint


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lists whose patterns count: a number alone, and one of several choices."""
    root = tmp_path_factory.mktemp("counted")
    (root / "en").mkdir()
    (root / "en" / "patterns.tsv").write_text(
        "kind\tvalue\tpattern\npolarity\t-2\tcharged me #\npolarity\t2\tfixed within a|#|few days\n"
        "polarity\t-1\tall of # gone\npolarity\t3\t# off\n",
        encoding="utf-8",
    )
    (root / "numbers.txt").write_text("en two three\n", encoding="utf-8")
    (root / "money.txt").write_text("en usd eur euros dollars\n", encoding="utf-8")
    return root


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("charged me 400", -2.0),
        ("charged me $400", -2.0),
        ("charged me €30", -2.0),
        ("charged me 30€", -2.0),
        ("charged me R$ 50", -2.0),
        ("charged me US$50", -2.0),
        ("charged me £1,200.50", -2.0),
        ("charged me USD 50", -2.0),
        ("charged me 50 €", -2.0),
        ("charged me 50 euros", -2.0),
        ("charged me £30", -2.0),
        ("charged me nothing", 0.0),
        ("charged me dollars", 0.0),
        ("all of €50 gone", -1.0),
        ("all of 50 € gone", -1.0),
        ("all of £30 gone", -1.0),
        ("all of EUR 50 gone", -1.0),
        ("all of 50 EUR gone", -1.0),
        ("all of fifty gone", 0.0),
        ("all of three euros gone", -1.0),
        ("all of dollars gone", 0.0),
        ("50 euros off", 3.0),
        ("USD 50 off", 3.0),
        ("fixed within 3 days", 2.0),
        ("fixed within two days", 2.0),
        ("fixed within few days", 2.0),
        ("fixed within those days", 0.0),
    ],
)
def test_numbers_and_amounts(text: str, score: float, counted: Path) -> None:
    assert read(text, counted).score == pytest.approx(score)
