"""Tells people that something has happened: one home for every kind of it.

    kind("pensions.import_over", roles={Role.REGISTRY_OFFICIAL}, title=_("Files that I uploaded"),
         line=ngettext_lazy("%(count)d file is done.", "%(count)d files are done.", "count"))
    tell("pensions.import_over", [user], key=f"{run.pk} applied", path=address, by=None, about=run)

Each app's `events.py` names its kinds. A notice holds no words but a public code (`labelled` kinds): what happened
stands behind its path, for whoever may see it there. Only people who hold one of the kind's roles are told, so that
a kind of one floor can never reach the people of another. Workers are written to where they have asked for it, in
words that name neither the house nor the matter.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q

from common import clock

from .access import table
from .enums import How, Role
from .message_times import after_quiet, next_daily
from .models import Deputy, Membership, MessageSettings, Notice, User


@dataclass(frozen=True)
class Kind:
    """`line % {"count": n}` is a sentence. `urgent` goes through quiet hours; `fixed` cannot be turned off."""

    code: str
    roles: frozenset[Role]
    title: Any
    line: Any
    usual: How = How.AT_ONCE
    urgent: bool = False
    fixed: bool = False
    labelled: bool = False


_kinds: dict[str, Kind] = {}


def kind(code: str, *, roles: Collection[Role], **values: Any) -> Kind:
    made = _kinds[code] = Kind(code, frozenset(roles), **values)
    return made


def kinds() -> dict[str, Kind]:
    return _kinds


def kinds_of(user: User) -> list[Kind]:
    """What this person can be told of, in the order in which the floors name it."""
    return [one for one in _kinds.values() if one.roles & user.roles]


def tell(
    code: str,
    users: Iterable[User],
    *,
    key: str,
    path: str = "",
    label: str = "",
    about: models.Model | None = None,
    by: Any = None,
) -> int:
    """A notice to each of them, once for each key, within the transaction; returns how many were asked for.

    Whoever does it is not told of it.
    """
    pairs = [(user.pk, key) for user in users]
    return tell_each(code, pairs, path=path, label=label, about=about, by=by)


def tell_each(
    code: str,
    pairs: Iterable[tuple[Any, str]],
    *,
    path: str = "",
    label: str = "",
    about: models.Model | None = None,
    by: Any = None,
) -> int:
    """The same for pairs of a person's key and a key of what happened. Three statements, however many there are."""
    one = _kinds[code]
    if label and not one.labelled:
        raise ValueError(f"notices of the kind {code} carry no words")
    wanted = [(user, key) for user, key in pairs if user != getattr(by, "pk", None)]
    people = {person.pk: person for person in _people({user for user, _key in wanted}, one)}
    chosen = {row.user_id: row for row in MessageSettings.objects.filter(user__in=people)}
    moments = {pk: due(one, chosen.get(pk) or MessageSettings(user=person)) for pk, person in people.items()}
    rows = [
        Notice(
            user_id=user,
            kind=code,
            key=key[:120],
            path=path,
            label=label[:80],
            object_type=about._meta.label_lower if about is not None else "",
            object_id=str(about.pk) if about is not None else "",
            by=by if getattr(by, "pk", None) else None,
            due_at=moments[user],
        )
        for user, key in wanted
        if user in people
    ]
    Notice.everything.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _people(ids: set[Any], one: Kind) -> list[User]:
    """Those with an open account in a role of the kind, one's own or as a deputy."""
    held = Membership.objects.valid_on(clock.today()).filter(role__in=one.roles)
    standing = Deputy.objects.standing_on(clock.today()).filter(membership__in=held, deputy__in=ids)
    reached = Q(pk__in=held.filter(user__in=ids).values("user")) | Q(pk__in=standing.values("deputy"))
    return list(User.objects.filter(reached, is_active=True).order_by("pk")) if ids else []


def due(one: Kind, chosen: MessageSettings) -> Any:
    """When the message goes; None where the person wants none, or has named no way to be reached."""
    how = chosen.choices.get(one.code, one.usual)
    if how == How.NEVER and one.fixed:
        how = How.DAILY
    if how == How.NEVER or not chosen.reached_at():
        return None
    now = clock.now()
    if one.urgent and how == How.AT_ONCE:
        return now
    moment = next_daily(now, chosen.time_zone, chosen.daily_at) if how == How.DAILY else now
    return after_quiet(moment, chosen.time_zone, chosen.quiet_from, chosen.quiet_until)


def holders(action: str, organisations: Collection[Any] | None = None) -> list[User]:
    """People with an open account in a role that holds the action, in these organisations, deputies included."""
    held = Membership.objects.valid_on(clock.today()).filter(role__in=list(table.rules[action]))
    if organisations is not None:
        held = held.filter(organisation__in=organisations)
    standing = Deputy.objects.standing_on(clock.today()).filter(membership__in=held)
    reached = Q(pk__in=held.values("user")) | Q(pk__in=standing.values("deputy"))
    return list(User.objects.filter(reached, is_active=True).order_by("email"))


def delivery(about: models.Model, code: str) -> list[Notice]:
    """Notices of a kind about a record, newest first, with their messages: whether somebody was told, and how."""
    rows = Notice.everything.filter(object_type=about._meta.label_lower, object_id=str(about.pk), kind=code)
    return list(rows.select_related("message").order_by("-at")[:20])
