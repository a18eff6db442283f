"""Live perceptions through the house: a new signal moves its customer, exactly as a replay of all would."""

import shutil
import threading
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pytest

from made_up.live_shop import BEGIN, TOML, kept, signal, table_of
from vivencia.house import living, moving
from vivencia.house.workspace import Workspace
from vivencia.perceptions.context import columns_around
from vivencia.perceptions.filter import filter_events
from vivencia.perceptions.table import from_table
from vivencia.signals import catalogue_tables
from vivencia.words.errors import InputError, NotAnalysed


def signals(*rows: tuple[str, str, float, str, dict[str, float]]) -> pa.Table:
    """Rows of (id, customer, day, touchpoint, ratings)."""
    return table_of(signal(*row) for row in rows)


FIRST = (
    ("1", "ana", 1.0, "shop", {"stars": 5.0}),
    ("2", "bia", 2.0, "phone", {"stars": 1.0}),
    ("3", "ana", 30.0, "phone", {}),
    ("4", "ana", 30.01, "phone", {"stars": 2.0}),
)


@pytest.fixture(scope="module")
def analysed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("analysed") / "shop"
    made = Workspace.create_from(folder, TOML)
    made.append(signals(*FIRST))
    made.analyse()
    return folder


@pytest.fixture
def place(analysed, tmp_path, clock):
    return Workspace.open(shutil.copytree(analysed, tmp_path / "shop"), clock=clock)


def replayed(place: Workspace, parameters: pa.Table, rows, context=None) -> dict[str, list[float]]:
    """Every customer's ten numbers after a replay of all rows, with these parameters (and covariates)."""
    p = from_table(parameters, catalogue_tables(place.catalogue)["instruments"])
    ordered = sorted(rows, key=lambda row: (row[1], row[2], row[0]))
    table = signals(*ordered)
    columns = columns_around(
        pa.table(
            {
                "customer": table["customer"], "at": table["at"], "touchpoint": table["touchpoint"],
                "kind": table["kind"], "ratings": table["ratings"],
                "contact": pa.array(["direct"] * table.num_rows),
                "segment": pa.nulls(table.num_rows, pa.string()),
                "place": pa.nulls(table.num_rows, pa.string()),
            }
        ),
        p,
        context,
    )  # fmt: skip
    found = filter_events(columns, p)
    names = table["customer"].take(pa.array(columns.starts[:-1])).to_pylist()
    return {name: found.state[c, :10].tolist() for c, name in enumerate(names)}


def test_new_signals_move_as_a_replay_would_bit_for_bit(place):
    parameters = place.table("parameters")
    more = (
        ("5", "ana", 30.02, "phone", {"stars": 4.0}),  # the episode is still open
        ("6", "caio", 31.0, "shop", {"stars": 3.0}),
        ("7", "ana", 60.0, "shop", {}),
    )
    place.refresh_live()
    assert kept(place) == replayed(place, parameters, FIRST)
    done = place.perceive(signals(*more))
    assert (done.taken, done.moved, done.late, done.behind) == (3, 2, 0, False)
    assert kept(place) == replayed(place, parameters, FIRST + more)


def test_late_events_find_their_place(place):
    parameters = place.table("parameters")
    place.perceive(signals(("5", "ana", 60.0, "shop", {"stars": 1.0})))
    # Later than all the analysis knew, earlier than what came since: from the state before.
    near = ("6", "ana", 50.0, "phone", {"stars": 5.0})
    done = place.perceive(signals(near))
    assert (done.moved, done.late) == (1, 1)
    # Earlier than everything: from the start.
    far = ("7", "ana", 0.5, "phone", {"stars": 1.0})
    assert place.perceive(signals(far)).late == 1
    everything = (*FIRST, ("5", "ana", 60.0, "shop", {"stars": 1.0}), near, far)
    assert kept(place) == replayed(place, parameters, everything)


def test_a_signal_told_twice_moves_once(place):
    new = signals(("5", "ana", 60.0, "shop", {"stars": 1.0}))
    place.perceive(new)
    before = kept(place)
    for repeated in (new, signals(*FIRST)):
        done = place.perceive(repeated)
        assert (done.taken, done.moved, done.late) == (0, 0, 0)
    assert kept(place) == before


def test_an_import_moves_customers(place, tmp_path):
    place.refresh_live()
    before = place.standing("ana")["perception"]["value"]
    file = tmp_path / "more.csv"
    file.write_text(
        "id,source,at,customer,kind,touchpoint,ratings.stars\n9,web,2026-02-20T10:00:00Z,ana,review,shop,1\n"
    )
    place.import_files([file])
    assert place.standing("ana")["perception"]["value"] < before


def test_readers_keep_the_old_states_until_the_new_are_whole(place, monkeypatch):
    place.refresh_live()
    place.perceive(signals(("5", "ana", 60.0, "shop", {"stars": 1.0})))
    place.analyse(everything=True)
    old = kept(place)
    reached, go = threading.Event(), threading.Event()
    make = living._make

    def slowly(*given):
        make(*given)
        reached.set()
        assert go.wait(20)

    monkeypatch.setattr(living, "_make", slowly)
    thread = place.refresh_live(beside=True)
    assert reached.wait(20)
    assert kept(place) == old
    # What comes meanwhile goes to the old states, and is in the new ones too.
    place.perceive(signals(("6", "bia", 61.0, "shop", {"stars": 5.0})))
    go.set()
    thread.join(20)
    rows = (*FIRST, ("5", "ana", 60.0, "shop", {"stars": 1.0}), ("6", "bia", 61.0, "shop", {"stars": 5.0}))
    assert kept(place) == replayed(place, place.table("parameters"), rows)
    assert not living.behind(place)


def test_readers_never_notice_that_the_states_are_made_anew(place):
    """Who asks all the while gets an answer each time: the one before, or the one after."""
    place.refresh_live()
    once = place.standing("ana")["perception"]["value"]
    place.perceive(signals(("5", "ana", 60.0, "shop", {"stars": 1.0})))
    twice = place.standing("ana")["perception"]["value"]
    seen, wrong, enough = set(), [], threading.Event()

    def ask():
        store = living.live_store(place)
        while not enough.is_set():
            try:
                book = store.opened()
                seen.add(book.state("ana").numbers)
                book.close()
            except Exception as error:
                wrong.append(error)
                return

    readers = [threading.Thread(target=ask) for _ in range(2)]
    for one in readers:
        one.start()
    try:
        for _ in range(4):
            thread = place.refresh_live(beside=True)
            thread.join(60)
    finally:
        enough.set()
        for one in readers:
            one.join(60)
    assert wrong == []
    assert len(seen) == 1
    assert place.standing("ana")["perception"]["value"] == twice != once


def test_the_standing_fades_with_time_and_refuses_the_past(place):
    place.refresh_live()
    now = place.standing("ana")
    later = place.standing("ana", BEGIN + timedelta(days=2000))
    assert later["perception"]["value"] == pytest.approx(later["expectation"]["value"])
    wide = [one["perception"]["high"] - one["perception"]["low"] for one in (now, later)]
    assert wide[0] < wide[1]
    with pytest.raises(InputError):
        place.standing("ana", BEGIN)
    with pytest.raises(InputError):
        place.standing("nobody")


def test_nothing_is_live_before_an_analysis(tmp_path, clock):
    made = Workspace.create_from(tmp_path / "new", TOML, clock=clock)
    with pytest.raises(NotAnalysed):
        made.perceive(signals(*FIRST))


def test_an_interrupted_move_leaves_the_state_before(place, monkeypatch):
    place.refresh_live()
    before = kept(place)
    monkeypatch.setattr(moving, "kept_of", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        place.perceive(signals(("5", "ana", 60.0, "shop", {"stars": 1.0})))
    assert kept(place) == before
    monkeypatch.undo()
    living.follow(place, signals(("5", "ana", 60.0, "shop", {"stars": 1.0})))
    assert kept(place) != before
    assert np.isfinite(kept(place)["ana"]).all()
