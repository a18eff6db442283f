"""What `vivencia doctor` looks at: versions, engines, plugins, settings, a workspace's health."""

import os
import platform
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from vivencia.connectors import problems as connector_problems
from vivencia.house.settings import SETTINGS, read_settings
from vivencia.house.workspace import Workspace
from vivencia.words.errors import VivenciaError

PARTS = ("duckdb", "pyarrow", "numpy", "scipy", "numba", "sqlglot", "jinja2", "babel", "pyspark")
OPTIONAL = {"pyspark", "numba"}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: subject, whether it is well, and what was found."""

    subject: str
    ok: bool
    found: str

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {"subject": self.subject, "ok": self.ok, "found": self.found}


def examine(path: Path | None) -> list[Check]:
    """Everything doctor looks at; a broken part is a line, never a crash."""
    checks = [Check("python", True, platform.python_version()), *map(_part, PARTS), _java()]
    checks += [Check(f"plugin {one.name}", False, one.error) for one in connector_problems()]
    checks += _settings()
    if path is not None:
        checks += _workspace(path)
    return checks


def _part(name: str) -> Check:
    try:
        return Check(name, True, version(name))
    except PackageNotFoundError:
        return Check(name, name in OPTIONAL, "not installed" + (" (optional)" if name in OPTIONAL else ""))


def _java() -> Check:
    found = shutil.which("java")
    return Check("java", True, found or "not installed (only the spark engine needs it)")


def _settings() -> list[Check]:
    try:
        settings = read_settings({}, os.environ, {})
    except VivenciaError as wrong:
        return [Check("settings", False, wrong.message)]
    return [Check(f"setting {one.name}", True, str(getattr(settings, one.name))) for one in SETTINGS]


def _workspace(path: Path) -> list[Check]:
    def guarded(subject: str, look: Callable[[], str]) -> Check:
        try:
            return Check(subject, True, look())
        except VivenciaError as wrong:
            return Check(subject, False, wrong.message)

    opened = guarded("workspace", lambda: str(Workspace.open(path).path))
    if not opened.ok:
        return [opened]
    place = Workspace.open(path)
    return [
        opened,
        guarded("signals", lambda: f"{place.count_signals():,}"),
        guarded("signal store", place.verify_store),
        guarded("open faults", lambda: f"{place.faults(state='open').num_rows:,}"),
        guarded(
            "results", lambda: "up to date" if not place.stale() else "stale: " + ", ".join(place.stale())
        ),
    ]
