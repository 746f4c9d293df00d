"""Blank forms: received from the printer, handed over and accepted, used, written off by act.

Every service moves a range of numbers of one series, writes one movement into the control register, and keeps the
custodian's account, whose balance the database checks.
"""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.enums import Scope
from accounts.models import Organisation
from common import clock
from common.errors import Conflict, Invalid, Missing, Refused
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service
from pensions.enums_issuing import WRITE_OFFS, BlankState, MovementKind
from pensions.models import Blank, BlankMovement, BlankStock, Certificate
from pensions.services import control_register

RECEIVE = "certificates.blank.receive"
MOVE = "certificates.blank.move"
WRITE_OFF = "certificates.blank.write_off"
MOST = 100_000
_BATCH = 5_000


@service
def receive_blanks(
    *, by: Any, custodian: Organisation, series: str, first: int, last: int, document: str
) -> BlankMovement:
    """New numbers from the printer into the custody of an office. Conflict if one of them is known already."""
    require_custody(by, RECEIVE, custodian)
    series = _series(series)
    _check_range(first, last)
    if not document.strip():
        raise Invalid(
            "document_missing", _("Name the delivery note that the printer has signed."), field="document"
        )
    control_register.hold()
    if Blank.everything.between(series, first, last).exists():
        raise Conflict("blank_known", _("Some of these numbers are in the register already."), field="first")
    try:
        with transaction.atomic():
            Blank.everything.bulk_create(
                (
                    Blank(series=series, number=number, custodian=custodian)
                    for number in range(first, last + 1)
                ),
                batch_size=_BATCH,
            )
    except IntegrityError as error:
        raise Conflict(
            "blank_known", _("Some of these numbers are in the register already."), field="first"
        ) from error
    _account(custodian, series, received=last - first + 1)
    return _enter(by, MovementKind.RECEIVED, series, first, last, custodian, document=document)


@service
def hand_over(
    *,
    by: Any,
    custodian: Organisation,
    to: Organisation,
    series: str,
    first: int,
    last: int,
    document: str = "",
) -> BlankMovement:
    """Sends blanks to another custodian. They stay in the giver's custody until the other side accepts them."""
    require_custody(by, MOVE, custodian)
    series = _series(series)
    _check_range(first, last)
    if to.pk == custodian.pk:
        raise Invalid("same_custodian", _("Blanks are handed over to somebody else."), field="to")
    control_register.hold()
    _change(custodian, series, first, last, BlankState.IN_STOCK, state=BlankState.IN_TRANSIT)
    return _enter(by, MovementKind.HANDED_OVER, series, first, last, custodian, other=to, document=document)


@service
def accept(*, by: Any, movement: BlankMovement) -> BlankMovement:
    """The receiver has counted the blanks and takes them into custody."""
    sent = _waiting(by, movement)
    giver, receiver = sent.custodian, sent.other
    _change(
        giver,
        sent.series,
        sent.first,
        sent.last,
        BlankState.IN_TRANSIT,
        state=BlankState.IN_STOCK,
        custodian=receiver,
    )
    _account(giver, sent.series, in_custody=-sent.count, handed_over=sent.count)
    _account(receiver, sent.series, received=sent.count)
    return _enter(
        by, MovementKind.ACCEPTED, sent.series, sent.first, sent.last, receiver, other=giver, answers=sent
    )


@service
def refuse(*, by: Any, movement: BlankMovement, reason: str) -> BlankMovement:
    """The receiver does not take them, or the giver calls them back; they are in the giver's stock again."""
    sent = _waiting(by, movement, also_giver=True)
    if not reason.strip():
        raise Invalid("reason_missing", _("Say why the blanks are not taken."), field="reason")
    _change(
        sent.custodian, sent.series, sent.first, sent.last, BlankState.IN_TRANSIT, state=BlankState.IN_STOCK
    )
    return _enter(
        by,
        MovementKind.REFUSED,
        sent.series,
        sent.first,
        sent.last,
        sent.other,
        other=sent.custodian,
        answers=sent,
        reason=reason,
    )


@service
def write_off(
    *,
    by: Any,
    custodian: Organisation,
    kind: str,
    series: str,
    first: int,
    last: int,
    reason: str,
    document: str = "",
) -> BlankMovement:
    """Spoiled, lost, stolen or destroyed, with the act. Also a used blank can be lost: its certificate then fails."""
    require_custody(by, WRITE_OFF, custodian)
    series = _series(series)
    _check_range(first, last)
    if kind not in WRITE_OFFS:
        raise Invalid("kind_invalid", _("Blanks are spoiled, lost, stolen or destroyed."), field="kind")
    if not reason.strip():
        raise Invalid("reason_missing", _("Say what happened to the blanks."), field="reason")
    control_register.hold()
    blanks = Blank.everything.between(series, first, last).filter(custodian=custodian)
    used = blanks.filter(state=BlankState.USED).count()
    stocked = blanks.filter(state=BlankState.IN_STOCK).count()
    if used + stocked != last - first + 1:
        raise _not_all_there()
    blanks.update(state=kind)
    _account(custodian, series, used=-used, in_custody=-stocked, **{kind: used + stocked})
    return _enter(by, kind, series, first, last, custodian, reason=reason, document=document)


# Part of an issue -----------------------------------------------------------------------------------------------------


def next_free(custodian: Organisation, series: str = "") -> Blank:
    """The lowest number in custody; Conflict when the stock is empty."""
    free = Blank.everything.free().filter(custodian=custodian)
    blank = (free.filter(series=series) if series else free).first()
    if blank is None:
        raise Conflict(
            "no_blank",
            _("There is no blank form in custody."),
            way_out=_("Accept a delivery of blank forms first."),
            field="blank",
        )
    return blank


def use(*, by: Any, blank: Blank, certificate: Certificate, at: Any) -> BlankMovement:
    """Takes the blank out of the issuer's stock for this certificate. The caller holds the register and enters the
    movement that is returned."""
    blank.refresh_from_db()
    if blank.custodian_id != certificate.issuer_id or blank.state != BlankState.IN_STOCK:
        raise Conflict(
            "blank_not_in_stock",
            _("The blank %(blank)s is not in the issuer's custody, or was used already."),
            blank=str(blank),
            field="blank",
        )
    blank.state = BlankState.USED
    blank.save(update_fields=["state"])
    _account(certificate.issuer, blank.series, in_custody=-1, used=1)
    return BlankMovement(
        kind=MovementKind.USED,
        series=blank.series,
        first=blank.number,
        last=blank.number,
        custodian=certificate.issuer,
        certificate=certificate,
        at=at,
        by=by,
    )


# Inside ---------------------------------------------------------------------------------------------------------------


def require_custody(by: Any, action: str, custodian: Organisation) -> None:
    """The person acts for this custodian. None is the system."""
    if by is None:
        return
    who = access.grants(by, action).get(Scope.ORGANISATION)
    if who is None:
        raise Refused()
    if custodian.pk not in who.organisation_ids:
        raise Missing()


def custodians(by: Any, action: str) -> list[Organisation]:
    """Organisations for which the person may do this to blanks."""
    who = access.grants(by, action).get(Scope.ORGANISATION)
    return [one.organisation for one in who.memberships if one.organisation_id] if who else []


def _series(series: str) -> str:
    series = " ".join(series.upper().split())
    if not 0 < len(series) <= 8:
        raise Invalid("series_invalid", _("A series has one to eight signs."), field="series")
    return series


def _check_range(first: int, last: int) -> None:
    if not 0 < first <= last:
        raise Invalid("range_invalid", _("The first number stands before the last."), field="last")
    if last - first >= MOST:
        raise Invalid(
            "range_too_long", _("At most %(most)d blanks are moved at once."), most=MOST, field="last"
        )


def _not_all_there() -> Conflict:
    return Conflict(
        "blanks_not_there",
        _("Not all of these blanks are in your custody and free."),
        way_out=_("Look at the list of blank forms and give a shorter range."),
        field="first",
    )


def _change(held_by: Organisation, series: str, first: int, last: int, before: str, **values: Any) -> None:
    """All blanks of the range, or none: each must be in this custody and state."""
    blanks = Blank.everything.between(series, first, last).filter(custodian=held_by, state=before)
    if blanks.update(**values) != last - first + 1:
        raise _not_all_there()


def _account(custodian: Organisation, series: str, *, received: int = 0, **changes: int) -> None:
    """Adds to the columns of an account in one statement, so that the balance holds before and after."""
    if received:
        changes = {"received": received, "in_custody": received, **changes}
    stock = BlankStock.everything.filter(custodian=custodian, series=series)
    values = {column: F(column) + number for column, number in changes.items() if number}
    if not stock.update(**values):
        BlankStock.everything.create(custodian=custodian, series=series, **changes)


def _waiting(by: Any, movement: BlankMovement, also_giver: bool = False) -> BlankMovement:
    control_register.hold()
    sent = BlankMovement.everything.select_related("custodian", "other", "answer").get(pk=movement.pk)
    try:
        require_custody(by, MOVE, sent.other)
    except Missing:
        if not also_giver:
            raise
        require_custody(by, MOVE, sent.custodian)
    if not sent.is_waiting:
        raise Conflict("answered", _("This delivery was answered already."))
    return sent


def _enter(
    by: Any, kind: str, series: str, first: int, last: int, custodian: Organisation, **values: Any
) -> BlankMovement:
    at = clock.now().replace(microsecond=0)
    values = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
    movement = BlankMovement(
        kind=kind, series=series, first=first, last=last, custodian=custodian, at=at, by=by, **values
    )
    control_register.enter(movement, at=at)
    journal.record(
        by=by,
        verb=Verb.CHANGED,
        obj=movement,
        action=MOVE,
        reason=movement.reason,
        details={"kind": kind, "numbers": movement.numbers},
    )
    return movement
