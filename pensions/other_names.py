"""What people were called before, are called in their passport, and in records that were merged into theirs: folded,
for who compares names."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from django.db.models import Q

from pensions import folding
from pensions.models import Worker, WorkerName

Names = tuple[str, str, str]


def other_names(ids: Collection[UUID]) -> dict[UUID, list[Names]]:
    """By worker, without the name of today. Two queries."""
    found: dict[UUID, list[Names]] = defaultdict(list)
    root: dict[UUID, UUID] = {}
    fields = (
        "pk",
        "merged_into_id",
        "folded_names",
        "latin_block_key",
        "latin_family_name",
        "latin_given_name",
    )
    records = Worker.everything.filter(Q(pk__in=ids) & ~Q(latin_block_key="") | Q(merged_into__in=ids))
    for pk, into, names, differs, family_name, given_name in records.values_list(*fields):
        root[pk] = into or pk
        if into:
            found[root[pk]].append(folding.unfolded(names))
        if differs:
            found[root[pk]].append(folding.parts(family_name, given_name))
    former = WorkerName.everything.filter(Q(worker__in=ids) | Q(worker__merged_into__in=ids))
    for worker, names in former.values_list("worker_id", "folded_names"):
        found[root.get(worker, worker)].append(folding.unfolded(names))
    return found
