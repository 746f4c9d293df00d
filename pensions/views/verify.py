"""Verification for anyone: no login, no data kept about who checks, the verdict before the data."""

from typing import Any

from django import forms
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from common import throttle
from common.uploads import UploadField
from pensions.certificates.printed import print_month, printed_fields, table_head
from pensions.certificates.qr_text import MAX_TEXT
from pensions.certificates.reading import MAX_FILE
from pensions.certificates.verify import Verdict
from pensions.enums.issuing import CertificateState
from pensions.services import verification
from pensions.words.verdicts import VERDICTS, labels, reasons_of

RATE = "verify"


class FileForm(forms.Form):
    file = UploadField(
        label=_("PDF or photograph"),
        help_text=_("A PDF as you got it, or a photograph with the whole large code (PNG or JPEG)."),
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,image/png,image/jpeg"}),
        most=MAX_FILE,
    )


class TextForm(forms.Form):
    text = forms.CharField(
        label=_("Text of the code"),
        help_text=_("What another scanner has read out of the large code; it begins with EAC1:"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
    )


class NumberForm(forms.Form):
    number = forms.CharField(label=_("Number of the certificate"), max_length=40)
    code = forms.CharField(
        label=_("Check code"), help_text=_("Sixteen signs in groups of four."), max_length=40
    )


WAYS = {"file": FileForm, "text": TextForm, "number": NumberForm}


def verify(request):
    """Three ways in, one answer."""
    return _page(request, {})


def verify_number(request, number: str):
    """Where the small code on the paper leads: it tells the state and asks for more."""
    if not throttle.allow(RATE, request):
        return render(request, "429.html", status=429)
    state = verification.state_of(number)
    known = {
        "number": number,
        "looked_up": True,
        "state": CertificateState(state).label if state else "",
        "in_force": state == CertificateState.ISSUED,
    }
    return _page(request, known, counted=True)


def _page(request, context: dict[str, Any], counted: bool = False):
    way = request.POST.get("way", "") if request.method == "POST" else ""
    opened = {
        name: form(request.POST, request.FILES)
        if name == way
        else form(initial={"number": context.get("number", "")})
        for name, form in WAYS.items()
    }
    context = {**context, "forms": opened, "way": way}
    if way in opened and opened[way].is_valid():
        if not counted and not throttle.allow(RATE, request):
            return render(request, "429.html", status=429)
        if way == "number" and verification.is_tried_out(opened[way].cleaned_data["number"]):
            return render(request, "429.html", status=429)
        context |= shown(_verdict(request.user, way, opened[way].cleaned_data))
    wrong = way in opened and bool(opened[way].errors)
    return render(request, "pensions/verify/verify.html", context, status=400 if wrong else 200)


def _verdict(user, way: str, values: dict[str, Any]) -> Verdict:
    if way == "number":
        return verification.verify_number(by=user, **values)
    data = values["file"].read() if way == "file" else values["text"]
    return verification.verify_file(by=user, data=data)


def shown(verdict: Verdict) -> dict[str, Any]:
    """The verdict as the page shows it: title, reasons, then what was sealed beside what is printed."""
    title, advice, tone = VERDICTS[verdict.code]
    language = (get_language() or "ky")[:2]
    words = labels(language)
    page = {
        "verdict": verdict,
        "title": title,
        "advice": advice,
        "tone": tone,
        "reasons": reasons_of(verdict),
        "lines": [],
    }
    if verdict.lines:
        page["lines"] = [
            [
                words.get(line.label, line.label),
                " · ".join(line.sealed) or "—",
                {"value": " · ".join(line.printed) or "—", "tone": "" if line.same else "danger"},
            ]
            for line in verdict.lines
        ]
        page["columns"] = [_("Field"), _("As sealed"), _("As printed")]
    elif verdict.certificate is not None:
        fields = printed_fields(verdict.certificate)
        basis = (words["basis"], words[f"basis_{verdict.certificate.basis:d}"])
        page["fields"] = [*((words.get(key, key), value) for key, value in fields.items()), basis]
        page["month_columns"] = [words[key] for key in table_head(verdict.certificate.variant)]
        page["months"] = [print_month(row) for row in verdict.rows]
    return page
