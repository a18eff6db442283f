"""kill -9 in the middle of writing: what was acknowledged is there once, and nothing is there in part."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from store.made_up_signals import signals
from store.other_processes import ids
from vivencia.store import SignalStore

SIZE = 50
CODE = """
import sys
from store.other_processes import append_until_killed

append_until_killed(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
"""


def killed_while_writing(path: Path, first: int, after_s: float) -> list[int]:
    """Batches another process appended, and said so, before it was killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", CODE, str(path), str(first), str(SIZE)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        text=True,
    )
    assert process.stdout is not None
    said = [process.stdout.readline()]  # it writes by now
    time.sleep(after_s)
    process.send_signal(signal.SIGKILL)
    said += process.stdout.read().splitlines()
    assert process.wait(30) == -signal.SIGKILL
    return [int(line) for line in said if line.strip()]


@pytest.mark.slow
def test_killed_at_random_moments_the_store_holds_each_acknowledged_batch_once(tmp_path: Path) -> None:
    moments = random.Random(11)  # noqa: S311 (moments, not secrets)
    store = SignalStore(tmp_path)
    acknowledged: list[int] = []
    for _ in range(6):
        done = killed_while_writing(tmp_path, max(acknowledged, default=-1) + 1, moments.uniform(0.0, 0.6))
        assert done
        acknowledged += done

        found = Counter(ids(store.segments()))

        assert set(found.values()) == {1}
        assert len(found) == store.rows
        held = Counter(int(name[1:]) // SIZE for name in found)
        assert set(held.values()) == {SIZE}  # no batch in part
        assert set(acknowledged) <= set(held)
        assert len(held) <= max(acknowledged) + 2  # at most one was written and not yet said

    again = SignalStore(tmp_path)
    for batch in sorted(held):
        assert again.append(signals(batch * SIZE, SIZE)).taken == 0
    assert not list(tmp_path.rglob("*.tmp"))
    assert Counter(ids(again.segments())) == found
