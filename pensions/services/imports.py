"""Work-record files: uploaded, checked, applied, undone; rejected rows go back to their sender."""

import hashlib
from collections.abc import Mapping
from typing import Any, BinaryIO

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.models import Organisation
from common import clock, imports, jobs
from common.enums import ImportState
from common.errors import Conflict, Invalid, Missing, Refused
from common.imports import Rejects
from common.journal import services as journal
from common.journal.models import Verb
from common.models import Job
from common.service import service
from common.tables.errors import TableError
from pensions.enums import RowKind, RowState
from pensions.imports.columns import KIND
from pensions.imports.problems import reason
from pensions.models import ColumnMapping, Employer, StagedRow, WorkRecordImport


@service
def upload(
    *,
    by: Any,
    employer: Employer,
    registry_state: str,
    content: bytes | BinaryIO,
    name: str,
    entries: str = RowKind.ORIGINAL,
    mapping: Mapping[str, str] | None = None,
) -> WorkRecordImport:
    """Takes a file of an employer to the registry of a state and starts checking it.

    `entries`: what the rows are when they do not say so. `mapping`: {column key: title in the file}, remembered
    for the sender. Invalid with a clear reason when the file cannot be read; Conflict when it was sent before.
    """
    require_upload(by, employer, registry_state)
    if entries not in RowKind.values:
        raise Invalid("unknown_kind", _("Say whether these are first reports, corrections or withdrawals."))
    header = imports.look(KIND, content, mapping).header
    mapping = remembered(employer, header) | dict(mapping or {})
    received = imports.receive(
        by=by,
        kind=KIND,
        content=content,
        name=name,
        params={"employer_id": str(employer.pk), "state": registry_state, "entries": str(entries)},
        organisation_id=employer.organisation_id,
        mapping=mapping,
    )
    run = WorkRecordImport.everything.get(pk=received.pk)
    if run.state == ImportState.UPLOADED:
        remember(employer, header, mapping)
        _start_check(run, by)
    journal.record(by=by, verb=Verb.CREATED, obj=run, action="registry.import.upload")
    return run


def _start_check(run: WorkRecordImport, by: Any) -> None:
    run.job = jobs.enqueue(
        "registry.stage_import", by=by, params={"run_id": str(run.pk)}, key=f"stage {run.pk}"
    )
    run.save(update_fields=["job"])


def require_upload(by: Any, employer: Employer, registry_state: str) -> None:
    """A clerk uploads for the own employer to any state; an official for any employer to the own state."""
    access.require(by, "registry.import.upload")
    if by is None:
        return
    for who in access.grants(by, "registry.import.upload").values():
        for membership in who.memberships:
            if membership.role == "employer_clerk" and employer.organisation_id == membership.organisation_id:
                return
            if membership.role != "employer_clerk" and membership.organisation.state == registry_state:
                return
    raise Refused()


def require_columns(*, by: Any, run: WorkRecordImport) -> None:
    """Whoever may upload for this employer may say what its columns are."""
    require_upload(by, Employer.everything.get(pk=run.employer_id), run.params["state"])


@service
def name_columns(*, by: Any, run: WorkRecordImport, mapping: Mapping[str, Any]) -> WorkRecordImport:
    """Says which column is which field ({field: title}; titles under "-" are left out), remembers it for the sender,
    and starts the check. Invalid when a column that is needed is still missing."""
    require_columns(by=by, run=run)
    run = WorkRecordImport.everything.select_for_update(of=("self",)).get(pk=run.pk)
    if run.state != ImportState.MAPPING:
        raise Conflict("columns_known", _("The columns of this file are known already."))
    run.mapping = dict(mapping)
    try:
        with imports.open_run(run) as table:
            header = table.header
    except TableError as error:
        raise imports.receiving.refusal(error) from error
    run.state = ImportState.UPLOADED
    run.save(update_fields=["mapping", "state"])
    remember(Employer.everything.get(pk=run.employer_id), header, mapping)
    _start_check(run, by)
    journal.record(
        by=by, verb=Verb.CHANGED, obj=run, action="registry.import.upload", details={"columns": len(mapping)}
    )
    return run


# --- columns ----------------------------------------------------------------------------------------


def _header_digest(header: list[str]) -> str:
    return hashlib.sha256("\n".join(header).encode()).hexdigest()


def remembered(employer: Employer, header: list[str]) -> dict[str, str]:
    """How this sender's columns were named the last time that such a header came."""
    if employer.organisation_id is None:
        return {}
    found = ColumnMapping.objects.filter(
        organisation_id=employer.organisation_id, kind=KIND, header_sha256=_header_digest(header)
    ).first()
    return dict(found.mapping) if found else {}


def remember(employer: Employer, header: list[str], mapping: Mapping[str, str]) -> None:
    if employer.organisation_id and mapping:
        ColumnMapping.objects.update_or_create(
            organisation_id=employer.organisation_id,
            kind=KIND,
            header_sha256=_header_digest(header),
            defaults={"mapping": dict(mapping), "used_at": clock.now()},
        )


# --- steps ------------------------------------------------------------------------------------------


@service
def apply(*, by: Any, run: WorkRecordImport) -> Job:
    """Starts writing what was checked. Rows whose worker is not confirmed wait for the next time."""
    access.require(by, "registry.import.apply", run)
    run = WorkRecordImport.everything.select_for_update().get(pk=run.pk)
    if run.state not in {ImportState.CHECKED, ImportState.APPLIED}:
        raise Conflict("not_checked", _("This import cannot be applied as it stands."))
    return _start(run, "registry.apply_import", by, "registry.import.apply")


@service
def undo(*, by: Any, run: WorkRecordImport, why: str) -> Job:
    """Answers every entry of the import by a compensating one; nothing is deleted."""
    access.require(by, "registry.import.undo", run)
    run = WorkRecordImport.everything.select_for_update().get(pk=run.pk)
    if run.state not in {ImportState.APPLIED, ImportState.APPLYING, ImportState.CHECKED}:
        raise Conflict("nothing_to_undo", _("Nothing of this import stands in the record."))
    if not why.strip():
        raise Invalid("reason_missing", _("Say why the import is undone."), field="reason")
    return _start(run, "registry.undo_import", by, "registry.import.undo", why)


def _start(run: WorkRecordImport, kind: str, by: Any, action: str, why: str = "") -> Job:
    others = jobs.at_work(run_id=run.pk)
    if kind == "registry.apply_import":  # whoever is confirmed meanwhile is applied after that
        others = others.exclude(kind="registry.confirm_proposals")
    if others.exists():
        raise Conflict("busy", _("The import is being worked on: wait until it is done, or stop it."))
    job = jobs.enqueue(kind, by=by, params={"run_id": str(run.pk)})
    run.job = job
    run.save(update_fields=["job"])
    journal.record(by=by, verb=Verb.DECIDED, obj=run, action=action, reason=why)
    return job


@service
def stop(*, by: Any, run: WorkRecordImport) -> None:
    """Asks the work on this import to stop. What was applied before stays and can be undone."""
    access.require(by, "registry.import.upload", run)
    if run.job_id:
        jobs.cancel(run.job)
    journal.record(
        by=by, verb=Verb.CHANGED, obj=run, action="registry.import.upload", details={"stopped": True}
    )


def rejected_rows(*, by: Any, run: WorkRecordImport, language: str | None = None) -> Rejects:
    """A file of the rejected rows as they came, with the reason in the reader's language."""
    access.require(by, "registry.import.view", run)
    rows = StagedRow.objects.filter(run=run, state=RowState.REJECTED).values_list(
        "number", "problem", "problem_field"
    )
    with translation.override(language or translation.get_language()):
        words = {found: reason(*found) for found in {(problem, field) for _number, problem, field in rows}}
        reasons = {number: words[problem, field] for number, problem, field in rows}
        if not reasons:
            raise Missing("no_rejects", _("No row of this file was rejected."))
        made = imports.rejects(run, reasons)
    journal.record(
        by=by, verb=Verb.EXPORTED, obj=run, action="registry.import.view", details={"rows": len(reasons)}
    )
    return made


@service
def make_employer_organisation(*, by: Any, employer: Employer, **words: str) -> Organisation:
    """Opens the house to an employer: an organisation whose clerks may upload."""
    access.require(by, "registry.employer.change", employer)
    if employer.organisation_id:
        return employer.organisation
    names = {f"name_{language}": words.get(language) or employer.name for language in ("ky", "ru", "en")}
    employer.organisation = Organisation.objects.create(kind="employer", state=employer.state, **names)
    employer.save(update_fields=["organisation"])
    return employer.organisation
