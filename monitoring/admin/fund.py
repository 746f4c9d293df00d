"""The desk of funds: keys, applications, and the book. Whoever enters lines does not approve projects."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.desk import DeskAdmin
from accounts.object_actions import ObjectAction
from accounts.site import desk
from common import formatting
from monitoring.enums import ProjectState
from monitoring.forms import fund as forms
from monitoring.fund_book import balance
from monitoring.models import Fund, FundProject
from monitoring.services import fund as service

ENTER, DECIDE = service.ENTER, service.DECIDE


def load(by, obj) -> None:
    service.load_funds(by=by)


@admin.register(Fund, site=desk)
class FundDesk(DeskAdmin):
    view_action = "monitoring.chain.view"
    list_display = ["code", "name", "currency", "free", "cash"]
    ordering = ["code"]
    fields = ["code", "name", "currency", "free", "cash", "page"]
    readonly_fields = ["name", "free", "cash", "page"]
    list_actions = [
        ObjectAction(
            "load",
            _("Load the known funds"),
            ENTER,
            load,
            explain=_("The worked example of the study and the fund of the union, with their dated keys."),
        )
    ]
    object_actions = [
        ObjectAction(
            "contribution",
            _("Enter a contribution"),
            ENTER,
            lambda by, obj, **values: service.contribute(by=by, fund=obj, **values),
            forms.ContributionForm,
            lambda fund: not fund.is_example,
            tone="primary",
        ),
        ObjectAction(
            "apply",
            _("Enter an application"),
            ENTER,
            lambda by, obj, **values: service.apply(by=by, fund=obj, **values),
            forms.ApplicationForm,
            lambda fund: not fund.is_example,
        ),
        ObjectAction(
            "key",
            _("Set a key"),
            ENTER,
            lambda by, obj, **values: service.set_key(by=by, fund=obj, **values),
            forms.KeyForm,
            explain=_("It holds from its day on; earlier keys stay for earlier days."),
        ),
        ObjectAction(
            "reverse",
            _("Take back a line"),
            ENTER,
            lambda by, obj, **values: service.reverse(by=by, **values),
            forms.ReverseForm,
            lambda fund: fund.entries.exists(),
            form_kwargs=lambda request, fund: {"fund": fund},
            explain=_("Nothing is deleted: a second line takes the first one back."),
        ),
    ]

    @admin.display(description=_("title"))
    def name(self, fund: Fund) -> str:
        return fund.title

    @admin.display(description=_("not promised"))
    def free(self, fund: Fund) -> str:
        return formatting.money(balance(fund).free, fund.currency)

    @admin.display(description=_("in the fund"))
    def cash(self, fund: Fund) -> str:
        return formatting.money(balance(fund).cash, fund.currency)

    @admin.display(description=_("page"))
    def page(self, fund: Fund) -> str:
        return format_html(
            '<a href="{}">{}</a>', reverse("monitoring:fund", args=[fund.code]), _("As everyone sees it")
        )


def is_approved(project: FundProject) -> bool:
    return service.state_of(project) == ProjectState.APPROVED


def is_undecided(project: FundProject) -> bool:
    return service.state_of(project) in (None, ProjectState.APPROVED)


@admin.register(FundProject, site=desk)
class FundProjectDesk(DeskAdmin):
    view_action = "monitoring.chain.view"
    list_display = ["title", "fund", "state", "sum", "standing", "applied_at"]
    list_filter = ["fund"]
    list_select_related = ["fund"]
    ordering = ["-applied_at"]
    fields = ["title", "fund", "measure", "state", "sum", "purpose", "standing", "applied_by", "applied_at"]
    readonly_fields = ["sum", "standing"]
    object_actions = [
        ObjectAction(
            "decide",
            _("Decide on the application"),
            DECIDE,
            lambda by, obj, **values: service.decide(by=by, project=obj, **values),
            forms.ProjectForm,
            is_undecided,
            tone="primary",
        ),
        ObjectAction(
            "pay",
            _("Pay out"),
            ENTER,
            lambda by, obj, **values: service.pay(by=by, project=obj, **values),
            forms.LineForm,
            is_approved,
        ),
        ObjectAction(
            "repay",
            _("Take a repayment"),
            ENTER,
            lambda by, obj, **values: service.pay(by=by, project=obj, back=True, **values),
            forms.LineForm,
            lambda project: project.entries.exists(),
        ),
    ]

    @admin.display(description=_("amount asked for"))
    def sum(self, project: FundProject) -> str:
        return formatting.money(project.asked, project.fund.currency)

    @admin.display(description=_("decision"))
    def standing(self, project: FundProject) -> str:
        state = service.state_of(project)
        return str(ProjectState(state).label) if state else _("waits for a decision")
