import uuid
from typing import Any

from django.contrib import admin
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.desk import DeskAdmin
from accounts.object_actions import ObjectAction
from accounts.site import desk
from common.errors import Invalid
from common.journal.models import Verb
from pensions import forms, registry_number
from pensions.enums import WorkerState
from pensions.models import Worker
from pensions.services import workers
from pensions.services.statement import statement
from pensions.statements import as_json, document, supposing, timeline, words

from .paging import CappedPaginator

ADDRESS = "admin:pensions_worker_change"


def _register(by: Any, obj: None, *, kind: str, text: str, **values: Any) -> str:
    own = sorted(
        {code for who in access.grants(by, "registry.worker.register").values() for code in who.states}
    )
    made = workers.register_worker(
        by=by,
        registered_in=own[0] if own else "",
        numbers=[(kind, text)] if kind else [],
        held_by=next((m.organisation for m in by.valid_memberships if m.organisation_id), None),
        **values,
    )
    return reverse(ADDRESS, args=[made.pk])


def _merge(by: Any, obj: Worker, *, number: str, reason: str) -> None:
    found = Worker.objects.filter(registry_number=registry_number.normalise(number) or "").first()
    if found is None:
        raise Invalid("no_such_record", _("No record has this registry number."), field="number")
    workers.merge_workers(by=by, keep=obj, merge=found, reason=reason)


def _person(request, worker: Worker) -> dict[str, Any]:
    names = ("family_name", "given_name", "patronymic", "latin_family_name", "latin_given_name")
    return {name: getattr(worker, name) for name in (*names, "birth_on", "sex", "citizenship")}


@admin.register(Worker, site=desk)
class WorkerDesk(DeskAdmin):
    """Found by anything typed; the page is the statement of the record."""

    personal = True
    paginator = CappedPaginator
    list_display = ["registry_number_shown", "full_name_shown", "birth_on", "state", "registered_in"]
    list_display_links = ["registry_number_shown", "full_name_shown"]
    list_filter = ["state"]
    ordering = ["sort_key", "pk"]
    sortable_by = []
    search_fields = ["search_key"]
    search_help_text = _("A name in any spelling and order, a registry number, or a whole PIN, SNILS or IIN.")

    list_actions = [
        ObjectAction(
            "register",
            _("Register a worker"),
            action="registry.worker.register",
            form=forms.RegisterForm,
            run=_register,
            tone="primary",
            done=_("The record is open."),
        )
    ]
    object_actions = [
        ObjectAction(
            "change",
            _("Change the person's data"),
            action="registry.worker.change",
            form=forms.PersonForm,
            run=lambda by, obj, **values: _done(workers.change_worker(by=by, worker=obj, **values)),
            initial=_person,
        ),
        ObjectAction(
            "number",
            _("Add a number"),
            action="registry.worker.change",
            form=forms.NumberForm,
            run=lambda by, obj, **values: _done(workers.add_number(by=by, worker=obj, **values)),
        ),
        ObjectAction(
            "state",
            _("Next step"),
            action="registry.worker.change",
            form=forms.StateForm,
            run=lambda by, obj, **values: _done(workers.move_worker(by=by, worker=obj, **values)),
            initial=lambda request, obj: {"to_state": WorkerState.REGISTERED},
        ),
        ObjectAction(
            "merge",
            _("Merge another record into this one"),
            action="registry.worker.merge",
            form=forms.MergeForm,
            run=_merge,
            when=lambda worker: worker.merged_into_id is None,
            explain=_(
                "The other record becomes an alias. No entry is moved, and the merge can be taken back."
            ),
        ),
        ObjectAction(
            "part",
            _("Part this record again"),
            action="registry.worker.merge",
            form=forms.ReasonForm,
            run=lambda by, obj, **values: workers.unmerge_worker(by=by, worker=obj, **values),
            when=lambda worker: worker.merged_into_id is not None,
        ),
    ]

    @admin.display(description=_("registry number"))
    def registry_number_shown(self, worker: Worker) -> str:
        return str(worker)

    @admin.display(description=_("full name"))
    def full_name_shown(self, worker: Worker) -> str:
        return worker.full_name

    def subject_id(self, obj):
        return obj.pk

    def get_fieldsets(self, request, obj=None):
        """The story says everything; no raw fields."""
        return []

    def get_object(self, request, object_id, from_field=None):
        """The statement notes the reading itself."""
        return self.get_queryset(request).filter(pk=_uuid(object_id)).first()

    def get_search_results(self, request, queryset, search_term):
        return (queryset.found_by(search_term) if search_term.strip() else queryset), False

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<uuid:pk>/statement.pdf", view(self.statement_pdf), name="pensions_worker_statement"),
            path(
                "<uuid:pk>/statement.json", view(self.statement_json), name="pensions_worker_statement_json"
            ),
            *super().get_urls(),
        ]

    def statement_pdf(self, request, pk) -> HttpResponse:
        worker = get_object_or_404(self.get_queryset(request), pk=pk)
        return document.answer(statement(by=request.user, worker=worker, verb=Verb.PRINTED))

    def statement_json(self, request, pk) -> HttpResponse:
        worker = get_object_or_404(self.get_queryset(request), pk=pk)
        return as_json.answer(statement(by=request.user, worker=worker, verb=Verb.EXPORTED))

    def story(self, request, obj: Worker) -> dict[str, Any]:
        made = statement(by=request.user, worker=obj)
        return {
            "story_template": "pensions/desk/worker.html",
            **words.in_words(made),
            **supposing.in_words(made, request.GET),
            "numbers": words.number_facts(obj),
            "timeline": timeline.svg(made),
            "pdf_url": reverse("admin:pensions_worker_statement", args=[obj.pk]),
            "json_url": reverse("admin:pensions_worker_statement_json", args=[obj.pk]),
            "alias_of": obj.merged_into,
        }


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(text))
    except ValueError:
        return None


def _done(_result: Any) -> None:
    """A button that leads back to the record, whatever its service returns."""
