"""Many workers, one employer: cases made from one list; and the sign that others know this respondent too."""

import datetime as dt
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from accounts.models import Organisation
from cases.codes import code
from cases.enums import ContactChannel, RespondentKind
from cases.models import Case, GroupClaim, Respondent
from common.errors import Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.scoping import system
from common.service import service

from .intake import open_case
from .work import name_respondent

MOST = 200
# Who is warned of: those who hire and send people. Relatives and posts are named too alike, and are nobody's concern.
WARNED_OF = (RespondentKind.EMPLOYER, RespondentKind.AGENCY, RespondentKind.RECRUITER)
ORGANISATIONS, WITHIN = 3, dt.timedelta(days=92)


def read_people(text: str) -> list[tuple[str, str]]:
    """(name, contact) of each line `name; contact`; an Invalid names the line that cannot be read."""
    people: list[tuple[str, str]] = []
    for line, words in enumerate(text.splitlines(), 1):
        if not words.strip():
            continue
        name, _semicolon, contact = (part.strip() for part in words.partition(";"))
        if not name or ";" in contact or len(name) > 200 or len(contact) > 200:
            raise Invalid(
                "line_unreadable",
                _("Line %(line)s: write a name and, after a semicolon, a telephone or e-mail."),
                field="people",
                row=line,
                line=line,
            )
        if (name, contact) in people:
            raise Invalid(
                "line_twice",
                _("Line %(line)s: this person stands there twice."),
                field="people",
                row=line,
                line=line,
            )
        people.append((name, contact))
    if not 2 <= len(people) <= MOST:
        raise Invalid(
            "group_size", _("A group has between 2 and %(most)s people."), field="people", most=MOST
        )
    return people


@service
def open_group(
    *,
    by: Any,
    organisation: Organisation,
    type: str,
    country: str,
    language: str,
    kind: str,
    respondent: str,
    people: list[tuple[str, str]],
) -> GroupClaim:
    """A client, a case and the respondent for each; nobody is called before saying how it is safe."""
    require(by, "cases.case.open")
    if organisation.pk not in by.organisation_ids():
        raise Invalid("other_organisation", _("You do not work for this organisation."), field="organisation")
    group = GroupClaim.everything.create(organisation=organisation, number=code("G"), made_by=by)
    for name, contact in people:
        case = open_case(
            by=by,
            organisation=organisation,
            type=type,
            country=country,
            language=language,
            name=name,
            contact=contact,
            channel=ContactChannel.NONE,
        )
        Case.everything.filter(pk=case.pk).update(group=group)
        name_respondent(by=by, case=case, kind=kind, name=respondent)
    journal.record(
        by=by, verb=Verb.CREATED, obj=group, action="cases.case.open", details={"cases": len(people)}
    )
    return group


def known_to_others(case: Case, now: dt.datetime) -> list[Respondent]:
    """Respondents of the case of whom at least three organisations were told in the last quarter.

    Neither the organisations nor their clients are named, nor how many there are: only names' blind indexes meet.
    """
    own = list(case.respondents.filter(kind__in=WARNED_OF).select_related("key"))
    same = {"index__in": [one.index for one in own], "kind__in": WARNED_OF}
    with system("who else knows a respondent"):
        told = (
            Respondent.everything.filter(**same, case__opened_at__gte=now - WITHIN)
            .values("index")
            .annotate(organisations=Count("case__organisation", distinct=True))
            .filter(organisations__gte=ORGANISATIONS)
        )
        known = {row["index"] for row in told}
    return [one for one in own if one.index in known]
