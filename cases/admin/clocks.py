"""Buttons of the clocks on a case, and the desk on which supervisors keep the terms of the law."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.desk import DeskAdmin
from accounts.object_actions import ObjectAction
from accounts.site import desk
from cases.enums import CaseStatus, ClockState
from cases.forms import clocks as forms
from cases.models import LimitationTerm
from cases.services import clocks

KEEP = "cases.limitation.keep"
TERMS = _("Terms of the law")


def _with_case(request, case) -> dict:
    return {"case": case}


def _having(*states):
    """Shown while an open case has a clock in one of these states."""
    return lambda case: case.status == CaseStatus.OPEN and case.clocks.filter(state__in=states).exists()


def _case_button(name, title, service, form, *states) -> ObjectAction:
    return ObjectAction(
        name,
        title,
        clocks.ACTION,
        form=form,
        form_kwargs=_with_case,
        when=_having(*states),
        group=TERMS,
        run=lambda by, obj, **values: service(by=by, **values),
    )


CASE_CLOCKS = [
    ObjectAction(
        "clock",
        _("Start a term of the law"),
        clocks.ACTION,
        form=forms.StartClockForm,
        initial=lambda request, case: {"country": case.country},
        when=lambda case: case.status == CaseStatus.OPEN,
        run=lambda by, obj, **values: clocks.start(by=by, case=obj, **values),
        explain=_("Where no term is known for the country, the case says so: ask a lawyer."),
        group=TERMS,
    ),
    _case_button("suspend", _("Suspend a term"), clocks.suspend, forms.SuspendClockForm, ClockState.RUNNING),
    _case_button(
        "restart", _("Let a term run again"), clocks.restart, forms.RestartClockForm, ClockState.SUSPENDED
    ),
    _case_button("stop", _("End a term"), clocks.stop, forms.StopClockForm, *clocks.OPEN),
]


def awaits_check(term: LimitationTerm) -> bool:
    return not hasattr(term, "check_made")


@admin.register(LimitationTerm, site=desk)
class LimitationTermDesk(DeskAdmin):
    list_display = ["state", "claim", "count", "unit", "from_on", "until_on", "confirmed", "source"]
    list_filter = ["state", "claim"]
    list_select_related = ["check_made"]
    ordering = ["state", "claim", "-from_on"]
    fields = [
        "state",
        "claim",
        "starts",
        "count",
        "unit",
        "shift",
        "from_on",
        "until_on",
        "source",
        "proposed_by",
        "confirmed",
    ]
    list_actions = [
        ObjectAction(
            "propose",
            _("Enter a limitation period"),
            KEEP,
            form=forms.TermForm,
            tone="primary",
            run=lambda by, obj, **values: clocks.propose_term(by=by, **values) and None,
            explain=_("It counts once somebody else has confirmed it."),
        )
    ]
    object_actions = [
        ObjectAction(
            "check",
            _("Confirm or refuse"),
            KEEP,
            form=forms.CheckTermForm,
            when=awaits_check,
            run=lambda by, obj, **values: clocks.check_term(by=by, term=obj, **values) and None,
        )
    ]

    @admin.display(description=_("confirmed by two"), boolean=True)
    def confirmed(self, term: LimitationTerm):
        return None if awaits_check(term) else term.check_made.accepted
