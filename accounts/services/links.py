"""One-time links by which a person sets a password. Using one signs nobody in."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from accounts.enums import LinkPurpose
from accounts.models import AccountLink, User
from common import clock, throttle
from common.errors import Invalid, Missing
from common.journal import services as journal
from common.journal.models import Verb
from common.keys.ring import wrap
from common.service import service

from . import sessions, tokens

HOURS = {LinkPurpose.INVITATION: 72, LinkPurpose.RESET: 1}
RESET = "address of a forgotten password"


def send(*, user: User, purpose: str, by: Any = None) -> None:
    """Voids the person's earlier links and mails a new one once the transaction stands."""
    now = clock.now()
    AccountLink.objects.filter(user=user, used_at__isnull=True).update(expires_at=now)
    hours = HOURS[LinkPurpose(purpose)]
    secret = AccountLink.make(
        user=user, purpose=purpose, created_by=by, expires_at=now + dt.timedelta(hours=hours)
    )
    with override(user.language):
        words = {
            "name": user.full_name,
            "hours": hours,
            "purpose": purpose,
            "address": settings.SITE_ADDRESS + reverse("accounts:link", args=[secret]),
        }
        subject = _("Kozot: your account") if purpose == LinkPurpose.INVITATION else _("Kozot: new password")
        text = render_to_string("accounts/link_mail.txt", words)
    transaction.on_commit(
        lambda: send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [user.email]), robust=True
    )


def ask_reset_in_queue(email: str) -> None:
    """As long for every address: whether it is somebody's is only asked behind the queue, which sees it sealed."""
    from accounts.tasks import post_reset

    sealed = wrap(email.encode(), RESET)
    transaction.on_commit(lambda: post_reset.delay(sealed), robust=True)


@service
def ask_reset(*, by: Any, email: str) -> None:
    """Sends a link where there is an open account of this address; says nothing of it either way."""
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is None or not throttle.count("reset_account", str(user.pk)):
        return
    send(user=user, purpose=LinkPurpose.RESET)
    journal.record(by=by, verb=Verb.SENT, obj=user, reason="link to a new password")


def find(secret: str) -> AccountLink:
    """The link that still stands. Raises Missing."""
    link = (
        AccountLink.objects.select_related("user")
        .filter(
            digest=AccountLink.hash(secret),
            used_at__isnull=True,
            expires_at__gt=clock.now(),
            user__is_active=True,
        )
        .first()
    )
    if link is None:
        raise Missing(
            "link_over",
            gettext_lazy("This link was used already or has run out."),
        )
    return link


@service
def set_password(*, by: Any, secret: str, password: str) -> User:
    """Uses the link up: sets the password, ends every session and API token. Second factors stay as they are."""
    link = find(secret)
    _refuse_weak(password, link.user)
    if not AccountLink.objects.filter(pk=link.pk, used_at__isnull=True).update(used_at=clock.now()):
        raise Missing()
    revoked = _set(link.user, password)
    sessions.end_all(link.user)
    journal.record(
        by=link.user,
        verb=Verb.CHANGED,
        obj=link.user,
        reason=f"password set by {link.purpose}",
        details={"tokens_revoked": revoked},
    )
    return link.user


@service
def change_password(*, by: User, old: str, new: str, keep: Any) -> None:
    """One's own password; every session but this one ends, and every API token."""
    if not by.check_password(old):
        raise Invalid("wrong_password", gettext_lazy("The old password is not right."), field="old")
    _refuse_weak(new, by)
    revoked = _set(by, new)
    sessions.end_others(by=by, keep=keep)
    journal.record(
        by=by, verb=Verb.CHANGED, obj=by, reason="password changed", details={"tokens_revoked": revoked}
    )


def _refuse_weak(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid("weak_password", " ".join(error.messages), field="new") from error


def _set(user: User, password: str) -> int:
    """How many API tokens end with the old password: whoever knew it may have made them."""
    user.set_password(password)
    user.save(update_fields=["password"])
    return tokens.revoke_all(user)
