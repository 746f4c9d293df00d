from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.desk import DeskAdmin
from accounts.object_actions import ObjectAction
from accounts.site import desk
from pensions import forms_issuing as forms
from pensions.models import Blank, BlankMovement, BlankStock
from pensions.services import blanks

from .paging import CappedPaginator


def own(action: str):
    """The custodians for whom this person may do it."""
    return lambda request, obj: {"custodians": blanks.custodians(request.user, action)}


def _service(function):
    """The list is shown again after the service."""

    def run(by: Any, obj: None, **values: Any) -> None:
        function(by=by, **values)

    return run


@admin.register(BlankMovement, site=desk)
class BlankMovementDesk(DeskAdmin):
    """The book of strict-accounting blanks."""

    paginator = CappedPaginator
    list_display = ["numbers_shown", "kind", "count_shown", "custodian", "other", "document", "at", "waiting"]
    list_filter = ["kind"]
    list_select_related = ["custodian", "other", "answer"]
    search_fields = ["series", "document"]
    ordering = ["-entry_id"]
    fields = [
        "numbers_shown",
        "kind",
        "count_shown",
        "custodian",
        "other",
        "document",
        "reason",
        "by",
        "at",
        "entry",
    ]
    list_actions = [
        ObjectAction(
            "receive",
            _("Receive from the printer"),
            blanks.RECEIVE,
            _service(blanks.receive_blanks),
            forms.ReceiveForm,
            form_kwargs=own(blanks.RECEIVE),
            done=_("The blank forms are in custody."),
        ),
        ObjectAction(
            "hand-over",
            _("Hand over"),
            blanks.MOVE,
            _service(blanks.hand_over),
            forms.HandOverForm,
            form_kwargs=own(blanks.MOVE),
            tone="primary",
            done=_("The blank forms are on the way. The other side has to accept them."),
        ),
        ObjectAction(
            "write-off",
            _("Report as spoiled or lost"),
            blanks.WRITE_OFF,
            _service(blanks.write_off),
            forms.WriteOffForm,
            form_kwargs=own(blanks.WRITE_OFF),
            tone="danger",
            done=_("Whoever checks one of these blank forms is told."),
        ),
    ]
    object_actions = [
        ObjectAction(
            "accept",
            _("Accept"),
            blanks.MOVE,
            when=lambda movement: movement.is_waiting,
            tone="primary",
            run=lambda by, obj: _none(blanks.accept(by=by, movement=obj)),
            explain=_("Count the blank forms first: from now on they are in your custody."),
        ),
        ObjectAction(
            "refuse",
            _("Refuse or call back"),
            blanks.MOVE,
            form=forms.WhyForm,
            when=lambda movement: movement.is_waiting,
            run=lambda by, obj, reason: _none(blanks.refuse(by=by, movement=obj, reason=reason)),
        ),
    ]

    @admin.display(description=_("numbers"))
    def numbers_shown(self, movement) -> str:
        return movement.numbers

    @admin.display(description=_("how many"))
    def count_shown(self, movement) -> int:
        return movement.count

    @admin.display(description=_("waits for an answer"), boolean=True)
    def waiting(self, movement) -> bool:
        return movement.is_waiting


@admin.register(BlankStock, site=desk)
class BlankStockDesk(DeskAdmin):
    list_display = [
        "series",
        "custodian",
        "received",
        "handed_over",
        "used",
        "spoiled",
        "lost",
        "stolen",
        "destroyed",
        "in_custody",
    ]
    list_select_related = ["custodian"]
    ordering = ["series", "pk"]


@admin.register(Blank, site=desk)
class BlankDesk(DeskAdmin):
    paginator = CappedPaginator
    list_display = ["__str__", "state", "custodian"]
    list_filter = ["state"]
    list_select_related = ["custodian"]
    search_fields = ["=number"]
    ordering = ["series", "number"]


def _none(_made: Any) -> None:
    """A service's answer that leads nowhere: the page of the object is shown again."""
