"""What the signals room takes and gives: signals, faults, links, the catalogue, and events.

`signals`, `faults` and `links` live in the store; the catalogue tables come from
`vivencia.toml`; `events` is the one sorted table that every later analysis reads.
"""

from vivencia.words.tables import Column, TableShape

SIGNALS = TableShape(
    "signals",
    "One record of one thing that happened or was said.",
    (
        Column("source", "text", "which connector or system", required=True),
        Column("id", "text", "unique within the source; (source, id) is the idempotency key", required=True),
        Column("at", "time", "when it happened", "UTC", required=True),
        Column("customer", "text", "pseudonymous key, or anon:<device or session>", required=True),
        Column("account", "text", "the B2B organisation"),
        Column("kind", "text", "one of the kinds of vivencia.words.signal", required=True),
        Column("touchpoint", "text", "a catalogue key; unknown keys are kept and reported", required=True),
        Column("place", "text", "store:porto-1, page:/cart"),
        Column("actor", "text", "pseudonymous employee or agent"),
        Column("department", "text", "department, where it differs from the touchpoint's owner"),
        Column("goal", "text", "what the customer came for"),
        Column("reached", "bool", "whether the goal was reached"),
        Column("measures", "numbers", "objective measures; the unit is in the name"),
        Column("ratings", "numbers", "raw answers by instrument"),
        Column("text", "text", "the customer's own words"),
        Column("lang", "text", "language of the text, BCP 47"),
        Column("value", "float", "money", "currency"),
        Column("currency", "text", "ISO 4217 code"),
        Column("properties", "texts", "anything else, kept"),
    ),
    key=("source", "id"),
)

FAULTS = TableShape(
    "faults",
    "Input records that could not be taken: kept, shown, replayable.",
    (
        Column("fault", "text", "stable key of this fault, derived from its content", required=True),
        Column("source", "text", "which connector or system", required=True),
        Column("file", "text", "the file it came from", required=True),
        Column("line", "int", "1-based line or record number in the file"),
        Column("field", "text", "the field at fault"),
        Column("code", "text", "one of the codes of vivencia.words.faults", required=True),
        Column("found", "text", "the value that was found"),
        Column("expected", "text", "what would have been right, as a value"),
        Column("mapping", "text", "the mapping that was in use"),
        Column(
            "signal", "text", "which [[signal]] of the mapping refused it; null when the whole record was"
        ),
        Column("record", "text", "the whole record, as JSON", required=True),
        Column("at", "time", "when it was refused", "UTC", required=True),
        Column("state", "text", "open, replayed or dismissed", required=True),
    ),
    key=("fault",),
)

LINKS = TableShape(
    "links",
    "Which anonymous or old customer key is which person; a link can be undone.",
    (
        Column("from_customer", "text", "the key that is replaced", required=True),
        Column("to_customer", "text", "the key that stands for the person", required=True),
        Column("at", "time", "when the link was made", "UTC", required=True),
        Column("undone", "time", "when the link was undone", "UTC"),
    ),
    key=("from_customer", "to_customer", "at"),
)

TOUCHPOINTS = TableShape(
    "touchpoints",
    "The catalogue: every kind of contact, from vivencia.toml and from the signals.",
    (
        Column("touchpoint", "text", "catalogue key", required=True),
        Column("stage", "text", "stage of the journey", required=True),
        Column("stage_order", "int", "position of the stage, from 0", required=True),
        Column("channel", "text", "web, app, store, phone …"),
        Column("environment", "text", "online or offline"),
        Column("contact", "text", "direct or indirect", required=True),
        Column("form", "text", "purchase, use, service; word_of_mouth, review, press, advertising"),
        Column("starts", "text", "customer, company or third_party"),
        Column("party", "text", "company or third_party: with whom the contact is"),
        Column("department", "text", "owner department"),
        Column("complaint", "bool", "whether a contact here is a complaint", required=True),
        Column("catalogued", "bool", "false where only the signals know it", required=True),
    ),
    key=("touchpoint",),
)

PROMISES = TableShape(
    "promises",
    "What was promised, as an objective threshold on a measure.",
    (
        Column("touchpoint", "text", "catalogue key", required=True),
        Column("measure", "text", "name of the measure, unit in the name", required=True),
        Column("operator", "text", "<=, <, >= or >", required=True),
        Column("threshold", "float", "in the unit of the measure", required=True),
    ),
    key=("touchpoint", "measure"),
)

INSTRUMENTS = TableShape(
    "instruments",
    "The scales customers answer on, and how each maps onto 0–10.",
    (
        Column("instrument", "text", "key used in ratings", required=True),
        Column(
            "family",
            "text",
            "nps, csat, ces, stars, percent, thumbs, smileys, polarity, kano or own",
            required=True,
        ),
        Column(
            "target",
            "text",
            "experience, relationship, expectation, adequate, desired, emotion, intention, functional or "
            "dysfunctional",
            required=True,
        ),
        Column("low", "float", "lowest raw value", required=True),
        Column("high", "float", "highest raw value", required=True),
        Column("slope", "float", "experience = intercept + slope × raw", "0–10 per raw", required=True),
        Column("intercept", "float", "experience = intercept + slope × raw", "0–10", required=True),
        Column("noise", "float", "extra standard deviation of this instrument", "0–10", required=True),
    ),
    key=("instrument",),
)

DESIGNS = TableShape(
    "designs",
    "The designed ways of vivencia.toml: one row a touchpoint that a step of a way allows.",
    (
        Column("design", "text", "key of the designed journey", required=True),
        Column("design_order", "int", "its position in vivencia.toml, from 1", required=True),
        Column("goal", "text", "the goal of the journeys it was designed for; null: of any"),
        Column("step", "int", "number of the step, from 1", required=True),
        Column("touchpoint", "text", "one of the touchpoints that make the step", required=True),
        Column("optional", "bool", "whether the step may be left out", required=True),
        Column("repeats", "bool", "whether it may be taken several times in a row", required=True),
    ),
    key=("design", "step", "touchpoint"),
    order=("design_order", "step", "touchpoint"),
)

PEOPLE = TableShape(
    "people",
    "Which person an old or anonymous key stands for: links followed to their end, undone ones left out.",
    (
        Column("customer", "text", "the key that is replaced", required=True),
        Column("person", "text", "the key that stands for the person", required=True),
    ),
    key=("customer",),
    order=("customer",),
)

UNCATALOGUED = TableShape(
    "uncatalogued",
    "Touchpoints that the signals name and the catalogue does not.",
    (
        Column("touchpoint", "text", "the key as it came", required=True),
        Column("signals", "int", "how many signals name it", required=True),
        Column("customers", "int", "by how many customers", required=True),
        Column("last", "time", "the newest of them", "UTC", required=True),
    ),
    key=("touchpoint",),
    order=("touchpoint",),
)

EVENTS = TableShape(
    "events",
    "Signals with the catalogue beside them, whole customers in order of time. Read by every analysis.",
    (
        Column("customer", "text", "the person, links applied", required=True),
        Column("at", "time", "when it happened", "UTC", required=True),
        Column("source", "text", "which connector or system", required=True),
        Column("id", "text", "unique within the source", required=True),
        Column("kind", "text", "kind of signal", required=True),
        Column("touchpoint", "text", "catalogue key", required=True),
        Column("stage", "text", "stage of the journey", required=True),
        Column("channel", "text", "channel"),
        Column("environment", "text", "online or offline"),
        Column("contact", "text", "direct or indirect", required=True),
        Column("form", "text", "purchase, use, service; word_of_mouth, review, press, advertising"),
        Column("place", "text", "the space in which it happened"),
        Column("department", "text", "the signal's own, else the touchpoint's owner"),
        Column("actor", "text", "pseudonymous employee or agent"),
        Column("account", "text", "the B2B organisation"),
        Column("segment", "text", "the customer's segment at that time"),
        Column("role", "text", "the customer's role in the account"),
        Column("country", "text", "the customer's country, where the signal states one"),
        Column("goal", "text", "what the customer came for"),
        Column("reached", "bool", "whether the goal was reached"),
        Column("outcome", "text", "how it ended, where the signal says so"),
        Column("measures", "numbers", "objective measures"),
        Column("ratings", "numbers", "raw answers by instrument"),
        Column("valence", "float", "of an indirect contact, where the signal gives it", "−1…1"),
        Column("value", "float", "money", "currency"),
        Column("polarity", "float", "of the words, where an opinion came without any rating", "−1…1"),
        Column("rated_polarity", "float", "of the words, where an opinion came beside a rating", "−1…1"),
    ),
    key=("source", "id"),
    order=("customer", "at", "source", "id"),
)
