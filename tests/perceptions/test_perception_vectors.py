"""The filter against published and exact numbers, in all three forms."""

import math
from typing import Any

import numpy as np
import pytest

from vivencia.perceptions import kernel, reference, replay
from vivencia.perceptions.parameters import Parameters
from vivencia.perceptions.reference import Event

CASES = [("lam2", 2.0, 0.0), ("lam1", 1.0, 0.0), ("lam2_phi1", 2.0, 1.0)]
UPPER = [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)]


@pytest.mark.parametrize(("name", "lam", "phi"), CASES)
def test_reference_gives_the_trace(name: str, lam: float, phi: float, traced: Any, read_golden: Any) -> None:
    parameters, events = traced(lam, phi)
    expected = read_golden("perception_trace")["expected"][name]
    state, total = reference.prior(parameters), 0.0
    for event, said in zip(events, [None, *expected["trace"]], strict=True):
        state, moment = reference.step(parameters, state, event)
        total += moment.log_density
        if said is None:
            continue
        assert moment.before == pytest.approx(said["perception_before"], abs=1e-9)
        assert [*state.m, state.perception] == pytest.approx(
            [said["b"], said["E"], said["D"], said["P"]], abs=1e-9
        )
        assert pytest.approx(np.array(said["cov"]), abs=1e-9) == state.C
        if "yhat" in said:
            assert moment.disconfirmation == pytest.approx(said["disconf_mean"], abs=1e-9)
            assert moment.disconfirmation_sd == pytest.approx(said["disconf_sd"], abs=1e-9)
            assert moment.jump == pytest.approx(said["jump"], abs=1e-9)
        if "yhat" in said and said["event"]["y"] is not None:
            assert moment.predicted == pytest.approx(said["yhat"], abs=1e-9)
            assert moment.predicted_sd == pytest.approx(math.sqrt(said["S"]), abs=1e-9)
    assert total == pytest.approx(expected["loglik"], abs=1e-9)


@pytest.mark.parametrize("compiled", [True, False], ids=["numba", "numpy"])
@pytest.mark.parametrize(("name", "lam", "phi"), CASES)
def test_columns_give_the_trace(
    name: str, lam: float, phi: float, compiled: bool, traced: Any, as_table: Any, read_golden: Any
) -> None:
    parameters, events = traced(lam, phi)
    expected = read_golden("perception_trace")["expected"][name]
    found = replay(as_table({"k": events}, ("z",)), parameters, compiled=compiled).slice(1).to_pydict()
    assert found["perception"] == pytest.approx([one["P"] for one in expected["trace"]], abs=1e-9)
    total = sum(value for value in found["log_density"] if value is not None)
    assert total == pytest.approx(expected["loglik"], abs=1e-9)
    for key, said in (
        ("disconfirmation", "disconf_mean"),
        ("disconfirmation_sd", "disconf_sd"),
        ("jump", "jump"),
    ):
        wanted = [one.get(said) for one in expected["trace"]]
        pairs = [(a, b) for a, b in zip(found[key], wanted, strict=True) if b is not None]
        assert [a for a, _ in pairs] == pytest.approx([b for _, b in pairs], abs=1e-9)
        assert len(pairs) == 5


def test_exact_joint_density_without_asymmetry(traced: Any, as_table: Any, read_golden: Any) -> None:
    """P13: at λ = 1 the filter is exact."""
    parameters, events = traced(1.0, 0.0)
    exact = read_golden("perception_trace")["expected"]["lam1"]["exact_joint_mvn"]
    found = replay(as_table({"k": events}, ("z",)), parameters)
    assert sum(v or 0.0 for v in found.column("log_density").to_pylist()) == pytest.approx(exact, abs=1e-9)


def test_close_to_the_particle_filter(traced: Any, as_table: Any, read_golden: Any) -> None:
    parameters, events = traced(2.0, 0.0)
    drawn = read_golden("perception_trace")["particle_filter_400k"]
    found = replay(as_table({"k": events}, ("z",)), parameters).slice(1)
    for (mean, sd), P, sd_P in zip(
        drawn["P_mean_sd"], found.column("perception").to_pylist(), found.column("perception_sd").to_pylist(),
        strict=True,
    ):  # fmt: skip
        assert mean == pytest.approx(P, abs=0.03)
        assert sd == pytest.approx(sd_P, rel=0.11)


def _case(read_golden: Any, name: str) -> Any:
    return next(one for one in read_golden("state_space_exact")["cases"] if one["id"] == name)


@pytest.mark.parametrize("compiled", [True, False], ids=["numba", "numpy"])
def test_nile(compiled: bool, plain: Any, as_table: Any, read_golden: Any) -> None:
    """The local level model of Durbin & Koopman: E walks, nothing else, answers about the whole."""
    case = _case(read_golden, "nile_local_level")
    said = case["expected"]
    parameters: Parameters = plain(
        s_b=0.0, v_d=0.0, e0=0.0, s_e0=math.sqrt(1e7), s_e2=said["s2_eta"], sigma_r=math.sqrt(said["s2_eps"])
    )
    events = [Event(float(day), "survey", ratings={"whole": y}) for day, y in enumerate(case["data"])]
    found = replay(as_table({"nile": events}), parameters, compiled=compiled)
    densities = found.column("log_density").to_pylist()
    assert sum(densities) == pytest.approx(said["loglik_a1_0_P1_1e7"], abs=1e-3)
    diffuse = replay(as_table({"nile": events}), parameters.with_(s_e0=1e6), compiled=compiled)
    densities = diffuse.column("log_density").to_pylist()
    assert sum(densities[1:]) == pytest.approx(said["diffuse_loglik_excluding_first_obs"], abs=1e-3)


def test_irregular_times(plain: Any, as_table: Any, read_golden: Any) -> None:
    """A random level and a fading process at irregular times: exact joint density and trace."""
    case = _case(read_golden, "irregular_OU_plus_random_effect")
    p, said = case["params"], case["expected"]
    parameters: Parameters = plain(
        s_b=0.0, e0=p["mu"], s_e0=math.sqrt(p["sB2"]), s_e2=0.0, tau=p["tau"], v_d=p["vD"],
        sigma_r=math.sqrt(p["r"]),
    )  # fmt: skip
    events = [Event(day, "survey", ratings={"whole": y}) for day, y in zip(case["t"], case["y"], strict=True)]
    found = replay(as_table({"k": events}), parameters).to_pydict()
    assert sum(found["log_density"]) == pytest.approx(said["loglik"], abs=1e-9)
    assert found["predicted"] == pytest.approx([one["yhat"] for one in said["trace"]], abs=1e-9)
    assert found["predicted_sd"] == pytest.approx([math.sqrt(one["S"]) for one in said["trace"]], abs=1e-9)
    assert found["perception"] == pytest.approx([one["B"] + one["D"] for one in said["trace"]], abs=1e-9)


def test_moments_of_the_jump(read_golden: Any) -> None:
    for one in _case(read_golden, "piecewise_linear_gaussian_moments")["cases"]:
        for function in (reference.asymmetric_moments, kernel.asymmetric_moments):
            slope, mean, rest = function(float(one["mu"]), float(one["sd"]), float(one["lam"]))
            assert slope == pytest.approx(one["slope"], abs=1e-12)
            assert mean == pytest.approx(one["E"], abs=1e-12)
            assert rest + (slope * one["sd"]) ** 2 == pytest.approx(one["Var"], abs=1e-11)


def test_small_gains_find_the_expectile(read_golden: Any) -> None:
    """Newey & Powell (1987): a small asymmetric gain settles at the 1/(1 + λ)-expectile."""
    for one in _case(read_golden, "expectile_asymptote")["cases"]:
        level, sd = one["expectile_std_normal"], 1.0
        # At the expectile the mean of ψ(x − level), x ~ N(0, 1), is zero.
        _, mean, _ = reference.asymmetric_moments(-level, sd, one["lam"])
        assert mean == pytest.approx(0.0, abs=1e-8)
