from typing import Any

from django import forms as django_forms
from django.contrib import admin
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.desk import DeskAdmin
from accounts.object_actions import ObjectAction
from accounts.site import desk
from common import clock, formatting
from pensions.enums.totals import TotalsMode, TotalsState
from pensions.forms.registry import DayInput
from pensions.models import TotalsRun
from pensions.services import totals

CHANGE = "admin:pensions_totalsrun_change"


class StartForm(django_forms.Form):
    as_of = django_forms.DateField(
        label=_("Count days until"),
        widget=DayInput,
        help_text=_("Periods that go on are counted up to this day."),
    )
    whole = django_forms.BooleanField(
        label=_("Count everybody again, also whoever was not touched"), required=False
    )


def _start(by: Any, obj: None, *, as_of, whole: bool) -> str:
    return reverse(CHANGE, args=[totals.start(by=by, as_of=as_of, whole=whole).pk])


def _idle(run: TotalsRun) -> bool:
    return run.job is None or run.job.is_over


@admin.register(TotalsRun, site=desk)
class TotalsRunDesk(DeskAdmin):
    list_display = ["as_of", "mode", "state", "persons", "rows", "check_result", "created_at"]
    list_filter = ["state", "mode"]
    ordering = ["-created_at"]
    list_actions = [
        ObjectAction(
            "start",
            _("Totalise the registry"),
            action=totals.ACTION,
            form=StartForm,
            initial=lambda request, obj: {"as_of": totals.month_end_before(clock.today())},
            run=_start,
            tone="primary",
            done=_("The run has begun."),
            explain=_(
                "Insurance of every person in every state, without counting a day twice. Where the last run counted "
                "until the same day, only people of whom something new was recorded are counted again."
            ),
        )
    ]
    object_actions = [
        ObjectAction(
            "stop",
            _("Stop"),
            action=totals.ACTION,
            run=lambda by, obj: totals.stop(by=by, run=obj),
            when=lambda run: not _idle(run),
            done=_("The work is asked to stop."),
        )
    ]

    def get_fieldsets(self, request, obj=None):
        """The story says everything; no raw fields."""
        return []

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("job", "basis")

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<uuid:pk>/progress/", view(self.progress), name="pensions_totalsrun_progress"),
            *super().get_urls(),
        ]

    @admin.display(description=_("compared with the rules"))
    def check_result(self, run: TotalsRun) -> str:
        return check_text(run)

    def story(self, request, obj: TotalsRun) -> dict[str, Any]:
        return {
            "story_template": "pensions/desk/totals.html",
            **_context(obj),
            "poll_url": reverse("admin:pensions_totalsrun_progress", args=[obj.pk]),
            "facts": facts(obj),
            "next_text": next_text() if _idle(obj) else "",
            "differs": bool(obj.differing),
        }

    def progress(self, request, pk) -> HttpResponse:
        run = get_object_or_404(self.get_queryset(request), pk=pk)
        answer = render(request, "pensions/totals_progress.html", {**_context(run), "poll_url": request.path})
        if _idle(run):
            answer["HX-Refresh"] = "true"
        return answer


def _context(run: TotalsRun) -> dict[str, Any]:
    return {"run": run, "job": run.job, "idle": _idle(run), "stopped": run.state == TotalsState.STOPPED}


def facts(run: TotalsRun) -> list[tuple[str, str]]:
    number = formatting.number
    return [
        (gettext("Days counted until"), formatting.date_long(run.as_of)),
        (gettext("As known at"), formatting.datetime_short(run.known_at) if run.known_at else "—"),
        (gettext("Counted again"), str(TotalsMode(run.mode).label)),
        (gettext("Persons"), number(run.persons)),
        (gettext("Periods read"), number(run.periods)),
        (gettext("Months with contributions read"), number(run.contributions)),
        (gettext("Totals written, one for each person and state"), number(run.rows)),
        (gettext("Totals with days under codes that nobody has settled"), number(run.doubtful)),
        (gettext("Periods before 1900, left out"), number(run.left_out)),
        (gettext("Compared with the rules"), check_text(run)),
        (gettext("Hash of what was read"), run.inputs[:16] or "—"),
        (gettext("Hash of the rules"), run.rules[:16]),
    ]


def check_text(run: TotalsRun) -> str:
    if run.checked is None:
        return gettext("not yet")
    if not run.differing:
        return gettext("%(checked)s people, all alike") % {"checked": formatting.number(run.checked)}
    return gettext("%(checked)s people, %(differing)s differ") % {
        "checked": formatting.number(run.checked),
        "differing": formatting.number(run.differing),
    }


def next_text() -> str:
    """What the next run would count again, if it counts until the same day."""
    basis, touched = totals.pending()
    if basis is None:
        return gettext("The next run counts everybody.")
    return gettext("Until the same day, the next run counts %(count)s people again.") % {
        "count": formatting.number(touched)
    }
