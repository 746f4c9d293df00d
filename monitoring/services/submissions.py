"""A provider's figures: sent, checked by one person, approved by another. Only then are they observations."""

import datetime as dt
from typing import Any

from django.db.models import DateField, Max, Q, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from accounts.access import permits, require
from accounts.models import Organisation
from common import clock, files
from common.errors import Conflict, Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service
from monitoring.enums import FindingWeight, SubmissionState
from monitoring.models import DataDuty, DataItem, Submission, SubmissionFinding, SubmissionStep
from monitoring.statfiles import Mapping, Reading, mapping_of, read

from . import validation
from .datasets import observe
from .statfiles import LOAD, declare_items, fillable, nothing, worth_keeping

SEND = "monitoring.submission.send"
VALIDATE = "monitoring.submission.validate"
APPROVE = "monitoring.submission.approve"
State = SubmissionState
# state from which each step leads on; giving back is the only way back
WAY = {
    State.SUBMITTED: (State.OPEN,),
    State.VALIDATED: (State.SUBMITTED,),
    State.APPROVED: (State.VALIDATED,),
    State.LOCKED: (State.APPROVED,),
    State.PUBLISHED: (State.LOCKED,),
    State.OPEN: (State.SUBMITTED, State.VALIDATED),
}


@service
def assign(
    *, by: Any, item: DataItem, organisation: Organisation, due_days: int, from_on: dt.date | None = None
) -> DataDuty:
    """From that day (today) on the organisation owes the item's figures, and it alone may send them."""
    require(by, validation.CHANGE)
    first = from_on or clock.today()
    later = DataDuty.objects.filter(Q(until_on=None) | Q(until_on__gt=first), item=item)
    later.update(until_on=Greatest("from_on", Value(first, output_field=DateField())))
    duty, _made = DataDuty.objects.update_or_create(
        item=item, organisation=organisation, from_on=first,
        defaults={"due_days": due_days, "until_on": None},
    )  # fmt: skip
    journal.record(by=by, verb=Verb.CHANGED, obj=item, action=validation.CHANGE)
    return duty


@service
def send(
    *, by: Any, organisation: Organisation, content: bytes, mapping: Mapping, name: str, title: str
) -> Submission:
    """A file of an organisation's own items, read and checked at once, so that the sender sees what to correct."""
    require(by, SEND)
    submission = Submission(organisation=organisation, title=title, source=mapping.source, state=State.OPEN)
    submission.submitted_by = by if getattr(by, "pk", None) else None
    return _take(by, submission, content, mapping, name, action=SEND)


@service
def replace(*, by: Any, submission: Submission, content: bytes, mapping: Mapping, name: str) -> Submission:
    """Another file in the place of the one that was to be corrected; the old one stays stored."""
    require(by, SEND, submission)
    submission = _locked_row(submission)
    if submission.state != State.OPEN:
        raise Conflict(
            "not_open", _("Only an open submission takes another file. Ask for it to be given back.")
        )
    return _take(by, submission, content, mapping, name, action=SEND)


def _take(by, submission, content, mapping, name, *, action) -> Submission:
    if permits(by, LOAD):
        declare_items(mapping)
    is_new = submission._state.adding
    reading = _read(content, mapping)
    _own_items(submission.organisation, reading)
    file = files.store(content, name=name, media_type="application/octet-stream", by=by)
    submission.file, submission.sha256 = file, file.sha256
    submission.mapping, submission.rows = mapping.raw, len(reading.numbers)
    submission.save()
    require(by, SEND, submission)
    _step(by, submission, "" if is_new else State.OPEN, State.OPEN)
    validation.keep(submission, reading, validation.examine(reading, explained="reason" in mapping.raw))
    journal.record(by=by, verb=Verb.CREATED if is_new else Verb.CHANGED, obj=submission, action=action)
    return submission


def _read(content: bytes, mapping: Mapping) -> Reading:
    reading = read(content, mapping, fillable(mapping))
    if not reading.numbers:
        raise nothing(reading)
    return reading


def _own_items(organisation: Organisation, reading: Reading) -> None:
    duties = DataDuty.standing_on(clock.today()).filter(organisation=organisation)
    own = set(duties.values_list("item__code", flat=True))
    foreign = sorted({item for item, _key, _period in reading.numbers} - own)
    if foreign:
        raise Invalid(
            "foreign_item",
            _(
                "Your organisation does not provide %(items)s. Leave it out, or ask an analyst to enter the duty."
            ),
            field="file",
            items=", ".join(foreign),
        )


def newest_findings(submission: Submission) -> list[SubmissionFinding]:
    """Of the newest file, what must be corrected first."""
    last = submission.findings.aggregate(last=Max("round"))["last"]
    return list(submission.findings.filter(round=last).order_by("weight", "line", "pk")) if last else []


@service
def submit(*, by: Any, submission: Submission) -> Submission:
    require(by, SEND, submission)
    errors = sum(one.weight == FindingWeight.ERROR for one in newest_findings(submission))
    if errors:
        raise Conflict(
            "errors_left",
            _("%(errors)s findings must be corrected first. Send another file in the place of this one."),
            errors=errors,
        )
    return _move(by, submission, State.SUBMITTED, SEND)


@service
def validate(*, by: Any, submission: Submission, reason: str = "") -> Submission:
    """By somebody who did not send it; what was to be explained is explained in `reason`."""
    require(by, VALIDATE, submission)
    if newest_findings(submission) and not reason.strip():
        raise Invalid("reason_missing", _("Say why the findings are explained."), field="reason")
    _another(by, submission, State.OPEN, State.SUBMITTED)
    return _move(by, submission, State.VALIDATED, VALIDATE, reason)


@service
def give_back(*, by: Any, submission: Submission, reason: str) -> Submission:
    require(by, VALIDATE, submission)
    if not reason.strip():
        raise Invalid("reason_missing", _("Say what is to be corrected."), field="reason")
    return _move(by, submission, State.OPEN, VALIDATE, reason)


@service
def approve(*, by: Any, submission: Submission) -> Submission:
    """By a third person. The stored file is read again and checked as the figures stand now; then it counts."""
    require(by, APPROVE, submission)
    _another(by, submission, State.OPEN, State.SUBMITTED, State.VALIDATED)
    submission = _move(by, submission, State.APPROVED, APPROVE)
    mapping = mapping_of(submission.mapping)
    reading = _read(files.read(submission.file), mapping)
    found = validation.examine(reading, explained="reason" in mapping.raw)
    if any(one.weight == FindingWeight.ERROR for one in found):
        raise Conflict(
            "changed_meanwhile", _("Other figures have come meanwhile. Give it back to be checked again.")
        )
    rows = [(*fact, reading.numbers[fact]) for fact in worth_keeping(reading)]
    observe(submission, rows, reason=mapping.reason)
    Submission.everything.filter(pk=submission.pk).update(approved_by=by)
    submission.refresh_from_db()
    return submission


@service
def lock(*, by: Any, submission: Submission) -> Submission:
    """From now on its figures change only by a file that names its reason."""
    require(by, APPROVE, submission)
    return _move(by, submission, State.LOCKED, APPROVE)


@service
def publish(*, by: Any, submission: Submission) -> Submission:
    require(by, APPROVE, submission)
    return _move(by, submission, State.PUBLISHED, APPROVE)


def _locked_row(submission: Submission) -> Submission:
    return (
        Submission.everything.select_for_update(of=("self",))
        .select_related("file", "organisation")
        .get(pk=submission.pk)
    )


def _move(by: Any, submission: Submission, to: str, action: str, reason: str = "") -> Submission:
    submission = _locked_row(submission)
    if submission.organisation_id is None or submission.state not in WAY[to]:
        raise Conflict(
            "wrong_state",
            _("The submission is in the state “%(state)s”; this step is not open to it."),
            state=submission.get_state_display(),
        )
    before, submission.state = submission.state, to
    submission.save(update_fields=["state"])
    _step(by, submission, before, to, reason)
    journal.record(by=by, verb=Verb.DECIDED, obj=submission, action=action, reason=reason)
    return submission


def _step(by: Any, submission: Submission, before: str, to: str, reason: str = "") -> None:
    SubmissionStep.objects.create(submission=submission, from_state=before, to_state=to, reason=reason, by=by)


def _another(by: Any, submission: Submission, *states: str) -> None:
    """The database refuses it too (guards.py)."""
    done = SubmissionStep.objects.filter(submission=submission, to_state__in=states, by=by)
    if State.VALIDATED not in states:
        done = done.filter(from_state__in=["", State.OPEN])
    if done.exists():
        raise Conflict(
            "same_person", _("Whoever sent or checked the figures leaves this step to somebody else.")
        )
