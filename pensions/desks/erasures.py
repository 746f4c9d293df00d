"""The desk on which one supervisor asks that a person be erased, and a second one decides."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.desk import DeskAdmin
from accounts.object_actions import ObjectAction
from accounts.site import desk
from common.formatting import datetime_short, money, number
from pensions.enums import ErasureState
from pensions.forms import registry as forms
from pensions.forms import workers as forms_workers
from pensions.models import ErasureRequest, Worker
from pensions.services import erasure_requests
from pensions.services.erasure import ERASE, Plan

from .worker_buttons import RECORD

TONES = {ErasureState.OPEN: "warning", ErasureState.ERASED: "danger"}


def plan_in_words(plan: Plan) -> dict[str, Any]:
    """What goes and what stays, as pairs of a name and a figure."""
    goes = [(_("keys, and everything sealed under them"), number(len(plan.keys)))]
    goes.append((_("files"), number(len(plan.files))))
    goes += [(_name(model), number(count)) for model, count in plan.blanked.items()]
    stays = [(_name(model), number(count)) for model, count in plan.stays.items()]
    stays += [(_("accrued in all"), money(amount, code)) for code, amount in plan.sums.items()]
    return {"goes": goes, "stays": stays, "holds": plan.holds, "is_erased": plan.is_erased}


def _name(model: str) -> str:
    return str(apps.get_model("pensions", model)._meta.verbose_name_plural)


def _preview(request, worker: Worker) -> dict[str, Any]:
    return {"plan": plan_in_words(erasure_requests.preview(by=request.user, worker=worker))}


def _ask(by: Any, obj: Worker, reason: str) -> str:
    made = erasure_requests.ask(by=by, worker=obj, reason=reason)
    return reverse("admin:pensions_erasurerequest_change", args=[made.pk])


ASK = ObjectAction(
    "ask-erasure",
    _("Ask for the erasure of the person"),
    action=ERASE,
    form=forms_workers.ErasureForm,
    form_kwargs=_preview,
    run=_ask,
    when=lambda worker: worker.merged_into_id is None and worker.key.destroyed_at is None,
    done=_("It is asked for. A second supervisor decides; until then nothing is erased."),
    explain=_("Nothing is erased before a second supervisor has agreed. After that it cannot be taken back."),
    tone="danger",
    template="pensions/desk/erasure_ask.html",
    group=RECORD,
)


def _theirs(user: Any, request: ErasureRequest) -> bool:
    return request.asked_by_id != user.pk


@admin.register(ErasureRequest, site=desk)
class ErasureDesk(DeskAdmin):
    """Open requests first; the page of one shows what would go and what would stay at this moment."""

    personal = True
    list_display = ["record", "state_shown", "asked_by", "asked_at", "until_at", "decided_by"]
    list_filter = ["state"]
    list_select_related = ["worker", "asked_by", "decided_by"]
    ordering = ["-asked_at", "pk"]
    sortable_by = []
    object_actions = [
        ObjectAction(
            "approve",
            _("Erase the person"),
            action=ERASE,
            form=forms_workers.ApproveErasureForm,
            run=lambda by, obj, **seen: erasure_requests.approve(by=by, request=obj) and None,
            when=lambda one: one.is_open,
            meant_for=_theirs,
            done=_("The person is erased."),
            explain=_("What is erased does not come back, not from a backup either."),
            tone="danger",
        ),
        ObjectAction(
            "refuse",
            pgettext_lazy("erasure", "Refuse"),
            action=ERASE,
            form=forms.ReasonForm,
            run=lambda by, obj, reason: erasure_requests.refuse(by=by, request=obj, reason=reason),
            when=lambda one: one.is_open,
            meant_for=_theirs,
            done=_("The record stays as it is."),
        ),
        ObjectAction(
            "withdraw",
            pgettext_lazy("erasure", "Take it back"),
            action=ERASE,
            run=lambda by, obj: erasure_requests.withdraw(by=by, request=obj),
            when=lambda one: one.is_open,
            meant_for=lambda user, one: not _theirs(user, one),
            done=_("The record stays as it is."),
        ),
    ]

    def get_fieldsets(self, request, obj=None):
        """The story says everything; no raw fields."""
        return []

    @admin.display(description=_("record"))
    def record(self, one: ErasureRequest) -> str:
        return str(one)

    @admin.display(description=_("decision"))
    def state_shown(self, one: ErasureRequest) -> Any:
        return state_of(one).label

    def story(self, request, obj: ErasureRequest) -> dict[str, Any]:
        state = state_of(obj)
        plan = erasure_requests.preview(by=request.user, worker=obj.worker) if obj.is_open else None
        return {
            "story_template": "pensions/desk/erasure.html",
            "erasure": obj,
            "state": state.label,
            "tone": TONES.get(state, "neutral"),
            "summary": _facts(obj),
            "plan": plan and plan_in_words(plan),
            "is_own": not _theirs(request.user, obj),
            "has_changed": bool(plan) and plan.goes != obj.goes,
        }


def state_of(one: ErasureRequest) -> ErasureState:
    """A request whose time is over has lapsed, though nobody has written it down yet."""
    is_over = one.state == ErasureState.OPEN and not one.is_open
    return ErasureState.LAPSED if is_over else ErasureState(one.state)


def _facts(one: ErasureRequest) -> list[tuple[Any, Any]]:
    found = [
        ("reason", one.reason),
        ("asked_by", _who(one.asked_by, one.asked_at)),
        ("until_at", _moment(one.until_at)),
    ]
    if one.decided_by:
        found.append(("decided_by", _who(one.decided_by, one.decided_at)))
    if one.answer:
        found.append(("answer", one.answer))
    return [(capfirst(ErasureRequest._meta.get_field(name).verbose_name), value) for name, value in found]


def _who(user: Any, at: Any) -> str:
    return f"{user.full_name}, {_moment(at)}"


def _moment(at: Any) -> str:
    return datetime_short(timezone.localtime(at))
