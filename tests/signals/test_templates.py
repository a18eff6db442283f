"""Every template is a vivencia.toml that can be used at once, in each language, wholly translated."""

import csv
import re
import tomllib
from importlib.resources import files

import pytest

from vivencia.signals import parse_catalogue
from vivencia.signals.templates import TEMPLATES, write_template
from vivencia.words.catalogue import DEFAULT_STAGES, LANGUAGES
from vivencia.words.errors import ParameterError
from vivencia.words.signal import DURATION_SUFFIXES

EVERY = [(name, language) for name in TEMPLATES for language in LANGUAGES]


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_a_template_is_read_without_mistakes_and_covers_the_whole_journey(name, language) -> None:
    catalogue = parse_catalogue(tomllib.loads(write_template(name, language)))
    found = catalogue.touchpoints
    assert 15 <= len(found) <= 25
    assert {one.stage for one in found} == {stage.key for stage in catalogue.stages} == set(DEFAULT_STAGES)
    assert {one.contact for one in found} == {"direct", "indirect"}
    assert {"online", "offline"} <= {one.environment for one in found}
    assert {one.starts for one in found} == {"customer", "company", "third_party"}
    assert "third_party" in {one.party for one in found if one.contact == "direct"}
    assert sum(len(one.promises) for one in found) >= 5
    assert {one.department for one in found} == {one.key for one in catalogue.departments}
    for one in (*found, *catalogue.stages, *catalogue.departments):
        assert set(one.names) == set(LANGUAGES)
    assert catalogue.company.languages == (language,)


@pytest.mark.parametrize("name", TEMPLATES)
def test_only_the_comments_and_the_place_differ_between_languages(name) -> None:
    written = {language: write_template(name, language) for language in LANGUAGES}
    data = {
        language: [line for line in text.splitlines() if not line.startswith(("#", "zone", "languages"))]
        for language, text in written.items()
    }
    assert data["pt"] == data["es"] == data["it"] == data["en"]
    comments = {
        language: {line for line in text.splitlines() if re.match(r"# \w", line) and " = " not in line}
        for language, text in written.items()
    }
    for one in LANGUAGES:
        for other in LANGUAGES:
            if one != other:
                assert comments[one] & comments[other] <= {"# [[instruments]]"}


def test_no_word_is_missing_in_any_language() -> None:
    folder = files("vivencia.signals.templates")
    for file in sorted(one.name for one in folder.iterdir() if one.name.endswith(".csv")):
        rows = list(csv.DictReader(folder.joinpath(file).read_text().splitlines(), delimiter="|"))
        assert rows
        for row in rows:
            assert all(row[language] and row[language].strip() for language in LANGUAGES), (file, row)


def test_promised_measures_carry_their_unit_or_are_counts() -> None:
    counts = {
        "errors",
        "transfers",
        "declined",
        "out_of_service",
        "dropped_calls",
        "visits",
        "defects",
        "requests",
    }
    for name in TEMPLATES:
        catalogue = parse_catalogue(tomllib.loads(write_template(name, "en")))
        measures = {promise.measure for one in catalogue.touchpoints for promise in one.promises}
        assert {one for one in measures if not one.endswith(DURATION_SUFFIXES)} <= counts


@pytest.mark.parametrize(("name", "language"), [("bakery", "en"), ("retail", "fr")])
def test_another_name_or_language_is_refused_with_those_there_are(name, language) -> None:
    with pytest.raises(ParameterError) as caught:
        write_template(name, language)
    assert "retail" in caught.value.hint or "pt" in caught.value.hint
