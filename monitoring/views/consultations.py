from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common import clock, formatting, throttle
from common.errors import KozotError
from monitoring import notices
from monitoring.enums import ConsultationKind, Moderation
from monitoring.forms.public import CommentForm
from monitoring.models import Comment, Consultation, GateDecision
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
        taken = _take(request, one, form)
        if not form.errors:
            messages.success(request, _("Thank you. Your comment is shown once a moderator has read it."))
            if taken is None:
                return redirect("monitoring:consultation", pk=one.pk)
            return redirect("monitoring:comment", pk=taken.pk)
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


def _take(request, one: Consultation, form: CommentForm) -> Comment | None:
    """Keeps the comment; what fell into the trap is thanked for and forgotten."""
    if form.cleaned_data["website"]:
        return None
    try:
        return service.comment(by=request.user, consultation=one, **form.service_values())
    except KozotError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return None


def comment(request, pk):
    """From the comment to the decisions that came after it. Its words stand here only where a moderator shows them."""
    related = "consultation__entry__run__measure"
    one = get_object_or_404(
        Comment.objects.select_related(related), pk=pk, consultation__kind=ConsultationKind.PUBLIC
    )
    context = {
        "comment": one,
        "is_shown": one.moderation == Moderation.SHOWN,
        "items": [
            {**item, "when": formatting.datetime_short(timezone.localtime(item["at"])) if item["at"] else ""}
            for item in _trace(one)
        ],
    }
    return render(request, "monitoring/comment.html", context)


def _trace(one: Comment) -> list[dict]:
    items = [{"at": one.received_at, "title": _("Received"), "badge": one.get_channel_display()}]
    items.append({"at": None, "title": one.get_moderation_display()})
    answers = one.responses.order_by("answered_at")
    for response in answers:
        taken_up = {"badge": _("The proposal is taken up"), "tone": "success"} if response.accepted else {}
        title = _("Answered as: %(topic)s") % {"topic": one.get_topic_display()}
        shown = response.text if one.moderation == Moderation.SHOWN else ""
        items.append({"at": response.answered_at, "title": title, "text": shown, **taken_up})
    if not answers:
        items.append({"at": None, "title": _("Waits for an answer.")})
    decisions = GateDecision.objects.filter(
        review__entry__run__measure=one.consultation.entry.run.measure, decided_at__gte=one.received_at
    ).select_related("review__entry")
    for decision in decisions.order_by("decided_at"):
        title = _("Decision after: %(stage)s") % {"stage": decision.review.entry.get_stage_display()}
        badge = decision.get_outcome_display()
        items.append({"at": decision.decided_at, "title": title, "text": decision.reason, "badge": badge})
    return items


def comment_stop(request, token: str):
    """Ends messages to an author; a link that is opened asks first, since mail programs open links by themselves."""
    one = notices.comment_of(token)
    if one is None:
        raise Http404
    if request.method == "POST":
        service.end_messages(by=None, comment=one)
    ended = request.method == "POST" or not one.author_email
    return render(request, "monitoring/comment_stop.html", {"ended": ended})
