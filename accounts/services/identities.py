"""Whom a proved subject of a ministry's sign-in stands for: somebody invited who has bound it; nobody is made up."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.enums import LinkPurpose
from accounts.models import AccountLink, Identity, User
from accounts.oidc import Provider
from common import clock
from common.errors import Conflict, Missing
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service

from . import links


def find(one: Provider, subject: str) -> User:
    """Raises Missing: an unknown subject opens no account and makes none."""
    digest = Identity.hash(one.issuer, subject)
    found = Identity.objects.select_related("user").filter(digest=digest, user__is_active=True).first()
    if found is None:
        raise Missing(
            "not_connected",
            _("This sign-in is not connected with an account here."),
            way_out=_("Open the link of your invitation and connect it there, or sign in in another way."),
        )
    Identity.objects.filter(pk=found.pk).update(used_at=clock.now())
    return found.user


@service
def bind(*, by: User, one: Provider, subject: str) -> Identity:
    """Connects a sign-in with one's own account; one for each provider, and never with two people."""
    try:
        with transaction.atomic():
            made = Identity.objects.create(
                user=by, provider=one.code, digest=Identity.hash(one.issuer, subject)
            )
    except IntegrityError as error:
        raise Conflict(
            "connected_already", _("This sign-in is connected already."), way_out=_("Sign in with it.")
        ) from error
    journal.record(
        by=by, verb=Verb.CHANGED, obj=by, reason="sign-in connected", details={"provider": one.code}
    )
    return made


@service
def bind_by_link(*, by: Any, secret: str, one: Provider, subject: str) -> User:
    """Instead of a password: uses the invitation up and connects its person. Raises Missing, Conflict."""
    link = links.find(secret)
    if link.purpose != LinkPurpose.INVITATION:
        raise Missing()
    if not AccountLink.objects.filter(pk=link.pk, used_at__isnull=True).update(used_at=clock.now()):
        raise Missing()
    bind(by=link.user, one=one, subject=subject)
    return link.user


@service
def unbind(*, by: User, pk: Any) -> None:
    """Disconnects a sign-in of one's own."""
    if not Identity.objects.filter(pk=pk, user=by).delete()[0]:
        raise Missing()
    journal.record(by=by, verb=Verb.CHANGED, obj=by, reason="sign-in disconnected")
