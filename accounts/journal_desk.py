"""The journal as its auditor reads it: who, what, which record, whose record, when. No personal values stand in it."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import Q
from django.urls import reverse, reverse_lazy
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.forms.people import ExplainForm
from common import clock
from common.journal.models import Entry, Seal, Verb
from common.kyrgyz import fold
from common.translated import columns

from . import access, navigation
from .desk import DeskAdmin
from .enums import OrganisationKind
from .filters import NamedValues
from .folded import keys_of
from .models import Organisation, ReadingAlarm, User
from .object_actions import ObjectAction
from .services import reading
from .services.reading import APART
from .site import desk

SHORTEST, MOST = 3, 200  # of a name: letters that are looked for, people or organisations that it may mean

CHANNELS = {"page": _("page"), "desk": _("desk"), "api": "API", "task": _("task"), "system": _("system")}


def kinds_of_record() -> dict[str, str]:
    """Names of models by the label that an entry keeps; one that people never meet stands under its room's name."""
    return {one._meta.label_lower: _name_of(one._meta) for one in apps.get_models()}


def _name_of(meta: Any) -> str:
    named = "verbose_name" in meta.original_attrs
    return capfirst(meta.verbose_name if named else f"{meta.app_config.verbose_name}: {meta.model_name}")


class ActionFilter(admin.SimpleListFilter):
    """For what it was done: the actions of the permission table. The journal itself is not asked which ones occur."""

    title = _("action")
    parameter_name = "action"

    def lookups(self, request, model_admin):
        return [(one, one) for one in sorted(access.table.rules) if not one.startswith("cases.")]

    def queryset(self, request, queryset):
        return queryset.filter(action=self.value()) if self.value() else queryset


class OrganisationFilter(admin.SimpleListFilter):
    """For which organisation somebody worked: offices and ministries; an employer is found by its name in the box."""

    title = _("organisation")
    parameter_name = "organisation"

    def lookups(self, request, model_admin):
        offices = Organisation.objects.exclude(kind__in=[OrganisationKind.EMPLOYER, OrganisationKind.NGO])
        return sorted(((str(one.pk), str(one)) for one in offices), key=lambda one: one[1])

    def queryset(self, request, queryset):
        key = _uuid(self.value() or "")
        return queryset.filter(organisation_id=key) if key else queryset


# What a text may be the number of: {text: keys of the persons' records}. Registered from above.
PersonFinder = Callable[[str], list[uuid.UUID]]
_person_finders: list[PersonFinder] = []


def person_finder(function: PersonFinder) -> PersonFinder:
    _person_finders.append(function)
    return function


@admin.register(Entry, site=desk)
class EntryDesk(DeskAdmin):
    list_display = [
        "at",
        "actor",
        "organisation",
        "verb",
        "object_type",
        "object_id",
        "subject_id",
        "action",
        "channel",
        "reason",
        "seal",
    ]
    list_filter = [
        ("at", admin.DateFieldListFilter),
        "verb",
        OrganisationFilter,
        ActionFilter,
        ("channel", NamedValues.by(lambda: CHANNELS)),
        ("object_type", NamedValues.by(kinds_of_record)),
    ]
    list_select_related = ["sealed"]
    ordering = ["-id"]
    sortable_by = []
    search_fields = ["object_id"]
    search_help_text = _(
        "A registry number or key of a person or record, e-mail or name of who did it, name of an organisation, a word "
        "of the reason, days such as 2026-01-31 or 2026-01-01..2026-01-31; words together narrow the search."
    )

    def get_queryset(self, request):
        return super().get_queryset(request).exclude(APART)

    def get_search_results(self, request, queryset, search_term):
        for word in search_term.split():
            queryset = queryset.filter(condition(word))
        return queryset, False

    def get_changelist_instance(self, request):
        """Names of actors and organisations in one question each: they may lie in another database than the journal."""
        changes = super().get_changelist_instance(request)
        rows = list(changes.result_list)
        names = dict(
            User.objects.filter(pk__in={row.actor_id for row in rows}).values_list("pk", "full_name")
        )
        offices = Organisation.objects.in_bulk({row.organisation_id for row in rows if row.organisation_id})
        for row in rows:
            row.actor_name = names.get(row.actor_id)
            row.organisation_name = offices.get(row.organisation_id, "—")
        changes.result_list = rows
        return changes

    @admin.display(description=_("who"))
    def actor(self, entry) -> str:
        return entry.actor_name or ("—" if entry.actor_id is None else str(entry.actor_id))

    @admin.display(description=_("organisation"))
    def organisation(self, entry) -> str:
        return str(entry.organisation_name)

    @admin.display(description=_("seal"))
    def seal(self, entry) -> str:
        sealed = getattr(entry, "sealed", None)
        return str(sealed.seal_id) if sealed else "—"


def condition(word: str) -> Q:
    """What one word of a search asks: an e-mail, a key, a day, days, a person's number, or a name, verb or reason."""
    if "@" in word:
        return Q(actor_id__in=list(User.objects.filter(email=word.lower()).values_list("pk", flat=True)))
    if key := _uuid(word):
        return Q(actor_id=key) | Q(subject_id=key) | Q(object_id=str(key))
    first, _dots, last = word.partition("..")
    if start := _day(first):
        return Q(at__date__gte=start, at__date__lte=_day(last) or start)
    exact = Q(verb=word) | Q(object_type=word) | Q(action=word) | Q(object_id=word)
    if persons := [key for find in _person_finders for key in find(word)]:
        return exact | Q(subject_id__in=persons)
    return exact | _named(word)


def _named(word: str) -> Q:
    """Who is called so, which organisation is, and in which reason the word stands."""
    if len(word) < SHORTEST:
        return Q(pk__in=[])
    words = fold(word).split()
    people = keys_of(User.objects, ["full_name"], words)[:MOST] if words else []
    offices = keys_of(Organisation.objects, columns("name"), words)[:MOST] if words else []
    return Q(actor_id__in=people) | Q(organisation_id__in=offices) | Q(reason__icontains=word)


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


@admin.register(ReadingAlarm, site=desk)
class ReadingAlarmDesk(DeskAdmin):
    list_display = ["day", "user", "people", "usual", "explained_at"]
    list_filter = [("explained_at", admin.EmptyFieldListFilter)]
    list_select_related = ["user"]
    ordering = ["-day"]
    fields = [*list_display, "in_journal", "explanation", "explained_by"]
    readonly_fields = ["in_journal"]
    object_actions = [
        ObjectAction(
            "explain",
            _("Explain"),
            action="journal.alarm.explain",
            form=ExplainForm,
            run=lambda by, obj, explanation: reading.explain(by=by, alarm=obj, explanation=explanation),
            when=lambda alarm: alarm.explained_at is None,
            explain=_("Ask the person and the office first; what you write here stays."),
            tone="primary",
        )
    ]

    @admin.display(description=_("in the journal"))
    def in_journal(self, alarm) -> str:
        address = reverse("admin:journal_entry_changelist")
        words = urlencode({"q": f"{alarm.user.email} {alarm.day.isoformat()}"})
        return format_html('<a href="{}?{}">{}</a>', address, words, _("What was opened on this day"))


@admin.register(Seal, site=desk)
class SealDesk(DeskAdmin):
    list_display = ["number", "sealed_at", "count", "short_head"]
    ordering = ["-number"]

    @admin.display(description=_("head"))
    def short_head(self, seal) -> str:
        return seal.digest[:16]


def refused_lately(user: Any) -> int:
    since = clock.now() - dt.timedelta(days=1)
    return Entry.objects.filter(verb=Verb.REFUSED, at__gte=since).exclude(APART).count()


navigation.tile(
    _("Refusals of the last day"),
    refused_lately,
    format_lazy("{}?verb__exact={}", reverse_lazy("admin:journal_entry_changelist"), Verb.REFUSED.value),
    "journal.entry.view",
    tone="warning",
    order=80,
)
