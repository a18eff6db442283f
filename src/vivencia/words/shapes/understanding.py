"""What the understanding room gives: one reading a verbatim, its aspects and marks, and what they add up to."""

from vivencia.words.tables import Column, TableShape

#: How deep the words are read: lists alone; with an embedding; deeper for the least sure; deeper for all.
DEPTHS = ("rules", "default", "cascade", "deep")
#: The same, or as deep as the number of texts allows: with an embedding for the texts that need it most.
TIERS = ("auto", *DEPTHS)
#: Column of `readings` for each emotion, in the order of the readings' emotions.
EMOTIONS = ("joy", "trust", "fear", "surprise", "sadness", "disgust", "anger")
#: Signs that a text may be no customer's own.
SIGNS = ("copy", "burst", "against_stars")
#: Column of `readings` for each sentiment's probability.
PROBABILITIES = ("p_negative", "p_neutral", "p_mixed", "p_positive")

CORRECTIONS = TableShape(
    "corrections",
    "Readings that somebody corrected, from corrections.csv of the workspace.",
    (
        Column("source", "text", "source of the signal; null where the text is named instead"),
        Column("id", "text", "id of the signal within its source"),
        Column("text", "text", "the text itself, as customers wrote it"),
        Column("label", "text", "negative, neutral, mixed or positive; null where only aspects are given"),
        Column(
            "aspects", "text", "all it speaks of, such as staff-,price+; none for nothing; null if not said"
        ),
    ),
)

TEXTS = TableShape(
    "texts",
    "Signals with the customer's own words, before they are read; kept only while they are read.",
    (
        Column("customer", "text", "the person, links applied", required=True),
        Column("at", "time", "when it was said", "UTC", required=True),
        Column("source", "text", "which connector or system", required=True),
        Column("id", "text", "unique within the source", required=True),
        Column("touchpoint", "text", "catalogue key", required=True),
        Column("stage", "text", "stage of the journey", required=True),
        Column("lang", "text", "language where the signal names one"),
        Column("text", "text", "the words", required=True),
        Column("ratings", "numbers", "raw answers given with the words"),
    ),
    key=("source", "id"),
    order=("customer", "at", "source", "id"),
)

LABELLED_TEXTS = TableShape(
    "labelled_texts",
    "Texts whose aspects people labelled; kept only while they are learned from.",
    (
        Column("customer", "text", "the person; empty for a text that is no signal", required=True),
        Column("text", "text", "the words", required=True),
        Column("lang", "text", "language where the signal names one, else empty", required=True),
        Column("aspects", "text", "what it speaks of", required=True),
    ),
    key=("customer", "text"),
    order=("customer", "text"),
)

READINGS = TableShape(
    "readings",
    "One verbatim, read: language, sentiment and emotions as probabilities, with identifiers masked.",
    (
        Column("customer", "text", "the person, links applied", required=True),
        Column("at", "time", "when it was said", "UTC", required=True),
        Column("source", "text", "which connector or system", required=True),
        Column("id", "text", "unique within the source", required=True),
        Column("touchpoint", "text", "catalogue key", required=True),
        Column("stage", "text", "stage of the journey", required=True),
        Column("language", "text", "pt, es, it, en; other; und where only pictures speak", required=True),
        Column("confidence", "float", "of the language", "0–1", required=True),
        Column("variant", "text", "pt-PT, pt-BR…, where the words say so"),
        Column("mixed_language", "bool", "whether parts are in another of the languages", required=True),
        Column("outcome", "text", "read, empty, wordless or unknown_language", required=True),
        Column("sentiment", "text", "negative, neutral, mixed or positive; null where it was not read"),
        Column("polarity", "float", "how it likes", "−1…1", required=True),
        Column("intensity", "float", "how strongly, whichever way", "0–1", required=True),
        Column("p_negative", "float", "probability of negative", "0–1", required=True),
        Column("p_neutral", "float", "probability of neutral", "0–1", required=True),
        Column("p_mixed", "float", "probability of mixed", "0–1", required=True),
        Column("p_positive", "float", "probability of positive", "0–1", required=True),
        *(
            Column(name, "float", f"probability that the words show {name}; no fact", "0–1", required=True)
            for name in EMOTIONS
        ),
        Column("text", "text", "the words, cleaned and masked; spans count its characters", required=True),
        Column("masked", "int", "identifiers masked in it", required=True),
        Column("rated", "bool", "whether the signal carries a rating of its own", required=True),
        Column("model", "text", "which tiers gave the reading", required=True),
    ),
    key=("source", "id"),
    order=("customer", "at", "source", "id"),
)

READER = TableShape(
    "reader",
    "How deep the words are read, by how many texts there are; kept only while they are read.",
    (
        Column("texts", "int", "texts there are", required=True),
        Column("share", "float", "share of them that is read as deep as the tier says", "0–1", required=True),
        Column("reader", "text", "fingerprint of all that a reading depends on but its text", required=True),
    ),
)

READ_BY = TableShape(
    "read_by",
    "Which reader read which text, so that the next analysis reads only what is new.",
    (
        Column("source", "text", "which connector or system", required=True),
        Column("id", "text", "unique within the source", required=True),
        Column("reader", "text", "fingerprint of all that a reading depends on but its text", required=True),
        Column("mark", "text", "length of the text and sixteen bits of a hash of it", required=True),
    ),
    key=("source", "id"),
    order=("source", "id"),
)

READING_ASPECTS = TableShape(
    "reading_aspects",
    "What a verbatim speaks of, and how: one row an aspect.",
    (
        Column("customer", "text", "the person, links applied", required=True),
        Column("at", "time", "when it was said", "UTC", required=True),
        Column("source", "text", "which connector or system", required=True),
        Column("id", "text", "unique within the source", required=True),
        Column("touchpoint", "text", "catalogue key", required=True),
        Column("aspect", "text", "one of the aspects, or a company's own", required=True),
        Column("polarity", "float", "how it is spoken of", "−1…1", required=True),
        Column("confidence", "float", "that it is spoken of", "0–1", required=True),
        Column("start", "int", "first character of the first span"),
        Column("end", "int", "after its last character"),
        Column("spans", "text", "every span, as start-end, parted by blanks", required=True),
    ),
    key=("source", "id", "aspect"),
    order=("customer", "at", "source", "id", "aspect"),
)

READING_MARKS = TableShape(
    "reading_marks",
    "Spans of effort, leaving, recommending, expecting, comparing, and of a person.",
    (
        Column("customer", "text", "the person, links applied", required=True),
        Column("at", "time", "when it was said", "UTC", required=True),
        Column("source", "text", "which connector or system", required=True),
        Column("id", "text", "unique within the source", required=True),
        Column("touchpoint", "text", "catalogue key", required=True),
        Column("mark", "text", "person, effort, leave, recommend, expectation or competitor", required=True),
        Column("value", "float", "−1, 0 or 1 for recommend and expectation"),
        Column("start", "int", "first character", required=True),
        Column("end", "int", "after the last character", required=True),
    ),
    key=("source", "id", "mark", "start"),
    order=("customer", "at", "source", "id", "mark", "start"),
)

#: What the analysis before read, by the table it is of; empty where there was none.
BEFORE = {
    shape.name: TableShape(f"{shape.name}_before", shape.meaning, shape.columns)
    for shape in (READINGS, READING_ASPECTS, READING_MARKS, READ_BY)
}

TEXT_MODEL = TableShape(
    "text_model",
    "What was learned from the company's own words, how it did on words it had not seen, and the head itself.",
    (
        Column("kind", "text", "shipped, adapted (without ratings) or rated (from ratings)", required=True),
        Column("tier", "text", "rules, default, cascade or deep", required=True),
        Column(
            "embedder",
            "text",
            "the embedding it was learned on, with its version; empty without one",
            required=True,
        ),
        Column("texts", "int", "texts looked at", required=True),
        Column("rated", "int", "of them with a rating that says liked or not", required=True),
        Column("corrected", "int", "of them corrected by hand", required=True),
        Column(
            "base_customers", "float", "macro-F1 of the shipped tiers on customers not learned from", "0–1"
        ),
        Column("adapted_customers", "float", "the same, adapted to these texts without a label", "0–1"),
        Column("head_customers", "float", "macro-F1 of what was learned from ratings on them", "0–1"),
        Column("base_later", "float", "macro-F1 of the shipped tiers on the latest texts", "0–1"),
        Column("adapted_later", "float", "the same, adapted to these texts without a label", "0–1"),
        Column("head_later", "float", "macro-F1 of the head learned from the earlier ones", "0–1"),
        Column("calibration_error", "float", "expected calibration error on the latest texts", "0–1"),
        Column("of_score", "float", "weight of the shipped score"),
        Column("of_head", "float", "weight of the head"),
        Column("bias", "float", "added to both"),
        Column("cut", "float", "log-odds from which on a text is said to like"),
        Column("head_bias", "float", "bias of the head itself"),
        Column("columns", "list_float", "columns of the head that are not nought", required=True),
        Column("weights", "list_float", "their weights", required=True),
    ),
    key=("kind",),
    order=("kind",),
)

ASPECT_MODEL = TableShape(
    "aspect_model",
    "How each aspect that people labelled is found on texts left out, and the head it is found by.",
    (
        Column("aspect", "text", "one of the aspects, or a company's own", required=True),
        Column("kind", "text", "shipped, or labelled: found by what the labels taught", required=True),
        Column(
            "embedder",
            "text",
            "the embedding it was learned on, with its version; empty without one",
            required=True,
        ),
        Column("texts", "int", "labelled texts", required=True),
        Column("spoken", "int", "of them those that speak of it", required=True),
        Column("base", "float", "F1 without labels; null where nothing knew the aspect", "0–1"),
        Column("f1", "float", "F1 of what the labels taught, on texts left out", "0–1", required=True),
        Column("f1_low", "float", "95 % (bootstrap)", "0–1", required=True),
        Column("f1_high", "float", "95 % (bootstrap)", "0–1", required=True),
        Column("cut", "float", "log-odds from which on it is said"),
        Column("slope", "float", "weight of what the head says in the log-odds"),
        Column("level", "float", "added to it"),
        Column("columns", "list_float", "columns of the head that are not nought", required=True),
        Column("weights", "list_float", "their weights", required=True),
    ),
    key=("aspect",),
    order=("aspect",),
)

ASPECT_MEMORY = TableShape(
    "aspect_memory",
    "The embeddings of labelled texts that new ones are compared with; empty where no head was kept.",
    (
        Column("kind", "text", "origin, turn, whole (a text) or part (of a text)", required=True),
        Column("place", "int", "from 0 on within its kind", required=True),
        Column("of", "int", "the text a part belongs to"),
        Column("values", "list_float", "the numbers", required=True),
        Column(
            "votes", "list_float", "what it adds to each labelled aspect, in order of name", required=True
        ),
    ),
    key=("kind", "place"),
    order=("kind", "place"),
)

WORD_ASPECTS = TableShape(
    "word_aspects",
    "How customers speak of an aspect at a touchpoint, and of each aspect at all (empty touchpoint).",
    (
        Column("touchpoint", "text", "catalogue key; empty for all", required=True),
        Column("aspect", "text", "one of the aspects, or a company's own", required=True),
        Column("n", "int", "texts that speak of it", required=True),
        Column("customers", "int", "their customers", required=True),
        Column("polarity", "float", "mean polarity", "−1…1", required=True),
        Column("polarity_low", "float", "95 %, clustered by customer"),
        Column("polarity_high", "float", "95 %, clustered by customer"),
        Column("gap", "float", "mean polarity beside that of all aspects there", "−2…2"),
        Column("unhappy", "int", "negative texts that speak of it badly", required=True),
        Column("unhappy_customers", "int", "their customers", required=True),
        Column("unhappy_of", "int", "negative texts there", required=True),
        Column("unhappy_share", "float", "share of the negative texts that speak of it badly", "0–1"),
        Column("unhappy_share_low", "float", "95 % (Wilson)", "0–1"),
        Column("unhappy_share_high", "float", "95 % (Wilson)", "0–1"),
        Column("change", "float", "mean polarity of the last 90 days less that of the 90 before", "−2…2"),
        Column("change_low", "float", "95 %"),
        Column("change_high", "float", "95 %"),
        Column("change_n", "int", "texts in the smaller of the two periods", required=True),
        Column("change_customers", "int", "customers in the smaller of the two periods", required=True),
    ),
    key=("touchpoint", "aspect"),
    order=("touchpoint", "aspect"),
)

WORD_MEASURES = TableShape(
    "word_measures",
    "Shares and means over the read texts of a touchpoint, and of all (empty touchpoint).",
    (
        Column("touchpoint", "text", "catalogue key; empty for all", required=True),
        Column("measure", "text", "polarity; a sentiment; emotion_<name>; mark_<name>", required=True),
        Column("n", "int", "texts", required=True),
        Column("customers", "int", "customers", required=True),
        Column("cases", "int", "texts that have it; null for a mean"),
        Column("value", "float", "mean, or share of the texts", required=True),
        Column("low", "float", "95 %, clustered by customer"),
        Column("high", "float", "95 %, clustered by customer"),
    ),
    key=("touchpoint", "measure"),
    order=("touchpoint", "measure"),
)

WORD_QUOTES = TableShape(
    "word_quotes",
    "A few short masked quotes for each aspect at a touchpoint, one a customer.",
    (
        Column("touchpoint", "text", "catalogue key", required=True),
        Column("aspect", "text", "what it speaks of", required=True),
        Column("bad", "bool", "whether it blames", required=True),
        Column(
            "place",
            "int",
            "1 is the first to show of those that blame, and of those that do not",
            required=True,
        ),
        Column("language", "text", "language of the quote", required=True),
        Column("text", "text", "the words, cleaned and masked", required=True),
        Column(
            "spans",
            "text",
            "the words that speak of the aspect, as start-end, parted by blanks",
            required=True,
        ),
        Column("polarity", "float", "how the aspect is spoken of", "−1…1", required=True),
        Column("customers", "int", "customers who speak of the aspect there", required=True),
    ),
    key=("touchpoint", "aspect", "bad", "place"),
    order=("touchpoint", "aspect", "bad", "place"),
)

WORD_TOPICS = TableShape(
    "word_topics",
    "Groups of texts that mean the same, in a sample of the last 90 days and the 270 before; the grown ones first.",
    (
        Column("rank", "int", "1 has grown most surely", required=True),
        Column("words", "texts", "the words that name it, by language, parted by blanks", required=True),
        Column("now", "int", "its texts of the last 90 days, in the sample", required=True),
        Column("before", "int", "its texts of the 270 days before, in the sample", required=True),
        Column("share_now", "float", "share of the texts of the last 90 days", "0–1", required=True),
        Column("share_before", "float", "share of those before", "0–1", required=True),
        Column("change", "float", "share now less share before", "−1…1", required=True),
        Column("change_low", "float", "95 % (Newcombe)", required=True),
        Column("change_high", "float", "95 % (Newcombe)", required=True),
        Column(
            "q", "float", "p adjusted for looking at all groups (Benjamini & Hochberg)", "0–1", required=True
        ),
        Column("new", "bool", "whether it has grown at a false discovery rate of 5 %", required=True),
    ),
    key=("rank",),
    order=("rank",),
)

SUSPICIONS = TableShape(
    "suspicions",
    "Signs among the newest 20,000 texts that one may be no customer's own: for people to look at, never to delete by.",
    (
        Column("customer", "text", "the person, links applied", required=True),
        Column("at", "time", "when it was said", "UTC", required=True),
        Column("source", "text", "which connector or system", required=True),
        Column("id", "text", "unique within the source", required=True),
        Column("kind", "text", "copy, burst or against_stars", required=True),
        Column(
            "score",
            "float",
            "resemblance; share of the day's texts beyond those expected; how far words and rating contradict",
            "0–1",
            required=True,
        ),
        Column(
            "compared_with",
            "text",
            "the other text as source/id; the day; or the mean of the ratings beside it on 0–10",
            required=True,
        ),
    ),
    key=("source", "id", "kind"),
    order=("kind", "at", "source", "id"),
)

SUSPICION_COUNTS = TableShape(
    "suspicion_counts",
    "How many texts show each sign.",
    (
        Column("kind", "text", "copy, burst or against_stars", required=True),
        Column("texts", "int", "texts that show it", required=True),
        Column("customers", "int", "their customers", required=True),
        Column("looked_at", "int", "texts looked at", required=True),
    ),
    key=("kind",),
    order=("kind",),
)
