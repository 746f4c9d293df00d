"""Accounts of people: invited, closed, opened again; never deleted."""

import datetime as dt
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.enums import DESK_ROLES, LinkPurpose
from accounts.models import (
    AccountLink,
    Deputy,
    EntryCode,
    Identity,
    Membership,
    Message,
    MessageSettings,
    Notice,
    Organisation,
    RoleProposal,
    SavedFilter,
    User,
    UserSession,
)
from common import clock
from common.errors import Conflict
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service

from . import links, roles, sessions, tokens

CHANGE = "accounts.user.change"
# What an account leaves of a person's devices, codes, addresses and habits; notices name their message.
OF_THE_PERSON = (
    UserSession,
    EntryCode,
    Identity,
    Authenticator,
    Notice,
    Message,
    MessageSettings,
    SavedFilter,
)


@service
def invite(
    *,
    by: User,
    email: str,
    full_name: str,
    language: str,
    organisation: Organisation,
    role: str,
    reason: str,
    until_on: dt.date | None = None,
) -> RoleProposal:
    """Opens an account, mails a one-time link and proposes its role, which a second person has to give.

    For somebody who has an account already, only the role is proposed.
    """
    access.require(by, roles.PROPOSE)
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        user = User.objects.create_user(email=email, full_name=full_name.strip(), language=language)
        journal.record(by=by, verb=Verb.CREATED, obj=user, action=roles.PROPOSE)
        links.send(user=user, purpose=LinkPurpose.INVITATION, by=by)
    elif not user.is_active:
        raise Conflict("account_closed", _("The account of this person is closed."), field="email")
    return roles.propose(
        by=by, user=user, organisation=organisation, role=role, reason=reason, until_on=until_on
    )


@service
def invite_again(*, by: User, user: User) -> None:
    """A new link for somebody who has not used the first; the first is void from then on."""
    access.require(by, CHANGE, user)
    if user.has_usable_password():
        raise Conflict("invitation_used", _("The person has set a password already."))
    links.send(user=user, purpose=LinkPurpose.INVITATION, by=by)
    journal.record(by=by, verb=Verb.SENT, obj=user, action=CHANGE, reason="invitation")


@service
def deactivate(*, by: User, user: User, reason: str) -> None:
    """Closes an account at once: sessions, tokens, links, roles and standing in for others end; the rows stay."""
    access.require(by, CHANGE, user)
    if user.pk == by.pk:
        raise Conflict("own_account", _("Another administrator has to do this for you."))
    _close(user)
    journal.record(by=by, verb=Verb.CHANGED, obj=user, action=CHANGE, reason=reason, details=_state(False))


@service
def erase_account(*, user: User) -> None:
    """Closes the account of a person whose record is erased, and forgets who it was; its key stays in the journal.

    Called by the erasure, which has asked whether it may be. An account that works at a desk too stays as it is.
    """
    if user.roles & DESK_ROLES:
        return
    _close(user)
    for model in OF_THE_PERSON:
        model._base_manager.filter(user=user).delete()
    User.objects.filter(pk=user.pk).update(
        full_name="—", email=f"erased-{user.pk}@erased.invalid", password=make_password(None)
    )
    journal.record(by=None, verb=Verb.ERASED, obj=user, action=CHANGE)


def _close(user: User) -> None:
    now, today = clock.now(), clock.today()
    User.objects.filter(pk=user.pk).update(is_active=False)
    sessions.end_all(user)
    tokens.revoke_all(user)
    AccountLink.objects.filter(user=user, used_at__isnull=True).update(expires_at=now)
    Deputy.objects.filter(Q(deputy=user) | Q(membership__user=user), ended_at__isnull=True).update(
        ended_at=now
    )
    still = Q(until_on__isnull=True) | Q(until_on__gte=today)
    roles.close(list(Membership.objects.filter(still, user=user)))


@service
def reactivate(*, by: User, user: User, reason: str) -> None:
    """Opens a closed account again, without any role: those are proposed and given anew."""
    access.require(by, CHANGE, user)
    today = clock.today()
    if Membership.objects.filter(user=user, from_on__lte=today, until_on=today).exists():
        raise Conflict(
            "closed_today", _("A role of this person ends today. Open the account again tomorrow.")
        )
    User.objects.filter(pk=user.pk).update(is_active=True)
    journal.record(by=by, verb=Verb.CHANGED, obj=user, action=CHANGE, reason=reason, details=_state(True))


@service
def reset_factors(*, by: User, user: User, reason: str) -> None:
    """For a person who has lost phone and recovery codes: takes all factors, sessions and tokens away.

    The administrator has seen the person; the next sign-in sets up a new factor.
    """
    access.require(by, "accounts.factor.reset")
    if user.pk == by.pk:
        raise Conflict("own_factor", _("Another administrator has to do this for you."))
    Authenticator.objects.filter(user=user).delete()
    tokens.revoke_all(user)
    sessions.end_all(user)
    journal.record(by=by, verb=Verb.DECIDED, obj=user, action="accounts.factor.reset", reason=reason)


def _state(is_active: bool) -> dict[str, Any]:
    return {"is_active": is_active}
