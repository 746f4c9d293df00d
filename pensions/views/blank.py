"""What anyone is told who scans a blank form: whether it may bear a certificate at all. Never where it lies."""

from django import forms
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from common import throttle
from common.scoping import system
from pensions import blank_codes
from pensions.enums.issuing import BlankState
from pensions.models import Blank

from .verify import RATE

UNKNOWN, UNUSED = "unknown", "unused"
ANSWERS = {
    UNKNOWN: (
        "danger",
        _("There is no blank form with this number."),
        _("A certificate on it is forged."),
    ),
    UNUSED: (
        "danger",
        _("No certificate was issued on this blank form."),
        _("Whatever is printed on it does not count. Tell the social fund."),
    ),
    BlankState.USED: (
        "info",
        _("A certificate was issued on this blank form."),
        _("Check the certificate itself: scan its large code or enter its number."),
    ),
    BlankState.SPOILED: (
        "danger",
        _("This blank form was spoiled and written off."),
        _("It must not be accepted."),
    ),
    BlankState.LOST: ("danger", _("This blank form was reported lost."), _("It must not be accepted.")),
    BlankState.STOLEN: ("danger", _("This blank form was reported stolen."), _("It must not be accepted.")),
    BlankState.DESTROYED: (
        "danger",
        _("This blank form was destroyed by act."),
        _("It must not be accepted."),
    ),
}


class BlankForm(forms.Form):
    code = forms.CharField(
        label=_("Series and number"),
        help_text=_("As printed on the blank form, or scan its code into this field."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_code(self) -> tuple[str, int]:
        found = blank_codes.read(self.cleaned_data["code"])
        if found is None or not found[0]:
            raise forms.ValidationError(
                _("Enter series and number, for example КГ 0000012."), code="unreadable"
            )
        return found


def verify_blank(request):
    """State of one blank form, as far as anyone needs to know it."""
    form = BlankForm(request.POST or None)
    context = {"form": form}
    if request.method == "POST" and form.is_valid():
        if not throttle.allow(RATE, request):
            return render(request, "429.html", status=429)
        series, number = form.cleaned_data["code"]
        tone, title, advice = ANSWERS[state_of(series, number)]
        context |= {"tone": tone, "title": title, "advice": advice, "blank": f"{series} {number:07}"}
    return render(request, "pensions/verify/blank.html", context, status=400 if form.errors else 200)


def state_of(series: str, number: int) -> str:
    """One of ANSWERS. In stock and on the way are one answer: where blank forms lie is nobody's business."""
    with system("verification of a blank form"):
        state = Blank.everything.between(series, number, number).values_list("state", flat=True).first()
    if state is None:
        return UNKNOWN
    return UNUSED if state in (BlankState.IN_STOCK, BlankState.IN_TRANSIT) else state
