"""An employer's statement beside the ledger: every difference needs a reason and somebody who takes it.

The certificate always says what the ledger says. Whoever made the statement or gave the reason cannot take it.
"""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts import access
from common import files
from common.errors import Conflict, Invalid, Refused
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service
from common.tables import values
from common.tables.guard import Limits
from common.tables.reader import open_table
from pensions.certificates.claim import Claim, ClaimedMonth, Difference, differences
from pensions.certificates.model import clean
from pensions.enums.issuing import DifferenceAct
from pensions.models import Certificate, DifferenceAnswer, EmployerClaim, Employment

STATE = "certificates.claim.state"
ACCEPT = "certificates.claim.accept"
EXPECTED = {
    "month": ["Месяц", "Ай", "Month"],
    "days": ["Дней", "Күн", "Days"],
    "contribution": ["Пенсионный взнос", "Пенсиялык төгүм", "Pension contribution"],
    "wage": ["Заработная плата", "Эмгек акы", "Wage"],
    "tax": ["Налог", "Салык", "Tax"],
}
READ = {
    "month": values.month,
    "days": values.integer,
    "contribution": values.decimal,
    "wage": values.decimal,
    "tax": values.decimal,
}
TABLE = Limits(max_bytes=2 * 1024**2, max_rows=1_200)


@dataclass(frozen=True)
class Line:
    """A difference and what was said about these very figures."""

    difference: Difference
    explained: DifferenceAnswer | None = None
    accepted: DifferenceAnswer | None = None

    @property
    def is_settled(self) -> bool:
        return self.explained is not None and self.accepted is not None


# Statement -----------------------------------------------------------------------------------------------------------


@service
def state_claim(
    *,
    by: Any,
    employment: Employment,
    start_on: dt.date,
    end_on: dt.date,
    position: str = "",
    declared: tuple[int, int, int] | None = None,
    rows: Sequence[ClaimedMonth] = (),
    table: bytes = b"",
    name: str = "",
) -> EmployerClaim:
    """Keeps what the employer states, typed or as a table of months (CSV or XLSX). The ledger does not change."""
    access.require(by, STATE, employment)
    if end_on < start_on:
        raise Invalid("period_invalid", _("The last day stands before the first."), field="end_on")
    rows = tuple(rows) or (read_months(table, name) if table else ())
    outside = [row for row in rows if not start_on.replace(day=1) <= row.month <= end_on]
    if outside:
        raise Invalid(
            "month_outside",
            _("The month %(month)s lies outside the dates of the statement."),
            month=f"{outside[0].month:%m.%Y}",
            field="file",
        )
    employment = Employment.everything.select_related("worker__key").get(pk=employment.pk)
    key = employment.worker.key
    stored = files.store(table, name=name, media_type="text/csv", by=by, key=key) if table else None
    claim = EmployerClaim.everything.create(
        employment=employment,
        key=key,
        start_on=start_on,
        end_on=end_on,
        content=_written(Claim(start_on, end_on, clean(position, 160, "position"), declared, rows)),
        file=stored,
        stated_by=by,
    )
    journal.record(by=by, verb=Verb.CREATED, obj=claim, subject_id=employment.worker_id, action=STATE)
    return claim


def read_months(table: bytes, name: str = "") -> tuple[ClaimedMonth, ...]:
    """Months out of a table. Invalid names the row and the column of the first cell that cannot be read."""
    found: list[ClaimedMonth] = []
    with open_table(table, expected=EXPECTED, required=["month"], limits=TABLE) as opened:
        for number, record in opened.records():
            row = {}
            for column, value in record.items():
                try:
                    row[column] = READ[column](value)
                except values.ValueRefused as error:
                    raise Invalid(
                        "cell_invalid",
                        _("Row %(line)s, column “%(column)s”: %(problem)s"),
                        row=number,
                        line=number,
                        column=EXPECTED[column][0],
                        problem=error,
                        field="file",
                    ) from error
            if row.get("month") is None:
                raise Invalid(
                    "month_missing", _("Row %(line)s names no month."), row=number, line=number, field="file"
                )
            if any(one.month == row["month"] for one in found):
                raise Invalid(
                    "month_twice",
                    _("Row %(line)s names a month a second time."),
                    row=number,
                    line=number,
                    field="file",
                )
            found.append(ClaimedMonth(**row))
    return tuple(sorted(found, key=lambda one: one.month))


# Differences ---------------------------------------------------------------------------------------------------------


def claim_for(certificate: Certificate) -> EmployerClaim | None:
    """The newest statement about days that the certificate covers."""
    return (
        EmployerClaim.everything.filter(
            employment_id=certificate.employment_id,
            start_on__lte=certificate.end_on,
            end_on__gte=certificate.start_on,
        )
        .select_related("key", "stated_by")
        .order_by("-stated_at", "-pk")
        .first()
    )


def lines(claim: EmployerClaim, content: dict[str, Any]) -> list[Line]:
    """Differences between the statement and what would be sealed, each with its answers."""
    answers: dict[tuple[str, str, str], DifferenceAnswer] = {}
    for one in claim.answers.select_related("by", "key").order_by("at", "pk"):
        answers[one.place, one.figures, one.act] = one
    return [
        Line(
            one,
            answers.get((one.place, one.figures, DifferenceAct.EXPLAINED)),
            answers.get((one.place, one.figures, DifferenceAct.ACCEPTED)),
        )
        for one in differences(read(claim), content["work"], content["rows"])
    ]


def require_settled(certificate: Certificate, content: dict[str, Any]) -> None:
    """Conflict while a difference has no reason, or nobody has taken it."""
    claim = claim_for(certificate)
    open_ones = [one for one in lines(claim, content) if not one.is_settled] if claim else []
    if open_ones:
        raise Conflict(
            "claim_differs",
            _("The employer states something else than the record in %(count)s places."),
            count=len(open_ones),
            way_out=_("Explain each difference and have it accepted, or correct the record and draft again."),
        )


@service
def explain(
    *, by: Any, certificate: Certificate, places: Sequence[str], reason: str
) -> list[DifferenceAnswer]:
    """Says why statement and ledger differ in these places."""
    access.require(by, STATE, certificate.employment)
    if not reason.strip():
        raise Invalid("reason_missing", _("Say why."), field="reason")
    chosen = _chosen(certificate, places)
    return [_answer(by, claim, one, DifferenceAct.EXPLAINED, reason) for claim, one in chosen]


@service
def accept(
    *, by: Any, certificate: Certificate, places: Sequence[str], reason: str = ""
) -> list[DifferenceAnswer]:
    """Takes the reasons given: the certificate will say what the ledger says."""
    access.require(by, ACCEPT, certificate.employment)
    chosen = _chosen(certificate, places)
    for claim, one in chosen:
        if one.explained is None:
            raise Conflict(
                "not_explained", _("First somebody says why: %(place)s."), place=one.difference.place
            )
        if by is not None and by.pk in (claim.stated_by_id, one.explained.by_id):
            raise Refused("own_word", _("Whoever stated or explained a difference cannot accept it."))
    return [_answer(by, claim, one, DifferenceAct.ACCEPTED, reason) for claim, one in chosen]


def _chosen(certificate: Certificate, places: Sequence[str]) -> list[tuple[EmployerClaim, Line]]:
    from pensions.services.certificate_drafts import draft_content

    claim = claim_for(certificate)
    found = {one.difference.place: one for one in lines(claim, draft_content(certificate))} if claim else {}
    if not places or not set(places) <= set(found):
        raise Invalid("place_unknown", _("Choose differences that are on the list."), field="places")
    return [(claim, found[place]) for place in places]


def _answer(by: Any, claim: EmployerClaim, line: Line, act: str, reason: str) -> DifferenceAnswer:
    made = DifferenceAnswer.everything.create(
        claim=claim,
        key=claim.key,
        place=line.difference.place,
        figures=line.difference.figures,
        act=act,
        reason=reason.strip()[:300],
        by=by,
    )
    journal.record(
        by=by,
        verb=Verb.DECIDED,
        obj=made,
        subject_id=claim.employment.worker_id,
        action=ACCEPT if act == DifferenceAct.ACCEPTED else STATE,
        reason=made.reason,
    )
    return made


# The sealed text of a statement --------------------------------------------------------------------------------------


def _written(claim: Claim) -> str:
    return json.dumps(
        {
            "position": claim.position,
            "declared": claim.declared,
            "rows": [
                [f"{row.month:%Y-%m}", row.days, *(_text(a) for a in (row.contribution, row.wage, row.tax))]
                for row in claim.rows
            ],
        }
    )


def read(claim: EmployerClaim) -> Claim:
    """The statement as it was made."""
    told = json.loads(claim.content)
    rows = tuple(
        ClaimedMonth(dt.date.fromisoformat(f"{month}-01"), days, *(_amount(one) for one in amounts))
        for month, days, *amounts in told["rows"]
    )
    declared = tuple(told["declared"]) if told["declared"] else None
    return Claim(claim.start_on, claim.end_on, told["position"], declared, rows)


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
