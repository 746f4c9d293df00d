"""The book, the write-off act and the receipt as PDF and XLSX: words and layout over `services.blank_book`."""

from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from common import clock, documents, formatting
from common.tables.columns import Column, Table
from common.tables.writer import to_bytes
from pensions import ranges
from pensions.models import BlankMovement
from pensions.models.blank import DIGITS
from pensions.services.blank_book import Book

TEMPLATE = "pensions/typst/blanks.typ"


def _numbers(series: str, held: Any) -> str:
    return f"{series} {ranges.written(held, DIGITS)}" if held else ""


def _cells(series: str, held: Any) -> list[Any]:
    return [ranges.count(held) if held else "", _numbers(series, held)]


def book_rows(book: Book) -> list[list[Any]]:
    """Date, from or to whom, basis, then quantity and numbers of receipt, issue and balance, and who signed."""
    series = book.stock.series
    first = [
        formatting.date_short(book.from_on),
        _("Balance brought forward"),
        "",
        *["", ""] * 2,
        *_cells(series, book.opening),
        "",
    ]
    return [
        first,
        *(
            [
                formatting.date_short(one.on),
                f"{one.kind}: {one.other}" if one.other else one.kind,
                one.document,
                *_cells(series, one.received),
                *_cells(series, one.issued),
                *_cells(series, one.balance),
                one.signed_by,
            ]
            for one in book.lines
        ),
    ]


def _heads() -> tuple[list[str], list[str]]:
    """Titles of the columns; the groups over receipt, issue and balance."""
    pair = [_("Quantity"), _("Series and numbers")]
    heads = [_("Date"), _("From whom received, to whom issued"), _("Basis: document, number, date")]
    groups = [pgettext("book of blanks", "Receipt"), pgettext("book of blanks", "Issue"), _("Balance")]
    return [*heads, *pair * 3, _("Signature of the receiver")], groups


def book_title(book: Book) -> str:
    return _("Book of strict-accounting blanks")


def book_pdf(book: Book) -> bytes:
    heads, groups = _heads()
    data = {
        "what": "book",
        "lang": _language(),
        "title": book_title(book),
        "form": _("Form 0504045"),
        "custodian": str(book.stock.custodian),
        "series": _("Series: %(series)s") % {"series": book.stock.series},
        "dates": formatting.date_range(book.from_on, book.until_on),
        "heads": heads,
        "groups": groups,
        "rows": [[str(cell) for cell in row] for row in book_rows(book)],
        "signs": [_("Person responsible"), _("Chief accountant")],
    }
    return documents.render(TEMPLATE, data, made_at=clock.now())


def book_xlsx(book: Book) -> bytes:
    heads, groups = _heads()
    titles = [*heads[:3], *(f"{group}: {head}" for group in groups for head in heads[3:5]), heads[-1]]
    kinds = ["text"] * 3 + ["integer", "text"] * 3 + ["text"]
    columns = [Column(str(n), title, kind) for n, (title, kind) in enumerate(zip(titles, kinds, strict=True))]
    rows = [[None if cell == "" else cell for cell in row] for row in book_rows(book)]
    notes = [
        _("Form 0504045"),
        str(book.stock.custodian),
        _("Series: %(series)s") % {"series": book.stock.series},
        formatting.date_range(book.from_on, book.until_on),
    ]
    return to_bytes(Table(columns, rows, title=book_title(book), notes=notes), "xlsx")


def _act_rows(movement: BlankMovement) -> tuple[list[str], list[list[str]]]:
    heads = [_("Series and numbers"), _("Quantity"), _("Reason of the write-off"), _("Date")]
    day = formatting.date_short(timezone.localtime(movement.at).date())
    reason = f"{movement.get_kind_display()}. {movement.reason}"
    return heads, [[movement.numbers, str(movement.count), reason, day]]


def act_pdf(movement: BlankMovement) -> bytes:
    """The write-off act (form 0504816) of a movement."""
    heads, rows = _act_rows(movement)
    chair, *members = movement.commission.splitlines()
    data = {
        "what": "act",
        "lang": _language(),
        "title": _("Act of write-off of strict-accounting blanks"),
        "form": _("Form 0504816"),
        "number": _("Act number: %(number)s") % {"number": movement.document},
        "date": formatting.date_long(timezone.localtime(movement.at).date()),
        "custodian": str(movement.custodian),
        "heads": heads,
        "rows": rows,
        "text": _("The commission has looked at the blank forms and found that they are to be written off:"),
        "commission": [[_("Chair of the commission"), chair], *([_("Member"), one] for one in members)],
        "approved": _("Approved by the head of the organisation"),
    }
    return documents.render(TEMPLATE, data, made_at=movement.at)


def act_xlsx(movement: BlankMovement) -> bytes:
    heads, rows = _act_rows(movement)
    columns = [Column(str(n), head) for n, head in enumerate(heads)]
    notes = [
        _("Form 0504816"),
        _("Act number: %(number)s") % {"number": movement.document},
        str(movement.custodian),
        *movement.commission.splitlines(),
    ]
    title = _("Act of write-off of strict-accounting blanks")
    return to_bytes(Table(columns, rows, title=title, notes=notes), "xlsx")


def receipt_pdf(movement: BlankMovement) -> bytes:
    """What the buyer at the counter signs and takes along."""
    sale = movement.sale
    facts = [
        [_("Receipt number"), movement.document],
        [_("Seller"), str(movement.other)],
        [_("Buyer"), str(movement.custodian)],
        [_("Series and numbers"), movement.numbers],
        [_("Quantity"), str(movement.count)],
        [_("Price of one"), formatting.money(sale.price, sale.currency)],
        [_("Total"), formatting.money(sale.total, sale.currency)],
    ]
    data = {
        "what": "receipt",
        "lang": _language(),
        "title": _("Receipt for blank forms"),
        "date": formatting.date_long(timezone.localtime(movement.at).date()),
        "facts": facts,
        "text": _("From now on the buyer answers for these numbers: used, spoiled or lost."),
        "signs": [_("Seller"), _("Buyer: %(name)s") % {"name": sale.received_by}],
    }
    return documents.render(TEMPLATE, data, made_at=movement.at)


def _language() -> str:
    return (get_language() or "ky")[:2]
