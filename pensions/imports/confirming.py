"""Months that stood in the record when their file was applied belong to the file that told them first, and leave with
it (ADR 43). How many a file has so confirmed is kept with its counts, by file, so that an undo is no surprise."""

import uuid
from typing import Any

from django.db.models import ExpressionWrapper, TextField
from django.db.models.fields.json import KT

from common.enums import ImportState
from pensions.models import WorkRecordImport

from .columns import KIND
from .sql import EVERYTHING as ALL
from .sql import Target, fetch, narrowed

TOLD_FIRST = """
SELECT c.import_run_id, COUNT(*)
FROM pensions_stagedrow s JOIN pensions_stagedspell p ON {spell}
JOIN pensions_contribution c ON c.worker_id = p.worker_id AND c.employment_id = p.employment_id AND c.month = s.month
    AND c.fund = s.fund AND c.version = s.entry_version
WHERE {rows} AND s.state = 'known' AND c.month BETWEEN %(first_month)s AND %(last_month)s
    AND c.import_run_id IS NOT NULL GROUP BY c.import_run_id"""


def told_first(target: Target) -> dict[str, int]:
    """{import: how many of the known rows of this one it told}, while they are in the staging."""
    span = narrowed(target, ALL)
    if span.first_month is None:
        return {}
    return {str(uuid.UUID(str(run))): count for run, count in fetch(TOLD_FIRST, target, span)}


def files(run: WorkRecordImport) -> list[dict[str, Any]]:
    """The applied files that hold rows which this one told first, and how many."""
    # As its index has it; wrapped, since SQLite would read the id as JSON.
    employer = ExpressionWrapper(KT("params__employer_id"), output_field=TextField())
    of_employer = WorkRecordImport.everything.alias(employer=employer)
    others = of_employer.filter(
        kind=KIND, employer=run.employer_id, state=ImportState.APPLIED, params__state=run.params["state"]
    )
    found = others.exclude(pk=run.pk).order_by("created_at").values_list("file__name", "counts")
    counted = ((name, (counts or {}).get("confirms", {}).get(str(run.pk), 0)) for name, counts in found)
    return [{"by": name, "count": count} for name, count in counted if count]
