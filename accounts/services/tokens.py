import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.models import ApiToken
from common import clock
from common.errors import Invalid, Missing
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service

from . import second_factor

ACTION = "accounts.token.issue"
LONGEST = 365
SCHEME = "Bearer "


def sign_in(request) -> None:
    """Puts the user of a valid bearer token into the request; anything else leaves it as it is."""
    header = request.headers.get("Authorization", "")
    if not header.startswith(SCHEME):
        return
    token = (
        ApiToken.everything.select_related("user")
        .filter(
            digest=ApiToken.hash(header.removeprefix(SCHEME).strip()),
            revoked_at__isnull=True,
            expires_at__gt=clock.now(),
            user__is_active=True,
        )
        .first()
    )
    if token and not second_factor.is_demo_stranger(request, token.user):
        token.user.token_actions = token.actions
        request.user = token.user
        request.token = token


def grantable(user: Any) -> list[str]:
    """The actions that this person may put into a token: those held, and never the keeping of tokens itself."""
    return [
        action for action in sorted(access.table.rules) if access.permits(user, action) and action != ACTION
    ]


@service
def issue(*, by: Any, name: str, actions: Sequence[str], days: int) -> tuple[ApiToken, str]:
    """A token of one's own for a program, and its text, which is kept nowhere and shown once."""
    access.require(by, ACTION)
    if not actions:
        raise Invalid(
            "actions_missing", _("Choose at least one thing that the token may do."), field="actions"
        )
    beyond = set(actions) - set(grantable(by))
    if beyond:
        raise Invalid("actions_beyond", _("A token cannot do more than you may yourself."), field="actions")
    if not 1 <= days <= LONGEST:
        raise Invalid(
            "days_wrong", _("A token stands for 1 to %(longest)s days."), field="days", longest=LONGEST
        )
    expires = clock.now() + dt.timedelta(days=days)
    token, text = ApiToken.issue(user=by, name=name.strip(), actions=sorted(actions), expires_at=expires)
    journal.record(by=by, verb=Verb.CREATED, obj=token, action=ACTION)
    return token, text


def standing(user: Any) -> QuerySet[ApiToken]:
    return ApiToken.everything.filter(user=user, revoked_at__isnull=True, expires_at__gt=clock.now())


def revoke_all(user: Any) -> int:
    """For services that close an account or change its keys; they write the journal themselves."""
    return standing(user).update(revoked_at=clock.now())


@service
def revoke(*, by: Any, token: ApiToken) -> None:
    """Ends a token of one's own at once; ending it again changes nothing."""
    access.require(by, ACTION)
    if token.user_id != by.pk:
        raise Missing()
    ended = ApiToken.everything.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=clock.now())
    if ended:
        journal.record(by=by, verb=Verb.CHANGED, obj=token, action=ACTION, reason="revoked")
