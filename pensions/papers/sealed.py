"""Papers about entries of the control register: PDF/A-3 with the register's proofs attached, sealed by an organisation.

Whoever is shown the paper checks the seal with any PDF reader and the proofs with the register's public key
(docs/certificate-format.md, section 6).
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from common import clock, documents, formatting
from common.errors import Conflict
from pensions.certificates.seal import seal_pdf
from pensions.enums.issuing import KeyPurpose
from pensions.models import SigningKey
from pensions.services import signing_keys
from pensions.services.register_proofs import proof_of

TEMPLATE = "pensions/typst/register_paper.typ"


def sealed_paper(
    *,
    title: str,
    facts: Sequence[tuple[Any, str]],
    lines: Sequence[str],
    steps: Sequence[tuple[Any, dt.date]],
    sealing: Organisation,
) -> bytes:
    """`facts`: (term, value); `steps`: (row of the register, its day), in the order in which they are printed.

    Needs a transaction: it may sign a checkpoint. In the current language.
    """
    made_at = clock.now()
    data = {
        "lang": (get_language() or "ky")[:2],
        "title": title,
        "made": formatting.date_long(timezone.localtime(made_at).date()),
        "facts": [[str(term), value] for term, value in facts],
        "lines": list(lines),
        "heads": [_("What happened"), _("When"), _("Entry of the control register")],
        "rows": [
            [row.get_kind_display(), formatting.date_long(day), str(row.entry_id)] for row, day in steps
        ],
        "note": _("The proofs that these entries stand in the control register are attached to this file."),
        "attachments": [
            {"name": f"{row.kind}-{row.entry_id}.tlog-proof", "bytes": list(proof_of(row).encode())}
            for row, _day in steps
        ],
    }
    pdf = documents.render(TEMPLATE, data, made_at=made_at, standards=documents.PDF_ARCHIVE)
    return _sealed(pdf, sealing)


def seal_of_fund(pdf: bytes, state: str) -> bytes:
    """The PDF with the seal of the social fund of this state. Conflict where there is none."""
    return _sealed(pdf, sealing_fund(state))


def _sealed(pdf: bytes, sealing: Organisation) -> bytes:
    seal = signing_keys.seal_of(signing_keys.current(sealing, KeyPurpose.SEAL))
    return seal_pdf(
        pdf,
        signer=seal.signer,
        certificate=seal.certificate,
        chain=seal.chain,
        timestamper=seal.timestamper,
    )


def sealing_fund(state: str) -> Organisation:
    """The social fund of the state that has a seal. Conflict where there is none."""
    fund = _sealing().filter(kind=OrganisationKind.SOCIAL_FUND, state=state).first()
    if fund is None:
        raise Conflict(
            "no_seal",
            _("No social fund of this state has a seal, so nothing can be signed."),
            way_out=_("Ask a registry supervisor of your state to open one."),
        )
    return fund


def has_seal(organisation: Organisation) -> bool:
    return _sealing().filter(pk=organisation.pk).exists()


def _sealing() -> Any:
    holders = SigningKey.everything.filter(purpose=KeyPurpose.SEAL).values("organisation_id")
    return Organisation.objects.filter(pk__in=holders, is_active=True)
