"""Editions: a snapshot of a period is taken; one is in the making at a time, and a published one is only corrected."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from common import clock
from common.errors import Conflict, Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service
from monitoring.periods import Period
from monitoring.services.datasets import translated
from reports import changes
from reports.content import SectionContent, pack, unpack
from reports.enums import OPEN_STATES, EditionState, NoticeKind
from reports.models import Edition, EditionNotice, ReportDefinition
from reports.sections import sections

SHIPPED = Path(__file__).parents[1] / "data" / "definitions.yaml"


@service
def load_shipped(*, by: Any) -> ReportDefinition:
    """The reports that this project ships; what exists is left as it is. Gives the quarterly one for everyone."""
    require(by, "reports.definition.change")
    for shipped in yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))["definitions"]:
        title = shipped.pop("title")
        ReportDefinition.everything.get_or_create(
            code=shipped.pop("code"), defaults={**shipped, **translated("title", title)}
        )
    return ReportDefinition.everything.get(code="quarterly")


def standing(definition: ReportDefinition, period: Period) -> Edition | None:
    """The edition in the making, or else the published one."""
    found = Edition.everything.filter(definition=definition, period=str(period)).order_by("-number")
    return found.filter(state__in=OPEN_STATES).first() or found.filter(state=EditionState.PUBLISHED).first()


@service
def prepare(*, by: Any, definition: ReportDefinition, period: Period) -> Edition:
    """Takes the snapshot of a period: from here on nothing that comes later changes this edition."""
    require(by, "reports.edition.prepare")
    if period.frequency != definition.frequency:
        raise Invalid("wrong_frequency", _("This report is made for another kind of period."), field="period")
    _refuse_a_second(definition, str(period))
    if Edition.everything.filter(
        definition=definition, period=str(period), state=EditionState.PUBLISHED
    ).exists():
        raise Conflict(
            "already_published",
            _("The report of this period has been published."),
            way_out=_("Open the published edition and prepare an erratum."),
        )
    return _taken(by, definition, period)


@service
def correct(*, by: Any, edition: Edition, reason: Mapping[str, str]) -> Edition:
    """An erratum: a new edition of the same period, which says why (in three languages) and lists what changed."""
    require(by, "reports.edition.prepare", edition)
    if edition.state != EditionState.PUBLISHED:
        raise Conflict("not_published", _("Only a published edition is corrected."))
    _refuse_a_second(edition.definition, edition.period)
    erratum = _taken(by, edition.definition, Period.parse(edition.period), corrects=edition, reason=reason)
    EditionNotice.objects.create(edition=erratum, kind=NoticeKind.ERRATUM, made_by=by, **told(reason))
    return erratum


@service
def discard(*, by: Any, edition: Edition) -> Edition:
    """Puts an edition aside that nobody has published; its number is free for the next one."""
    require(by, "reports.edition.prepare", edition)
    if edition.state not in {EditionState.DRAFT, EditionState.APPROVED}:
        raise Conflict("not_a_draft", _("Only an edition that waits for publication can be discarded."))
    edition.state = EditionState.DISCARDED
    edition.save(update_fields=["state"])
    journal.record(
        by=by, verb=Verb.DECIDED, obj=edition, action="reports.edition.prepare", details={"step": "discard"}
    )
    return edition


def told(reason: Mapping[str, str]) -> dict[str, str]:
    """A reason as the notice keeps it."""
    return {f"text_{language}": text for language, text in reason.items()}


def _refuse_a_second(definition: ReportDefinition, period: str) -> None:
    if Edition.everything.filter(definition=definition, period=period, state__in=OPEN_STATES).exists():
        raise Conflict(
            "in_the_making",
            _("An edition of this period is in the making."),
            way_out=_("Go on with it, or discard it first."),
        )


def _taken(
    by: Any,
    definition: ReportDefinition,
    period: Period,
    corrects: Edition | None = None,
    reason: Mapping[str, str] | None = None,
) -> Edition:
    as_of = clock.now()
    content = take(definition, period, as_of)
    if corrects is not None:
        content = [changes.section(corrects, content, reason or {}), *content]
    snapshot = pack(content)
    head = journal.head()
    kept = Edition.everything.filter(definition=definition, period=str(period))
    last = kept.exclude(state=EditionState.DISCARDED).order_by("-number").first()
    edition = Edition.everything.create(
        definition=definition,
        period=str(period),
        number=last.number + 1 if last else 1,
        as_of=as_of,
        snapshot=snapshot,
        digest=digest(snapshot),
        journal_head=head.digest if head else "",
        register_head=register_head(),
        corrects=corrects,
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


def take(definition: ReportDefinition, period: Period, as_of: Any) -> list[SectionContent]:
    """What the report says of a period as known at a moment, before any language."""
    known = sections()
    return [known[code](period, as_of, definition.audience).content() for code in definition.sections]


def register_head() -> str:
    """Root of the certificates' control register; empty while it has no entry."""
    from pensions.services import control_register

    return control_register.head()


def digest(snapshot: list) -> str:
    return hashlib.sha256(json.dumps(snapshot, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def codes(edition: Edition) -> list[str]:
    """Its sections in their order."""
    return [section.code for section in unpack(edition.snapshot)]
