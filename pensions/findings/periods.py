"""Questions about periods of work, and about entries that stand under the wrong person."""

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from pensions.enums.findings import Severity
from pensions.models import EmploymentPeriod
from pensions.services.statement import computed_length, declared_length

from . import sql
from .question import People, Row, question

YOUNGEST = 14


@question(
    "registry.full_time_twice",
    _("Two full-time periods at the same time"),
    _("Ask both employers for the share of the rate and the dates, and correct what is wrong."),
)
def full_time_twice(people: People, today: dt.date) -> Iterator[Row]:
    rows = sql.ask(
        """SELECT a.person, a.registered_in, a.entry AS one, b.entry AS other, a.start_on AS a_start,
            a.end_on AS a_end, b.start_on AS b_start, b.end_on AS b_end
        FROM period a JOIN period b ON b.person = a.person AND b.id > a.id AND b.employment_id <> a.employment_id
        WHERE a.legal_basis = 'employment' AND b.legal_basis = 'employment'
        AND COALESCE(a.share_of_rate, 1) >= 1 AND COALESCE(b.share_of_rate, 1) >= 1
        AND (a.end_on IS NULL OR a.end_on >= b.start_on) AND (b.end_on IS NULL OR b.end_on >= a.start_on)""",
        people,
    )
    for row in rows:
        ends = [day for day in (sql.day_of(row["a_end"]), sql.day_of(row["b_end"])) if day]
        start_on = max(sql.day_of(row["a_start"]), sql.day_of(row["b_start"]))
        yield Row(
            worker_id=sql.uuid_of(row["person"]),
            registry_state=row["registered_in"],
            item="/".join(sorted(str(sql.uuid_of(row[name])) for name in ("one", "other"))),
            details={
                "start_on": start_on.isoformat(),
                "end_on": min(ends).isoformat() if ends else None,
            },
        )


@question(
    "registry.work_before_age",
    _("Work before birth or in childhood"),
    _("Check the birth date and the first period, and correct what is wrong."),
    severity=Severity.ERROR,
)
def work_before_age(people: People, today: dt.date) -> Iterator[Row]:
    rows = sql.ask(
        f"""SELECT p.person, MIN(w.registered_in) AS registered_in, MIN(p.start_on) AS start_on,
            MIN(w.birth_on) AS birth_on
        FROM period p JOIN pensions_worker w ON w.id = p.person
        WHERE {sql.year("p.start_on")} - {sql.year("w.birth_on")} < %(youngest)s GROUP BY p.person""",
        people,
        youngest=YOUNGEST,
    )
    for row in rows:
        yield Row(
            worker_id=sql.uuid_of(row["person"]),
            registry_state=row["registered_in"],
            details={"start_on": str(sql.day_of(row["start_on"]))},
        )


@question(
    "registry.declared_differs",
    _("The issuer wrote another length than the dates give"),
    _("Compare with the document, and correct the dates or the length."),
    severity=Severity.NOTICE,
)
def declared_differs(people: People, today: dt.date) -> Iterator[Row]:
    """Counted by the same rule as in the statement, which knows what does not count."""
    ids = [row["id"] for row in sql.ask("SELECT id FROM period", people)] if people else []
    told = EmploymentPeriod.everything.filter(pk__in=ids).exclude(
        declared_years=None, declared_months=None, declared_days=None
    )
    for period in told.select_related("worker__merged_into", "employment"):
        declared, computed = declared_length(period), computed_length(period, today)
        if declared != computed and period.end_on:
            person = period.worker.merged_into or period.worker
            yield Row(
                worker_id=person.pk,
                registry_state=person.registered_in,
                item=str(period.entry),
                details={
                    "start_on": period.start_on.isoformat(),
                    "end_on": period.end_on.isoformat(),
                    "declared": declared.as_dict(),
                    "computed": computed.as_dict() if computed else None,
                },
            )


@question(
    "registry.ledger_of_another_worker",
    _("Entries under another worker than their employment"),
    _("Tell the operator: an entry was written past the services."),
    severity=Severity.ERROR,
)
def ledger_of_another_worker(people: People, today: dt.date) -> Iterator[Row]:
    """The database does not hold the pair together."""
    for table in ("pensions_employmentperiod", "pensions_contribution"):
        rows = sql.ask(
            f"""SELECT w.person, MIN(w.registered_in) AS registered_in, COUNT(*) AS entries
            FROM who w JOIN {table} x ON x.worker_id = w.id JOIN pensions_employment e ON e.id = x.employment_id
            WHERE e.worker_id <> x.worker_id GROUP BY w.person""",
            people,
        )
        for row in rows:
            yield Row(
                worker_id=sql.uuid_of(row["person"]),
                registry_state=row["registered_in"],
                item=table.removeprefix("pensions_"),
                details={"entries": row["entries"]},
            )
