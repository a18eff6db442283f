"""Events in plain sight, and the same events as a table."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from vivencia.perceptions.parameters import BETA, Parameters, no_features, scales_of
from vivencia.perceptions.reference import Event
from vivencia.words.instruments import BUILT_IN, Instrument

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
NUMBERS = pa.map_(pa.string(), pa.float64())
TOLD = Instrument("told", "own", "experience", -1e9, 1e9, whole=False)
WHOLE = Instrument("whole", "own", "relationship", -1e9, 1e9, whole=False)


def _plain(instrument: Instrument) -> tuple[float, ...]:
    """A scale that is the experience scale itself."""
    return (["experience", "relationship"].index(instrument.target), 0.0, 1.0, -1e9, 1e9, 0.0, 1.0, 0.0)


@pytest.fixture(scope="session")
def read_golden() -> Callable[[str], Any]:
    return lambda name: json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))


@pytest.fixture
def plain() -> Callable[..., Parameters]:
    """Parameters with the instruments `told` (experience) and `whole` (relationship), raw = 0–10."""

    def make(touchpoints: tuple[str, ...] = ("a",), **changes: Any) -> Parameters:
        c = len(touchpoints)
        given: dict[str, Any] = {
            "touchpoints": touchpoints,
            "theta": np.full(c, 7.5),
            "kappa": np.full(c, 0.3),
            "instruments": ("told", "whole"),
            "scales": np.array([_plain(TOLD), _plain(WHOLE)]),
            "e0": 7.5,
            "theta_bar": 7.5,
        }
        return Parameters(**(given | changes))

    return make


@pytest.fixture
def traced(read_golden: Callable[[str], Any]) -> Callable[..., tuple[Parameters, list[Event]]]:
    """The parameters and the events of the published trace."""

    def make(lam: float, phi: float) -> tuple[Parameters, list[Event]]:
        case = read_golden("perception_trace")
        p = case["params"]
        features = no_features(5, 2)
        features[:, :, BETA] = p["beta"]
        keys, scales = scales_of((TOLD, WHOLE))
        scales[:, 1:8] = (0.0, 1.0, -1e9, 1e9, 0.0, 1.0, 0.0)
        parameters = Parameters(
            touchpoints=tuple("abcde"), theta=np.array(p["theta"]), kappa=np.array(p["kappa"]),
            measures=("o0", "o1"), features=features, instruments=keys, scales=scales,
            context=("z",), gamma=np.array([p["gamma"]]), lam=lam, tau=p["tau"], eta=p["eta"], phi=phi,
            kappa_indirect=p["kap_ind"], h=p["h"], xi=p["xi"], sigma_u=p["sig_u"], sigma_e=p["sig_e"],
            sigma_r=p["sig_r"], s_b=p["sb"], s_e0=p["sE0"], e0=p["E0"], s_e2=p["sE2"], v_d=p["vD"],
            theta_bar=p["thbar"],
        )  # fmt: skip
        # The trace counts time from day 0: a survey nobody answered stands there.
        return parameters, [Event(0.0, "survey"), *map(_event, case["events"])]

    return make


def _event(said: dict[str, Any]) -> Event:
    if said["type"] == "indirect":
        return Event(said["t"], "indirect", valence=said["val"])
    if said["type"] == "survey":
        return Event(said["t"], "survey", ratings={"whole": said["y"]})
    told = {} if said["y"] is None else {"told": said["y"]}
    measures = {"o0": said["o"][0], "o1": said["o"][1]}
    return Event(said["t"], "direct", "abcde"[said["c"]], measures, told, None, (said["z"],))


@pytest.fixture
def as_table() -> Callable[..., pa.Table]:
    """Events of several customers as the table `replay` takes."""

    def make(customers: dict[str, Iterable[Event]], context: tuple[str, ...] = ()) -> pa.Table:
        rows = [(key, event) for key, events in customers.items() for event in events]
        told = [event for _, event in rows]
        table = {
            "customer": [key for key, _ in rows],
            "at": pa.array([round(e.day * 86_400e6) for e in told], pa.timestamp("us", "UTC")),
            "source": ["made-up"] * len(rows),
            "id": [f"{i:06d}" for i in range(len(rows))],
            "touchpoint": pa.array([e.touchpoint for e in told], pa.string()),
            "contact": pa.array(
                ["indirect" if e.role == "indirect" else "direct" for e in told], pa.string()
            ),
            "kind": pa.array(["survey" if e.role == "survey" else "interaction" for e in told], pa.string()),
            "measures": pa.array([list(e.measures.items()) for e in told], NUMBERS),
            "ratings": pa.array([list(e.ratings.items()) for e in told], NUMBERS),
            "valence": pa.array([e.valence for e in told], pa.float64()),
            "goal": pa.array([e.goal or None for e in told], pa.string()),
        }
        for z, name in enumerate(context):
            table[name] = pa.array([e.context[z] if e.context else 0.0 for e in told], pa.float64())
        return pa.table(table)

    return make


@pytest.fixture(scope="session")
def instruments() -> pa.Table:
    """Every built-in instrument, as the catalogue gives it."""
    known = list(BUILT_IN.values())
    return pa.table(
        {
            "instrument": [i.key for i in known],
            "family": [i.family for i in known],
            "target": [i.target for i in known],
            "low": pa.array([i.low for i in known], pa.float64()),
            "high": pa.array([i.high for i in known], pa.float64()),
            "slope": [i.slope for i in known],
            "intercept": [i.intercept for i in known],
            "noise": pa.array([i.noise for i in known], pa.float64()),
        }
    )
