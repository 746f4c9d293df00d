"""Questions asked every night that look past the ledger; those about records stand in `pensions/findings/`."""

from common import checks
from common.checks import Answer, question
from pensions.enums.findings import FindingState

from . import checks_issuing  # noqa: F401  (unusual movement of blank forms)
from .models import DoubleReceipt, Finding
from .services import awards, print_archive, register_audit, totals_check
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


@question("claims.double_receipt")
def double_receipt() -> list[Answer]:
    """Two running awards that may pay one person for the same; those that nobody has answered yet."""
    awards.find_double()
    rows = DoubleReceipt.objects.filter(answers__isnull=True).order_by("-found_at")[:SHOWN]
    return [
        Answer("claims.double_receipt", "pensions.doublereceipt", str(one.pk), {"kind": str(one.kind)})
        for one in rows
    ]


@question("certificates.archive")
def archive_fits() -> list[Answer]:
    """Archived prints that the last reading of the archive found missing or changed."""
    return print_archive.last_damages()[:SHOWN]


@question("registry.totals_differ")
def totals_differ() -> list[Answer]:
    """People whose kept totals are not what the rules say: of a random sample, and of those found before."""
    code = "registry.totals_differ"
    found_before = Finding.everything.filter(code=code).exclude(state=FindingState.RESOLVED)
    again = [details["worker"] for details in found_before.values_list("details", flat=True)]
    return [
        Answer(
            code, "pensions.worker", str(worker), {"worker": str(worker), "states": sorted({*kept, *said})}
        )
        for worker, kept, said in totals_check.check(also=again).differing
    ]
