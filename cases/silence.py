"""An employer's silence becomes a request for help: what the worker let go along, and nothing of the registry.

Registered with the floor below, which does not know of cases. The registry keeps neither the receipt nor the fact.
"""

from django.utils import translation
from django.utils.translation import gettext as _

from common.formatting import date_long
from pensions.silence import Silence, taker

from .enums import CaseType, ContactChannel
from .services import intake


@taker
def take(silence: Silence, *, contact: str = "", safe_hours: str = "") -> str:
    """Receipt of the request, to tell the worker once."""
    lines = [
        _("A demand for an employment certificate was not answered or was refused."),
        _("Demand: %(number)s. Employer: %(employer)s.")
        % {"number": silence.number, "employer": silence.employer},
    ]
    if silence.told_on and silence.due_on:
        dates = {"told": date_long(silence.told_on), "due": date_long(silence.due_on)}
        lines.append(_("Told on %(told)s, answer due on %(due)s.") % dates)
    lines.append(_("The worker holds a signed statement with proofs from the control register."))
    made = intake.request_help(
        by=None,
        type=CaseType.SENIORITY,
        country=silence.state,
        language=(translation.get_language() or "ky")[:2],
        text="\n".join(lines),
        name=silence.worker_name,
        contact=contact,
        channel=_channel(contact),
        safe_hours=safe_hours,
    )
    return made.receipt


def _channel(contact: str) -> str:
    if not contact.strip():
        return ContactChannel.NONE
    return ContactChannel.EMAIL if "@" in contact else ContactChannel.CALL
