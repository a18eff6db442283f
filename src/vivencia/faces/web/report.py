"""The report as one self-contained page: no network, works from disk, prints."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from babel import Locale
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from vivencia.faces.language import Language
from vivencia.faces.web.sections.accounts import AccountsView, accounts_view
from vivencia.faces.web.sections.bands import BandsView, bands_view
from vivencia.faces.web.sections.bond import BondView, bond_view
from vivencia.faces.web.sections.changes import ChangesView, changes_view
from vivencia.faces.web.sections.check import CheckView, check_view
from vivencia.faces.web.sections.designed import DesignedView, designed_view
from vivencia.faces.web.sections.effort import EffortView, effort_view
from vivencia.faces.web.sections.felt import FeltView, felt_view
from vivencia.faces.web.sections.first import FirstView, first_view
from vivencia.faces.web.sections.gaps import GapsView, TrendView, gaps_view, trend_view
from vivencia.faces.web.sections.head import HeadView, head_view
from vivencia.faces.web.sections.importance import ImportanceView, importance_view
from vivencia.faces.web.sections.journey_map import MapView, map_view
from vivencia.faces.web.sections.kano import KanoView, kano_view
from vivencia.faces.web.sections.method import MethodView, method_view
from vivencia.faces.web.sections.moments import MomentsView, moments_view
from vivencia.faces.web.sections.parts import Report
from vivencia.faces.web.sections.priors import PriorsView, priors_view
from vivencia.faces.web.sections.promises import PromisesView, promises_view
from vivencia.faces.web.sections.represented import RepresentedView, represented_view
from vivencia.faces.web.sections.standing import (
    MirrorView,
    PillarsView,
    ScoresView,
    mirror_view,
    pillars_view,
    scores_view,
)
from vivencia.faces.web.sections.ways import ListeningView, WaysView, listening_view, ways_view
from vivencia.faces.web.sections.weights import WeightsView, weights_view
from vivencia.faces.web.sections.weights_more import (
    HazardsView,
    NeededView,
    OutcomesView,
    hazards_view,
    needed_view,
    outcomes_view,
)
from vivencia.faces.web.sections.words import WordsView, words_view
from vivencia.faces.web.wording import Wording

Theme = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class ReportView:
    """Everything the template needs, section by section in the order of the page."""

    head: HeadView
    first: FirstView
    map: MapView
    gaps: GapsView
    trend: TrendView
    words: WordsView
    weights: WeightsView
    priors: PriorsView
    importance: ImportanceView
    needed: NeededView
    outcomes: OutcomesView
    hazards: HazardsView
    kano: KanoView
    moments: MomentsView
    promises: PromisesView
    bands: BandsView
    ways: WaysView
    changes: ChangesView
    designed: DesignedView
    pillars: PillarsView
    effort: EffortView
    mirror: MirrorView
    scores: ScoresView
    listening: ListeningView
    method: MethodView
    check: CheckView
    felt: FeltView
    bond: BondView
    accounts: AccountsView
    represented: RepresentedView


#: The sections that the contents list names, in order.
SECTIONS = (
    "first",
    "map",
    "gaps",
    "trend",
    "words",
    "weights",
    "moments",
    "promises",
    "ways",
    "designed",
    "pillars",
    "mirror",
    "scores",
    "listening",
    "method",
)


def report_view(report: Report, wording: Wording) -> ReportView:
    """The page as frozen views: the report's contract in words."""
    return ReportView(
        head=head_view(report, wording),
        first=first_view(report, wording),
        map=map_view(report, wording),
        gaps=gaps_view(report, wording),
        trend=trend_view(report, wording),
        words=words_view(report, wording),
        weights=weights_view(report, wording),
        priors=priors_view(report, wording),
        importance=importance_view(report, wording),
        needed=needed_view(report, wording),
        outcomes=outcomes_view(report, wording),
        hazards=hazards_view(report, wording),
        kano=kano_view(report, wording),
        moments=moments_view(report, wording),
        promises=promises_view(report, wording),
        bands=bands_view(report, wording),
        ways=ways_view(report, wording),
        changes=changes_view(report, wording),
        designed=designed_view(report, wording),
        pillars=pillars_view(report, wording),
        effort=effort_view(report, wording),
        mirror=mirror_view(report, wording),
        scores=scores_view(report, wording),
        listening=listening_view(report, wording),
        method=method_view(report, wording),
        check=check_view(report, wording),
        felt=felt_view(report, wording),
        bond=bond_view(report, wording),
        accounts=accounts_view(report, wording),
        represented=represented_view(report, wording),
    )


@dataclass(frozen=True, slots=True)
class OtherLanguage:
    """One entry of the language switch."""

    code: str
    name: str
    file: str
    here: bool


def _others(files: Mapping[str, str], here: str) -> tuple[OtherLanguage, ...]:
    """Each language by its own name, in the order given."""
    return tuple(
        OtherLanguage(
            code, (Locale.parse(code, sep="-").display_name or code).capitalize(), file, code == here
        )
        for code, file in files.items()
    )


def render_report(
    report: Report, *, language: str, theme: Theme | None = None, others: Mapping[str, str] | None = None
) -> str:
    """One HTML file with everything in it, in pt, es, it or en.

    `report` is what `vivencia.house.report.build_report` gives. `theme` fixes light or
    dark; without it the reader's own preference holds. `others` maps languages to the
    files (beside this one) that hold the report in them, for a switch on the page. Raises UsageError for a
    language Vivencia does not speak.
    """
    spoken = Language(language)
    wording = Wording(report, spoken)
    return (
        _environment()
        .get_template("report.html")
        .render(
            view=report_view(report, wording),
            sections=SECTIONS,
            say=wording.say,
            lang=spoken.tag,
            theme=theme,
            others=_others(others or {}, spoken.tag),
            style=_asset("report.css"),
            script=_asset("report.js"),
        )
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("vivencia.faces.web"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )


@cache
def _asset(name: str) -> Any:
    """A style sheet or script of ours, put into the page as it is."""
    text = files("vivencia.faces.web").joinpath("templates", name).read_text(encoding="utf-8")
    return Markup(text)  # noqa: S704 - our own file
