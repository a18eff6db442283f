"""Learning a company's own head from a sample of its texts, and keeping it as a plain table.

With enough ratings given together with words the head is learned from them (`heads.company`);
without, from the texts that the shipped tiers read with confidence (`heads.adapting`). Either
is kept only where it reads better than what ships, wherever that can be told.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vivencia.understanding import sampling
from vivencia.understanding.budget import embedded_share
from vivencia.understanding.columns import rows_table
from vivencia.understanding.embedders import embedder, present
from vivencia.understanding.heads.adapting import adapt, enough_texts
from vivencia.understanding.heads.company import LEAST, LEAST_OF_EACH, CompanyHead, Trial, learn
from vivencia.understanding.heads.grams import COLUMNS
from vivencia.understanding.heads.joined import joined
from vivencia.understanding.heads.logistic import Linear
from vivencia.understanding.heads.quality import macro_f1
from vivencia.understanding.pipeline import RULES, Prepared, look, prepare, scored
from vivencia.understanding.sampling import Sampled
from vivencia.words.shapes.understanding import TEXT_MODEL

SHIPPED, ADAPTED, RATED = "shipped", "adapted", "rated"
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
            if _teach(liked):
                # Texts without a rating teach nothing then, so they need not be read.
                facts |= _learned(sample.filter(pa.array(liked != 0)), tier)
            elif enough_texts(sample.column("text")):
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
    head, trial = _from_ratings(batch, bodies, scores, verdict, rows)
    if head is not None:
        return {"kind": RATED, **_said(trial), **_kept(head)}
    if trial is None:
        head = _from_sure_readings(batch, bodies, scores, verdict)
        if head is not None:
            return {"kind": ADAPTED, **_kept(head)}
    return _said(trial)


def _from_ratings(
    batch: Prepared, bodies: list[str], scores: Floats, verdict: NDArray[np.int64], rows: Any
) -> tuple[CompanyHead | None, Trial | None]:
    at = np.flatnonzero(verdict)
    some = None if batch.embeddings is None else batch.embeddings[at]
    _, customers = np.unique(np.array(rows.column("customer").to_pylist(), dtype=object), return_inverse=True)
    times = rows.column("at").cast(pa.timestamp("us", "UTC")).cast(pa.int64()).to_numpy()
    return learn(
        [bodies[place] for place in at], some, scores[at], verdict[at] > 0, customers[at].astype(np.int64),
        times[at], _embedder_of(batch),
    )  # fmt: skip


def _from_sure_readings(
    batch: Prepared, bodies: list[str], scores: Floats, verdict: NDArray[np.int64]
) -> CompanyHead | None:
    """An adapted head; None where too few readings are sure, or ratings speak against it."""
    rows = joined(bodies, batch.embeddings, scores)[:, :-1]
    adapted, joint = adapt(rows, scores)
    if adapted is None:
        return None
    rated = verdict != 0
    judges = min(int((verdict > 0).sum()), int((verdict < 0).sum())) >= LEAST_TO_JUDGE
    if judges and macro_f1(verdict[rated] > 0, joint[rated] > 0) < macro_f1(
        verdict[rated] > 0, scores[rated] > 0
    ):
        return None
    # The column of the score itself was not learned on: it weighs nothing.
    head = Linear(np.append(adapted.head.weights, 0.0), adapted.head.bias)
    return CompanyHead(head, adapted.of_score, adapted.of_head, 0.0, False, _embedder_of(batch))


def _embedder_of(batch: Prepared) -> str:
    if batch.embeddings is None:
        return ""
    model = embedder("use")
    return f"{model.name} {model.version}"


def _said(trial: Trial | None) -> dict[str, Any]:
    if trial is None:
        return {}
    names = ("base_customers", "head_customers", "base_later", "head_later", "calibration_error")
    return {name: float(getattr(trial, name)) for name in names}


def _kept(head: CompanyHead) -> dict[str, Any]:
    at = np.flatnonzero(head.head.weights)
    return {
        "embedder": head.embedder, "of_score": head.of_score, "of_head": head.of_head, "bias": head.bias,
        "head_bias": head.head.bias, "columns": at.astype(np.float64).tolist(),
        "weights": head.head.weights[at].tolist(),
    }  # fmt: skip


def head_in(table: Any, tier: str) -> CompanyHead | None:
    """The head a `TEXT_MODEL` table holds; None where it holds none, or one for another embedding."""
    rows = table.to_pylist()
    if not rows or rows[0]["kind"] == SHIPPED:
        return None
    row = rows[0]
    here = ""
    if tier != RULES and present("use"):
        model = embedder("use")
        here = f"{model.name} {model.version}"
    if row["embedder"] not in ("", here):
        return None
    width = COLUMNS + (embedder("use").dim if row["embedder"] else 0) + 1
    weights = np.zeros(width)
    weights[np.array(row["columns"], dtype=np.int64)] = row["weights"]
    return CompanyHead(
        Linear(weights, row["head_bias"]), row["of_score"], row["of_head"], row["bias"],
        row["kind"] == RATED, row["embedder"],
    )  # fmt: skip
