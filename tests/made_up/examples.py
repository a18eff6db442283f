"""How many examples Hypothesis tries: those of a test, ten times as many under the profile `fuzz`."""

from typing import Any

from hypothesis import settings

#: What Hypothesis tries where nobody says otherwise; profiles that try more say so as a multiple of it.
USUAL = 100


def examples(number: int, **more: Any) -> settings:
    """Settings for one test that tries `number` examples, or as many times that as the profile says."""
    return settings(max_examples=number * settings.default.max_examples // USUAL, **more)
