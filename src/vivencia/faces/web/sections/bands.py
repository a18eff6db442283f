"""How answers fall as a promised measure worsens: a picture a promise, with its table."""

from dataclasses import dataclass
from math import floor

from markupsafe import Markup

from vivencia.faces.language import COUNTED
from vivencia.faces.web.charts.strip import point_strip
from vivencia.faces.web.sections.parts import Report, Row
from vivencia.faces.web.tables import Cells, Table, table
from vivencia.faces.web.wording import Wording
from vivencia.words.instruments import BUILT_IN

#: Fewer bands than this show no course.
LEAST_BANDS = 3


@dataclass(frozen=True, slots=True)
class BandRow:
    """One band; the names are those the template's strips read."""

    name: str
    picture: Markup
    main: str
    detail: str
    worse: bool
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """One promised measure at one touchpoint."""

    title: str
    asked: str
    scale: tuple[str, ...]
    rows: tuple[BandRow, ...]


@dataclass(frozen=True, slots=True)
class BandsView:
    """The part of the promises section; empty where no measure has enough answers."""

    title: str
    caution: str
    courses: tuple[Course, ...]
    table: Table


def bands_view(report: Report, wording: Wording) -> BandsView:
    """Measures whose answers differ most between the bands first."""
    found = [
        (row["touchpoint"], one)
        for row in report["touchpoints"]
        for one in row["measures"]
        if len(one.get("bands", ())) >= LEAST_BANDS
    ]
    found.sort(key=lambda pair: -_spread(pair[1]))
    say = wording.language.message
    return BandsView(
        title=say("bands.title"),
        caution=say("bands.caution"),
        courses=tuple(_course(touchpoint, one, wording) for touchpoint, one in found),
        table=_table(found, wording),
    )


def _spread(measure: Row) -> float:
    values = [band["answer"]["value"] for band in measure["bands"]]
    low, high = _scale(measure["bands"][0]["instrument"], values)
    return float((max(values) - min(values)) / (high - low))


def _scale(instrument: str, values: list[float]) -> tuple[float, float]:
    """The ends of the instrument; an own one is shown on the span of its answers."""
    known = BUILT_IN.get(instrument)
    return (known.low, known.high) if known else (min(values), max(max(values), min(values) + 1))


def _course(touchpoint: str, measure: Row, wording: Wording) -> Course:
    values = [band["answer"]["value"] for band in measure["bands"]]
    scale = _scale(measure["bands"][0]["instrument"], values)
    name = f"{wording.touchpoint(touchpoint)}: {wording.language.measure(measure['measure'])}"
    return Course(
        title=name,
        asked=wording.language.word("instrument", measure["bands"][0]["instrument"]),
        scale=tuple(wording.language.short(end) for end in scale),
        rows=tuple(_row(name, measure["measure"], band, scale, wording) for band in measure["bands"]),
    )


def _row(name: str, measure: str, band: Row, scale: tuple[float, float], wording: Wording) -> BandRow:
    language, answer = wording.language, band["answer"]
    where = span(measure, band, wording)
    value = language.number(answer["value"], 2)
    label = f"{name}, {where}: {value} ({wording.between(answer)})"
    return BandRow(
        name=where,
        picture=point_strip(answer, label, low=scale[0], high=scale[1]),
        main=value,
        detail=language.say("label.n", n=language.number(answer["n"], 0)),
        worse=not band["kept"],
    )


def span(measure: str, band: Row, wording: Wording) -> str:
    """The band in words: up to −1 day, over 0 up to 3 days, over 7 days."""
    language = wording.language

    def said(end: str) -> str:
        return language.measured(measure, band[end])

    if language.from_promise(measure) and band.get("up_to") == 0:
        early = "above" in band and band["above"] < 0
        return (
            language.say("bands.in-time", early=said("above")) if early else language.message("bands.on-time")
        )
    if language.from_promise(measure) and band.get("above") == 0 and "up_to" in band:
        return language.say("bands.up-to", high=said("up_to"))
    if measure in COUNTED and "up_to" in band:
        least, most = floor(band.get("above", -1)) + 1, floor(band["up_to"])
        if least >= most:
            return language.measured(measure, most)
    if "above" not in band:
        return language.say("bands.up-to", high=said("up_to"))
    if "up_to" not in band:
        return language.say("bands.over", low=said("above"))
    return language.say("bands.between", low=said("above"), high=said("up_to"))


def _table(found: list[tuple[str, Row]], wording: Wording) -> Table:
    cells, language = Cells(wording), wording.language
    rows = [
        (
            cells.text(wording.touchpoint(touchpoint)),
            cells.text(language.measure(one["measure"])),
            cells.text(span(one["measure"], band, wording)),
            cells.text(language.word("instrument", band["instrument"])),
            cells.shown(band["answer"], language.number(band["answer"]["value"], 2)),
            cells.text(wording.between(band["answer"])),
            cells.count(band["answer"]["n"]),
        )
        for touchpoint, one in found
        for band in one["bands"]
    ]
    columns = (
        "label.touchpoint", "label.measure", "bands.band", "label.instrument", "label.mean",
        "label.interval", "label.count",
    )  # fmt: skip
    return table(wording, language.message("bands.title"), columns, rows)
