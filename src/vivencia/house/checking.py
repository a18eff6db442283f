"""Whether a company's perceptions earn their keep: predictions of unseen answers beside the usual ones.

The outcome is kept in the folder `checks` of the workspace, and the report reads it: where
a rival predicted better, it shows customers' levels by that rival.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from vivencia.engines.embedded import EmbeddedEngine
from vivencia.house import analysing
from vivencia.house.context import read_context
from vivencia.house.folder import Folder
from vivencia.perceptions.check import SHOWABLE, best, check, check_table, levels
from vivencia.perceptions.estimation import COLUMNS
from vivencia.perceptions.hashes import spread
from vivencia.perceptions.plan import COLUMNS as PLAN_COLUMNS
from vivencia.perceptions.standin import stand_in
from vivencia.perceptions.table import from_table
from vivencia.perceptions.validation import ENGINE, Learner, Validation
from vivencia.perceptions.wording import RATED_WORDS
from vivencia.plans.arrow import schema_of
from vivencia.signals import catalogue_tables
from vivencia.words.errors import InputError
from vivencia.words.shapes.checks import FALLBACK, FALLBACK_SUMMARIES, PERCEPTION_CHECK
from vivencia.words.shapes.context import CONTEXT

Watch = Callable[[str, float, float | None], None]

#: Customers who answered that the check looks at; more make it slower, not surer.
CUSTOMERS = 1_500
FOLDER = "checks"
#: What the filter reads when it is shown: words move it, and lie where words beside ratings say.
SHIPPED = (*COLUMNS, "polarity", RATED_WORDS)
#: The name of the filter among the methods.
PERCEPTION = ENGINE
#: The rival that needs scikit-learn (`vivencia[check]`).
BOOSTING = "boosting"
_SHAPES = {shape.name: shape for shape in (PERCEPTION_CHECK, FALLBACK, FALLBACK_SUMMARIES)}


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check found: every split, the best method, the one the report shows, what was left out."""

    at: datetime
    customers: int
    splits: tuple[Validation, ...]
    best: str
    shown: str
    left_out: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "at": self.at,
            "customers": self.customers,
            "best": self.best,
            "shown": self.shown,
            "left_out": list(self.left_out),
            "splits": [
                {
                    "split": one.split,
                    "winner": one.winner,
                    "scores": [
                        {name: getattr(score, name) for name in score.__slots__} for score in one.scores
                    ],
                    "pit": list(one.pit),
                }
                for one in self.splits
            ],
        }


def check_perception(
    place: Folder, *, customers: int = CUSTOMERS, seed: int = 7, watch: Watch | None = None
) -> Checked:
    """Predict answers of held-out customers and months by every method, and keep the outcome.

    Raises InputError where too few answered for a check, NotAnalysed.
    """
    said = watch or (lambda _label, _done, _total: None)
    around = read_context(place.path, place.catalogue)
    side = {**catalogue_tables(place.catalogue), CONTEXT.name: around}
    learners, left_out = _boosting(seed)
    with analysing.reading(place) as engine:
        said("reading events", 0, 3)
        events, many = _sampled(engine, customers)
        said("predicting", 1, 3)
        found = check(events, side, learners, episode_s=60.0 * place.catalogue.company.episode_gap_minutes)
        if not found:
            raise InputError("Too few customers answered for a check.", hint="two answers or more are needed")
        shown = best(found, SHOWABLE)
        said("levels", 2, 3)
        fallback, summaries = (schema_of(shape).empty_table() for shape in (FALLBACK, FALLBACK_SUMMARIES))
        if shown != ENGINE:
            made = engine.table("parameters")
            p, every = from_table(made, side["instruments"]), engine.table("events", PLAN_COLUMNS)
            fallback = levels(every, p, shown, around).cast(schema_of(FALLBACK))
            summaries = stand_in(every, p, made, shown, side["instruments"], around)
            summaries = summaries.cast(schema_of(FALLBACK_SUMMARIES))
    at = place.clock()
    kept = {
        PERCEPTION_CHECK.name: check_table(found),
        FALLBACK.name: fallback,
        FALLBACK_SUMMARIES.name: summaries,
    }
    _keep(place, kept, at, many)
    said("levels", 3, 3)
    return Checked(at, many, found, best(found), shown, left_out)


def _sampled(engine: EmbeddedEngine, customers: int) -> tuple[pa.Table, int]:
    """Every event of so many of the customers who answered, those whose keys have the smallest hashes."""
    told = engine.table("moments", ("customer", "rated"))
    keys = told.filter(told["rated"]).column("customer").unique().to_pylist()
    hashes = np.array([spread(key) for key in keys], dtype=np.uint64)
    chosen = pa.array([keys[i] for i in np.argsort(hashes, kind="stable")[:customers]], pa.string())
    parts = [
        batch.filter(pc.is_in(batch.column("customer"), chosen))
        for batch in engine.batches("events", SHIPPED)
    ]
    table = pa.Table.from_batches(parts) if parts else engine.table("events", SHIPPED)
    return table.combine_chunks(), len(chosen)


def _boosting(seed: int) -> tuple[Mapping[str, Learner], tuple[str, ...]]:
    """Gradient boosting where scikit-learn is there; else what was left out."""
    try:
        from sklearn.ensemble import HistGradientBoostingRegressor
    except ImportError:
        return {}, (BOOSTING,)

    def learn(train: Any, y: Any, test: Any) -> Any:
        model = HistGradientBoostingRegressor(
            max_iter=300, learning_rate=0.05, early_stopping=True, random_state=seed
        )
        return model.fit(train, y).predict(test)

    return {BOOSTING: learn}, ()


# The outcome, kept ---------------------------------------------------------------------------


def _keep(place: Folder, tables: Mapping[str, pa.Table], at: datetime, customers: int) -> None:
    folder = place.path / FOLDER
    folder.mkdir(exist_ok=True)
    told = {"at": at.isoformat(timespec="seconds"), "customers": str(customers)}
    for name, table in tables.items():
        beside = folder / f"{name}.parquet.new"
        pq.write_table(table.replace_schema_metadata(told), beside)
        beside.replace(_file(place, name))


def _file(place: Folder, name: str) -> Path:
    return place.path / FOLDER / f"{name}.parquet"


def stored(place: Folder, name: str) -> pa.Table | None:
    """A table that a check left behind: empty before the first check; None for a name of no check.

    Its schema metadata say when (`at`) and on how many customers (`customers`).
    """
    if name not in _SHAPES:
        return None
    file = _file(place, name)
    return pq.read_table(file) if file.is_file() else schema_of(_SHAPES[name]).empty_table()
