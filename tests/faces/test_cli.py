"""The command line, as a person or a script uses it: output, exit codes, what it leaves on disk."""

import json
from pathlib import Path

import pytest

from vivencia.faces.cli import COMMANDS, run
from vivencia.house.workspace import Workspace

GOOD_AND_BAD = """id,source,at,customer,kind,touchpoint,ratings.stars
1,web,2026-03-02T10:00:00Z,ana,review,checkout,4
2,web,2026-03-02T11:00:00Z,bia,review,checkout,9
3,web,2026-03-02 12:00:00,caio,review,checkout,5
"""


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small demo company, made and analysed once."""
    folder = tmp_path_factory.mktemp("demo") / "shop"
    assert run(["demo", "--out", str(folder), "--customers", "300", "--no-serve", "--json"]) == 0
    return folder


@pytest.fixture
def shop(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A new workspace from a template, of a company that has not said its time zone."""
    folder = tmp_path / "shop"
    assert run(["init", str(folder), "--template", "retail"]) == 0
    capsys.readouterr()
    lines = (folder / "vivencia.toml").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.strip().startswith("zone =")]
    (folder / "vivencia.toml").write_text("\n".join(kept), encoding="utf-8")
    return folder


def printed(capsys: pytest.CaptureFixture[str]) -> dict:  # type: ignore[type-arg]
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([command, "--help"]) == 0
    assert f"Example: vivencia {command}" in " ".join(capsys.readouterr().out.split())


def test_demo_writes_the_report_in_four_languages(demo: Path) -> None:
    assert sorted(file.name for file in demo.glob("report-*.html")) == [
        "report-en.html",
        "report-es.html",
        "report-it.html",
        "report-pt.html",
    ]


def test_a_demo_made_before_is_used_again(demo: Path) -> None:
    before = (demo / "vivencia.toml").stat().st_mtime_ns
    assert run(["demo", "--out", str(demo), "--customers", "300", "--no-serve", "--json"]) == 0
    assert (demo / "vivencia.toml").stat().st_mtime_ns == before


def test_demo_leaves_somebody_elses_folder_alone(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["demo", "--out", str(shop), "--no-serve"]) == 1
    assert "workspace-exists" in capsys.readouterr().err


def test_analyse_runs_only_what_is_stale(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["analyse", str(demo), "--json"]) == 0
    states = {one["name"]: one["state"] for one in printed(capsys)["analyses"]}
    assert set(states.values()) == {"fresh"}


def test_report_json_is_the_outside_contract(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["report", str(demo), "--json"]) == 0
    report = printed(capsys)
    wanted = {"company", "listening", "touchpoints", "stages", "environments", "departments", "journeys"}
    wanted |= {"perception", "pillars", "weights", "mirror", "findings"}
    assert wanted <= set(report)
    assert report["findings"][0]["rank"] == 1


@pytest.mark.parametrize("name", ["weights", "perceptions", "journeys", "actions", "findings"])
def test_explain_shows_text_rows_and_time(name: str, demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", name, str(demo), "--json"]) == 0
    steps = printed(capsys)["steps"]
    assert steps
    assert all(one["text"] and one["seconds"] >= 0 and one["rows"] >= 0 for one in steps)


def test_explain_names_what_there_is(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "horoscope", str(demo)]) == 1
    assert "perceptions" in capsys.readouterr().err


def test_import_keeps_faults_and_takes_the_good(
    shop: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "reviews.csv"
    file.write_text(GOOD_AND_BAD)
    assert run(["import", str(shop), str(file), "--json"]) == 0
    done = printed(capsys)
    assert (done["records"], done["taken"], done["repeated"], done["faults"]) == (3, 1, 0, 2)
    assert run(["faults", str(shop), "--json"]) == 0
    faults = printed(capsys)["faults"]
    assert [(one["line"], one["code"]) for one in faults] == [(3, "out-of-scale"), (4, "no-zone")]


def test_the_same_file_twice_adds_nothing(
    shop: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "reviews.csv"
    file.write_text(GOOD_AND_BAD)
    assert run(["import", str(shop), str(file), "--json"]) == 0
    capsys.readouterr()
    assert run(["import", str(shop), str(file), "--json"]) == 0
    done = printed(capsys)
    assert (done["taken"], done["repeated"], done["faults"]) == (0, 1, 0)


def test_a_fault_is_replayed_after_the_company_says_its_zone(
    shop: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "reviews.csv"
    file.write_text(GOOD_AND_BAD)
    assert run(["import", str(shop), str(file), "--json"]) == 0
    settings = shop / "vivencia.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("[company]", '[company]\nzone = "Europe/Lisbon"', 1), encoding="utf-8")
    capsys.readouterr()
    assert run(["faults", str(shop), "--replay", "--json"]) == 0
    assert printed(capsys)["taken"] == 1
    assert run(["faults", str(shop), "--json"]) == 0
    assert [one["code"] for one in printed(capsys)["faults"]] == ["out-of-scale"]


def test_dry_run_and_propose_write_nothing(
    shop: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "reviews.csv"
    file.write_text(GOOD_AND_BAD)
    assert run(["import", str(shop), str(file), "--dry-run", "--json"]) == 0
    found = printed(capsys)
    assert (found["signals"], {one["code"] for one in found["fault_kinds"]}) == (
        1,
        {"out-of-scale", "no-zone"},
    )
    assert run(["import", str(shop), str(file), "--propose"]) == 0
    assert "[mapping]" in capsys.readouterr().out
    assert not (shop / "signals").exists()


@pytest.mark.parametrize("ending", ["csv", "parquet", "ndjson", "xlsx"])
def test_export(ending: str, demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / f"summaries.{ending}"
    assert run(["export", str(demo), "summaries", "--out", str(out), "--json"]) == 0
    assert printed(capsys)["rows"] > 100
    assert out.stat().st_size > 1_000


def test_exported_signals_come_in_again(
    demo: Path, shop: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "signals.csv"
    assert run(["export", str(demo), "signals", "--out", str(out), "--json"]) == 0
    rows = printed(capsys)["rows"]
    assert run(["import", str(shop), str(out), "--json"]) == 0
    done = printed(capsys)
    assert (done["taken"], done["faults"]) == (rows, 0)


def test_settings_mistakes_come_in_one_message_and_nothing_starts(
    shop: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIVENCIA_LANGUAGE", "xx")
    monkeypatch.setenv("VIVENCIA_PORT", "many")
    assert run(["analyse", str(shop)]) == 2
    said = capsys.readouterr().err
    assert "VIVENCIA_LANGUAGE" in said
    assert "VIVENCIA_PORT" in said
    assert not (shop / "derived").exists()


def test_catalogue_mistakes_come_in_one_message(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (shop / "vivencia.toml").read_text(encoding="utf-8")
    wrong = '\n[[touchpoints]]\nkey = "a"\nstage = "nowhere"\nchanel = "web"\n'
    (shop / "vivencia.toml").write_text(text + wrong, encoding="utf-8")
    assert run(["analyse", str(shop)]) == 2
    said = capsys.readouterr().err
    assert "nowhere" in said
    assert "chanel" in said


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["nonsense"], 2),
        (["report"], 2),
        (["analyse", "/no/such/folder"], 2),
        (["--version"], 0),
        (["--help"], 0),
    ],
)
def test_exit_codes(arguments: list[str], code: int) -> None:
    assert run(arguments) == code


def test_a_folder_that_is_no_workspace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["report", str(tmp_path)]) == 1
    assert "vivencia init" in capsys.readouterr().err


def test_an_error_of_ours_is_exit_code_3(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(Workspace, "analyse", broken)
    assert run(["analyse", str(shop)]) == 3


def test_doctor_and_check_say_what_is_wrong(
    demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["doctor", str(demo), "--json"]) == 0
    assert printed(capsys)["ok"] is True
    assert run(["check", "workspace", str(tmp_path), "--json"]) == 1
    assert printed(capsys)["ok"] is False


def test_check_finds_a_lost_segment(demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import shutil

    copy = tmp_path / "copy"
    shutil.copytree(demo, copy)
    next(iter((copy / "signals").rglob("*.parquet"))).unlink()
    assert run(["check", "workspace", str(copy), "--json"]) == 1
    wrong = [one["subject"] for one in printed(capsys)["checks"] if not one["ok"]]
    assert "signal store" in wrong


def test_simulate_keeps_the_truth_beside_the_signals(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "made"
    assert run(["simulate", str(folder), "--world", "software", "--customers", "60", "--json"]) == 0
    assert printed(capsys)["signals"] > 300
    assert (folder / "truth" / "touchpoints.parquet").is_file()


def test_explain_customer_adds_up_and_is_personal(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = Workspace.open(demo)
    states = place.table("states").sort_by([("n", "descending")]).slice(0, 1).to_pylist()
    key = states[0]["customer"]
    assert run(["explain-customer", str(demo), key, "--at", states[0]["at"].isoformat(), "--json"]) == 0
    found = printed(capsys)
    assert found["access"] == "personal"
    assert found["residual"]["value"] == pytest.approx(states[0]["residual"], abs=1e-9)
    parts = sum(one["remains"] for one in found["events"]) + found["inferred"]
    assert parts == pytest.approx(found["residual"]["value"], abs=1e-9)
    assert run(["explain-customer", str(demo), key]) == 0
    shown = capsys.readouterr().out
    assert "inferred" in shown
    assert "the record of one person" in " ".join(shown.split())


def test_explain_customer_says_what_it_cannot_do(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain-customer", str(demo), "nobody"]) == 1
    assert "There is no customer nobody." in capsys.readouterr().err
    assert run(["explain-customer", str(demo), "nobody", "--at", "soon"]) == 2


def test_check_perception_is_kept_and_the_report_tells_it(
    demo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["check", "perception", str(demo), "--customers", "60", "--json"]) == 0
    found = printed(capsys)
    assert [one["split"] for one in found["splits"]] == ["customer", "time"]
    methods = {score["method"] for score in found["splits"][0]["scores"]}
    assert {"perception", "last_value", "ewma", "shrunken_mean", "regression_ewma"} <= methods
    assert ("boosting" in methods) != ("boosting" in found["left_out"])
    assert run(["report", str(demo), "--json"]) == 0
    check = printed(capsys)["check"]
    assert (check["customers"], check["shown"]) == (60, found["shown"])
