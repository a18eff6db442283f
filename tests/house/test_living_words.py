"""Words of new signals move their customers at once, and to where a replay of everything puts them."""

import shutil
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from made_up.live_shop import TOML, kept, signal, table_of
from vivencia.house import hearing, living
from vivencia.house.lately import kept_readings
from vivencia.house.workspace import Workspace
from vivencia.perceptions.columns import columns_of
from vivencia.perceptions.filter import filter_events
from vivencia.perceptions.table import from_table
from vivencia.signals import catalogue_tables
from vivencia.understanding import budget
from vivencia.understanding.plan import ReadTexts

WORDS_ALONE = f"""{TOML}
[settings]
understanding_tier = "rules"
"""
STATE = (
    "style", "expectation", "residual", "var_style", "cov_style_expectation", "cov_style_residual",
    "var_expectation", "cov_expectation_residual", "var_residual", "n",
)  # fmt: skip
Row = tuple[str, str, float, str, float | None, str | None]


def signals(*rows: Row) -> pa.Table:
    """Rows of (id, customer, day, touchpoint, stars, words)."""
    return table_of(
        signal(
            key, customer, day, touchpoint, {} if stars is None else {"stars": stars},
            text=words, lang="en" if words else None,
        )
        for key, customer, day, touchpoint, stars, words in rows
    )  # fmt: skip


FIRST: tuple[Row, ...] = (
    ("01", "ana", 1.0, "shop", 5.0, "Lovely shop, very friendly staff."),
    ("02", "bia", 2.0, "phone", 1.0, None),
    ("03", "ana", 3.0, "phone", None, "Terrible, I waited an hour."),
    ("04", "bia", 4.0, "shop", 4.0, None),
    ("05", "caio", 5.0, "shop", None, "Great service, thank you!"),
    ("06", "caio", 6.0, "phone", 2.0, "Awful. Nobody helped."),
    ("07", "ana", 7.0, "shop", 3.0, None),
    ("08", "bia", 8.0, "shop", None, "It is blue."),
)
BAD = ("09", "ana", 20.0, "phone", None, "The worst call ever, rude and useless.")
GOOD = ("10", "bia", 21.0, "shop", None, "I love it, excellent quality.")


@pytest.fixture(scope="module")
def analysed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("analysed") / "shop"
    made = Workspace.create_from(folder, WORDS_ALONE, clock=stands_still)
    made.append(signals(*FIRST))
    made.analyse()
    made.refresh_live()
    return folder


def stands_still() -> datetime:
    return datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.fixture
def place(analysed, tmp_path):
    return Workspace.open(shutil.copytree(analysed, tmp_path / "shop"), clock=stands_still)


def replayed(place: Workspace) -> dict[str, list[float]]:
    """Every customer's state after a replay of the events of the last analysis."""
    p = from_table(place.table("parameters"), catalogue_tables(place.catalogue)["instruments"])
    events = place.table("events")
    columns = columns_of(events, p)
    names = events["customer"].take(pa.array(columns.starts[:-1])).to_pylist()
    state = filter_events(columns, p).state[:, :10].tolist()
    assert place.table("states").select(list(STATE)).to_pylist() == [
        dict(zip(STATE, numbers, strict=True)) for numbers in state
    ]
    return dict(zip(names, state, strict=True))


def test_words_alone_move_a_customer_as_the_replay_does_bit_for_bit(place):
    before = kept(place)
    done = place.perceive(signals(BAD))
    assert (done.taken, done.moved, done.late, done.behind) == (1, 1, 0, False)
    place.perceive(signals(GOOD, ("11", "caio", 22.0, "shop", None, None)))
    # Late words, and words beside a rating.
    assert place.perceive(signals(("12", "caio", 5.5, "phone", None, "Rude and slow."))).late == 1
    place.perceive(signals(("13", "bia", 23.0, "shop", 4.0, "Not good at all.")))
    now = kept(place)
    assert now["ana"][1] + now["ana"][2] < before["ana"][1] + before["ana"][2]
    place.analyse()
    polarity = {row["id"]: row["polarity"] for row in place.table("events").to_pylist()}
    assert polarity["09"] < 0 < polarity["10"]
    assert polarity["12"] < 0
    assert polarity["13"] is None
    assert now == replayed(place)
    assert not living.behind(place)
    place.refresh_live()
    assert kept(place) == now


def test_words_are_what_moves_and_words_without_an_opinion_move_as_silence_does(place, tmp_path):
    told = {}
    for name, words in (("none", None), ("plain", "It is blue."), ("bad", BAD[5]), ("good", GOOD[5])):
        one = Workspace.open(shutil.copytree(place.path, tmp_path / name), clock=stands_still)
        one.perceive(signals((*BAD[:5], words)))
        told[name] = kept(one)["ana"]
    assert told["none"] == told["plain"]
    perception = {name: numbers[1] + numbers[2] for name, numbers in told.items()}
    assert perception["bad"] < perception["none"] < perception["good"]


def test_nothing_is_read_where_no_words_stand_alone(place, monkeypatch):
    monkeypatch.setattr(hearing, "_read", lambda *_: 1 / 0)
    place.perceive(signals(("09", "ana", 20.0, "phone", 1.0, "Rude."), ("10", "bia", 21.0, "shop", None, "")))
    # Nor where the last analysis read them.
    assert place.perceive(signals(*FIRST)).moved == 0
    with pytest.raises(ZeroDivisionError):
        place.perceive(signals(("11", "ana", 22.0, "phone", None, "Rude.")))


def test_a_text_is_read_once_live_and_not_again_by_the_analysis(place, monkeypatch):
    read: list[str] = []
    # The call itself is given all texts, and leaves out those that it read before.
    plainly = ReadTexts._read

    def watched(self, table, side, reader):
        read.extend(table.column("id").to_pylist())
        return plainly(self, table, side, reader)

    monkeypatch.setattr(ReadTexts, "_read", watched)
    place.perceive(signals(BAD, GOOD))
    assert place.perceive(signals(BAD)).moved == 0
    assert sorted(read) == ["09", "10"]
    late = ("12", "ana", 25.0, "shop", 2.0, "Not nice.")
    place.perceive(signals(late))
    place.analyse()
    assert sorted(read) == ["09", "10", "12"]
    assert kept(place) == replayed(place)
    # What an analysis took over is let go by the next.
    assert kept_readings(place).count() == 2
    place.append(signals(("14", "ana", 26.0, "shop", None, "Superb!")))
    place.analyse()
    assert sorted(read) == ["09", "10", "12", "14"]
    assert [key for key, _ in kept_readings(place).all()] == [("test", "14")]


def test_where_texts_have_outgrown_the_cut_words_wait_for_the_analysis(place, monkeypatch):
    # Of up to seven texts the share is one; the eighth would have all of them read less deep.
    monkeypatch.setattr(budget, "BUDGET", 5)
    tier = place.with_flags(understanding_tier="auto")
    tier.append(signals(("08b", "caio", 9.0, "shop", 4.0, "Fine.")))
    tier.analyse(everything=True)
    tier.refresh_live()
    assert [budget.embedded_share(n) for n in (6, 7, 8, 9)] == [1.0, 1.0, 2**-0.5, 2**-0.5]
    assert tier.table("readings").num_rows == 6
    done = tier.perceive(signals(BAD))
    assert (done.moved, done.behind) == (1, False)
    done = tier.perceive(signals(GOOD))
    assert (done.moved, done.behind) == (1, True)
    silent = kept(tier)
    # Until an analysis has read them, new states are as behind as the old.
    tier.refresh_live()
    assert kept(tier) == silent
    assert living.behind(tier)
    tier.analyse()
    assert living.behind(tier)
    tier.refresh_live()
    assert not living.behind(tier)
    assert kept(tier) == replayed(tier)
    assert kept(tier)["bia"] != silent["bia"]


def test_links_catalogue_and_corrections_ask_for_an_analysis_and_new_states(place):
    assert not living.behind(place)
    place.store.link("bia", "ana")
    assert living.behind(place)
    assert place.perceive(signals(BAD)).behind
    place.refresh_live()
    assert living.behind(place)
    place.analyse()
    assert living.behind(place)
    place.refresh_live()
    assert not living.behind(place)
    assert kept(place) == replayed(place)
    assert set(kept(place)) == {"ana", "caio"}
    (place.path / "corrections.csv").write_text("source,id,label\ntest,05,negative\n")
    assert living.behind(place)
    place.analyse()
    place.refresh_live()
    assert not living.behind(place)
    (place.path / "vivencia.toml").write_text(WORDS_ALONE.replace('stage = "support"', 'stage = "use"'))
    changed = Workspace.open(place.path, clock=stands_still)
    assert living.behind(changed)


def test_corrections_that_cannot_be_read_make_words_wait_and_hold_nobody_up(place):
    (place.path / "corrections.csv").write_text("source,id,label\ntest,05,dreadful\n")
    done = place.perceive(signals(BAD, ("10", "bia", 21.0, "shop", 1.0, None)))
    assert (done.taken, done.moved, done.behind) == (2, 2, True)
    (place.path / "corrections.csv").unlink()
    place.analyse()
    place.refresh_live()
    assert not living.behind(place)
    assert kept(place) == replayed(place)


def test_states_are_behind_once_every_text_was_read_anew(place):
    place.analyse()
    assert not living.behind(place)
    place.analyse(everything=True)
    assert living.behind(place)
