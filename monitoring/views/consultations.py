from django.contrib import messages
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common import clock, throttle
from common.errors import KozotError
from monitoring.enums import ConsultationKind, Moderation
from monitoring.forms.public import CommentForm
from monitoring.models import Consultation
from monitoring.services import consultations as service

SHOWN = Q(comments__moderation=Moderation.SHOWN)


def public():
    """Consultations that are open to anyone, with the measure they are about."""
    found = Consultation.objects.filter(kind=ConsultationKind.PUBLIC)
    return found.select_related("entry__run__measure").annotate(shown=Count("comments", filter=SHOWN))


def consultations(request):
    """Open ones first, then those to come, then those that are over."""
    today = clock.today()
    groups = [
        (_("Open now"), public().filter(opens_on__lte=today, closes_on__gte=today).order_by("closes_on")),
        (_("To come"), public().filter(opens_on__gt=today).order_by("opens_on")),
        (_("Over"), public().filter(closes_on__lt=today).order_by("-closes_on")),
    ]
    groups = [(title, list(found)) for title, found in groups]
    return render(
        request, "monitoring/consultations.html", {"groups": [(t, found) for t, found in groups if found]}
    )


def consultation(request, pk):
    """The question, what was said and answered, and a form for anyone while it is open."""
    one = get_object_or_404(public(), pk=pk)
    is_open = one.opens_on <= clock.today() <= one.closes_on
    form = CommentForm(request.POST or None, initial={"language": (get_language() or "ky")[:2]})
    if request.method == "POST" and form.is_valid():
        if not throttle.allow("comment", request):
            return render(request, "429.html", status=429)
        if _take(request, one, form):
            messages.success(request, _("Thank you. Your comment is shown once a moderator has read it."))
            return redirect("monitoring:consultation", pk=one.pk)
    comments = one.comments.filter(moderation=Moderation.SHOWN).prefetch_related("responses")
    context = {
        "consultation": one,
        "measure": one.entry.run.measure,
        "version": one.entry.run.measure.version,
        "is_open": is_open,
        "form": form,
        "comments": comments.order_by("-received_at"),
    }
    return render(request, "monitoring/consultation.html", context, status=400 if form.errors else 200)


def _take(request, one: Consultation, form: CommentForm) -> bool:
    """Keeps the comment; what fell into the trap is thanked for and forgotten."""
    if form.cleaned_data["website"]:
        return True
    try:
        service.comment(by=request.user, consultation=one, **form.service_values())
    except KozotError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return False
    return True
