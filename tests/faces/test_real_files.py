"""From real files to the report, by the command line alone, held to numbers computed apart.

The files may not be redistributed; these tests run where they stand beside the checkout.
"""

import csv
import json
from pathlib import Path
from statistics import mean

import pyarrow.parquet as pq
import pytest

from vivencia.faces.cli import run

pytestmark = [pytest.mark.data, pytest.mark.slow]


def reported(folder: Path, example: str, files: list[Path], capsys: pytest.CaptureFixture[str]) -> dict:  # type: ignore[type-arg]
    assert run(["init", str(folder), "--example", example]) == 0
    names = [str(file) for file in files]
    assert run(["import", str(folder), *names, "--mapping", example, "--json"]) == 0
    capsys.readouterr()
    assert run(["report", str(folder), "--json"]) == 0
    return json.loads(capsys.readouterr().out)  # type: ignore[no-any-return]


def test_marketplace_orders(reference_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = reference_data / "olist_orders"
    files = [folder / f"olist_{one}_dataset.csv" for one in ("orders", "customers", "order_reviews")]
    report = reported(tmp_path / "olist", "olist_orders", files, capsys)
    delivery = next(one for one in report["touchpoints"] if one["touchpoint"] == "delivery")
    measures = {one["measure"]: one for one in delivery["measures"]}
    # The promised day has no hour, so lateness is counted by date.
    assert round(100 * (1 - measures["delay_days"]["kept"]["value"]), 1) == 7.2
    course = [round(band["answer"]["value"], 2) for band in measures["delay_exact_days"]["bands"]]
    assert (course[0], course[-1]) == (4.32, 1.61)
    assert course == sorted(course, reverse=True)
    assert "delivery" in [one.get("touchpoint") for one in report["findings"][:3]]
    words = report["words"]
    assert {one["aspect"] for one in words["aspects"][:2]} == {"delivery", "quality"}
    assert words["aspects"][0]["unhappy"]["low"] > words["aspects"][2]["unhappy"]["high"]
    # Told beside the stars, on customers the company's own head had not seen.
    assert words["model"]["base"] > 0.88


def test_kiosk_survey(reference_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = reference_data / "kiosk_servqual" / "kiosk_renamed.csv"
    report = reported(tmp_path / "kiosk", "kiosk_servqual", [file], capsys)
    with file.open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.DictReader(source))
    items = {one["touchpoint"]: one for one in report["touchpoints"] if one["touchpoint"].startswith("item_")}
    assert len(items) == 24
    for key, item in items.items():
        number = key.removeprefix("item_")
        means = {one["instrument"]: one["value"] for one in item["scores"] if one["statistic"] == "mean"}
        for instrument, column in (("csat7", f"P{number}"), ("expected_csat7", f"E{number}")):
            asked = [float(row[column]) for row in rows if row[column] not in ("", "0", "0.0")]
            assert means[instrument] == pytest.approx(mean(asked), abs=5e-4), (key, instrument)


def test_permit_log(reference_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    golden = json.loads(
        (Path(__file__).parents[1] / "golden" / "pm4py_receipt.json").read_text(encoding="utf-8")
    )
    log = reference_data / "journeys_receipt" / "receipt.xes.gz"
    report = reported(tmp_path / "permits", "journeys_receipt", [log], capsys)
    durations = golden["case_duration_seconds"]
    assert report["journeys"]["journeys"] == golden["cases"] == 1434
    assert report["journeys"]["duration_s"]["median"] == pytest.approx(durations["median"], abs=2e-3)
    assert report["journeys"]["duration_s"]["p90"] == pytest.approx(durations["p90"], abs=2e-3)
    for name in ("transitions", "variants"):
        assert (
            run(["export", str(tmp_path / "permits"), name, "--out", str(tmp_path / f"{name}.parquet")]) == 0
        )
    found = {
        (row["from_touchpoint"], row["to_touchpoint"]): row["count"]
        for row in pq.read_table(tmp_path / "transitions.parquet").to_pylist()
        if row["from_touchpoint"] != "START"
        and row["to_touchpoint"] not in ("OPEN", "REACHED", "ABANDONED", "LOST")
    }
    assert found == {(one, other): count for one, other, count in golden["dfg"]}
    assert pq.read_table(tmp_path / "variants.parquet").num_rows == golden["n_variants"] == 116
