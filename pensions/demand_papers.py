"""Receipt of a demand and statement of an employer's silence: PDF/A-3 with the register's proofs attached, sealed.

The seal is that of the social fund of the worker's state. Whoever is shown the paper checks the seal with any PDF
reader and the proofs with the register's public key (docs/certificate-format.md, section 6).
"""

from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts import access
from accounts.enums import OrganisationKind
from accounts.models import Organisation
from common import clock, documents, formatting
from common.errors import Conflict
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service
from pensions.certificates.seal import seal_pdf
from pensions.enums_issuing import DemandState, DemandStepKind, KeyPurpose
from pensions.models import Demand, DemandStep, SigningKey
from pensions.services import signing_keys
from pensions.services.register_proofs import proof_of

VIEW = "certificates.demand.view"
TEMPLATE = "pensions/typst/demand.typ"
# What a statement of silence has to prove: that it was asked, that the employer knew, that the time passed.
PROVES = (DemandStepKind.ASKED, DemandStepKind.TOLD, DemandStepKind.REMINDED, DemandStepKind.EXPIRED)


@service
def receipt(*, by: Any, demand: Demand) -> bytes:
    """The receipt that a worker keeps: when it was asked, under which entry, until when it is to be answered."""
    demand = _read(by, demand)
    steps = list(demand.steps.select_related("entry").filter(kind=DemandStepKind.ASKED))
    told = _told_words(demand)
    return _sealed(demand, _("Receipt of a demand for a certificate"), told, steps)


@service
def statement_of_silence(*, by: Any, demand: Demand) -> bytes:
    """The signed statement that nobody answered. Conflict unless silence has been stated."""
    demand = _read(by, demand)
    steps = list(demand.steps.select_related("entry").order_by("entry_id"))
    if not any(one.kind == DemandStepKind.EXPIRED for one in steps):
        raise Conflict(
            "not_silent",
            _("Nobody can say yet that the employer did not answer."),
            way_out=_("Silence is stated two weeks after the answer was due, if the employer was told."),
        )
    lines = [*_told_words(demand), _("Until the day of this statement no answer stood in the register.")]
    answered = next((one for one in steps if one.kind == DemandStepKind.FULFILLED), None)
    if answered:
        lines[-1] = _("An answer came late, on %(day)s.") % {"day": formatting.date_long(answered.on)}
    shown = [one for one in steps if one.kind in PROVES]
    return _sealed(demand, _("Statement that a demand was not answered"), lines, shown)


def _read(by: Any, demand: Demand) -> Demand:
    access.require(by, VIEW, demand)
    demand = Demand.everything.select_related("employment__employer", "worker", "via").get(pk=demand.pk)
    journal.record(by=by, verb=Verb.PRINTED, obj=demand, subject_id=demand.worker_id, action=VIEW)
    return demand


def _told_words(demand: Demand) -> list[str]:
    if demand.told_on is None:
        return [
            _(
                "The employer has not been told. The time for an answer begins on the day on which the employer learns."
            )
        ]
    lines = [
        _("The employer was told on %(day)s, %(how)s.")
        % {"day": formatting.date_long(demand.told_on), "how": demand.get_told_how_display()}
    ]
    day = {"day": formatting.date_long(demand.due_on), "source": demand.source}
    if demand.due_by_law:
        lines.append(_("The law wants an answer by %(day)s. Source: %(source)s.") % day)
    else:
        lines.append(
            _(
                "An answer is awaited by %(day)s. This is an aim of the register, not a term of law: %(source)s."
            )
            % day
        )
    lines.append(_("Weekends and public holidays of the state of work are left out of the count."))
    return lines


def facts(demand: Demand, *, for_employer: bool = False) -> list[tuple[str, str]]:
    """What paper and page say of the demand itself. An employer is not told who helps the worker."""
    found = [
        (_("Number"), demand.number),
        (_("Worker"), demand.worker.full_name),
        (_("Employer"), demand.employment.employer.name),
        (_("Asked"), formatting.date_long(demand.asked_on)),
        (_("State"), demand.get_state_display()),
    ]
    if demand.via and not for_employer:
        found.append((_("Asked through"), str(demand.via)))
    if demand.due_on:
        found.append((_("Answer due"), formatting.date_long(demand.due_on)))
    return found


def _sealed(demand: Demand, title: str, lines: list[str], steps: list[DemandStep]) -> bytes:
    made_at = clock.now()
    data = {
        "lang": (get_language() or "ky")[:2],
        "title": title,
        "made": formatting.date_long(timezone.localtime(made_at).date()),
        "facts": [list(pair) for pair in facts(demand)],
        "lines": lines,
        "heads": [_("What happened"), _("When"), _("Entry of the control register")],
        "rows": [[one.get_kind_display(), formatting.date_long(one.on), str(one.entry_id)] for one in steps],
        "note": _("The proofs that these entries stand in the control register are attached to this file."),
        "attachments": [
            {"name": f"{one.kind}-{one.entry_id}.tlog-proof", "bytes": list(proof_of(one).encode())}
            for one in steps
        ],
    }
    pdf = documents.render(TEMPLATE, data, made_at=made_at, standards=documents.PDF_ARCHIVE)
    seal = signing_keys.seal_of(signing_keys.current(_sealing(demand), KeyPurpose.SEAL))
    return seal_pdf(
        pdf,
        signer=seal.signer,
        certificate=seal.certificate,
        chain=seal.chain,
        timestamper=seal.timestamper,
    )


def _sealing(demand: Demand) -> Organisation:
    """The social fund of the worker's state that has a seal. Conflict where there is none."""
    holders = SigningKey.everything.filter(purpose=KeyPurpose.SEAL).values("organisation_id")
    fund = Organisation.objects.filter(
        pk__in=holders, kind=OrganisationKind.SOCIAL_FUND, state=demand.worker.registered_in, is_active=True
    ).first()
    if fund is None:
        raise Conflict(
            "no_seal",
            _("No social fund of this state has a seal, so nothing can be signed."),
            way_out=_("Ask a registry supervisor of your state to open one."),
        )
    return fund


def is_silent(demand: Demand) -> bool:
    """Silence was stated; a certificate that came later does not undo that."""
    return demand.state == DemandState.EXPIRED or demand.steps.filter(kind=DemandStepKind.EXPIRED).exists()
