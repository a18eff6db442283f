"""Vivencia: what customers expected, what they lived, and what to do about it.

The door is `vivencia.open(path)`, which gives the workspace:

    workspace = vivencia.open("my-company")
    workspace.analyse()
    workspace.table("summaries").to_pandas()
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vivencia.house.workspace import Workspace

__version__ = "0.1.0"
__all__ = ["__version__", "open"]


def open(path: str | Path, **flags: Any) -> "Workspace":  # noqa: A001  (the contract's name)
    """The workspace in a folder; `flags` override its settings (see the settings reference).

    Raises WorkspaceMissing where there is no vivencia.toml, SettingsError (all
    mistakes in one message) where it is not valid.
    """
    from vivencia.house.workspace import Workspace

    return Workspace.open(path, **flags)


def __getattr__(name: str) -> Any:
    """Load the public rooms only when they are asked for, so `import vivencia` stays light."""
    if name in {"journeys", "perceptions", "weights", "worlds", "understanding"}:
        from importlib import import_module

        return import_module(f"vivencia.{name}")
    raise AttributeError(f"module 'vivencia' has no attribute {name!r}")
