"""Competent institutions: which one a person acts for, which are connected to this system."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.enums import OrganisationKind, Role
from accounts.models import Membership, Organisation
from common import clock
from common.errors import Invalid, Refused

COMPETENT = (OrganisationKind.SOCIAL_FUND, OrganisationKind.MINISTRY)
OFFICIALS = (Role.REGISTRY_OFFICIAL, Role.REGISTRY_SUPERVISOR)


def competent(state: str = "") -> QuerySet[Organisation]:
    """Institutions that decide on pensions; the social fund of a state comes before its ministry."""
    found = Organisation.objects.filter(kind__in=COMPETENT, is_active=True)
    return (found.filter(state=state) if state else found).order_by("state", "-kind", "created_at")


def institution_of(state: str) -> Organisation:
    """The one that answers for a state; Invalid where none is in this system."""
    found = competent(state).first()
    if found is None:
        raise Invalid(
            "no_institution",
            _("No institution of this state is in the system."),
            way_out=_("Ask the operator to enter it, even if it is not connected."),
        )
    return found


def acting_for(by: Any, action: str) -> Organisation:
    """The institution in whose name this person acts; Refused where there is none or more than one."""
    found = {
        m.organisation_id: m.organisation
        for who in access.grants(by, action).values()
        for m in who.memberships
        if m.organisation_id
    }
    if len(found) != 1:
        raise Refused("which_institution", _("Choose first for which of your institutions you work."))
    return next(iter(found.values()))


def is_connected(institution: Organisation) -> bool:
    """Does somebody there open requests in this system?"""
    return (
        Membership.objects.valid_on(clock.today())
        .filter(organisation=institution, role__in=OFFICIALS)
        .exists()
    )
