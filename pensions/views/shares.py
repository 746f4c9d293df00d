"""What a worker gives away of a certificate: links with an end, and the wallet copy."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from common import throttle
from common.errors import KozotError
from pensions.enums.issuing import PrintVariant
from pensions.models import CertificateShare
from pensions.services import shares, wallet
from pensions.views.certificates import own_certificates
from pensions.views.verify import RATE, shown


class ShareForm(forms.Form):
    variant = forms.TypedChoiceField(
        label=_("What is shown"),
        choices=PrintVariant,
        coerce=int,
        widget=forms.RadioSelect,
        initial=PrintVariant.PERIOD,
    )
    days = forms.TypedChoiceField(
        label=_("For how long"),
        choices=lambda: [  # asked for each form: a plural with its number is of the language of that moment
            (days, ngettext("%(days)s day", "%(days)s days", days) % {"days": days}) for days in shares.DAYS
        ],
        coerce=int,
        initial=7,
    )
    note = forms.CharField(
        label=_("For whom"),
        max_length=80,
        required=False,
        help_text=_("Only you see this. It helps you to find the link again."),
    )


class WalletForm(forms.Form):
    chosen = forms.MultipleChoiceField(
        label=_("What the wallet copy shows"),
        choices=[(code, title) for code, (title, _names) in wallet.CHOICES.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("The number and the period of work always stand in it."),
    )


@login_required
def share_certificate(request, pk):
    """Links of one certificate: make one, see how often each was opened, take it back."""
    certificate = get_object_or_404(own_certificates(request), pk=pk)
    form, address = ShareForm(request.POST if request.method == "POST" else None), ""
    status = 200
    if form.is_bound and form.is_valid():
        try:
            _made, address = shares.share(by=request.user, certificate=certificate, **form.cleaned_data)
            form = ShareForm()
        except KozotError as error:
            form.add_error(None, str(error))
    if form.is_bound and form.errors:
        status = 400
    context = {
        "certificate": certificate,
        "form": form,
        "wallet": WalletForm(initial={"chosen": ["name", "employer", "position"]}),
        "address": address,
        "links": list(shares.open_shares(certificate).order_by("-created_at")),
    }
    return render(request, "pensions/me/share.html", context, status=status)


@login_required
@require_POST
def end_share(request, pk):
    share = get_object_or_404(
        CertificateShare.objects.filter(certificate__in=own_certificates(request)).select_related(
            "certificate"
        ),
        pk=pk,
    )
    shares.end(by=request.user, share=share)
    return redirect("pensions:share_certificate", pk=share.certificate_id)


@login_required
@require_POST
def wallet_copy(request, pk):
    certificate = get_object_or_404(own_certificates(request), pk=pk)
    form = WalletForm(request.POST)
    if not form.is_valid():
        raise Http404
    content, name = wallet.wallet_copy(
        by=request.user, certificate=certificate, chosen=form.cleaned_data["chosen"]
    )
    response = HttpResponse(content, content_type=wallet.MEDIA_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def shared_certificate(request, secret: str):
    """Where a worker's link leads: the verdict, then as much as the worker has chosen."""
    if not throttle.allow(RATE, request):
        return render(request, "429.html", status=429)
    found = shares.look(by=request.user, secret=secret)
    if found is None:
        return render(request, "pensions/verify/shared.html", {}, status=404)
    verdict, share = found
    response = render(request, "pensions/verify/shared.html", {**shown(verdict), "share": share})
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def status_list(request):
    """The states of all certificates, signed: for wallets and for offices that fetch nothing else."""
    response = HttpResponse(wallet.status_token(), content_type=wallet.STATUS_MEDIA_TYPE)
    response["Cache-Control"] = f"public, max-age={wallet.TTL // 2}"
    return response
