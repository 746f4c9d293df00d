"""The first day: a short list on a person's first page, each line ticked by what the data show, until it is put away.

Each app's `first_day.py` adds lines for its roles; `done(user)` is one question to the database:

    line(_("Take in a request for help"), "admin:cases_helprequest_changelist", "cases.request.take", taken)

Whoever holds the action sees the line, at most `MOST` of them. It is gone when all is done or when put away
on this device, and comes back from the page of guides.
"""

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from . import access, guides
from .enums import Role
from .models import Deputy, Membership, Organisation, RoleProposal
from .services import second_factor

MOST = 6
COOKIE, KEPT = "first_day_over", dt.timedelta(days=365)


@dataclass(frozen=True)
class Line:
    """`roles` narrows to some of those who hold the action."""

    title: Any
    page: str
    action: str
    done: Callable[[Any], bool]
    roles: frozenset[str] = frozenset()

    def concerns(self, user: Any, roles: set[str]) -> bool:
        return access.permits(user, self.action) and (not self.roles or bool(self.roles & roles))


_lines: list[Line] = []


def line(title: Any, page: str, action: str, done: Callable[[Any], bool], *roles: Role) -> None:
    _lines.append(Line(title, page, action, done, frozenset(roles)))


def mark(user: Any) -> str:
    """What the cookie holds once this person has put the list away: another person on the device still sees it."""
    return hashlib.sha256(str(user.pk).encode()).hexdigest()[:16]


def is_put_away(request: Any) -> bool:
    return request.user.is_authenticated and mark(request.user) in request.COOKIES.get(COOKIE, "").split(".")


def checklist(user: Any) -> dict | None:
    """{lines: [{title, url, done}], done, total, guide_url}; None where it is finished or empty."""
    if not getattr(user, "is_authenticated", False):
        return None
    roles = user.roles
    chosen = [one for one in _lines if one.concerns(user, roles)][:MOST]
    lines = [{"title": one.title, "url": reverse(one.page), "done": bool(one.done(user))} for one in chosen]
    done = sum(one["done"] for one in lines)
    if done == len(lines):
        return None
    return {"lines": lines, "done": done, "total": len(lines), "guide_url": guides.url_for(roles)}


line(
    _("Set up a second factor"),
    "accounts:mine",
    "accounts.session.view",
    lambda user: bool(second_factor.factors(user)),
)
line(
    _("Enter an organisation"),
    "admin:accounts_organisation_changelist",
    "accounts.organisation.change",
    lambda user: Organisation.objects.exclude(pk__in=user.organisation_ids()).exists(),
)
line(
    _("Let a person in"),
    "admin:accounts_roleproposal_changelist",
    "accounts.role.propose",
    lambda user: RoleProposal.objects.filter(proposed_by=user).exists(),
)
line(
    _("Decide on a role that a colleague proposed"),
    "admin:accounts_roleproposal_changelist",
    "accounts.role.confirm",
    lambda user: RoleProposal.objects.filter(decided_by=user).exists(),
)
line(
    _("Name who stands in for you"),
    "accounts:deputies",
    "accounts.deputy.name",
    lambda user: Deputy.objects.filter(
        membership__in=Membership.objects.filter(user=user), ended_at__isnull=True
    ).exists(),
)
