"""From Arrow columns to the plain arrays the kernels read; map columns are read in place."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vivencia.perceptions.compiled import compiled
from vivencia.perceptions.parameters import Parameters
from vivencia.words.errors import InputError
from vivencia.words.instruments import TEXT_POLARITY

#: Kinds that tell of something without being an experience themselves.
STILL_KINDS = frozenset({"survey", "goal", "churn", "referral"})
NEVER = np.iinfo(np.int64).min


class Entries(NamedTuple):
    """A map column: entries lo[i]…hi[i] belong to event i; `code` is the key, `value` the number."""

    lo: NDArray[np.int32]
    hi: NDArray[np.int32]
    code: NDArray[np.int32]
    value: NDArray[np.float64]

    @property
    def owner(self) -> NDArray[np.int64]:
        """The event of each entry; −1 for those between, which are of none."""
        found = np.full(len(self.code), -1, dtype=np.int64)
        _owners(self.lo, self.hi, found)
        return found


@compiled
def _owners(lo: Any, hi: Any, found: Any) -> None:
    for i in range(lo.shape[0]):
        for j in range(lo[i], hi[i]):
            found[j] = i


class Columns(NamedTuple):
    """Events as the kernels read them. `starts` (customers + 1) marks each customer's first event."""

    starts: NDArray[np.int64]
    at: NDArray[np.int64]
    touchpoint: NDArray[np.int32]
    indirect: NDArray[np.bool_]
    still: NDArray[np.bool_]
    goal: NDArray[np.int64]
    measures: Entries
    ratings: Entries
    valence: NDArray[np.float64]
    context: NDArray[np.float64]

    @property
    def events(self) -> int:
        """How many events."""
        return int(self.at.shape[0])

    @property
    def customers(self) -> int:
        """How many customers."""
        return int(self.starts.shape[0] - 1)

    def taken(self, starts: NDArray[np.int64], rows: NDArray[np.int64]) -> "Columns":
        """These rows, of customers who begin at `starts` among them; entries of maps stay where they are."""
        measures, ratings = self.measures, self.ratings
        return Columns(
            starts=starts,
            at=self.at[rows],
            touchpoint=self.touchpoint[rows],
            indirect=self.indirect[rows],
            still=self.still[rows],
            goal=self.goal[rows],
            measures=measures._replace(lo=measures.lo[rows], hi=measures.hi[rows]),
            ratings=ratings._replace(lo=ratings.lo[rows], hi=ratings.hi[rows]),
            valence=self.valence[rows],
            context=np.ascontiguousarray(self.context[:, rows]),
        )


def one_array(table: Any, name: str) -> Any:
    """A column as one array, dictionary columns as their values' dictionary; None when absent."""
    if name not in table.column_names:
        return None
    column = table.column(name)
    if column.num_chunks == 1:
        return column.chunk(0)
    return column.combine_chunks() if column.num_chunks else pa.array([], column.type)


def decoded(table: Any) -> Any:
    """The table with its texts as texts, where an engine handed them over as dictionaries."""
    fields = [
        pa.field(field.name, field.type.value_type) if pa.types.is_dictionary(field.type) else field
        for field in table.schema
    ]
    return table.cast(pa.schema(fields))


def numbered(array: Any) -> tuple[NDArray[np.int32], Any]:
    """Each text's number (−1: null) and the dictionary that the numbers stand for."""
    encoded = array if pa.types.is_dictionary(array.type) else pc.dictionary_encode(array)
    indices = encoded.indices.cast(pa.int32())
    if indices.null_count:
        indices = pc.fill_null(indices, -1)
    return indices.to_numpy(), encoded.dictionary


def codes_of(array: Any, keys: Mapping[str, int], unknown: int) -> NDArray[np.int32]:
    """Each value's number in `keys`, `unknown` for others and for nulls."""
    numbers, words = numbered(array)
    # The last is that of null, −1.
    table = np.array([keys.get(word, unknown) for word in words.to_pylist()] + [unknown], dtype=np.int32)
    codes: NDArray[np.int32] = table[numbers]
    return codes


def entries_of(array: Any, keys: Mapping[str, int], unknown: int, rows: int) -> Entries:
    """A map<text, number> column as offsets, codes and values, without unnesting it."""
    if array is None:
        none = np.zeros(rows, dtype=np.int32)
        return Entries(none, none, np.zeros(0, dtype=np.int32), np.zeros(0))
    offsets = array.offsets.to_numpy(zero_copy_only=False)
    first, last = (int(offsets[0]), int(offsets[-1])) if len(offsets) else (0, 0)
    # A slice of a larger column points into the whole of its entries: take its own only.
    offsets = offsets - np.int32(first)
    lo, hi = offsets[:-1], offsets[1:]
    if array.null_count:
        hi = np.where(array.is_valid().to_numpy(zero_copy_only=False), hi, lo)
    code = codes_of(array.keys.slice(first, last - first), keys, unknown)
    value = array.items.slice(first, last - first).to_numpy(zero_copy_only=False)
    return Entries(lo, hi, code, value.astype(np.float64, copy=False))


def with_words(ratings: Entries, polarity: Any, code: int | None) -> Entries:
    """The answers, and for each event whose words spoke instead of one, their polarity as an answer.

    `code` is the number of the instrument that words are; None where it is not known.
    """
    if polarity is None or code is None or polarity.null_count == len(polarity):
        return ratings
    told = np.asarray(polarity.to_numpy(zero_copy_only=False), dtype=np.float64)
    at = np.flatnonzero(np.isfinite(told))
    where = ratings.hi[at]
    more = np.concatenate([[0], np.cumsum(np.isfinite(told))]).astype(np.int32)
    return Entries(
        ratings.lo + more[:-1],
        ratings.hi + more[1:],
        np.insert(ratings.code, where, np.int32(code)),
        np.insert(ratings.value, where, told[at]),
    )


def starts_of(customer: Any) -> NDArray[np.int64]:
    """Where each run of one customer begins, and the number of rows at the end."""
    rows = len(customer)
    if rows == 0:
        return np.zeros(1, dtype=np.int64)
    if pa.types.is_dictionary(customer.type):
        number = customer.indices.to_numpy()
        new = np.flatnonzero(number[1:] != number[:-1])
        # A dictionary may hold one text twice: texts are compared where their numbers differ.
        before, after = (customer.take(pa.array(at)).dictionary_decode() for at in (new, new + 1))
        new = new[pc.not_equal(after, before).to_numpy(zero_copy_only=False)]
    else:
        told = pc.not_equal(customer.slice(1), customer.slice(0, rows - 1))
        new = np.flatnonzero(told.to_numpy(zero_copy_only=False))
    return np.concatenate([[0], new + 1, [rows]]).astype(np.int64)


def microseconds(array: Any) -> NDArray[np.int64]:
    """A time column (or whole microseconds) as integers."""
    if pa.types.is_timestamp(array.type):
        array = array.cast(pa.timestamp("us", array.type.tz))
    return np.asarray(array.view(pa.int64()).to_numpy(zero_copy_only=False), dtype=np.int64)


def floats(array: Any, rows: int, missing: float) -> NDArray[np.float64]:
    """A number column with `missing` where it has nothing; all missing when it is absent."""
    if array is None:
        return np.full(rows, missing)
    values = np.asarray(array.to_numpy(zero_copy_only=False), dtype=np.float64)
    return np.where(np.isfinite(values), values, missing)


def _numbers(array: Any, rows: int) -> NDArray[np.float64]:
    """A number column, NaN where it has nothing; all NaN when it is absent."""
    if array is None or array.null_count == rows:
        return np.full(rows, np.nan)
    return np.asarray(array.to_numpy(zero_copy_only=False), dtype=np.float64)


def within(values: NDArray[np.float64], most: float) -> NDArray[np.float64]:
    """The values whose size is `most` or less; NaN for the others."""
    with np.errstate(invalid="ignore"):
        return np.where(np.abs(values) <= most, values, np.nan)


def flags(array: Any, words: frozenset[str], rows: int) -> NDArray[np.bool_]:
    """Whether each value is one of `words`; all False when the column is absent."""
    if array is None:
        return np.zeros(rows, dtype=np.bool_)
    return codes_of(array, dict.fromkeys(words, 1), 0).astype(np.bool_)


def goal_code(goal: str | None) -> int:
    """A goal as a number that is the same everywhere; 0 for none."""
    return crc32(goal.encode()) or 1 if goal else 0


def goals_of(array: Any, rows: int) -> NDArray[np.int64]:
    """Each event's goal by `goal_code`; all 0 when the column is absent."""
    if array is None:
        return np.zeros(rows, dtype=np.int64)
    numbers, goals = numbered(array)
    codes = np.array([*(goal_code(word) for word in goals.to_pylist()), 0], dtype=np.int64)
    found: NDArray[np.int64] = codes[numbers]
    return found


def columns_of(table: Any, parameters: Parameters) -> Columns:
    """The arrays of a table of whole customers in order of customer and time.

    Raises InputError when `customer` or `at` is absent or holds a null, or when a covariate of
    the parameters has no column (`context.columns_around` gives it one): none is not no news.
    """
    rows = table.num_rows
    customer, at = one_array(table, "customer"), one_array(table, "at")
    for name, array in (("customer", customer), ("at", at)):
        if array is None or array.null_count:
            raise InputError(f"events need a {name} without nulls", hint=f"column {name}")
    for name in parameters.context:
        if name not in table.column_names:
            raise InputError(f"events need the covariate {name}", hint=f"column {name}; NaN where unknown")
    touchpoints = {key: number for number, key in enumerate(parameters.touchpoints)}
    measures = {key: number for number, key in enumerate(parameters.measures)}
    instruments = {key: number for number, key in enumerate(parameters.instruments)}
    touchpoint = one_array(table, "touchpoint")
    return Columns(
        starts=starts_of(customer),
        at=microseconds(at),
        touchpoint=(
            np.full(rows, len(touchpoints), dtype=np.int32)
            if touchpoint is None
            else codes_of(touchpoint, touchpoints, len(touchpoints))
        ),
        indirect=flags(one_array(table, "contact"), frozenset({"indirect"}), rows),
        still=flags(one_array(table, "kind"), STILL_KINDS, rows),
        goal=goals_of(one_array(table, "goal"), rows),
        measures=entries_of(one_array(table, "measures"), measures, len(measures), rows),
        ratings=with_words(
            entries_of(one_array(table, "ratings"), instruments, len(instruments), rows),
            one_array(table, "polarity"),
            instruments.get(TEXT_POLARITY),
        ),
        valence=within(_numbers(one_array(table, "valence"), rows), 1.0),
        context=np.array(
            [
                # Where nothing is known of a covariate, it is at its centre.
                np.nan_to_num(floats(one_array(table, name), rows, np.nan) - centre)
                for name, centre in zip(parameters.context, parameters.context_centre, strict=True)
            ]
        ).reshape(len(parameters.context), rows),
    )
