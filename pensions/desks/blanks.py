from typing import Any

from django.contrib import admin
from django.db.models import Prefetch
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import access
from accounts.desk import DeskAdmin
from accounts.object_actions import ObjectAction, Page
from accounts.site import desk
from common.errors import Invalid
from common.scoping import system
from common.tables.writer import CONTENT_TYPES
from pensions import ranges, scanning
from pensions.enums.issuing import MovementKind
from pensions.forms import blanks as forms
from pensions.models import Blank, BlankMovement, BlankStock, Employer
from pensions.models.blank import DIGITS
from pensions.papers import blanks as blank_papers
from pensions.services import blank_book, blank_deliveries, blank_sales, blanks

from .paging import CappedPaginator


def own(action: str):
    """The custodians for whom this person may do it."""
    return lambda request, obj: {"custodians": blanks.custodians(request.user, action)}


def _service(function):
    """The list is shown again after the service."""

    def run(by: Any, obj: None, **values: Any) -> None:
        function(by=by, **values)

    return run


def _on_delivery(function):
    """The delivery is shown again after the service."""

    def run(by: Any, obj: BlankMovement, **values: Any) -> None:
        function(by=by, movement=obj, **values)

    return run


def _delivery(request, obj: BlankMovement) -> dict[str, Any]:
    return {"delivery": obj}


def _sell(by: Any, obj: None, *, employer: str, **values: Any) -> str:
    """Whole numbers only: a keeper finds the employer who stands at the counter, and nobody else."""
    digits = "".join(sign for sign in employer if sign.isdigit())
    with system("sale of blank forms"):
        found = list(Employer.everything.filter(identifiers__value=digits).distinct()[:2])
    if len(found) != 1:
        raise Invalid(
            "no_such_employer",
            _("No employer with this number is registered."),
            way_out=_("Check the number, or send the employer to the labour office to be registered."),
            field="employer",
        )
    sale = blank_sales.sell(by=by, employer=found[0], **values)
    return reverse("admin:pensions_blankmovement_change", args=[sale.movement_id])


def paper(content: bytes, name: str, kind: str) -> HttpResponse:
    media = "application/pdf" if kind == "pdf" else CONTENT_TYPES[kind]
    answer = HttpResponse(content, content_type=media)
    answer["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _as_scanned(request, obj: None) -> dict[str, str]:
    """Numbers that the list of scanned blank forms leads here with; the form looks at them like at typed ones."""
    return {name: request.GET[name][:40] for name in ("series", "first", "last") if name in request.GET}


@admin.register(BlankMovement, site=desk)
class BlankMovementDesk(DeskAdmin):
    """The book of strict-accounting blanks."""

    paginator = CappedPaginator
    list_display = ["numbers_shown", "kind", "count_shown", "custodian", "other", "document", "at", "waiting"]
    list_filter = ["kind"]
    list_select_related = ["custodian", "other"]
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
        "commission",
        "open_shown",
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
            initial=_as_scanned,
            tone="primary",
            done=_("The blank forms are on the way. The other side has to accept them."),
        ),
        ObjectAction(
            "sell",
            _("Sell over the counter"),
            blank_sales.SELL,
            _sell,
            forms.SellForm,
            form_kwargs=own(blank_sales.SELL),
            tone="primary",
            done=_("The blank forms are the buyer's. Print the receipt and have it signed."),
        ),
        ObjectAction(
            "write-off",
            _("Report as spoiled or lost"),
            blanks.WRITE_OFF,
            _service(blanks.write_off),
            forms.WriteOffForm,
            form_kwargs=own(blanks.WRITE_OFF),
            initial=_as_scanned,
            tone="danger",
            done=_("Whoever checks one of these blank forms is told."),
        ),
    ]
    object_actions = [
        ObjectAction(
            "accept",
            _("Accept"),
            blanks.MOVE,
            _on_delivery(blank_deliveries.accept),
            forms.PartForm,
            when=lambda movement: movement.is_waiting,
            form_kwargs=_delivery,
            tone="primary",
            explain=_("Count the blank forms first: from now on they are in your custody."),
        ),
        ObjectAction(
            "dispute",
            _("Say what did not arrive"),
            blanks.MOVE,
            _on_delivery(blank_deliveries.dispute),
            forms.PartWhyForm,
            when=lambda movement: movement.is_waiting,
            form_kwargs=_delivery,
            explain=_("The numbers stay on the giver's account until they are found or written off."),
        ),
        ObjectAction(
            "refuse",
            _("Refuse or call back"),
            blanks.MOVE,
            _on_delivery(blank_deliveries.refuse),
            forms.PartWhyForm,
            when=lambda movement: movement.is_waiting,
            form_kwargs=_delivery,
        ),
        ObjectAction(
            "write-off",
            _("Write off what went astray"),
            blanks.WRITE_OFF,
            _on_delivery(blank_deliveries.write_off_on_the_way),
            forms.PartWriteOffForm,
            when=lambda movement: movement.is_waiting,
            form_kwargs=_delivery,
            tone="danger",
        ),
        ObjectAction(
            "act",
            _("Act as PDF"),
            blank_book.VIEW,
            when=lambda movement: movement.is_by_act,
            run=lambda by, obj: paper(blank_papers.act_pdf(obj), f"act-{obj.entry_id}", "pdf"),
        ),
        ObjectAction(
            "act-table",
            _("Act as XLSX"),
            blank_book.VIEW,
            when=lambda movement: movement.is_by_act,
            run=lambda by, obj: paper(blank_papers.act_xlsx(obj), f"act-{obj.entry_id}", "xlsx"),
        ),
        ObjectAction(
            "receipt",
            _("Receipt as PDF"),
            blank_book.VIEW,
            when=lambda movement: movement.kind == MovementKind.SOLD,
            run=lambda by, obj: paper(blank_papers.receipt_pdf(obj), f"receipt-{obj.entry_id}", "pdf"),
        ),
    ]

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .prefetch_related(Prefetch("replies", BlankMovement.everything.all()))
        )

    @admin.display(description=_("numbers"))
    def numbers_shown(self, movement) -> str:
        return movement.numbers

    @admin.display(description=_("how many"))
    def count_shown(self, movement) -> int:
        return movement.count

    @admin.display(description=_("waits for an answer"), boolean=True)
    def waiting(self, movement) -> bool:
        return movement.is_waiting

    @admin.display(description=_("numbers that wait for an answer"))
    def open_shown(self, movement) -> str:
        return ranges.written(movement.open_ranges, DIGITS) or "—"


def _book(kind: str, written):
    def run(by: Any, obj: BlankStock, **values: Any) -> HttpResponse:
        made = blank_book.book(by=by, stock=obj, **values)
        return paper(written(made), f"0504045-{obj.pk}", kind)

    return run


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
    object_actions = [
        ObjectAction(
            f"book-{kind}",
            title,
            blank_book.VIEW,
            _book(kind, written),
            forms.DatesForm,
            initial=lambda request, obj: forms.DatesForm.this_year(),
        )
        for kind, title, written in (
            ("pdf", pgettext_lazy("blank forms", "Book as PDF"), blank_papers.book_pdf),
            ("xlsx", pgettext_lazy("blank forms", "Book as XLSX"), blank_papers.book_xlsx),
        )
    ]


SCAN = _("Scan blank forms")
NEXT = {
    blanks.MOVE: ("hand-over", _("Hand over")),
    blanks.WRITE_OFF: ("write-off", _("Report as spoiled or lost")),
}


def _scan(by: Any, obj: None, *, code: str, held: str, act: str, file: Any) -> Page:
    sheets = scanning.read_held(held)
    if act == "between":
        scanned = scanning.fill_between(sheets)
    elif act == "back":
        scanned = scanning.take_back(sheets)
    else:
        scanned = scanning.scan_picture(sheets, file.read()) if file else scanning.scan(sheets, code)
    steps = [
        {"title": title, "url": reverse("admin:pensions_blankmovement_list_do", args=[name])}
        for action, (name, title) in NEXT.items()
        if access.permits(by, action)
    ]
    context = {
        "title": SCAN,
        "opts": Blank._meta,
        "scanned": scanned,
        "steps": steps,
        "back": reverse("admin:pensions_blank_changelist"),
    }
    return Page("pensions/desk/scan.html", context)


@admin.register(Blank, site=desk)
class BlankDesk(DeskAdmin):
    paginator = CappedPaginator
    list_display = ["__str__", "state", "custodian"]
    list_filter = ["state"]
    list_select_related = ["custodian"]
    search_fields = ["=number"]
    ordering = ["series", "number"]
    list_actions = [
        ObjectAction(
            "scan",
            SCAN,
            Blank.VIEW,
            _scan,
            forms.ScanForm,
            tone="primary",
            template="pensions/desk/scan.html",
            explain=_(
                "A scanner that types like a keyboard and presses Enter is enough. Put one pack on the list by its "
                "first and last blank form."
            ),
        )
    ]
