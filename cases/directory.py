"""What visitors see of the partners: those who want to be found, by country, trouble and language."""

import datetime as dt
from dataclasses import dataclass

from common import formatting

from .enums import CaseType, ServiceKind
from .models import Partner

STALE = dt.timedelta(days=180)


@dataclass(frozen=True)
class Listed:
    partner: Partner
    services: str
    languages: str
    confirmed: str
    is_stale: bool


def listed(*, now: dt.datetime, country: str = "", type: str = "", language: str = "") -> list[Listed]:
    """Public entries, the freshest first. One that names no kinds of case or languages is not left out for that."""
    found = Partner.everything.filter(is_public=True, organisation__is_active=True)
    if country:
        found = found.filter(organisation__state=country)
    return [
        Listed(
            partner=one,
            services=formatting.join_list(labels(ServiceKind, one.services)),
            languages=formatting.join_list([formatting.language_name(code) for code in one.languages]),
            confirmed=formatting.date_long(one.confirmed_at.date()),
            is_stale=one.confirmed_at < now - STALE,
        )
        for one in found.select_related("organisation").order_by("-confirmed_at")
        if _fits(type, one.case_types) and _fits(language, one.languages)
    ]


def _fits(wanted: str, offered: list[str]) -> bool:
    return not wanted or not offered or wanted in offered


def labels(kinds: type[ServiceKind] | type[CaseType], codes: list[str]) -> list[str]:
    return [str(kinds(code).label) for code in codes if code in kinds.values]
