"""The journal as its auditor reads it: who, what, which record, whose record, when. No personal values stand in it."""

import datetime as dt
import uuid
from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.urls import reverse, reverse_lazy
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from common import clock
from common.journal.models import Entry, Seal, Verb

from . import navigation
from .desk import DeskAdmin
from .forms import ExplainForm
from .models import ReadingAlarm, User
from .object_actions import ObjectAction
from .services import reading
from .services.reading import APART
from .site import desk


class NamedValues(admin.AllValuesFieldListFilter):
    """An entry about nothing in particular has a choice that can be read and pressed, too."""

    def choices(self, changelist):
        for choice in super().choices(changelist):
            yield {**choice, "display": choice["display"] or "—"}


@admin.register(Entry, site=desk)
class EntryDesk(DeskAdmin):
    list_display = [
        "at",
        "actor",
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
        ("channel", NamedValues),
        ("object_type", NamedValues),
    ]
    list_select_related = ["sealed"]
    ordering = ["-id"]
    sortable_by = []
    search_fields = ["object_id"]
    search_help_text = _(
        "The key of a record or of a person, an e-mail of who did it, and days such as 2026-01-31 or "
        "2026-01-01..2026-01-31; words together narrow the search."
    )

    def get_queryset(self, request):
        return super().get_queryset(request).exclude(APART)

    def get_search_results(self, request, queryset, search_term):
        for word in search_term.split():
            queryset = queryset.filter(condition(word))
        return queryset, False

    def get_changelist_instance(self, request):
        """Names of the actors in one question: they lie in another database than the journal may."""
        changes = super().get_changelist_instance(request)
        rows = list(changes.result_list)
        names = dict(
            User.objects.filter(pk__in={row.actor_id for row in rows}).values_list("pk", "full_name")
        )
        for row in rows:
            row.actor_name = names.get(row.actor_id)
        changes.result_list = rows
        return changes

    @admin.display(description=_("who"))
    def actor(self, entry) -> str:
        return entry.actor_name or ("—" if entry.actor_id is None else str(entry.actor_id))

    @admin.display(description=_("seal"))
    def seal(self, entry) -> str:
        sealed = getattr(entry, "sealed", None)
        return str(sealed.seal_id) if sealed else "—"


def condition(word: str) -> Q:
    """What one word of a search asks: an e-mail, a key, a day, days, or a verb, kind of object or action."""
    if "@" in word:
        return Q(actor_id__in=list(User.objects.filter(email=word.lower()).values_list("pk", flat=True)))
    if key := _uuid(word):
        return Q(actor_id=key) | Q(subject_id=key) | Q(object_id=str(key))
    first, _dots, last = word.partition("..")
    if start := _day(first):
        return Q(at__date__gte=start, at__date__lte=_day(last) or start)
    return Q(verb=word) | Q(object_type=word) | Q(action=word) | Q(object_id=word)


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
