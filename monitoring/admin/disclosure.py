"""The disclosure officer's desk: what each run hid and how closely it could be guessed; what was published when."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.desk import DeskAdmin
from accounts.filters import NamedValues
from accounts.object_actions import ObjectAction
from accounts.site import desk
from common import jobs
from monitoring.disclosure import REFUSALS
from monitoring.models import DataItem, DisclosureRun, Release

EXAMINE = "monitoring.disclosure.examine"


def look_again(by, obj: DisclosureRun) -> str:
    job = jobs.enqueue("monitoring.release", by=by, params={"table": obj.table, "period": obj.period})
    return reverse("job", args=[job.pk])


def titles_of_items() -> dict[str, str]:
    return {item.code: item.title for item in DataItem.objects.all()}


@admin.register(DisclosureRun, site=desk)
class DisclosureRunDesk(DeskAdmin):
    """Counts for whoever may see runs; which cells are hidden, and why, for the disclosure officer alone."""

    list_display = ["table", "period", "cells", "primary", "secondary", "reason", "seconds", "made_at"]
    list_filter = [("table", NamedValues.by(titles_of_items))]
    ordering = ["-made_at"]
    readonly_fields = ["reason", "guesses"]
    object_actions = [
        ObjectAction(
            "again",
            _("Look at the table again"),
            "monitoring.disclosure.run",
            run=look_again,
            explain=_("A pattern is sought anew, for instance after a refusal."),
        )
    ]

    def get_form(self, request, obj=None, change=False, **kwargs):
        return super().get_form(request, obj, change, labels={"made_by": _("made by")}, **kwargs)

    def get_fields(self, request, obj=None):
        fields = [
            "table",
            "period",
            "cells",
            "primary",
            "secondary",
            "reason",
            "seconds",
            "made_at",
            "made_by",
        ]
        return [*fields, "guesses"] if access.permits(request.user, EXAMINE) else fields

    @admin.display(description=_("refusal"))
    def reason(self, run: DisclosureRun) -> str:
        return _now(REFUSALS[run.refusal]) if run.refusal else "—"

    @admin.display(description=_("withheld cells, and how closely they can be guessed"))
    def guesses(self, run: DisclosureRun) -> str:
        """Of each hidden cell: why, and the interval that an attacker works out. Never the number."""
        marks = {
            "primary": _now("small count"),
            "secondary": _now("hidden to protect others"),
            "at_fault": _now("cannot be protected"),
        }
        rows = [
            (cell, marks[mark], _interval(run.intervals.get(cell)))
            for cell, mark in sorted(run.pattern.items())
        ]
        return format_html_join("", "<p>{}: {} {}</p>", rows) or "—"


def _interval(ends: list | None) -> str:
    if not ends:
        return ""
    low, high = ("∞" if end is None else str(end) for end in ends)
    return f"[{low}; {high}]"


@admin.register(Release, site=desk)
class ReleaseDesk(DeskAdmin):
    list_display = ["made_at", "channel", "reference", "made_by"]
    list_filter = ["channel"]
    ordering = ["-made_at"]
    fields = ["made_at", "channel", "reference", "made_by"]
