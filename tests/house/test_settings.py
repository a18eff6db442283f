"""Settings: the order of origins, and all mistakes in one message."""

from pathlib import Path

import pytest

from vivencia.house.settings import Settings, read_settings
from vivencia.words.errors import SettingsError


def test_defaults_hold_where_nothing_is_said() -> None:
    assert read_settings({}, {}, {}) == Settings()


def test_flag_wins_over_environment_over_file() -> None:
    environment = {"VIVENCIA_LANGUAGE": "es", "VIVENCIA_PORT": "9000"}
    found = read_settings({"language": "it"}, environment, {"language": "pt", "port": 1, "threads": 3})
    assert (found.language, found.port, found.threads) == ("it", 9000, 3)


def test_a_value_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "memory").write_text("512 MiB\n")
    assert read_settings({}, {"VIVENCIA_MEMORY_FILE": str(tmp_path / "memory")}, {}).memory == "512MiB"


def test_every_mistake_is_in_one_message() -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings(
            {"port": 70000},
            {"VIVENCIA_LANGUAGE": "xx", "VIVENCIA_COLOUR": "red", "VIVENCIA_MEMORY_FILE": "/nowhere"},
            {"engine": "abacus", "thread": 2},
        )
    assert set(refused.value.message.splitlines()[1:]) == {
        "[settings] thread: there is no such setting",
        "VIVENCIA_COLOUR: there is no such setting",
        "VIVENCIA_MEMORY_FILE: there is no file /nowhere",
        "[settings] engine: 'abacus' is not embedded or spark",
        "VIVENCIA_LANGUAGE: 'xx' is not pt es it en",
        "--port: 70000 is not 0 to 65535",
    }
