"""What is kept in mind of the chain: its calendar, what was carried over, and what ended and why."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import access
from common import formatting
from monitoring.agenda import agenda, icalendar
from monitoring.board import rows_of
from monitoring.enums import MeasureState, Outcome, Stage
from monitoring.models import CarryOver, GateDecision, Lesson, Measure

CLOSED = [MeasureState.STOPPED, MeasureState.OVERTAKEN, MeasureState.ACHIEVED]


def calendar(request):
    whole = access.permits(request.user, "monitoring.chain.view")
    rows = [
        [
            formatting.date_long(one.day),
            {"value": one.title, "url": one.url},
            one.measure,
        ]
        for one in agenda(whole=whole)
    ]
    columns = [_("Day"), _("What"), _("Measure")]
    return render(request, "monitoring/calendar.html", {"columns": columns, "rows": rows})


def calendar_feed(request):
    """The public part, for calendar programs."""
    text = icalendar(agenda(whole=False), site=request.build_absolute_uri("/").rstrip("/"))
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="kozot.ics"'
    return response


def carried_over(request):
    """The ledger between the horizons: what was not finished in time, and where it went."""
    moved = CarryOver.objects.select_related("measure", "from_version", "to_version").order_by("-decided_at")
    rows = [
        [
            formatting.date_short(timezone.localtime(one.decided_at).date()),
            _measure(one.measure),
            one.to_version.title,
            one.from_version.get_horizon_display(),
            one.to_version.get_horizon_display(),
            one.reason,
        ]
        for one in moved
    ]
    columns = [_("Day"), _("Measure"), _("Title"), _("From the term"), _("Into the term"), _("Reason")]
    return render(request, "monitoring/carried_over.html", {"columns": columns, "rows": rows})


def _measure(one: Measure) -> dict:
    return {"value": one.code, "url": reverse("monitoring:measure", args=[one.code])}


def lessons(request):
    """Failures are kept as carefully as successes: measures that ended, ways back, and every lesson."""
    ended = rows_of(Measure.objects.filter(state__in=CLOSED).order_by("code"))
    last = {
        one.review.entry.run.measure_id: one
        for one in GateDecision.objects.filter(review__entry__run__measure__state__in=CLOSED)
        .select_related("review__entry__run")
        .order_by("decided_at")
    }
    learned: dict = {}
    for lesson in Lesson.objects.order_by("recorded_at").select_related("measure"):
        learned.setdefault(lesson.measure, []).append(lesson)
    back = [
        [
            formatting.date_short(timezone.localtime(one.decided_at).date()),
            _measure(one.review.entry.run.measure),
            one.review.entry.get_stage_display(),
            Stage(one.target).label,
            one.reason,
        ]
        for one in GateDecision.objects.filter(outcome=Outcome.LOOP)
        .select_related("review__entry__run__measure")
        .order_by("-decided_at")
    ]
    context = {
        "ended": [
            {"row": row, "decision": last.get(row.measure.pk), "lessons": learned.pop(row.measure, [])}
            for row in ended
        ],
        "others": [{"measure": measure, "lessons": found} for measure, found in learned.items()],
        "back_columns": [_("Day"), _("Measure"), _("From the stage"), _("Back to"), _("Reason")],
        "back": back,
    }
    return render(request, "monitoring/lessons.html", context)
