"""What was understood of one verbatim: the value that every tier gives, however deep it looked.

Spans are characters of `Reading.text`, which is the verbatim after cleaning and masking,
so a span can be shown to anyone who may see readings. No emotion is a fact here: emotions
and sentiments are probabilities, and `model` says who gave them.
"""

from dataclasses import dataclass, field

LANGUAGES = ("pt", "es", "it", "en")
#: The language of a text of pictures alone.
UNDETERMINED = "und"

NEGATIVE, NEUTRAL, MIXED, POSITIVE = "negative", "neutral", "mixed", "positive"
#: In this order wherever sentiments are columns.
SENTIMENTS = (NEGATIVE, NEUTRAL, MIXED, POSITIVE)

#: In this order wherever emotions are columns.
EMOTIONS = ("joy", "trust", "fear", "surprise", "sadness", "disgust", "anger")

#: What customers speak of. `place` is the space (cleanliness, comfort, noise); `usability` is
#: ease of use and navigation.
ASPECTS = (
    "staff", "waiting", "price", "quality", "place", "usability", "information", "delivery",
    "aftersale", "resolution", "availability", "safety",
)  # fmt: skip

#: Words that mark something beyond liking: each is a span with a value where one is meant.
MARKS = ("person", "effort", "leave", "recommend", "expectation", "competitor")

#: What became of a text: `read`; or why there is no sentiment in it.
READ, EMPTY, WORDLESS, UNKNOWN_LANGUAGE = "read", "empty", "wordless", "unknown_language"
OUTCOMES = (READ, EMPTY, WORDLESS, UNKNOWN_LANGUAGE)


@dataclass(frozen=True, slots=True)
class Span:
    """Characters [start, end) of a reading's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Language:
    """The language of a text: `code` is one of LANGUAGES, "other" or "und" (pictures alone).

    `confidence` is 0–1. `variant` is pt-PT or pt-BR (or es-419…) where the words say so, else None.
    `mixed` is true where parts of the text are in another of the languages.
    """

    code: str
    confidence: float
    variant: str | None = None
    mixed: bool = False


@dataclass(frozen=True, slots=True)
class Aspect:
    """One aspect a text speaks of: which, how (−1…1), how sure it is present, and the words that say so."""

    aspect: str
    polarity: float
    confidence: float
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A span that marks effort, leaving, recommending, expecting, comparing or a person; see MARKS.

    `value` is −1, 0 or 1 for `recommend` and `expectation` (less than, as, more than
    expected), else None.
    """

    mark: str
    span: Span
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Mask:
    """A masked identifier: its kind (`email`, `phone`, `name`, `cpf`…), and where its placeholder stands."""

    kind: str
    span: Span


@dataclass(frozen=True, slots=True)
class Reading:
    """One verbatim, read.

    `polarity` −1…1, `intensity` 0…1 (how strongly, whichever way), `probabilities` in the
    order of SENTIMENTS and adding up to one, `emotions` in the order of EMOTIONS and each
    for itself. `words` are the spans that carried the sentiment. `model` names the tier
    and version that gave it, such as "lexicon-1", "use-1", "e5-1", "company-1".
    """

    text: str
    language: Language
    outcome: str
    sentiment: str | None
    polarity: float
    intensity: float
    probabilities: tuple[float, ...]
    emotions: tuple[float, ...]
    model: str
    aspects: tuple[Aspect, ...] = ()
    marks: tuple[Mark, ...] = ()
    masks: tuple[Mask, ...] = ()
    words: tuple[Span, ...] = field(default=())
