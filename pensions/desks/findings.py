from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.bulk_action import BulkAction
from accounts.desk import DeskAdmin
from accounts.object_actions import ObjectAction, Page
from accounts.site import desk
from pensions.enums.findings import LIVE, FindingState
from pensions.findings import title, titles, words
from pensions.forms import findings as forms
from pensions.models import Finding, Worker
from pensions.services import findings

from .paging import CappedPaginator
from .work_lists import HeldBy, ToBeDealtWith

WORK = findings.WORK


class QuestionFilter(admin.SimpleListFilter):
    """The questions that are asked, without looking for them among the findings."""

    title = _("question")
    parameter_name = "code"

    def lookups(self, request, model_admin):
        return titles()

    def queryset(self, request, queryset):
        return queryset.filter(code=self.value()) if self.value() else queryset


class StateFilter(ToBeDealtWith):
    states, waiting = FindingState, "live"


class HolderFilter(HeldBy):
    holder = "assigned_to"


def _own_colleagues(request, obj) -> dict[str, Any]:
    return {"colleagues": findings.colleagues(request.user)}


def _choose(by: Any, obj: None, *, code: str, severity: str, count: int) -> Page:
    chosen = Finding.objects.live().filter(assigned_to=None)
    if code:
        chosen = chosen.filter(code=code)
    if severity:
        chosen = chosen.filter(severity=severity)
    return desk._registry[Finding].bulk_page(by, "assign", chosen.order_by("first_seen_at", "pk")[:count])


def _about(finding: Finding) -> str:
    named = [finding.worker.full_name] if finding.worker else []
    return ", ".join(named + ([finding.employer.name] if finding.employer else [])) or "—"


BULK: dict[str, Any] = {
    "model": Finding,
    "action": WORK,
    "refused": findings.dealt_with,
    "label": lambda one: f"{title(one.code)} · {_about(one)}",
    "before": findings.how_it_stands,
    "undo": lambda by, rows, before: findings.put_back(by=by, findings=rows, before=before),
    "moved_since": findings.moved_since,
}


def _ask(by: Any, obj: None) -> str:
    return reverse("job", args=[findings.ask_now(by=by).pk])


@admin.register(Finding, site=desk)
class FindingDesk(DeskAdmin):
    """What does not fit, who must act, and what was said about it."""

    personal = True
    paginator = CappedPaginator
    list_display = ["question", "about", "severity", "owner", "state", "assigned_to", "first_seen_at"]
    list_filter = [StateFilter, QuestionFilter, "severity", "owner", HolderFilter]
    list_select_related = ["worker", "employer", "assigned_to"]
    ordering = ["-first_seen_at", "-pk"]
    sortable_by = []
    bulk_actions = [
        BulkAction(
            "take",
            _("Take these findings myself"),
            run=lambda by, rows: findings.assign(by=by, findings=rows, to=by),
            **BULK,
        ),
        BulkAction(
            "assign",
            _("Assign to a colleague"),
            form=forms.AssignForm,
            form_kwargs=lambda by: {"colleagues": findings.colleagues(by)},
            run=lambda by, rows, to: findings.assign(by=by, findings=rows, to=to),
            **BULK,
        ),
        BulkAction(
            "explain",
            _("Explain these findings"),
            form=forms.WhyForm,
            run=lambda by, rows, reason: findings.explain_many(by=by, findings=rows, reason=reason),
            explain=_("They are right as they are, all for the same reason."),
            **BULK,
        ),
    ]
    list_actions = [
        ObjectAction(
            "assign_many",
            _("Assign several"),
            action=WORK,
            form=forms.ChooseManyForm,
            run=_choose,
            tone="primary",
            explain=_(
                "Findings that nobody holds yet, the oldest first. You see them before they are assigned."
            ),
        ),
        ObjectAction(
            "ask",
            _("Ask again now"),
            action=WORK,
            run=_ask,
            done=_("The questions are being asked."),
            explain=_(
                "The questions are asked every night. Now they are asked of everybody whose record has changed since."
            ),
        ),
    ]
    object_actions = [
        ObjectAction(
            "assign",
            _("Assign"),
            action=WORK,
            form=forms.AssignForm,
            form_kwargs=_own_colleagues,
            run=lambda by, obj, to: _done(findings.assign(by=by, findings=[obj], to=to)),
            when=lambda finding: finding.state in LIVE,
        ),
        ObjectAction(
            "explain",
            _("Explain"),
            action=WORK,
            form=forms.WhyForm,
            run=lambda by, obj, reason: _done(findings.explain(by=by, finding=obj, reason=reason)),
            when=lambda finding: finding.state in LIVE,
            tone="primary",
            explain=_("It is right as it is. The finding comes back only if something about it changes."),
        ),
        ObjectAction(
            "reopen",
            _("Open again"),
            action=WORK,
            form=forms.WhyForm,
            run=lambda by, obj, reason: _done(findings.reopen(by=by, finding=obj, reason=reason)),
            when=lambda finding: finding.state == FindingState.EXPLAINED,
        ),
    ]

    def get_fieldsets(self, request, obj=None):
        """The story says everything; no raw fields."""
        return []

    @admin.display(description=_("question"))
    def question(self, finding: Finding) -> str:
        return title(finding.code)

    @admin.display(description=_("about"))
    def about(self, finding: Finding) -> str:
        return _about(finding)

    def story(self, request, obj: Finding) -> dict[str, Any]:
        worker = Worker.objects.filter(pk=obj.worker_id).first() if obj.worker_id else None
        return {
            "story_template": "pensions/desk/finding.html",
            "finding": obj,
            "tone": words.TONES[obj.severity],
            "advice": words.advice(obj),
            "summary": words.summary(obj),
            "record": worker,
            "history": words.history(obj),
        }


def _done(_result: Any) -> None:
    """A button that leads back to the finding, whatever its service returns."""
