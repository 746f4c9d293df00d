"""What people write into and about a draft: words at the head of a section, comments and their answers."""

from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from common.errors import Conflict, Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service
from reports.enums import EditionState
from reports.models import CommentAnswer, Edition, EditionComment, EditionText

from .editions import codes


@service
def write(*, by: Any, edition: Edition, section: str, language: str, text: str) -> EditionText:
    """Words at the head of a section, in one language; empty ones take them away again.

    Approvals of this language no longer count, since something else was read.
    """
    require(by, "reports.edition.write", edition)
    if edition.state not in {EditionState.DRAFT, EditionState.APPROVED}:
        raise Conflict("not_a_draft", _("Only a draft can be changed."))
    _refuse_unknown(edition, section)
    before = edition.texts.filter(section=section, language=language).aggregate(last=Max("number"))["last"]
    written = EditionText.objects.create(
        edition=edition,
        section=section,
        language=language,
        number=(before or 0) + 1,
        text=text.strip(),
        written_by=by,
    )
    Edition.everything.filter(pk=edition.pk).update(state=EditionState.DRAFT)
    edition.state = EditionState.DRAFT
    _keep(by, edition, "reports.edition.write", section=section, language=language)
    return written


@service
def comment(*, by: Any, edition: Edition, text: str, section: str = "", language: str = "") -> EditionComment:
    """A finding of a reviewer; without a language it stands against all of them."""
    require(by, "reports.edition.comment", edition)
    if edition.state != EditionState.DRAFT:
        raise Conflict("not_a_draft", _("Only a draft is commented on."))
    if section:
        _refuse_unknown(edition, section)
    made = EditionComment.objects.create(
        edition=edition, section=section, language=language, text=text, author=by
    )
    _keep(by, edition, "reports.edition.comment", section=section, language=language)
    return made


@service
def answer(*, by: Any, comment: EditionComment, text: str, accepted: bool) -> CommentAnswer:
    require(by, "reports.edition.answer", comment.edition)
    if CommentAnswer.objects.filter(comment=comment).exists():
        raise Conflict("answered", _("This comment has been answered."))
    made = CommentAnswer.objects.create(comment=comment, text=text, accepted=accepted, author=by)
    _keep(by, comment.edition, "reports.edition.answer", comment=str(comment.pk))
    return made


def unanswered(edition: Edition, language: str = ""):
    """Comments that wait; with a language, those that stand against it."""
    found = edition.comments.filter(answer__isnull=True)
    return found.filter(language__in=["", language]) if language else found


def _refuse_unknown(edition: Edition, section: str) -> None:
    if section not in codes(edition):
        raise Invalid("no_such_section", _("This edition has no such section."), field="section")


def _keep(by: Any, edition: Edition, action: str, **details: str) -> None:
    journal.record(by=by, verb=Verb.CHANGED, obj=edition, action=action, details=details)
