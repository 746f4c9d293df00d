"""A worker's way in: a code from the office, good once and for a short time; from then on a passkey."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from accounts.enums import CodeChannel
from accounts.models import EntryCode, User
from common import clock, sms
from common.errors import Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service

from . import second_factor

MINUTES = {CodeChannel.IN_PERSON: 60, CodeChannel.SMS: 15}


def give(*, by: Any, user: User, channel: str, phone: str = "") -> str:
    """A new code in place of every earlier one. For services that have asked who may; they write the journal.

    In person it is returned, to be shown once; by SMS it goes to the phone alone and nothing is returned.
    """
    now = clock.now()
    number = sms.number(phone) if channel == CodeChannel.SMS else ""
    EntryCode.objects.filter(user=user, used_at__isnull=True).update(expires_at=now)
    code = EntryCode.new()
    minutes = MINUTES[CodeChannel(channel)]
    row = EntryCode.objects.create(
        user=user,
        digest=EntryCode.hash(code),
        channel=channel,
        given_by=by,
        expires_at=now + dt.timedelta(minutes=minutes),
    )
    shown = f"{code[:5]} {code[5:]}"
    if not number:
        return shown
    with override(user.language):
        # Neither the house nor what it is about: the phone may be in other hands.
        text = _("Code %(code)s, good for %(minutes)s minutes. Give it to nobody.") % {
            "code": shown,
            "minutes": minutes,
        }
    transaction.on_commit(lambda: sms.send(number, text, key=str(row.pk)), robust=True)
    return ""


@service
def use(*, by: Any, code: str) -> User:
    """Whose code it is; it opens nothing a second time. Raises Invalid, the same for whatever is wrong."""
    rows = EntryCode.objects.filter(
        digest=EntryCode.hash(code), used_at__isnull=True, expires_at__gt=clock.now(), user__is_active=True
    )
    row = rows.select_related("user").first()
    # A person who works at a desk since the code was given comes in by that desk's way.
    opens = row is not None and not second_factor.is_required(row.user)
    # Only the row's own columns: with the person joined, PostgreSQL would let two requests at once both in.
    if not opens or not EntryCode.objects.filter(pk=row.pk, used_at__isnull=True).update(used_at=clock.now()):
        raise Invalid(
            "code_wrong",
            gettext_lazy("This code is not right, was used already or has run out."),
            field="code",
            way_out=gettext_lazy("The office that gave it gives a new one."),
        )
    journal.record(by=row.user, verb=Verb.SIGNED_IN, details={"code": row.channel})
    return row.user
