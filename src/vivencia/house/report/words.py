"""In their own words: what customers speak of, how, and a few masked quotes."""

from collections.abc import Mapping
from typing import Any

from vivencia.house.report.reading import Reading, Row, present, rounded
from vivencia.words.catalogue import Catalogue
from vivencia.words.shapes.understanding import EMOTIONS

#: Words can be recognised: a quote is shown only where at least so many customers speak of it.
TEXT_ANONYMITY = 10
#: New topics shown.
TOPICS = 5
_SENTIMENTS = ("negative", "neutral", "mixed", "positive")
_MARKS = ("effort", "leave", "recommend", "advise_against", "competitor", "fell_short")


def words(reading: Reading, catalogue: Catalogue) -> Row:
    """Aspects (most blamed by the unhappy first), tones, emotions, marks, the model; empty without texts."""
    everywhere = {row["measure"]: row for row in reading.rows("word_measures", touchpoint="")}
    if "polarity" not in everywhere:
        return {}
    base = everywhere["polarity"]
    return present(
        texts=base["n"],
        customers=base["customers"],
        polarity=_estimate(reading, base, "value"),
        sentiments=_shares(reading, everywhere, "sentiment", _SENTIMENTS, ""),
        emotions=_shares(reading, everywhere, "emotion", EMOTIONS, "emotion_"),
        marks=_shares(reading, everywhere, "mark", _MARKS, "mark_"),
        aspects=_aspects(reading, catalogue),
        topics=_topics(reading),
        authenticity=_authenticity(reading),
        model=_model(reading),
        learned=_learned(reading, catalogue) or None,
    )


def _estimate(reading: Reading, row: Row, name: str) -> Row | None:
    low, high = ("low", "high") if name == "value" else (f"{name}_low", f"{name}_high")
    return reading.of(row[name], row[low], row[high], row["n"], people=row["customers"])


def _shares(
    reading: Reading, rows: Mapping[str, Row], key: str, names: tuple[str, ...], head: str
) -> list[Row]:
    """Shares of the texts; one of few texts is a share like another, since it stands on all of them."""
    found = []
    for name in names:
        row = rows.get(head + name)
        share = _estimate(reading, row, "value") if row else None
        if row is not None and share is not None:
            found.append({key: name, "texts": row["cases"], "share": share})
    return found


def _aspects(reading: Reading, catalogue: Catalogue) -> list[Row]:
    rows = reading.rows("word_aspects")
    names = {one.key: dict(one.names) for one in catalogue.aspects}
    quotes = _quotes(reading)
    there: dict[str, list[Row]] = {}
    for row in rows:
        if row["touchpoint"]:
            there.setdefault(row["aspect"], []).append(row)
    found = []
    everywhere = [row for row in rows if not row["touchpoint"]]
    for row in sorted(everywhere, key=lambda row: (-row["unhappy"], -row["n"], row["aspect"])):
        one = _aspect(reading, row)
        if one is None:
            continue
        key = row["aspect"]
        found.append(
            {"aspect": key, "names": names.get(key, {}), "texts": row["n"], "customers": row["customers"]}
            | one
            | {
                "touchpoints": [
                    {"touchpoint": at["touchpoint"]} | held
                    for at in sorted(there.get(key, []), key=lambda at: (-at["n"], at["touchpoint"]))
                    if (held := _aspect(reading, at)) is not None
                ],
                "quotes": _chosen(quotes.get(key, [])),
            }
        )
    # What hardly differs from the rest is said once: counts belong to the whole company only.
    for one in found:
        for at in one["touchpoints"]:
            at.pop("unhappy_texts", None)
    return found


def _aspect(reading: Reading, row: Row) -> Row | None:
    polarity = _estimate(reading, row, "polarity")
    if polarity is None:
        return None
    return present(
        polarity=polarity,
        gap=rounded(row["gap"]),
        unhappy=_unhappy(reading, row),
        unhappy_texts=row["unhappy"] if row["unhappy_customers"] >= reading.threshold else None,
        change=reading.of(
            row["change"], row["change_low"], row["change_high"], row["change_n"],
            people=row["change_customers"],
        )
        if row["change"] is not None
        else None,
    )  # fmt: skip


def _unhappy(reading: Reading, row: Row) -> Row | None:
    """The share of the negative texts that blame it; it stands on all of them."""
    if row["unhappy_share"] is None or row["unhappy_customers"] < reading.threshold:
        return None
    return reading.of(
        row["unhappy_share"], row["unhappy_share_low"], row["unhappy_share_high"], row["unhappy_of"]
    )


def _quotes(reading: Reading) -> dict[str, list[Row]]:
    """Quotes by aspect, of touchpoints where enough customers speak of it; the most spoken of first."""
    least = max(TEXT_ANONYMITY, reading.threshold)
    found: dict[str, list[Row]] = {}
    rows = [row for row in reading.rows("word_quotes") if row["customers"] >= least]
    for row in sorted(rows, key=lambda row: (row["place"], -row["customers"], row["touchpoint"])):
        found.setdefault(row["aspect"], []).append(row)
    return found


def _chosen(rows: list[Row]) -> list[Row]:
    """One that blames and one that praises, where there are both."""
    sides = ([row for row in rows if row["bad"] is side][:1] for side in (True, False))
    return [
        {
            "touchpoint": row["touchpoint"], "language": row["language"], "text": row["text"],
            "spans": [[int(end) for end in span.split("-")] for span in row["spans"].split()],
            "polarity": rounded(row["polarity"]),
        }
        for side in sides
        for row in side
    ]  # fmt: skip


def _topics(reading: Reading) -> list[Row]:
    """The topics that are new; those of fewer customers than the threshold are in no table."""
    found = []
    for row in reading.rows("word_topics"):
        words = {language: said.split() for language, said in row["words"]}
        change = reading.of(row["change"], row["change_low"], row["change_high"], row["now"])
        if row["new"] and words and change is not None:
            found.append({"words": words, "now": row["now"], "before": row["before"], "change": change})
    return found[:TOPICS]


def _authenticity(reading: Reading) -> Row | None:
    """How many texts show each sign that they may be no customer's own; none is left out because of it."""
    rows = reading.rows("suspicion_counts")
    told = [row for row in rows if row["customers"] >= reading.threshold]
    reading.withheld += len(rows) - len(told)
    if not told:
        return None
    signs = [{"sign": row["kind"], "texts": row["texts"]} for row in told]
    return {"texts": told[0]["looked_at"], "signs": signs}


def _model(reading: Reading) -> Row | None:
    rows = reading.rows("text_model")
    if not rows:
        return None
    row: dict[str, Any] = rows[0]
    return present(
        kind=row["kind"],
        tier=row["tier"],
        texts=row["texts"],
        rated=row["rated"],
        corrected=row["corrected"],
        base=rounded(row["base_customers"]),
        own=rounded(row["head_customers"]),
        base_later=rounded(row["base_later"]),
        own_later=rounded(row["head_later"]),
        calibration_error=rounded(row["calibration_error"]),
    )


def _learned(reading: Reading, catalogue: Catalogue) -> list[Row]:
    """How each aspect that people labelled is found on texts left out, and whether that is in use."""
    names = {one.key: dict(one.names) for one in catalogue.aspects}
    found = []
    for row in reading.rows("aspect_model"):
        score = reading.of(row["f1"], row["f1_low"], row["f1_high"], row["spoken"])
        if score is not None:
            about = {"aspect": row["aspect"], "names": names.get(row["aspect"], {})}
            counts = {"texts": row["texts"], "spoken": row["spoken"], "used": row["kind"] == "labelled"}
            found.append(about | counts | present(score=score, base=rounded(row["base"])))
    return found
