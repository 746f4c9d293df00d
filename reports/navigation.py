from django.urls import reverse_lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.navigation import entry, tile
from common import clock

from . import schedule
from .enums import EditionState
from .models import Edition, EditionComment, ReportDefinition
from .services import reminders

entry(_("Reports"), "reports", order=50)
entry(
    _("Reports"), "admin:reports_edition_changelist", area="desk", action="reports.definition.view", order=50
)

EDITIONS = reverse_lazy("admin:reports_edition_changelist")
CALENDAR = reverse_lazy("report_calendar")


def in_state(state: EditionState):
    return lambda user: Edition.objects.filter(state=state).count()


def listed(state: EditionState):
    return format_lazy("{}?state__exact={}", EDITIONS, state.value)


def due(state: str):
    """How many reports the calendar shows in this state."""
    return lambda user: sum(
        row.state == state for row in schedule.calendar(ReportDefinition.objects.all(), clock.today())
    )


for title, value, url, action, tone, order in (
    (_("Reports that are late"), due(schedule.LATE), CALENDAR, "reports.edition.prepare", "danger", 48),
    (
        _("Series whose figures are late"),
        lambda user: len(reminders.late_items(clock.today())),
        reverse_lazy("late_data"),
        "monitoring.submission.load",
        "danger",
        47,
    ),
    (_("Reports that are due"), due(schedule.DUE), CALENDAR, "reports.edition.prepare", "warning", 49),
    (
        _("Editions to approve"),
        in_state(EditionState.DRAFT),
        listed(EditionState.DRAFT),
        "reports.edition.approve",
        "warning",
        50,
    ),
    (
        _("Comments on drafts without an answer"),
        lambda user: EditionComment.objects.filter(
            answer__isnull=True, edition__state=EditionState.DRAFT
        ).count(),
        format_lazy("{}?waiting=answer", EDITIONS),
        "reports.edition.answer",
        "warning",
        51,
    ),
    (
        _("Editions to publish"),
        in_state(EditionState.APPROVED),
        listed(EditionState.APPROVED),
        "reports.edition.publish",
        "warning",
        52,
    ),
    (
        _("Editions under embargo"),
        in_state(EditionState.EMBARGOED),
        listed(EditionState.EMBARGOED),
        "reports.edition.admit",
        "info",
        53,
    ),
):
    tile(title, value, url, action, tone=tone, order=order)
