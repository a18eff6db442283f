"""A text is read once by one reader, wherever it comes again; what it holds is bounded."""

import pickle

import pyarrow as pa

from vivencia.understanding import columns
from vivencia.understanding.columns import Known, read_words
from vivencia.understanding.pipeline import Reader
from vivencia.understanding.plan import ReadTexts

RULES = Reader("rules")


def spy(monkeypatch):
    seen = []
    judge = columns.judge

    def judged(texts, *args, **more):
        seen.extend(texts)
        return judge(texts, *args, **more)

    monkeypatch.setattr(columns, "judge", judged)
    return seen


def said(found):
    words = found.words.take(pa.array(found.of))
    return words.column("text").to_pylist(), words.column("sentiment").to_pylist(), found.aspects.num_rows


def test_what_was_read_is_not_read_again_and_is_the_same(monkeypatch) -> None:
    first = pa.array(["Great staff!", "Delivery was awful.", "Great staff!"])
    second = pa.array(["Delivery was awful.", "Cheap and good.", None])
    seen = spy(monkeypatch)
    known = Known()
    known.read(first, None, RULES, "a")
    again = known.read(second, None, RULES, "a")
    assert seen == ["Great staff!", "Delivery was awful.", "Cheap and good.", ""]
    alone = read_words(second, None, RULES)
    assert said(again)[:2] == said(alone)[:2]
    assert again.words.take(pa.array(again.of)).equals(alone.words.take(pa.array(alone.of)))


def test_another_reader_begins_anew(monkeypatch) -> None:
    seen = spy(monkeypatch)
    known = Known()
    for mark in ("a", "b", "b"):
        known.read(pa.array(["Fine."]), None, RULES, mark)
    assert seen == ["Fine.", "Fine."]


def test_no_more_is_held_than_the_bound(monkeypatch) -> None:
    monkeypatch.setattr(columns, "KEPT", 1)
    known = Known()
    known.read(pa.array(["One.", "Two."]), None, RULES, "a")
    found = known.read(pa.array(["Three."]), None, RULES, "a")
    assert found.words.column("text").to_pylist() == ["Three."]


def test_what_is_sent_elsewhere_has_read_nothing() -> None:
    kernel = ReadTexts("rules")
    kernel.known.read(pa.array(["Fine."]), None, RULES, "a")
    sent = pickle.loads(pickle.dumps(kernel))  # noqa: S301
    assert (sent, repr(sent)) == (kernel, repr(kernel))
    assert sent.known is not kernel.known
