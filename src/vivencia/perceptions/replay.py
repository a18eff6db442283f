"""The public door of the filter: a table of events in, the same events with their moments out."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vivencia.perceptions.columns import Columns, columns_of
from vivencia.perceptions.compiled import COMPILED
from vivencia.perceptions.filter import Filtered, filter_events
from vivencia.perceptions.kernel import DIRECT, INDIRECT, ROLES
from vivencia.perceptions.parameters import Floats, Parameters

#: Columns of events that come out beside the moments, where they are there.
KEPT = ("customer", "at", "source", "id", "touchpoint")


def replay(table: Any, parameters: Parameters, *, compiled: bool = COMPILED) -> Any:
    """The perception of every customer, event by event.

    Columns in (`pyarrow.Table`; all but the first two may be absent):

    | column | type | meaning |
    |---|---|---|
    | `customer` | text | the person |
    | `at` | timestamp | when it happened |
    | `source`, `id` | text | break ties in time; passed on |
    | `touchpoint` | text | one of `parameters.touchpoints`; others count as average |
    | `contact` | text | `indirect` for what is heard, read or seen of the company |
    | `kind` | text | `survey`, `goal`, `churn` and `referral` move nothing unless an experience is answered |
    | `ratings` | map<text, float64> | raw answers by instrument |
    | `measures` | map<text, float64> | objective measures |
    | `goal` | text | what the customer came for; another goal begins another episode |
    | `valence` | float64 | of an indirect contact, −1…1 |
    | the names in `parameters.context` | float64 | z: market, competitors, situation |

    Columns out: those of `KEPT` that came in, and, in points of the 0–10 scale, `role`,
    `rated`, `answer`, `overall`, `expectation` (just before), `experience`,
    `disconfirmation`, `perception` (just after), each of these four with `_sd`, `jump`,
    `inferred`, `log_density`, `predicted` with `predicted_sd`, and `surprise`; see
    `vivencia.words.shapes.perceptions.MOMENTS`. Null where there is nothing to tell.

    Rows may come in any order: they are put in order of customer, time, source and id, and
    come out so. A rating outside its scale, a number that is not finite, an unknown measure
    or instrument is not used. Raises InputError when `customer` or `at` is absent or null.
    """
    ordered = in_order(table)
    columns = columns_of(ordered, parameters)
    found = filter_events(columns, parameters, compiled=compiled)
    kept = {name: ordered.column(name) for name in KEPT if name in ordered.column_names}
    made = moments(columns, found, predictions=True)
    made["role"] = made["role"].dictionary_decode()
    made["predicted_sd"] = pc.multiply(made["predicted_sd"], parameters.widen)
    return pa.table({**kept, **made})


def in_order(table: Any) -> Any:
    """The table in order of customer, time, source and id; itself where it is so already."""
    keys = [name for name in ("customer", "at", "source", "id") if name in table.column_names]
    if "customer" not in keys or "at" not in keys:
        return table
    rows = pc.sort_indices(table, sort_keys=[(name, "ascending") for name in keys])
    if pc.all(pc.equal(rows, pa.array(np.arange(len(rows)), pa.uint64()))).as_py():
        return table
    return table.take(rows)


def moments(columns: Columns, found: Filtered, *, predictions: bool = False) -> dict[str, Any]:
    """The columns of MOMENTS after the keys, as Arrow arrays; roles as codes."""
    role = found.role
    lived = role == DIRECT
    answer, overall = found.row("answer"), found.row("overall")
    ll, predicted, spread = found.row("log_density"), found.row("predicted"), found.row("predicted_sd")
    asked = np.isfinite(predicted)
    jumped = lived | ((role == INDIRECT) & np.isfinite(found.row("jump")))
    out = {
        "role": pa.DictionaryArray.from_arrays(pa.array(role.astype(np.int32)), pa.array(ROLES)),
        "rated": pa.array(np.isfinite(answer)),
        "answer": some(answer, np.isfinite(answer)),
        "overall": some(overall, np.isfinite(overall)),
        "expectation": pa.array(found.row("expectation")),
        "expectation_sd": pa.array(found.row("expectation_sd")),
        "experience": some(found.row("experience"), lived),
        "experience_sd": some(found.row("experience_sd"), lived),
        "disconfirmation": some(found.row("disconfirmation"), lived),
        "disconfirmation_sd": some(found.row("disconfirmation_sd"), lived),
        "perception": pa.array(found.row("perception")),
        "perception_sd": pa.array(found.row("perception_sd")),
        "jump": some(found.row("jump"), jumped),
        "inferred": pa.array(found.row("inferred")),
        "surprise": some(found.row("surprise"), asked),
        "log_density": some(ll, np.isfinite(ll) & (columns.ratings.hi > columns.ratings.lo)),
    }
    if predictions:
        out |= {"predicted": some(predicted, asked), "predicted_sd": some(spread, asked)}
    return out


def some(values: Floats, there: Any) -> Any:
    """Numbers, null where they are not there."""
    return pa.array(values, mask=~there)
