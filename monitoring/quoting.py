"""Whether a passage of an interview can be shown without telling who spoke, and how its speaker is called."""

import re
from collections.abc import Collection

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.kyrgyz import fold

LEAST_EXPERTS = (
    3  # of one country, before the country is named; of the whole study, before anything is quoted
)
SHORTEST_NAME = 3
CONTACT = re.compile(r"[\w.+-]+@[\w-]+\.\w+|\+?\d[\d\s()-]{6,}\d|https?://\S+")
SPEAKERS = {
    "KG": gettext_lazy("from an interview with a Kyrgyz expert"),
    "RU": gettext_lazy("from an interview with a Russian expert"),
    "KZ": gettext_lazy("from an interview with a Kazakh expert"),
    "BY": gettext_lazy("from an interview with a Belarusian expert"),
    "AM": gettext_lazy("from an interview with an Armenian expert"),
}


def speaker(country: str) -> str:
    """“from an interview with a Russian expert”; without the country where it may not be told or has no word here."""
    return str(SPEAKERS.get(country) or _("from an interview with an expert"))


def shown_country(country: str, countries: Collection[str]) -> str:
    """The country that may be told, given the countries of all experts of the study; empty if too few come from it.

    What is left must not be told by subtraction either: if those of unnamed countries are fewer than the least,
    the smallest named country joins them.
    """
    counts = {each: list(countries).count(each) for each in set(countries)}
    named = {each for each, count in counts.items() if count >= LEAST_EXPERTS}
    rest = sum(count for each, count in counts.items() if each not in named)
    if 0 < rest < LEAST_EXPERTS and named:
        named.discard(min(named, key=lambda each: (counts[each], each)))
    return country if country in named else ""


def tells_who(text: str, names: Collection[str]) -> str | None:
    """What in the text tells a person: a contact, or part of the name of anyone interviewed; None if nothing does."""
    if found := CONTACT.search(text):
        return found[0]
    words = {fold(word): word for word in re.findall(r"\w+", text)}
    for name in names:
        for part in re.findall(r"\w+", name):
            folded = fold(part)
            if len(part) < SHORTEST_NAME:
                continue
            for word, written in words.items():
                # endings of cases follow a name: «Асановдун», «Асановым»
                if word == folded or (len(folded) > SHORTEST_NAME and word.startswith(folded)):
                    return written
    return None
