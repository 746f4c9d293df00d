"""Documents by referral: what the client named is sealed anew for the partner, opened one by one, closed at once."""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.access import permits, require
from accounts.enums import Role
from cases.enums import ConsentUse, ReferralState
from cases.models import (
    Case,
    CaseDocument,
    Consent,
    ConsentedDocument,
    Referral,
    SharedDocument,
    SharedReading,
)
from common import clock, files
from common.errors import Invalid, Missing
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service

from .guards import leaks_to_respondent, stands

VIEW = "cases.referral.view"
MOST_DOCUMENTS, MOST_BYTES = 10, 50 * 1024**2


def require_nameable(
    case: Case, use: str, documents: Collection[CaseDocument], before: Collection[CaseDocument]
):
    """Refused are papers of another case, those that are closed, and more than a partner could be sent."""
    if not {one.pk for one in before} <= {one.pk for one in documents}:
        raise Invalid(
            "document_not_named",
            _("What may be seen before acceptance stands among the documents above as well."),
            field="documents_before",
        )
    if documents and use != ConsentUse.REFERRAL:
        raise Invalid(
            "documents_by_letter", _("Documents go to a partner, not with a letter."), field="documents"
        )
    if any(one.case_id != case.pk or one.is_closed for one in documents):
        raise Missing()
    if len(documents) > MOST_DOCUMENTS or sum(one.file.size for one in documents) > MOST_BYTES:
        raise Invalid(
            "documents_many",
            _("One consent names up to %(most)s documents of %(size)s MB together."),
            field="documents",
            most=MOST_DOCUMENTS,
            size=MOST_BYTES // 1024**2,
        )


def name_documents(
    consent: Consent, documents: Iterable[CaseDocument], before: Collection[CaseDocument]
) -> None:
    early = {one.pk for one in before}
    ConsentedDocument.everything.bulk_create(
        ConsentedDocument(consent=consent, document=one, before_acceptance=one.pk in early)
        for one in documents
    )


def named(consent: Consent) -> list[ConsentedDocument]:
    """What a partner would be shown by this consent; a letter whose own consent was withdrawn is no longer among it."""
    rows = consent.named_documents.select_related(
        "document__file__key", "document__case__key", "document__consent__withdrawal"
    )
    return [one for one in rows.order_by("document__added_at") if not one.document.is_closed]


def hand_out(referral: Referral, consent: Consent, by: Any) -> None:
    """Seals a copy of each named document under the key of the referral. The guards were asked before."""
    for one in named(consent):
        paper = one.document
        with files.open_file(paper.file) as content:
            copy = files.store(
                content,
                name=paper.file.name,
                media_type=paper.file.media_type,
                by=by,
                key=referral.key,
                tell_hash=False,
            )
        SharedDocument.everything.create(
            referral=referral,
            document=paper,
            title=paper.title,
            file=copy,
            before_acceptance=one.before_acceptance,
            is_picture=paper.is_picture,
            is_scanned=paper.is_scanned,
        )


def close(shared: QuerySet) -> None:
    """Nobody of a partner reads these any more; their bytes go once that is certain."""
    rows = list(shared.filter(closed_at__isnull=True).select_related("file"))
    SharedDocument.everything.filter(pk__in=[one.pk for one in rows]).update(closed_at=clock.now())
    for one in rows:
        transaction.on_commit(lambda file=one.file: files.remove(file))


def close_all(referral: Referral) -> None:
    close(SharedDocument.everything.filter(referral=referral))


def expired(today: dt.date) -> QuerySet:
    """Referrals with documents that are still open although the client's consent has run out."""
    return Referral.everything.filter(
        documents__closed_at__isnull=True, documents__isnull=False, consent__expires_on__lt=today
    ).distinct()


def openable(user: Any, referral: Referral) -> list[SharedDocument]:
    """What this person of the recipient may open now; nothing once the one complained of has come to work there."""
    if referral.recipient_id not in user.organisation_ids(Role.CASE_WORKER, Role.CASE_SUPERVISOR):
        return []
    if not (permits(user, VIEW, referral) and stands(referral.consent)):
        return []
    rows = SharedDocument.everything.filter(referral=referral, closed_at__isnull=True).select_related(
        "file__key", "referral__key", "document__consent__withdrawal"
    )
    if referral.state == ReferralState.IN_PROGRESS:
        rows = rows.filter(before_acceptance=True)
    elif not (referral.accepted_case and permits(user, "cases.case.view", referral.accepted_case)):
        return []
    found = [one for one in rows.order_by("document__added_at") if not one.document.is_closed]
    return [] if found and leaks_to_respondent(referral.case, referral.recipient) else found


@service
def papers(*, by: Any, referral: Referral) -> list[SharedDocument]:
    """The documents that the page of a referral lists for its recipient."""
    require(by, VIEW, referral)
    return openable(by, referral)


@service
def read(*, by: Any, shared: SharedDocument) -> bytes:
    """The plain bytes for somebody of the recipient, and a row that says so. Everybody else is told nothing."""
    if shared.pk not in {one.pk for one in openable(by, shared.referral)}:
        raise Missing()
    content = files.read(shared.file)
    SharedReading.everything.create(shared=shared, by=by)
    journal.record(by=by, verb=Verb.READ, obj=shared, action=VIEW)
    return content


def left(referrals: Iterable[Referral]) -> list[dict[str, str]]:
    """Every reading so far, the first first: the document of the case, when, and by whom."""
    rows = (
        SharedReading.everything.filter(shared__referral__in=referrals)
        .select_related("shared")
        .order_by("at")
    )
    return [
        {"opened": str(one.shared.document_id), "at": one.at.isoformat(), "by": str(one.by_id), "fields": []}
        for one in rows
    ]
