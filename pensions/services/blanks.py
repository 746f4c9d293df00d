"""Blank forms: received from the printer, handed over, used, written off by act.

Every service moves a range of numbers of one series, writes one movement into the control register, and keeps the
custodian's account, whose balance the database checks. The other side's answers stand in `blank_deliveries`, the
sale over a counter in `blank_sales`.
"""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from common.errors import Conflict, Invalid, Refused
from common.service import service
from pensions.enums.issuing import BlankState, MovementKind
from pensions.models import Blank, BlankMovement, Certificate
from pensions.services import control_register
from pensions.services.blank_accounts import (
    MOVE,
    account,
    change,
    check_range,
    custodians,
    enter,
    not_all_there,
    require_act,
    require_custody,
    series_of,
)

__all__ = ["MOVE", "RECEIVE", "WRITE_OFF", "custodians", "require_custody"]
RECEIVE = "certificates.blank.receive"
WRITE_OFF = "certificates.blank.write_off"
# A printing house enters what it has printed; offices also what came with a delivery note on paper.
RECEIVERS = frozenset(
    {
        OrganisationKind.PRINTER,
        OrganisationKind.SOCIAL_FUND,
        OrganisationKind.LABOUR_OFFICE,
        OrganisationKind.MINISTRY,
    }
)
_BATCH = 5_000


@service
def receive_blanks(
    *, by: Any, custodian: Organisation, series: str, first: int, last: int, document: str
) -> BlankMovement:
    """New numbers from the printer into the custody of an office. Conflict if one of them is known already."""
    require_custody(by, RECEIVE, custodian)
    if by is not None and custodian.kind not in RECEIVERS:
        raise Refused(
            "not_from_printer", _("A distributor gets blank forms from an office, not from the printer.")
        )
    series = series_of(series)
    check_range(first, last)
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
    account(custodian, series, received=last - first + 1)
    return enter(by, MovementKind.RECEIVED, series, first, last, custodian, document=document)


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
    series = series_of(series)
    check_range(first, last)
    if to.pk == custodian.pk:
        raise Invalid("same_custodian", _("Blanks are handed over to somebody else."), field="to")
    control_register.hold()
    change(custodian, series, first, last, BlankState.IN_STOCK, state=BlankState.IN_TRANSIT)
    return enter(by, MovementKind.HANDED_OVER, series, first, last, custodian, other=to, document=document)


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
    commission: str = "",
) -> BlankMovement:
    """Spoiled or destroyed by act, lost or stolen. Also a used blank can be lost: its certificate then fails."""
    require_custody(by, WRITE_OFF, custodian)
    series = series_of(series)
    check_range(first, last)
    require_act(kind, reason, document, commission)
    control_register.hold()
    blanks = Blank.everything.between(series, first, last).filter(custodian=custodian)
    used = blanks.filter(state=BlankState.USED).count()
    stocked = blanks.filter(state=BlankState.IN_STOCK).count()
    if used + stocked != last - first + 1:
        raise not_all_there()
    blanks.update(state=kind)
    account(custodian, series, used=-used, in_custody=-stocked, **{kind: used + stocked})
    return enter(
        by, kind, series, first, last, custodian, reason=reason, document=document, commission=commission
    )


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
    account(certificate.issuer, blank.series, in_custody=-1, used=1)
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
