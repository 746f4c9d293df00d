"""Sign-ins of people: begun by every way in, confirmed by a second factor, ended at once and for good."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from accounts import access
from accounts.models import User, UserSession
from common import clock, throttle
from common.errors import Missing
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service

from . import second_factor

KEY = "kozot_session"
SEEN_EVERY = dt.timedelta(minutes=1)
# In this order: browsers and systems also name those that they descend from.
BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
SYSTEMS = {name: name for name in ("Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux")}


def begin(sender: Any, request: Any, user: User, **kwargs: Any) -> None:
    """Receiver of Django's signal of a sign-in, whatever door it came through."""
    if request.session.session_key is None:
        request.session.save()
    row = UserSession.everything.create(
        user=user,
        session_key=request.session.session_key,
        device=device(request.META.get("HTTP_USER_AGENT", "")),
        address=throttle.address_of(request)[:45],
        must_confirm=second_factor.is_enrolled(user),
    )
    request.session[KEY] = str(row.pk)


def leave(sender: Any, request: Any, **kwargs: Any) -> None:
    """Receiver of Django's signal of a sign-out."""
    if row := getattr(request, "sign_in", None):
        _end(UserSession.everything.filter(pk=row.pk))


def device(agent: str) -> str:
    """Browser and system, as far as a person needs them to know the device again."""
    found = [
        next((said for mark, said in words.items() if mark in agent), "") for words in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(filter(None, found))


def current(request: Any) -> UserSession | None:
    """The row of this request's session; None where it has ended, was idle too long or is another's."""
    row = UserSession.everything.filter(
        pk=request.session.get(KEY), user_id=request.user.pk, ended_at__isnull=True
    ).first()
    if row and clock.now() - row.seen_at > dt.timedelta(minutes=settings.SESSION_IDLE_MINUTES):
        _end(UserSession.everything.filter(pk=row.pk))
        return None
    return row


def touch(row: UserSession) -> None:
    """Somebody is there; written at most once a minute."""
    now = clock.now()
    if now - row.seen_at >= SEEN_EVERY:
        UserSession.everything.filter(pk=row.pk).update(seen_at=now)


def confirm(row: UserSession, factor: str) -> None:
    """This session has shown a second factor now."""
    UserSession.everything.filter(pk=row.pk).update(confirmed_at=clock.now(), factor=factor)


def carry_on(request: Any) -> None:
    """Django gave this session another key; the row follows it."""
    if request.session.session_key is None:
        request.session.save()
    UserSession.everything.filter(pk=request.sign_in.pk).update(session_key=request.session.session_key)


def is_fresh(row: UserSession) -> bool:
    """Was a second factor shown a short while ago?"""
    shortest = clock.now() - dt.timedelta(minutes=settings.FRESH_MINUTES)
    return row.confirmed_at is not None and row.confirmed_at >= shortest


def owes_fresh(request: Any) -> bool:
    """Has the person a second factor, and has this session not shown it a short while ago?"""
    return second_factor.is_enrolled(request.user) and not is_fresh(request.sign_in)


def standing(user: User) -> QuerySet[UserSession]:
    return UserSession.everything.filter(user=user, ended_at__isnull=True).order_by("-seen_at")


@service
def end(*, by: User, pk: Any) -> None:
    """Ends one of one's own sessions."""
    access.require(by, "accounts.session.view")
    rows = standing(by).filter(pk=pk)
    if not rows.exists():
        raise Missing()
    _end(rows)
    journal.record(by=by, verb=Verb.CHANGED, obj=by, reason="session ended")


@service
def end_others(*, by: User, keep: UserSession) -> int:
    """Ends all sessions of one's own but this one; says how many."""
    access.require(by, "accounts.session.view")
    count = _end(standing(by).exclude(pk=keep.pk))
    journal.record(by=by, verb=Verb.CHANGED, obj=by, reason="other sessions ended", details={"count": count})
    return count


def end_all(user: User) -> int:
    """For services that close an account or take its keys away; they write the journal themselves."""
    return _end(standing(user))


def _end(rows: QuerySet[UserSession]) -> int:
    """The row decides; what Django kept of the session goes too."""
    keys = list(rows.values_list("session_key", flat=True))
    count = rows.update(ended_at=clock.now())
    Session.objects.filter(session_key__in=keys).delete()
    return count
