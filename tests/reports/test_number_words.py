"""Counts are written in figures in every language, since languages are held against each other by their figures."""

import re

import pytest
from django.utils import translation

from reports.sentences import LABELS, SENTENCES

COUNTS = (1, 2, 3, 5, 11, 21, 22, 25, 100)
NUMBER_WORDS = {
    "en": r"\b(two|three|four|five|six|seven|eight|nine|ten|twice|both|dozen|hundred)\b",
    "ru": r"\b(дв(а|е|ух|ум|умя|ое)|об(а|е|оих)|тр(и|ёх|ех|ое)|четыр(е|ёх|ех)|пят(ь|и)|шест(ь|и)|сем(ь|и)|"
    r"восем(ь|ью)|девят(ь|и)|десят(ь|и)|дважды|сот(ня|ни))\b",
    "ky": r"\b(эки(нин|ге|ни|ден|де)?|экөө|үч(түн|кө|тү|төн|тө)?|төрт|беш|алты|жети|сегиз|тогуз|он|жүз)\b",
}
PLACE = re.compile(r"%\((\w+)\)[sd]")


def forms(template) -> list[str]:
    return [str(template(count)) for count in COUNTS] if callable(template) else [str(template)]


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_no_sentence_writes_a_number_in_words(language):
    with translation.override(language):
        said = {code: forms(template) for code, template in SENTENCES.items()}
        said |= {f"label {code}": [str(label)] for code, label in LABELS.items()}
    found = {
        code: text
        for code, texts in said.items()
        for text in texts
        if re.search(NUMBER_WORDS[language], PLACE.sub("", text).lower())
    }
    assert not found


@pytest.mark.parametrize("code", [code for code, template in SENTENCES.items() if callable(template)])
def test_every_plural_form_names_its_figures(code):
    """A form that leaves a figure out ("the only comment") would differ from another language's."""
    places = {}
    for language in ("ky", "ru", "en"):
        with translation.override(language):
            for count, text in zip(COUNTS, forms(SENTENCES[code]), strict=True):
                places[language, count] = sorted(PLACE.findall(text))
    assert "count" in places["en", 1]
    assert len({tuple(one) for one in places.values()}) == 1, places


@pytest.mark.parametrize("code", [code for code, template in SENTENCES.items() if not callable(template)])
def test_every_language_fills_the_same_places(code):
    places = set()
    for language in ("ky", "ru", "en"):
        with translation.override(language):
            places.add(tuple(sorted(PLACE.findall(str(SENTENCES[code])))))
    assert len(places) == 1


def test_a_number_in_words_is_found():
    assert re.search(NUMBER_WORDS["ru"], "на двух этапах") and re.search(NUMBER_WORDS["ky"], "эки чара")
    assert not re.search(NUMBER_WORDS["ky"], "оң жагында")
