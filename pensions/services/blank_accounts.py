"""What every movement of blank forms is made of: whose custody, which numbers, the account, the line in the book."""

from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.enums import Scope
from accounts.models import Organisation
from common import clock
from common.errors import Conflict, Invalid, Missing, Refused
from common.journal import services as journal
from common.journal.models import Verb
from pensions.enums.issuing import BY_ACT, WRITE_OFFS
from pensions.models import Blank, BlankMovement, BlankStock
from pensions.services import control_register

MOVE = "certificates.blank.move"
MOST = 100_000
LEAST_COMMISSION = 2


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


def series_of(series: str) -> str:
    series = " ".join(series.upper().split())
    if not 0 < len(series) <= 8:
        raise Invalid("series_invalid", _("A series has one to eight signs."), field="series")
    return series


def check_range(first: int, last: int) -> None:
    if not 0 < first <= last:
        raise Invalid("range_invalid", _("The first number stands before the last."), field="last")
    if last - first >= MOST:
        raise Invalid(
            "range_too_long", _("At most %(most)d blanks are moved at once."), most=MOST, field="last"
        )


def require_reason(reason: str, message: Any) -> None:
    if not reason.strip():
        raise Invalid("reason_missing", message, field="reason")


def require_act(kind: str, reason: str, document: str, commission: str) -> None:
    """What is spoiled or destroyed is looked at by a commission, whose act has a number."""
    if kind not in WRITE_OFFS:
        raise Invalid("kind_invalid", _("Blanks are spoiled, lost, stolen or destroyed."), field="kind")
    require_reason(reason, _("Say what happened to the blanks."))
    if kind not in BY_ACT:
        return
    if not document.strip():
        raise Invalid("act_missing", _("Give the number of the act."), field="document")
    if len(commission.strip().splitlines()) < LEAST_COMMISSION:
        raise Invalid(
            "commission_missing",
            _("Name the chair and at least one member of the commission, each on a line."),
            field="commission",
        )


def not_all_there() -> Conflict:
    return Conflict(
        "blanks_not_there",
        _("Not all of these blanks are in your custody and free."),
        way_out=_("Look at the list of blank forms and give a shorter range."),
        field="first",
    )


def change(held_by: Organisation, series: str, first: int, last: int, before: str, **values: Any) -> None:
    """All blanks of the range, or none: each must be in this custody and state."""
    blanks = Blank.everything.between(series, first, last).filter(custodian=held_by, state=before)
    if blanks.update(**values) != last - first + 1:
        raise not_all_there()


def account(custodian: Organisation, series: str, *, received: int = 0, **changes: int) -> None:
    """Adds to the columns of an account in one statement, so that the balance holds before and after."""
    if received:
        changes = {"received": received, "in_custody": received, **changes}
    stock = BlankStock.everything.filter(custodian=custodian, series=series)
    values = {column: F(column) + number for column, number in changes.items() if number}
    if not stock.update(**values):
        BlankStock.everything.create(custodian=custodian, series=series, **changes)


def enter(
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
