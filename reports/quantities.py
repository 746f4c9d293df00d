"""Numbers with their unit as sentences say them: with the plural form, and for a change in the case of "rose by"."""

from collections.abc import Callable
from decimal import Decimal

from django.utils.translation import npgettext

from monitoring.units import unit_name

Form = Callable[[int], str]

NAMED: dict[str, Form] = {
    "persons": lambda n: npgettext("quantity", "%(count)s person", "%(count)s persons", n),
    "months": lambda n: npgettext("quantity", "%(count)s month", "%(count)s months", n),
    "cases": lambda n: npgettext("quantity", "%(count)s case", "%(count)s cases", n),
    "certificates": lambda n: npgettext("quantity", "%(count)s certificate", "%(count)s certificates", n),
    "measures": lambda n: npgettext("quantity", "%(count)s measure", "%(count)s measures", n),
    "decisions": lambda n: npgettext("quantity", "%(count)s decision", "%(count)s decisions", n),
    "RUB": lambda n: npgettext("quantity", "%(count)s rouble", "%(count)s roubles", n),
    "KGS": lambda n: npgettext("quantity", "%(count)s som", "%(count)s som", n),
    "USD": lambda n: npgettext("quantity", "%(count)s US dollar", "%(count)s US dollars", n),
    "million USD": lambda n: npgettext(
        "quantity", "%(count)s million US dollars", "%(count)s million US dollars", n
    ),
    "USD/persons": lambda n: npgettext(
        "quantity", "%(count)s US dollar per person", "%(count)s US dollars per person", n
    ),
    "KGS/RUB": lambda n: npgettext("quantity", "%(count)s som for a rouble", "%(count)s som for a rouble", n),
}
BY: dict[str, Form] = {
    "persons": lambda n: npgettext("by how much", "%(count)s person", "%(count)s persons", n),
    "months": lambda n: npgettext("by how much", "%(count)s month", "%(count)s months", n),
    "cases": lambda n: npgettext("by how much", "%(count)s case", "%(count)s cases", n),
    "certificates": lambda n: npgettext("by how much", "%(count)s certificate", "%(count)s certificates", n),
    "measures": lambda n: npgettext("by how much", "%(count)s measure", "%(count)s measures", n),
    "decisions": lambda n: npgettext("by how much", "%(count)s decision", "%(count)s decisions", n),
    "RUB": lambda n: npgettext("by how much", "%(count)s rouble", "%(count)s roubles", n),
    "KGS": lambda n: npgettext("by how much", "%(count)s som", "%(count)s som", n),
    "USD": lambda n: npgettext("by how much", "%(count)s US dollar", "%(count)s US dollars", n),
    "million USD": lambda n: npgettext(
        "by how much", "%(count)s million US dollars", "%(count)s million US dollars", n
    ),
    "USD/persons": lambda n: npgettext(
        "by how much", "%(count)s US dollar per person", "%(count)s US dollars per person", n
    ),
    "KGS/RUB": lambda n: npgettext(
        "by how much", "%(count)s som for a rouble", "%(count)s som for a rouble", n
    ),
    "percent": lambda n: npgettext(
        "by how much", "%(count)s percentage point", "%(count)s percentage points", n
    ),
}
PART = 2  # a number with a fraction is said like two: "1,5 рубля", "1.5 roubles"


def said(number: Decimal, unit: str, text: str) -> str:
    """`text`, the number as written, with its unit. Unit "by persons" is a change.

    A unit without forms of its own stands in brackets, where no language bends it.
    """
    forms, name = (BY, unit.removeprefix("by ")) if unit.startswith("by ") else (NAMED, unit)
    form = forms.get(name)
    if form is None:
        return f"{text}\u00a0({unit_name(name)})"
    whole = number == number.to_integral_value()
    return form(abs(int(number)) if whole else PART) % {"count": text}
