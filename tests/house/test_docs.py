"""Docs cannot lie: the reference is generated, code blocks run, links lead somewhere."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from vivencia.faces.cli import run

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
#: A line that needs no shell.
PLAIN = re.compile(r"vivencia [^|&;<>$`*?]+$")
RUNNABLE = [
    p for p in PAGES if re.search(r"^```(console|python)", p.read_text(encoding="utf-8"), re.MULTILINE)
]


def test_the_reference_is_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, "tools/reference.py", "docs/reference", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("page", RUNNABLE, ids=lambda p: str(p.relative_to(ROOT)))
def test_code_blocks_run(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    for language, body in FENCE.findall(page.read_text(encoding="utf-8")):
        lines = [line for line in body.splitlines() if line.strip()] if language == "console" else []
        for line in lines:
            if PLAIN.match(line):  # as its own process it would load the same libraries once more
                assert run(shlex.split(line)[1:]) == 0, f"{line}\n{''.join(capsys.readouterr())}"
            else:
                completed(["bash", "-c", line], environment)
        if language == "python":
            completed([sys.executable, "-c", body], environment)


def completed(command: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"{shlex.join(command)}\n{done.stdout}\n{done.stderr}"


def test_the_command_is_installed(tmp_path: Path) -> None:
    command = str(Path(sys.executable).with_name("vivencia"))
    completed([command, "init", str(tmp_path / "shop"), "--template", "retail"], dict(os.environ))


def test_links_lead_somewhere() -> None:
    dead = []
    for page in PAGES:
        text = FENCE.sub("", page.read_text(encoding="utf-8"))
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
            if not target.startswith(("http", "mailto")) and not (page.parent / target).exists():
                dead.append(f"{page.relative_to(ROOT)} → {target}")
    assert dead == []


def test_every_analysis_says_when_not_to_believe_it() -> None:
    silent = [
        page.name
        for page in sorted((ROOT / "docs" / "analyses").glob("*.md"))
        if "not to believe" not in page.read_text(encoding="utf-8").lower()
    ]
    assert silent == []


def test_no_page_names_a_machine_or_a_registry() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout.split("\n")
    leaks = []
    pattern = re.compile(
        "|".join(["files" + r"\.pythonhosted", "registry" + r"\.npmjs", "deb" + r"\.debian", "/ro" + "ot/"])
    )
    for name in filter(None, tracked):
        file = ROOT / name
        if file.suffix in {".py", ".md", ".toml", ".txt", ".yml", ".sql", ""} and file.is_file():
            text = file.read_text(encoding="utf-8", errors="ignore")
            leaks += [name] if pattern.search(text) else []
    assert leaks == []
