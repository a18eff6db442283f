"""Whole customers as the filter told them: every table of this room is made from them in one pass."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vivencia.perceptions import groups
from vivencia.perceptions.columns import Columns, one_array
from vivencia.perceptions.context import columns_around
from vivencia.perceptions.filter import Filtered, filter_events
from vivencia.perceptions.parameters import Parameters
from vivencia.perceptions.table import from_table


@dataclass(frozen=True)
class Lives:
    """A table of whole customers, its columns as the kernels read them, and what the filter found."""

    table: Any
    parameters: Parameters
    columns: Columns
    found: Filtered

    @cached_property
    def owner(self) -> NDArray[np.int64]:
        """The number of the customer of each event."""
        return np.repeat(np.arange(self.columns.customers), np.diff(self.columns.starts))

    @cached_property
    def event(self) -> NDArray[np.int64]:
        """The number of the event of each answer."""
        return self.columns.ratings.owner

    @cached_property
    def bucket(self) -> NDArray[np.int64]:
        """The group of customers that each customer falls into."""
        first = pa.array(self.columns.starts[:-1])
        return groups.buckets_of(one_array(self.table, "customer").take(first))


def lives_of(table: Any, side: Mapping[str, Any]) -> Lives:
    """The filter over whole customers; `side` holds `parameters`, `instruments`, maybe `context`."""
    parameters = from_table(side["parameters"], side["instruments"])
    columns = columns_around(table, parameters, side.get("context"))
    return Lives(table, parameters, columns, filter_events(columns, parameters))
