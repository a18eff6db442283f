"""Named queries in .sql files: `-- name: x` starts one, the comments under it say what it answers."""

import re
from functools import cache
from importlib.resources import files

from vivencia.words.errors import PlanError

_NAME = re.compile(r"^--\s*name:\s*([a-z][a-z0-9_]*)\s*$", re.MULTILINE)


@cache
def read_queries(package: str, file: str) -> dict[str, str]:
    """The named queries of one .sql file of a package, in order.

    Raises PlanError when text stands before the first name or a name is used twice.
    """
    text = files(package).joinpath(file).read_text(encoding="utf-8")
    parts = _NAME.split(text)
    head = [line for line in parts[0].splitlines() if line.strip() and not line.startswith("--")]
    if head:
        raise PlanError(f"{package}/{file}: text before the first '-- name:' line")
    queries: dict[str, str] = {}
    for name, body in zip(parts[1::2], parts[2::2], strict=True):
        if name in queries:
            raise PlanError(f"{package}/{file}: query {name} stands twice")
        queries[name] = body.strip().rstrip(";")
    return queries
