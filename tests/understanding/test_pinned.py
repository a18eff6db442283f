"""Embedders are known by the SHA-256 of their weights, and others are refused."""

import pytest

from vivencia.understanding.embedders import pinned, present
from vivencia.understanding.embedders.e5 import MultilingualE5
from vivencia.understanding.embedders.use import UniversalSentenceEncoder

KINDS = {"use": UniversalSentenceEncoder, "e5": MultilingualE5}


@pytest.mark.parametrize("name", sorted(KINDS))
def test_other_weights_than_the_heads_were_learned_on_are_refused(name: str, monkeypatch) -> None:
    if not present(name):
        pytest.skip(f"the embedder {name} is not installed")
    pinned.check_weights(name)
    package, pins = pinned.WEIGHTS[name]
    file = next(iter(pins))
    monkeypatch.setitem(pinned.WEIGHTS, name, (package, {**pins, file: "0" * 64}))
    with pytest.raises(pinned.WeightsChanged, match=f"{package}/{file} has the SHA-256 {pins[file]}") as said:
        KINDS[name]()
    assert "constraints.txt" in str(said.value.hint)
