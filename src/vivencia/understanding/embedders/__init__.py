"""Sentence embeddings behind one interface; each embedder is optional and says so when it is not here."""

from vivencia.understanding.embedders.embedder import (
    Embedder,
    EmbedderMissing,
    embedder,
    named,
    present,
    versions,
)
from vivencia.understanding.embedders.local import LocalModelWrong, is_folder, local_model

__all__ = [
    "Embedder",
    "EmbedderMissing",
    "LocalModelWrong",
    "embedder",
    "is_folder",
    "local_model",
    "named",
    "present",
    "versions",
]
