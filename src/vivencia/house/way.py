"""The way of the data: which analyses there are, in which order, and which are stale.

One declaration serves three readers: the run itself, the check that every table is
written before it is read, and the diagram in the docs and behind `vivencia explain`.
"""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from importlib.resources.abc import Traversable

from vivencia.plans import Map, Plan, Step
from vivencia.plans.plan import Node, written_by
from vivencia.words.errors import PlanError

#: Word lists and heads are part of what is computed, like code.
_CODE = (".py", ".sql", ".txt", ".tsv", ".npz")
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")


@dataclass(frozen=True, slots=True)
class Analysis:
    """One analysis on the way: its name, the room it lives in, and its plan.

    A `lasting` one is a fit: it is not made again for every new signal, but when the pace
    says so (see `pace`), so that yesterday's numbers stay comparable with today's.
    """

    name: str
    room: str
    plan: Plan
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """An analysis with the fingerprint of everything it depends on, and, of a lasting one, its pace."""

    analysis: Analysis
    fingerprint: str
    pace: str = ""


def pace(now: datetime, signals: int) -> str:
    """When lasting analyses are made again: each ISO week, and whenever the signals have doubled.

    >>> pace(datetime(2026, 3, 2), 1000), pace(datetime(2026, 3, 8), 1023)
    ('2026-W10/9', '2026-W10/9')
    >>> pace(datetime(2026, 3, 9), 1024)
    '2026-W11/10'
    """
    year, week, _ = now.isocalendar()
    return f"{year}-W{week:02}/{max(signals, 1).bit_length() - 1}"


def again(due: str, before: str, alarm: str) -> str:
    """The pace of the parameters: when they are due, and the week of the alarm they answer.

    `due` is the pace now, `before` the one they were last made at, `alarm` the week of an alarm on
    what they have not seen ("" for none). Once an alarm is answered the pace stays until it is due.

    >>> again("2026-W10/9", "2026-W10/9", "2026-03-02")
    '2026-W10/9+2026-03-02'
    >>> again("2026-W10/9", "2026-W10/9+2026-03-02", "")
    '2026-W10/9+2026-03-02'
    >>> again("2026-W11/9", "2026-W10/9+2026-03-02", "")
    '2026-W11/9'
    """
    if alarm:
        return f"{due}+{alarm}"
    return before if before.partition("+")[0] == due else due


def lay_out(
    way: Sequence[Analysis],
    given: Mapping[str, str],
    pace: str = "",
    paces: Mapping[str, str] | None = None,
    growing: Mapping[str, str] | None = None,
) -> tuple[Stage, ...]:
    """The analyses in order, each with its fingerprint.

    `paces` gives lasting analyses that have one of their own a pace beside the common one.
    `growing` gives tables that get new rows as time goes by another fingerprint for lasting ones.
    `given` maps each table that exists beforehand to a fingerprint of its content. A
    fingerprint covers the plan's text and values, the code of its room and the
    fingerprints of all it reads, so what is unchanged need not run again.
    Raises PlanError when a table is read before it is written or written twice.
    """
    known = dict(given)
    laid: list[Stage] = []
    for analysis in way:
        plan = analysis.plan
        missing = [name for name in plan.inputs if name not in known]
        if missing:
            raise PlanError(f"{analysis.name} reads {', '.join(missing)} before anything wrote it")
        # What a lasting analysis stands on changes at its pace, not with every signal.
        own = (paces or {}).get(analysis.name, pace) if analysis.lasting else ""
        slow = {**given, **(growing or {})}
        stands_on = {name: slow.get(name, own) for name in known} if analysis.lasting else known
        mark = _fingerprint(analysis, stands_on)
        for name in plan.gives:
            if name in known:
                raise PlanError(f"{analysis.name} writes {name}, which is there already")
            known[name] = f"{mark}:{name}"
        laid.append(Stage(analysis, mark, own))
    return tuple(laid)


def _fingerprint(analysis: Analysis, known: Mapping[str, str]) -> str:
    plan = analysis.plan
    digest = hashlib.sha256(code_fingerprint(analysis.room).encode())
    for name in plan.inputs:
        digest.update(f"{name}={known[name]}\n".encode())
    for key in sorted(plan.values):
        digest.update(f"{key}={plan.values[key]!r}\n".encode())
    for node in plan.nodes:
        digest.update(node_text(node).encode())
    return digest.hexdigest()[:24]


def node_text(node: Node) -> str:
    """What a node is, as text: its SQL, or the name and settings of its kernel."""
    if isinstance(node, Step):
        return f"{node.name}: {node.sql} | {node.order}\n"
    if isinstance(node, Map):
        return (
            f"{node.name}: map {_callable_name(node.function)} over {node.reads}({', '.join(node.columns)})"
            + "".join(f" with {found.table}({', '.join(found.columns)})" for found in node.lookups)
            + "\n"
        )
    parts = ", ".join(_callable_name(part) for part in (node.start, node.add, node.merge, node.finish))
    return f"{node.name}: fold {parts} over {node.reads}({', '.join(node.columns)})\n"


def _callable_name(function: Callable[..., object]) -> str:
    name = getattr(function, "__qualname__", None)
    # A frozen dataclass with __call__ says its own settings in its repr; an address inside
    # it would differ from one process to the next.
    return f"{function.__module__}.{name}" if name else _ADDRESS.sub("", repr(function))


def code_fingerprint(room: str) -> str:
    """A hash over the source of a room and of the floors under it."""
    digest = hashlib.sha256()
    for package in (room, "measure", "plans", "words"):
        for file in _sources(files("vivencia").joinpath(package)):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:24]


def _sources(folder: Traversable) -> list[Traversable]:
    found: list[Traversable] = []
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.is_dir() and entry.name != "__pycache__":
            found.extend(_sources(entry))
        elif entry.name.endswith(_CODE):
            found.append(entry)
    return found


def diagram(stages: Sequence[Stage]) -> str:
    """The way as a Mermaid flow chart: tables as boxes, analyses on the arrows."""
    lines = ["flowchart LR"]
    for stage in stages:
        for read in stage.analysis.plan.inputs:
            for given in stage.analysis.plan.gives:
                lines.append(f"  {read} -- {stage.analysis.name} --> {given}")
    return "\n".join(lines)


def tables_between(plan: Plan) -> tuple[str, ...]:
    """Tables a plan writes for itself only."""
    return tuple(name for node in plan.nodes for name in written_by(node) if name not in plan.gives)


__all__ = [
    "Analysis",
    "Stage",
    "again",
    "code_fingerprint",
    "diagram",
    "lay_out",
    "node_text",
    "tables_between",
]
