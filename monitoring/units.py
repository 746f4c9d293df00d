"""Units and frequencies in words; formulas and files keep the codes."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

UNITS = {
    "percent": _("per cent"),
    "persons": _("persons"),
    "cases": pgettext_lazy("unit", "cases"),
    "months": _("months"),
    "days": _("days"),
    "minutes": _("minutes"),
    "certificates": _("employment certificates"),
    "referrals": pgettext_lazy("unit", "referrals"),
    "measures": pgettext_lazy("unit", "measures"),
    "documents": pgettext_lazy("unit", "documents"),
    "decisions": pgettext_lazy("unit", "decisions"),
    "comments": pgettext_lazy("unit", "comments"),
    "families": _("families"),
    "jobs": _("workplaces"),
    "projects": _("projects"),
    "findings": pgettext_lazy("unit", "findings"),
    "countries": _("countries"),
    "agreements": _("agreements"),
    "acts": _("legal acts"),
    "rounds": _("rounds of talks"),
    "laboratories": _("laboratories"),
    "episodes": _("episodes"),
    "consignments": _("consignments"),
    "ratio": _("ratio"),
    "per 100": _("per 100"),
    "per 1000": _("per 1000"),
    "score 1-7": _("score from 1 to 7"),
    "KGS": _("som"),
    "RUB": _("roubles"),
    "USD": _("US dollars"),
    "million USD": _("million US dollars"),
    "KGS/RUB": _("som for a rouble"),
    "USD/persons": _("US dollars a person"),
    "KGS/persons": _("som a person"),
}
FREQUENCIES = {
    "A": _("yearly"),
    "S": _("half-yearly"),
    "Q": _("quarterly"),
    "M": _("monthly"),
}


def unit_name(code: str) -> str:
    return str(UNITS.get(code, code))


def frequency_name(code: str) -> str:
    return str(FREQUENCIES.get(code, code))
