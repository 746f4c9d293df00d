"""Blank forms over the counter of a savings bank or post office: small employers buy them against a receipt.

Both sides stand at the counter, so custody changes at once; the buyer's signature on the receipt is the second word.
A buyer who finds afterwards that numbers are missing writes them off or asks the seller to.
"""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from common import clock
from common.errors import Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service
from pensions.enums.issuing import BlankState, MovementKind
from pensions.models import BlankSale, Employer
from pensions.services import control_register
from pensions.services.blank_accounts import account, change, check_range, enter, require_custody, series_of

SELL = "certificates.blank.sell"
CURRENCIES = ("KGS", "RUB", "KZT", "BYN", "AMD")


@service
def sell(
    *,
    by: Any,
    custodian: Organisation,
    employer: Employer,
    series: str,
    first: int,
    last: int,
    receipt: str,
    price: Decimal,
    currency: str,
    received_by: str,
) -> BlankSale:
    """Numbers out of the outlet's stock into the employer's, with the number of the receipt and who signed it."""
    require_custody(by, SELL, custodian)
    if custodian.kind != OrganisationKind.DISTRIBUTOR:
        raise Invalid("not_an_outlet", _("Only distributors sell blank forms."), field="custodian")
    series = series_of(series)
    check_range(first, last)
    _check_sale(employer, receipt, price, currency, received_by)
    control_register.hold()
    buyer = _buyer(by, employer)
    change(custodian, series, first, last, BlankState.IN_STOCK, custodian=buyer)
    count = last - first + 1
    account(custodian, series, in_custody=-count, handed_over=count)
    account(buyer, series, received=count)
    moved = enter(by, MovementKind.SOLD, series, first, last, buyer, other=custodian, document=receipt)
    return BlankSale.everything.create(
        movement=moved, price=price, currency=currency, received_by=" ".join(received_by.split())
    )


def _check_sale(employer: Employer, receipt: str, price: Decimal, currency: str, received_by: str) -> None:
    if employer.liquidated_on and employer.liquidated_on <= clock.today():
        raise Invalid(
            "employer_gone", _("This employer was liquidated and issues nothing."), field="employer"
        )
    if not receipt.strip():
        raise Invalid("receipt_missing", _("Give the number of the receipt."), field="receipt")
    if price < 0 or price != round(price, 2):
        raise Invalid("price_invalid", _("The price has at most two decimals."), field="price")
    if currency not in CURRENCIES:
        raise Invalid("currency_unknown", _("Choose one of the currencies."), field="currency")
    if not received_by.strip():
        raise Invalid(
            "buyer_missing", _("Name the person who signs for the blank forms."), field="received_by"
        )


def _buyer(by: Any, employer: Employer) -> Organisation:
    """The employer's organisation; a small one that never signed in gets one to hold its blank forms."""
    employer = Employer.everything.select_related("organisation").get(pk=employer.pk)
    if employer.organisation is None:
        employer.organisation = Organisation.objects.create(
            kind=OrganisationKind.EMPLOYER,
            state=employer.state,
            **{f"name_{language}": employer.name for language in ("ky", "ru", "en")},
        )
        employer.save(update_fields=["organisation"])
        journal.record(by=by, verb=Verb.CHANGED, obj=employer, action=SELL)
    return employer.organisation
