"""Every customer's state, kept so that one new event costs one read and one write.

A book is one SQLite file and belongs to one set of parameters. Events of a customer that
came after the book was made stand in it beside the state, and the state they began from, so
that a late one finds its place. A book made anew takes the place of the old one at once:
who reads the old one goes on reading it until they ask again.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vivencia.store.files import Lock, make_folder, read_checked, write_checked

CURRENT = "current.json"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS states (customer TEXT PRIMARY KEY, at INTEGER NOT NULL, source TEXT NOT NULL,
  id TEXT NOT NULL, numbers BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS begun (customer TEXT PRIMARY KEY, at INTEGER, source TEXT, id TEXT,
  numbers BLOB) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS since (customer TEXT, at INTEGER, source TEXT, id TEXT, body TEXT NOT NULL,
  PRIMARY KEY (customer, at, source, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS said (name TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
"""
#: When an event happened and what breaks ties: time in microseconds, source, id.
Place = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Kept:
    """A customer's state as it is kept: after the event at `place`, and its numbers as bytes."""

    place: Place
    numbers: bytes


class LiveBook:
    """One SQLite file of states; reads see whole writes only."""

    def __init__(self, file: Path, *, new: bool = False) -> None:
        self.file = file
        self._db = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
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
        self._db.executemany(
            "INSERT OR REPLACE INTO states VALUES (?, ?, ?, ?, ?)",
            ((customer, *kept.place, kept.numbers) for customer, kept in rows),
        )

    def state(self, customer: str) -> Kept | None:
        """The customer's state, None where there is none."""
        return self._kept("states", customer)

    def begun(self, customer: str) -> tuple[bool, Kept | None]:
        """Whether the customer was met since the book was made, and the state they had then."""
        row = self._db.execute("SELECT 1 FROM begun WHERE customer = ?", (customer,)).fetchone()
        return (row is not None, self._kept("begun", customer))

    def _kept(self, table: str, customer: str) -> Kept | None:
        text = f"SELECT at, source, id, numbers FROM {table} WHERE customer = ?"
        row = self._db.execute(text, (customer,)).fetchone()
        return Kept((row[0], row[1], row[2]), row[3]) if row and row[0] is not None else None

    def keep(self, customer: str, kept: Kept) -> None:
        """The customer's state from now on; the one they had at first is remembered."""
        before = self.state(customer)
        at = (*before.place, before.numbers) if before else (None, None, None, None)
        self._db.execute("INSERT OR IGNORE INTO begun VALUES (?, ?, ?, ?, ?)", (customer, *at))
        self.fill([(customer, kept)])

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
        said = read_checked(self.path / CURRENT) if self.path.is_dir() else None
        file = self.path / said["file"] if said else None
        return file if file is not None and file.exists() else None

    def draft(self) -> Path:
        """A file for the next book."""
        make_folder(self.path)
        numbers = [int(one.stem) for one in self.path.glob("*.sqlite") if one.stem.isdigit()]
        file = self.path / f"{max(numbers, default=0) + 1:08d}.sqlite"
        file.unlink(missing_ok=True)
        return file

    def publish(self, file: Path) -> None:
        """From now on this book is the one; older ones go. Readers that have one open keep it."""
        write_checked(self.path / CURRENT, {"file": file.name})
        for one in self.path.glob("*.sqlite*"):
            if one.name.partition(".")[0] < file.stem:
                one.unlink(missing_ok=True)
