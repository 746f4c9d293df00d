"""How a person wants to be told: which kinds, when, by which way, at which address."""

import datetime as dt
import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from accounts import access
from accounts.enums import Channel, How
from accounts.message_times import ZONES
from accounts.message_words import read_token
from accounts.models import MessageSettings, User
from accounts.models.notice import CONTEXT
from accounts.notices import kinds, kinds_of
from common import clock, sms, throttle
from common.errors import Conflict, Invalid, Missing
from common.journal import services as journal
from common.journal.models import Verb
from common.keys import ring
from common.service import service

ACTION = "accounts.notice.view"
MINUTES = 15


def of(user: User) -> MessageSettings:
    """One's own row, or the usual ones, unsaved."""
    return MessageSettings.objects.filter(user=user).first() or MessageSettings(user=user)


@service
def save(*, by: User, choices: dict[str, str], **values: Any) -> MessageSettings:
    """`choices` by kind; those of kinds that the person has no role for are left as they are."""
    access.require(by, ACTION)
    row = _held(by)
    if values["time_zone"] not in ZONES:
        raise Invalid("time_zone", gettext_lazy("Choose one of the time zones."), field="time_zone")
    for one in kinds_of(by):
        how = choices.get(one.code, row.choices.get(one.code, one.usual))
        if how not in How.values or (how == How.NEVER and one.fixed):
            raise Invalid("how", gettext_lazy("This cannot be turned off."), field=one.code)
        row.choices[one.code] = how
    for name in ("channel", "time_zone", "quiet_from", "quiet_until", "daily_at"):
        setattr(row, name, values[name])
    if not row.reached_at():
        raise Conflict(
            "no_address",
            gettext_lazy("There is no confirmed address for this way."),
            field="channel",
            way_out=gettext_lazy("Write down a telephone number or an e-mail address first."),
        )
    row.save()
    _keep(by)
    return row


@service
def ask_address(*, by: User, address: str) -> None:
    """A telephone number or an e-mail: a code goes there, and nothing else until it was typed back.

    Invalid, Conflict.
    """
    access.require(by, ACTION)
    to = _read(address)
    if not throttle.count("message_address", str(by.pk)):
        raise Conflict("too_many", gettext_lazy("There were too many attempts. Wait an hour and try again."))
    code = f"{secrets.randbelow(10**6):06}"
    row = _held(by)
    row.asked_address = ring.wrap(to.encode(), CONTEXT)
    row.asked_digest = _digest(by, code)
    row.asked_until = clock.now() + dt.timedelta(minutes=MINUTES)
    row.save()
    with override(by.language):
        # Neither the house nor what it is about: the telephone may be in other hands.
        text = _("Code %(code)s, good for %(minutes)s minutes. Give it to nobody.") % {
            "code": code,
            "minutes": MINUTES,
        }
    if "@" in to:
        transaction.on_commit(lambda: send_mail(code, text, None, [to]), robust=True)
    else:
        transaction.on_commit(lambda: sms.send(to, text, key=row.asked_digest[:32]), robust=True)


def _read(address: str) -> str:
    text = address.strip()
    if "@" not in text:
        return sms.number(text)
    try:
        validate_email(text)
    except ValidationError as error:
        raise Invalid("email_wrong", " ".join(error.messages), field="address") from error
    return text.lower()


@service
def confirm_address(*, by: User, code: str) -> MessageSettings:
    """From now on messages go there. Invalid for a wrong or old code, the same for both."""
    access.require(by, ACTION)
    row = _held(by)
    tried = throttle.count("message_code", str(by.pk))
    stands = row.asked_until is not None and row.asked_until > clock.now()
    if not (tried and stands and secrets.compare_digest(row.asked_digest, _digest(by, code))):
        raise Invalid("code_wrong", gettext_lazy("This code is not right or has run out."), field="code")
    row.address, row.asked_address, row.asked_digest, row.asked_until = row.asked_address, "", "", None
    row.channel = Channel.EMAIL if "@" in row.own_address() else Channel.SMS
    row.save()
    _keep(by)
    return row


@service
def forget_address(*, by: User) -> None:
    """No message goes there any more: e-mail goes to the account's address again, where it has one."""
    access.require(by, ACTION)
    row = _held(by)
    row.address = row.asked_address = row.asked_digest = ""
    row.asked_until, row.channel = None, Channel.EMAIL
    row.save()
    _keep(by)


@service
def stop(*, by: Any, token: str) -> list[str]:
    """Ends the kinds that a message named, without signing in; returns them. Missing for a token of others."""
    found = read_token(token)
    user = User.objects.filter(pk=found[0]).first() if found else None
    if user is None:
        raise Missing()
    row = _held(user)
    ended = [code for code in found[1] if not kinds()[code].fixed]
    row.choices |= dict.fromkeys(ended, How.NEVER)
    row.save()
    _keep(user)
    return ended


def _held(user: User) -> MessageSettings:
    MessageSettings.objects.get_or_create(user=user)
    return MessageSettings.objects.select_for_update(of=("self",)).select_related("user").get(user=user)


def _digest(user: User, code: str) -> str:
    return ring.blind_index("message_address", f"{user.pk} {''.join(code.split())}")


def _keep(user: User) -> None:
    journal.record(by=user, verb=Verb.CHANGED, obj=user, action=ACTION, reason="settings of messages")
