from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts import access
from cases import directory
from cases import figures as case_figures
from cases.forms.partners import DirectoryForm, FiguresForm
from cases.forms.work import EmergencyForm, HelpForm
from cases.models import Partner
from cases.my_day import my_day
from cases.services import drafts, emergencies, intake
from common import clock, throttle
from common.errors import KozotError
from common.formatting import date_range
from common.journal import services as journal
from common.journal.models import Verb
from common.keys.vault import Locked

RECEIPT = "help_receipt"


def ask_for_help(request):
    """The public form. What was sent is not kept in the browser; only the receipt is, for one page."""
    form = HelpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not throttle.allow("intake", request):
            return render(request, "429.html", status=429)
        try:
            made = intake.request_help(by=None, **form.service_values())
        except KozotError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            request.session[RECEIPT] = made.receipt
            return redirect("cases:received")
    context = {
        "form": form,
        "partners": Partner.objects.filter(is_public=True).select_related("organisation"),
    }
    return render(request, "cases/help.html", context, status=400 if form.errors else 200)


def received(request):
    """Thanks, the receipt, and what comes next. Opening it again later shows nothing."""
    receipt = request.session.pop(RECEIPT, None)
    if receipt is None:
        return redirect("cases:help")
    return render(
        request, "cases/received.html", {"receipt": receipt, "title": _("Your request has arrived")}
    )


def partners(request):
    """Organisations that want to be found."""
    form = DirectoryForm(request.GET or None)
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    found = directory.listed(now=clock.now(), **asked)
    return render(
        request, "cases/partners.html", {"form": form, "partners": found, "asked": any(asked.values())}
    )


@login_required
def figures(request):
    """Figures of the supervisor's own organisation, for this year or for the days that were asked for."""
    access.require(request.user, "cases.figures.view")
    form = FiguresForm(request.GET or None)
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    today = clock.today()
    first, last = asked.get("first") or today.replace(month=1, day=1), asked.get("last") or today
    held = access.grants(request.user, "cases.figures.view").values()
    organisations = [pk for who in held for pk in who.organisation_ids]
    context = {
        "form": form if form.is_bound else FiguresForm(initial={"first": first, "last": last}),
        "tables": case_figures.figures(organisations, first, last, clock.now()),
        "days": date_range(first, last),
    }
    return render(request, "cases/figures.html", context)


@login_required
def emergency(request):
    """A colleague opens a case that he is not on, for three hours and with a reason."""
    access.require(request.user, emergencies.BREAK)
    form = EmergencyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not throttle.count("emergency", str(request.user.pk)):
            return render(request, "429.html", status=429)
        try:
            case = emergencies.break_glass(by=request.user, **form.cleaned_data)
        except Locked:
            raise
        except KozotError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            return redirect("admin:cases_case_change", case.pk)
    context = {"form": form, "hours": emergencies.HOURS}
    return render(request, "cases/emergency.html", context, status=400 if form.errors else 200)


@login_required
def day(request):
    """What the person has to look at today. Cases that are shown are journalled as listed."""
    access.require(request.user, "cases.case.view")
    sections = my_day(request.user, clock.now(), clock.today())
    shown = {row["case"].pk: row["case"] for section in sections for row in section["rows"] if "case" in row}
    journal.record_many(
        by=request.user,
        verb=Verb.LISTED,
        objects=list(shown.values()),
        subject_ids=[None] * len(shown),
        action="cases.case.view",
    )
    return render(
        request,
        "cases/my_day.html",
        {"sections": sections, "may_take_calls": access.permits(request.user, drafts.KEEP)},
    )
