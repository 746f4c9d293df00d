"""The book of strict-accounting blanks (form 0504045) of one custodian and series, and the papers of one movement.

A line stands in the book when custody changes: what is on the way is still the giver's. The balance is made of the
lines alone, from the first one on, and is held against the account before anything is printed.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.errors import Conflict
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service
from pensions import ranges
from pensions.enums.issuing import WRITE_OFFS, MovementKind
from pensions.models import BlankMovement, BlankStock

VIEW = "certificates.blank.view"
GIVES_TO_BOTH = (MovementKind.ACCEPTED, MovementKind.SOLD)


@dataclass(frozen=True)
class BookLine:
    """Ranges of one line; `received` and `issued` are empty where nothing came or went."""

    on: dt.date
    kind: str
    other: str
    document: str
    received: tuple[ranges.Range, ...]
    issued: tuple[ranges.Range, ...]
    balance: tuple[ranges.Range, ...]
    signed_by: str


@dataclass(frozen=True)
class Book:
    stock: BlankStock
    from_on: dt.date
    until_on: dt.date
    opening: tuple[ranges.Range, ...]
    lines: tuple[BookLine, ...]


@service
def book(*, by: Any, stock: BlankStock, from_on: dt.date, until_on: dt.date) -> Book:
    """Lines of the days asked for, under the balance of everything before them."""
    from accounts import access

    access.require(by, VIEW, stock)
    stock = BlankStock.everything.select_related("custodian").get(pk=stock.pk)
    made = list(lines(stock))
    held = ranges.count(made[-1].balance) if made else 0
    if held != stock.in_custody:
        raise Conflict(
            "book_differs",
            _("The book says %(book)s blank forms, the account %(account)s."),
            book=held,
            account=stock.in_custody,
            way_out=_("Have the control register audited before anything else is moved."),
        )
    before = [one for one in made if one.on < from_on]
    journal.record(by=by, verb=Verb.PRINTED, obj=stock, action=VIEW)
    return Book(
        stock,
        from_on,
        until_on,
        before[-1].balance if before else (),
        tuple(one for one in made if from_on <= one.on <= until_on),
    )


def lines(stock: BlankStock) -> Iterable[BookLine]:
    """All lines of the account since its first."""
    custodian = stock.custodian_id
    own = Q(custodian=custodian) | Q(other=custodian, kind__in=GIVES_TO_BOTH)
    found = BlankMovement.everything.filter(own, series=stock.series).select_related(
        "custodian", "other", "by", "certificate", "sale", "answers"
    )
    balance: list[ranges.Range] = []
    for one in found.order_by("entry_id"):
        numbers = [(one.first, one.last)]
        comes = one.kind == MovementKind.RECEIVED or (
            one.kind in GIVES_TO_BOTH and one.custodian_id == custodian
        )
        goes = one.kind in (MovementKind.USED, *WRITE_OFFS) or (
            one.kind in GIVES_TO_BOTH and one.other_id == custodian
        )
        if not (comes or goes):
            continue
        # A used blank that is lost afterwards left custody when it was used.
        issued = ranges.without(balance, ranges.without(balance, numbers)) if goes else []
        balance = ranges.merged([*balance, *numbers]) if comes else ranges.without(balance, numbers)
        other = one.other if one.custodian_id == custodian else one.custodian
        yield BookLine(
            on=timezone.localtime(one.at).date(),
            kind=one.get_kind_display(),
            other=str(one.certificate or other or ""),
            document=one.document or (one.answers.document if one.answers else "") or one.reason,
            received=tuple(numbers if comes else ()),
            issued=tuple(issued),
            balance=tuple(balance),
            signed_by=one.sale.received_by if hasattr(one, "sale") else str(one.by or ""),
        )
