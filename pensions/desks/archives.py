"""Deposits with archives: the inventory, its receipt, and confirmations out of it."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.desk import DeskAdmin
from accounts.folded import AlphabeticalChoice
from accounts.models import Organisation
from accounts.object_actions import ObjectAction
from accounts.site import desk
from common import file_kinds
from common.errors import Invalid
from common.uploads import UploadField
from pensions.enums.issuing import DepositState
from pensions.forms.issuing import WhyForm
from pensions.forms.registry import DayInput
from pensions.models import ArchiveDeposit
from pensions.papers import deposits as deposit_papers
from pensions.services import archive_deposits

from .blanks import paper
from .paging import CappedPaginator

SHOWN = 500


class DepositForm(forms.Form):
    employer = forms.CharField(
        label=_("Employer"),
        max_length=100,
        help_text=_("The whole number of the employer, or a part of its name."),
    )
    archive = AlphabeticalChoice(label=_("Archive"), queryset=Organisation.objects.none())
    depositor = forms.CharField(
        label=_("Handed over by"),
        max_length=200,
        help_text=_("The employer, or the liquidator and the court's order."),
    )
    file = UploadField(
        label=_("Inventory"),
        help_text=_(
            "XLSX or CSV with the columns №, Заголовок, С года, По год, Листов and, for scans, SHA-256."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["archive"].queryset = archive_deposits.archives()


class ReferenceForm(forms.Form):
    reference = forms.CharField(
        label=_("Archive reference"),
        max_length=100,
        help_text=_("Fonds and inventory, for example ф. 1642, оп. 3."),
    )


class ConfirmForm(forms.Form):
    registry_number = forms.CharField(label=_("Registry number of the worker"), max_length=20)
    number = forms.IntegerField(label=_("Number in the inventory"), min_value=1)
    sheets = forms.CharField(label=_("Sheets"), max_length=40)
    start_on = forms.DateField(label=_("First day"), widget=DayInput)
    end_on = forms.DateField(label=_("Last day"), widget=DayInput)
    file = UploadField(label=_("Scan of the sheets (PDF)"), required=False, kinds=[file_kinds.PDF])


def _deposit(by: Any, obj: None, *, employer: str, file: Any, **values: Any) -> str:
    found = list(archive_deposits.employers_to_deposit(by, employer)[:2])
    if len(found) != 1:
        raise Invalid("no_such_employer", _("Name one employer that is within your reach."), field="employer")
    made = archive_deposits.deposit(
        by=by, employer=found[0], inventory=archive_deposits.read_inventory(file.read()), **values
    )
    return reverse("admin:pensions_archivedeposit_change", args=[made.pk])


def _confirm(by: Any, obj: ArchiveDeposit, *, file: Any, **values: Any) -> None:
    if file is not None:
        values |= {"scan": file.read(), "name": file.name}
    archive_deposits.confirm(by=by, deposit=obj, **values)


def _receipt(by: Any, obj: ArchiveDeposit) -> HttpResponse:
    return paper(deposit_papers.receipt(by=by, deposit=obj), f"deposit-{obj.pk}", "pdf")


@admin.register(ArchiveDeposit, site=desk)
class ArchiveDepositDesk(DeskAdmin):
    paginator = CappedPaginator
    list_display = ["employer", "archive", "depositor", "state", "created_at"]
    list_filter = ["state"]
    list_select_related = ["employer", "archive"]
    ordering = ["-created_at", "pk"]
    fields = ["employer", "archive", "depositor", "reference", "state", "created_at"]
    list_actions = [
        ObjectAction(
            "deposit",
            _("Hand papers to an archive"),
            archive_deposits.DEPOSIT,
            _deposit,
            DepositForm,
            tone="primary",
            done=_("The archive has to take the papers over."),
        )
    ]
    object_actions = [
        ObjectAction(
            "receive",
            _("Take over"),
            archive_deposits.RECEIVE,
            run=lambda by, obj, **values: archive_deposits.receive(by=by, deposit=obj, **values) and None,
            form=ReferenceForm,
            when=lambda deposit: deposit.state == DepositState.SENT,
            tone="primary",
            explain=_("Hold every line of the inventory against the papers first."),
        ),
        ObjectAction(
            "send-back",
            _("Send back"),
            archive_deposits.RECEIVE,
            run=lambda by, obj, **values: archive_deposits.send_back(by=by, deposit=obj, **values) and None,
            form=WhyForm,
            when=lambda deposit: deposit.state == DepositState.SENT,
        ),
        ObjectAction(
            "confirm",
            _("Confirm a worker's time"),
            archive_deposits.CONFIRM,
            _confirm,
            ConfirmForm,
            when=lambda deposit: deposit.state == DepositState.RECEIVED,
            done=_("A certificate of these days can now rest on the archive."),
        ),
        ObjectAction("receipt", _("Receipt as PDF"), ArchiveDeposit.VIEW, _receipt),
    ]

    def story(self, request, obj) -> dict[str, Any]:
        items = obj.items.order_by("number")[:SHOWN]
        return {
            "story_template": "pensions/desk/deposit.html",
            "item_columns": [
                {"title": _("Number"), "number": True},
                _("Title"),
                _("Years"),
                {"title": _("Sheets"), "number": True},
                "SHA-256",
            ],
            "items": [
                [one.number, one.title, f"{one.from_year}–{one.until_year}", one.sheets, one.sha256 or "—"]
                for one in items
            ],
        }
