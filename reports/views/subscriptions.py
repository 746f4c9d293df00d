from django import forms
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from common import throttle
from common.enums import Language
from common.errors import Missing
from common.translated import words
from reports.enums import Audience
from reports.models import ReportDefinition, Subscription
from reports.services import subscriptions as service


class SubscribeForm(forms.Form):
    """`website` is a trap for machines: people don't see it."""

    definition = forms.ModelChoiceField(
        label=_("Report"),
        queryset=ReportDefinition.everything.filter(audience=Audience.PUBLIC),
        empty_label=None,
    )
    email = forms.EmailField(
        label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    language = forms.ChoiceField(label=_("Language of the letters"), choices=Language)
    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["definition"].label_from_instance = lambda one: words(one, "title")[0]


DONE = {"confirm": "confirmed", "leave": "left"}


def subscribe(request):
    form = SubscribeForm(request.POST or None, initial={"language": (get_language() or "ky")[:2]})
    if request.method == "POST" and form.is_valid():
        if not throttle.allow("subscribe", request):
            return render(request, "429.html", status=429)
        values = dict(form.cleaned_data)
        if not values.pop("website"):
            service.ask(by=request.user, **values)
        return render(request, "reports/subscription.html", {"step": "asked"})
    return render(request, "reports/subscribe.html", {"form": form}, status=400 if form.errors else 200)


@never_cache
def confirm(request, secret):
    """A page with a button: programs that open every link of a letter must not confirm by it."""
    return _step(request, secret, "confirm", service.confirm)


@csrf_exempt  # the secret is the right; mail programs post here without a cookie (RFC 8058)
@never_cache
def leave(request, secret):
    return _step(request, secret, "leave", service.leave)


def _step(request, secret, step, run):
    if request.method == "POST":
        try:
            run(by=request.user, secret=secret)
        except Missing:
            return render(request, "reports/subscription.html", {"step": "unknown"}, status=404)
        return render(request, "reports/subscription.html", {"step": DONE[step]})
    known = Subscription.objects.select_related("definition").filter(secret=secret).first()
    if known is None:
        return render(request, "reports/subscription.html", {"step": "unknown"}, status=404)
    title = words(known.definition, "title")[0]
    return render(request, "reports/subscription.html", {"step": step, "title": title})
