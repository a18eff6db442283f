"""A company whose customers never change their minds: the last answer foresees better, so it is shown."""

import json
from pathlib import Path

import pytest

from vivencia.faces.cli import run

#: Eighty customers, each of whom always gives the same stars, three days apart, at the checkout.
STARS = {f"c{number:02}": 1 + number % 5 for number in range(80)}


@pytest.fixture(scope="module")
def steady(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("steady")
    shop = folder / "shop"
    lines = ["id,source,at,customer,kind,touchpoint,ratings.stars"]
    lines += [
        f"{key}-{week},web,2026-03-{1 + 3 * week:02}T10:00:00Z,{key},interaction,checkout,{stars}"
        for key, stars in STARS.items()
        for week in range(8)
    ]
    (folder / "stars.csv").write_text("\n".join(lines), encoding="utf-8")
    for command in (
        ["init", str(shop), "--template", "retail"],
        ["import", str(shop), str(folder / "stars.csv")],
        ["analyse", str(shop)],
        ["report", str(shop), "--language", "en", "--out", str(folder / "before.html")],
        ["check", "perception", str(shop)],
    ):
        assert run(command) == 0
    return shop


def _said(capsys: pytest.CaptureFixture[str], *command: str) -> dict:  # type: ignore[type-arg]
    capsys.readouterr()
    assert run([*command, "--json"]) == 0
    found: dict = json.loads(capsys.readouterr().out)  # type: ignore[type-arg]
    return found


def test_where_the_last_answer_foresees_better_the_report_is_told_by_it(
    steady: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = _said(capsys, "report", str(steady))
    assert report["check"]["shown"] == "last_value"
    # Where customers stand is what each said last: one to five stars, alike many, are 0 to 10 points.
    assert report["perception"]["standing"]["value"] == pytest.approx(5.0)
    assert report["perception"]["standing"]["n"] == 80
    [checkout] = [one for one in report["touchpoints"] if one["touchpoint"] == "checkout"]
    # Seven of eight answers are just what was said before; of each first one the mean of all was expected.
    assert checkout["gap"]["value"] == pytest.approx(0.0, abs=1e-6)
    assert checkout["expectation"]["value"] == pytest.approx(5.0, abs=1e-6)
    assert not {"lived", "disconfirmation", "perception"} & checkout.keys()
    # What only the filter tells is left out.
    assert (report["felt"], report["bond"]) == ({}, {})


def test_the_page_says_so_in_words(steady: Path) -> None:
    page = steady.parent / "report.html"
    assert run(["report", str(steady), "--language", "en", "--out", str(page)]) == 0
    before, text = (
        " ".join(file.read_text(encoding="utf-8").split()) for file in (page.with_name("before.html"), page)
    )
    assert "What answers are made of" in before
    assert "What answers are made of" not in text
    assert "foresaw unseen answers better than perception did" in text
    assert "what answers are made of and the bond are left out" in text
