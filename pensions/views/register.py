"""The control register for anyone: a page that explains it, and the addresses that witnesses and auditors fetch."""

import re

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common import throttle
from common.errors import Invalid
from common.formatting import number
from pensions.control_register.merkle import ProofError
from pensions.services import public_register as open_register
from pensions.services import witnessing

RATE = "public"
FOREVER = "public, max-age=31536000, immutable"
NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")
# code: (title, advice, tone)
ANSWERS = {
    "holds": (
        _("The register still contains all that was signed then"),
        _("Nothing was removed from the entries before it, and none was changed."),
        "success",
    ),
    "contradicts": (
        _("The register contradicts what it has signed before"),
        _("Keep the text: it proves that entries were changed. Tell the auditor."),
        "danger",
    ),
    "longer": (
        _("The register is shorter than what it has signed before"),
        _("Keep the text: it proves that entries were removed. Tell the auditor."),
        "danger",
    ),
    "not_ours": (
        _("This was not signed by the control register"),
        _("Paste the whole text of a checkpoint or of a proof, with its signature line."),
        "warning",
    ),
}
KINDS = {
    "blank_received": _("blank forms received from the printer"),
    "blank_handed_over": _("blank forms handed over"),
    "blank_accepted": _("blank forms accepted"),
    "blank_refused": _("blank forms refused"),
    "blank_used": _("blank forms used"),
    "blank_spoiled": _("blank forms spoiled"),
    "blank_lost": _("blank forms lost"),
    "blank_stolen": _("blank forms stolen"),
    "blank_destroyed": _("blank forms destroyed"),
    "certificate_issued": _("certificates issued"),
    "certificate_suspended": _("certificates suspended"),
    "certificate_resumed": _("certificates in force again"),
    "certificate_revoked": _("certificates revoked"),
    "certificate_superseded": _("certificates replaced"),
    "right_granted": _("rights to issue granted"),
    "right_ended": _("rights to issue ended"),
    "key_opened": _("keys opened"),
    "key_ended": _("keys ended"),
    "key_compromised": _("keys declared compromised"),
}


class CheckForm(forms.Form):
    text = forms.CharField(
        label=_("Checkpoint or proof that you have kept"),
        help_text=_(
            "The text of this page from another day, or the file register.tlog-proof out of a certificate."
        ),
        max_length=20_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off", "spellcheck": "false"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def public_register(request: HttpRequest) -> HttpResponse:
    """What the register is, its newest checkpoint, and a question to it."""
    form, answer, status = CheckForm(request.POST if request.method == "POST" else None), None, 200
    if form.is_bound:
        if not throttle.allow(RATE, request):
            return render(request, "429.html", status=429)
        if form.is_valid():
            code, size = open_register.judge(form.cleaned_data["text"])
            title, advice, tone = ANSWERS[code]
            answer = {"title": title, "advice": advice, "tone": tone, "size": size}
        else:
            status = 400
    seen = open_register.overview()
    context = {
        "seen": seen,
        "form": form,
        "answer": answer,
        "kind_columns": [gettext("Kind of entry"), {"title": gettext("Entries"), "number": True}],
        "kinds": [[KINDS.get(kind, kind), number(count)] for kind, count in seen.kinds],
    }
    return render(request, "pensions/register/register.html", context, status=status)


@require_GET
def checkpoint(request: HttpRequest) -> HttpResponse:
    note = open_register.newest_checkpoint()
    return _text(note, "no-cache") if note else HttpResponse(status=404)


@require_GET
def keys(request: HttpRequest) -> HttpResponse:
    return _text(open_register.verifier_keys(), "no-cache")


@require_GET
def tile(request: HttpRequest, level: str, name: str) -> HttpResponse:
    """c2sp.org/tlog-tiles: what stands under a path never changes."""
    data = open_register.tile(level, name)
    if data is None:
        return HttpResponse(status=404)
    response = HttpResponse(data, content_type="application/octet-stream")
    response["Cache-Control"] = FOREVER
    return response


@require_GET
def inclusion(request: HttpRequest) -> HttpResponse:
    return _proof(request, open_register.inclusion, "index", "size")


@require_GET
def consistency(request: HttpRequest) -> HttpResponse:
    return _proof(request, open_register.consistency, "first", "second")


@csrf_exempt
@require_POST
def cosignatures(request: HttpRequest) -> HttpResponse:
    """A witness hands in the checkpoint with its signature line. Only the signature counts: nobody signs in."""
    if not throttle.allow("cosign", request):
        return HttpResponse(status=429)
    try:
        note = request.body[: witnessing.MOST_BYTES + 1].decode("utf-8")
        taken = witnessing.take_cosignatures(note=note)
    except UnicodeDecodeError:
        return JsonResponse({"code": "note_invalid"}, status=400)
    except Invalid as error:
        return JsonResponse({"code": error.code, "text": str(error)}, status=400)
    return JsonResponse({"taken": taken})


def _proof(request: HttpRequest, prove, *names: str) -> HttpResponse:
    """Two whole numbers in the address; a proof of an old size never changes either."""
    if not throttle.allow(RATE, request):
        return HttpResponse(status=429)
    given = [request.GET.get(name, "") for name in names]
    if not all(NUMBER.fullmatch(text) for text in given):
        return JsonResponse({"code": "numbers_missing", "wanted": list(names)}, status=400)
    try:
        made = prove(*map(int, given))
    except ProofError:
        return JsonResponse({"code": "no_such_proof"}, status=404)
    response = JsonResponse(made)
    response["Cache-Control"] = FOREVER
    return response


def _text(text: str, cache: str) -> HttpResponse:
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = cache
    return response
