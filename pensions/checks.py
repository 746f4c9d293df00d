"""Questions asked every night that look past the ledger; those about records stand in `pensions/findings/`."""

from common import checks
from common.checks import Answer, question

from . import checks_issuing  # noqa: F401  (unusual movement of blank forms)
from .services import register_audit
from .services.findings_run import keep_answers

SHOWN = 1_000

checks.receiver(keep_answers)


@question("certificates.control_register")
def control_register_fits() -> list[Answer]:
    """Rows and register entries that contradict each other."""
    return [
        Answer(one.code, *one.row.split(" ", 1), {"entry": one.entry, "what": one.what})
        if one.row
        else Answer(one.code, "pensions.registerentry", str(one.entry), {"what": one.what})
        for one in register_audit.audit()[:SHOWN]
    ]
