"""Learn the heads that ship from the sentences beside this file: python tools/heads/train.py [use] [e5].

Prints how well each head does on sentences it did not see (five folds; a sentence and its
translations stay in one fold), then writes src/vivencia/understanding/heads/<embedder>.npz.
"""

import csv
import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vivencia.understanding.embedders import Embedder, embedder
from vivencia.understanding.heads.logistic import Linear, fit_logistic
from vivencia.understanding.heads.shipped import MIXED, OPINION, OUTPUTS, POLARITY, Heads
from vivencia.understanding.reading import ASPECTS, EMOTIONS

HERE = Path(__file__).parent
OUT = HERE.parents[1] / "src" / "vivencia" / "understanding" / "heads"
#: These say each thing in four languages, so that a head learns the thing and not the language.
PARALLEL = ("seeds", "plain")
#: What a sentence told in one language only counts beside those, where that is not 1. Most of
#: these like or blame without saying so; no single direction holds that, and it bends the plain one.
HARD_WEIGHT = {POLARITY: 0.0, OPINION: 0.3}
STRENGTH = {
    "use": {POLARITY: 0.1, OPINION: 0.5, MIXED: 1.0},
    "e5": {POLARITY: 0.15, OPINION: 10.0, MIXED: 10.0},
}
OTHERWISE = {"use": 3.0, "e5": 30.0}
#: Outputs whose classes count as often as they were written: blame is met more often than praise is.
AS_WRITTEN = {POLARITY}
RENAMED = {"environment": "place", "navigation": "usability"}


@dataclass(frozen=True)
class Sentence:
    """One labelled sentence; `group` is shared by translations of one another."""

    language: str
    text: str
    polarity: str
    aspects: frozenset[str]
    emotions: frozenset[str]
    group: str


def sentences() -> list[Sentence]:
    """Every labelled sentence there is."""
    found: list[Sentence] = []
    for name in PARALLEL:
        lines = (HERE / "corpus" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(one for one in lines if not one.startswith("#")):
            polarity, aspect, emotion, *texts = line.split("|")
            aspect = RENAMED.get(aspect, aspect)
            for language, text in zip(("pt", "es", "it", "en"), texts, strict=True):
                found.append(
                    Sentence(
                        language, text, polarity, frozenset({aspect} & set(ASPECTS)),
                        frozenset({emotion} & set(EMOTIONS)), f"{name}{number}",
                    )
                )  # fmt: skip
    for file in sorted((HERE / "corpus").glob("*.tsv")):
        with file.open(encoding="utf-8", newline="") as lines:
            rows = csv.DictReader(
                (line for line in lines if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE
            )
            for number, row in enumerate(rows):
                aspects = frozenset(
                    one.strip().rstrip("+-0−") for one in (row["aspects"] or "").split(",")
                ) - {""}
                emotions = frozenset(one.strip() for one in (row["emotions"] or "").split(",")) - {""}
                found.append(
                    Sentence(
                        file.stem, row["text"], row["polarity"], aspects, emotions, f"{file.stem}{number}"
                    )
                )
    return found


def corpora() -> dict[str, str]:
    """SHA-256 of every file that heads are learned from, by its name."""
    files = [HERE / "corpus" / f"{name}.txt" for name in PARALLEL] + sorted((HERE / "corpus").glob("*.tsv"))
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def target(output: str, one: Sentence) -> float:
    """1 or 0, or NaN where the sentence says nothing of this output."""
    if output == POLARITY:
        return {"pos": 1.0, "neg": 0.0}.get(one.polarity, np.nan)
    if output == OPINION:
        return float(one.polarity != "neu")
    if output == MIXED:
        return float(one.polarity == "mix") if one.polarity != "neu" else np.nan
    return float(output in one.aspects or output in one.emotions)


def fitted(output: str, rows: np.ndarray, labels: np.ndarray, weight: np.ndarray, strength: float) -> Linear:
    """A head on the rows whose label is known and that count."""
    known = ~np.isnan(labels) & (weight > 0)
    return fit_logistic(
        rows[known], labels[known], weight=weight[known], strength=strength,
        balanced=output not in AS_WRITTEN,
    )  # fmt: skip


def f1(labels: np.ndarray, found: np.ndarray) -> float:
    """F1 of the class 1."""
    true = float((labels * found).sum())
    return 2 * true / max(1.0, float(labels.sum() + found.sum()))


def train(model: Embedder) -> None:
    """Learn every output on one embedder, print its quality, write the file."""
    kept = sentences()
    rows = model.embed([one.text for one in kept]).astype(np.float64)
    folds = np.array([int(hashlib.sha256(one.group.encode()).hexdigest(), 16) % 5 for one in kept])
    plain = np.array([one.group.startswith(PARALLEL) for one in kept])
    weights, bias, quality, spread = [], [], {}, {}
    for output in OUTPUTS:
        labels = np.array([target(output, one) for one in kept])
        strength = STRENGTH[model.name].get(output, OTHERWISE[model.name])
        weight = np.where(plain, 1.0, HARD_WEIGHT.get(output, 1.0))
        guess = np.zeros(len(kept))
        for fold in range(5):
            head = fitted(output, rows[folds != fold], labels[folds != fold], weight[folds != fold], strength)
            guess[folds == fold] = head.decide(rows[folds == fold])
        known = ~np.isnan(labels)
        yes, found = labels[known], (guess[known] > 0).astype(float)
        quality[output] = round((f1(yes, found) + f1(1 - yes, 1 - found)) / 2, 3)
        print(
            f"{model.name} {output:14} n {int(known.sum()):5} yes {int(yes.sum()):5} F1 {f1(yes, found):.3f} macro {quality[output]:.3f}",
            flush=True,
        )
        spread[output] = round(float(np.std(guess)), 4)
        whole = fitted(output, rows, labels, weight, strength)
        weights.append(whole.weights)
        bias.append(whole.bias)
    about = {
        "learned_from": "sentences written for this project",
        "licence": "Apache-2.0",
        "sentences": len(kept),
        "corpora": corpora(),
        "held_out_macro_f1": quality,
        "spread": spread,
    }
    heads = Heads(model.name, model.version, np.array(weights).T, np.array(bias), about)
    (OUT / f"{model.name}.npz").write_bytes(heads.as_bytes())


if __name__ == "__main__":
    for name in sys.argv[1:] or ("use", "e5"):
        train(embedder(name))
