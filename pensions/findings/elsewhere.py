"""Titles and advice for findings of questions that are asked outside the ledger (see `pensions/checks*.py`)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

ELSEWHERE: dict[str, tuple[Any, Any]] = {
    "certificates.control_register": (
        _("Control register and records contradict each other"),
        _("Change nothing by hand. Keep a copy of the database and tell the keeper of the register."),
    ),
    "certificates.archive": (
        _("An archived print is missing or changed"),
        _("Bring the file back from the backup; the nightly reading then closes this."),
    ),
    "certificates.blank_out_of_order": (
        _("A blank form was stepped over"),
        _("Ask the custodian where it is: it is used next, or reported as lost or spoiled."),
    ),
    "certificates.blank_used_before_delivery": (
        _("A blank form was used before it was delivered"),
        _("Compare the delivery with the receipt, and ask both sides who held the form."),
    ),
    "certificates.blank_long_on_the_way": (
        _("A delivery of blank forms has not been answered"),
        _("Ask the receiver to confirm or to dispute it."),
    ),
    "certificates.blank_spoilage": (
        _("Unusually many spoiled blank forms"),
        _("Look at the acts of spoilage and count the stock of this custodian."),
    ),
    "certificates.blank_stock_differs": (
        _("An account of blank forms differs from the forms themselves"),
        _("Nothing but a change by hand makes this. Compare the account with the book of blank forms."),
    ),
    "certificates.demand_differs": (
        _("A demand does not stand as its last step left it"),
        _(
            "Nothing but a change by hand makes this. Compare the demand with its steps in the control register."
        ),
    ),
    "registry.totals_differ": (
        _("Kept insurance totals differ from the rules"),
        _("Run the totals again; if the difference stays, tell those who maintain the system."),
    ),
}
