"""What pages, tables and the API say of the values of the law, in the current language."""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import formatting
from common.tables.columns import Column, Table
from pensions.legislation.parameters import Value
from pensions.legislation.questions import questions_of
from pensions.legislation.register import Listed
from pensions.legislation.sentences import why_word
from pensions.legislation.texts import data_text, parameter_title
from pensions.legislation.trace import plain
from pensions.words.rules import said, unit_name

STATES = ("KG", "AM", "BY", "KZ", "RU", "EAEU")
STATUS_WORDS = {
    "verified": gettext_lazy("confirmed by two lawyers"),
    "sourced": gettext_lazy("stands in the source"),
    "derived": gettext_lazy("computed from sourced values"),
    "unverified": gettext_lazy("not verified"),
    "conflict": gettext_lazy("sources disagree"),
    "missing": gettext_lazy("value not found"),
    "superseded": gettext_lazy("replaced"),
}
TONES = {
    "verified": "success",
    "sourced": "info",
    "derived": "info",
    "unverified": "warning",
    "conflict": "danger",
    "missing": "danger",
}
BORN = {"born_from": gettext_lazy("born from %(day)s"), "born_until": gettext_lazy("born to %(day)s")}
SEX = {"M": gettext_lazy("men"), "F": gettext_lazy("women")}


def state_name(state: str) -> str:
    return _("Agreement of the union") if state == "EAEU" else formatting.country_name(state)


def value_text(value: Any) -> str:
    """A value as it is written: numbers by the language, words translated, formulas as they stand."""
    if value is None:
        return formatting.MISSING
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Decimal):
        return formatting.number(value)
    if isinstance(value, dt.date):
        return formatting.date_short(value)
    if isinstance(value, Mapping):
        return "; ".join(value_text(one) for one in value.values())
    return said(data_text(str(value)))


def with_rivals(value: Value) -> str:
    """The value and, where sources disagree, the other values beside it."""
    return " | ".join([value_text(value.value), *(value_text(one) for one in value.row.alternatives)])


def where_text(where: Mapping[str, Any]) -> str:
    parts = []
    for name, one in where.items():
        if name in BORN:
            parts.append(BORN[name] % {"day": formatting.date_short(one)})
        elif name == "sex":
            parts.append(str(SEX.get(one, one)))
        else:
            parts.append(said(data_text(str(plain(one)))))
    return ", ".join(parts) or _("everyone")


def confidence_text(value: Value) -> str:
    """Why a value cannot be relied on, or that it can."""
    return ", ".join(said(why_word(code)) for code in value.taint)


def source_text(value: Value) -> str:
    return value.source_text or (_("from memory") if value.row.source == "memory" else value.row.source)


def status_text(one: Listed) -> str:
    doubts = confidence_text(one.value) if one.status == "unverified" else ""
    return f"{STATUS_WORDS[one.status]}: {doubts}" if doubts else str(STATUS_WORDS[one.status])


def columns() -> list[Any]:
    return [
        _("Parameter"),
        _("Applies to"),
        _("Value"),  # some are tables in words, which must wrap
        _("Unit"),
        _("In effect"),
        _("Known from"),
        _("Source"),
        _("Status"),
    ]


def row(one: Listed) -> list[Any]:
    """One line of the page's table."""
    value, law = one.value, one.value.row
    address = reverse("pensions:law_parameter", args=[one.parameter.id])
    source = {"value": source_text(value), "url": value.source_url or ""}
    return [
        {"value": said(parameter_title(one.parameter.id)), "url": address},
        where_text(law.where),
        with_rivals(value),
        unit_name(one.parameter.unit) or formatting.MISSING,
        effect_text(one),
        formatting.date_short(law.known_from) if law.known_from else formatting.MISSING,
        source,
        {"value": status_text(one), "tone": TONES.get(one.status, "neutral")},
    ]


def effect_text(one: Listed) -> str:
    law = one.value.row
    if law.effective_on and law.until_on:
        return formatting.date_range(law.effective_on, law.until_on)
    if law.effective_on:
        return _("from %(day)s") % {"day": formatting.date_short(law.effective_on)}
    if law.until_on:
        return _("to %(day)s") % {"day": formatting.date_short(law.until_on)}
    return _("always")


def export_table(values: Iterable[Listed]) -> Table:
    """The same values as a file: dates and figures as such, codes beside the words."""
    heads = [
        Column("code", _("Code")),
        Column("state", _("Country")),
        Column("title", _("Parameter")),
        Column("where", _("Applies to")),
        Column("value", _("Value")),
        Column("alternatives", _("Other values")),
        Column("unit", _("Unit")),
        Column("effective_on", _("In effect from"), "date"),
        Column("until_on", _("Last day of effect"), "date"),
        Column("known_from", _("Known from"), "date"),
        Column("source", _("Source")),
        Column("address", _("Address of the source")),
        Column("status", _("Status")),
        Column("note", _("Note")),
    ]
    return Table(heads, map(_export_row, values), title=_("Pension law in figures"))


def _export_row(one: Listed) -> list[Any]:
    value, law = one.value, one.value.row
    return [
        one.parameter.id,
        state_name(one.state),
        said(parameter_title(one.parameter.id)),
        where_text(law.where),
        value_text(value.value),
        "; ".join(map(value_text, law.alternatives)),
        unit_name(one.parameter.unit),
        law.effective_on,
        law.until_on,
        law.known_from,
        source_text(value),
        value.source_url,
        status_text(one),
        law.note,
    ]


def as_json(one: Listed) -> dict[str, Any]:
    """One value for the API: codes, exact digits, and the words of the caller's language."""
    return plain(
        {
            **one.value.as_dict(),
            "state": one.state,
            "title": said(parameter_title(one.parameter.id)),
            "where": dict(one.value.row.where),
            "status": one.status,
            "status_text": status_text(one),
            "in_effect": one.in_effect,
            "row": one.key,
        }
    )


def questions(state: str) -> list[str]:
    return [said(text) for text in questions_of(state)]
