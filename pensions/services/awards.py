"""Awarded pensions: who pays from which day on, transfer when the pensioner moves, double receipt."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import Any

from django.db.models import Count
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.models import Organisation
from common import clock
from common.errors import Conflict, Invalid, Refused
from common.journal import services as journal
from common.journal.models import Verb
from common.keys import blind_index
from common.kyrgyz import fold
from common.service import service
from pensions.enums.claims import AwardBasis, DoubleKind, Outcome
from pensions.models import (
    Award,
    AwardEnd,
    AwardNumber,
    AwardPayer,
    ClaimDecision,
    DoubleReceipt,
    DoubleReceiptAnswer,
    Worker,
    WorkerIdentifier,
)

from . import institutions

RECORD, PAY, ANSWER = "claims.award.record", "claims.award.pay", "claims.double.answer"
NAME_AND_BIRTH, ONE_PERSON = "name-birth", "person"
ONE_DAY = dt.timedelta(days=1)


def follow(*, decision: ClaimDecision, basis: str, by: Any) -> None:
    """The award that a decision opens, or ends when it corrects an award into a refusal."""
    branch = decision.branch
    known = Award.everything.filter(branch=branch).first()
    if decision.outcome == Outcome.AWARDED and known is None:
        _open(
            worker=branch.claim.worker,
            country=branch.country,
            institution=branch.institution,
            residence=branch.claim.residence,
            basis=basis,
            branch=branch,
            reference=decision.reference,
            from_on=decision.from_on,
            by=by,
        )
    elif decision.outcome == Outcome.REFUSED and known is not None:
        never = known.from_on - ONE_DAY
        AwardEnd.everything.get_or_create(
            award=known, defaults={"last_on": never, "reason": decision.reason[:300], "recorded_by": by}
        )


def _open(*, worker: Worker, institution: Organisation, residence: str, by: Any, **values: Any) -> Award:
    award = Award.everything.create(worker=worker, institution=institution, recorded_by=by, **values)
    AwardPayer.everything.create(
        award=award, institution=institution, residence=residence, from_on=award.from_on, recorded_by=by
    )
    numbers = set(
        WorkerIdentifier.everything.of_person(worker)
        .filter(ended_at__isnull=True)
        .values_list("kind", "index")
    )
    if worker.birth_on:
        said = f"{' '.join(sorted(fold(worker.full_name).split()))} {worker.birth_on}"
        numbers.add((NAME_AND_BIRTH, blind_index(NAME_AND_BIRTH, said)))
    AwardNumber.everything.bulk_create(AwardNumber(award=award, kind=k, index=i) for k, i in sorted(numbers))
    return award


@service
def record_award(*, by: Any, worker: Worker, basis: str, reference: str, from_on: dt.date) -> Award:
    """A pension that one's institution pays already, without a claim in this system."""
    worker = worker.merged_into or worker
    access.require(by, RECORD, worker)
    institution = institutions.acting_for(by, RECORD)
    if from_on > clock.today():
        raise Invalid("future", _("A pension that is paid began in the past."), field="from_on")
    known = Award.everything.of_person(worker)
    if known.filter(institution=institution, reference=reference).exists():
        raise Conflict("known_already", _("This award is recorded already."))
    made = _open(
        worker=worker,
        country=institution.state,
        institution=institution,
        residence=worker.registered_in,
        basis=basis,
        reference=reference[:100],
        from_on=from_on,
        by=by,
    )
    _note(by, made, RECORD, Verb.CREATED)
    return made


def payer_on(award: Award, day: dt.date) -> AwardPayer | None:
    """Who pays for this day: exactly one from the first to the last day, nobody outside."""
    end = AwardEnd.everything.filter(award=award).first()
    if day < award.from_on or (end and day > end.last_on):
        return None
    return AwardPayer.everything.filter(award=award, from_on__lte=day).order_by("-from_on").first()


@service
def transfer(
    *, by: Any, award: Award, to: Organisation, residence: str, from_on: dt.date, reason: str
) -> AwardPayer:
    """The pensioner moves: `to` pays from that day on, the one before until the day before.

    Only whoever pays now hands over. The pension is paid where the person lives or by the state that awarded it.
    """
    access.require(by, PAY, award)
    award = Award.everything.get(pk=award.pk)
    last = AwardPayer.everything.select_for_update().filter(award=award).order_by("-from_on").first()
    if last.institution_id not in by.organisation_ids():
        raise Refused("not_payer", _("Only the institution that pays the pension hands it over."))
    if AwardEnd.everything.filter(award=award).exists():
        raise Conflict("ended", _("The pension has ended."))
    if from_on <= last.from_on:
        raise Invalid("too_early", _("Give a day after the one on which you began to pay."), field="from_on")
    if to.state != residence and to.pk != award.institution_id:
        raise Invalid(
            "who_pays", _("Paid where the person lives, or by the institution that awarded."), field="to"
        )
    made = AwardPayer.everything.create(
        award=award, institution=to, residence=residence, from_on=from_on, reason=reason[:300], recorded_by=by
    )
    _note(by, award, PAY, Verb.CHANGED, reason, to=str(to.pk), from_on=from_on.isoformat())
    return made


@service
def end(*, by: Any, award: Award, last_on: dt.date, reason: str) -> AwardEnd:
    """The last day that is paid for."""
    access.require(by, PAY, award)
    if not reason.strip():
        raise Invalid("reason_missing", _("Say why."), field="reason")
    made, new = AwardEnd.everything.get_or_create(
        award_id=award.pk, defaults={"last_on": last_on, "reason": reason[:300], "recorded_by": by}
    )
    if not new and made.last_on != last_on:
        raise Conflict("ended", _("The pension has ended."))
    _note(by, award, PAY, Verb.DECIDED, reason)
    return made


def _note(by: Any, award: Award, action: str, verb: str, reason: str = "", **details: Any) -> None:
    journal.record(
        by=by, verb=verb, obj=award, subject_id=award.worker_id, action=action, reason=reason, details=details
    )


# --- double receipt ---------------------------------------------------------------------------------


def find_double() -> int:
    """Pairs of running awards of one person that may pay twice; how many are new. As many queries for any number."""
    known = set(DoubleReceipt.everything.values_list("first_id", "second_id"))
    made = {
        (first.pk, second.pk): DoubleReceipt(first=first, second=second, kind=kind, sure=sure)
        for first, second, kind, sure in _pairs()
    }
    new = [row for pair, row in made.items() if pair not in known]
    DoubleReceipt.everything.bulk_create(new, ignore_conflicts=True)
    for row in new:
        for award in (row.first, row.second):
            journal.record(
                by=None,
                verb=Verb.DECIDED,
                obj=row,
                subject_id=award.worker_id,
                action="claims.double.view",
                details={"kind": str(row.kind)},
            )
    return len(new)


def _pairs() -> Iterator[tuple[Award, Award, str, bool]]:
    """(first, second, kind, sure); those that share a number or a merged record come last, so that they stand."""
    running = Award.everything.running(clock.today())
    shared = (
        AwardNumber.everything.filter(award__in=running)
        .values("kind", "index")
        .annotate(count=Count("award", distinct=True))
        .filter(count__gt=1)
        .values("index")
    )
    rows = AwardNumber.everything.filter(award__in=running, index__in=shared).select_related("award")
    groups: dict[tuple[str, str], list[Award]] = defaultdict(list)
    for row in rows:
        groups[row.kind, row.index].append(row.award)
    person = Coalesce("worker__merged_into_id", "worker_id")
    known = running.annotate(person=person)
    several = known.values("person").annotate(count=Count("pk")).filter(count__gt=1).values("person")
    for award in known.filter(person__in=several):
        groups[ONE_PERSON, str(award.person)].append(award)
    for (kind, _index), found in sorted(groups.items(), key=lambda item: item[0][0] != NAME_AND_BIRTH):
        for first, second in combinations(sorted(found, key=lambda one: one.pk), 2):
            problem = _problem(first, second)
            if problem:
                yield first, second, problem, kind != NAME_AND_BIRTH


def _problem(first: Award, second: Award) -> str | None:
    """Awards of two states for the insurance of each are lawful side by side."""
    if first.country == second.country:
        return DoubleKind.SAME_STATE
    if first.basis == second.basis == AwardBasis.RESIDENCE:
        return DoubleKind.TWO_RESIDENCES
    return None


@service
def answer_double(*, by: Any, double: DoubleReceipt, answer: str, note: str = "") -> DoubleReceiptAnswer:
    """What one's own institution says to a finding."""
    access.require(by, ANSWER, double)
    sides = {double.first.institution_id, double.second.institution_id}
    mine = sides & set(by.organisation_ids())
    if len(mine) != 1:
        raise Refused("which_institution", _("Choose first for which of your institutions you work."))
    made = DoubleReceiptAnswer.everything.create(
        double=double, institution_id=mine.pop(), answer=answer, note=note[:500], by=by
    )
    journal.record(by=by, verb=Verb.DECIDED, obj=double, action=ANSWER, details={"answer": str(answer)})
    return made
