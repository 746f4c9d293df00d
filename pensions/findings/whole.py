"""Questions that look at the whole registry at once, every night."""

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from pensions.enums.findings import FindingOwner, Severity

from . import sql
from .question import People, Row, question

OLDEST = 120


@question(
    "registry.worker_too_old",
    _("A living worker of a hundred and twenty years"),
    _("Check the birth date; close the record if the person has died."),
    severity=Severity.ERROR,
    whole=True,
)
def worker_too_old(people: People, today: dt.date) -> Iterator[Row]:
    leap_day = (today.month, today.day) == (2, 29)  # not every year 120 years ago had one
    rows = sql.ask(
        """SELECT id, registered_in FROM pensions_worker
        WHERE birth_on <= %(day)s AND state <> 'archived' AND merged_into_id IS NULL""",
        day=dt.date(today.year - OLDEST, today.month, 28 if leap_day else today.day),
    )
    for row in rows:
        yield Row(worker_id=sql.uuid_of(row["id"]), registry_state=row["registered_in"])


@question(
    "registry.employer_liquidated_earlier",
    _("Work after the employer had ceased to exist"),
    _("End the period on the day of liquidation, or record it with the successor."),
    owner=FindingOwner.REGISTRY,
    whole=True,
)
def employer_liquidated_earlier(people: People, today: dt.date) -> Iterator[Row]:
    rows = sql.ask(
        """SELECT COALESCE(w.merged_into_id, w.id) AS person, w.registered_in, f.id AS employer_id, p.entry,
            p.start_on, p.end_on, f.liquidated_on
        FROM pensions_employer f JOIN pensions_employment e ON e.employer_id = f.id
        JOIN pensions_worker w ON w.id = e.worker_id
        JOIN pensions_employmentperiod p ON p.worker_id = e.worker_id AND p.employment_id = e.id
        WHERE f.liquidated_on IS NOT NULL AND (p.end_on IS NULL OR p.end_on > f.liquidated_on)
        AND NOT p.voids AND NOT EXISTS (
            SELECT 1 FROM pensions_employmentperiod l
            WHERE l.worker_id = p.worker_id AND l.entry = p.entry AND l.version > p.version
        )"""
    )
    for row in rows:
        end_on = sql.day_of(row["end_on"])
        yield Row(
            worker_id=sql.uuid_of(row["person"]),
            registry_state=row["registered_in"],
            employer_id=sql.uuid_of(row["employer_id"]),
            item=str(sql.uuid_of(row["entry"])),
            details={
                "start_on": str(sql.day_of(row["start_on"])),
                "end_on": end_on.isoformat() if end_on else None,
                "liquidated_on": str(sql.day_of(row["liquidated_on"])),
            },
        )


@question(
    "registry.duplicates_left",
    _("Records with the same name and birth date"),
    _("Compare the records; merge them if they are one person, explain if they are not."),
    whole=True,
)
def duplicates_left(people: People, today: dt.date) -> Iterator[Row]:
    """One finding for each group, on the record that was made first."""
    rows = sql.ask(
        f"""SELECT {"(MIN(id::text))" if sql.is_postgres() else "MIN(id)"} AS first, MIN(registered_in) AS state,
            COUNT(*) AS records
        FROM pensions_worker WHERE merged_into_id IS NULL AND birth_on IS NOT NULL AND state <> 'archived'
        GROUP BY registered_in, sort_key, birth_on HAVING COUNT(*) > 1"""
    )
    for row in rows:
        yield Row(
            worker_id=sql.uuid_of(row["first"]),
            registry_state=row["state"],
            details={"records": row["records"]},
        )
