"""Masking: valid identifiers of invented people found (recall), and how much that is masked is one."""

import importlib.util
import random
from collections.abc import Iterator
from types import ModuleType

from benchmarks.text.sets import TESTS
from benchmarks.text.tables import share, table
from vivencia.understanding.masking import mask

IDENTIFIERS, HARD = 400, 1000


def masking_lines(seed: int = 7) -> Iterator[str]:
    """Recall by kind and language; precision by language, hard sentences included."""
    made, rng = _identifiers(), random.Random(seed)  # noqa: S311 (invented people)
    recall: list[list[str]] = []
    precision: list[list[str]] = []
    for language, makers in made.MAKERS.items():
        right = masks = 0
        for kind, maker in makers.items():
            hidden = 0
            for _ in range(IDENTIFIERS):
                identifier = maker(rng)
                text, found = mask(rng.choice(made.SENTENCES[language]).format(identifier), language)
                gone = _bare(identifier) not in _bare(text)
                hidden, masks, right = hidden + gone, masks + len(found), right + (gone and len(found) > 0)
            recall.append([language, kind, str(IDENTIFIERS), share(hidden, IDENTIFIERS)])
        wrong = sum(len(mask(made.hard(rng, language), language)[1]) for _ in range(HARD))
        masks += wrong
        precision.append([language, str(masks), share(right, masks), f"{wrong} in {HARD} sentences"])
    yield from table(["language", "identifier", "n", "recall"], recall)
    yield from table(["language", "masks", "precision", "masks where nothing is personal"], precision)


def _bare(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())


def _identifiers() -> ModuleType:
    """The generators that the tests use; they share no code with what is measured."""
    where = importlib.util.spec_from_file_location("identifiers", TESTS / "identifiers.py")
    if where is None or where.loader is None:
        raise FileNotFoundError(TESTS / "identifiers.py")
    made = importlib.util.module_from_spec(where)
    where.loader.exec_module(made)
    return made
