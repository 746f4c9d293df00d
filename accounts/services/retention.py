"""What is kept of signing in, and of messages, and how long. Accounts and roles stay: they say who did what."""

import datetime as dt

from django.contrib.sessions.models import Session
from django.db.models import Q

from accounts.models import AccountLink, BulkAct, EntryCode, Message, Notice, UserSession
from common import clock

DAYS_OF_SESSIONS = 180  # with device and address, long enough to look into a break-in
DAYS_OF_CODES = 30
DAYS_OF_NOTICES = 180
DAYS_OF_BULK_ACTS = 365  # they only point at rows; who did what to each of them stays in the journal


def forget() -> dict[str, int]:
    """Removes what has run out; safe to run twice. Nothing that still opens a door is touched."""
    now = clock.now()
    sessions = now - dt.timedelta(days=DAYS_OF_SESSIONS)
    codes = now - dt.timedelta(days=DAYS_OF_CODES)
    notices = now - dt.timedelta(days=DAYS_OF_NOTICES)
    over = Q(ended_at__lt=sessions) | Q(ended_at__isnull=True, seen_at__lt=sessions)
    return {
        "sessions": UserSession.everything.filter(over).delete()[0],
        "links": AccountLink.objects.filter(expires_at__lt=codes).delete()[0],
        "codes": EntryCode.objects.filter(expires_at__lt=codes).delete()[0],
        "notices": Notice.everything.filter(at__lt=notices).delete()[0],
        "messages": Message.everything.filter(created_at__lt=notices, notices__isnull=True).delete()[0],
        "bulk_acts": BulkAct.everything.filter(at__lt=now - dt.timedelta(days=DAYS_OF_BULK_ACTS)).delete()[0],
        "stored": Session.objects.filter(expire_date__lt=now).delete()[0],
    }
