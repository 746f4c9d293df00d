from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts import access
from common.errors import Missing
from common.formatting import datetime_short
from common.journal.models import Verb
from pensions import own_data, readers
from pensions.forms.registry import AsOfForm
from pensions.models import Worker, WorkerIdentifier
from pensions.querysets import own_records
from pensions.services import corrections
from pensions.services.statement import statement
from pensions.statements import as_json, document, supposing, timeline, words
from pensions.statements.download import download

MOST_PAGES = 400


def _own_record(request: HttpRequest) -> Worker:
    """The record of whoever is signed in; an alias leads to the record that stands for both."""
    access.require(request.user, "registry.statement.view")
    found = Worker.objects.filter(user=request.user).select_related("merged_into").first()
    if found is None:
        raise Missing()
    access.seen(request.user, Worker.VIEW, found)
    return found.merged_into or found


@login_required
def my_record(request: HttpRequest) -> HttpResponse:
    as_of = AsOfForm.in_words(request.GET)
    with access.remembering():
        worker = _own_record(request)
        made = statement(by=request.user, worker=worker, **as_of["asked"])
    numbers = WorkerIdentifier.everything.of_person(worker).select_related("worker__key")
    context = {
        **words.in_words(made),
        "as_of": as_of,
        **supposing.in_words(made, request.GET),
        "numbers": words.number_facts(numbers.filter(ended_at__isnull=True)),
        "timeline": timeline.svg(made),
    }
    return render(request, "pensions/my_record.html", context)


@login_required
def my_record_pdf(request: HttpRequest) -> HttpResponse:
    asked = AsOfForm.asked(request.GET)
    return document.answer(
        statement(by=request.user, worker=_own_record(request), **asked, verb=Verb.PRINTED)
    )


@login_required
def my_record_json(request: HttpRequest) -> HttpResponse:
    asked = AsOfForm.asked(request.GET)
    return as_json.answer(
        statement(by=request.user, worker=_own_record(request), **asked, verb=Verb.EXPORTED)
    )


@login_required
def my_data(request: HttpRequest) -> HttpResponse:
    """All that the registry holds about the person, to take away."""
    worker = _own_record(request)
    made = statement(by=request.user, worker=worker, verb=Verb.EXPORTED)
    records = list(Worker.everything.filter(own_records(request.user)).values_list("pk", flat=True))
    looks = [
        {"when": one.at.isoformat(), "who": one.who, "what": str(one.verb), "why": one.reason}
        for one in readers.all_of(worker)
    ]
    content = own_data.package(
        records,
        statement=as_json.content(made),
        pdf=document.pdf(made),
        readers=looks,
        language=get_language() or "ky",
        papers=corrections.papers_of(records),
    )
    return download(content, f"kozot-{worker}.zip", "application/zip")


@login_required
def my_readers(request: HttpRequest) -> HttpResponse:
    """Who has looked at one's record, and why."""
    asked = request.GET.get("page", "")
    page = int(asked) if asked.isdecimal() and 0 < int(asked[:7]) <= MOST_PAGES else 1
    rows = [
        [datetime_short(timezone.localtime(one.at)), one.who, one.verb, one.reason or "—"]
        for one in readers.of(_own_record(request), page)
    ]
    context = {
        "columns": [_("When"), _("Who"), _("What"), _("Why")],
        "rows": rows,
        "newer": f"?page={page - 1}" if page > 1 else "",
        "older": f"?page={page + 1}" if len(rows) == readers.SHOWN and page < MOST_PAGES else "",
    }
    return render(request, "pensions/my_readers.html", context)
