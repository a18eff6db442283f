"""The words of one report: names of everything in it, and estimates as text."""

from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup, escape

from vivencia.faces.language import Language
from vivencia.words.catalogue import named

Row = Mapping[str, Any]
Report = Mapping[str, Any]

_SPECIAL = ("REACHED", "ABANDONED", "LOST", "OPEN")


class Wording:
    """Names and numbers of a report in one language."""

    def __init__(self, report: Report, language: Language) -> None:
        self.language = language
        self._names = {
            group: {row[key]: row.get("names") or {} for row in report[f"{group}s"]}
            for group, key in (
                ("touchpoint", "touchpoint"),
                ("stage", "stage"),
                ("department", "department"),
                ("channel", "channel"),
                ("segment", "segment"),
            )
        }
        self._measures = {
            (row["touchpoint"], one["measure"]): one
            for row in report["touchpoints"]
            for one in row["measures"]
        }
        self._heard = {
            one["touchpoint"]: one["answers"] for one in report["listening"].get("touchpoints", [])
        }
        self.company = named(report["company"]["names"], language.tag, report["company"]["key"])

    def say(self, key: str, **values: object) -> Markup:
        """A message with its values, safe to stand in a page."""
        return Markup(self.language.message(key)).format(**values)  # noqa: S704 - the messages are ours

    def count(self, key: str, n: int) -> str:
        """A counted thing in the right plural."""
        return self.language.count(key, n)

    def name(self, group: str, key: str | None) -> str:
        """The company's own name for a thing, else our word for its code, else the code as text."""
        if not key:
            return self.language.message("finding.company") if group == "touchpoint" else ""
        own = named(self._names.get(group, {}).get(key, {}), self.language.tag)
        return own or self.language.word(group, key)

    def touchpoint(self, key: str | None) -> str:
        """The name of a touchpoint, of the start, or of an outcome."""
        if key in _SPECIAL:
            return self.language.message(f"outcome.{key}")
        return self.language.message("map.start") if key == "START" else self.name("touchpoint", key)

    def place(self, key: str) -> str:
        """store:porto-1 → Shop Porto 1; an address stays as it is."""
        kind, colon, rest = key.partition(":")
        word = self.language.word("place", kind)
        if kind != "page":
            rest = rest.replace("-", " ").replace("_", " ").title()
        return f"{word[:1].upper()}{word[1:]} {rest}" if colon else key

    def unrated(self, row: Row) -> str:
        """Why a group has no expected and lived: nobody answered, too few, or about the whole company."""
        answers = self._heard.get(row.get("touchpoint", ""), 0) if not row["rated"] else row["rated"]
        if not answers:
            return self.language.message("map.unrated")
        if row["rated"]:
            return self.language.message("map.few")
        return self.language.count("map.overall", answers)

    def overall(self, row: Row) -> bool:
        """Whether the answers at a touchpoint are about the company as a whole, not about it."""
        return not row["rated"] and bool(self._heard.get(row["touchpoint"]))

    def names(self, keys: Iterable[str], most: int = 12) -> str:
        """Touchpoints named one after another."""
        found = [self.touchpoint(key) for key in keys]
        return ", ".join(found[:most]) + (" …" if len(found) > most else "")

    def item(self, key: str) -> str:
        """The name of what was asked or measured: an instrument, else a measure."""
        known = self.language.knows(f"instrument.{key}")
        return self.language.word("instrument", key) if known else self.language.measure(key)

    def promise(self, touchpoint: str | None, measure: str | None) -> str:
        """What was promised, in words; the measure's name alone where no promise is known."""
        one = self._measures.get((touchpoint or "", measure or ""), {})
        if "operator" not in one or "threshold" not in one:
            return self.language.measure(measure) if measure else ""
        return self.language.promise(one["measure"], one["operator"], one["threshold"])

    def points(self, value: float) -> str:
        """A size in points, without its sign: 1.7 points."""
        size = abs(value)
        return self.language.count("count.points", size, 1 if size >= 0.095 else 2)

    def between(self, one: Row, *, kind: str = "number") -> str:
        """The interval as words: 5.8 to 6.0."""
        show = self.show(kind)
        if kind in ("number", "signed") and show(one["low"]) == show(one["high"]):
            show = self.show("fine" if kind == "number" else "signed-fine")
        return self.language.say("label.between", low=show(one["low"]), high=show(one["high"]))

    def show(self, kind: str) -> Any:
        """How values of a kind are written: number, signed or share."""
        return {
            "number": self.language.number,
            "fine": lambda value: self.language.number(value, 2),
            "third": lambda value: self.language.number(value, 3),
            "whole": lambda value: self.language.signed(value, 0),
            "signed": self.language.signed,
            "signed-fine": lambda value: self.language.signed(value, 2),
            "share": self.language.percent,
        }[kind]

    def percents(self, shares: Iterable[float]) -> tuple[str, ...]:
        """Shares as the words of an axis."""
        return tuple(self.language.percent(share) for share in shares)

    def aspect(self, one: Row) -> str:
        """The company's own name for an aspect, else ours."""
        return named(one.get("names") or {}, self.language.tag) or self.language.word("aspect", one["aspect"])

    def estimate(self, one: Row | None, *, kind: str = "number") -> str:
        """An estimate in full, for labels: 5.9 (5.8 to 6.0, n = 1,310)."""
        if one is None:
            return self.language.message("report.withheld")
        n = self.language.say("label.n", n=self.language.number(one["n"], 0))
        return f"{self.show(kind)(one['value'])} ({self.between(one, kind=kind)}, {n})"


def strong(text: str) -> Markup:
    """A text set strong."""
    return Markup("<strong>{}</strong>").format(escape(text))
