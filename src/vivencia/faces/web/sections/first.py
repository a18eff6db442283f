"""What to do first, and why: findings as sentences, one place after another."""

from dataclasses import dataclass

from markupsafe import Markup

from vivencia.faces.web.charts.strip import gap_strip, pair_strip, point_strip, share_bar
from vivencia.faces.web.sections.first_do import what_to_do
from vivencia.faces.web.sections.parts import Report, Row, rated, told
from vivencia.faces.web.tables import Cells, Table, table
from vivencia.faces.web.wording import Wording, strong
from vivencia.words.findings import Certainty, FindingCode

#: Places shown; the rest stands in the table.
PLACES, KEPT, LATER = 5, 3, 4
_DOTS = {Certainty.SURE: 3, Certainty.LIKELY: 2, Certainty.HINT: 1}
_KNOWN = frozenset(FindingCode)
_SHARES = (FindingCode.PROMISE_BROKEN, FindingCode.DROP_OFF, FindingCode.NOT_HEARD)


@dataclass(frozen=True, slots=True)
class Action:
    """One place to act on: the first finding in full, what else was found there."""

    number: int
    sentence: Markup
    why: str
    also: tuple[Markup, ...]
    good: Markup
    do: tuple[str, ...]
    picture: Markup
    sure: str
    dots: int
    people: str
    weight: str
    owner: str


@dataclass(frozen=True, slots=True)
class FirstView:
    """The section; `keep` holds what is better than expected, `behind` the large gaps that rank lower."""

    title: str
    lead: str
    actions: tuple[Action, ...]
    keep: tuple[Action, ...]
    behind: tuple[str, ...]
    none: str
    table: Table


def first_view(report: Report, wording: Wording) -> FirstView:
    """Findings grouped by place, in the order of their first rank."""
    about = {row["touchpoint"]: row for row in report["touchpoints"]}
    places: dict[str, list[Row]] = {}
    keep: list[list[Row]] = []
    for finding in report["findings"]:
        if finding["code"] == FindingCode.STRENGTH:
            keep.append([finding])
        else:
            places.setdefault(finding.get("touchpoint") or "", []).append(finding)
    say = wording.language.message
    first = dict(list(places.items())[:PLACES])
    praised = {found[0].get("touchpoint") or "": found[0] for found in keep}
    keep = [found for found in keep if (found[0].get("touchpoint") or "") not in first]
    return FirstView(
        title=say("first.title"),
        lead=say("first.lead"),
        actions=tuple(
            _action(number, found, report, about, wording, praised.get(place))
            for number, (place, found) in enumerate(first.items(), start=1)
        ),
        keep=tuple(
            _action(number, found, report, about, wording) for number, found in enumerate(keep[:KEPT], 1)
        ),
        behind=tuple(_behind(report, set(first), wording)),
        none=say("first.none"),
        table=_table(report, wording),
    )


def _behind(report: Report, first: set[str], wording: Wording) -> list[str]:
    """Why larger gaps come later, and where more journeys are left than elsewhere."""
    language = wording.language
    gaps = [one for one in report["findings"] if one["code"] == FindingCode.GAP]
    least = min((-one["effect"]["value"] for one in gaps if one["touchpoint"] in first), default=0.0)
    later = [one for one in gaps if one["touchpoint"] not in first and -one["effect"]["value"] > least]
    later.sort(key=lambda one: float(one["effect"]["value"]))
    found = [
        language.say(
            "first.behind.gap" if one["weight"] > 0 else "first.behind.gap.unweighed",
            touchpoint=wording.touchpoint(one["touchpoint"]),
            gap=language.signed(one["effect"]["value"]),
            customers=wording.count("count.customers", one["customers"]),
            weight=language.percent(one["weight"]),
        )
        for one in later[:LATER]
    ]
    left = [
        one for one in report["findings"]
        if one["code"] == FindingCode.DROP_OFF and one["certainty"] == Certainty.SURE and one.get("threshold")
    ]  # fmt: skip
    lost = [one for one in report["journeys"].get("outcomes", []) if one["outcome"] == "ABANDONED"]
    if left and lost and "of_ended" in lost[0]:
        names = [
            f"{wording.touchpoint(one['touchpoint'])} ({language.percent(one['effect']['value'])})"
            for one in left[:LATER]
        ]
        found.append(
            language.say(
                "first.behind.left",
                share=language.percent(lost[0]["of_ended"]["value"]),
                usual=language.percent(left[0]["threshold"]),
                names=", ".join(names),
            )
        )
    return found


def _action(
    number: int,
    found: list[Row],
    report: Report,
    about: dict[str, Row],
    wording: Wording,
    praise: Row | None = None,
) -> Action:
    lead, language = found[0], wording.language
    row = about.get(lead.get("touchpoint", ""))
    certainty = Certainty(lead["certainty"])
    owner = next((one["department"] for one in found if one.get("department")), None)
    weight = max((one["weight"] for one in found), default=0.0)
    return Action(
        number=number,
        sentence=sentence(lead, wording),
        why=_why(lead, row, wording),
        also=tuple(sentence(one, wording, also=True) for one in found[1:]),
        good=sentence(praise, wording, also=True) if praise else Markup(""),
        do=what_to_do(found, row, report, wording) if lead["code"] in _KNOWN else (),
        picture=_picture(lead, row, report, wording),
        sure=f"{language.message(f'certainty.{certainty}')} ({_interval(lead, wording)})",
        dots=_DOTS[certainty],
        people=wording.count("count.customers", lead["customers"]),
        weight=language.say("first.weight", share=language.percent(weight))
        if weight > 0
        else language.message("first.weight.unknown"),
        owner=wording.name("department", owner) if owner else language.message("first.owner.none"),
    )


def _interval(finding: Row, wording: Wording) -> str:
    """The interval of the effect, as the finding writes it."""
    effect = finding["effect"]
    if finding["code"] == FindingCode.UNCATALOGUED:
        return wording.count("count.signals", round(effect["value"]))
    kind = "share" if finding["code"] in _SHARES else "number"
    if finding["code"] not in _SHARES and finding["code"] != FindingCode.EFFORT:
        kind = "signed"
    return wording.between(effect, kind=kind)


def sentence(finding: Row, wording: Wording, *, also: bool = False) -> Markup:
    """A finding as a sentence, the touchpoint set strong; `also` where the place has been named."""
    code, effect, language = finding["code"], finding["effect"], wording.language
    key = f"finding.{code}" if code in _KNOWN else "finding.other"
    if code == FindingCode.DELIVERY_GAP and not finding.get("touchpoint"):
        key = "finding.delivery-gap.company"
    elif also and code in _KNOWN:
        key += ".also"
    place = wording.touchpoint(finding.get("touchpoint"))
    return wording.say(
        key,
        touchpoint=strong(place),
        size=wording.points(effect["value"]),
        value=language.number(effect["value"]),
        share=language.percent(effect["value"]),
        stage=strong(wording.name("stage", finding.get("stage")) or place),
        usual=language.percent(finding.get("threshold") or 0.0),
        promise=wording.promise(finding.get("touchpoint"), finding.get("measure")),
        signals=wording.count("count.signals", round(effect["value"])),
        code=language.word("finding", code),
    )


def _why(finding: Row, row: Row | None, wording: Wording) -> str:
    """The reason in numbers, where the touchpoint has them."""
    language, code = wording.language, finding["code"]
    if row is None:
        return ""
    if code in (FindingCode.GAP, FindingCode.STRENGTH) and rated(row):
        return language.say(
            f"finding.{code}.why",
            expected=language.number(row["expectation"]["value"]),
            lived=language.number(row["experience"]["value"]),
            disappointed=_share(row, "disappointed", wording),
            delighted=_share(row, "delighted", wording),
        )
    if code == FindingCode.PROMISE_BROKEN:
        measure: Row = next((one for one in row["measures"] if one["measure"] == finding.get("measure")), {})
        if "experience_kept" in measure and "experience_broken" in measure:
            return language.say(
                "finding.promise-broken.why",
                kept=language.number(measure["experience_kept"]["value"]),
                broken=language.number(measure["experience_broken"]["value"]),
            )
    return ""


def _share(row: Row, name: str, wording: Wording) -> str:
    return wording.language.percent(row[name]["value"]) if name in row else "–"


def _picture(finding: Row, row: Row | None, report: Report, wording: Wording) -> Markup:
    """The small picture that carries the finding's own numbers."""
    code, effect = finding["code"], finding["effect"]
    name = wording.touchpoint(finding.get("touchpoint"))
    if code in _SHARES:
        label = f"{name}: {wording.estimate(effect, kind='share')}"
        return share_bar(effect, label, bad=True, axis=wording.percents((0, 0.5, 1)))
    if code == FindingCode.DELIVERY_GAP:
        belief = next(
            (one for one in report["mirror"] if one["touchpoint"] == (finding.get("touchpoint") or "")), None
        )
        if belief is not None:
            label = f"{name}: {wording.estimate(belief['difference'], kind='signed')}"
            return pair_strip(belief["company"], belief["customers"], label, axis=True)
    if row is not None and rated(row) and code != FindingCode.UNCATALOGUED:
        return gap_strip(
            row["expectation"], row["experience"], row["gap"], told(wording, name, row), axis=True
        )
    if code == FindingCode.UNCATALOGUED:
        return Markup("")
    reach = max(1.0, abs(effect["low"]), abs(effect["high"]))
    label = f"{name}: {wording.estimate(effect, kind='signed')}"
    ends = (wording.language.signed(-reach), wording.language.signed(reach))
    return point_strip(effect, label, low=-reach, high=reach, axis=ends)


def _table(report: Report, wording: Wording) -> Table:
    cells, language = Cells(wording), wording.language
    rows = []
    for one in report["findings"]:
        kind = "share" if one["code"] in _SHARES else "signed"
        rows.append(
            (
                cells.count(one["rank"]),
                cells.text(wording.touchpoint(one.get("touchpoint"))),
                cells.text(language.word("finding.name", one["code"])),
                cells.text(wording.item(one["measure"]) if one.get("measure") else "–"),
                cells.estimate(one["effect"], kind=kind, n=True),
                cells.count(one["customers"]),
                cells.shown(one["weight"], language.percent(one["weight"]) if one["weight"] else "–"),
                cells.text(language.message(f"certainty.{one['certainty']}")),
                cells.text(wording.name("department", one.get("department")) or "–"),
            )
        )
    columns = (
        "label.rank",
        "label.touchpoint",
        "label.finding",
        "label.measure",
        "label.effect",
        "label.people",
        "label.weight",
        "label.sure",
        "label.owner",
    )
    return table(wording, language.message("first.rest"), columns, rows)
