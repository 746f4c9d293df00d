"""Who may do what in the registry, and what each reach means for its rows.

An employer's clerk reaches the employments of the own employer, never the person's other employers. An auditor
reads no record at all. Analysts get figures, not rows.
"""

from django.db.models import Q

from accounts.access import Who, table
from accounts.enums import Role, Scope
from pensions.enums.findings import FindingOwner
from pensions.imports.columns import KIND
from pensions.models import (
    ArchiveConfirmation,
    Contribution,
    CorrectionPaper,
    CorrectionRequest,
    CorrectionStep,
    DuplicatePair,
    Employer,
    EmployerIdentifier,
    EmployerName,
    EmployerSuccession,
    Employment,
    EmploymentPeriod,
    ErasureRequest,
    Finding,
    FindingStep,
    PairDecision,
    PeriodEvidence,
    Worker,
    WorkerCitizenship,
    WorkerDocument,
    WorkerIdentifier,
    WorkerMerge,
    WorkerName,
    WorkerProposal,
    WorkerReport,
    WorkerStep,
    WorkRecordImport,
)
from pensions.querysets import own_records

OFFICIALS = {Role.REGISTRY_OFFICIAL: Scope.STATE, Role.REGISTRY_SUPERVISOR: Scope.STATE}
OWN = {Role.WORKER: Scope.OWN}
EMPLOYER = {Role.EMPLOYER_CLERK: Scope.ORGANISATION}

table.allow("registry.worker.view", OFFICIALS | OWN)
table.allow("registry.worker.register", OFFICIALS)
table.allow("registry.worker.change", OFFICIALS)
table.allow("registry.worker.let_in", OFFICIALS)
table.allow("registry.worker.erase", {Role.REGISTRY_SUPERVISOR: Scope.STATE})
table.allow("registry.erasure.view", {Role.REGISTRY_SUPERVISOR: Scope.STATE})
table.allow("registry.worker.merge", {Role.REGISTRY_SUPERVISOR: Scope.STATE})
table.allow("registry.worker.export", OFFICIALS)
table.allow("registry.report.view", OFFICIALS)
table.allow("registry.duplicate.view", OFFICIALS)
table.allow("registry.duplicate.ask", OFFICIALS)
table.allow("registry.duplicate.decide", {Role.REGISTRY_SUPERVISOR: Scope.STATE})
table.allow("registry.duplicate.search", {Role.REGISTRY_SUPERVISOR: Scope.STATE})
table.allow("registry.statement.view", OFFICIALS | OWN)
table.allow(
    "registry.employer.view",
    {Role.REGISTRY_OFFICIAL: Scope.ALL, Role.REGISTRY_SUPERVISOR: Scope.ALL} | EMPLOYER,
)
table.allow(
    "registry.employer.change", {Role.REGISTRY_OFFICIAL: Scope.ALL, Role.REGISTRY_SUPERVISOR: Scope.ALL}
)
table.allow("registry.employment.view", OFFICIALS | OWN | EMPLOYER | {Role.ARCHIVIST: Scope.ORGANISATION})
table.allow("registry.period.view", OFFICIALS | OWN | EMPLOYER)
table.allow("registry.period.record", OFFICIALS)
table.allow("registry.period.confirm", OFFICIALS)
table.allow("registry.evidence.view", OFFICIALS | OWN)
table.allow("registry.contribution.view", OFFICIALS | OWN | EMPLOYER)
table.allow("registry.contribution.record", OFFICIALS)
table.allow("registry.import.view", OFFICIALS | EMPLOYER)
table.allow("registry.import.upload", OFFICIALS | EMPLOYER)
table.allow("registry.import.apply", OFFICIALS)
table.allow("registry.import.undo", {Role.REGISTRY_SUPERVISOR: Scope.STATE})
table.allow("registry.proposal.view", OFFICIALS)
table.allow("registry.proposal.confirm", OFFICIALS)
table.allow(
    "registry.classification.view",
    {Role.REGISTRY_OFFICIAL: Scope.ALL, Role.REGISTRY_SUPERVISOR: Scope.ALL, Role.ANALYST: Scope.ALL},
)
table.allow("registry.classification.change", {Role.REGISTRY_SUPERVISOR: Scope.ALL})
table.allow("registry.finding.view", OFFICIALS | EMPLOYER)
table.allow("registry.finding.work", OFFICIALS)
table.allow("registry.finding.answer", EMPLOYER)
table.allow("registry.correction.view", OFFICIALS | OWN)
table.allow("registry.correction.ask", OWN)
table.allow("registry.correction.work", OFFICIALS)

# Runs hold counts and no person. Whoever is answerable for the registry begins them; analysts see what figures rest on.
TOTALS = {Role.REGISTRY_SUPERVISOR: Scope.ALL}
table.allow("registry.totals.view", TOTALS | {Role.ANALYST: Scope.ALL, Role.REGISTRY_OFFICIAL: Scope.ALL})
table.allow("registry.totals.run", TOTALS)


def _person(path: str) -> dict:
    """Rows that hang on a worker at `path`: by the state of registration, or the person's own."""
    prefix = f"{path}__" if path else ""

    def in_state(who: Who) -> Q:
        return Q(**{f"{prefix}registered_in__in": who.states})

    def own(who: Who) -> Q:
        return own_records(who.user, path)

    return {Scope.STATE: in_state, Scope.OWN: own}


def _employed_by(path: str) -> dict:
    return {Scope.ORGANISATION: lambda who: Q(**{f"{path}organisation_id__in": who.organisation_ids})}


for model in (WorkerIdentifier, WorkerName, WorkerCitizenship, WorkerDocument, WorkerStep, WorkerMerge):
    table.reach(model, _person("worker"))
table.reach(Worker, _person(""))
table.reach(ErasureRequest, {Scope.STATE: _person("worker")[Scope.STATE]})
table.reach(WorkerReport, _person("worker"))
table.reach(Employer, _employed_by(""))
for model in (EmployerIdentifier, EmployerName, EmployerSuccession):
    table.reach(model, _employed_by("employer__"))
table.reach(
    Employment,
    _person("worker")
    | {
        # An archive reaches the work that it has confirmed out of its papers, and no other.
        Scope.ORGANISATION: lambda who: (
            Q(employer__organisation_id__in=who.organisation_ids)
            | Q(
                pk__in=ArchiveConfirmation.everything.filter(
                    deposit__archive_id__in=who.organisation_ids
                ).values("employment_id")
            )
        )
    },
)
for model in (EmploymentPeriod, Contribution):
    table.reach(model, _person("worker") | _employed_by("employment__employer__"))
table.reach(PeriodEvidence, _person("worker"))
table.reach(CorrectionRequest, _person("worker"))
table.reach(CorrectionStep, _person("request__worker"))
table.reach(CorrectionPaper, _person("step__request__worker"))


def _pairs(path: str) -> dict:
    """Both records have to lie within reach: a pair would tell of the other one."""
    return {
        Scope.STATE: lambda who: Q(
            **{f"{path}first__registered_in__in": who.states, f"{path}second__registered_in__in": who.states}
        )
    }


table.reach(DuplicatePair, _pairs(""))
table.reach(PairDecision, _pairs("pair__"))
table.reach(WorkerProposal, {Scope.STATE: lambda who: Q(registered_in__in=who.states)})
table.reach(
    WorkRecordImport,
    {
        Scope.STATE: lambda who: Q(kind=KIND, params__state__in=who.states),
        Scope.ORGANISATION: lambda who: Q(kind=KIND, organisation_id__in=who.organisation_ids),
    },
)


def _finding(prefix: str) -> dict:
    """An employer meets what it must answer itself; offices what concerns their registry, or every one."""
    return {
        Scope.STATE: lambda who: Q(**{f"{prefix}registry_state__in": ["", *who.states]}),
        Scope.ORGANISATION: lambda who: Q(
            **{
                f"{prefix}owner": FindingOwner.EMPLOYER,
                f"{prefix}employer__organisation_id__in": who.organisation_ids,
            }
        ),
    }


table.reach(Finding, _finding(""))
table.reach(FindingStep, _finding("finding__"))
