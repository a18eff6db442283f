"""A first mapping is proposed by looking at the file; it reads its own sample."""

import tomllib

import pyarrow as pa
import pytest

from made_up.conversions import CATALOGUE, NOW, csv
from vivencia.signals import Converted, parse_mapping, propose


def proposed(name: str, sample: pa.Table) -> tuple[str, Converted]:
    text = propose(name, sample)
    mapping = parse_mapping(tomllib.loads(text))
    assert mapping.alias_of(name) == "file"
    found = mapping.convert({"file": sample}, catalogue=CATALOGUE, now=NOW)
    assert found.faults.num_rows == 0
    assert found.signals.num_rows == sample.num_rows
    return text, found


def test_a_portuguese_survey() -> None:
    sample = pa.table(
        {
            "resposta": ["R-1", "R-2", "R-3"],
            "data": ["13/05/2026 10:00", "14/05/2026 09:30", "01/05/2026 08:00"],
            "cliente": ["c1", "c2", "c1"],
            "loja": ["Porto", "Braga", "Porto"],
            "satisfação": ["5", "99", "4"],
            "recomendação": ["9", "10", "n/d"],
            "comentário": ["Muito bom atendimento na loja", "", "Demorou mais do que devia"],
            "espera_minutos": ["3,5", "1,0", "12,25"],
            "segmento": ["novo", "antigo", "novo"],
            "_line": [2, 3, 4],
        }
    )
    text, found = proposed("inquérito_maio.csv", sample)
    assert 'columns.data = { type = "time", format = "%d/%m/%Y %H:%M" }' in text
    assert "CHECK: nobody said which zone" in text
    assert "day first" not in text
    row = found.signals.to_pylist()[0]
    assert (row["id"], row["customer"], row["place"], row["kind"]) == ("R-1", "c1", "Porto", "survey")
    assert dict(row["ratings"]) == {"csat5": 5.0, "nps": 9.0}
    assert dict(row["measures"]) == {"wait_min": 3.5}
    assert row["text"] == "Muito bom atendimento na loja"
    assert dict(row["properties"]) == {"segment": "novo"}
    assert [dict(one) for one in found.signals["ratings"].to_pylist()[1:]] == [{"nps": 10.0}, {"csat5": 4.0}]


@pytest.mark.parametrize(
    ("days", "formats", "ambiguous"),
    [
        (["13/05/2026", "01/02/2026"], "%d/%m/%Y", False),
        (["05/13/2026", "01/02/2026"], "%m/%d/%Y", False),
        (["05/03/2026", "01/02/2026"], "%d/%m/%Y", True),
        (["13.05.26", "01.02.26"], "%d.%m.%y", False),
        (["2026/05/13", "2026/02/01"], "%Y/%m/%d", False),
    ],
)
def test_day_and_month_are_told_apart_or_flagged(days, formats, ambiguous) -> None:
    text, _ = proposed("f.csv", pa.table({"date": days, "customer": ["a", "b"], "_line": [2, 3]}))
    assert f'format = "{formats}"' in text
    assert ("CHECK: every value reads with the day first and with the month first" in text) == ambiguous


def test_a_date_beside_a_time_needs_both_formats() -> None:
    days = ["13/05/2026 10:00", "14/05/2026"]
    text, found = proposed("f.csv", pa.table({"fecha": days, "cliente": ["a", "b"], "_line": [2, 3]}))
    assert "%d/%m/%Y %H:%M" in text
    assert found.signals["at"].null_count == 0


@pytest.mark.parametrize(
    ("name", "values", "instrument"),
    [
        ("NPS", ["0", "10", "7"], "nps"),
        ("probabilidad de recomendar", ["0", "10", "7"], "nps"),
        ("soddisfazione", ["1", "7", "4"], "csat7"),
        ("satisfaction", ["1", "5", "4"], "csat5"),
        ("facilidade", ["1", "7", "4"], "ces7"),
        ("estrellas", ["1", "5", "4"], "stars"),
        ("stelle", ["1", "5", "4"], "stars"),
        ("satisfação esperada", ["1", "5", "4"], "expected_csat5"),
        ("expected rating", ["1", "5", "4"], "expected_stars"),
        ("satisfacción mínima aceptable", ["1", "5", "4"], "adequate_csat5"),
        ("desired rating", ["1", "5", "4"], "desired_stars"),
        ("kano_with", ["1", "5", "4"], "kano_with"),
        ("kano delivery without", ["1", "5", "4"], "kano_without"),
        ("Kano sem", ["1", "5", "4"], "kano_without"),
        ("intend to return", ["1", "7", "4"], "intention7"),
        ("overall score", ["12", "100", "55"], "percent"),
        ("helpful", ["0", "1", "1"], "thumbs"),
    ],
)
def test_answers_are_known_by_name_and_range_in_four_languages(name, values, instrument) -> None:
    sample = pa.table({"client": ["a", "b", "c"], name: values, "_line": [2, 3, 4]})
    _, found = proposed("answers.csv", sample)
    given = [dict(one) for one in found.signals["ratings"].to_pylist()]
    assert given == [{instrument: float(value)} for value in values]


def test_a_stand_in_for_customers_is_seen() -> None:
    people = ["0", "0", "0", "ana", "bia", "caio"]
    days = [f"2026-01-0{day}T00:00:00Z" for day in range(1, 7)]
    sample = pa.table({"customer_id": people, "at": days, "_line": range(6)})
    text, found = proposed("visits.csv", sample)
    assert 'unknown = ["0"], when_unknown = "anonymous"' in text
    assert all(one.startswith("anon:") for one in found.signals["customer"].to_pylist()[:3])


def test_odd_column_names_and_empty_columns_do_no_harm() -> None:
    sample = pa.table(
        {
            'a "quoted" one': ["x", "y"], "{braces}": ["1", "2"], "": ["1", "2"], "nothing": ["", ""],
            "ça va": ["a", "b"], "back\\slash": ["1", "2"], "_line": [2, 3],
        }
    )  # fmt: skip
    text, _ = proposed("odd name.tar.gz", sample)
    assert "# Columns without any value in the sample: nothing" in text


def test_an_event_log_is_recognised_by_its_activity_and_case() -> None:
    sample = csv("""
        case:concept:name, Activity, time:timestamp
        c1, Check Ticket, 2026-01-01T10:00:00+01:00
        c1, Decide, 2026-01-01T11:00:00+01:00
    """)
    _, found = proposed("log.csv", sample)
    assert found.signals["touchpoint"].to_pylist() == ["check_ticket", "decide"]
    assert found.signals["customer"].to_pylist() == ["c1", "c1"]
