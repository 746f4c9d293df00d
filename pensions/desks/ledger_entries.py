"""Buttons and pages for single entries of a person's ledger; they hang on the worker's desk."""

import uuid
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.object_actions import ObjectAction
from common import files, formatting
from common.journal.models import Verb
from pensions.entries import month_name, months_of, period_page_of, periods_of
from pensions.forms import ledger as forms
from pensions.models import EmploymentPeriod, PeriodEvidence, Worker
from pensions.services import ledger
from pensions.services.workers import note_reading

PERIOD, MONTH, CONFIRM = "registry.period.record", "registry.contribution.record", "registry.period.confirm"


def _periods(request, worker: Worker) -> dict[str, Any]:
    """The choices of a form, and the one that the address names."""
    rows = [
        (
            str(one.entry),
            f"{formatting.date_range(one.start_on, one.end_on)}, {one.employment.employer.name}",
            one,
        )
        for one in periods_of(worker)
    ]
    return _chosen(request, rows)


def _months(request, worker: Worker) -> dict[str, Any]:
    return _chosen(request, [(month_name(one), _month_text(one), one) for one in months_of(worker)])


def _month_text(one: Any) -> str:
    return f"{formatting.month(one.month)}, {one.employment.employer.name}, {one.get_fund_display()}"


def _chosen(request, rows: list[tuple[str, str, Any]]) -> dict[str, Any]:
    wanted = request.GET.get("entry", "")
    return {"entries": rows, "chosen": next((row for name, _text, row in rows if name == wanted), None)}


def _values_of(choose: Any, names: list[str]) -> Any:
    def initial(request, worker: Worker) -> dict[str, Any]:
        chosen = choose(request, worker)["chosen"]
        return {name: getattr(chosen, name) for name in names} if chosen else {}

    return initial


def _do(action: str, service: Any) -> Any:
    """Runs the service on the chosen entry; without one, leads to the same form with the entry named."""

    def run(by: Any, obj: Worker, *, chosen: Any = None, entry: str = "", **values: Any) -> Any:
        if chosen is None:
            address = reverse("admin:pensions_worker_do", args=[obj.pk, action])
            return HttpResponseRedirect(f"{address}?entry={entry}")
        service(by, chosen, values)
        return None

    return run


def _record_period(by: Any, obj: Worker, *, employer: Any, **values: Any) -> None:
    employment = ledger.employ(by=by, worker=obj, employer=employer)
    ledger.record_period(by=by, employment=employment, **values)


def _record_month(by: Any, period: EmploymentPeriod, values: dict[str, Any]) -> None:
    ledger.record_contribution(by=by, employment=period.employment, **values)


def _judge(by: Any, period: EmploymentPeriod, values: dict[str, Any]) -> None:
    ledger.judge_period(by=by, period=period, **values)


def _correct(by: Any, entry: Any, values: dict[str, Any]) -> None:
    ledger.correct(by=by, entry=entry, **values)


def _withdraw(by: Any, entry: Any, values: dict[str, Any]) -> None:
    ledger.withdraw(by=by, entry=entry, **values)


_STAYS = _("The old version stays in the record: what was known before can always be seen.")

ACTIONS = [
    ObjectAction(
        "record_period", _("Record a period"), PERIOD, _record_period, forms.RecordPeriodForm,
        initial=lambda request, obj: {"legal_basis": "employment", "opened_by": "hire", "day_scheme": "calendar"},
    ),
    ObjectAction(
        "correct_period", _("Correct a period"), PERIOD, _do("correct_period", _correct), forms.CorrectPeriodForm,
        form_kwargs=_periods, initial=_values_of(_periods, forms.PERIOD_NAMES), explain=_STAYS, among_buttons=False,
    ),
    ObjectAction(
        "judge_period", _("Confirm or dispute a period"), CONFIRM, _do("judge_period", _judge),
        forms.JudgePeriodForm, form_kwargs=_periods, initial=lambda request, obj: {"status": "confirmed"},
        explain=_("The document stands beside the period, with your name and the moment."), among_buttons=False,
    ),
    ObjectAction(
        "withdraw_period", _("Withdraw a period"), PERIOD, _do("withdraw_period", _withdraw),
        forms.ReasonOfEntryForm, form_kwargs=_periods, explain=_STAYS, among_buttons=False,
    ),
    ObjectAction(
        "record_month", _("Record a month"), MONTH, _do("record_month", _record_month), forms.RecordMonthForm,
        form_kwargs=_periods, among_buttons=False,
    ),
    ObjectAction(
        "correct_month", _("Correct a month"), MONTH, _do("correct_month", _correct), forms.CorrectMonthForm,
        form_kwargs=_months, initial=_values_of(_months, forms.MONTH_NAMES), explain=_STAYS, among_buttons=False,
    ),
    ObjectAction(
        "withdraw_month", _("Withdraw a month"), MONTH, _do("withdraw_month", _withdraw), forms.WithdrawMonthForm,
        form_kwargs=_months, explain=_STAYS, among_buttons=False,
    ),
]  # fmt: skip


def period_link(worker: Worker, entry: uuid.UUID) -> str:
    return f"{reverse('admin:pensions_worker_period', args=[worker.pk])}?entry={entry}"


def period_page(site: Any, request, worker: Worker) -> HttpResponse:
    """One period with all its versions, its evidence and its months."""
    access.require(request.user, EmploymentPeriod.VIEW, worker)
    found = period_page_of(worker, request.GET.get("entry", ""))
    if found is None:
        raise Http404
    note_reading(by=request.user, workers=[worker], action=EmploymentPeriod.VIEW, verb=Verb.READ)
    buttons = [
        {
            "title": one.title,
            "tone": one.tone,
            "url": f"{reverse('admin:pensions_worker_do', args=[worker.pk, one.name])}?entry={found['entry']}",
        }
        for one in ACTIONS
        if one.form_kwargs is _periods and found["current"] and one.open_to(request.user, worker)
    ]
    context = {**site.each_context(request), **found, "worker": worker, "buttons": buttons}
    return TemplateResponse(request, "pensions/desk/period.html", context)


def evidence_file(request, worker: Worker) -> HttpResponse:
    """The copy of a document behind a period of this person."""
    access.require(request.user, PeriodEvidence.VIEW, worker)
    rows = PeriodEvidence.objects.filter(worker__in=[worker, *worker.aliases.all()], file__isnull=False)
    try:
        wanted = uuid.UUID(request.GET.get("file", ""))
    except ValueError as error:
        raise Http404 from error
    row = get_object_or_404(rows.select_related("file__key"), file_id=wanted)
    note_reading(by=request.user, workers=[worker], action=PeriodEvidence.VIEW, verb=Verb.READ)
    answer = HttpResponse(files.read(row.file), content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="evidence-{row.file_id}"'
    return answer
