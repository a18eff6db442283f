"""Every customer's state, kept so that one new event costs one read and one write.

A book is one SQLite file and belongs to one set of parameters. It holds a state a customer
(ten numbers; those of an episode that is still open stand apart until it is over), snapshots
of what they were, and the events that came after the book was made, so that a late one finds
its place. A book made anew takes the place of the old one at once: who reads the old one goes
on reading it until they ask again.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from vivencia.store.files import Lock, make_folder, read_checked, sync_file, write_checked

CURRENT = "current.json"
#: Books of another form are made anew.
FORM = 2
_TRIES = 20
_SCHEMA = """
CREATE TABLE states (customer TEXT PRIMARY KEY, at INTEGER NOT NULL, events INTEGER NOT NULL,
  open INTEGER NOT NULL, numbers BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE open (customer TEXT PRIMARY KEY, at INTEGER NOT NULL, numbers BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX open_at ON open (at);
CREATE TABLE snapshots (customer TEXT, at INTEGER, events INTEGER NOT NULL, numbers BLOB NOT NULL,
  PRIMARY KEY (customer, at)) WITHOUT ROWID;
CREATE TABLE begun (customer TEXT PRIMARY KEY, at INTEGER) WITHOUT ROWID;
CREATE TABLE since (customer TEXT, at INTEGER, source TEXT, id TEXT, body TEXT NOT NULL,
  PRIMARY KEY (customer, at, source, id)) WITHOUT ROWID;
CREATE TABLE said (name TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
"""
#: When an event happened and what breaks ties: time in microseconds, source, id.
Place = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Kept:
    """A customer's state after `events` events, the last at `at`: its first ten numbers as bytes.

    `open` says that an episode was open then; `rest` are its numbers, None once they were let go.
    """

    at: int
    events: int
    numbers: bytes
    open: bool = False
    rest: bytes | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a state was after every event up to `at`, `events` of them: all its numbers as bytes."""

    at: int
    events: int
    numbers: bytes


class LiveBook:
    """One SQLite file of states; reads see whole writes only."""

    def __init__(self, file: Path, *, new: bool = False) -> None:
        self.file = file
        # A file that is gone is an error, not an empty book.
        self._db = sqlite3.connect(
            f"file:{quote(str(file))}?mode={'rwc' if new else 'rw'}",
            isolation_level=None,
            check_same_thread=False,
            uri=True,
        )
        # A book in the making is synced once, when it is whole.
        self._db.execute(f"PRAGMA journal_mode={'OFF' if new else 'WAL'}")
        self._db.execute(f"PRAGMA synchronous={'OFF' if new else 'FULL'}")
        if new:
            self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Give the file back."""
        self._db.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """All writes of the block, or none."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def say(self, name: str, body: Any) -> None:
        """Keep a small fact about the book."""
        self._db.execute("INSERT OR REPLACE INTO said VALUES (?, ?)", (name, json.dumps(body)))

    def told(self, name: str) -> Any:
        """A fact that was kept; None where there is none."""
        row = self._db.execute("SELECT body FROM said WHERE name = ?", (name,)).fetchone()
        return json.loads(row[0]) if row else None

    def fill(self, rows: Iterable[tuple[str, Kept]]) -> None:
        """Many states at once."""
        for customer, kept in rows:
            self._db.execute(
                "INSERT OR REPLACE INTO states VALUES (?, ?, ?, ?, ?)",
                (customer, kept.at, kept.events, int(kept.open), kept.numbers),
            )
            if kept.rest is not None:
                self._db.execute(
                    "INSERT OR REPLACE INTO open VALUES (?, ?, ?)", (customer, kept.at, kept.rest)
                )

    def state(self, customer: str) -> Kept | None:
        """The customer's state, None where there is none."""
        row = self._db.execute(
            "SELECT states.at, events, states.numbers, states.open, open.numbers FROM states "
            "LEFT JOIN open ON open.customer = states.customer AND states.open AND open.at = states.at "
            "WHERE states.customer = ?",
            (customer,),
        ).fetchone()
        return Kept(row[0], row[1], row[2], bool(row[3]), row[4]) if row else None

    def keep(self, customer: str, kept: Kept) -> None:
        """The customer's state from now on; the time of the one they had at first is remembered."""
        before = self._db.execute("SELECT at FROM states WHERE customer = ?", (customer,)).fetchone()
        at = before[0] if before else None
        self._db.execute("INSERT OR IGNORE INTO begun VALUES (?, ?)", (customer, at))
        self.fill([(customer, kept)])

    def begun(self, customer: str) -> int | None:
        """The time up to which the book knew of the customer when it was made; None where it did not."""
        row = self._db.execute("SELECT at FROM begun WHERE customer = ?", (customer,)).fetchone()
        if row is None:
            row = self._db.execute("SELECT at FROM states WHERE customer = ?", (customer,)).fetchone()
        return int(row[0]) if row and row[0] is not None else None

    def close_episodes(self, before: int) -> None:
        """Let the numbers go of episodes whose last event is older than `before`."""
        self._db.execute("DELETE FROM open WHERE at < ?", (before,))

    # Snapshots --------------------------------------------------------------------------------

    def take(self, customer: str, one: Snapshot) -> None:
        """Keep what a state was."""
        self.take_all([(customer, one)])

    def take_all(self, rows: Iterable[tuple[str, Snapshot]]) -> None:
        """Many snapshots at once."""
        self._db.executemany(
            "INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?, ?)",
            ((customer, one.at, one.events, one.numbers) for customer, one in rows),
        )

    def snapshot(self, customer: str, before: int) -> Snapshot | None:
        """The last snapshot older than a time; None where there is none."""
        row = self._db.execute(
            "SELECT at, events, numbers FROM snapshots "
            "WHERE customer = ? AND at < ? ORDER BY at DESC LIMIT 1",
            (customer, before),
        ).fetchone()
        return Snapshot(*row) if row else None

    def forget(self, customer: str, since: int) -> None:
        """Snapshots of a time and later are true no more."""
        self._db.execute("DELETE FROM snapshots WHERE customer = ? AND at >= ?", (customer, since))

    # Events that came since -------------------------------------------------------------------

    def add(self, customer: str, place: Place, body: str) -> None:
        """An event that came since the book was made."""
        self._db.execute("INSERT OR IGNORE INTO since VALUES (?, ?, ?, ?, ?)", (customer, *place, body))

    def since(self, customer: str | None = None) -> list[tuple[str, Place, str]]:
        """Events that came since, in order of customer and place; of all customers without one."""
        where, bound = ("WHERE customer = ?", (customer,)) if customer is not None else ("", ())
        rows = self._db.execute(
            f"SELECT customer, at, source, id, body FROM since {where} ORDER BY customer, at, source, id",
            bound,
        ).fetchall()
        return [(row[0], (row[1], row[2], row[3]), row[4]) for row in rows]

    def count(self) -> int:
        """How many customers have a state."""
        return int(self._db.execute("SELECT COUNT(*) FROM states").fetchone()[0])


class LiveStore:
    """The books of a workspace, in a folder of their own; deleting it loses only time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock = Lock(path / "lock")
        self.making = Lock(path / "making")

    def current(self) -> Path | None:
        """The file of the book in use."""
        file = self._named()
        return file if file is not None and file.exists() else None

    def _named(self) -> Path | None:
        said = read_checked(self.path / CURRENT) if self.path.is_dir() else None
        return self.path / said["file"] if said and said.get("form") == FORM else None

    def opened(self) -> LiveBook | None:
        """The book in use, open; None where there is none yet."""
        for _ in range(_TRIES):
            file = self._named()
            if file is None:
                return None
            try:
                return LiveBook(file)
            except sqlite3.OperationalError:
                # Where another book took its place between the two lines above, ask again.
                if self._named() == file:
                    if file.exists():
                        raise
                    return None
        return None

    def draft(self) -> Path:
        """A file for the next book."""
        make_folder(self.path)
        numbers = [int(one.stem) for one in self.path.glob("*.sqlite") if one.stem.isdigit()]
        file = self.path / f"{max(numbers, default=0) + 1:08d}.sqlite"
        file.unlink(missing_ok=True)
        return file

    def publish(self, file: Path) -> None:
        """From now on this book is the one; older ones go. Readers that have one open keep it."""
        sync_file(file)
        write_checked(self.path / CURRENT, {"file": file.name, "form": FORM})
        for one in self.path.glob("*.sqlite*"):
            if one.name.partition(".")[0] < file.stem:
                one.unlink(missing_ok=True)
