"""The workspace: a folder with vivencia.toml, the signal store and the results.

It can be copied, backed up and deleted as a folder. This module wires the rooms; the
work itself is in `importing` (signals in), `analysing` (the way) and `report`.
"""

import os
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from threading import Thread
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from vivencia.house import analysing, checking, customers, exporting, importing, living
from vivencia.house.clock import Clock, system_clock
from vivencia.house.folder import Folder
from vivencia.house.report import build_report
from vivencia.house.report.model import model_in_use
from vivencia.house.report.reading import Reading
from vivencia.house.settings import read_settings
from vivencia.perceptions.person import Why
from vivencia.plans import Ran
from vivencia.signals import parse_catalogue
from vivencia.signals.examples import EXAMPLES, example_catalogue
from vivencia.signals.templates import TEMPLATES, write_template
from vivencia.store.signals import FaultState
from vivencia.words.errors import SettingsError, StoreDamaged, WorkspaceExists, WorkspaceMissing

FILE = "vivencia.toml"

__all__ = ["EXAMPLES", "FILE", "TEMPLATES", "Workspace"]


@dataclass(frozen=True)
class Workspace(Folder):
    """One company's folder: what it says of itself, its signals, its results."""

    # Opening ------------------------------------------------------------------------------

    @classmethod
    def open(cls, path: str | Path, *, clock: Clock = system_clock, **flags: Any) -> "Workspace":
        """The workspace in a folder; `flags` override its settings.

        Raises WorkspaceMissing where there is none, SettingsError with every mistake at
        once where vivencia.toml or the environment is wrong.
        """
        folder = Path(path)
        data = read_toml(folder / FILE)
        settings = read_settings(flags, os.environ, data.pop("settings", {}))
        return cls(folder, parse_catalogue(data), settings, clock)

    @classmethod
    def create(
        cls,
        path: str | Path,
        *,
        template: str = "retail",
        language: str = "en",
        example: str | None = None,
        clock: Clock = system_clock,
    ) -> "Workspace":
        """A new workspace from a template, its comments in one of the four languages.

        `example` takes the catalogue that fits one of the mappings that ship instead.
        Raises WorkspaceExists where there is one already.
        """
        text = example_catalogue(example) if example else write_template(template, language)
        return cls.create_from(path, text, clock=clock)

    @classmethod
    def create_from(cls, path: str | Path, text: str, *, clock: Clock = system_clock) -> "Workspace":
        """A new workspace whose vivencia.toml is `text`; raises WorkspaceExists."""
        folder = Path(path)
        if (folder / FILE).exists():
            raise WorkspaceExists(str(folder), hint="choose another folder, or work with this one")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / FILE).write_text(text, encoding="utf-8")
        return cls.open(folder, clock=clock)

    def with_flags(self, **flags: Any) -> "Workspace":
        """The same workspace with some settings overridden; None leaves one as it is."""
        given = {name: value for name, value in flags.items() if value is not None}
        return replace(self, settings=replace(self.settings, **given))

    # Signals in ---------------------------------------------------------------------------

    def import_files(
        self, files: Sequence[str | Path], *, mapping: str | Path | None = None, **reading: Any
    ) -> importing.Imported:
        """Take signals in from files; see `importing.import_files`."""
        return importing.import_files(self, [Path(file) for file in files], mapping=mapping, **reading)

    def append(self, signals: pa.Table) -> int:
        """Take signals in from an Arrow table of the SIGNALS shape; gives how many were new.

        Live states, where there are any, follow; `perceive` makes them where there are none.
        """
        taken: int = self.store.append(signals).taken
        living.follow(self, signals)
        return taken

    def propose(self, file: str | Path, **reading: Any) -> str:
        """A first mapping for a file, as TOML; writes nothing."""
        return importing.propose(self, Path(file), **reading)

    def preview(self, files: Sequence[str | Path], **reading: Any) -> importing.Preview:
        """What an import would do; writes nothing."""
        return importing.preview(self, [Path(file) for file in files], **reading)

    def faults(self, state: FaultState | None = "open") -> pa.Table:
        """The records that could not be taken, of the FAULTS shape; None gives every state."""
        return self.store.faults(state)

    def dismiss_faults(self, keys: Sequence[str]) -> None:
        """Set faults aside for good; they stay in the list of all."""
        self.store.settle_faults(list(keys), "dismissed")

    def replay_faults(self, **reading: Any) -> importing.Imported:
        """Try the open faults again; see `importing.replay_faults`."""
        return importing.replay_faults(self, **reading)

    def count_signals(self) -> int:
        """How many signals the store holds."""
        return self.store.rows

    def verify_store(self) -> str:
        """Check that every segment is there and holds what the manifest says; raises StoreDamaged."""
        with self.store.snapshot() as view:
            try:
                found = sum(pq.read_metadata(file).num_rows for file in view.files)
            except (OSError, pa.ArrowInvalid) as wrong:
                raise StoreDamaged(str(wrong), hint="restore the folder from a backup") from wrong
            if found != view.rows:
                raise StoreDamaged(f"{view.rows} signals are expected, {found} are there.")
            return f"{len(view.files)} segments, whole"

    # Results ------------------------------------------------------------------------------

    def analyse(self, **options: Any) -> analysing.Analysed:
        """Run what is stale; see `analysing.analyse`."""
        return analysing.analyse(self, **options)

    def model_in_use(self) -> dict[str, Any]:
        """What perceptions are told by: parameters of the company's own or defaults, and why.

        The fields `fitted`, `answering`, `fitted_until`, `drift` of the report's method. Raises NotAnalysed.
        """
        with analysing.reading(self) as engine:
            return model_in_use(Reading(engine.table, self.catalogue.company.anonymity))

    def stale(self) -> list[str]:
        """Names of the analyses whose results are not up to date."""
        return analysing.stale(self)

    def explain(self, name: str) -> list[tuple[str, Ran]]:
        """How an analysis, or every analysis of a room, was computed; see `analysing.explain`."""
        return analysing.explain(self, name)

    def explain_customer(self, key: str, at: datetime | None = None) -> Why:
        """Why one customer stands where they stand; see `customers.explain_customer`."""
        return customers.explain_customer(self, key, at)

    # Live ---------------------------------------------------------------------------------

    def perceive(self, signals: pa.Table) -> living.Perceived:
        """Take signals in and move the customers they are of; see `living.perceive`."""
        return living.perceive(self, signals)

    def standing(self, key: str, at: datetime | None = None) -> dict[str, Any]:
        """Where a customer stands now, with every signal taken; see `living.standing`."""
        return living.standing(self, key, at)

    def refresh_live(self, *, beside: bool = False) -> Thread | None:
        """Make live states anew from the last analysis; `beside` does it in a thread and gives that."""
        if beside:
            return living.refresh_beside(self)
        living.refresh(self)
        return None

    def check_perception(self, **options: Any) -> checking.Checked:
        """How well perceptions predict unseen answers; see `checking.check_perception`."""
        return checking.check_perception(self, **options)

    def table(self, name: str) -> pa.Table:
        """One result as an Arrow table; raises NotAnalysed where there is none yet."""
        left = checking.stored(self, name)
        return analysing.table(self, name) if left is None else left

    def tables(self) -> list[dict[str, Any]]:
        """Every table there is: name, rows, meaning."""
        return analysing.tables(self)

    def report(self) -> dict[str, Any]:
        """The report as the outside contract has it; raises NotAnalysed."""
        from vivencia import __version__

        with analysing.reader(self) as derived:

            def read(name: str) -> pa.Table | None:
                left = checking.stored(self, name)
                return derived(name) if left is None else left

            return build_report(read, self.catalogue, now=self.clock(), version=__version__)

    def export(self, table: str, out: Path) -> int:
        """Write one table to a file, its format by the ending; gives the rows written."""
        return exporting.export(self, table, Path(out))


def read_toml(file: Path) -> dict[str, Any]:
    """A TOML file as a dict; raises WorkspaceMissing or SettingsError with line and column."""
    if not file.is_file():
        raise WorkspaceMissing(str(file.parent), hint=f"vivencia init {file.parent} makes one")
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise SettingsError(f"{file}: {wrong}") from wrong
