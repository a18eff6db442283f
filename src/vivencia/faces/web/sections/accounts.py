"""B2B accounts, inside the section of the pillars."""

from dataclasses import dataclass

from vivencia.faces.web.charts.strip import point_strip, share_bar
from vivencia.faces.web.sections.parts import Report, Row, StripRow
from vivencia.faces.web.tables import Cell, Cells, Table, table
from vivencia.faces.web.wording import Wording

#: Levels in order; all but the first two are shares.
_LEVELS = (
    "value", "reassured", "problem_free", "covered", "decision_missing", "decision_silent", "one_voice",
)  # fmt: skip
_POINTS = ("value", "reassured")
_BAD = ("decision_missing", "decision_silent", "one_voice")


@dataclass(frozen=True, slots=True)
class AccountsView:
    """All accounts together, roles, and each account with who is missing."""

    title: str
    lead: str
    all_title: str
    levels: tuple[StripRow, ...]
    role_title: str
    roles: tuple[StripRow, ...]
    table: Table
    role_table: Table
    account_table: Table


def accounts_view(report: Report, wording: Wording) -> AccountsView:
    """Empty rows for a company without accounts."""
    found, language = report["accounts"], wording.language
    levels = found.get("levels", {})
    return AccountsView(
        title=language.message("accounts.title"),
        lead=language.message("accounts.lead"),
        all_title=wording.count("count.accounts", found.get("many", 0)),
        levels=tuple(_level(name, levels[name], wording) for name in _LEVELS if name in levels),
        role_title=language.message("accounts.roles"),
        roles=tuple(_role(one, wording) for one in found.get("roles", []) if "mean" in one),
        table=_level_table(levels, wording),
        role_table=_role_table(found, wording),
        account_table=_account_table(found, wording),
    )


def _level(name: str, one: Row, wording: Wording) -> StripRow:
    language = wording.language
    title, kind = language.message(f"accounts.{name}"), "number" if name in _POINTS else "share"
    label = f"{title}: {wording.estimate(one, kind=kind)}"
    picture = point_strip(one, label) if name in _POINTS else share_bar(one, label, bad=name in _BAD)
    return StripRow(
        name=title,
        picture=picture,
        main=wording.show(kind)(one["value"]),
        detail=language.say("label.n", n=language.number(one["n"], 0)),
        worse=name in _BAD,
    )


def _name(role: str | None, wording: Wording) -> str:
    return wording.language.word("role", role) if role else "–"


def _role(one: Row, wording: Wording) -> StripRow:
    name = _name(one["role"], wording)
    return StripRow(
        name=name,
        picture=point_strip(one["mean"], f"{name}: {wording.estimate(one['mean'])}"),
        main=wording.language.number(one["mean"]["value"]),
        detail=wording.language.say("label.n", n=wording.language.number(one["mean"]["n"], 0)),
    )


def _level_table(levels: Row, wording: Wording) -> Table:
    cells, language = Cells(wording), wording.language
    rows = [
        (
            cells.text(language.message(f"accounts.{name}")),
            cells.estimate(levels[name], kind="number" if name in _POINTS else "share", n=True),
        )
        for name in _LEVELS
        if name in levels
    ]
    return table(wording, language.message("accounts.title"), ("accounts.what", "label.value"), rows)


def _role_table(found: Row, wording: Wording) -> Table:
    cells = Cells(wording)
    rows = [
        (
            cells.text(_name(one["role"], wording)),
            cells.count(one["people"]),
            cells.count(one["respondents"]),
            cells.estimate(one.get("mean")),
            _number(one.get("sd"), cells, wording),
        )
        for one in found.get("roles", [])
    ]
    heads = (
        "accounts.role", "accounts.people", "accounts.respondents", "label.perception", "accounts.apart",
    )  # fmt: skip
    return table(wording, wording.language.message("accounts.roles"), heads, rows)


def _number(value: float | None, cells: Cells, wording: Wording) -> Cell:
    return cells.shown(value, "" if value is None else wording.language.number(value))


def _account_table(found: Row, wording: Wording) -> Table:
    cells, language = Cells(wording), wording.language
    rows = [
        (
            cells.text(one["account"]),
            cells.text(
                language.message(f"accounts.decision.{one['decision']}") if "decision" in one else "–"
            ),
            cells.estimate(one.get("value")),
            cells.count(one["people"]),
            cells.count(one["respondents"]),
            _number(one.get("effective"), cells, wording),
            cells.shown(one.get("covered"), language.percent(one.get("covered", 0.0))),
            cells.text(_name(one.get("weakest_role"), wording)),
            _number(one.get("weakest"), cells, wording),
            _number(one.get("spread"), cells, wording),
            cells.count(one["problems"]),
            cells.estimate(one.get("problem_free"), kind="share"),
        )
        for one in found.get("accounts", [])
    ]
    heads = (
        "accounts.account", "accounts.decision", "label.perception", "accounts.people",
        "accounts.respondents", "accounts.effective", "accounts.covered", "accounts.weakest",
        "accounts.weakest-level", "accounts.spread", "accounts.problems", "accounts.free",
    )  # fmt: skip
    return table(wording, language.message("accounts.each"), heads, rows)
