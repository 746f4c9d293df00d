"""Receipt of an archive deposit: what was handed over, under which digest and entries of the control register."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import access
from common import formatting
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service
from pensions.models import ArchiveDeposit
from pensions.papers.sealed import has_seal, sealed_paper, sealing_fund


@service
def receipt(*, by: Any, deposit: ArchiveDeposit) -> bytes:
    """Sealed by the archive, or by the social fund of its state where the archive has no seal of its own."""
    access.require(by, ArchiveDeposit.VIEW, deposit)
    deposit = ArchiveDeposit.everything.select_related("employer", "archive").get(pk=deposit.pk)
    steps = list(deposit.steps.select_related("entry").order_by("entry_id"))
    journal.record(by=by, verb=Verb.PRINTED, obj=deposit, action=ArchiveDeposit.VIEW)
    return sealed_paper(
        title=_("Receipt of an archive deposit"),
        facts=[
            (_("Employer"), deposit.employer.name),
            (_("Archive"), str(deposit.archive)),
            (_("Handed over by"), deposit.depositor),
            (_("Archive reference"), deposit.reference or formatting.MISSING),
            (_("Files"), formatting.number(deposit.items.count())),
            ("SHA-256", steps[-1].inventory),
        ],
        lines=[_("Whoever holds the inventory can compute its digest again and compare.")],
        steps=[(one, timezone.localtime(one.at).date()) for one in steps],
        sealing=deposit.archive if has_seal(deposit.archive) else sealing_fund(deposit.archive.state),
    )
