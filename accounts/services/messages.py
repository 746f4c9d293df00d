"""Sends what is due: bundled for each person, nothing twice, failures tried again for a day and then shown.

A message is marked as being sent before it goes. A worker that dies in between leaves it so: a text message is sent
again under the same key, which the gateway drops when it has it; of an e-mail nobody knows, and a person decides.
"""

import datetime as dt
import logging
import smtplib
from typing import Any

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F

from accounts import access
from accounts.enums import Channel, How, MessageState
from accounts.message_times import BACKOFF, IN_DOUBT_AFTER, after_quiet
from accounts.message_words import words
from accounts.models import Message, MessageSettings, Notice
from accounts.notices import kinds
from common import clock, sms
from common.errors import Conflict, KozotError
from common.journal import services as journal
from common.journal.models import Verb
from common.scoping import system
from common.service import service

log = logging.getLogger(__name__)

RESEND = "accounts.message.resend"
AT_A_TIME = 500


def send_due(now: dt.datetime) -> dict[str, int]:
    """{made, sent, failed}. Each message stands or falls by itself."""
    with system("messages"):
        made = _gather(now)
        _look_after_lost(now)
        due = Message.everything.filter(state=MessageState.WAITING, next_at__lte=now)
        states = [
            _deliver(pk, now) for pk in due.order_by("next_at").values_list("pk", flat=True)[:AT_A_TIME]
        ]
    return {
        "made": made,
        "sent": states.count(MessageState.SENT),
        "failed": states.count(MessageState.FAILED),
    }


def _gather(now: dt.datetime) -> int:
    """One message for each person with everything that is due; two workers make no two of one notice."""
    waiting = Notice.everything.filter(due_at__lte=now, message__isnull=True)
    people = list(waiting.order_by().values_list("user_id", flat=True).distinct()[:AT_A_TIME])
    chosen = MessageSettings.objects.in_bulk(people)
    made = 0
    for user_id in people:
        settings = chosen.get(user_id) or MessageSettings(user_id=user_id)
        mine = waiting.filter(user_id=user_id)
        mine.filter(kind__in=_turned_off(settings)).update(due_at=None)
        with transaction.atomic():
            message = Message.everything.create(user_id=user_id, channel=settings.channel, next_at=now)
            if mine.update(message=message):
                made += 1
            else:
                message.delete()
    return made


def _turned_off(settings: MessageSettings) -> list[str]:
    known = kinds()
    return [
        code
        for code, how in settings.choices.items()
        if how == How.NEVER and code in known and not known[code].fixed
    ]


def _look_after_lost(now: dt.datetime) -> None:
    lost = Message.everything.filter(state=MessageState.SENDING, taken_at__lt=now - IN_DOUBT_AFTER)
    lost.filter(channel=Channel.SMS).update(state=MessageState.WAITING, next_at=now)
    lost.filter(channel=Channel.EMAIL).update(state=MessageState.IN_DOUBT)


def _deliver(pk: Any, now: dt.datetime) -> str:
    """The state in which it is left; "" where another worker has it."""
    mine = Message.everything.filter(pk=pk)
    if not mine.filter(state=MessageState.WAITING).update(
        state=MessageState.SENDING, taken_at=now, attempts=F("attempts") + 1
    ):
        return ""
    message = mine.select_related("user").get()
    try:
        _send(message)
    except (
        Exception
    ) as error:  # a gateway's own function may raise anything; what it says may name the address
        log.warning("message %s was not taken: %s", pk, type(error).__name__)
        return _put_off(message, error, now)
    mine.update(state=MessageState.SENT, sent_at=clock.now(), error="")
    return MessageState.SENT


def _send(message: Message) -> None:
    user = message.user
    settings = MessageSettings.objects.filter(user=user).first() or MessageSettings(user=user)
    to = settings.reached_at() if user.is_active and settings.channel == message.channel else ""
    if not to:
        raise Conflict("no_address")
    told = words(user, message.notices.order_by("at"))
    if message.channel == Channel.SMS:
        sms.send(to, told.short, key=str(message.pk))
        return
    headers = {"Content-Language": user.language, "Auto-Submitted": "auto-generated"}
    if told.stop:
        headers["List-Unsubscribe"] = f"<{told.stop}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    EmailMessage(told.subject, told.body, to=[to], headers=headers).send()


def _put_off(message: Message, error: Exception, now: dt.datetime) -> str:
    """Tried again after a while that grows; given up when the address is refused or the waits are used up."""
    final = isinstance(error, KozotError) or _refused_for_good(error) or message.attempts > len(BACKOFF)
    state = MessageState.FAILED if final else MessageState.WAITING
    code = error.code if isinstance(error, KozotError) else type(error).__name__
    again = now if final else _next(message, now)
    Message.everything.filter(pk=message.pk).update(state=state, error=code[:60], next_at=again)
    return state


def _refused_for_good(error: Exception) -> bool:
    """Every recipient was refused with a permanent code (RFC 5321: 5yz)."""
    return isinstance(error, smtplib.SMTPRecipientsRefused) and all(
        code >= 500 for code, _text in error.recipients.values()
    )


def _next(message: Message, now: dt.datetime) -> dt.datetime:
    moment = now + BACKOFF[message.attempts - 1]
    known = kinds()
    if any(known[one.kind].urgent for one in message.notices.all() if one.kind in known):
        return moment
    settings = MessageSettings.objects.filter(user=message.user_id).first() or MessageSettings()
    return after_quiet(moment, settings.time_zone, settings.quiet_from, settings.quiet_until)


@service
def resend(*, by: Any, message: Message) -> None:
    """Tries a message again that did not arrive, or of which nobody knows."""
    access.require(by, RESEND, message)
    stuck = Message.everything.filter(pk=message.pk, state__in=[MessageState.FAILED, MessageState.IN_DOUBT])
    if not stuck.update(state=MessageState.WAITING, attempts=0, next_at=clock.now(), error=""):
        raise Conflict("not_stuck", message.get_state_display())
    journal.record(by=by, verb=Verb.SENT, obj=message, action=RESEND)
