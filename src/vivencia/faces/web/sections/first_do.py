"""What to do at a place: one line for each thing found there, said with that place's own numbers."""

from vivencia.faces.web.sections.parts import Report, Row
from vivencia.faces.web.wording import Wording
from vivencia.words.findings import FindingCode

#: Lines of one place, aspects named in one, and the least part of the unhappy that blames what is named.
LINES, ASPECTS, BLAMED = 2, 3, 0.15
#: What says what to do by itself, the most direct first; the gap it makes is then no second line.
_DIRECT = (FindingCode.PROMISE_BROKEN, FindingCode.EFFORT, FindingCode.FALLING)


def what_to_do(found: list[Row], row: Row | None, report: Report, wording: Wording) -> tuple[str, ...]:
    """The lines for one place, from its findings: a broken promise by name, what the unhappy blame there."""
    language, lead = wording.language, found[0]
    lines = []
    if lead["code"] == FindingCode.GAP:
        blamed = _blamed(lead.get("touchpoint"), report, wording)
        if blamed:
            lines.append(language.say("finding.gap.do.blamed", aspects=blamed))
        for code in _DIRECT:
            direct = next((one for one in found if one["code"] == code), None)
            if direct is not None:
                lines.append(_line(direct, row, wording))
    return tuple(lines[:LINES]) or (_line(lead, row, wording),)


def _line(finding: Row, row: Row | None, wording: Wording) -> str:
    language, code = wording.language, finding["code"]
    if code == FindingCode.PROMISE_BROKEN:
        broken = language.percent(finding["effect"]["value"])
        promise = wording.promise(finding.get("touchpoint"), finding.get("measure"))
        sides = _sides(finding, row)
        if sides is None:
            return language.say("finding.promise-broken.do.named", promise=promise, share=broken)
        kept, lost = (language.number(one) for one in sides)
        return language.say(
            "finding.promise-broken.do.felt", promise=promise, share=broken, kept=kept, broken=lost
        )
    return language.message(f"finding.{code}.do")


def _sides(finding: Row, row: Row | None) -> tuple[float, float] | None:
    """What customers answer where the promise is kept and where it is broken, if breaking it shows."""
    for one in row["measures"] if row else ():
        if one["measure"] == finding.get("measure") and "experience_kept" in one:
            if "experience_broken" not in one:
                return None
            kept, broken = one["experience_kept"]["value"], one["experience_broken"]["value"]
            return (kept, broken) if kept > broken else None
    return None


def _blamed(touchpoint: str | None, report: Report, wording: Wording) -> str:
    """The aspects the unhappy blame here with the part of them that does, most blamed first."""
    shares = []
    for aspect in report["words"].get("aspects", []):
        for at in aspect["touchpoints"]:
            if at["touchpoint"] == touchpoint and "unhappy" in at and at["unhappy"]["value"] >= BLAMED:
                shares.append((-at["unhappy"]["value"], wording.aspect(aspect)))
    return "; ".join(f"{name} ({wording.language.percent(-part)})" for part, name in sorted(shares)[:ASPECTS])
