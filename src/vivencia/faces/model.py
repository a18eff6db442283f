"""The sentence that says what perceptions are told by, on the command line and in the report."""

from collections.abc import Mapping
from typing import Any

from vivencia.faces.language import Language


def model_said(model: Mapping[str, Any], language: Language) -> str:
    """Fitted or by default, and why; `model` as `Workspace.model_in_use` gives it."""
    counts = model.get("answering", {})
    told = {key: language.number(counts.get(key, 0), 0) for key in ("customers", "least", "rated", "missing")}
    if model.get("fitted"):
        until = model.get("fitted_until")
        return (
            language.say("model.fitted", until=language.date(until), **told)
            if until
            else language.message("method.fitted")
        )
    if not counts:
        return language.message("method.defaults")
    return language.say("model.defaults" if counts["missing"] else "model.same", **told)


def drift_said(model: Mapping[str, Any], language: Language) -> str:
    """When parameters are fitted again, and whether recent answers ask for it."""
    drift = model.get("drift", {})
    if not model.get("fitted") or not drift:
        return ""
    said = [language.message("model.again")]
    if "news" in drift:
        said.append(language.say("model.drift.news", week=language.date(drift["news"])))
    elif "last_alarm" in drift:
        said.append(
            language.say(
                "model.drift.alarms",
                alarms=language.number(drift["alarms"], 0),
                weeks=language.number(drift["weeks"], 0),
                week=language.date(drift["last_alarm"]),
            )
        )
    else:
        said.append(language.say("model.drift.quiet", weeks=language.number(drift["weeks"], 0)))
    return " ".join(said)
