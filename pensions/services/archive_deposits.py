"""After the employer is gone: its papers with an archive, and what the archive confirms out of them.

A certificate says on what it rests: the employer's word, the ledger, or an archive's confirmation of the same days.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.enums import OrganisationKind, Scope
from accounts.models import Organisation
from common import clock, files
from common.errors import Conflict, Invalid, Missing
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service
from common.tables import values
from common.tables.guard import Limits
from common.tables.reader import open_table
from pensions.enums.issuing import DepositState
from pensions.models import (
    ArchiveConfirmation,
    ArchiveDeposit,
    DepositItem,
    DepositStep,
    Employer,
    Employment,
)
from pensions.services import control_register

DEPOSIT = "certificates.deposit.make"
RECEIVE = "certificates.deposit.receive"
CONFIRM = "certificates.confirmation.make"
EXPECTED = {
    "number": ["№", "Номер", "Номери", "Number"],
    "title": ["Заголовок", "Аталышы", "Title"],
    "from_year": ["С года", "Башталган жылы", "From year"],
    "until_year": ["По год", "Аяктаган жылы", "Until year"],
    "sheets": ["Листов", "Барактар", "Sheets"],
    "sha256": ["SHA-256"],
}
INVENTORY = Limits(max_bytes=10 * 1024**2, max_rows=20_000)
OLDEST_YEAR = 1900


@dataclass(frozen=True)
class Line:
    """One file of the inventory as it was handed in."""

    number: int
    title: str
    from_year: int
    until_year: int
    sheets: int
    sha256: str = ""


def read_inventory(table: bytes) -> list[Line]:
    """Lines out of a table; Invalid names row and column of the first cell that is wrong."""
    found: list[Line] = []
    with open_table(table, expected=EXPECTED, required=list(EXPECTED)[:5], limits=INVENTORY) as opened:
        for row, record in opened.records():
            try:
                line = Line(
                    title=values.text(record["title"]),
                    sha256=values.text(record.get("sha256")).lower(),
                    **{
                        name: values.integer(record[name]) or 0
                        for name in ("number", "from_year", "until_year", "sheets")
                    },
                )
            except values.ValueRefused as error:
                raise Invalid(
                    "cell_invalid",
                    _("Row %(line)s: %(problem)s"),
                    row=row,
                    line=row,
                    problem=error,
                    field="file",
                ) from error
            _check_line(row, line, {one.number for one in found})
            found.append(line)
    return found


def _check_line(row: int, line: Line, known: set[int]) -> None:
    problems = [
        (line.number < 1 or line.number in known, _("the number is missing or stands twice")),
        (not line.title, _("the title is missing")),
        (
            not OLDEST_YEAR <= line.from_year <= line.until_year <= clock.today().year,
            _("the years are not right"),
        ),
        (line.sheets < 1, _("the number of sheets is missing")),
        (bool(line.sha256) and not _is_digest(line.sha256), _("the SHA-256 has not 64 signs")),
    ]
    for wrong, problem in problems:
        if wrong:
            raise Invalid(
                "line_invalid",
                _("Row %(line)s: %(problem)s"),
                row=row,
                line=row,
                problem=problem,
                field="file",
            )


def _is_digest(text: str) -> bool:
    return len(text) == 64 and set(text) <= set("0123456789abcdef")


@service
def deposit(
    *, by: Any, employer: Employer, archive: Organisation, depositor: str, inventory: Sequence[Line]
) -> ArchiveDeposit:
    """The employer's own clerk, or an official for a liquidator, sends papers to an archive under an inventory."""
    access.require(by, DEPOSIT, employer)
    if archive.kind != OrganisationKind.ARCHIVE or not archive.is_active:
        raise Invalid("no_archive", _("Choose an archive."), field="archive")
    if not inventory:
        raise Invalid("inventory_empty", _("The inventory has no lines."), field="file")
    if not depositor.strip():
        raise Invalid("depositor_missing", _("Name who hands the papers over."), field="depositor")
    control_register.hold()
    made = ArchiveDeposit.everything.create(
        employer=employer, archive=archive, depositor=depositor.strip(), created_by=by
    )
    DepositItem.everything.bulk_create(DepositItem(deposit=made, **line.__dict__) for line in inventory)
    _step(by, made, DepositState.SENT)
    return made


@service
def receive(*, by: Any, deposit: ArchiveDeposit, reference: str) -> ArchiveDeposit:
    """The archive has held the papers against the inventory and takes them over under its reference."""
    if not reference.strip():
        raise Invalid(
            "reference_missing", _("Give the archive's reference: fonds and inventory."), field="reference"
        )
    deposit = _waiting(by, deposit)
    deposit.reference, deposit.state = reference.strip()[:100], DepositState.RECEIVED
    deposit.save(update_fields=["reference", "state"])
    _step(by, deposit, DepositState.RECEIVED, reference=deposit.reference)
    return deposit


@service
def send_back(*, by: Any, deposit: ArchiveDeposit, reason: str) -> ArchiveDeposit:
    """The papers are not what the inventory says."""
    if not reason.strip():
        raise Invalid("reason_missing", _("Say why."), field="reason")
    deposit = _waiting(by, deposit)
    deposit.state = DepositState.REFUSED
    deposit.save(update_fields=["state"])
    _step(by, deposit, DepositState.REFUSED, reason=reason.strip()[:300])
    return deposit


def _waiting(by: Any, deposit: ArchiveDeposit) -> ArchiveDeposit:
    access.require(by, RECEIVE, deposit)
    control_register.hold()
    deposit = ArchiveDeposit.everything.select_related("archive", "employer").get(pk=deposit.pk)
    if deposit.state != DepositState.SENT:
        raise Conflict("answered", _("This deposit was answered already."))
    return deposit


@service
def confirm(
    *,
    by: Any,
    deposit: ArchiveDeposit,
    number: int,
    registry_number: str,
    start_on: dt.date,
    end_on: dt.date,
    sheets: str,
    scan: bytes = b"",
    name: str = "",
) -> ArchiveConfirmation:
    """What one file of the deposit says of a worker: the days, and on which sheets. `scan` is the page itself."""
    access.require(by, CONFIRM, deposit)
    if end_on < start_on:
        raise Invalid("period_invalid", _("The last day stands before the first."), field="end_on")
    deposit = ArchiveDeposit.everything.get(pk=deposit.pk)
    if deposit.state != DepositState.RECEIVED:
        raise Conflict("not_taken_over", _("The archive has not taken these papers over."))
    item = deposit.items.filter(number=number).first()
    if item is None:
        raise Invalid("no_such_item", _("The inventory has no line with this number."), field="number")
    if not item.from_year <= start_on.year <= end_on.year <= item.until_year:
        raise Invalid("outside_item", _("This file is of other years."), field="start_on")
    employment = _employment(deposit, registry_number)
    control_register.hold()
    at = clock.now().replace(microsecond=0)
    key = employment.worker.key
    made = ArchiveConfirmation(
        deposit=deposit,
        item=item,
        employment=employment,
        key=key,
        start_on=start_on,
        end_on=end_on,
        reference=f"{deposit.reference}, № {item.number}, {sheets.strip()}"[:160],
        file=files.store(scan, name=name, media_type="application/pdf", by=by, key=key) if scan else None,
        at=at,
        by=by,
    )
    control_register.enter(made, at=at, key=key)
    journal.record(by=by, verb=Verb.CREATED, obj=made, subject_id=employment.worker_id, action=CONFIRM)
    return made


def _employment(deposit: ArchiveDeposit, registry_number: str) -> Employment:
    from pensions import registry_number as numbers

    found = Employment.everything.select_related("worker__key").filter(
        employer_id=deposit.employer_id, worker__registry_number=numbers.normalise(registry_number) or ""
    )
    employment = found.first()
    if employment is None:
        raise Invalid(
            "no_employment",
            _("The register knows no work of this person with this employer."),
            way_out=_("Have the social fund record the work first, with the archive's paper as evidence."),
            field="registry_number",
        )
    return employment


def grounds_for(employment: Employment, start_on: dt.date, end_on: dt.date, issuer: Organisation) -> str:
    """References of confirmations that cover all these days, newest first; empty where none does."""
    found = ArchiveConfirmation.everything.filter(
        employment=employment, start_on__lte=start_on, end_on__gte=end_on
    ).select_related("deposit__archive")
    one = found.order_by("-at").first()
    if one is None:
        return ""
    place = "" if one.deposit.archive_id == issuer.pk else f"{one.deposit.archive.name_ru}: "
    return f"{place}{one.reference}"[:200]


def archives() -> Any:
    return Organisation.objects.filter(kind=OrganisationKind.ARCHIVE, is_active=True)


def employers_to_deposit(by: Any, text: str = "") -> Any:
    """Employers for whom the person may hand papers over: its own, or any for an official."""
    found = Employer.everything.all()
    held = access.grants(by, DEPOSIT)
    if Scope.ALL not in held:
        who = held.get(Scope.ORGANISATION)
        if who is None:
            raise Missing()
        found = found.filter(Q(organisation_id__in=who.organisation_ids))
    return found.found_by(text) if text else found


def inventory_digest(deposit: ArchiveDeposit) -> str:
    """SHA-256 over the lines in order: whoever holds the inventory can make it again."""
    lines = [
        astuple(Line(one.number, one.title, one.from_year, one.until_year, one.sheets, one.sha256))
        for one in deposit.items.order_by("number")
    ]
    told = [deposit.depositor, *lines]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def _step(by: Any, deposit: ArchiveDeposit, kind: str, **words: str) -> None:
    at = clock.now().replace(microsecond=0)
    step = DepositStep(deposit=deposit, kind=kind, inventory=inventory_digest(deposit), at=at, by=by, **words)
    control_register.enter(step, at=at)
    journal.record(by=by, verb=Verb.CHANGED, obj=deposit, action=DEPOSIT, details={"kind": str(kind)})
