"""Serves finished report pages on loopback: read-only, from memory, nothing else of the machine."""

import json
import webbrowser
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import click

from vivencia.words.errors import UsageError

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    # The page is self-contained: nothing may be loaded from anywhere.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}


def make_server(
    pages: Mapping[str, str], report: Mapping[str, Any], host: str, port: int
) -> ThreadingHTTPServer:
    """A server for these pages and for the report as JSON at /report.json; not yet running."""
    bodies = {path: ("text/html; charset=utf-8", text.encode()) for path, text in pages.items()}
    data = json.dumps(report, ensure_ascii=False).encode()
    bodies["/report.json"] = ("application/json; charset=utf-8", data)

    class Handler(BaseHTTPRequestHandler):
        """Answers GET and HEAD for the known paths; anything else is not there."""

        server_version = "vivencia"
        sys_version = ""

        def do_GET(self) -> None:
            """Answer with the page."""
            self._answer(with_body=True)

        def do_HEAD(self) -> None:
            """Answer with the headers only."""
            self._answer(with_body=False)

        def _answer(self, *, with_body: bool) -> None:
            kind, body = bodies.get(self.path.split("?")[0], ("text/plain; charset=utf-8", b""))
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            for name, value in _HEADERS.items():
                self.send_header(name, value)
            self.end_headers()
            if with_body:
                self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the base class's name)
            """Say nothing: the terminal shows the address."""

    try:
        return ThreadingHTTPServer((host, port), Handler)
    except OSError as wrong:
        hint = "choose another with --port, or --port 0 for a free one"
        raise UsageError(f"{host}:{port} cannot be served on: {wrong.strerror}", hint=hint) from wrong


def serve_folder(
    pages: Mapping[str, str], report: Mapping[str, Any], *, host: str, port: int, open_browser: bool
) -> None:
    """Serve until interrupted; prints the address first."""
    server = make_server(pages, report, host, port)
    address = f"http://{host}:{server.server_address[1]}/"
    click.echo(f"Open {address}   (Ctrl+C ends)")
    if open_browser:
        webbrowser.open(address)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        click.echo("stopped")
    finally:
        server.server_close()
