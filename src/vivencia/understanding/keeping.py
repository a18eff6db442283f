"""Compiled code kept on disk, and dropped when any of the files it was made of changes."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numba


def kept(*sources: ModuleType) -> Callable[[Callable[..., Any]], Any]:
    """Compiles a function and keeps the code; `sources`: the modules of the compiled functions it calls.

    Numba by itself looks only at the file of the function, and would go on with old code
    when a function in another file was changed.
    """

    def keep(function: Callable[..., Any]) -> Any:
        dispatcher = numba.njit(cache=True, nogil=True)(function)
        file: Any = getattr(getattr(dispatcher, "_cache", None), "_cache_file", None)
        if hasattr(file, "_source_stamp"):
            own = Path(function.__code__.co_filename)
            paths = [own, *(Path(str(module.__file__)) for module in sources)]
            stamp = tuple((path.stat().st_mtime, path.stat().st_size) for path in paths if path.exists())
            file._source_stamp = stamp  # noqa: SLF001
        return dispatcher

    return keep
