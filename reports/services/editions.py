"""Editions: a snapshot is taken, built in every language and format, approved by language, published."""

import hashlib
import json
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.access import require
from common import clock, files
from common.enums import Language
from common.errors import Conflict, Invalid, Refused
from common.journal import services as journal
from common.journal.models import Verb
from common.scoping import system
from common.service import service
from monitoring.periods import Frequency, Period
from monitoring.services import release_audit
from monitoring.services.release_audit import Printed
from reports.content import numbers, pack, traced, unpack
from reports.enums import EditionState, Format
from reports.models import Approval, Build, Edition, ReportDefinition
from reports.renderers import KINDS
from reports.renderers.words import MissingWords, document
from reports.sections import sections

QUARTERLY = {
    "code": "quarterly",
    "frequency": Frequency.QUARTERLY.value,
    "sections": ["summary", "measures", "context", "registry", "cases", "carried_over"],
    "title": {
        "ky": "Миграция боюнча чаралардын мониторинги",
        "ru": "Мониторинг мер в области миграции",
        "en": "Monitoring of migration measures",
    },
}


@service
def load_shipped(*, by: Any) -> ReportDefinition:
    """The quarterly report, as this project ships it."""
    from monitoring.services.datasets import translated

    require(by, "reports.definition.change")
    shipped = dict(QUARTERLY)
    title = shipped.pop("title")
    definition, _made = ReportDefinition.everything.get_or_create(
        code=shipped.pop("code"), defaults={**shipped, **translated("title", title)}
    )
    return definition


@service
def prepare(*, by: Any, definition: ReportDefinition, period: Period) -> Edition:
    """Takes the snapshot of a period: from here on nothing that comes later changes this edition."""
    require(by, "reports.edition.prepare")
    if period.frequency != definition.frequency:
        raise Invalid("wrong_frequency", _("This report is made for another kind of period."), field="period")
    as_of = clock.now()
    known = sections()
    snapshot = pack(
        [known[code](period, as_of, definition.audience).content() for code in definition.sections]
    )
    head = journal.head()
    last = Edition.everything.filter(definition=definition, period=str(period)).order_by("-number").first()
    edition = Edition.everything.create(
        definition=definition,
        period=str(period),
        number=last.number + 1 if last else 1,
        as_of=as_of,
        snapshot=snapshot,
        digest=digest(snapshot),
        journal_head=head.digest if head else "",
        register_head=register_head(),
        prepared_by=by,
    )
    journal.record(
        by=by,
        verb=Verb.CREATED,
        obj=edition,
        action="reports.edition.prepare",
        details={"digest": edition.digest},
    )
    return edition


def register_head() -> str:
    """Root of the certificates' control register; empty while it has no entry."""
    from importlib.util import find_spec

    if find_spec("pensions.services.control_register") is None:
        return ""
    from pensions.services import control_register

    return control_register.head()


def digest(snapshot: list) -> str:
    return hashlib.sha256(json.dumps(snapshot, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@service
def build(*, by: Any, edition: Edition, language: str, format: str) -> Build:
    """One document. A missing word, letter or figure stops it with a sentence that says where."""
    require(by, "reports.edition.prepare", edition)
    try:
        words = document(edition, language)
        content = KINDS[Format(format)].render(words)
    except MissingWords as error:
        raise Invalid(
            "words_missing",
            _("There are no words in %(language)s for: %(what)s"),
            language=language,
            what=str(error),
        ) from error
    kind = KINDS[Format(format)]
    name = f"{edition.definition.code}-{edition.period}-{language}.{kind.extension}"
    file = files.store(content, name=name, media_type=kind.media_type, by=by)
    return Build.objects.create(
        edition=edition,
        language=language,
        format=format,
        file=file,
        sha256=file.sha256,
        numbers_digest=hashlib.sha256("\n".join(_spoken_numbers(words)).encode()).hexdigest(),
    )


def _spoken_numbers(words) -> list[str]:
    """Every number of one language's document, as its cells carry it."""
    from reports.renderers.words import TableWords

    return [
        cell.number
        for section in words.sections
        for block in section.blocks
        if isinstance(block, TableWords)
        for row in block.rows
        for cell in row
        if cell.number
    ]


def missing_builds(edition: Edition) -> list[tuple[str, str]]:
    built = set(edition.builds.values_list("language", "format"))
    return [(one, form) for one in Language.values for form in Format.values if (one, form) not in built]


@service
def approve(*, by: Any, edition: Edition, language: str) -> Approval:
    """A person who did not prepare the edition has read it in this language."""
    require(by, "reports.edition.approve", edition)
    if edition.prepared_by_id == by.pk:
        raise Refused("own_edition", _("Whoever prepared an edition does not approve it."))
    if edition.state != EditionState.DRAFT:
        raise Conflict("not_a_draft", _("Only a draft can be approved."))
    if missing_builds(edition):
        raise Conflict("not_built", _("The documents have not all been built yet."))
    approval, _made = Approval.objects.get_or_create(
        edition=edition, language=language, defaults={"approved_by": by}
    )
    if set(edition.approvals.values_list("language", flat=True)) == set(Language.values):
        edition.state = EditionState.APPROVED
        edition.save(update_fields=["state"])
    journal.record(
        by=by,
        verb=Verb.DECIDED,
        obj=edition,
        action="reports.edition.approve",
        details={"language": language},
    )
    return approval


@service
def publish(*, by: Any, edition: Edition) -> Edition:
    """Opens an edition to its readers, once all languages are approved and say the same numbers."""
    require(by, "reports.edition.publish", edition)
    if edition.state != EditionState.APPROVED:
        raise Conflict("not_approved", _("All three languages must be approved first."))
    if digest(edition.snapshot) != edition.digest:
        raise Conflict("snapshot_changed", _("The snapshot is not the one that was approved."))
    if edition.builds.values("numbers_digest").distinct().count() != 1:
        raise Conflict("numbers_differ", _("The languages do not say the same numbers."))
    release_audit.publish(by=by, reference=str(edition.pk), printed=printed(edition))
    earlier = Edition.everything.filter(
        definition=edition.definition, period=edition.period, state=EditionState.PUBLISHED
    )
    earlier.update(state=EditionState.REPLACED)
    edition.state, edition.published_at = EditionState.PUBLISHED, clock.now()
    edition.save(update_fields=["state", "published_at"])
    journal.record(by=by, verb=Verb.DECIDED, obj=edition, action="reports.edition.publish")
    return edition


def audit(edition: Edition) -> None:
    """The disclosure audit against everything published before. Raises Conflict, which names table and cell."""
    with system("disclosure audit"):
        release_audit.audit(printed(edition))


def printed(edition: Edition) -> list[Printed]:
    """Every figure that the edition shows, number or mark, for the disclosure audit."""
    return [
        Printed(value.id, value.number if value.kind in {"number", "percent"} else "", where)
        for where, value in traced(unpack(edition.snapshot))
    ]


def traced_numbers(edition: Edition) -> list[str]:
    return numbers(unpack(edition.snapshot))
