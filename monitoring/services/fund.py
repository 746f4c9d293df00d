"""Funds: dated keys, applications, and a book whose lines are never changed."""

import datetime as dt
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from common import clock
from common.enums import Language, TranslationState
from common.errors import Conflict, Invalid, Refused
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service
from monitoring.enums import BudgetSource, FundEntryKind, KeyKind, ProjectState
from monitoring.fund_book import WHOLE, ZERO, Balance, balance, balances_of_projects
from monitoring.models import BudgetLine, Fund, FundEntry, FundKey, FundProject, Measure, ProjectDecision

from .signatures import same_person

DATA = Path(__file__).parents[1] / "data" / "funds.yaml"
ENTER, DECIDE = "monitoring.fund.enter", "monitoring.fund.decide"


@service
def load_funds(*, by: Any) -> int:
    """Creates the funds of the data file that are not there yet, with their keys; returns how many."""
    require(by, ENTER)
    known = set(Fund.objects.values_list("code", flat=True))
    fresh = [one for one in yaml.safe_load(DATA.read_text(encoding="utf-8")) if one["code"] not in known]
    for facts in fresh:
        words = {f"title_{code}": facts["title"][code] for code in Language.values}
        states = {f"title_{code}_state": TranslationState.APPROVED for code in Language.values}
        fund = Fund.objects.create(
            code=facts["code"], currency=facts["currency"], is_example=facts["is_example"], **words, **states
        )
        for key in facts["keys"]:
            set_key(by=by, fund=fund, **key)
        journal.record(by=by, verb=Verb.CREATED, obj=fund, action=ENTER)
    return len(fresh)


@service
def set_key(
    *, by: Any, fund: Fund, kind: str, shares: dict[str, Any], valid_from: dt.date, source: str
) -> FundKey:
    """A key from a day on; the shares, in per cent, make the whole exactly."""
    require(by, ENTER)
    if kind not in KeyKind.values:
        raise Invalid("unknown_kind", _("There is no such key."), field="kind")
    read = {state: _share(state, share) for state, share in shares.items()}
    if sum(read.values()) != WHOLE:
        raise Invalid(
            "shares_not_whole",
            _("The shares add up to %(sum)s per cent; they have to make 100."),
            field="shares",
            sum=f"{sum(read.values()):f}",
        )
    if not source.strip():
        raise Invalid("source_missing", _("A key names its source."), field="source")
    if fund.keys.filter(kind=kind, valid_from=valid_from).exists():
        raise Conflict("key_exists", _("A key of this kind begins on that day already."))
    made = FundKey.objects.create(
        fund=fund,
        kind=kind,
        shares={state: str(share) for state, share in read.items()},
        valid_from=valid_from,
        source=source.strip(),
        recorded_by=by,
    )
    journal.record(
        by=by,
        verb=Verb.CHANGED,
        obj=fund,
        action=ENTER,
        details={"key": kind, "from": valid_from.isoformat()},
    )
    return made


def _share(state: str, share: Any) -> Decimal:
    try:
        read = Decimal(str(share))
    except InvalidOperation:
        read = Decimal(-1)
    if len(state) != 2 or not state.isascii() or not state.isupper() or not _is_share(read):
        raise Invalid(
            "share_unclear",
            _("“%(line)s”: write a state's two letters and its share from 0 to 100."),
            field="shares",
            line=f"{state} {share}",
        )
    return read


def _is_share(read: Decimal) -> bool:
    return read.is_finite() and 0 <= read <= WHOLE


@service
def apply(
    *,
    by: Any,
    fund: Fund,
    title: str,
    purpose: str,
    state: str,
    asked: Decimal,
    measure: Measure | None = None,
) -> FundProject:
    """An application for money; somebody else decides."""
    require(by, ENTER)
    _check_amount(asked, "asked")
    if not title.strip() or not purpose.strip():
        raise Invalid("purpose_missing", _("Say what the money is for."), field="purpose")
    made = FundProject.objects.create(
        fund=fund, measure=measure, title=title, purpose=purpose, state=state, asked=asked, applied_by=by
    )
    journal.record(by=by, verb=Verb.CREATED, obj=made, action=ENTER, details={"fund": fund.code})
    return made


@service
def decide(
    *, by: Any, project: FundProject, state: str, reason: str, amount: Decimal | None = None
) -> ProjectDecision:
    """Approves for an amount, which is promised from then on, refuses, or closes and gives back what is left."""
    require(by, DECIDE)
    fund = _locked(project.fund)
    if same_person(project.applied_by, by):
        raise Refused("own_application", _("Whoever applied may not decide on the application."))
    if not reason.strip():
        raise Invalid("reason_missing", _("A decision needs its reason."), field="reason")
    now = state_of(project)
    allowed = {
        None: {ProjectState.APPROVED, ProjectState.REFUSED},
        ProjectState.APPROVED: {ProjectState.CLOSED},
    }
    if state not in allowed.get(now, set()):
        raise Conflict("decided_already", _("This project can't be decided so any more."))
    decision = ProjectDecision.objects.create(project=project, state=state, reason=reason, decided_by=by)
    document = f"{decision.decided_at:%Y-%m-%d} № {decision.pk}"
    if state == ProjectState.APPROVED:
        _check_amount(amount, "amount")
        if amount > balance(fund).free:
            raise Invalid("not_free", _("The fund has not that much free money."), field="amount")
        _write(by, project, FundEntryKind.COMMITMENT, amount, clock.today(), document)
    elif state == ProjectState.CLOSED:
        left = _balance_of(project).still_due
        if left > 0:
            _write(by, project, FundEntryKind.RELEASE, left, clock.today(), document)
    journal.record(
        by=by, verb=Verb.DECIDED, obj=project, action=DECIDE, reason=reason, details={"state": state}
    )
    return decision


def state_of(project: FundProject) -> str | None:
    """How it was decided last; None while it waits."""
    return project.decisions.order_by("-decided_at", "-pk").values_list("state", flat=True).first()


@service
def contribute(
    *, by: Any, fund: Fund, state: str, amount: Decimal, effective_on: dt.date, document: str
) -> FundEntry:
    require(by, ENTER)
    _check_line(amount, effective_on, document)
    made = FundEntry.objects.create(
        fund=fund,
        kind=FundEntryKind.CONTRIBUTION,
        state=state,
        amount=amount,
        effective_on=effective_on,
        document=document,
        recorded_by=by,
    )
    journal.record(by=by, verb=Verb.CREATED, obj=made, action=ENTER, details={"fund": fund.code})
    return made


@service
def pay(
    *,
    by: Any,
    project: FundProject,
    amount: Decimal,
    effective_on: dt.date,
    document: str,
    back: bool = False,
) -> FundEntry:
    """Pays out to an approved project, never more than promised nor than lies in the fund; or takes money back."""
    require(by, ENTER)
    fund = _locked(project.fund)
    _check_line(amount, effective_on, document)
    own = _balance_of(project)
    if back:
        if amount > own.disbursed:
            raise Invalid("more_than_paid", _("The project has not received that much."), field="amount")
        return _write(by, project, FundEntryKind.REPAYMENT, amount, effective_on, document)
    if state_of(project) != ProjectState.APPROVED:
        raise Invalid("not_approved", _("Only an approved project is paid."))
    if same_person(project.decisions.order_by("-decided_at").first().decided_by, by):
        raise Refused("own_approval", _("Whoever approved a project does not pay it out."))
    if amount > own.still_due:
        raise Invalid("more_than_promised", _("The project was not promised that much."), field="amount")
    if amount > balance(fund).cash:
        raise Invalid("no_cash", _("The fund does not hold that much."), field="amount")
    return _write(by, project, FundEntryKind.DISBURSEMENT, amount, effective_on, document)


@service
def reverse(*, by: Any, entry: FundEntry, document: str) -> FundEntry:
    """Takes a line back by another of the same kind and amount; both stay in the book."""
    require(by, ENTER)
    fund = _locked(entry.fund)
    if entry.reverses_id or FundEntry.objects.filter(reverses=entry).exists():
        raise Conflict("reversed_already", _("This line has been taken back, or takes another one back."))
    if not document.strip():
        raise Invalid("document_missing", _("Name the document behind the line."), field="document")
    names = ("fund", "project", "kind", "amount", "state")
    made = FundEntry.objects.create(
        **{name: getattr(entry, name) for name in names},
        effective_on=entry.effective_on,
        document=document,
        reverses=entry,
        recorded_by=by,
    )
    now = [balance(fund), *([_balance_of(entry.project)] if entry.project else [])]
    if any(one.disbursed < 0 or one.still_due < 0 for one in now) or now[0].free < 0 or now[0].cash < 0:
        raise Invalid("others_stand_on_it", _("Other lines stand on this one; take them back first."))
    journal.record(by=by, verb=Verb.CHANGED, obj=made, action=ENTER, details={"fund": fund.code})
    return made


@service
def plan_budget(
    *, by: Any, measure: Measure, source: str, year: int, amount: Decimal, currency: str, document: str,
    fund: Fund | None = None, replaces: BudgetLine | None = None,
) -> BudgetLine:  # fmt: skip
    """Money planned for a measure from one source in one year; a change is a new line that replaces the old one."""
    require(by, "monitoring.measure.change", measure)
    if (source == BudgetSource.FUND) != (fund is not None):
        raise Invalid(
            "fund_unclear", _("Name the fund where the money comes from one, and only there."), field="fund"
        )
    if fund is not None and fund.currency != currency:
        raise Invalid("other_currency", _("This fund keeps its book in %(currency)s."), field="currency",
                      currency=fund.currency)  # fmt: skip
    if amount < 0 or not document.strip():
        raise Invalid("document_missing", _("Name the document behind the line."), field="document")
    if replaces and (replaces.measure_id != measure.pk or hasattr(replaces, "replaced_by")):
        raise Conflict("replaced_already", _("This line has been replaced already."))
    made = BudgetLine.objects.create(
        measure=measure,
        source=source,
        fund=fund,
        year=year,
        amount=amount,
        currency=currency,
        document=document,
        replaces=replaces,
        recorded_by=by,
    )
    journal.record(
        by=by,
        verb=Verb.CHANGED,
        obj=measure,
        action="monitoring.measure.change",
        details={"budget": str(made.pk)},
    )
    return made


def _locked(fund: Fund) -> Fund:
    """Balances are read and changed by one transaction at a time."""
    return Fund.objects.select_for_update().get(pk=fund.pk)


def _balance_of(project: FundProject) -> Balance:
    return balances_of_projects(project.fund).get(project.pk, Balance())


def _write(
    by: Any, project: FundProject, kind: str, amount: Decimal, effective_on: dt.date, document: str
) -> FundEntry:
    made = FundEntry.objects.create(
        fund=project.fund,
        project=project,
        kind=kind,
        amount=amount,
        effective_on=effective_on,
        document=document,
        recorded_by=by,
    )
    journal.record(by=by, verb=Verb.CREATED, obj=made, action=ENTER, details={"fund": project.fund.code})
    return made


def _check_line(amount: Decimal, effective_on: dt.date, document: str) -> None:
    _check_amount(amount, "amount")
    if effective_on > clock.today():
        raise Invalid("day_to_come", _("A line of the book is of today or earlier."), field="effective_on")
    if not document.strip():
        raise Invalid("document_missing", _("Name the document behind the line."), field="document")


def _check_amount(amount: Decimal | None, field: str) -> None:
    if amount is None or amount <= ZERO:
        raise Invalid("amount_missing", _("Write an amount above zero."), field=field)
