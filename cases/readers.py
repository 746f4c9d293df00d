"""Who opened a case: for the client who asks, told by those on the case, in the way that is safe for her."""

from common.journal.models import Entry, Verb
from pensions.readers import Reading, told

from .models import Case, SharedDocument

OPENING = (Verb.READ, Verb.EXPORTED, Verb.PRINTED, Verb.BROKE_GLASS)
SHOWN = 500


def of(case: Case) -> list[Reading]:
    """The last five hundred openings of the case, its files and referrals, newest first, by organisation and role."""
    keys = [case.pk]
    shared = SharedDocument.everything.filter(referral__case=case)
    for rows in (case.documents, case.exports, case.referrals, shared):
        keys += rows.values_list("pk", flat=True)
    entries = Entry.objects.filter(
        object_id__in=[str(key) for key in keys], object_type__startswith="cases.", verb__in=OPENING
    )
    return told(list(entries.order_by("-id")[:SHOWN]))
