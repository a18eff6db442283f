"""Sentence embeddings behind one interface; each embedder is optional and says so when it is not here."""

from vivencia.understanding.embedders.embedder import (
    Embedder,
    EmbedderMissing,
    embedder,
    named,
    present,
    versions,
)

__all__ = ["Embedder", "EmbedderMissing", "embedder", "named", "present", "versions"]
