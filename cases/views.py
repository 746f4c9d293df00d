from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts import access
from common import clock, throttle
from common.errors import KozotError
from common.journal import services as journal
from common.journal.models import Verb
from common.keys.vault import Locked

from .forms import EmergencyForm, HelpForm
from .models import Partner
from .my_day import my_day
from .services import emergencies, intake

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
    found = Partner.objects.filter(is_public=True).select_related("organisation")
    return render(request, "cases/partners.html", {"partners": found})


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
    return render(request, "cases/my_day.html", {"sections": sections})
