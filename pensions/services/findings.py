"""What people do with findings: take, hand on, explain, answer. The check itself opens and closes them."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.enums import Role
from accounts.models import Membership, User
from common import clock, jobs
from common.errors import Conflict, Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service
from pensions.enums.findings import LIVE, FindingState
from pensions.models import Finding, FindingStep

from .findings_run import KIND

WORK = "registry.finding.work"
AT_ONCE = 1_000


def colleagues(user: Any) -> QuerySet[User]:
    """To whom this official may hand findings: officials of the same offices."""
    offices = [m.organisation_id for m in user.valid_memberships if m.organisation_id]
    valid = Membership.objects.valid_on(clock.today()).filter(
        organisation__in=offices, role__in=(Role.REGISTRY_OFFICIAL, Role.REGISTRY_SUPERVISOR)
    )
    return User.objects.filter(pk__in=valid.values("user_id")).order_by("full_name")


@service
def assign(*, by: Any, findings: Iterable[Finding], to: User) -> int:
    """Hands open findings to a colleague, at most a thousand at once; returns how many were open."""
    access.require(by, WORK)
    if by is not None and not colleagues(by).filter(pk=to.pk).exists():
        raise Invalid("not_a_colleague", _("This person does not work in your office."), field="to")
    live = Finding.everything.live().filter(pk__in=[one.pk for one in findings][:AT_ONCE])
    rows = list(access.narrow(live, by, WORK) if by else live)
    _write(by, rows, FindingState.IN_WORK, str(_("Assigned to %(name)s.") % {"name": to.full_name}))
    Finding.everything.filter(pk__in=[one.pk for one in rows]).update(assigned_to=to)
    return len(rows)


def dealt_with(findings: Iterable[Finding]) -> dict[Any, Any]:
    """{key: why not} of those that are no longer open."""
    return {
        one.pk: _("it is dealt with already: %(state)s") % {"state": one.get_state_display()}
        for one in findings
        if one.state not in LIVE
    }


@service
def explain_many(*, by: Any, findings: Iterable[Finding], reason: str) -> int:
    """Says of several open findings why they are right as they are; returns how many were open."""
    access.require(by, WORK)
    _reason(reason)
    live = Finding.everything.live().filter(pk__in=[one.pk for one in findings][:AT_ONCE])
    rows = list((access.narrow(live, by, WORK) if by else live).select_for_update(of=("self",)))
    _write(by, rows, FindingState.EXPLAINED, reason)
    return len(rows)


@service
def put_back(*, by: Any, findings: Iterable[Finding], before: dict[str, dict]) -> None:
    """Compensates a bulk act: each finding as it stood, {key: {state, assigned_to}}, by a step of its own."""
    access.require(by, WORK)
    groups: dict[tuple, list[Finding]] = {}
    for one in findings:
        stood = before[str(one.pk)]
        groups.setdefault((stood["state"], stood["assigned_to"]), []).append(one)
    for (state, holder), rows in groups.items():
        _write(by, rows, state, str(_("Taken back.")))
        Finding.everything.filter(pk__in=[one.pk for one in rows]).update(assigned_to=holder)


def how_it_stands(finding: Finding) -> dict[str, Any]:
    holder = finding.assigned_to_id
    return {"state": finding.state, "assigned_to": str(holder) if holder else None}


def moved_since(findings: Iterable[Finding], at: Any) -> set:
    """Keys of those about which something was said after that moment."""
    steps = FindingStep.everything.filter(finding__in=list(findings), at__gt=at)
    return set(steps.values_list("finding_id", flat=True))


@service
def explain(*, by: Any, finding: Finding, reason: str) -> Finding:
    """Says why it is right as it is. It opens again only when what is found changes."""
    access.require(by, WORK, finding)
    return _move(by, finding, LIVE, FindingState.EXPLAINED, reason)


@service
def reopen(*, by: Any, finding: Finding, reason: str) -> Finding:
    access.require(by, WORK, finding)
    return _move(by, finding, (FindingState.EXPLAINED,), FindingState.OPEN, reason)


@service
def answer(*, by: Any, finding: Finding, note: str) -> Finding:
    """The employer says what it knows; the office decides whether that explains it."""
    access.require(by, "registry.finding.answer", finding)
    return _move(by, finding, LIVE, FindingState.IN_WORK, note, field="note")


def _move(
    by: Any, finding: Finding, froms: Iterable[str], to: str, note: str, field: str = "reason"
) -> Finding:
    _reason(note, field)
    locked = Finding.everything.select_for_update().get(pk=finding.pk)
    if locked.state not in froms:
        raise Conflict("finding_moved", _("Somebody else has dealt with this in the meantime."))
    _write(by, [locked], to, note)
    locked.refresh_from_db()
    return locked


def _reason(text: str, field: str = "reason") -> None:
    if not text.strip():
        raise Invalid("reason_missing", _("Say why, so that others need not ask again."), field=field)


def _write(by: Any, findings: list[Finding], to: str, note: str) -> None:
    FindingStep.everything.bulk_create(
        FindingStep(finding=one, from_state=one.state, to_state=to, note=note[:500], by=by, at=clock.now())
        for one in findings
    )
    Finding.everything.filter(pk__in=[one.pk for one in findings]).update(state=to)
    journal.record_many(
        by=by,
        verb=Verb.CHANGED,
        objects=findings,
        subject_ids=[one.worker_id for one in findings],
        action=WORK,
        reason=note,
    )


@service
def ask_now(*, by: Any, full: bool = False) -> Any:
    """Starts the nightly questions by hand; returns the job."""
    access.require(by, WORK)
    return jobs.enqueue(KIND, by=by, params={"full": full})
