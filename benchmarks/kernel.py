"""The perception filter on one core, beside NumPy copying the same columns in the same run.

    python benchmarks/kernel.py [--events 2000000] [--json]

The events are those of a busy company: 25 touchpoints, three events in ten rated, six in
ten with a measure. Compilation is left out; every number is the best of five runs, in CPU
seconds of one thread.
"""

import argparse
import json
import time
from collections.abc import Callable

import numpy as np
import pyarrow as pa

from vivencia.perceptions import kernel
from vivencia.perceptions.columns import Columns, columns_of
from vivencia.perceptions.filter import filter_events, prior
from vivencia.perceptions.parameters import BETA, Packed, Parameters, defaults, no_features, pack

TOUCHPOINTS = tuple(f"touchpoint_{i:02d}" for i in range(25))
INDIRECT = 4
DAY = 86_400_000_000


def made_up(events: int, seed: int = 1) -> pa.Table:
    """Events of about `events / 10` customers over two years, in order."""
    rng = np.random.default_rng(seed)
    customer = np.sort(rng.integers(0, max(events // 10, 1), events))
    at = rng.integers(0, 730 * DAY, events)
    order = np.lexsort((at, customer))
    touchpoint = rng.integers(0, len(TOUCHPOINTS), events)
    return pa.table(
        {
            "customer": pa.array(np.char.add("c", customer.astype(str))),
            "at": pa.array(at[order], pa.timestamp("us", "UTC")),
            "touchpoint": pa.array(np.array(TOUCHPOINTS)[touchpoint]),
            "contact": pa.array(np.where(touchpoint < INDIRECT, "indirect", "direct")),
            "kind": pa.array(np.where(rng.random(events) < 0.05, "survey", "interaction")),
            "ratings": _map(rng, events, 0.3, ("csat5", "nps", "stars"), lambda n: rng.integers(1, 6, n)),
            "measures": _map(rng, events, 0.6, ("wait_s", "delay_days"), rng.standard_normal),
            "valence": pa.array(np.where(touchpoint < INDIRECT, rng.uniform(-1, 1, events), np.nan)),
        }
    )


def _map(
    rng: np.random.Generator,
    rows: int,
    share: float,
    keys: tuple[str, ...],
    draw: Callable[[int], np.ndarray],
) -> pa.Array:
    offsets = np.concatenate([[0], np.cumsum(rng.random(rows) < share)]).astype(np.int32)
    n = int(offsets[-1])
    named = pa.array(np.array(keys)[rng.integers(0, len(keys), n)])
    return pa.MapArray.from_arrays(offsets, named, pa.array(draw(n).astype(np.float64)))


def parameters() -> Parameters:
    """Defaults with an effect for both measures everywhere."""
    features = no_features(len(TOUCHPOINTS), 2)
    features[:, :, BETA] = -0.3
    return defaults(touchpoints=TOUCHPOINTS).with_(measures=("wait_s", "delay_days"), features=features)


def best(run: Callable[[], object], times: int = 5) -> float:
    """CPU seconds of this thread in the fastest of several runs; other processes do not count."""
    found = []
    for _ in range(times):
        started = time.thread_time()
        run()
        found.append(time.thread_time() - started)
    return min(found)


def kernel_once(columns: Columns, packed: Packed, p: Parameters, out: np.ndarray, role: np.ndarray) -> None:
    """The compiled loop alone, with every output written into memory that is there already."""
    state, at = prior(p, columns.customers)
    kernel.run(
        columns.starts, columns.at, columns.touchpoint, columns.indirect, columns.still, columns.goal,
        *columns.measures, *columns.ratings, columns.valence, columns.context,
        *packed, state, at, out, role, np.zeros(columns.customers), np.zeros((2, 0)),
    )  # fmt: skip


def measured(events: int) -> dict[str, float]:
    """Events a second of each way, and the ratio to copying."""
    table, p = made_up(events), parameters()
    columns, packed = columns_of(table, p), pack(p)
    out, role = np.empty((len(kernel.OUTPUTS), events)), np.empty(events, np.int8)
    read = [
        columns.at, columns.touchpoint, columns.indirect, columns.still, columns.goal, columns.valence,
        *columns.measures, *columns.ratings,
    ]  # fmt: skip
    kernel_once(columns, packed, p, out, role)
    copies = [array.copy() for array in (*read, out, role)]

    def copy() -> None:
        for source, target in zip((*read, out, role), copies, strict=True):
            np.copyto(target, source)

    seconds = {
        "kernel": best(lambda: kernel_once(columns, packed, p, out, role)),
        "likelihood_only": best(lambda: filter_events(columns, p, packed=packed, write=False)),
        "from_arrow": best(lambda: filter_events(columns_of(table, p), p)),
        "numpy_form": best(lambda: filter_events(columns, p, compiled=False), 1),
        "numpy_copy": best(copy),
    }
    found = {f"{name}_events_per_s": events / one for name, one in seconds.items()}
    return {"events": float(events), **found, "kernel_to_copy": seconds["kernel"] / seconds["numpy_copy"]}


def main() -> None:
    """Print a table, or JSON."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--events", type=int, default=2_000_000)
    asked.add_argument("--json", action="store_true")
    options = asked.parse_args()
    found = measured(options.events)
    if options.json:
        print(json.dumps(found))
        return
    print(f"{options.events:,} events, one core, best of five")
    for name, label in (
        ("kernel", "kernel, all outputs written"),
        ("likelihood_only", "kernel, likelihood only (what a fit runs)"),
        ("from_arrow", "from Arrow columns to moments"),
        ("numpy_form", "NumPy form (no numba)"),
        ("numpy_copy", "limit: NumPy copying the same columns"),
    ):
        print(f"  {label:<42} {found[f'{name}_events_per_s'] / 1e6:8.2f} million events/s")
    print(f"  the kernel takes {found['kernel_to_copy']:.1f} × the copy; goal ≥ 5 million events/s")


if __name__ == "__main__":
    main()
