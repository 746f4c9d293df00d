"""Claims for an old-age pension: filed, forwarded, received, decided by each state, withdrawn.

The claim is filed where the worker lives; each other state in which there is insurance decides by its own law.
"""

import datetime as dt
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.enums import UNION_STATES, OrganisationKind
from accounts.models import Organisation
from common import clock, files
from common.errors import Conflict, Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.models import StoredFile, SubjectKey
from common.service import service
from pensions.enums.claims import DECIDED, AwardBasis, BranchState, ClaimState, ClaimWay, Outcome
from pensions.models import (
    ClaimBranch,
    ClaimDecision,
    ClaimDocument,
    ClaimStep,
    ClaimToDecide,
    PensionClaim,
    Worker,
)

from . import awards, institutions
from .statement import statement

FILE, WORK, WITHDRAW, DECIDE = (
    "claims.claim.file",
    "claims.claim.work",
    "claims.claim.withdraw",
    "claims.decision.record",
)
CURRENCIES = {"AM": "AMD", "BY": "BYN", "KZ": "KZT", "KG": "KGS", "RU": "RUB"}


@service
def file_claim(
    *,
    by: Any,
    worker: Worker,
    claimed_on: dt.date,
    documents: Sequence[tuple[str, bytes, str]] = (),
) -> PensionClaim:
    """Files a claim in every state of the union where the record holds insurance, with the record frozen as it is.

    `documents`: (title, content, media type). A merged record claims as the one that stands for it. Conflict where
    a claim of the person is open; Invalid without insurance.
    """
    worker = worker.merged_into or worker
    access.require(by, FILE, worker)
    if PensionClaim.everything.of_person(worker).filter(state=ClaimState.OPEN).exists():
        raise Conflict("open_already", _("A claim of this worker is open already."))
    if claimed_on > clock.today():
        raise Invalid("future", _("A claim cannot be filed for a day to come."), field="claimed_on")
    own = _is_own(by, worker)
    institution = _home(worker) if own else institutions.acting_for(by, FILE)
    made = statement(by=by, worker=worker, verb=Verb.EXPORTED)
    countries = [code for code in made.totalisation.states if code in UNION_STATES]
    if not countries:
        raise Invalid("no_insurance", _("The record holds no insurance in a state of the union."))
    key = SubjectKey.new()
    key.save()
    pdf, text = _freeze(made, key, by)
    try:
        with transaction.atomic():
            claim = PensionClaim.everything.create(
                key=key,
                worker=worker,
                institution=institution,
                residence=worker.registered_in,
                claimed_on=claimed_on,
                way=ClaimWay.OWN if own else ClaimWay.COUNTER,
                statement_pdf=pdf,
                statement_json=text,
                sha256=text.sha256,
                filed_by=by,
            )
    except IntegrityError as error:
        raise Conflict("open_already", _("A claim of this worker is open already.")) from error
    for code in sorted(countries):
        decides = institution if code == institution.state else institutions.institution_of(code)
        branch = ClaimBranch.everything.create(claim=claim, country=code, institution=decides)
        _step(branch, "", BranchState.FILED, by)
        if decides.pk == institution.pk:
            _move(branch, BranchState.RECEIVED, by)
    for title, content, media_type in documents:
        _add(claim, title, content, media_type, by)
    _note(by, claim, FILE, Verb.CREATED, countries=sorted(countries))
    return claim


def _is_own(by: Any, worker: Worker) -> bool:
    aliases = Worker.everything.filter(merged_into=worker, user_id=by.pk)
    return worker.user_id == by.pk or aliases.exists()


def _home(worker: Worker) -> Organisation:
    """The institution of the state where the person lives: the one that holds the record, if it is competent."""
    held = worker.held_by
    if held and held.kind == OrganisationKind.SOCIAL_FUND and held.state == worker.registered_in:
        return held
    return institutions.institution_of(worker.registered_in)


def _freeze(made: Any, key: SubjectKey, by: Any) -> tuple[StoredFile, StoredFile]:
    from pensions.statements import as_json, document

    text = json.dumps(as_json.content(made), ensure_ascii=False, sort_keys=True, indent=1).encode()
    return (
        files.store(document.pdf(made), name="statement.pdf", media_type="application/pdf", by=by, key=key),
        files.store(text, name="statement.json", media_type="application/json", by=by, key=key),
    )


@service
def add_document(
    *, by: Any, claim: PensionClaim, title: str, content: bytes, media_type: str
) -> ClaimDocument:
    access.require(by, WORK, claim)
    made = _add(claim, title, content, media_type, by)
    _note(by, claim, WORK, Verb.CHANGED, document=str(made.pk))
    return made


def _add(claim: PensionClaim, title: str, content: bytes, media_type: str, by: Any) -> ClaimDocument:
    file = files.store(content, name=title, media_type=media_type, by=by, key=claim.key)
    return ClaimDocument.everything.create(claim=claim, title=title[:200], file=file, added_by=by)


@service
def forward(*, by: Any, claim: PensionClaim) -> int:
    """Sends the file to every other state that has not got it; how many. Once more sends nothing twice."""
    access.require(by, WORK, claim)
    waiting = list(ClaimBranch.everything.select_for_update().filter(claim=claim, state=BranchState.FILED))
    for branch in waiting:
        _move(branch, BranchState.FORWARDED, by)
    _note(by, claim, WORK, Verb.SENT, countries=[branch.country for branch in waiting])
    return len(waiting)


@service
def confirm_receipt(*, by: Any, branch: ClaimToDecide) -> None:
    """The other state has the file. Twice does no harm."""
    access.require(by, DECIDE, branch)
    branch = ClaimBranch.everything.select_for_update().get(pk=branch.pk)
    if branch.state == BranchState.FORWARDED:
        _move(branch, BranchState.RECEIVED, by)
        _note(by, branch.claim, DECIDE, Verb.CHANGED, country=branch.country)


@service
def read_file(*, by: Any, branch: ClaimToDecide, what: str) -> tuple[bytes, str]:
    """The frozen statement ("pdf", "json") or a document by its key, and its name, for the state that decides."""
    access.require(by, DECIDE, branch)
    claim = branch.claim
    if what in ("pdf", "json"):
        file = claim.statement_pdf if what == "pdf" else claim.statement_json
    else:
        file = ClaimDocument.everything.get(claim=claim, pk=what).file
    _note(by, claim, DECIDE, Verb.EXPORTED, file=file.sha256)
    return files.read(file), file.name


@service
def decide(*, by: Any, branch: ClaimToDecide, **values: Any) -> ClaimDecision:
    """The institution's own decision; a further one corrects the one before."""
    access.require(by, DECIDE, branch)
    return _decide(by, branch, DECIDE, **values)


@service
def enter_decision(*, by: Any, claim: PensionClaim, country: str, **values: Any) -> ClaimDecision:
    """A decision that came on paper from a state that is not connected, entered where the claim was filed."""
    access.require(by, WORK, claim)
    branch = ClaimBranch.everything.filter(claim=claim, country=country).select_related("institution").first()
    if branch is None:
        raise Invalid("no_such_state", _("The claim was not filed for this state."), field="country")
    if branch.institution_id != claim.institution_id and institutions.is_connected(branch.institution):
        raise Conflict("decides_itself", _("This institution works in this system and decides there itself."))
    return _decide(by, branch, WORK, **values)


def _decide(
    by: Any,
    branch: ClaimBranch,
    action: str,
    *,
    outcome: str,
    decided_on: dt.date,
    reference: str,
    reason: str = "",
    amount: Decimal | None = None,
    from_on: dt.date | None = None,
    basis: str = AwardBasis.TERRITORY,
) -> ClaimDecision:
    branch = ClaimBranch.everything.select_for_update().select_related("claim").get(pk=branch.pk)
    _check(branch, outcome, reason, amount, from_on, decided_on)
    awarded = outcome == Outcome.AWARDED
    before = ClaimDecision.everything.filter(branch=branch).order_by("-number").first()
    values = {
        "outcome": outcome,
        "reason": reason[:500],
        "amount": amount if awarded else None,
        "currency": CURRENCIES[branch.country] if awarded else "",
        "from_on": from_on if awarded else None,
        "decided_on": decided_on,
        "reference": reference[:100],
    }
    if before and all(getattr(before, name) == value for name, value in values.items()):
        return before
    made = ClaimDecision.everything.create(
        branch=branch, number=before.number + 1 if before else 1, recorded_by=by, **values
    )
    _move(branch, outcome, by, reason)
    awards.follow(decision=made, basis=basis, by=by)
    if not ClaimBranch.everything.filter(claim=branch.claim).undecided().exists():
        PensionClaim.everything.filter(pk=branch.claim_id, state=ClaimState.OPEN).update(
            state=ClaimState.DECIDED
        )
    _note(by, branch.claim, action, Verb.DECIDED, country=branch.country, outcome=str(outcome))
    return made


def _check(
    branch: ClaimBranch,
    outcome: str,
    reason: str,
    amount: Decimal | None,
    from_on: dt.date | None,
    decided_on: dt.date,
) -> None:
    if branch.state in (BranchState.WITHDRAWN, BranchState.FILED):
        raise Conflict("cannot_decide", _("The claim was withdrawn, or has not been forwarded yet."))
    if decided_on > clock.today() or decided_on < branch.claim.claimed_on:
        raise Invalid(
            "day", _("A decision is made after the claim and not in the future."), field="decided_on"
        )
    if outcome == Outcome.REFUSED and not reason.strip():
        raise Invalid("reason_missing", _("Say why the pension is refused."), field="reason")
    if outcome == Outcome.AWARDED and (amount is None or amount <= 0):
        raise Invalid("amount_missing", _("Give the monthly amount."), field="amount")
    if outcome == Outcome.AWARDED and from_on is None:
        raise Invalid("from_missing", _("Give the first day for which it is paid."), field="from_on")


@service
def withdraw(*, by: Any, claim: PensionClaim, reason: str = "") -> None:
    """Taken back where no state has decided yet; decisions that were made stay."""
    access.require(by, WITHDRAW, claim)
    claim = PensionClaim.everything.select_for_update().get(pk=claim.pk)
    branches = list(ClaimBranch.everything.select_for_update().filter(claim=claim))
    if claim.state != ClaimState.OPEN or any(one.state in DECIDED for one in branches):
        raise Conflict("decided_already", _("A state has decided already, or the claim is not open."))
    for branch in branches:
        _move(branch, BranchState.WITHDRAWN, by, reason)
    claim.state = ClaimState.WITHDRAWN
    claim.save(update_fields=["state"])
    _note(by, claim, WITHDRAW, Verb.CHANGED, state="withdrawn")


def last_decision(branch: ClaimBranch) -> ClaimDecision | None:
    return ClaimDecision.everything.filter(branch_id=branch.pk).order_by("-number").first()


def last_decisions(claim: PensionClaim) -> dict[Any, ClaimDecision]:
    """{branch: the decision that holds}"""
    rows = ClaimDecision.everything.filter(branch__claim=claim).order_by("number")
    return {row.branch_id: row for row in rows}


def _move(branch: ClaimBranch, state: str, by: Any, reason: str = "") -> None:
    _step(branch, branch.state, state, by, reason)
    branch.state = state
    branch.save(update_fields=["state"])


def _step(branch: ClaimBranch, before: str, after: str, by: Any, reason: str = "") -> None:
    ClaimStep.everything.create(
        branch_id=branch.pk, from_state=before, to_state=after, by=by, reason=reason[:300]
    )


def _note(by: Any, claim: PensionClaim, action: str, verb: str, **details: Any) -> None:
    journal.record(by=by, verb=verb, obj=claim, subject_id=claim.worker_id, action=action, details=details)
