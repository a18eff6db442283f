"""Words on the scale of ratings: what is true of them is found; where nothing tells, nothing moves."""

from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from vivencia.perceptions import estimation, parameters_plan
from vivencia.perceptions.columns import columns_of
from vivencia.perceptions.family import Family, instruments, made_up
from vivencia.perceptions.filter import filter_events
from vivencia.perceptions.fit import fit
from vivencia.perceptions.parameters import (
    EXPERIENCE,
    GAIN,
    NOISE,
    OFFSET,
    TARGET,
    Floats,
    Parameters,
    scales_of,
)
from vivencia.perceptions.table import from_table
from vivencia.perceptions.wording import LEAST, in_words, overlapping, wording
from vivencia.words.instruments import BUILT_IN, TEXT_POLARITY
from vivencia.words.shapes.signals import EVENTS

#: Words lean 1.2 points low at 7, stretch six tenths as far as ratings, err by 1.5 beside an answer's 0.5.
GAIN_TRUE, NOISE_TRUE = 0.6, 1.5
OFFSET_TRUE = 7.0 - 1.2 - GAIN_TRUE * 7.0
TRUTH = (OFFSET_TRUE, GAIN_TRUE, NOISE_TRUE)
ANSWER = Family().sigma_e
MINE = tuple((name, "", TEXT_POLARITY) for name in ("offset", "gain", "noise"))
#: What the engines find of the 110 customers below; the truth beside it is TRUTH.
LINE_OF_THESE = (1.1458, 0.6685, 1.6138)
TEXT, FLOAT = pa.string(), pa.float64()


def _side() -> dict[str, pa.Table]:
    one, made_up_ones = BUILT_IN[TEXT_POLARITY], instruments()
    row = {name: getattr(one, name) for name in made_up_ones.column_names if name != "instrument"}
    words = pa.Table.from_pylist([{"instrument": one.key} | row], schema=made_up_ones.schema)
    promises = {name: pa.array([], TEXT) for name in ("touchpoint", "measure", "operator")}
    return {
        "instruments": pa.concat_tables([made_up_ones, words]),
        "promises": pa.table(promises | {"threshold": pa.array([], FLOAT)}),
    }


SIDE = _side()


def truth() -> Parameters:
    p, (keys, scales) = Family().parameters(), scales_of((BUILT_IN[TEXT_POLARITY],))
    return p.with_(instruments=(*p.instruments, *keys), scales=np.concatenate([p.scales, scales]))


def with_line(p: Parameters, offset: float, gain: float, noise: float) -> Parameters:
    scales = p.scales.copy()
    scales[p.instruments.index(TEXT_POLARITY), [OFFSET, GAIN, NOISE]] = offset, gain, noise
    return p.with_(scales=scales)


def company(customers: int, seed: int, *, shared: float = 0.0) -> tuple[pa.Table, Floats]:
    """Events of made-up customers, and what each would say in words; `shared` is the s of `wording`."""
    rng = np.random.default_rng(seed)
    made = made_up(customers, rng)
    level, said = (made.hidden[name].to_numpy() for name in ("level", "would_say"))
    own = np.sqrt(ANSWER**2 * (1 - (GAIN_TRUE * shared) ** 2) + NOISE_TRUE**2)
    y = OFFSET_TRUE + GAIN_TRUE * (level + shared * (said - level)) + rng.normal(0, own, len(level))
    return made.events, np.clip((y - 5.0) / 5.0, -1.0, 1.0)


def rated(events: pa.Table) -> Any:
    return np.diff(events["ratings"].combine_chunks().offsets.to_numpy()) > 0


def beside(events: pa.Table, said: Floats, where: Any) -> pa.Table:
    """The events with these words beside ratings."""
    return events.append_column("rated_polarity", pa.array(said, mask=~where))


@pytest.mark.parametrize("shared", [0.0, 1.0])
def test_offset_slope_and_noise_are_found_whether_words_share_the_ratings_error_or_not(shared):
    p, hits, runs = truth(), np.zeros(3), 20
    for seed in range(runs):
        events, said = company(500, 500 + seed, shared=shared)
        some = np.random.default_rng(seed).random(len(said)) < 0.6
        found = wording(overlapping(beside(events, said, rated(events) & some), p), 2.5)
        hits += np.abs(np.array(found.values) - TRUTH) <= 2 * np.array(found.se)
        assert 3_000 < found.n < 4_200
    assert (hits >= 0.9 * runs).all(), hits


def test_they_are_found_too_with_parameters_that_were_fitted():
    hits, runs = np.zeros(3), 10
    for seed in range(runs):
        events, said = company(400, 700 + seed, shared=float(seed % 2))
        some = np.random.default_rng(seed).random(len(said)) < 0.6
        table = beside(events, said, rated(events) & some)
        _, told = in_words(table, fit(table, truth(), first_impressions=False).parameters)
        hits += [abs(told[key][0] - true) <= 2 * told[key][2] for key, true in zip(MINE, TRUTH, strict=True)]
    assert (hits >= 0.9 * runs).all(), hits


def test_words_at_the_ends_of_their_scale_get_the_line_that_fits_them_best():
    # Nobody writes "middling": of each text only its sign is left.
    p, away = truth(), []
    for seed in range(12):
        events, said = company(400, 900 + seed)
        hidden = made_up(400, np.random.default_rng(900 + seed)).hidden
        told = np.sign(said) * 0.8
        there = rated(events) & (events["kind"].to_numpy(zero_copy_only=False) == "interaction")
        there &= events["contact"].to_numpy(zero_copy_only=False) == "direct"
        line = np.polyfit(hidden["level"].to_numpy()[there], 5 + 5 * told[there], 1)
        found = wording(overlapping(beside(events, told, there), p), 2.5)
        away.append((np.array(found.values[:2]) - line[::-1]) / found.robust_se[:2])
    assert (np.abs(away) <= 2).mean(axis=0).min() >= 0.9


def test_a_hundred_texts_are_needed_or_the_convention_stays():
    events, said = company(60, 3)
    where = rated(events)
    for many, origin in ((LEAST - 1, "default"), (LEAST, "fitted")):
        chosen = np.zeros(len(said), dtype=bool)
        interaction = np.flatnonzero(where & (events["kind"].to_numpy(zero_copy_only=False) != "survey"))
        chosen[interaction[:many]] = True
        # Words beside a rating of the relationship, or beside none, do not count.
        chosen |= where & (events["kind"].to_numpy(zero_copy_only=False) == "survey")
        p, told = in_words(beside(events, said, chosen | ~where), truth())
        assert {key: row[3:] for key, row in told.items()} == dict.fromkeys(MINE, (many, origin))
        line = p.scales[-1, [OFFSET, GAIN, NOISE]].tolist()
        assert (line == [0.0, 1.0, 2.5]) is (many < LEAST)
    assert told["noise", "", TEXT_POLARITY][1] > 0


def test_few_texts_move_the_convention_a_little():
    events, said = company(60, 3)
    few = np.zeros(len(said), dtype=bool)
    few[np.flatnonzero(rated(events))[:130]] = True
    many = company(500, 4)
    a = wording(overlapping(beside(events, said, few), truth()), 2.5)
    b = wording(overlapping(beside(*many, rated(many[0])), truth()), 2.5)
    assert a.se[0] > 2 * b.se[0]
    assert 2.5 > a.values[2] > b.values[2] + 0.05
    assert b.values[2] == pytest.approx(NOISE_TRUE, abs=0.08)


def test_words_that_say_the_contrary_of_ratings_say_next_to_nothing():
    events, said = company(200, 5)
    found = wording(overlapping(beside(events, -said, rated(events)), truth()), 2.5)
    assert found.values[1] == 0.05
    assert np.isfinite([*found.values, *found.se, *found.robust_se]).all()


def test_answers_of_customers_who_mostly_write_are_foretold_better_on_the_companys_own_line():
    events, said = company(400, 21)
    learned, _ = in_words(beside(events, said, rated(events)), truth())
    others, words = company(400, 22)
    # Of every four rated contacts three have words in place of the rating.
    written = rated(others) & (np.random.default_rng(2).random(len(words)) < 0.75)
    written &= others["kind"].to_numpy(zero_copy_only=False) != "survey"
    ratings = [[] if w else list(r) for w, r in zip(written, others["ratings"].to_pylist(), strict=True)]
    place = others.column_names.index("ratings")
    told = others.set_column(place, "ratings", pa.array(ratings, others.schema.field("ratings").type))
    told = told.append_column("polarity", pa.array(words, mask=~written))
    density = {}
    for name, p in (("convention", truth()), ("own", learned), ("true", with_line(truth(), *TRUTH))):
        columns = columns_of(told, p)
        mean, variance = filter_events(columns, p, each=True).each
        about = p.scales[columns.ratings.code, TARGET] == EXPERIENCE
        v, S = (columns.ratings.value - mean)[about], variance[about]
        density[name] = float(np.mean(-0.5 * np.log(2 * np.pi * S) - 0.5 * v * v / S))
    assert density["own"] > density["convention"] + 0.01
    assert density["own"] == pytest.approx(density["true"], abs=0.005)


def test_words_beside_ratings_change_no_other_parameter(engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    # Where the other parameters come from is no matter here: one step of the fit does.
    monkeypatch.setattr(estimation, "fit", partial(fit, first_impressions=False, most_steps=1))
    events, said = company(110, 6)
    told = beside(events, said, rated(events))
    for name in {column.name for column in EVENTS.columns} - set(told.column_names):
        told = told.append_column(name, pa.nulls(told.num_rows, TEXT))
    for name, table in {"events": told, **SIDE}.items():
        engine.give(name, table)
    made = []
    for words in (False, True):
        engine.run(parameters_plan(sample=110, words=words))
        made.append(engine.table("parameters").to_pylist())
    silent, heard = ({(r["name"], r["touchpoint"], r["item"]): r for r in rows} for rows in made)
    assert {key: row for key, row in silent.items() if key not in MINE} == {
        key: row for key, row in heard.items() if key not in MINE
    }
    assert [(silent[key]["value"], silent[key]["origin"], silent[key]["n"]) for key in MINE] == [
        (0.0, "default", 0), (1.0, "default", 0), (2.5, "default", 0),
    ]  # fmt: skip
    p = from_table(engine.table("parameters"), SIDE["instruments"])
    line = p.scales[p.instruments.index(TEXT_POLARITY), [OFFSET, GAIN, NOISE]]
    assert [(heard[key]["value"], heard[key]["origin"]) for key in MINE] == [(one, "fitted") for one in line]
    assert heard[MINE[0]]["n"] == heard[MINE[2]]["n"] > 500
    assert line == pytest.approx(LINE_OF_THESE, abs=1e-3)


def test_feelings_asked_for_have_a_line_of_their_own_from_the_fit() -> None:
    emotion = BUILT_IN["emotion"]
    rng = np.random.default_rng(8)
    made = made_up(250, rng)
    level = made.hidden["level"].to_numpy()
    felt = OFFSET_TRUE + GAIN_TRUE * level + rng.normal(0, np.hypot(ANSWER, 0.8), len(level))
    asked = rated(made.events) & (rng.random(len(level)) < 0.5)
    asked &= made.events["kind"].to_numpy(zero_copy_only=False) != "survey"
    answers = [
        [*r, ("emotion", (y - emotion.intercept) / emotion.slope)] if a and 0 < y < 10 else r
        for r, a, y in zip(made.events["ratings"].to_pylist(), asked, felt, strict=True)
    ]
    place = made.events.column_names.index("ratings")
    told = made.events.set_column(place, "ratings", pa.array(answers, made.events.schema.field(place).type))
    p, (keys, scales) = Family().parameters(), scales_of((emotion,))
    p = p.with_(instruments=(*p.instruments, *keys), scales=np.concatenate([p.scales, scales]))
    found = fit(told, p, first_impressions=False, most_steps=8)
    line = dict(zip(("offset", "gain", "noise"), (OFFSET_TRUE, GAIN_TRUE, 0.8), strict=True))
    for name, true in line.items():
        value, se, *_ = found.said()[name, "", "emotion"]
        assert abs(value - true) < 2.5 * se
