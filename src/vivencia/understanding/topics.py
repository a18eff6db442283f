"""Topics that are new this period: groups of texts said more often than before, named by their own words.

Texts are grouped by what they mean (sentence vectors, k-means) or, without vectors, by the
words they share (latent semantic analysis). A group is named by the words it has and the
others have not (c-TF-IDF, Grootendorst 2022, arXiv:2203.05794), each said by enough customers.
Its share of this period is compared with its share before: Newcombe's hybrid interval of the
difference (1998, Statistics in Medicine 17:873, method 10), and a false discovery rate over
all groups, because looking at many is finding some.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import svds

from vivencia.measure.discoveries import false_discovery, two_sided
from vivencia.measure.rates import wilson

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

#: Words that name a topic, at most.
NAMED_BY = 5
#: Groups: about one for so many texts, within bounds.
TEXTS_A_GROUP, FEWEST, MOST = 40, 4, 40
#: Dimensions of the words where there are no vectors, and rounds of k-means.
DIMENSIONS, ROUNDS = 24, 30
#: False discovery rate at which a topic is called new.
NEW = 0.05
_WORD = re.compile(r"(?<![⟨\w])[^\W\d_]{3,}(?:['’][^\W\d_]+)?(?!\w|⟩)")


@dataclass(frozen=True, slots=True)
class Topic:
    """A group of texts: its words by language, texts now and before, and how its share has changed.

    `change` is share now less share before with its 95 % interval; `q` the adjusted p; `new`
    where the share has grown at that rate. Where fewer customers than the anonymity
    threshold speak of it, `withheld` is true and nothing else is given. `texts` are the
    places of its texts, nearest to its centre first.
    """

    words: dict[str, tuple[str, ...]]
    now: int
    before: int
    share_now: float
    share_before: float
    change: float
    low: float
    high: float
    q: float
    new: bool
    withheld: bool
    texts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """Texts to find topics in, one entry each.

    `recent` is true for this period's; `vectors` (n, dim) their sentence vectors or None.
    """

    texts: Sequence[str]
    languages: Sequence[str]
    customers: Sequence[str]
    recent: NDArray[np.bool_]
    vectors: NDArray[np.float32] | None = None


def topics(said: Said, *, seed: int = 1, anonymity: int = 5, groups: int | None = None) -> list[Topic]:
    """The topics of all texts, those that have grown most surely first, withheld ones last.

    Deterministic for a seed. Nothing where either period has no text.
    """
    if not said.texts or said.recent.all() or not said.recent.any():
        return []
    words = [_words(text, language) for text, language in zip(said.texts, said.languages, strict=True)]
    points = _meant(said.vectors) if said.vectors is not None else _worded(words)
    count = groups or int(np.clip(len(words) // TEXTS_A_GROUP, FEWEST, MOST))
    group, distance = kmeans(points, min(count, len(words)), np.random.default_rng(seed))
    return _compared(said, words, group, distance, anonymity)


def _meant(vectors: NDArray[np.float32]) -> Floats:
    """Vectors of length one about their common centre: what all texts share is no topic."""
    points = np.asarray(vectors, dtype=np.float64)
    points = points - points.mean(axis=0)
    found: Floats = points / np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-12)
    return found


def _worded(words: Sequence[Sequence[str]]) -> Floats:
    """Texts by the words they share: TF-IDF and its leading dimensions (Deerwester et al. 1990)."""
    often = Counter(word for said in words for word in set(said))
    known = {
        word: place for place, word in enumerate(sorted(word for word, count in often.items() if count > 1))
    }
    rows = [row for row, said in enumerate(words) for word in set(said) if word in known]
    columns = [known[word] for said in words for word in set(said) if word in known]
    if not known:
        return np.zeros((len(words), 1))
    weights = [np.log(len(words) / often[word]) for said in words for word in set(said) if word in known]
    table = sparse.csr_matrix((weights, (rows, columns)), shape=(len(words), len(known)), dtype=np.float64)
    table = sparse.diags_array(1 / np.maximum(np.sqrt(table.multiply(table).sum(axis=1)).A1, 1e-12)) @ table
    most = min(DIMENSIONS, min(table.shape) - 1)
    if most < 1:
        return np.asarray(table.toarray())
    left, strength, _ = svds(table, k=most, v0=np.ones(min(table.shape)))
    points = left * strength
    found: Floats = points / np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-12)
    return found


def kmeans(points: Floats, count: int, rng: np.random.Generator) -> tuple[Places, Floats]:
    """Group of each point, and its squared distance to the centre (Lloyd, begun as k-means++)."""
    centres = points[[int(rng.integers(len(points)))]]
    nearest = ((points - centres[0]) ** 2).sum(axis=1)
    while len(centres) < count and nearest.sum() > 0:
        chosen = int(rng.choice(len(points), p=nearest / nearest.sum()))
        centres = np.vstack([centres, points[chosen]])
        nearest = np.minimum(nearest, ((points - points[chosen]) ** 2).sum(axis=1))
    group = np.full(len(points), -1, dtype=np.int64)
    distances = np.zeros((len(points), len(centres)))
    for _ in range(ROUNDS):
        distances = (points**2).sum(axis=1)[:, None] - 2 * points @ centres.T + (centres**2).sum(axis=1)
        found = distances.argmin(axis=1)
        if np.array_equal(found, group):
            break
        group = found
        for place in np.unique(group):
            centres[place] = points[group == place].mean(axis=0)
    return group, np.maximum(distances[np.arange(len(points)), group], 0.0)


def _compared(
    said: Said, words: Sequence[Sequence[str]], group: Places, distance: Floats, anonymity: int
) -> list[Topic]:
    names = np.unique(group)
    all_now, all_before = int(said.recent.sum()), int((~said.recent).sum())
    now = np.array([int((said.recent & (group == name)).sum()) for name in names])
    before = np.array([int((~said.recent & (group == name)).sum()) for name in names])
    pooled = (now + before) / (all_now + all_before)
    error = np.sqrt(np.maximum(pooled * (1 - pooled), 1e-12) * (1 / all_now + 1 / all_before))
    q = false_discovery(two_sided((now / all_now - before / all_before) / error))
    often = Counter(
        (language, word) for language, found in zip(said.languages, words, strict=True) for word in found
    )
    found = []
    for row, name in enumerate(names):
        members = np.flatnonzero(group == name)
        places: list[int] = members[np.argsort(distance[members], kind="stable")].tolist()
        if len({said.customers[place] for place in places}) < anonymity:
            found.append(WITHHELD)
            continue
        change, low, high = difference(int(now[row]), all_now, int(before[row]), all_before)
        recent = {said.customers[place] for place in places if said.recent[place]}
        found.append(
            Topic(
                _named(said, words, places, often, anonymity),
                int(now[row]), int(before[row]), now[row] / all_now, before[row] / all_before,
                change, low, high, float(q[row]),
                bool(q[row] <= NEW and change > 0 and len(recent) >= anonymity),
                False, tuple(places),
            )
        )  # fmt: skip
    return sorted(found, key=lambda topic: (topic.withheld, not topic.new, topic.q, -topic.change))


WITHHELD = Topic({}, 0, 0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, False, True, ())


def difference(now: int, all_now: int, before: int, all_before: int) -> tuple[float, float, float]:
    """Difference of two shares and its 95 % interval (Newcombe's method 10)."""
    one, one_low, one_high = wilson(now, all_now)
    two, two_low, two_high = wilson(before, all_before)
    below = float(np.hypot(one - one_low, two_high - two))
    above = float(np.hypot(one_high - one, two - two_low))
    return one - two, one - two - below, one - two + above


def _named(
    said: Said,
    words: Sequence[Sequence[str]],
    places: Sequence[int],
    often: Counter[tuple[str, str]],
    anonymity: int,
) -> dict[str, tuple[str, ...]]:
    """By language, the words this group has above the others (c-TF-IDF), each said by enough customers."""
    inside: Counter[tuple[str, str]] = Counter()
    by: dict[tuple[str, str], set[str]] = {}
    for place in places:
        for word in words[place]:
            key = (said.languages[place], word)
            inside[key] += 1
            by.setdefault(key, set()).add(said.customers[place])
    middle = sum(often.values()) / max(len(said.texts), 1)
    scored = sorted(
        ((count * np.log1p(middle * len(places) / often[key]), key) for key, count in inside.items()),
        key=lambda one: (-one[0], one[1]),
    )
    found: dict[str, list[str]] = {}
    for _, (language, word) in scored:
        if len(by[language, word]) >= anonymity and len(found.setdefault(language, [])) < NAMED_BY:
            found[language].append(word)
    return {language: tuple(names) for language, names in sorted(found.items()) if names}


def _words(text: str, language: str) -> list[str]:
    """The words of a text that can name a topic; placeholders of what was masked are none."""
    stop = stop_words().get(language, frozenset())
    return [word for word in _WORD.findall(text.lower()) if word not in stop]


@cache
def stop_words() -> dict[str, frozenset[str]]:
    """Words that name no topic, by language; read once."""
    found: dict[str, set[str]] = {}
    shelf = files("vivencia.understanding") / "stopwords.txt"
    for line in shelf.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            language, *words = line.split()
            found.setdefault(language, set()).update(words)
    return {language: frozenset(words) for language, words in found.items()}
