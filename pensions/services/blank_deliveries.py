"""The other side of a delivery: blank forms are counted, accepted, refused or said not to have arrived."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from common.errors import Conflict, Missing
from common.service import service
from pensions import ranges
from pensions.enums.issuing import BlankState, MovementKind
from pensions.models import BlankMovement
from pensions.models.blank import DIGITS
from pensions.services import control_register
from pensions.services.blank_accounts import (
    MOVE,
    account,
    change,
    enter,
    require_act,
    require_custody,
    require_reason,
)
from pensions.services.blanks import WRITE_OFF


@service
def accept(
    *, by: Any, movement: BlankMovement, first: int | None = None, last: int | None = None
) -> BlankMovement:
    """The receiver has counted the blanks and takes them into custody: all that are open, or a part of them."""
    sent = _waiting(by, movement)
    giver, receiver = sent.custodian, sent.other
    taken = None
    for a, b in _open_parts(sent, first, last):
        change(giver, sent.series, a, b, BlankState.IN_TRANSIT, state=BlankState.IN_STOCK, custodian=receiver)
        account(giver, sent.series, in_custody=a - b - 1, handed_over=b - a + 1)
        account(receiver, sent.series, received=b - a + 1)
        taken = enter(by, MovementKind.ACCEPTED, sent.series, a, b, receiver, other=giver, answers=sent)
    return taken


@service
def refuse(
    *, by: Any, movement: BlankMovement, reason: str, first: int | None = None, last: int | None = None
) -> BlankMovement:
    """The receiver does not take them, or the giver calls them back; they are in the giver's stock again."""
    sent = _waiting(by, movement, also_giver=True)
    require_reason(reason, _("Say why the blanks are not taken."))
    back = None
    for a, b in _open_parts(sent, first, last):
        change(sent.custodian, sent.series, a, b, BlankState.IN_TRANSIT, state=BlankState.IN_STOCK)
        back = enter(
            by,
            MovementKind.REFUSED,
            sent.series,
            a,
            b,
            sent.other,
            other=sent.custodian,
            answers=sent,
            reason=reason,
        )
    return back


@service
def dispute(
    *, by: Any, movement: BlankMovement, reason: str, first: int | None = None, last: int | None = None
) -> BlankMovement:
    """The receiver says that these numbers did not arrive. They stay on the giver's account until one of the two
    settles them: the receiver accepts after all, the giver takes them back or writes them off."""
    sent = _waiting(by, movement)
    require_reason(reason, _("Say what was missing and how it was counted."))
    said = None
    for a, b in _open_parts(sent, first, last):
        said = enter(
            by,
            MovementKind.DISPUTED,
            sent.series,
            a,
            b,
            sent.custodian,
            other=sent.other,
            answers=sent,
            reason=reason,
        )
    return said


@service
def write_off_on_the_way(
    *,
    by: Any,
    movement: BlankMovement,
    kind: str,
    reason: str,
    first: int | None = None,
    last: int | None = None,
    document: str = "",
    commission: str = "",
) -> BlankMovement:
    """The giver answers for what did not arrive: lost, stolen, spoiled or destroyed on the way."""
    control_register.hold()
    sent = BlankMovement.everything.select_related("custodian", "other").get(pk=movement.pk)
    require_custody(by, WRITE_OFF, sent.custodian)
    require_act(kind, reason, document, commission)
    gone = None
    for a, b in _open_parts(sent, first, last):
        change(sent.custodian, sent.series, a, b, BlankState.IN_TRANSIT, state=kind)
        account(sent.custodian, sent.series, in_custody=a - b - 1, **{kind: b - a + 1})
        gone = enter(
            by,
            kind,
            sent.series,
            a,
            b,
            sent.custodian,
            other=sent.other,
            answers=sent,
            reason=reason,
            document=document,
            commission=commission,
        )
    return gone


def _open_parts(sent: BlankMovement, first: int | None, last: int | None) -> list[ranges.Range]:
    """The part of the delivery that is meant: all that is open, or numbers that are open without exception."""
    open_ones = sent.open_ranges
    if not open_ones:
        raise Conflict("answered", _("This delivery was answered already."))
    if first is None and last is None:
        return open_ones
    part = (last if first is None else first, first if last is None else last)
    if part[0] > part[1] or not ranges.holds(open_ones, *part):
        raise Conflict(
            "not_open",
            _("These numbers do not wait for an answer. Open are: %(numbers)s."),
            numbers=ranges.written(open_ones, DIGITS),
            field="first",
        )
    return [part]


def _waiting(by: Any, movement: BlankMovement, also_giver: bool = False) -> BlankMovement:
    control_register.hold()
    sent = BlankMovement.everything.select_related("custodian", "other").get(pk=movement.pk)
    try:
        require_custody(by, MOVE, sent.other)
    except Missing:
        if not also_giver:
            raise
        require_custody(by, MOVE, sent.custodian)
    return sent
