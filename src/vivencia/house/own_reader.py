"""A reader as a workspace has it: with what its company's words taught, and its own aspects."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vivencia.house import analysing
from vivencia.house.workspace import Workspace
from vivencia.understanding.aspect_model import heads_in
from vivencia.understanding.pipeline import Reader
from vivencia.understanding.text_model import head_in
from vivencia.words.shapes.signals import SIGNALS


@dataclass(frozen=True, slots=True)
class OwnReader:
    """The reader, and the hashes of every text of the workspace; those it learned from are among them."""

    reader: Reader
    known: frozenset[int]

    def unseen(self, texts: Iterable[str | None]) -> list[bool]:
        """Whether each text is none of the workspace's."""
        return [_hash(text) not in self.known for text in texts]


def own_reader(folder: Path, tier: str) -> OwnReader:
    """The reader of the last analysis of a workspace, as deep as `tier` says.

    A head that was learned on other embeddings than the tier's is left out, as an analysis does.
    Raises NotAnalysed, and what `Workspace.open` raises.
    """
    place = Workspace.open(folder)
    with analysing.reading(place) as engine:
        head = head_in(engine.table("text_model"), tier)
        labelled = heads_in(engine.table("aspect_model"), engine.table("aspect_memory"))
    reader = Reader(tier, head, place.catalogue.aspects, labelled=labelled)
    return OwnReader(reader, frozenset(_known(place)))


def _known(place: Workspace) -> Iterable[int]:
    with analysing.source_of(place, SIGNALS.name) as engine:
        for batch in engine.batches(SIGNALS.name, ("text",)):
            yield from {_hash(text) for text in batch.column("text").to_pylist() if text}


def _hash(text: Any) -> int:
    # 8 bytes a text instead of the text; that two of a million are taken for one is next to impossible.
    return hash((text or "").strip())
