"""Where each weight started, what the answers say, and both together, inside the section of the weights."""

from dataclasses import dataclass

from markupsafe import Markup

from vivencia.faces.web.charts.effects import axis_line, ends_of, prior_strip
from vivencia.faces.web.sections.parts import Report, Row, StripRow
from vivencia.faces.web.tables import Cells, Table, table
from vivencia.faces.web.wording import Wording


@dataclass(frozen=True, slots=True)
class PriorsView:
    """Strips heaviest first; `core` says what the core offering did to the start."""

    title: str
    lead: str
    core: str
    legend: tuple[tuple[str, str], ...]
    axis: Markup
    rows: tuple[StripRow, ...]
    table: Table


def priors_view(report: Report, wording: Wording) -> PriorsView:
    """Empty rows where no effect is known."""
    language = wording.language
    known = [one for one in report["weights"] if _both(one) and "data" in one]
    low, high = ends_of([both for one in known for both in (_both(one), one["data"]) if both])
    return PriorsView(
        title=language.message("priors.title"),
        lead=language.message("priors.lead"),
        core=_core(report, wording),
        legend=tuple((kind, language.message(f"priors.{kind}")) for kind in ("prior", "data", "both")),
        axis=axis_line({end: language.short(end) for end in (low, 0.0, high)}, low=low, high=high),
        rows=tuple(_row(one, wording, low, high) for one in known),
        table=_table(report, wording),
    )


def _both(one: Row) -> Row | None:
    found: Row | None = one.get("perception", {}).get("effect")
    return found


def _core(report: Report, wording: Wording) -> str:
    """What the company's core offering did to the start of the weights."""
    language, offering = wording.language, report["company"]["offering"]
    raised = [one["touchpoint"] for one in report["weights"] if one.get("core")]
    factor = report["method"].get("weights", {}).get("service_factor")
    if not raised or factor is None:
        return language.message(f"priors.core.{'none' if offering == 'service' else offering}")
    return language.say("priors.core.service", factor=language.number(factor), names=wording.names(raised))


def _row(one: Row, wording: Wording, low: float, high: float) -> StripRow:
    language, name, both = (
        wording.language,
        wording.touchpoint(one["touchpoint"]),
        one["perception"]["effect"],
    )
    say, fine = language.message, wording.show("signed-fine")
    told = [f"{say('priors.data')} {wording.estimate(one['data'], kind='signed-fine')}"]
    told.append(f"{say('priors.both')} {wording.estimate(both, kind='signed-fine')}")
    if "prior" in one:
        told.insert(0, f"{say('priors.prior')} {fine(one['prior'])}")
    return StripRow(
        name=name,
        picture=prior_strip(
            one.get("prior"), one["data"], both, f"{name}: {'; '.join(told)}", low=low, high=high
        ),
        main=fine(both["value"]),
        detail=wording.between(both, kind="signed-fine"),
        worse=both["high"] < 0,
        unsure=both["low"] <= 0 <= both["high"],
    )


def _table(report: Report, wording: Wording) -> Table:
    cells, language = Cells(wording), wording.language
    rows = [
        (
            cells.text(wording.touchpoint(one["touchpoint"])),
            cells.shown(one.get("prior"), wording.show("signed-fine")(one.get("prior", 0.0))),
            cells.estimate(one.get("data"), kind="signed-fine"),
            cells.estimate(_both(one), kind="signed-fine", n=True),
            cells.text(language.message("priors.raised") if one.get("core") else "–"),
        )
        for one in report["weights"]
        if _both(one)
    ]
    heads = ("label.touchpoint", "priors.prior", "priors.data", "priors.both", "priors.core")
    return table(wording, language.message("priors.title"), heads, rows)
