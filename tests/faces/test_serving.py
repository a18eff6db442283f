"""Serving on loopback: the pages, the data, and nothing else."""

import json
import threading
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest

from vivencia.faces.cli.serving import make_server
from vivencia.words.errors import UsageError


@pytest.fixture
def address() -> Iterator[tuple[str, int]]:
    server = make_server({"/": "<p>olá</p>", "/report-pt.html": "<p>pt</p>"}, {"a": 1}, "127.0.0.1", 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield "127.0.0.1", server.server_address[1]
    server.shutdown()
    server.server_close()


def asked(address: tuple[str, int], path: str, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    connection = HTTPConnection(*address, timeout=5)
    connection.request(method, path)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, dict(answer.getheaders()), body


def test_pages_and_data(address: tuple[str, int]) -> None:
    assert asked(address, "/")[2].decode() == "<p>olá</p>"
    assert json.loads(asked(address, "/report.json")[2]) == {"a": 1}


def test_a_page_may_load_nothing_from_anywhere(address: tuple[str, int]) -> None:
    policy = asked(address, "/")[1]["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")


@pytest.mark.parametrize("path", ["/vivencia.toml", "/../etc/passwd", "/signals/", "/report-xx.html"])
def test_nothing_else_is_served(address: tuple[str, int], path: str) -> None:
    assert asked(address, path)[0] == 404


def test_nothing_can_be_written(address: tuple[str, int]) -> None:
    assert asked(address, "/", "POST")[0] == 501


def test_a_taken_port_is_said_plainly(address: tuple[str, int]) -> None:
    with pytest.raises(UsageError, match="cannot be served on"):
        make_server({}, {}, *address)
