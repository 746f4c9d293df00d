"""How long the words of a case are kept after it has ended, by its kind. Pure.

No law at hand names a term for case files of non-governmental organisations: these are the house's own, as long as a
claim of this kind can still be enforced or appealed. A supervisor may keep a case longer, with a reason.
"""

import datetime as dt

from django.db.models import Q

from .enums import CaseType

YEARS: dict[str, int] = {
    CaseType.UNPAID_WAGES: 5,
    CaseType.DOCUMENTS: 3,
    CaseType.ENTRY_BAN: 10,
    CaseType.MEDICAL: 5,
    CaseType.FAMILY: 5,
    CaseType.HOSTILITY: 5,
    CaseType.SENIORITY: 10,
    CaseType.TRAFFICKING: 5,
    CaseType.DEATH: 5,
    CaseType.OTHER: 3,
}
DECLINED_REQUEST = dt.timedelta(days=365)
DRAFT = dt.timedelta(days=7)


def years_before(moment: dt.datetime, years: int) -> dt.datetime:
    try:
        return moment.replace(year=moment.year - years)
    except ValueError:  # 29 February
        return moment.replace(year=moment.year - years, day=28)


def over(moment: dt.datetime) -> Q:
    """Cases whose time is over at this moment, unless somebody keeps them longer."""
    ended = Q()
    for kind, years in YEARS.items():
        ended |= Q(type=kind, closed_at__lte=years_before(moment, years))
    kept = Q(keep_until__isnull=True) | Q(keep_until__lt=moment.date())
    return ended & kept & Q(erased_at__isnull=True)
