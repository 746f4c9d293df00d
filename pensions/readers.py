"""Who has looked at a person's record: from the journal, in words that name the organisation and not the clerk."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Membership
from common.journal.models import Entry, Verb
from pensions.models import Worker

SHOWN = 25  # on a page: a phone on a slow line loads it
READING = (Verb.READ, Verb.LISTED, Verb.SEARCHED, Verb.EXPORTED, Verb.PRINTED, Verb.SENT, Verb.BROKE_GLASS)


@dataclass(frozen=True)
class Reading:
    at: dt.datetime
    verb: str
    who: str
    reason: str


def of(worker: Worker, page: int = 1) -> list[Reading]:
    """Looks by others than the person, newest first, a page of them; empty after the last."""
    first = SHOWN * (page - 1)
    return told(list(_entries(worker)[first : first + SHOWN]))


def all_of(worker: Worker) -> list[Reading]:
    """Every look by others than the person, newest first."""
    return told(list(_entries(worker)))


def _entries(worker: Worker) -> QuerySet[Entry]:
    records = [worker.pk, *Worker.everything.filter(merged_into=worker).values_list("pk", flat=True)]
    looks = Entry.objects.filter(subject_id__in=records, verb__in=READING)
    return looks.exclude(actor_id=worker.user_id).order_by("-id")


def told(entries: list[Entry]) -> list[Reading]:
    """Entries in words: when, what, which organisation in which role."""
    homes = _homes({entry.actor_id for entry in entries})
    return [
        Reading(entry.at, entry.get_verb_display(), _who(entry, homes), entry.reason) for entry in entries
    ]


def _homes(actors: set[Any]) -> dict[Any, list[Membership]]:
    found = defaultdict(list)
    for membership in Membership.objects.filter(user_id__in=actors).select_related("organisation"):
        found[membership.user_id].append(membership)
    return found


def _who(entry: Entry, homes: dict[Any, list[Membership]]) -> str:
    """The organisation the person worked for, and the role; the system where a nightly job read."""
    if entry.actor_id is None:
        return _("the system itself")
    mine = [m for m in homes.get(entry.actor_id, []) if entry.organisation_id in (None, m.organisation_id)]
    names = dict.fromkeys(
        f"{m.organisation} ({m.get_role_display()})" if m.organisation else m.get_role_display() for m in mine
    )
    return ", ".join(names) or "—"
