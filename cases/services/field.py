"""Work without a connection: what a telephone may carry, and what it brings back.

Sealed cases and kinds that are always sealed never leave the server. What comes in goes through the same services as
on a page, once for each key.
"""

import datetime as dt
import uuid
from typing import Any, BinaryIO

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import narrow, require
from cases.enums import CaseType
from cases.models import Case, FieldEntry, FieldPhone, Note
from common import clock, formatting
from common.errors import Conflict, Invalid, KozotError, Missing, Refused
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service

from . import documents, intake, work
from .intake import ALWAYS_SEALED

USE, END = "cases.field.use", "cases.field.end"
DAYS_WITHOUT_CONTACT = 14
SKEW = dt.timedelta(hours=24)
INTAKE = ("type", "country", "language", "text", "name", "contact", "channel", "safe_hours", "is_urgent")
KINDS = [kind for kind in CaseType if kind not in ALWAYS_SEALED]


class Gone(KozotError):
    """The telephone is to empty itself."""

    code = "phone_ended"
    status = 410


@service
def register(*, by: Any, name: str) -> FieldPhone:
    require(by, USE)
    home = next((m.organisation for m in by.valid_memberships if m.organisation_id), None)
    if not name.strip():
        raise Invalid("name_missing", _("Give the telephone a name."), field="name")
    made = FieldPhone.everything.create(user=by, organisation=home, name=name.strip()[:60])
    journal.record(by=by, verb=Verb.CREATED, obj=made, action=USE)
    return made


def _own(by: Any, phone: FieldPhone) -> FieldPhone:
    """The telephone of this very person, still in use; Gone once it was ended."""
    require(by, USE, phone)
    phone = FieldPhone.everything.get(pk=phone.pk)
    if phone.user_id != by.pk:
        raise Missing()
    if phone.ended_at is not None:
        raise Gone("phone_ended", _("This telephone was taken out of use and is emptied."))
    FieldPhone.everything.filter(pk=phone.pk).update(seen_at=clock.now())
    return phone


def may_leave(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Cases that may be on a telephone at all."""
    return cases.open().filter(is_sealed=False, incidents__isnull=True).exclude(type__in=ALWAYS_SEALED)


@service
def carried(*, by: Any, phone: FieldPhone) -> list[Case]:
    """The open cases on which this person has a duty, as far as they may leave; each is noted as exported."""
    phone = _own(by, phone)
    duties = by.duties.filter(object_type=Case._meta.label_lower, ended_at__isnull=True)
    mine = narrow(Case.everything.filter(pk__in=duties.values("object_id")), by, "cases.case.work")
    found = list(may_leave(mine).select_related("client__key", "key").order_by("act_by", "opened_at"))
    journal.record_many(
        by=by,
        verb=Verb.EXPORTED,
        objects=found,
        action=USE,
        details={"phone": str(phone.pk)},
    )
    return found


@service
def take(
    *,
    by: Any,
    phone: FieldPhone,
    key: uuid.UUID,
    kind: str,
    made_at: dt.datetime,
    case: uuid.UUID | None = None,
    file: BinaryIO | None = None,
    file_name: str = "",
    **values: Any,
) -> tuple[FieldEntry, bool]:
    """One entry and whether it is new. The same key again returns what came of it the first time."""
    phone = _own(by, phone)
    before = FieldEntry.everything.filter(pk=key).first()
    if before is not None:
        if before.phone_id != phone.pk:
            raise Refused()
        return before, False
    if made_at > clock.now() + SKEW:
        raise Invalid("clock_wrong", _("The clock of the telephone is wrong: set it and send again."))
    found = _case(by, case) if kind in ("note", "photo") else None
    if kind == "note":
        outcome = work.write_note(by=by, case=found, text=_dated(values.get("text", ""), made_at))
    elif kind == "photo":
        if file is None:
            raise Invalid("file_missing", _("The photo is missing."), field="file")
        outcome = documents.add(by=by, case=found, file=file, name=file_name, title=values.get("text", ""))
    elif kind == "intake":
        outcome = _take_in(by, phone, values)
    else:
        raise Invalid("kind_unknown", _("This kind of entry is not taken."), field="kind")
    try:
        with transaction.atomic():
            entry = FieldEntry.everything.create(
                id=key, phone=phone, kind=kind, case=found, made_at=made_at, outcome=str(outcome.pk)
            )
    except IntegrityError as error:  # the same entry at the same moment: all of this is taken back
        raise Conflict("twice_at_once", _("This is being taken already. Send again.")) from error
    journal.record(
        by=by,
        verb=Verb.CREATED,
        obj=entry,
        action=USE,
        details={"phone": str(phone.pk), "device_time": made_at.isoformat(), "outcome": outcome._meta.label},
    )
    return entry, True


def _case(by: Any, key: uuid.UUID | None) -> Case:
    found = Case.everything.filter(pk=key).first() if key else None
    if found is None:
        raise Missing()
    require(by, work.ACTION, found)
    if found.is_sealed or found.type in ALWAYS_SEALED:
        raise Conflict(
            "sealed_since",
            _("This case has been sealed since: it is worked on only in the office."),
            way_out=_("Write it into the case there, then discard it here."),
        )
    return found


def _dated(text: str, made_at: dt.datetime) -> str:
    if not text.strip():
        raise Invalid("text_missing", _("Write something."), field="text")
    when = formatting.datetime_short(timezone.localtime(made_at))
    return f"{text.strip()}\n\n" + _("Written down without a connection on %(when)s.") % {"when": when}


def _take_in(by: Any, phone: FieldPhone, values: dict[str, Any]) -> Case:
    """A request that was taken down outside becomes a case of whoever took it."""
    if values.get("type") not in KINDS:
        raise Invalid(
            "kind_stays", _("Requests of this kind are taken down only in the office."), field="type"
        )
    asked = {name: values[name] for name in INTAKE if name in values}
    request = intake.request_help(by=by, organisation=phone.organisation, **asked)
    return intake.take_in(by=by, request=request)


def meanwhile(by: Any, case: Case, since: dt.datetime) -> int:
    """How many notes others wrote into the case after the telephone last had it."""
    return Note.everything.visible_to(by).filter(case=case, written_at__gt=since).exclude(author=by).count()


@service
def end(*, by: Any, phone: FieldPhone) -> FieldPhone:
    """Lost or handed back: it gets nothing any more, and empties itself when it next asks."""
    require(by, END, phone)
    FieldPhone.everything.filter(pk=phone.pk, ended_at__isnull=True).update(ended_at=clock.now(), ended_by=by)
    journal.record(by=by, verb=Verb.CHANGED, obj=phone, action=END)
    phone.refresh_from_db()
    return phone


@service
def emptied(*, by: Any, phone: FieldPhone) -> None:
    """The telephone says that it has emptied itself; it is out of use from now on."""
    require(by, USE, phone)
    if phone.user_id != by.pk:
        raise Missing()
    now = clock.now()
    FieldPhone.everything.filter(pk=phone.pk, ended_at__isnull=True).update(ended_at=now, ended_by=by)
    FieldPhone.everything.filter(pk=phone.pk, emptied_at__isnull=True).update(emptied_at=now)
    journal.record(by=by, verb=Verb.CHANGED, obj=phone, action=USE, details={"emptied": True})
