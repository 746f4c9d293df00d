"""How long the words of a case are kept after it has ended, by its kind. Pure.

No law at hand names a term for case files of non-governmental organisations: these are the house's own, as long as a
claim of this kind can still be enforced or appealed. An organisation may choose others; a supervisor may keep a case
longer, with a reason.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

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
# An organisation may choose other years for its own cases, within these bounds (ours as well, for the same reason).
LEAST_YEARS, MOST_YEARS = 1, 25
# Changed years count after this time, so that supervisors can still keep what would be erased.
NOTICE = dt.timedelta(days=30)
DECLINED_REQUEST = dt.timedelta(days=365)
DRAFT = dt.timedelta(days=7)


def years_before(moment: dt.datetime, years: int) -> dt.datetime:
    try:
        return moment.replace(year=moment.year - years)
    except ValueError:  # 29 February
        return moment.replace(year=moment.year - years, day=28)


def over(moment: dt.datetime, rules: Iterable[Any] = ()) -> Q:
    """Cases whose time is over at this moment, unless somebody keeps them longer.

    `rules`: what organisations chose (`organisation_id`, `type`, `keep_years`, `term_set_at`). In the time of notice
    after a change nothing of that kind is erased there.
    """
    chosen = [one for one in rules if one.term_set_at]
    ended = Q()
    for kind, years in YEARS.items():
        elsewhere = Q(organisation_id__in=[one.organisation_id for one in chosen if one.type == kind])
        ended |= Q(type=kind, closed_at__lte=years_before(moment, years)) & ~elsewhere
    for one in chosen:
        if one.term_set_at <= moment - NOTICE:
            before = years_before(moment, one.keep_years or YEARS[one.type])
            ended |= Q(organisation_id=one.organisation_id, type=one.type, closed_at__lte=before)
    kept = Q(keep_until__isnull=True) | Q(keep_until__lt=moment.date())
    return ended & kept & Q(erased_at__isnull=True)
