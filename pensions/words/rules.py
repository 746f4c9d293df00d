"""What the rules say, in the reader's language: sentences, data texts, parameters, units.

The rules themselves know no language but English (``pensions/legislation/sentences.py``). A page, a document, the API
and the commands pass what they show through here.
"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common import formatting
from pensions.legislation.sentences import Code, Country, Measure, Sentence, Text, shown
from pensions.legislation.texts import parameter_title
from pensions.totalisation.arithmetic import Stage

LAW_UNITS = {
    "percent": gettext_lazy("percent"),
    "percent of pay": gettext_lazy("percent of pay"),
    "share of wage": gettext_lazy("share of the wage"),
    "points": gettext_lazy("points"),
    "years": gettext_lazy("years"),
    "AMD/month": gettext_lazy("drams a month"),
    "AMD/year of stage": gettext_lazy("drams for a year of insurance"),
    "KGS/month": gettext_lazy("soms a month"),
    "KZT/month": gettext_lazy("tenge a month"),
    "KZT": gettext_lazy("tenge"),
    "RUB/month": gettext_lazy("roubles a month"),
    "RUB/point": gettext_lazy("roubles for a point"),
    "RUB/year": gettext_lazy("roubles a year"),
    "full months after in_force, on the territory of the state whose law is applied": gettext_lazy(
        "full months since the agreement is in force, on the territory of the state whose law is applied"
    ),
}
STATE_PLACES = frozenset({"state", "states"})


def said(text: Any) -> str:
    """One text of the rules in the current language; other text as it is."""
    if isinstance(text, Sentence):
        facts = {name: _fact(name, fact) for name, fact in text.facts.items()}
        return _(text.template) % facts if facts else _(text.template)
    if isinstance(text, Text):
        return text.by_language.get(formatting.language_of(), str(text))
    return str(text)


def localised(document: Any) -> Any:
    """A document of plain values, every sentence in it in the current language."""
    if isinstance(document, Mapping):
        return {key: localised(value) for key, value in document.items()}
    if isinstance(document, list | tuple):
        return [localised(item) for item in document]
    return said(document) if isinstance(document, Sentence | Text) else document


def unit_name(unit: str | None) -> str:
    """A unit of the law alone, as the head of a column would have it."""
    return str(LAW_UNITS.get(unit or "", unit or ""))


def title(parameter_id: str) -> str:
    """What a parameter is called, with its state: "Kazakhstan: subsistence minimum"."""
    state = parameter_id.partition(".")[0]
    name = said(parameter_title(parameter_id))
    return f"{formatting.country_name(state)}: {name}" if state != "EAEU" else name


def _fact(place: str, fact: Any) -> str:
    """A fact as it is written for people."""
    if isinstance(fact, Sentence | Text):
        return said(fact)
    if isinstance(fact, Country):
        return formatting.country_name(fact.code)
    if isinstance(fact, Stage):
        return formatting.duration(fact.years, fact.months, fact.days)
    if isinstance(fact, Measure):
        return _measure(fact)
    if isinstance(fact, dt.date):
        return formatting.date_short(fact)
    if isinstance(fact, Decimal):
        return formatting.number(fact)
    if isinstance(fact, Code):
        return str(fact)
    if isinstance(fact, str):
        return _name(place, fact)
    if isinstance(fact, list | tuple | set | frozenset):
        return ", ".join(_fact(place, one) for one in fact)
    return shown(fact)


def _name(place: str, text: str) -> str:
    if place == "parameter" and "." in text:
        return title(text)
    if place in STATE_PLACES and len(text) == 2:
        return formatting.country_name(text)
    return text


def _measure(fact: Measure) -> str:
    number, unit = fact.number, fact.unit
    if unit in _COUNTED:
        return _COUNTED[unit](number)
    text = formatting.number(number) if isinstance(number, Decimal) else shown(number)
    return f"{text} {unit_name(unit)}".rstrip()


def _form(number: Any) -> int:
    """The count that chooses the form of the word; a number that is not whole takes that of many."""
    exact = Fraction(number)
    return int(exact) if exact.denominator == 1 else 5


def _with(number: Any, words: str) -> str:
    return words % {"count": formatting.number(number) if isinstance(number, Decimal) else shown(number)}


_COUNTED = {
    "years": lambda n: _with(n, ngettext("%(count)s year", "%(count)s years", _form(n))),
    "quarters": lambda n: _with(n, ngettext("%(count)s quarter", "%(count)s quarters", _form(n))),
    "months": lambda n: _with(n, ngettext("%(count)s month", "%(count)s months", _form(n))),
    "weeks": lambda n: _with(n, ngettext("%(count)s week", "%(count)s weeks", _form(n))),
    "days": lambda n: _with(n, ngettext("%(count)s day", "%(count)s days", _form(n))),
    "hours": lambda n: _with(n, ngettext("%(count)s hour", "%(count)s hours", _form(n))),
}
