"""A real Chromium without a network: the report is opened from disk."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from made_up import results
from vivencia.faces.web import render_report
from vivencia.house.report import build_report

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def left_out(reason: str) -> None:
    """Skip with a plain reason, or fail where nothing may be left out (CI)."""
    if os.environ.get("VIVENCIA_REQUIRE_ALL") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A running Chromium: the system's, else the one Playwright has installed."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        left_out("browser tests need the Python package playwright")
    named = os.environ.get("VIVENCIA_CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=named, args=FLAGS)
        except Error as wrong:
            left_out(f"browser tests need Chromium: {str(wrong).splitlines()[0]}")
        yield browser
        browser.close()


@dataclass
class Seen:
    """An open page with what went wrong on it and what it asked for."""

    page: Any
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def report() -> dict[str, Any]:
    """The report of the made-up shop."""
    return build_report(
        results.reader(results.tables()), results.catalogue(), now=results.NOW, version="0.1.0"
    )


Opening = Callable[..., Any]


@pytest.fixture
def opened(chromium: Any, report: dict[str, Any], tmp_path: Path) -> Opening:
    """Opens a report from disk, offline: `with opened(width=390, scheme="dark") as seen: …`."""

    @contextmanager
    def opening(
        *, language: str = "en", width: int = 1400, scheme: str = "light", of: dict[str, Any] | None = None
    ) -> Iterator[Seen]:
        file = tmp_path / f"report-{language}.html"
        file.write_text(render_report(of or report, language=language), encoding="utf-8")
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True
        )
        seen = Seen(context.new_page())
        seen.page.on("console", lambda message: seen.complaints.append(message.text))
        seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        seen.page.on("request", lambda request: seen.asked.append(request.url))
        seen.page.goto(file.as_uri())
        yield seen
        context.close()

    return opening
