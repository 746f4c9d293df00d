"""Calls and long forms of a case: kept while typing, sent once, discarded after a term."""

import datetime as dt
import json
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.access import require
from accounts.models import Organisation
from cases import retention
from cases.models import Case, Draft, HelpRequest
from common import clock
from common.errors import Conflict, Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.keys.vault import Locked
from common.models import SubjectKey
from common.service import service

from . import intake
from .vaults import new_key, require_in

KEEP, WORK = "cases.draft.keep", "cases.case.work"
MOST_LETTERS, MOST_OPEN = 20_000, 50


@service
def keep(
    *,
    by: Any,
    organisation: Organisation,
    token: uuid.UUID,
    content: Mapping[str, Any],
    case: Case | None = None,
    form: str = "",
) -> Draft:
    """Keeps what has been typed until now, whole or not. Only the beginning is journalled, not every letter.

    Without a `case` it is a call; with one, a `form` of it, for whoever may work on it.
    """
    require_in(by, KEEP, organisation)
    if case is not None:
        require(by, WORK, case)
    text = json.dumps(dict(content), ensure_ascii=False)
    if len(text) > MOST_LETTERS:
        raise Invalid(
            "draft_long",
            _("A draft has up to %(most)s letters."),
            way_out=_("Send it, and write the rest as a note of the case."),
            most=MOST_LETTERS,
        )
    draft, is_new = _claim(by, organisation, token, case, form)
    if draft.ended_at:
        raise Conflict("draft_over", _("This was sent or discarded already."))
    if is_new and Draft.everything.filter(user=by, ended_at__isnull=True).count() > MOST_OPEN:
        raise Conflict(
            "drafts_many",
            _("You have %(most)s calls that are not finished."),
            way_out=_("Send or discard some of them."),
            most=MOST_OPEN,
        )
    draft.key = _open_key(draft)
    draft.content, draft.saved_at = text, clock.now()
    draft.save(update_fields=["key", "content", "saved_at"])
    if is_new:
        journal.record(by=by, verb=Verb.CREATED, obj=draft, action=KEEP)
    return draft


def _claim(
    by: Any, organisation: Organisation, token: uuid.UUID, case: Case | None = None, form: str = ""
) -> tuple[Draft, bool]:
    """The row of this page, locked: of two that come at once, the second waits for what the first made of it."""
    row, is_new = Draft.everything.get_or_create(
        user=by, token=token, defaults={"organisation": organisation, "case": case, "form": form}
    )
    if (row.case_id, row.form) != (case and case.pk, form):
        raise Conflict("draft_over", _("This was sent or discarded already."))
    return Draft.everything.select_for_update().get(pk=row.pk), is_new


def _open_key(draft: Draft) -> SubjectKey:
    """The key of the draft; a new one where the organisation's key is not open, for writing needs none."""
    if draft.key:
        try:
            draft.key.secret()
            return draft.key
        except Locked:
            draft.key.destroy()
    return new_key(draft.organisation)


@service
def resume(*, by: Any, draft: Draft) -> dict[str, str]:
    """What was typed; Locked while the organisation's key is not open."""
    require(by, KEEP, draft)
    if draft.ended_at:
        raise Conflict("draft_over", _("This was sent or discarded already."))
    journal.record(by=by, verb=Verb.READ, obj=draft, action=KEEP)
    return json.loads(draft.content or "{}")


@service
def discard(*, by: Any, draft: Draft) -> None:
    require(by, KEEP, draft)
    _end(draft)
    journal.record(by=by, verb=Verb.ERASED, obj=draft, action=KEEP)


@service
def take_down(*, by: Any, organisation: Organisation, token: uuid.UUID, **values: Any) -> HelpRequest:
    """Makes the request of what was typed. Sent again, because the answer was lost, it is the same request."""
    require_in(by, KEEP, organisation)
    draft, _is_new = _claim(by, organisation, token)
    if draft.request:
        return draft.request
    if draft.ended_at:
        raise Conflict("draft_over", _("This was sent or discarded already."))
    draft.request = intake.request_help(by=by, organisation=draft.organisation, **values)
    _end(draft)
    return draft.request


@service
def go_on(*, by: Any, case: Case, form: str) -> dict[str, Any]:
    """What the person began to type into a form of a case, with the token of its page; a new token where that is
    nothing, or is locked."""
    require(by, WORK, case)
    draft = (
        Draft.everything.filter(user=by, case=case, form=form, ended_at__isnull=True)
        .order_by("-saved_at")
        .first()
    )
    try:
        return (
            {**resume(by=by, draft=draft), "token": draft.token, "begun": True}
            if draft
            else {"token": uuid.uuid4()}
        )
    except Locked:
        return {"token": uuid.uuid4()}


@service
def once(*, by: Any, case: Case, form: str, token: uuid.UUID, run: Callable[[], Any]) -> Any:
    """Does what the form is for and ends its draft. Sent again, because the answer was lost, it is done once."""
    require(by, WORK, case)
    draft, _is_new = _claim(by, case.organisation, token, case, form)
    if draft.ended_at:
        return None
    made = run()
    _end(draft)
    return made


@service
def discard_page(*, by: Any, case: Case, form: str, token: uuid.UUID) -> None:
    """Forgets what was typed into a form of a case."""
    require(by, WORK, case)
    for draft in Draft.everything.filter(user=by, case=case, form=form, token=token):
        discard(by=by, draft=draft)


def _end(draft: Draft) -> None:
    if draft.key:
        draft.key.destroy()
    draft.content, draft.ended_at = "", draft.ended_at or clock.now()
    draft.save(update_fields=["content", "ended_at", "request"])


def discard_old(now: dt.datetime) -> int:
    """Removes what nobody went on with, and what was ended, after the term; the journal keeps that it was there."""
    old = Draft.everything.filter(saved_at__lt=now - retention.DRAFT)
    keys = list(SubjectKey.objects.filter(pk__in=old.values("key_id"), destroyed_at__isnull=True))
    for key in keys:
        key.destroy()
    return old.delete()[0]
