"""Errors: small classes, one code each, a message that teaches.

Bad *data* is never an exception: it is a fault row (see `vivencia.words.faults`).
The class docstring is the default message; `hint` says what to do about it.
"""

from typing import ClassVar


class VivenciaError(Exception):
    """Something in Vivencia went wrong."""

    code: ClassVar[str] = "internal"
    exit_code: ClassVar[int] = 3
    http_status: ClassVar[int] = 500

    def __init__(self, detail: str = "", *, hint: str = "") -> None:
        self.detail = detail
        self.hint = hint
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """The class docstring's first line, with the detail behind it."""
        said = (type(self).__doc__ or "").strip().splitlines()[0]
        return f"{said} {self.detail}".strip()


class UsageError(VivenciaError):
    """The command was not understood."""

    code = "usage"
    exit_code = 2
    http_status = 400


class SettingsError(VivenciaError):
    """The settings are not valid; nothing was started."""

    code = "settings"
    exit_code = 2
    http_status = 500


class InputError(VivenciaError):
    """The input could not be read."""

    code = "input"
    exit_code = 1
    http_status = 422


class FormatUnknown(InputError):
    """The format of this file is not known."""

    code = "format-unknown"


class EncodingUnsure(InputError):
    """The encoding of this file could not be told for sure."""

    code = "encoding-unsure"


class MappingError(InputError):
    """The mapping is not valid."""

    code = "mapping"


class WorkspaceMissing(InputError):
    """There is no workspace here."""

    code = "workspace-missing"
    http_status = 404


class WorkspaceExists(InputError):
    """There is a workspace here already."""

    code = "workspace-exists"
    http_status = 409


class WorkspaceBusy(VivenciaError):
    """Another process is writing to this workspace."""

    code = "workspace-busy"
    exit_code = 1
    http_status = 503


class NotAnalysed(InputError):
    """This workspace holds no results yet."""

    code = "not-analysed"
    http_status = 409


class StoreDamaged(VivenciaError):
    """A file of the signal store is missing or damaged."""

    code = "store-damaged"


class PlanError(VivenciaError):
    """An analysis is not valid."""

    code = "plan"


class EngineError(VivenciaError):
    """The engine could not run a step."""

    code = "engine"


class EngineMissing(VivenciaError):
    """An engine that was asked for is not installed."""

    code = "engine-missing"
    exit_code = 2


class ParameterError(UsageError):
    """A parameter is outside its range."""

    code = "parameter"


class LexiconError(VivenciaError):
    """A word list could not be understood."""

    code = "lexicon"


def every_error() -> tuple[type[VivenciaError], ...]:
    """Every error class, base first; the docs and the HTTP table are built from it."""
    seen: list[type[VivenciaError]] = [VivenciaError]
    for known in seen:
        seen.extend(sub for sub in known.__subclasses__() if sub not in seen)
    return tuple(seen)
