"""What every test may ask for: an engine of each kind, the reference data, golden numbers, a fixed clock."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from vivencia.engines.embedded import EmbeddedEngine

ROOT = Path(__file__).resolve().parents[1]
# A run that passed passes again: the same examples each time. `make fuzz` looks further, at random.
settings.register_profile("steady", derandomize=True, database=None, deadline=None)
settings.register_profile("fuzz", max_examples=1000, deadline=None, print_blob=True)
settings.load_profile("steady")

REQUIRE_ALL = os.environ.get("VIVENCIA_REQUIRE_ALL") == "1"


def left_out(reason: str) -> None:
    """Skip with a plain reason, or fail where nothing may be left out (CI)."""
    if REQUIRE_ALL:
        pytest.fail(reason)
    pytest.skip(reason)


#: Fixtures that take seconds to make, once for all tests of a module.
COSTLY = ("analysed", "company", "demo", "world")


def pytest_itemcollected(item: pytest.Item) -> None:
    """What is made once for many tests is made on one worker, and so are they.

    All tests on Spark go together: a session takes long to start, and longer to warm up. It
    is said as each test is collected: once all are, the workers have looked for groups already.
    """
    asked = [name for name in COSTLY if name in getattr(item, "fixturenames", ())]
    if item.get_closest_marker("spark"):
        item.add_marker(pytest.mark.xdist_group("spark"))
    elif asked and not item.get_closest_marker("xdist_group"):
        item.add_marker(pytest.mark.xdist_group(f"{asked[0]} of {item.path.stem}"))


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """A clock that stands still."""
    return lambda: datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def golden() -> Callable[[str], Any]:
    """Published numbers with their origin: `golden("06b_perception_trace")`."""

    def load(name: str) -> Any:
        return json.loads((ROOT / "tests" / "golden" / f"{name}.json").read_text(encoding="utf-8"))

    return load


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """The folder of real reference data, which is not part of the repository."""
    named = os.environ.get("VIVENCIA_REFERENCE_DATA")
    for folder in (
        [Path(named)] if named else [ROOT.parent / "shared" / "data", ROOT.parents[1] / "shared" / "data"]
    ):
        if folder.is_dir():
            return folder
    # The real data may not be redistributed, so it is absent in most checkouts, CI included.
    pytest.skip("the reference data is not here; set VIVENCIA_REFERENCE_DATA to its folder")


@pytest.fixture(scope="session")
def spark_session() -> Iterator[Any]:
    """One Spark session for the whole run: starting one takes twenty seconds."""
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        left_out("Spark tests need Java 17 or newer, and there is no java here")
    try:
        from vivencia.engines.spark import start_session
    except ImportError:
        left_out("Spark tests need pyspark: pip install 'vivencia[spark]'")
    # The quick compiler alone: code that runs a few times is not worth the thorough one.
    os.environ.setdefault(
        "PYSPARK_SUBMIT_ARGS",
        '--driver-java-options "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC" pyspark-shell',
    )
    session = start_session("local[2]")
    # A few rows a query: planning each stage again and compiling it would take longer than running it.
    session.conf.set("spark.sql.adaptive.enabled", "false")
    session.conf.set("spark.sql.codegen.wholeStage", "false")
    yield session
    session.stop()


@pytest.fixture(params=["embedded", pytest.param("spark", marks=pytest.mark.spark)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """An engine of each kind: what a plan gives must be the same on both."""
    if request.param == "embedded":
        with EmbeddedEngine() as embedded:
            yield embedded
        return
    session = request.getfixturevalue("spark_session")
    from vivencia.engines.spark import SparkEngine

    spark = SparkEngine(str(tmp_path / "spark"), session=session)
    yield spark
    spark.close()
