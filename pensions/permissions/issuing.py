"""Who may do what with certificates, blanks, keys and the control register.

Only officials stop a certificate: an employer that could revoke one would have a whip in its hand. A worker sees
what was issued, not the drafts of others. An auditor sees the register and the keys, and nobody's certificate.
"""

from django.db.models import Q

from accounts.access import table
from accounts.enums import OrganisationKind, Role, Scope
from pensions.enums.issuing import CertificateState
from pensions.models import (
    ArchiveConfirmation,
    ArchiveDeposit,
    BatchRefusal,
    Blank,
    BlankMovement,
    BlankSale,
    BlankStock,
    Certificate,
    CertificateBatch,
    CertificatePrint,
    CertificateShare,
    CertificateStep,
    Demand,
    DemandStep,
    DepositItem,
    DepositStep,
    DifferenceAnswer,
    EmployerClaim,
    IssuingRight,
    KeyEvent,
    PrintStamp,
    SigningKey,
)
from pensions.querysets import own_records, predecessors

OFFICIALS = {Role.REGISTRY_OFFICIAL: Scope.STATE, Role.REGISTRY_SUPERVISOR: Scope.STATE}
OFFICES = {Role.REGISTRY_OFFICIAL: Scope.ORGANISATION, Role.REGISTRY_SUPERVISOR: Scope.ORGANISATION}
EMPLOYER = {Role.EMPLOYER_CLERK: Scope.ORGANISATION}
ARCHIVIST = {Role.ARCHIVIST: Scope.ORGANISATION}
KEEPER = {Role.BLANK_KEEPER: Scope.ORGANISATION}
OWN = {Role.WORKER: Scope.OWN}

table.allow("certificates.certificate.view", OFFICIALS | EMPLOYER | ARCHIVIST | OWN)
table.allow("certificates.certificate.download", OFFICIALS | EMPLOYER | ARCHIVIST | OWN)
table.allow("certificates.certificate.draft", OFFICIALS | EMPLOYER | ARCHIVIST)
table.allow("certificates.certificate.issue", OFFICIALS | EMPLOYER | ARCHIVIST)
table.allow("certificates.certificate.stop", OFFICIALS)
table.allow("certificates.claim.view", OFFICIALS | EMPLOYER)
table.allow("certificates.claim.state", OFFICIALS | EMPLOYER)
table.allow("certificates.claim.accept", OFFICIALS)
table.allow("certificates.blank.view", OFFICIALS | EMPLOYER | KEEPER | ARCHIVIST)
table.allow("certificates.blank.receive", OFFICES | KEEPER)
table.allow("certificates.blank.move", OFFICES | EMPLOYER | KEEPER | ARCHIVIST)
table.allow("certificates.blank.write_off", OFFICES | EMPLOYER | KEEPER | ARCHIVIST)
table.allow("certificates.blank.sell", KEEPER)
table.allow(
    "certificates.key.view", {Role.REGISTRY_SUPERVISOR: Scope.STATE, Role.AUDITOR: Scope.ALL} | EMPLOYER
)
table.allow("certificates.key.manage", {Role.REGISTRY_SUPERVISOR: Scope.STATE})
table.allow(
    "certificates.register.view",
    {Role.REGISTRY_OFFICIAL: Scope.ALL, Role.REGISTRY_SUPERVISOR: Scope.ALL, Role.AUDITOR: Scope.ALL},
)
ANY_EMPLOYER = {Role.REGISTRY_OFFICIAL: Scope.ALL, Role.REGISTRY_SUPERVISOR: Scope.ALL}
table.allow("certificates.deposit.view", ANY_EMPLOYER | EMPLOYER | ARCHIVIST)
table.allow("certificates.deposit.make", ANY_EMPLOYER | EMPLOYER)
table.allow("certificates.deposit.receive", ARCHIVIST)
table.allow("certificates.confirmation.view", OFFICIALS | ARCHIVIST | OWN)
table.allow("certificates.confirmation.make", ARCHIVIST)
NGO = {Role.CASE_WORKER: Scope.ORGANISATION, Role.CASE_SUPERVISOR: Scope.ORGANISATION}
table.allow("certificates.demand.view", OFFICIALS | EMPLOYER | OWN | NGO)
table.allow("certificates.demand.ask", OFFICIALS | OWN | NGO)
table.allow("certificates.demand.answer", EMPLOYER)
table.allow("certificates.certificate.share", OWN)
table.allow("certificates.register.witness", {Role.REGISTRY_SUPERVISOR: Scope.ALL})
table.allow("certificates.verify", {Role.PUBLIC: Scope.ALL})


def _certificates(path: str) -> dict:
    """Rows that hang on a certificate at `path`."""

    def own(who) -> Q:
        return own_records(who.user, f"{path}worker") & ~Q(**{f"{path}state": CertificateState.DRAFT})

    return {
        Scope.STATE: lambda who: Q(**{f"{path}worker__registered_in__in": who.states}),
        # An employer those of its people, whoever issued them; an archive those that it issued.
        Scope.ORGANISATION: lambda who: (
            Q(**{f"{path}employment__employer__organisation_id__in": who.organisation_ids})
            | Q(
                **{
                    f"{path}issuer__kind": OrganisationKind.ARCHIVE,
                    f"{path}issuer_id__in": who.organisation_ids,
                }
            )
        ),
        Scope.OWN: own,
    }


def _employments(path: str) -> dict:
    """Rows that hang on an employment at `path`, for officials of the worker's state and the employer itself."""
    return {
        Scope.STATE: lambda who: Q(**{f"{path}worker__registered_in__in": who.states}),
        Scope.ORGANISATION: lambda who: Q(**{f"{path}employer__organisation_id__in": who.organisation_ids}),
    }


def _held(*paths: str) -> dict:
    """Rows of a custodian or organisation at one of the paths."""

    def among(suffix: str, values: list) -> Q:
        found = Q(pk__in=[])
        for path in paths:
            found |= Q(**{f"{path}{suffix}": values})
        return found

    return {
        Scope.STATE: lambda who: among("__state__in", who.states),
        Scope.ORGANISATION: lambda who: among("__in", who.organisation_ids),
    }


table.reach(Certificate, _certificates(""))
for model in (CertificateStep, CertificatePrint, CertificateShare):
    table.reach(model, _certificates("certificate__"))
for claim, path in ((EmployerClaim, ""), (DifferenceAnswer, "claim__")):
    table.reach(claim, _employments(f"{path}employment__"))
for batch, path in ((CertificateBatch, ""), (BatchRefusal, "batch__")):
    table.reach(
        batch,
        {
            Scope.STATE: lambda who, path=path: Q(**{f"{path}issuer__state__in": who.states}),
            Scope.ORGANISATION: lambda who, path=path: Q(
                **{f"{path}employer__organisation_id__in": who.organisation_ids}
            ),
            Scope.OWN: lambda who: Q(pk__in=[]),
        },
    )


def _demands(path: str) -> dict:
    """A demand or its steps. The employer sees one only while the worker allows it; an NGO those that it made."""

    def organisation(who) -> Q:
        own = who.organisation_ids
        theirs = Q(**{f"{path}employment__employer__organisation_id__in": own})
        for before in predecessors(own):
            theirs |= Q(**{f"{path}employment__employer_id__in": before})
        return Q(**{f"{path}via_id__in": own}) | (theirs & Q(**{f"{path}may_tell": True}))

    return {
        Scope.STATE: lambda who: Q(**{f"{path}worker__registered_in__in": who.states}),
        Scope.ORGANISATION: organisation,
        Scope.OWN: lambda who: own_records(who.user, f"{path}worker"),
    }


for model, path in ((ArchiveDeposit, ""), (DepositItem, "deposit__"), (DepositStep, "deposit__")):
    table.reach(
        model,
        {
            Scope.ORGANISATION: lambda who, path=path: (
                Q(**{f"{path}archive_id__in": who.organisation_ids})
                | Q(**{f"{path}employer__organisation_id__in": who.organisation_ids})
            )
        },
    )
table.reach(
    ArchiveConfirmation,
    {
        Scope.STATE: lambda who: Q(employment__worker__registered_in__in=who.states),
        Scope.ORGANISATION: lambda who: Q(deposit__archive_id__in=who.organisation_ids),
        Scope.OWN: lambda who: own_records(who.user, "employment__worker"),
    },
)
table.reach(Demand, _demands(""))
table.reach(DemandStep, _demands("demand__"))
table.reach(PrintStamp, _certificates("print__certificate__"))
for model in (Blank, BlankStock):
    table.reach(model, _held("custodian"))
table.reach(BlankMovement, _held("custodian", "other"))
table.reach(BlankSale, _held("movement__custodian", "movement__other"))
for model in (IssuingRight, SigningKey):
    table.reach(model, _held("organisation"))
table.reach(KeyEvent, _held("key__organisation", "right__organisation"))
