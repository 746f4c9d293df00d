"""Roles are proposed by one person and given by another; ended by one, at once. Nobody does it for oneself."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.enums import OrganisationKind, ProposalState, Role
from accounts.models import Membership, Organisation, RoleProposal, User
from common import clock
from common.errors import Conflict, Invalid, Refused
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service

PROPOSE, CONFIRM = "accounts.role.propose", "accounts.role.confirm"
OFFICES = {OrganisationKind.MINISTRY, OrganisationKind.SOCIAL_FUND, OrganisationKind.LABOUR_OFFICE}
# Where a role can be held; those that are not named can be held anywhere.
HOMES = {
    Role.SYSTEM_ADMINISTRATOR: {OrganisationKind.OPERATOR},
    Role.REGISTRY_OFFICIAL: OFFICES,
    Role.REGISTRY_SUPERVISOR: OFFICES,
    Role.EMPLOYER_CLERK: {OrganisationKind.EMPLOYER},
    Role.CASE_WORKER: {OrganisationKind.NGO},
    Role.CASE_SUPERVISOR: {OrganisationKind.NGO},
}
# Roles that come with a registered worker or with nobody, never by proposal.
NOT_PROPOSED = {Role.WORKER, Role.PUBLIC}
CASE_ROLES = {Role.CASE_WORKER, Role.CASE_SUPERVISOR}
# What the head of an office proposes and gives in the own office; everything else is the administrators'.
OWN_ROLES = {
    Role.REGISTRY_SUPERVISOR: {Role.REGISTRY_OFFICIAL, Role.REGISTRY_SUPERVISOR},
    Role.CASE_SUPERVISOR: CASE_ROLES,
}


def may(user: Any, action: str, organisation: Organisation, role: str) -> bool:
    """May this person propose or give this role there?"""
    grants = access.grants(user, action)
    if access.Scope.ALL in grants:
        return True
    heads = [m for who in grants.values() for m in who.memberships if m.organisation_id == organisation.pk]
    return any(role in OWN_ROLES.get(Role(m.role), ()) for m in heads)


def choices(user: Any) -> list[tuple[str, Any]]:
    """Roles that this person may propose, somewhere."""
    if access.Scope.ALL in access.grants(user, PROPOSE):
        found = [role for role in Role if role not in NOT_PROPOSED]
    else:
        found = sorted({one for role in user.roles for one in OWN_ROLES.get(Role(role), ())}, key=str)
    return [(role.value, role.label) for role in found]


@service
def propose(
    *,
    by: User,
    user: User,
    organisation: Organisation,
    role: str,
    reason: str,
    until_on: dt.date | None = None,
) -> RoleProposal:
    """Puts a role forward for a second person to decide on."""
    access.require(by, PROPOSE)
    _fitting(organisation, role, until_on)
    if not may(by, PROPOSE, organisation, role):
        raise Refused()
    if user.pk == by.pk:
        raise Conflict("role_for_oneself", _("Nobody proposes a role for oneself."))
    if _holds(user, organisation, role):
        raise Conflict("role_held", _("The person has this role already."), field="role")
    try:
        with transaction.atomic():
            made = RoleProposal.everything.create(
                user=user,
                organisation=organisation,
                role=role,
                until_on=until_on,
                reason=reason,
                proposed_by=by,
            )
    except IntegrityError as error:
        raise Conflict("role_proposed", _("This role is proposed already."), field="role") from error
    journal.record(by=by, verb=Verb.CREATED, obj=made, action=PROPOSE, reason=reason)
    return made


def _fitting(organisation: Organisation, role: str, until_on: dt.date | None) -> None:
    if role in NOT_PROPOSED or organisation.kind not in HOMES.get(Role(role), set(OrganisationKind)):
        raise Invalid("role_elsewhere", _("This role does not exist in such an organisation."), field="role")
    if not organisation.is_active:
        raise Conflict("organisation_closed", _("The organisation is closed."), field="organisation")
    if until_on and until_on < clock.today():
        raise Invalid("until_past", _("The last day has passed already."), field="until_on")


def _holds(user: User, organisation: Organisation, role: str) -> bool:
    rows = Membership.objects.valid_on(clock.today())
    return rows.filter(user=user, organisation=organisation, role=role).exists()


@service
def confirm(*, by: User, proposal: RoleProposal) -> Membership:
    """The second pair of eyes: the role begins today."""
    proposal = _to_decide(by, proposal)
    _fitting(proposal.organisation, proposal.role, proposal.until_on)
    if not proposal.user.is_active:
        raise Conflict("account_closed", _("The account of this person is closed."))
    _decide(by, proposal, ProposalState.GIVEN)
    made = Membership.objects.create(
        user=proposal.user,
        organisation=proposal.organisation,
        role=proposal.role,
        from_on=clock.today(),
        until_on=proposal.until_on,
        granted_by=by,
    )
    journal.record(by=by, verb=Verb.DECIDED, obj=proposal, action=CONFIRM, reason="given")
    return made


@service
def decline(*, by: User, proposal: RoleProposal, reason: str) -> None:
    """The role is not given; the proposer may also take it back."""
    if by.pk == proposal.proposed_by_id:
        access.require(by, PROPOSE)
        proposal = _open(proposal)
        RoleProposal.everything.filter(pk=proposal.pk).update(
            state=ProposalState.WITHDRAWN, decided_at=clock.now()
        )
    else:
        _decide(by, _to_decide(by, proposal), ProposalState.DECLINED)
    journal.record(by=by, verb=Verb.DECIDED, obj=proposal, action=CONFIRM, reason=reason)


def _open(proposal: RoleProposal) -> RoleProposal:
    found = RoleProposal.everything.select_for_update(of=("self",)).get(pk=proposal.pk)
    if found.state != ProposalState.OPEN:
        raise Conflict("decided", _("This was decided already."))
    return found


def _to_decide(by: User, proposal: RoleProposal) -> RoleProposal:
    access.require(by, CONFIRM, proposal)
    proposal = _open(proposal)
    if by.pk in (proposal.proposed_by_id, proposal.user_id):
        raise Conflict(
            "two_people",
            _("A role is given by two people: another one than who proposed it or gets it has to decide."),
        )
    if not may(by, CONFIRM, proposal.organisation, proposal.role) or not _inside(by, proposal):
        raise Refused()
    return proposal


def _inside(by: User, proposal: RoleProposal) -> bool:
    """Who works on cases is decided within the organisation, as soon as somebody there can."""
    if proposal.role not in CASE_ROLES:
        return True
    heads = Membership.objects.valid_on(clock.today()).filter(
        organisation=proposal.organisation, role=Role.CASE_SUPERVISOR
    )
    others = heads.exclude(user__in=[proposal.proposed_by_id, proposal.user_id])
    return others.filter(user=by).exists() or not others.exists()


def _decide(by: User, proposal: RoleProposal, state: str) -> None:
    RoleProposal.everything.filter(pk=proposal.pk).update(state=state, decided_by=by, decided_at=clock.now())


@service
def end(*, by: User, membership: Membership, reason: str) -> None:
    """Ends a role at once. Taking rights away needs no second person."""
    access.require(by, "accounts.membership.change", membership)
    if membership.user_id == by.pk:
        raise Conflict("own_role", _("Another administrator has to do this for you."))
    close([membership])
    journal.record(
        by=by, verb=Verb.CHANGED, obj=membership, action="accounts.membership.change", reason=reason
    )


def close(memberships: list[Membership]) -> None:
    """Their last day was yesterday; one that began today ends today and opens nothing for a closed account."""
    yesterday = clock.today() - dt.timedelta(days=1)
    for one in memberships:
        one.until_on = max(one.from_on, yesterday)
        one.save(update_fields=["until_on"])
