"""From a draft to its readers: approvals by language, embargo, publication, withdrawal."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from accounts.models import Duty
from common import clock
from common.enums import Language
from common.errors import Conflict, Invalid, KozotError, Refused
from common.journal import services as journal
from common.journal.models import Verb
from common.scoping import system
from common.service import service
from monitoring.services import release_audit
from monitoring.services.release_audit import Printed
from reports import events
from reports.content import NUMERIC, traced, unpack
from reports.enums import EditionState, Format, NoticeKind
from reports.models import Approval, Build, Edition, EditionNotice

from . import reviews
from .builds import content_digest, missing_builds
from .editions import digest, told

EARLY_READER = "early_reader"


@service
def approve(*, by: Any, edition: Edition, language: str) -> Approval:
    """A person who neither prepared the edition nor wrote its words has read it in this language."""
    require(by, "reports.edition.approve", edition)
    if edition.prepared_by_id == by.pk:
        raise Refused("own_edition", _("Whoever prepared an edition does not approve it."))
    if edition.texts.filter(language=language, written_by=by).exists():
        raise Refused(
            "own_words", _("Whoever wrote or translated the words of a language does not approve it.")
        )
    if edition.state != EditionState.DRAFT:
        raise Conflict("not_a_draft", _("Only a draft can be approved."))
    if missing_builds(edition):
        raise Conflict("not_built", _("The documents have not all been built yet."))
    if reviews.unanswered(edition, language).exists():
        raise Conflict("comments_wait", _("Comments on this language wait for an answer."))
    approval, _made = Approval.objects.get_or_create(
        edition=edition,
        language=language,
        content_digest=content_digest(edition, language),
        defaults={"approved_by": by},
    )
    if approved_languages(edition) == set(Language.values):
        edition.state = EditionState.APPROVED
        edition.save(update_fields=["state"])
    _keep(by, edition, "reports.edition.approve", language=language)
    return approval


def approved_languages(edition: Edition) -> set[str]:
    """Languages that were approved as they read now."""
    approved = set(edition.approvals.values_list("language", "content_digest"))
    return {one for one in Language.values if (one, content_digest(edition, one)) in approved}


def obstacles(edition: Edition) -> list[str]:
    """What stands between the edition and its readers, each as a sentence. The disclosure audit is made at the end."""
    found = []
    if missing := missing_builds(edition):
        found.append(_("Documents that have not been built: %(count)s.") % {"count": len(missing)})
    if reviews.unanswered(edition).exists():
        found.append(_("Comments wait for an answer."))
    for language in sorted(set(Language.values) - approved_languages(edition)):
        found.append(_("Not approved: %(language)s.") % {"language": Language(language).label})
    if len(_numbers(edition)) > 1:
        found.append(_("The languages do not say the same numbers."))
    if digest(edition.snapshot) != edition.digest:
        found.append(_("The snapshot is not the one that was approved."))
    return [str(one) for one in found]


def _numbers(edition: Edition) -> set[str]:
    """Digests of the numbers of the documents that stand now; one where all languages say the same."""
    wanted = [content_digest(edition, language) for language in Language.values]
    return set(edition.builds.filter(content_digest__in=wanted).values_list("numbers_digest", flat=True))


@service
def publish(*, by: Any, edition: Edition, embargo_until: dt.datetime | None = None) -> Edition:
    """Opens an edition to its readers, once all languages are approved and say the same numbers.

    With a moment in the future it is decided now and opened then; until then only early readers see it.
    """
    require(by, "reports.edition.publish", edition)
    _ready(edition)
    edition.published_by = by
    if embargo_until is None:
        return _open(edition)
    if embargo_until <= clock.now():
        raise Invalid("embargo_over", _("An embargo ends in the future."), field="embargo_until")
    with system("disclosure audit"):
        release_audit.audit(printed(edition))
    edition.state, edition.embargo_until = EditionState.EMBARGOED, embargo_until
    edition.save(update_fields=["state", "embargo_until", "published_by"])
    _keep(by, edition, "reports.edition.publish", embargo_until=embargo_until.isoformat())
    return edition


@service
def move_embargo(
    *, by: Any, edition: Edition, reason: str, embargo_until: dt.datetime | None = None
) -> Edition:
    """Ends an embargo at once, or moves its end; the reason stays in the journal.

    Opening early asks the disclosure audit like any opening; what it refuses stays under embargo.
    """
    require(by, "reports.edition.publish", edition)
    edition = Edition.everything.select_for_update().get(pk=edition.pk)
    if edition.state != EditionState.EMBARGOED:
        raise Conflict("no_embargo", _("The edition is not under embargo."))
    if not reason.strip():
        raise Invalid("reason_missing", _("A decision needs its reason."), field="reason")
    if embargo_until is None:
        edition.published_by = by
        _keep(by, edition, "reports.edition.publish", reason, embargo_until="", before=_iso(edition))
        return _open(edition)
    if embargo_until <= clock.now():
        raise Invalid("embargo_over", _("An embargo ends in the future."), field="embargo_until")
    before, edition.embargo_until = _iso(edition), embargo_until
    edition.save(update_fields=["embargo_until"])
    _keep(by, edition, "reports.edition.publish", reason, embargo_until=_iso(edition), before=before)
    return edition


def _iso(edition: Edition) -> str:
    return edition.embargo_until.isoformat()


def _ready(edition: Edition) -> None:
    if edition.state != EditionState.APPROVED or approved_languages(edition) != set(Language.values):
        raise Conflict("not_approved", _("All three languages must be approved first."))
    if digest(edition.snapshot) != edition.digest:
        raise Conflict("snapshot_changed", _("The snapshot is not the one that was approved."))
    if missing_builds(edition):
        raise Conflict("not_built", _("The documents have not all been built yet."))
    if len(_numbers(edition)) != 1:
        raise Conflict("numbers_differ", _("The languages do not say the same numbers."))
    if edition.corrects is not None and edition.corrects.state != EditionState.PUBLISHED:
        raise Conflict("not_published", _("Only a published edition is corrected."))


def _open(edition: Edition) -> Edition:
    release_audit.publish(by=edition.published_by, reference=str(edition.pk), printed=printed(edition))
    if edition.corrects_id:
        Edition.everything.filter(pk=edition.corrects_id, state=EditionState.PUBLISHED).update(
            state=EditionState.REPLACED
        )
    edition.state, edition.published_at = EditionState.PUBLISHED, clock.now()
    edition.save(update_fields=["state", "published_at", "published_by"])
    _keep(edition.published_by, edition, "reports.edition.publish")
    events.edition_published(edition)
    return edition


def open_embargoed() -> tuple[int, int]:
    """Opens what was decided for a moment that has come: (opened, sent back). Safe to run twice.

    What the disclosure audit refuses by then goes back to those who publish; the journal says why.
    """
    opened = refused = 0
    with system("end of embargo"):
        due = list(Edition.everything.filter(state=EditionState.EMBARGOED, embargo_until__lte=clock.now()))
    for edition in due:
        try:
            with system("end of embargo"), transaction.atomic():
                _open(Edition.everything.select_for_update().get(pk=edition.pk, state=EditionState.EMBARGOED))
            opened += 1
        except Edition.DoesNotExist:
            continue  # another worker was faster
        except KozotError as error:
            with transaction.atomic():
                Edition.everything.filter(pk=edition.pk).update(
                    state=EditionState.APPROVED, embargo_until=None
                )
                _keep(None, edition, "reports.edition.publish", refused=error.code)
            refused += 1
    return opened, refused


@service
def admit(*, by: Any, edition: Edition, user: Any) -> Duty:
    """Lets somebody read an edition before its embargo ends; the journal tells who has read it."""
    require(by, "reports.edition.admit", edition)
    if edition.state not in {EditionState.APPROVED, EditionState.EMBARGOED}:
        raise Conflict("not_approved", _("All three languages must be approved first."))
    duty, _made = Duty.objects.get_or_create(
        user=user,
        duty=EARLY_READER,
        object_type=Edition._meta.label_lower,
        object_id=edition.pk,
        ended_at=None,
        defaults={"given_by": by},
    )
    _keep(by, edition, "reports.edition.admit", reader=str(user.pk))
    return duty


@service
def withdraw(*, by: Any, edition: Edition, reason: Mapping[str, str]) -> Edition:
    """Takes a published edition back: its address stays and says why, its documents are no longer given out."""
    require(by, "reports.edition.withdraw", edition)
    if edition.state != EditionState.PUBLISHED:
        raise Conflict("not_published", _("Only a published edition is withdrawn."))
    EditionNotice.objects.create(edition=edition, kind=NoticeKind.WITHDRAWAL, made_by=by, **told(reason))
    edition.state = EditionState.WITHDRAWN
    edition.save(update_fields=["state"])
    _keep(by, edition, "reports.edition.withdraw")
    return edition


def audit(edition: Edition) -> None:
    """The disclosure audit against everything published before. Raises Conflict, which names table and cell."""
    with system("disclosure audit"):
        release_audit.audit(printed(edition))


def printed(edition: Edition) -> list[Printed]:
    """Every figure that the edition shows, number or mark, for the disclosure audit."""
    return [
        Printed(value.id, value.number if value.kind in NUMERIC else "", where)
        for where, value in traced(unpack(edition.snapshot))
    ]


def current_builds(edition: Edition) -> Iterable[Build]:
    """The documents of the words that stand, newest of each language and format."""
    newest: dict[tuple[str, str], Build] = {}
    for build in edition.builds.order_by("built_at"):
        newest[build.language, build.format] = build
    order = Format.values
    return sorted(newest.values(), key=lambda one: (one.language, order.index(one.format)))


def _keep(by: Any, edition: Edition, action: str, reason: str = "", **details: str) -> None:
    journal.record(by=by, verb=Verb.DECIDED, obj=edition, action=action, reason=reason, details=details)
