import uuid
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import SEARCH_VAR
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.desk import DeskAdmin
from accounts.site import desk
from common.formatting import MISSING
from common.journal.models import Verb
from pensions import search, worker_story
from pensions.forms.registry import AsOfForm
from pensions.models import Worker
from pensions.services.statement import statement
from pensions.statements import as_json, document, supposing, timeline, words

from . import claim_buttons, erasures, ledger_entries, worker_buttons
from .paging import CappedPaginator, FoundChangeList

EXPORT = "registry.worker.export"


class MergedFilter(admin.SimpleListFilter):
    """Merged records are not in the list unless they are asked for: the record that stands for them is."""

    title = _("merged records")
    parameter_name = "merged"

    def lookups(self, request, model_admin):
        return [("yes", _("only merged records"))]

    def queryset(self, request, queryset):
        if self.value() == "yes":
            return queryset.filter(merged_into__isnull=False)
        # A search may meet a merged record: it leads to the one that stands for both.
        return queryset if request.GET.get(SEARCH_VAR, "").strip() else queryset.persons()


@admin.register(Worker, site=desk)
class WorkerDesk(DeskAdmin):
    """Found by anything typed; the page is the statement of the record."""

    personal = True
    paginator = CappedPaginator
    list_display = [
        "registry_number_shown",
        "full_name_shown",
        "birth_on",
        "state",
        "held_by_shown",
        "registered_in",
    ]
    list_display_links = ["registry_number_shown", "full_name_shown"]
    list_filter = ["state", MergedFilter]
    list_select_related = ["held_by"]
    ordering = ["sort_key", "pk"]
    sortable_by = []
    search_fields = ["search_key"]
    search_help_text = _(
        "A name in any spelling and order, with a birth year if you like; part of a registry or certificate number; "
        "a whole PIN, SNILS, IIN or passport number."
    )
    list_actions = worker_buttons.LIST
    object_actions = [
        *worker_buttons.STEPS,
        *worker_buttons.DETAILS,
        *claim_buttons.PENSIONS,
        *worker_buttons.MERGES,
        erasures.ASK,
        *ledger_entries.ACTIONS,
    ]

    @admin.display(description=_("registry number"))
    def registry_number_shown(self, worker: Worker) -> str:
        return str(worker)

    @admin.display(description=_("full name"))
    def full_name_shown(self, worker: Worker) -> str:
        return worker.full_name

    @admin.display(description=_("held by"))
    def held_by_shown(self, worker: Worker) -> str:
        return worker.holder or MISSING

    def subject_id(self, obj):
        return obj.pk

    def get_fieldsets(self, request, obj=None):
        """The story says everything; no raw fields."""
        return []

    def get_object(self, request, object_id, from_field=None):
        """The statement notes the reading itself."""
        rows = self.get_queryset(request).select_related("key", "held_by", "merged_into")
        found = rows.filter(pk=_uuid(object_id)).first()
        if found is not None:
            access.seen(request.user, Worker.VIEW, found)
        return found

    def get_search_results(self, request, queryset, search_term):
        """What was found lies at the request, for the line above the list."""
        if not search_term.strip():
            return queryset, False
        request.found = search.workers(queryset.order_by(), search_term)
        return queryset, False

    def get_changelist(self, request, **kwargs):
        return FoundChangeList

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<uuid:pk>/statement.pdf", view(self.statement_pdf), name="pensions_worker_statement"),
            path(
                "<uuid:pk>/statement.json", view(self.statement_json), name="pensions_worker_statement_json"
            ),
            path("<uuid:pk>/period/", view(self.period), name="pensions_worker_period"),
            path("<uuid:pk>/evidence/", view(self.evidence), name="pensions_worker_evidence"),
            *super().get_urls(),
        ]

    def period(self, request, pk) -> HttpResponse:
        worker = get_object_or_404(self.get_queryset(request), pk=pk)
        return ledger_entries.period_page(self.admin_site, request, worker)

    def evidence(self, request, pk) -> HttpResponse:
        return ledger_entries.evidence_file(request, get_object_or_404(self.get_queryset(request), pk=pk))

    def statement_pdf(self, request, pk) -> HttpResponse:
        worker = get_object_or_404(self.get_queryset(request), pk=pk)
        asked = AsOfForm.asked(request.GET)
        return document.answer(statement(by=request.user, worker=worker, **asked, verb=Verb.PRINTED))

    def statement_json(self, request, pk) -> HttpResponse:
        worker = get_object_or_404(self.get_queryset(request), pk=pk)
        access.require(request.user, EXPORT, worker)
        asked = AsOfForm.asked(request.GET)
        return as_json.answer(statement(by=request.user, worker=worker, **asked, verb=Verb.EXPORTED))

    def story(self, request, obj: Worker) -> dict[str, Any]:
        as_of = AsOfForm.in_words(request.GET)
        made = statement(by=request.user, worker=obj, **as_of["asked"])
        said = words.in_words(made)
        beside = worker_story.rows(obj, request.user, as_of["asked"].get("known_at"))
        for row, one in zip(said["periods"]["rows"], made.periods, strict=True):
            row[0] = {"value": row[0], "url": ledger_entries.period_link(obj, one.period.entry)}
        return {
            "story_template": "pensions/desk/worker.html",
            **said,
            "as_of": as_of,
            **supposing.in_words(made, request.GET),
            "numbers": words.number_facts(worker_story.numbers(beside)),
            "timeline": timeline.svg(made),
            "pdf_url": reverse("admin:pensions_worker_statement", args=[obj.pk]) + as_of["query"],
            "json_url": reverse("admin:pensions_worker_statement_json", args=[obj.pk]) + as_of["query"]
            if access.permits(request.user, EXPORT, obj)
            else "",
            "alias_of": obj.merged_into,
            "sections": worker_story.sections(beside),
        }


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(text))
    except ValueError:
        return None
