"""Both sides of the exchange: what one's institution asked, and what it was asked."""

import json
from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.desk import DeskAdmin
from accounts.object_actions import ObjectAction
from accounts.site import desk
from common import clock, formatting
from common.errors import Invalid
from pensions import registry_number
from pensions.enums.exchange import ANSWERS, WAITING, RequestState, Verdict
from pensions.forms import exchange as own_forms
from pensions.forms import registry as forms
from pensions.models import AnswerTarget, PeriodRequest, ReceivedRequest, RequestedPeriod, SentRequest, Worker
from pensions.services import exchange, exchange_answers, exchange_files
from pensions.services.exchange_answers import Said, standing_answers
from pensions.statements import exchange_words
from pensions.statements.download import download

from .paging import CappedPaginator

SENT = "admin:pensions_sentrequest_change"
RECEIVED = "admin:pensions_receivedrequest_change"


class Overdue(admin.SimpleListFilter):
    title = _("answer overdue")
    parameter_name = "overdue"

    def lookups(self, request, model_admin):
        return [("yes", _("yes"))]

    def queryset(self, request, queryset):
        return queryset.overdue(clock.today()) if self.value() else queryset


def _draft(by: Any, obj: None, *, number: str, **values: Any) -> str:
    """Only records within the person's reach are looked through."""
    worker = Worker.objects.filter(registry_number=registry_number.normalise(number) or "").first()
    if worker is None:
        raise Invalid("no_such_record", _("No record has this registry number."), field="number")
    made = exchange.draft(by=by, worker=worker.merged_into or worker, **values)
    return reverse(SENT, args=[made.pk])


def own_institutions(request, obj) -> dict[str, Any]:
    return {"own": request.user.organisation_ids()}


def lines_of(request, obj: PeriodRequest) -> dict[str, Any]:
    return {"lines": list(RequestedPeriod.objects.filter(request_id=obj.pk).order_by("start_on", "ref"))}


def said(values: dict[str, Any]) -> list[Said]:
    """The periods that the form answers."""
    refs = [name.removeprefix("verdict_") for name in values if name.startswith("verdict_") and values[name]]
    return [
        Said(
            ref=ref,
            verdict=values[f"verdict_{ref}"],
            start_on=values[f"start_{ref}"],
            end_on=values[f"end_{ref}"],
            reason=values[f"reason_{ref}"],
        )
        for ref in refs
    ]


def _answer(by: Any, obj: ReceivedRequest, **values: Any) -> None:
    exchange_answers.answer(by=by, request=obj, periods=said(values), note=values["note"])


def _enter_paper(by: Any, obj: SentRequest, **values: Any) -> None:
    exchange_answers.enter_paper(
        by=by,
        request=obj,
        periods=said(values),
        answered_on=values["answered_on"],
        reference=values["reference"],
        note=values["note"],
    )


def _import_answer(by: Any, obj: SentRequest, file: Any) -> None:
    exchange_files.import_answer(by=by, request=obj, content=file.read(), name=file.name)


def _import_request(by: Any, obj: None, *, file: Any, sender: Any) -> str:
    made = exchange_files.import_request(by=by, content=file.read(), sender=sender)
    return reverse(RECEIVED, args=[made.pk])


def _formular(by: Any, obj: SentRequest, language: str):
    content = exchange_files.print_request(by=by, request=obj, language=language)
    return download(content, f"request-{obj}.pdf", "application/pdf")


def _can(state: str):
    return lambda request: state in exchange.REQUEST_MOVES[request.state]


def _left(request: PeriodRequest) -> bool:
    return request.sent_at is not None


def _answered(request: PeriodRequest) -> bool:
    return request.state in ANSWERS


def _nothing(_made: Any) -> None:
    """A service's answer that leads nowhere: the page of the object is shown again."""


class RequestDesk(DeskAdmin):
    personal = True
    paginator = CappedPaginator
    list_filter = ["state", "channel", Overdue]
    list_select_related = ["sender", "recipient", "worker"]
    search_fields = ["number"]
    ordering = ["due_on", "-drafted_at", "pk"]
    sortable_by = []

    def get_fieldsets(self, request, obj=None):
        """The story says everything."""
        return []

    @admin.display(description=_("number"))
    def shown_number(self, obj: PeriodRequest) -> str:
        return str(obj)

    @admin.display(description=_("answer due"))
    def due(self, obj: PeriodRequest) -> str:
        if obj.due_on is None or obj.state not in WAITING:
            return formatting.MISSING
        day = formatting.date_short(obj.due_on)
        return f"{day} – {_('overdue')}" if obj.due_on < clock.today() else day

    @admin.display(description=_("asking institution"))
    def asking(self, obj: PeriodRequest) -> str:
        return f"{obj.sender.get_state_display()}: {obj.sender}"

    @admin.display(description=_("institution asked"))
    def asked(self, obj: PeriodRequest) -> str:
        return f"{obj.recipient.get_state_display()}: {obj.recipient}"

    @admin.display(description=_("person"))
    def person_name(self, obj: PeriodRequest) -> str:
        if obj.worker_id and isinstance(obj, SentRequest):
            return obj.worker.full_name
        return exchange_words.name_of(json.loads(obj.person or "{}"))

    def story(self, request, obj: PeriodRequest) -> dict[str, Any]:
        return {"story_template": "pensions/desk/period_request.html", **exchange_words.in_words(obj)}


@admin.register(SentRequest, site=desk)
class SentRequestDesk(RequestDesk):
    list_display = ["shown_number", "person_name", "asked", "purpose", "state", "due"]
    list_actions = [
        ObjectAction(
            "draft",
            _("Ask an institution to confirm periods"),
            exchange.DRAFT,
            _draft,
            own_forms.DraftRequestForm,
            form_kwargs=own_institutions,
            tone="primary",
            done=_("The draft shows what would be sent. Nothing has left yet."),
        ),
    ]
    object_actions = [
        ObjectAction(
            "send",
            pgettext_lazy("request", "Send"),
            exchange.SEND,
            form=own_forms.SendForm,
            when=lambda one: one.state == RequestState.DRAFTED,
            run=lambda by, obj, channel: _nothing(exchange.send(by=by, request=obj, channel=channel)),
            tone="primary",
            explain=_("The person's names, birth date, citizenship and numbers go with the request."),
        ),
        ObjectAction(
            "formular",
            _("Formular on paper"),
            exchange.SEND,
            _formular,
            own_forms.FormularForm,
            when=_left,
        ),
        ObjectAction(
            "file",
            _("Request as a file"),
            exchange.SEND,
            when=_left,
            run=lambda by, obj: download(
                exchange_files.export_request(by=by, request=obj), f"request-{obj}.json", "application/json"
            ),
        ),
        ObjectAction(
            "receipt",
            _("Note that it has arrived"),
            exchange.SEND,
            when=_can(RequestState.RECEIVED),
            run=lambda by, obj: _nothing(exchange.note_receipt(by=by, request=obj)),
        ),
        ObjectAction(
            "paper",
            _("Enter an answer on paper"),
            exchange_answers.ENTER,
            _enter_paper,
            own_forms.PaperAnswerForm,
            when=_left,
            form_kwargs=lines_of,
        ),
        ObjectAction(
            "answer_file",
            _("Take in an answer as a file"),
            exchange_answers.ENTER,
            _import_answer,
            own_forms.FileForm,
            when=_left,
        ),
        ObjectAction(
            "adopt",
            _("Take over the confirmed dates"),
            exchange_answers.ENTER,
            form=forms.ReasonForm,
            when=lambda one: (
                _answered(one)
                and any(row.verdict == Verdict.PARTLY for row in standing_answers(one).values())
            ),
            run=lambda by, obj, reason: _nothing(
                exchange_answers.adopt_dates(by=by, request=obj, reason=reason)
            ),
            explain=_("The record is corrected to the dates that the institution confirmed."),
        ),
        ObjectAction(
            "again",
            _("Ask again"),
            exchange.SEND,
            form=forms.ReasonForm,
            when=_answered,
            run=lambda by, obj, reason: _nothing(exchange.ask_again(by=by, request=obj, reason=reason)),
            explain=_("Say what in the answer you do not accept. The request waits for a new answer."),
        ),
        ObjectAction(
            "close",
            pgettext_lazy("request", "Close"),
            exchange.SEND,
            form=forms.ReasonForm,
            when=_can(RequestState.CLOSED),
            run=lambda by, obj, reason: exchange.close(by=by, request=obj, reason=reason),
        ),
        ObjectAction(
            "withdraw",
            pgettext_lazy("request", "Withdraw"),
            exchange.SEND,
            form=forms.ReasonForm,
            when=_can(RequestState.WITHDRAWN),
            run=lambda by, obj, reason: exchange.withdraw(by=by, request=obj, reason=reason),
            tone="danger",
        ),
    ]


@admin.register(ReceivedRequest, site=desk)
class ReceivedRequestDesk(RequestDesk):
    list_display = ["shown_number", "person_name", "asking", "purpose", "state", "due"]
    list_actions = [
        ObjectAction(
            "take_in",
            _("Take in a request as a file"),
            exchange.ANSWER,
            _import_request,
            own_forms.RequestFileForm,
            form_kwargs=own_institutions,
        ),
    ]
    object_actions = [
        ObjectAction(
            "receipt",
            _("Confirm receipt"),
            exchange.ANSWER,
            when=_can(RequestState.RECEIVED),
            run=lambda by, obj: _nothing(exchange.confirm_receipt(by=by, request=obj)),
        ),
        ObjectAction(
            "answer",
            _("Answer"),
            exchange.ANSWER,
            _answer,
            own_forms.AnswerForm,
            when=lambda one: one.state != RequestState.WITHDRAWN,
            form_kwargs=lines_of,
            tone="primary",
            done=_("The answer has been given."),
        ),
        ObjectAction(
            "file",
            _("Answer as a file"),
            exchange.ANSWER,
            when=_answered,
            run=lambda by, obj: download(
                exchange_files.export_answer(by=by, request=obj), f"answer-{obj}.json", "application/json"
            ),
        ),
    ]


@admin.register(AnswerTarget, site=desk)
class AnswerTargetDesk(DeskAdmin):
    list_display = ["organisation", "days", "from_on"]
    list_select_related = ["organisation"]
    ordering = ["-from_on", "-recorded_at"]
    fields = ["organisation", "days", "from_on"]
    list_actions = [
        ObjectAction(
            "set",
            _("Set a target"),
            "exchange.target.set",
            form=own_forms.TargetForm,
            run=lambda by, obj, days: _nothing(exchange.set_target(by=by, days=days)),
            explain=_("Within how many days your institution wants answers. It is no legal deadline."),
        )
    ]
