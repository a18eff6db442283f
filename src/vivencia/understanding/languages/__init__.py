"""Which language a text is in, how surely, and which variant of it."""

from collections.abc import Sequence

from vivencia.understanding.reading import Language


def detect(texts: Sequence[str], known: Sequence[str | None] | None = None) -> list[Language]:
    """The language of each text."""
    import eldc

    eldc.init()
    eldc.set_languages(["en", "es", "it", "pt"])
    return [
        Language(hint, 1.0) if hint else Language(eldc.detect(text) or "other", 0.9)
        for text, hint in zip(texts, known or [None] * len(texts), strict=True)
    ]
