"""A first vivencia.toml for a line of business: commented in one language, named in all four.

The words stand in the .csv files beside this module (one line a touchpoint, one column a
language); this module only lays them out.
"""

import csv
from functools import cache
from importlib.resources import files

from vivencia.words.catalogue import LANGUAGES
from vivencia.words.errors import ParameterError

#: What each template says of the company: (offering, serves).
TEMPLATES: dict[str, tuple[str, str]] = {
    "retail": ("mixed", "b2c"),
    "bank": ("service", "both"),
    "telecom": ("service", "both"),
    "software": ("mixed", "b2b"),
    "hospitality": ("service", "b2c"),
    "public": ("service", "both"),
}

#: The zone a template starts from; the owner changes it.
ZONES = {"pt": "Europe/Lisbon", "es": "Europe/Madrid", "it": "Europe/Rome", "en": "Europe/Dublin"}

_INDIRECT = ("word_of_mouth", "review", "press", "advertising")
_COMPLAINTS = ("complaint",)
_DIVIDER = "#" + "-" * 78


def write_template(name: str, language: str) -> str:
    """The text of a vivencia.toml for `retail`, `bank`, `telecom`, `software`, `hospitality` or `public`.

    Comments are in `language` (pt, es, it or en); the names of stages, departments and
    touchpoints in all four. Raises ParameterError for another name or language.
    """
    if name not in TEMPLATES:
        raise ParameterError(f"template {name!r}", hint=f"One of {', '.join(TEMPLATES)}.")
    if language not in LANGUAGES:
        raise ParameterError(f"language {language!r}", hint=f"One of {', '.join(LANGUAGES)}.")
    said = {row["key"]: row[language] for row in _rows("phrases.csv")}
    touchpoints = _rows(f"{name}.csv")
    stages = _stages(name)
    lines = [
        *_head(said, name),
        *_company(said, name, language),
        *_heading(said["stages"]),
        *(line for stage in stages for line in ("[[stages]]", *_named(stage), "")),
        *_heading(said["departments"]),
        *(line for one in _departments(touchpoints) for line in ("[[departments]]", *_named(one), "")),
        *_heading(*(said[key] for key in ("touchpoints", "contact", "starts", "party", "promises"))),
    ]
    for stage in stages:
        lines += [f"# --- {stage[language]} ({said[stage['phase']]})", ""]
        for one in touchpoints:
            if one["stage"] == stage["key"]:
                lines += _touchpoint(one)
    return "\n".join([*lines, *_journeys(said, name), *_own_instruments(said)]) + "\n"


def _journeys(said: dict[str, str], name: str) -> list[str]:
    lines = _heading(said["journeys"], said["steps"], said["goal"])
    for one in _rows("journeys.csv"):
        if one["template"] == name:
            steps = ", ".join(f'"{step.replace("/", " | ")}"' for step in one["steps"].split(", "))
            lines += ["[[journeys]]", *_named(one), f"steps = [{steps}]", ""]
    return lines


def _head(said: dict[str, str], name: str) -> list[str]:
    return [f"# {said[f'title_{name}']}", "#", f"# {said['head']}", f"# {said['head_check']}", ""]


def _company(said: dict[str, str], name: str, language: str) -> list[str]:
    offering, serves = TEMPLATES[name]
    names = next(row for row in _rows("phrases.csv") if row["key"] == "my_company")
    values = {
        "key": '"my-company"',
        "names": _names(names),
        "offering": f'"{offering}"',
        "serves": f'"{serves}"',
        "languages": f'["{language}"]',
        "currency": '"EUR"',
        "zone": f'"{ZONES[language]}"',
        "competitors": "[]",
        "anonymity": "5",
        "journey_gap_days": "30",
        "episode_gap_minutes": "30",
    }
    lines = ["[company]"]
    for key, value in values.items():
        lines += [f"# {said[key]}", f"{key} = {value}"]
    return [*lines, ""]


def _touchpoint(one: dict[str, str]) -> list[str]:
    contact = "indirect" if one["form"] in _INDIRECT else "direct"
    said = {**one, "contact": contact}
    lines = ["[[touchpoints]]", *_named(one)]
    for key in ("stage", "channel", "environment", "contact", "form", "starts", "party", "department"):
        if said[key]:
            lines.append(f'{key} = "{said[key]}"')
    if one["key"] in _COMPLAINTS:
        lines.append("complaint = true")
    if one["promises"]:
        lines.append(
            "promises = [" + ", ".join(f'"{promise}"' for promise in one["promises"].split(", ")) + "]"
        )
    return [*lines, ""]


def _own_instruments(said: dict[str, str]) -> list[str]:
    example = ['key = "difficulty3"', 'target = "experience"', "low = 1", "high = 3", 'good = "low"']
    return [
        *_heading(said["instruments"], said["target"]),
        "# [[instruments]]",
        *(f"# {line}" for line in example),
    ]


def _heading(*lines: str) -> list[str]:
    return [_DIVIDER, *(f"# {line}" for line in lines), _DIVIDER, ""]


def _named(row: dict[str, str]) -> list[str]:
    return [f'key = "{row["key"]}"', f"names = {_names(row)}"]


def _names(row: dict[str, str]) -> str:
    return "{ " + ", ".join(f'{language} = "{row[language]}"' for language in LANGUAGES) + " }"


def _stages(name: str) -> list[dict[str, str]]:
    rows = _rows("stages.csv")
    own = {row["key"]: row for row in rows if row["template"] == name}
    return [own.get(row["key"], row) for row in rows if not row["template"]]


def _departments(touchpoints: list[dict[str, str]]) -> list[dict[str, str]]:
    used = {one["department"] for one in touchpoints}
    return [row for row in _rows("departments.csv") if row["key"] in used]


@cache
def _rows(file: str) -> list[dict[str, str]]:
    text = files("vivencia.signals.templates").joinpath(file).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter="|"))
