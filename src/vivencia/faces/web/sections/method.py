"""Method and cautions: what the numbers mean, and what they do not."""

from dataclasses import dataclass

from vivencia.faces.model import drift_said, model_said
from vivencia.faces.web.sections.parts import Report, Row
from vivencia.faces.web.tables import Cells, Table, table
from vivencia.faces.web.wording import Wording


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to know, under its own head."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class MethodView:
    """The section."""

    title: str
    notes: tuple[Note, ...]
    table: Table
    segments: Table | None


def method_view(report: Report, wording: Wording) -> MethodView:
    """The notes that hold for this report."""
    language, method = wording.language, report["method"]
    say = language.message
    notes = [
        Note(say("method.interval.title"), say("method.interval")),
        Note(say("method.cause.title"), say("method.cause")),
        Note(say("method.answer.title"), say("method.answer")),
        Note(say("method.expectation.title"), say("method.expectation")),
        Note(say("method.scale.title"), say("method.scale")),
        Note(
            say("method.defaults.title"),
            " ".join(part for part in (model_said(method, language), drift_said(method, language)) if part),
        ),
        *_of_segments(method.get("segments"), wording),
        Note(say("method.weights.title"), _weights(method.get("weights"), wording)),
        Note(say("method.words.title"), say("method.words")),
        Note(
            say("method.anonymity.title"),
            language.say(
                "method.anonymity",
                n=method["anonymity"],
                withheld=wording.count("count.numbers", method["withheld"]),
            ),
        ),
    ]
    cells = Cells(wording)
    rows = [
        (
            cells.text(" · ".join(_parameter(one, wording))),
            cells.shown(one["value"], _bounded(one, wording)),
            cells.text(say(f"method.origin.{one['origin']}")),
        )
        for one in method["parameters"]
    ]
    found = table(wording, say("method.parameters"), ("label.parameter", "label.value", "label.origin"), rows)
    return MethodView(say("method.title"), tuple(notes), found, _segments(method.get("segments"), wording))


def _of_segments(found: list[Row] | None, wording: Wording) -> list[Note]:
    """Whether segments differ beyond chance; nothing where they were not compared."""
    if found is None:
        return []
    say = wording.language.message
    return [
        Note(say("method.segments.title"), say("method.segments.some" if found else "method.segments.none"))
    ]


def _segments(found: list[Row] | None, wording: Wording) -> Table | None:
    """What differs, beside the company's number; None where nothing does."""
    if not found:
        return None
    cells = Cells(wording)
    rows = [
        (
            cells.text(wording.name("segment", one["segment"])),
            cells.text(" · ".join(_parameter(one, wording))),
            cells.estimate(one["value"], kind="third"),
            cells.shown(one["pooled"], wording.language.number(one["pooled"], 3)),
            cells.count(one["value"]["n"]),
        )
        for one in found
    ]
    heads = ("label.segment", "label.parameter", "label.value", "label.pooled", "label.customers")
    return table(wording, wording.language.message("method.segments.table"), heads, rows)


def _parameter(one: Row, wording: Wording) -> list[str]:
    """What the parameter means, its letter, and the touchpoint and item it belongs to."""
    name = wording.language.word("parameter", one["parameter"])
    parts = [name if name == one["parameter"] else f"{name} ({one['parameter']})"]
    if "touchpoint" in one:
        parts.append(wording.touchpoint(one["touchpoint"]))
    return [*parts, wording.item(one["item"])] if "item" in one else parts


def _bounded(one: Row, wording: Wording) -> str:
    shown = wording.language.number(one["value"], 3)
    if "low" in one and "high" in one:
        shown += f" ({wording.between(one, kind='third')})"
    return shown


def _weights(model: Row | None, wording: Wording) -> str:
    language = wording.language
    parts = []
    if model is not None:
        if language.knows(f"method.weights.{model['method']}"):
            parts.append(language.message(f"method.weights.{model['method']}"))
        if "r2" in model:
            parts.append(
                language.say(
                    "method.weights.r2",
                    r2=language.percent(model["r2"]),
                    customers=wording.count("count.customers", model["n"]),
                )
            )
    parts.append(language.message("method.weights.progression"))
    return " ".join(parts)
