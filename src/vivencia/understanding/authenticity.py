"""Signs that a text may be no customer's own: for people to look at, never to delete by.

Three signs: texts nearly the same, more texts at once than chance brings, words that say the
opposite of the stars beside them. Each is a score with its reason; honest customers share all
three at times (a campaign, a queue of invitations, a slip of the finger), so nothing is left
out of any count because of them.

Sources: Broder (1997, SEQUENCES '97) for resemblance and its estimation by minimal hashes;
Leskovec, Rajaraman & Ullman (2014, Mining of Massive Datasets, ch. 3) for bands and rows;
Wallenstein & Neff (1987, Statistics in Medicine 6:197) for scanning counts, here over windows
that do not overlap, with Bonferroni's bound.
"""

import re
from collections.abc import Sequence
from zlib import crc32

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.special import pdtrc

Floats = NDArray[np.float64]

#: Words of a shingle, and the fewest words of a text that is compared: "muito bom" is nobody's copy.
SHINGLE, FEWEST_WORDS = 3, 8
#: Resemblance from which two texts are nearly the same.
ALIKE = 0.6
#: Bands and rows of the hashes: pairs of resemblance 0.6 are looked at with probability 0.97.
BANDS, ROWS = 25, 4
#: Of texts that agree in a band, each is compared with so many behind it: work grows with texts, not pairs.
NEAREST = 100
#: Chance, over all windows, under which a burst is none of chance.
RARE = 1e-3
#: Distance of the burst's mean stars from the others', in standard errors, that makes it an alarm.
APART = 1.96

PAIRS = pa.schema([("first", pa.int64()), ("second", pa.int64()), ("resemblance", pa.float64())])
BURSTS = pa.schema(
    [
        ("window", pa.int64()),
        ("texts", pa.int64()),
        ("expected", pa.float64()),
        ("p", pa.float64()),
        ("apart", pa.float64()),
        ("alarm", pa.bool_()),
    ]
)

_WORD = re.compile(r"\w+")


def shingles(text: str, words: int = SHINGLE) -> frozenset[str]:
    """Every so many words in a row, in lower case."""
    found = _WORD.findall(text.lower())
    return frozenset(" ".join(found[place : place + words]) for place in range(len(found) - words + 1))


def resemblance(one: frozenset[str], other: frozenset[str]) -> float:
    """Share of what either has that both have (Jaccard); 0 where neither has any."""
    return len(one & other) / len(one | other) if one or other else 0.0


def chance_looked_at(alike: float, bands: int = BANDS, rows: int = ROWS) -> float:
    """Probability that two texts of this resemblance are compared at all."""
    return 1.0 - (1.0 - alike**rows) ** bands


def near_duplicates(texts: Sequence[str], *, alike: float = ALIKE, seed: int = 1) -> pa.Table:
    """Pairs of places in `texts` that are nearly the same, with their exact resemblance; first < second.

    Rows in order of places. Texts of fewer than FEWEST_WORDS words are not compared. Raises
    ImportError where `datasketch` is not installed.
    """
    sets = {
        place: found
        for place, text in enumerate(texts)
        if len(found := shingles(text)) > FEWEST_WORDS - SHINGLE
    }
    places = list(sets)
    pairs = []
    for one, other in _looked_at(_hashes(list(sets.values()), seed)).tolist():
        first, second = places[one], places[other]
        share = resemblance(sets[first], sets[second])
        if share >= alike:
            pairs.append((first, second, share))
    pairs.sort()
    columns = zip(*pairs, strict=True) if pairs else ((), (), ())
    return pa.table(
        [pa.array(column, field.type) for column, field in zip(columns, PAIRS, strict=True)], PAIRS
    )


def _hashes(sets: Sequence[frozenset[str]], seed: int) -> NDArray[np.uint64]:
    """The minimal hashes of each set, a row each."""
    from datasketch import MinHash

    first = MinHash(BANDS * ROWS, seed, hashfunc=crc32)
    found = np.zeros((len(sets), BANDS * ROWS), np.uint64)
    for row, shingled in enumerate(sets):
        one = MinHash(BANDS * ROWS, hashfunc=crc32, permutations=first.permutations, scheme=first.scheme)
        one.update_batch([shingle.encode() for shingle in shingled])
        found[row] = one.hashvalues
    return found


def _looked_at(hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Pairs of rows that agree in a whole band, (first, second) in order.

    Of many that agree in the same band each is compared with the NEAREST behind it.
    """
    mix = np.array(
        [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93], np.uint64
    )
    rows = len(hashes)
    found = [np.zeros(0, np.int64)]
    for band in range(BANDS):
        key = (hashes[:, band * ROWS : (band + 1) * ROWS] * mix[:ROWS]).sum(axis=1, dtype=np.uint64)
        order = np.argsort(key, kind="stable")
        key = key[order]
        for step in range(1, min(NEAREST + 1, rows)):
            same = np.flatnonzero(key[step:] == key[:-step])
            if not len(same):
                break
            found.append(order[same] * rows + order[same + step])
    pairs = np.unique(np.concatenate(found))
    return np.stack(np.divmod(pairs, max(rows, 1)), axis=1)


def same_words(texts: Sequence[str]) -> list[list[int]]:
    """Places of the texts with the very same words, group by group, in order of the first.

    A text of fewer than FEWEST_WORDS words is a group of its own.

    >>> same_words(["Muito bom", "muito bom", "a b c d e f g h", "A b c, d e f g h!"])
    [[0], [1], [2, 3]]
    """
    groups: dict[object, list[int]] = {}
    for place, text in enumerate(texts):
        words = _WORD.findall(text.lower())
        groups.setdefault(place if len(words) < FEWEST_WORDS else " ".join(words), []).append(place)
    return list(groups.values())


def chance_of_as_many(observed: int, expected: float, windows: int = 1) -> float:
    """Probability that some of so many windows has at least `observed` where `expected` come (Bonferroni)."""
    return min(1.0, windows * float(pdtrc(observed - 1, expected))) if observed > 0 else 1.0


def bursts(windows: NDArray[np.int64], stars: Floats | None = None) -> pa.Table:
    """Windows of time with more texts than chance brings.

    `windows` is the number of the day (or hour) each text came on; `stars` what stood beside
    it (nan where nothing). One row for each window whose p, over all windows from the first
    to the last, is at most RARE: texts, how many were expected (the mean of the other
    windows), p, how many standard errors its mean stars stand from the others', and whether
    that too is more than chance (`alarm`; never without stars).
    """
    if not len(windows):
        return BURSTS.empty_table()
    first = int(windows.min())
    places = windows - first
    counts = np.bincount(places)
    expected = (counts.sum() - counts) / max(len(counts) - 1, 1)
    rows = []
    for place in np.flatnonzero(counts > expected):
        p = chance_of_as_many(int(counts[place]), float(expected[place]), len(counts))
        if len(counts) > 1 and p <= RARE:
            apart = _apart(stars, places == place)
            rows.append(
                (first + int(place), int(counts[place]), float(expected[place]), p, apart, abs(apart) > APART)
            )
    columns = zip(*rows, strict=True) if rows else ((),) * len(BURSTS)
    return pa.table(
        [pa.array(column, field.type) for column, field in zip(columns, BURSTS, strict=True)], BURSTS
    )


def _apart(stars: Floats | None, inside: NDArray[np.bool_]) -> float:
    """Standard errors between the mean stars of a window and of the others; 0 where it cannot be said."""
    if stars is None:
        return 0.0
    given = ~np.isnan(stars)
    here, elsewhere = stars[inside & given], stars[~inside & given]
    if len(here) < 2 or len(elsewhere) < 2:
        return 0.0
    error = float(np.sqrt(elsewhere.var(ddof=1) * (1 / len(here) + 1 / len(elsewhere))))
    return float(here.mean() - elsewhere.mean()) / error if error > 0 else 0.0


def against_stars(polarity: Floats, stars: Floats, *, lowest: float = 1.0, highest: float = 5.0) -> Floats:
    """How far words and stars contradict each other: 0 where they do not, 1 where they are opposites.

    `polarity` −1…1 of the words, `stars` on the scale from lowest to highest; nan where either
    is missing. Only opposite signs contradict: four stars with warm words do not.
    """
    said = np.asarray(stars, dtype=np.float64)
    scaled = np.clip((2 * said - highest - lowest) / (highest - lowest), -1.0, 1.0)
    worded = np.asarray(polarity, dtype=np.float64)
    opposite = np.where(scaled * worded < 0, np.sqrt(np.abs(scaled * worded)), 0.0)
    found: Floats = np.where(np.isnan(scaled) | np.isnan(worded), np.nan, opposite)
    return found
