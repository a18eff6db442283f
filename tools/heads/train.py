"""Learn the heads that ship from the sentences beside this file: python tools/heads/train.py [use] [e5].

Prints how well each head does on sentences it did not see (three folds; a sentence and its
translations stay in one fold, and so do reviews of one trade), then writes src/vivencia/understanding/heads/<embedder>.npz.
"""

import hashlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy import sparse
from scipy.linalg import solve

from vivencia.understanding.embedders import Embedder, embedder
from vivencia.understanding.heads.logistic import Linear, fit_logistic
from vivencia.understanding.heads.shipped import MIXED, OPINION, OUTPUTS, POLARITY, Heads, Likeness, unit
from vivencia.understanding.heads.worded import Worded, in_steps, word_rows
from vivencia.understanding.reading import ASPECTS, EMOTIONS, LANGUAGES

HERE = Path(__file__).parent
OUT = HERE.parents[1] / "src" / "vivencia" / "understanding" / "heads"
#: These say each thing in four languages, so that a head learns the thing and not the language.
PARALLEL = ("seeds", "plain", "trades", "matters")
#: What a sentence told in one language only counts beside those, where that is not 1.
HARD_WEIGHT = {OPINION: 0.3}
STRENGTH = {
    "use": {POLARITY: 0.1, OPINION: 0.5, MIXED: 1.0},
    "e5": {POLARITY: 0.15, OPINION: 10.0, MIXED: 10.0},
}
OTHERWISE = {"use": 3.0, "e5": 30.0}
#: Outputs whose classes count as often as they were written: blame is met more often than praise is.
AS_WRITTEN = {POLARITY}
#: Likeness: numbers kept of an embedding (of USE fewer, for it reads every text), how fast it falls with the
#: angle, what a vote costs, its share of a decision. Chosen on trades left out and on the tuning sets.
DIMENSIONS, WIDTH, PENALTY = {"use": 128, "e5": 384}, {"use": 4.0, "e5": 2.0}, 0.7
OF_LIKENESS = {POLARITY: 0.8}
OF_LIKENESS_OTHERWISE = 0.6
#: Words: which embedder's heads hear them (one, so that they count once), the inverse of the penalty, and
#: how much they count beside the rest, in spreads. Chosen on trades left out.
WITH_WORDS, WORD_STRENGTH = "use", 10.0
OF_WORDS = {POLARITY: 0.75, "quality": 0.25, "safety": 0.25, **dict.fromkeys(EMOTIONS, 0.3), "disgust": 0.5}
OF_WORDS_OTHERWISE = 0.5
#: What is told of one trade is in one fold, so that heads are judged on trades they had not seen.
FOLDS = 3
RENAMED = {"environment": "place", "navigation": "usability"}


@dataclass(frozen=True)
class Sentence:
    """One labelled sentence; `group` is shared by translations of one another, `fold` by all of one trade."""

    language: str
    text: str
    polarity: str
    aspects: frozenset[str]
    emotions: frozenset[str]
    group: str
    fold: str


def sentences() -> list[Sentence]:
    """Every labelled sentence there is."""
    found: list[Sentence] = []
    for name in PARALLEL:
        lines = (HERE / "corpus" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(one for one in lines if not one.startswith("#")):
            polarity, aspects, emotion, *texts = line.split("|")
            meant = frozenset(RENAMED.get(one, one) for one in aspects.split(",")) & set(ASPECTS)
            for language, text in zip(("pt", "es", "it", "en"), texts, strict=True):
                found.append(
                    Sentence(
                        language, text, polarity, meant,
                        frozenset({emotion} & set(EMOTIONS)), f"{name}{number}", f"{name}{number}",
                    )
                )  # fmt: skip
    for file in sorted((HERE / "corpus").glob("*.tsv")):
        found.extend(_told(file))
    return found


def _trade(remark: str) -> str:
    """The trade a remark names, so that "# restaurants & bars" is that of "# restaurants"."""
    words = remark.strip("# ").lower().replace(",", " ").split()
    return words[0] if words else ""


def _told(file: Path) -> Iterator[Sentence]:
    """The sentences of one language; a remark before some of them names their trade."""
    header, trade, number = "", "", 0
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            trade = line if header else ""
        elif not header:
            header = line
        else:
            polarity, aspects, emotions, text = line.split("\t")
            group, number = f"{file.stem}{number}", number + 1
            yield Sentence(
                file.stem[-2:], text, polarity,
                frozenset(one.strip().rstrip("+-0−") for one in aspects.split(",")) - {""},
                frozenset(one.strip() for one in emotions.split(",")) - {""},
                group, _trade(trade) if file.stem.startswith("reviews") else group,
            )  # fmt: skip


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
    if output in EMOTIONS and not one.emotions and one.polarity != "neu" and one.group.startswith("reviews"):
        # Reviews were labelled with an emotion where it is plain to see; where it is not, nobody looked for one.
        return np.nan
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


@dataclass(frozen=True)
class Learned:
    """The two parts of all heads, before they are joined."""

    lines: list[Linear]
    likeness: Likeness
    constant: np.ndarray

    def decide(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What the sums say of each row, and what the known sentences like it say."""
        plain = np.stack([line.decide(rows) for line in self.lines], axis=1)
        return plain, self.likeness.decide(rows.astype(np.float32)) + self.constant


def learn(
    kept: list[Sentence], rows: np.ndarray, labels: np.ndarray, strength: dict[str, float], name: str
) -> Learned:
    """All heads on some sentences; `labels` n × OUTPUTS as from `target`."""
    plain = np.array([one.group.startswith(PARALLEL) for one in kept])
    lines = [
        fitted(output, rows, labels[:, place], np.where(plain, 1.0, HARD_WEIGHT.get(output, 1.0)), strength[output])
        for place, output in enumerate(OUTPUTS)
    ]  # fmt: skip
    origin = rows.mean(axis=0).astype(np.float32)
    _, _, axes = np.linalg.svd(rows - origin, full_matrices=False)
    turn = axes[: DIMENSIONS[name]].T.astype(np.float32)
    turned = unit((rows.astype(np.float32) - origin) @ turn)
    said = np.nan_to_num(labels)
    said[:, OUTPUTS.index(POLARITY)] = np.nan_to_num(2 * labels[:, OUTPUTS.index(POLARITY)] - 1)
    votes, constant = ridge(turned, said, WIDTH[name])
    # Translations of one sentence stand so near one another that they are drawn together.
    names, of = np.unique([one.group for one in kept], return_inverse=True)
    centres, summed = np.zeros((len(names), turned.shape[1])), np.zeros((len(names), len(OUTPUTS)))
    np.add.at(centres, of, turned)
    np.add.at(summed, of, votes)
    whole = unit(centres.astype(np.float32))
    steps = np.round(whole / np.abs(whole).max(axis=1, keepdims=True) * 127).astype(np.int8)
    return Learned(lines, Likeness(origin, turn, steps, summed.astype(np.float32), WIDTH[name]), constant)


def learn_words(kept: list[Sentence], rows: sparse.csr_matrix, labels: np.ndarray) -> Worded:
    """A weight for every column of `rows` and each output, language by language."""
    spoken = np.array([one.language for one in kept])
    weights = np.zeros((len(LANGUAGES), rows.shape[1], len(OUTPUTS)))
    bias = np.zeros((len(LANGUAGES), len(OUTPUTS)))
    for at, language in enumerate(LANGUAGES):
        for place, output in enumerate(OUTPUTS):
            known = np.flatnonzero((spoken == language) & ~np.isnan(labels[:, place]))
            found = fit_logistic(
                rows[known], labels[known, place], strength=WORD_STRENGTH, balanced=output not in AS_WRITTEN
            )  # fmt: skip
            weights[at, :, place], bias[at, place] = found.weights, found.bias
    return Worded(LANGUAGES, weights, np.ones_like(bias), bias)


def ridge(rows: np.ndarray, said: np.ndarray, width: float) -> tuple[np.ndarray, np.ndarray]:
    """Votes of each row (n × p, length one) and a constant for each column of `said`."""
    near = np.exp(width * (rows @ rows.T - 1))
    near[np.diag_indices_from(near)] += PENALTY
    both = np.hstack([said, np.ones((len(said), 1))]).astype(np.float32)
    found = solve(near, both, assume_a="pos", overwrite_a=True, check_finite=False).astype(np.float64)
    constant = found[:, :-1].sum(axis=0) / found[:, -1].sum()
    return found[:, :-1] - found[:, -1:] * constant, constant


def train(model: Embedder) -> None:
    """Learn every output on one embedder, print its quality, write the file."""
    kept = sentences()
    rows = model.embed([one.text for one in kept]).astype(np.float64)
    labels = np.array([[target(output, one) for output in OUTPUTS] for one in kept])
    strength = {output: STRENGTH[model.name].get(output, OTHERWISE[model.name]) for output in OUTPUTS}
    folds = np.array([int(hashlib.sha256(one.fold.encode()).hexdigest(), 16) % FOLDS for one in kept])
    plain, like, worded = (np.zeros(labels.shape) for _ in range(3))
    hears = model.name == WITH_WORDS
    words = word_rows([one.text for one in kept]) if hears else None
    for fold in range(FOLDS):
        here = folds == fold
        taught = learn(
            [one for one, on in zip(kept, here, strict=True) if not on], rows[~here], labels[~here], strength,
            model.name,
        )  # fmt: skip
        plain[here], like[here] = taught.decide(rows[here])
        if words is not None:
            others, unseen = (
                [one for one, on in zip(kept, here, strict=True) if on == side] for side in (False, True)
            )
            worded[here] = learn_words(others, words[~here], labels[~here]).decide(
                [one.text for one in unseen], [one.language for one in unseen]
            )
    share = np.array([OF_LIKENESS.get(output, OF_LIKENESS_OTHERWISE) for output in OUTPUTS])
    of_plain, of_like = (1 - share) / plain.std(axis=0), share / like.std(axis=0)
    guess = plain * of_plain + like * of_like
    if words is not None:
        of_words = np.array([OF_WORDS.get(output, OF_WORDS_OTHERWISE) for output in OUTPUTS])
        of_words = of_words * guess.std(axis=0) / worded.std(axis=0)
        guess += worded * of_words
    level = np.array([_level(output, labels[:, at], guess[:, at]) for at, output in enumerate(OUTPUTS)])
    guess -= level
    whole = learn(kept, rows, labels, strength, model.name)
    about = {
        "learned_from": "sentences written for this project",
        "licence": "Apache-2.0",
        "sentences": len(kept),
        "corpora": corpora(),
        "held_out_macro_f1": _quality(model.name, labels, guess),
        "spread": {output: round(float(guess[:, at].std()), 4) for at, output in enumerate(OUTPUTS)},
    }
    heads = Heads(
        model.name,
        model.version,
        np.stack([line.weights for line in whole.lines], axis=1) * of_plain,
        np.array([line.bias for line in whole.lines]) * of_plain + whole.constant * of_like - level,
        about,
        replace(whole.likeness, votes=(whole.likeness.votes * of_like).astype(np.float32)),
        None if words is None else _packed(learn_words(kept, words, labels), of_words),
    )
    (OUT / f"{model.name}.npz").write_bytes(heads.as_bytes())


def _packed(learned: Worded, counts: np.ndarray) -> Worded:
    """The same, each output times what it counts, in one byte a weight."""
    packed = [in_steps(weights * counts) for weights in learned.weights]
    return Worded(
        learned.languages, np.stack([one for one, _ in packed]), np.stack([one for _, one in packed]),
        (learned.bias * counts).astype(np.float32),
    )  # fmt: skip


def _level(output: str, labels: np.ndarray, guess: np.ndarray) -> float:
    """Where a decision turns: so that as many held-out sentences pass as are of the class; liking turns at nought."""
    if output == POLARITY:
        return 0.0
    known = ~np.isnan(labels)
    return float(np.quantile(guess[known], 1 - labels[known].mean()))


def _quality(name: str, labels: np.ndarray, guess: np.ndarray) -> dict[str, float]:
    quality = {}
    for at, output in enumerate(OUTPUTS):
        known = ~np.isnan(labels[:, at])
        yes, found = labels[known, at], (guess[known, at] > 0).astype(float)
        quality[output] = round((f1(yes, found) + f1(1 - yes, 1 - found)) / 2, 3)
        print(
            f"{name} {output:14} n {int(known.sum()):5} yes {int(yes.sum()):5} F1 {f1(yes, found):.3f} macro {quality[output]:.3f}",
            flush=True,
        )
    return quality


if __name__ == "__main__":
    for name in sys.argv[1:] or ("use", "e5"):
        train(embedder(name))
