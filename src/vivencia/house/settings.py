"""Settings: one frozen object, read once, all mistakes in one message.

Order: command-line flag, then `VIVENCIA_<NAME>`, then `[settings]` in vivencia.toml,
then the default. `VIVENCIA_<NAME>_FILE` names a file that holds the value. Nobody
else in the program reads the environment.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from vivencia.words.catalogue import LANGUAGES
from vivencia.words.errors import SettingsError
from vivencia.words.shapes.understanding import TIERS

PREFIX = "VIVENCIA_"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name, its default, how a text becomes a value, and its meaning."""

    name: str
    default: Any
    parse: Callable[[Any], Any]
    allowed: str
    meaning: str


def _one_of(*values: str) -> Callable[[Any], str]:
    def parse(found: Any) -> str:
        if found not in values:
            raise ValueError
        return str(found)

    return parse


def _whole(low: int, high: int) -> Callable[[Any], int]:
    def parse(found: Any) -> int:
        if isinstance(found, bool) or not float(found).is_integer() or not low <= int(found) <= high:
            raise ValueError
        return int(found)

    return parse


_UNITS = {"MB": 10**6, "MiB": 2**20, "GB": 10**9, "GiB": 2**30}


def _memory(found: Any) -> str:
    text = str(found).replace(" ", "")
    unit = next((unit for unit in _UNITS if text.endswith(unit)), "")
    if not unit or float(text.removesuffix(unit)) * _UNITS[unit] < 2**28:
        raise ValueError
    return text


def _text(found: Any) -> str:
    if not isinstance(found, str) or not found:
        raise ValueError
    return found


def _tier(found: Any) -> str:
    """One of TIERS, or the folder of a model; whether it can be used is seen where it is loaded."""
    said = _text(found)
    if said not in TIERS and "/" not in said and "\\" not in said:
        raise ValueError
    return said


SETTINGS: tuple[Setting, ...] = (
    Setting("engine", "embedded", _one_of("embedded", "spark"), "embedded or spark", "where analyses run"),
    Setting("threads", 0, _whole(0, 1024), "0 to 1024", "threads of the engine; 0 is all cores"),
    Setting("memory", "2GiB", _memory, "256MiB and more", "memory the embedded engine may use"),
    Setting("spark_master", "local[2]", _text, "a Spark master URL", "where Spark runs"),
    Setting(
        "understanding_tier",
        "auto",
        _tier,
        " ".join((*TIERS, "<folder of a model>")),
        "how deep customers' words are read; auto: by how many there are",
    ),
    Setting("language", "en", _one_of(*LANGUAGES), " ".join(LANGUAGES), "language of reports"),
    Setting("host", "127.0.0.1", _text, "an address", "address that reports are served on"),
    Setting("port", 8765, _whole(0, 65535), "0 to 65535", "port that reports are served on; 0 picks one"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting's value; see `SETTINGS` for the meanings."""

    engine: str = "embedded"
    threads: int = 0
    memory: str = "2GiB"
    spark_master: str = "local[2]"
    understanding_tier: str = "auto"
    language: str = "en"
    host: str = "127.0.0.1"
    port: int = 8765


def read_settings(
    flags: Mapping[str, Any], environment: Mapping[str, str], file: Mapping[str, Any]
) -> Settings:
    """The settings in force.

    `flags` holds the command line's values (None where not given), `environment` the
    process's variables, `file` the `[settings]` table of vivencia.toml.
    Raises SettingsError that lists every mistake at once.
    """
    mistakes = [f"[settings] {name}: there is no such setting" for name in sorted(set(file) - set(_names()))]
    mistakes += _strangers(environment)
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        origin, found = _found(setting, flags, environment, file, mistakes)
        if origin is None:
            continue
        try:
            values[setting.name] = setting.parse(found)
        except (ValueError, TypeError):
            mistakes.append(f"{origin}: {found!r} is not {setting.allowed}")
    if mistakes:
        raise SettingsError("\n".join(["", *mistakes]), hint="vivencia doctor shows every setting in force")
    return Settings(**values)


def _names() -> tuple[str, ...]:
    return tuple(field.name for field in fields(Settings))


def _strangers(environment: Mapping[str, str]) -> list[str]:
    known = {PREFIX + name.upper() for name in _names()}
    known |= {name + "_FILE" for name in known}
    # The test suite's own switches are not settings of the program.
    known |= {"VIVENCIA_REQUIRE_ALL", "VIVENCIA_REFERENCE_DATA"}
    return [
        f"{name}: there is no such setting"
        for name in sorted(environment)
        if name.startswith(PREFIX) and name not in known
    ]


def _found(
    setting: Setting,
    flags: Mapping[str, Any],
    environment: Mapping[str, str],
    file: Mapping[str, Any],
    mistakes: list[str],
) -> tuple[str | None, Any]:
    name = PREFIX + setting.name.upper()
    if flags.get(setting.name) is not None:
        return f"--{setting.name.replace('_', '-')}", flags[setting.name]
    if name in environment:
        return name, environment[name]
    if name + "_FILE" in environment:
        held = Path(environment[name + "_FILE"])
        if not held.is_file():
            mistakes.append(f"{name}_FILE: there is no file {held}")
            return None, None
        return f"{name}_FILE", held.read_text(encoding="utf-8").strip()
    if setting.name in file:
        return f"[settings] {setting.name}", file[setting.name]
    return None, None
