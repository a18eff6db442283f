"""Made-up companies as workspaces: for the demo, for trying things, for measuring."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import tomli_w

from vivencia import worlds
from vivencia.house.workspace import FILE, Workspace
from vivencia.words.errors import WorkspaceExists

DEMO_CUSTOMERS = 2_000
#: Beside vivencia.toml: which world a folder was made from, so a demo is made once.
MARK = "world.json"

Watch = Callable[[str, float, float | None], None]
_MAKERS = {"retail": worlds.retail, "software": worlds.software}


@dataclass(frozen=True, slots=True)
class Made:
    """What was made: how many signals, and the tables of the truth in `truth/`."""

    workspace: Workspace
    signals: int
    truth: tuple[str, ...]


def simulate_into(
    path: Path, *, world: str, customers: int, seed: int, watch: Watch, batch: int = 500_000
) -> Made:
    """A new workspace filled with a world's signals; the truth stands in `truth/` as Parquet.

    Raises WorkspaceExists where there is a workspace already.
    """
    made = _MAKERS[world](customers=customers, seed=seed, batch_rows=batch)
    place = Workspace.create_from(path, tomli_w.dumps(made.catalogue))
    taken = 0
    for table in made.signals:
        taken += place.append(table)
        watch("making signals", taken, None)
    place.store.add_links(made.links)
    truth = path / "truth"
    truth.mkdir(exist_ok=True)
    for name, table in made.truth.items():
        pq.write_table(table, truth / f"{name}.parquet")
    (path / MARK).write_text(
        json.dumps({"world": world, "customers": customers, "seed": seed}), encoding="utf-8"
    )
    return Made(place, taken, tuple(sorted(made.truth)))


def make_demo(path: Path, *, world: str, customers: int, seed: int, watch: Watch) -> Workspace:
    """The demo company, analysed. The same demo made before in this folder is used again.

    A folder that holds another demo is made anew; one that holds anything else is left
    alone (WorkspaceExists).
    """
    wanted = {"world": world, "customers": customers, "seed": seed}
    mark = path / MARK
    if mark.is_file() and json.loads(mark.read_text(encoding="utf-8")) != wanted:
        shutil.rmtree(path)
    elif (path / FILE).exists() and not mark.is_file():
        raise WorkspaceExists(str(path), hint="name another folder with --out")
    if mark.is_file():
        place = Workspace.open(path)
    else:
        if path.exists() and (path / "signals").exists():
            shutil.rmtree(path)  # an earlier demo that was stopped half way
        place = simulate_into(path, world=world, customers=customers, seed=seed, watch=watch).workspace
    place.analyse(watch=watch)
    return place
