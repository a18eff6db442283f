"""What new texts were read as before an analysis knew them, so that it need not read them again.

One SQLite file in the folder of live states. A row is a text: who read it, a mark of its words, and
the rows of the readings' tables as JSON. It is a saving and a promise: numbers of a reading can
differ in their last digits with the texts read beside it, so what was shown once is kept. Deleting
the file loses no more than that.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from vivencia.store.files import make_folder

FILE = "read.db"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS read (source TEXT, id TEXT, body TEXT NOT NULL, PRIMARY KEY (source, id))
WITHOUT ROWID;
"""
#: Rows by table; times are microseconds.
Body = Mapping[str, list[dict[str, Any]]]
Key = tuple[str, str]
#: Seconds to wait for another process that writes.
_PATIENCE_S = 30.0


class ReadStore:
    """The texts read since the last analysis, in the folder of live states."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / FILE

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        make_folder(self.file.parent)
        db = sqlite3.connect(self.file, timeout=_PATIENCE_S)
        try:
            db.executescript(_SCHEMA)
            with db:
                yield db
        finally:
            db.close()

    def keep(self, rows: Iterable[tuple[Key, Body]]) -> None:
        """Keep what texts were read as; a text read anew is kept as read last."""
        with self._open() as db:
            db.executemany(
                "INSERT OR REPLACE INTO read VALUES (?, ?, ?)",
                [(*key, json.dumps(body)) for key, body in rows],
            )

    def of(self, keys: Iterable[Key]) -> list[Body]:
        """What is kept of these texts."""
        if not self.file.exists():
            return []
        with self._open() as db:
            found = (
                db.execute("SELECT body FROM read WHERE source = ? AND id = ?", key).fetchone()
                for key in keys
            )
            return [json.loads(row[0]) for row in found if row]

    def all(self) -> list[tuple[Key, Body]]:
        """Everything that is kept."""
        if not self.file.exists():
            return []
        with self._open() as db:
            rows = db.execute("SELECT source, id, body FROM read ORDER BY source, id").fetchall()
        return [((row[0], row[1]), json.loads(row[2])) for row in rows]

    def count(self) -> int:
        """How many texts are kept."""
        if not self.file.exists():
            return 0
        with self._open() as db:
            return int(db.execute("SELECT COUNT(*) FROM read").fetchone()[0])

    def forget(self, keys: Sequence[Key]) -> None:
        """Let texts go that an analysis has taken over."""
        with self._open() as db:
            db.executemany("DELETE FROM read WHERE source = ? AND id = ?", list(keys))
