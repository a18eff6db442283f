"""The architecture is a test: floors, rooms, drawers, file budget, package contents."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

import vivencia
from made_up.examples import examples

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
DRAWERS = {"utils", "util", "helpers", "helper", "common", "service", "services", "misc"}


def test_floors_and_rooms_are_kept() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports")], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_no_drawers() -> None:
    names = {part.removesuffix(".py") for path in SOURCES for part in path.relative_to(ROOT).parts}
    assert names & DRAWERS == set()


def test_a_drawer_would_be_found() -> None:
    assert {part.removesuffix(".py") for part in Path("vivencia/house/utils.py").parts} & DRAWERS == {"utils"}


def test_files_keep_the_budget() -> None:
    long = {str(p.relative_to(ROOT)): n for p in SOURCES if (n := len(p.read_text().splitlines())) > 600}
    assert long == {}


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(p.relative_to(ROOT))
        for p in SOURCES
        if not re.match(r'\s*(#.*\n|\s)*[rR]?"""', p.read_text(encoding="utf-8"))
    ]
    assert silent == []


def test_sql_stands_in_sql_files() -> None:
    # A SELECT inside Python is allowed only to the rooms that talk to a database themselves.
    allowed = {"engines", "store", "connectors", "house"}
    found = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if path.relative_to(ROOT / "src" / "vivencia").parts[0] not in allowed
        and re.search(r'["\']\s*(SELECT|WITH|INSERT)\s', path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_import_is_light() -> None:
    code = "import sys, vivencia; print(sorted({m.split('.')[0] for m in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not {"numba", "duckdb", "pyarrow", "numpy"} & set(re.findall(r"'(\w+)'", loaded))


def test_the_version_is_one() -> None:
    assert f'version = "{vivencia.__version__}"' in (ROOT / "pyproject.toml").read_text()


def test_every_property_is_tried_on_more_examples_when_asked() -> None:
    """`@examples(40)`, not `@settings(max_examples=40)`: the latter would stay at 40 under `make fuzz`."""
    allowed = {ROOT / "tests" / "conftest.py", ROOT / "tests" / "made_up" / "examples.py", Path(__file__)}
    fixed = [path for path in (ROOT / "tests").rglob("*.py") if "max_examples" in path.read_text("utf-8")]
    assert set(fixed) <= allowed
    assert settings.get_profile("steady").derandomize
    assert examples(7).max_examples == 7 * settings.default.max_examples // 100


@pytest.mark.xdist_group("together")
def test_a_group_of_tests_stays_on_one_worker(request: pytest.FixtureRequest) -> None:
    """Where tests are shared out by group, the name of the group is part of the name of the test."""
    by_group = bool(getattr(request.config.option, "loadgroup", False))
    assert request.node.nodeid.endswith("@together") is by_group
