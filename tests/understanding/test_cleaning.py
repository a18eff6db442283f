"""Any text becomes one that can be read, and what is clean stays as it is."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from made_up.examples import examples
from vivencia.understanding.cleaning import CUT, LONGEST, clean


@pytest.mark.parametrize(
    ("dirty", "cleaned"),
    [
        ("Nada a dizer, tudo bem.", "Nada a dizer, tudo bem."),
        ("<p>Great <b>staff</b></p><br/>but <i>slow</i>", "Great staff\n\nbut slow"),
        ("<script>alert('x < y')</script>Fine<!-- no -->", "Fine"),
        ("3 < 4 and 5 > 2, <3 it", "3 < 4 and 5 > 2, <3 it"),
        ("caf&eacute; &amp; ch&#225; &quot;ok&quot;", 'café & chá "ok"'),
        ("&amp;lt;b&amp;gt;bold&amp;lt;/b&amp;gt;", "bold"),
        ("AT&T & co; R&D", "AT&T & co; R&D"),
        ("NÃ£o gostei, atenÃ§Ã£o pÃ©ssima", "Não gostei, atenção péssima"),
        ("Itâ€™s â€œfineâ€\x9d â€“ really", "It’s “fine” – really"),
        ("ðŸ˜¡ mal", "😡 mal"),
        ("AVIÃO ÀS 9, São João, MAÑANA, PIÙ", "AVIÃO ÀS 9, São João, MAÑANA, PIÙ"),
        ("¿Qué tal? 20 € – «bien», não… é 5º; nÃ¡o", "¿Qué tal? 20 € – «bien», não… é 5º; náo"),
        ("e\u0301 ottimo, piu\u0300", "é ottimo, più"),
        ("bad\x00\x07\x1b ser\u00advice\u200b", "bad service"),
        ("abc \u202eevil\u202c \u2067x\u2069", "abc evil x"),
        ("الخدمة سيئة جدا", "الخدمة سيئة جدا"),
        ("👨\u200d👩\u200d👧 👍🏽 ❤️", "👨\u200d👩\u200d👧 👍🏽 ❤️"),
        ("a\u00a0\u2003b\t c\r\n\r\n\r\n\r\nd", "a b c\n\nd"),
        ("half \ud83d gone", "half gone"),
        ("", ""),
        (" \n\t ", ""),
    ],
)
def test_what_is_dirty_becomes_readable(dirty: str, cleaned: str) -> None:
    assert clean(dirty) == cleaned


def test_marks_piled_above_a_letter_are_thinned_out() -> None:
    cleaned = clean("z\u0351\u036b\u0343\u0306\u0310\u0348a\u0337l\u0336g\u0321o")
    assert [letter for letter in cleaned if letter.isalpha()] == list("zalgo")
    assert len(cleaned) == len("zalgo") + 2 + 1 + 1 + 1


def test_a_text_of_a_million_characters_keeps_its_beginning_and_its_end() -> None:
    text = "First the good. " + "word " * 200_000 + "Last the bad."
    cleaned = clean(text)
    assert len(cleaned) <= LONGEST
    assert cleaned.startswith("First the good. word")
    assert cleaned.endswith("word Last the bad.")
    assert cleaned.count(CUT.strip()) == 1


def test_a_million_signs_of_any_kind_take_no_long_time() -> None:
    for sign in ("<", "&", "Ã", "\u0301", "<a ", "&amp;", "\ud800", "<script>", "<!--"):
        assert len(clean(sign * 1_000_000)) <= LONGEST


PARTS = "&<>b/-Ã£Ââ€™é x\u0301\u0327\u200b\u202e\x00\ud83d\n\r\u00a0"
anything = st.one_of(
    st.text(max_size=80),
    st.text(alphabet=st.characters(), max_size=40),
    st.lists(
        st.sampled_from([*PARTS, "amp;", "lt;", "gt;", "#60;", "!--", "script"]),
        max_size=25,
    ).map("".join),
)


@examples(300)
@given(anything)
@example("&amp;amp;amp;amp;amp;amp;lt;")
@example("<<b>b>x")
@example("ÃƒÂ£")
def test_any_text_is_cleaned_once_and_for_all(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert len(once) <= LONGEST
    once.encode("utf-8")
