"""Learning a company's own head from a sample of its texts, and keeping it as a plain table.

The texts that the shipped tiers read with confidence teach how these customers write
(`heads.adapting`); with enough ratings given together with words a head is learned from them too, and
all are compared in one trial (`heads.company`). Nothing is kept that reads worse, wherever that can be
told.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vivencia.understanding import sampling
from vivencia.understanding.batch import prepare
from vivencia.understanding.budget import embedded_share
from vivencia.understanding.columns import rows_table
from vivencia.understanding.embedders import embedder, is_folder, local_model, named, present
from vivencia.understanding.heads.adapting import adapt, enough_texts
from vivencia.understanding.heads.company import (
    ADAPTED,
    LEAST,
    LEAST_OF_EACH,
    RATED,
    SHIPPED,
    CompanyHead,
    Trial,
    adapted_head,
    learn,
)
from vivencia.understanding.heads.grams import COLUMNS
from vivencia.understanding.heads.joined import joined
from vivencia.understanding.heads.logistic import Linear
from vivencia.understanding.heads.quality import macro_f1
from vivencia.understanding.pipeline import DEEP, RULES, look, scored
from vivencia.understanding.sampling import Sampled
from vivencia.words.shapes.understanding import TEXT_MODEL

#: So many rated texts show how customers write; those without a rating are not read as well then.
PLENTY = 1_000
#: So few rated texts on either side say nothing about an adapted head.
LEAST_TO_JUDGE = 20

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Learn:
    """The `finish` of the fold: what the sample teaches, at one tier.

    `bounded`: of more texts than are embedded, words alone teach, so that what was learned reads
    those too that are not.
    """

    tier: str
    bounded: bool = False

    def __call__(self, state: Sampled, side: Mapping[str, Any]) -> Any:
        """The `TEXT_MODEL` table: one row."""
        del side
        texts = sum(one.of for one in state.values())
        tier = RULES if self.bounded and embedded_share(texts) < 1 else self.tier
        tables = [one.rows for one in state.values() if one.rows is not None and one.rows.num_rows]
        facts = {
            "kind": SHIPPED, "tier": tier, "embedder": "", "columns": [], "weights": [],
            "texts": texts,
            "rated": state[sampling.RATED].of, "corrected": state[sampling.CORRECTED].of,
        }  # fmt: skip
        if tables:
            sample = pa.concat_tables(tables).sort_by([("customer", "ascending"), ("at", "ascending")])
            liked = sample.column("liked").to_numpy()
            if _teach(liked) and int((liked != 0).sum()) >= PLENTY:
                facts |= _learned(sample.filter(pa.array(liked != 0)), tier)
            elif _teach(liked) or enough_texts(sample.column("text")):
                facts |= _learned(sample, tier)
        return rows_table([facts], TEXT_MODEL)


def _teach(liked: NDArray[np.int8]) -> bool:
    """Whether there are ratings enough to learn from; see `heads.company.learn`."""
    likes, dislikes = int((liked > 0).sum()), int((liked < 0).sum())
    return likes + dislikes >= LEAST and min(likes, dislikes) >= LEAST_OF_EACH


def _learned(sample: Any, tier: str) -> dict[str, Any]:
    texts = [text[: sampling.LONGEST] for text in sample.column("text").to_pylist()]
    codes = [code.split("-")[0] if code else None for code in sample.column("lang").to_pylist()]
    batch = prepare(texts, codes)
    look(batch, tier)
    known = np.array(batch.known, dtype=np.int64)
    if not len(known):
        return {}
    scores = scored(batch).score[known]
    bodies = [batch.texts[place] for place in known]
    rows = sample.take(pa.array(known))
    verdict = rows.column("liked").to_numpy().astype(np.int64)
    columns = joined(bodies, batch.embeddings)
    found = adapt(columns, scores)
    adapted = None if found[0] is None else (found[0], found[1])
    at = np.flatnonzero(verdict)
    _, customers = np.unique(np.array(rows.column("customer").to_pylist(), dtype=object), return_inverse=True)
    times = rows.column("at").cast(pa.timestamp("us", "UTC")).cast(pa.int64()).to_numpy()
    head, trial = learn(
        columns[at], scores[at], None if adapted is None else (adapted[0], adapted[1][at]), verdict[at] > 0,
        customers[at].astype(np.int64), times[at], batch.embedder,
    )  # fmt: skip
    if trial is None and adapted is not None and not _spoken_against(verdict, scores, adapted[1]):
        head = adapted_head(adapted[0], batch.embedder)
    if head is None:
        return _said(trial)
    return {"kind": RATED if head.labelled else ADAPTED, **_said(trial), **_kept(head)}


def _spoken_against(verdict: NDArray[np.int64], scores: Floats, adapted: Floats) -> bool:
    """Whether the few ratings there are say that the adapted head reads worse."""
    rated = verdict != 0
    if min(int((verdict > 0).sum()), int((verdict < 0).sum())) < LEAST_TO_JUDGE:
        return False
    liked = verdict[rated] > 0
    return macro_f1(liked, adapted[rated] > 0) < macro_f1(liked, scores[rated] > 0)


def _said(trial: Trial | None) -> dict[str, Any]:
    if trial is None:
        return {}
    said: dict[str, Any] = {"calibration_error": trial.calibration_error}
    for name, pair in (("base", trial.base), ("adapted", trial.adapted), ("head", trial.head)):
        said[f"{name}_customers"], said[f"{name}_later"] = pair
    return said


def _kept(head: CompanyHead) -> dict[str, Any]:
    at = np.flatnonzero(head.head.weights)
    return {
        "embedder": head.embedder, "of_score": head.of_score, "of_head": head.of_head, "bias": head.bias,
        "cut": head.cut, "head_bias": head.head.bias, "columns": at.astype(np.float64).tolist(),
        "weights": head.head.weights[at].tolist(),
    }  # fmt: skip


def head_in(table: Any, tier: str) -> CompanyHead | None:
    """The head a `TEXT_MODEL` table holds; None where it holds none, or one for another embedding."""
    rows = table.to_pylist()
    if not rows or rows[0]["kind"] == SHIPPED:
        return None
    row = rows[0]
    names = _looks(tier) if row["embedder"] else []
    if row["embedder"] != named(names):
        return None
    weights = np.zeros(COLUMNS + sum(embedder(name).dim for name in names))
    weights[np.array(row["columns"], dtype=np.int64)] = row["weights"]
    return CompanyHead(
        Linear(weights, row["head_bias"]), row["of_score"], row["of_head"], row["bias"],
        row["kind"] == RATED, row["embedder"], row["cut"],
    )  # fmt: skip


def _looks(tier: str) -> list[str]:
    """The embedders that look at every text of a tier, of those that are here."""
    wanted = [] if tier == RULES else ["use", "e5"] if tier == DEEP else ["use"]
    if is_folder(tier) and not local_model(tier).decides:
        wanted.append(tier)
    return [name for name in wanted if present(name)]
