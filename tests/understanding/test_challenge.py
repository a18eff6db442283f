"""The hand-written challenge of each language, read by rules alone; hard (ironic) ones are not held."""

from pathlib import Path

import pytest

from made_up.sentences import rows
from vivencia.understanding.reading import MIXED, NEGATIVE, NEUTRAL, POSITIVE
from vivencia.understanding.rules import rule_all

FOLDER = Path(__file__).parent / "challenge"
SENTIMENT = {"neg": NEGATIVE, "neu": NEUTRAL, "mix": MIXED, "pos": POSITIVE}
#: Share of right readings on the sentences not marked hard.
FLOOR = {"pt": 0.88, "es": 0.88, "it": 0.90, "en": 0.87}


def sentences(language: str) -> list[list[str]]:
    return rows(FOLDER / f"{language}.tsv")[1:]


@pytest.mark.parametrize("language", sorted(path.stem for path in FOLDER.glob("*.tsv")))
def test_challenge(language: str) -> None:
    rows = [row for row in sentences(language) if row[1] == "0"]
    read = rule_all([row[3] for row in rows], language)
    wrong = [
        f"{row[0]} read as {ruled.sentiment} ({row[2]}): {row[3]}"
        for row, ruled in zip(rows, read, strict=True)
        if ruled.sentiment != SENTIMENT[row[0]]
    ]
    assert 1 - len(wrong) / len(rows) >= FLOOR[language], "\n".join(wrong)
