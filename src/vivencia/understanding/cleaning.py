"""Text as it is read: one form, no markup, no control characters, no more than a reader could want."""


def clean(text: str) -> str:
    """The text to read."""
    return text
