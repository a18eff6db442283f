"""context.csv: read whole, or refused with every mistake in one message."""

from pathlib import Path

import pytest

from vivencia.house.context import read_context
from vivencia.words.catalogue import Catalogue, Company, Touchpoint
from vivencia.words.errors import SettingsError

COMPANY = Catalogue(Company("a", zone="Europe/Lisbon"), touchpoints=(Touchpoint("till", "purchase"),))


def read(folder: Path, text: str) -> list[tuple[object, ...]]:
    (folder / "context.csv").write_text(text, encoding="utf-8")
    rows = read_context(folder, COMPANY).to_pylist()
    return [
        (row["name"], row["at"].isoformat(), row["customer"], row["touchpoint"], row["value"]) for row in rows
    ]


def test_one_row_a_covariate_and_date(tmp_path: Path) -> None:
    text = (
        "at,customer,touchpoint,market,income\n2026-07-01,,,101.5,\n,ana,,,3\n2026-01-01T10:00Z,,till,99,\n"
    )
    assert read(tmp_path, text) == [
        ("income", "1970-01-01T00:00:00+00:00", "ana", None, 3.0),
        ("market", "2026-01-01T10:00:00+00:00", None, "till", 99.0),
        # Midnight in Lisbon in summer.
        ("market", "2026-06-30T23:00:00+00:00", None, None, 101.5),
    ]


def test_without_the_file_nothing_stands_around(tmp_path: Path) -> None:
    assert read_context(tmp_path, COMPANY).num_rows == 0


def test_every_mistake_with_line_field_and_remedy(tmp_path: Path) -> None:
    lines = (
        "at,touchpoint,market", "31/02/2026,,1", "2026-01-01,tull,2", "2026-01-01,,many", "2026-01-02,,1",
        "2026-01-02,,2", "2026-01-03,1",
    )  # fmt: skip
    text = "\n".join(lines)
    with pytest.raises(SettingsError) as refused:
        read(tmp_path, text)
    said = str(refused.value).splitlines()
    assert said[0].endswith("context.csv: 5 wrong:")
    assert [line.strip() for line in said[1:]] == [
        'line 2: at: "31/02/2026" is no date; write it as 2026-03-31 or 2026-03-31T14:00',
        'line 3: touchpoint: "tull" is not in vivencia.toml; add it there or mend the key',
        'line 4: market: "many" is no number; write it as 12.5, or nothing if unknown',
        "line 6: market: line 5 says it already; keep one of them",
        "line 7: not as many fields as the first line; add or take away commas",
    ]


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("market\n1\n", 'no column "at"'),
        ("at,customer\n2026-01-01,ana\n", "no covariate"),
        ("at,ratings\n2026-01-01,1\n", '"ratings" cannot name'),
        ("at,GDP growth\n2026-01-01,1\n", '"GDP growth" cannot name'),
        ("at,m,m\n2026-01-01,1,2\n", "two columns of one name"),
    ],
)
def test_a_first_line_that_cannot_be_read(header: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=said):
        read(tmp_path, header)
