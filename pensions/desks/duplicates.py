from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.desk import DeskAdmin
from accounts.object_actions import ObjectAction
from accounts.site import desk
from common.formatting import percent
from common.journal.models import Verb
from pensions import comparison
from pensions.enums import PairState
from pensions.forms import registry as forms
from pensions.forms import workers as forms_workers
from pensions.models import DuplicatePair, PairDecision
from pensions.services import duplicates
from pensions.services.workers import note_reading
from pensions.words import linkage as linkage_words

from .paging import CappedPaginator


class PairStateFilter(admin.SimpleListFilter):
    """The queue shows what waits, unless something else is asked for."""

    title = _("status")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [*PairState.choices, ("all", _("all"))]

    def choices(self, changelist):
        found = list(super().choices(changelist))[1:]
        for one, (code, _title) in zip(found, self.lookup_choices, strict=True):
            one["selected"] = code == (self.value() or PairState.WAITING)
        return found

    def queryset(self, request, queryset):
        wanted = self.value() or PairState.WAITING
        return queryset if wanted == "all" else queryset.filter(state=wanted)


def _is_open(pair: DuplicatePair) -> bool:
    return pair.state in duplicates.OPEN


def _records(request, pair: DuplicatePair) -> dict[str, Any]:
    return {"choices": [(str(one.pk), f"{one} {one.full_name}") for one in (pair.first, pair.second)]}


def _same(by: Any, obj: DuplicatePair, *, keep: str, reason: str) -> None:
    chosen = obj.first if str(obj.first_id) == keep else obj.second
    duplicates.decide_same(by=by, pair=obj, keep=chosen, reason=reason)


def _look(by: Any, obj: None) -> str:
    return reverse("job", args=[duplicates.look(by=by).pk])


@admin.register(DuplicatePair, site=desk)
class DuplicateDesk(DeskAdmin):
    """A queue of pairs, the likeliest first; the page of a pair compares the two records."""

    personal = False  # the page notes that both records were read
    paginator = CappedPaginator
    list_display = ["likelihood", "first_shown", "second_shown", "why", "state", "found_at"]
    list_display_links = ["likelihood", "first_shown"]
    list_filter = [PairStateFilter]
    list_select_related = ["first", "second"]
    ordering = ["-score", "pk"]
    sortable_by = []
    list_actions = [
        ObjectAction(
            "look",
            _("Look for duplicates now"),
            action="registry.duplicate.search",
            run=_look,
            explain=_(
                "New and changed records are compared with all others. It is done every night as well."
            ),
        )
    ]
    object_actions = [
        ObjectAction(
            "same",
            _("One person: merge"),
            action="registry.duplicate.decide",
            form=forms_workers.SameForm,
            form_kwargs=_records,
            run=_same,
            when=_is_open,
            tone="primary",
            explain=_(
                "The other record becomes an alias. No entry is moved, and the merge can be taken back."
            ),
        ),
        ObjectAction(
            "different",
            _("Two persons"),
            action="registry.duplicate.decide",
            form=forms.ReasonForm,
            run=lambda by, obj, reason: duplicates.decide_different(by=by, pair=obj, reason=reason),
            when=_is_open,
            explain=_("The pair is never proposed again."),
        ),
        ObjectAction(
            "ask",
            _("Ask first"),
            action="registry.duplicate.ask",
            form=forms_workers.AskForm,
            run=lambda by, obj, reason: duplicates.ask(by=by, pair=obj, reason=reason),
            when=_is_open,
            explain=_("Write down whom you ask and what. The pair waits under “asked”."),
        ),
        ObjectAction(
            "reopen",
            _("Put the question again"),
            action="registry.duplicate.decide",
            form=forms.ReasonForm,
            run=lambda by, obj, reason: duplicates.reopen(by=by, pair=obj, reason=reason),
            when=lambda pair: pair.state == PairState.DIFFERENT,
        ),
    ]

    @admin.display(description=_("likelihood"))
    def likelihood(self, pair: DuplicatePair) -> str:
        return percent(100 * pair.score)

    @admin.display(description=_("first record"))
    def first_shown(self, pair: DuplicatePair) -> str:
        return pair.first.full_name

    @admin.display(description=_("second record"))
    def second_shown(self, pair: DuplicatePair) -> str:
        return pair.second.full_name

    @admin.display(description=_("why"))
    def why(self, pair: DuplicatePair) -> str:
        return "; ".join(map(str, linkage_words.said(pair.reasons)))

    def get_changelist_instance(self, request):
        """Whoever sees the list sees two names a line: each is noted."""
        changes = super().get_changelist_instance(request)
        changes.result_list = list(changes.result_list)
        people = [one for pair in changes.result_list for one in (pair.first, pair.second)]
        note_reading(by=request.user, workers=people, action=DuplicatePair.VIEW, verb=Verb.LISTED)
        return changes

    def get_fieldsets(self, request, obj=None):
        return []

    def story(self, request, obj: DuplicatePair) -> dict[str, Any]:
        note_reading(by=request.user, workers=[obj.first, obj.second], action=DuplicatePair.VIEW)
        decisions = PairDecision.everything.filter(pair=obj).select_related("by").order_by("at", "pk")
        address = "admin:pensions_worker_change"
        return {
            "story_template": "pensions/desk/pair.html",
            "likelihood": percent(100 * obj.score) if obj.model_version else "",
            "reasons": linkage_words.said(obj.reasons),
            "columns": [_("What"), str(obj.first), str(obj.second)],
            "rows": comparison.rows(obj.first, obj.second),
            "decisions": decisions,
            "links": [(one, reverse(address, args=[one.pk])) for one in (obj.first, obj.second)],
        }
