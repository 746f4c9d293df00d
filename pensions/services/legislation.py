"""The law with what lawyers added: proposed by one, confirmed by another, never overwritten."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import access
from common import clock, formatting
from common.errors import Conflict, Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.scoping import system
from common.service import service
from common.tables import values
from pensions.enums import ProposalKind
from pensions.legislation.changes import (
    Change,
    is_numeric,
    overlay,
    row_key,
    takes_values,
    where_key,
)
from pensions.legislation.parameters import Library, Parameter, Row, load_library
from pensions.legislation.texts import data_text
from pensions.legislation.trace import number_text, plain
from pensions.models import ParameterDecision, ParameterProposal

MAKE, DECIDE = "legislation.proposal.make", "legislation.proposal.decide"


def verified_library() -> Library:
    """The shipped law and every confirmed change, in one query. Without a database the shipped law alone."""
    try:
        with system("the law as it is known"):
            confirmed = list(
                ParameterProposal.everything.filter(decision__accepted=True)
                .select_related("decision")
                .order_by("decision__decided_at", "id")
            )
    except DatabaseError:
        return load_library()
    base = load_library()
    return overlay(base, [_change(base, one) for one in confirmed]) if confirmed else base


def _change(base: Library, proposal: ParameterProposal) -> Change:
    parameter = base.parameters.get(proposal.parameter)
    facts: dict[str, Any] = {}
    if proposal.kind == ProposalKind.VERIFICATION:
        facts = {"row_key": proposal.row_key, "known_from": timezone.localdate(proposal.decision.decided_at)}
    else:
        numeric = parameter is not None and is_numeric(parameter)
        facts = {
            "value": Decimal(proposal.value) if numeric else proposal.value,
            "effective_on": proposal.effective_on,
            "until_on": proposal.until_on,
            "known_from": proposal.known_from,
            "where": _shipped_where(parameter, where_key(proposal.where)) if parameter else {},
        }
    return Change(
        id=f"proposal-{proposal.pk}",
        parameter=proposal.parameter,
        source=proposal.source,
        document=proposal.document,
        note=proposal.note or None,
        **facts,
    )


def _shipped_where(parameter: Parameter, key: str) -> dict[str, Any] | None:
    return next((dict(row.where) for row in parameter.rows if where_key(row.where) == key), None)


def parameter_of(id_: str) -> Parameter:
    """Raises Invalid where the law has no such parameter."""
    found = load_library().parameters.get(id_)
    if found is None:
        raise Invalid("unknown_parameter", _("The law has no parameter of this name."), field="parameter")
    return found


def shipped_row(parameter: Parameter, key: str) -> Row:
    """The shipped value that a verification names. Raises Invalid where there is none."""
    found = next((row for row in parameter.rows if row_key(parameter.id, row) == key), None)
    if found is None or found.value is None or found.superseded or found.known_until is not None:
        raise Invalid(
            "unknown_value", _("There is no value here that could be verified; propose one."), field="row_key"
        )
    return found


@service
def propose_value(
    *,
    by: Any,
    parameter: str,
    value: str,
    effective_on: dt.date,
    known_from: dt.date,
    source: str,
    document: str,
    until_on: dt.date | None = None,
    where: str = "{}",
    note: str = "",
) -> ParameterProposal:
    """A new value from a day of effect. `where` is the key of the conditions of a shipped row (`where_key`)."""
    access.require(by, MAKE)
    found = parameter_of(parameter)
    if not takes_values(found):
        raise Invalid(
            "not_a_value", _("This is a rule, not a value: it can only be verified."), field="value"
        )
    if known_from > clock.today():
        raise Invalid(
            "known_later", _("Nothing can be known before its day: correct it."), field="known_from"
        )
    if until_on and until_on < effective_on:
        raise Invalid("ends_early", _("The last day lies before the first."), field="until_on")
    conditions = _shipped_where(found, where)
    if conditions is None:
        raise Invalid("unknown_condition", _("Choose whom the value applies to."), field="where")
    return _recorded(
        by,
        kind=ProposalKind.VALUE,
        parameter=parameter,
        value=_value_text(found, value),
        effective_on=effective_on,
        until_on=until_on,
        known_from=known_from,
        where=plain(conditions),
        source=source,
        document=document,
        note=note,
    )


def _value_text(parameter: Parameter, value: str) -> str:
    if choices := parameter.notes.get("choices"):
        return _choice(choices, value)
    if not is_numeric(parameter):
        return value.strip()
    try:
        number = values.decimal(value, places=6)
    except values.ValueRefused:
        number = None
    if number is None or number < 0:
        raise Invalid("not_a_number", _("Write a number, for example 43407 or 0.5."), field="value")
    return number_text(number)


def _choice(choices: list[str], value: str) -> str:
    """The choice that the value names in any language of the site."""
    texts = {choice: data_text(choice) for choice in choices}
    for choice, text in texts.items():
        if value.strip().casefold() in {word.casefold() for word in text.by_language.values()}:
            return choice
    shown = [text.by_language.get(formatting.language_of(), choice) for choice, text in texts.items()]
    raise Invalid(
        "not_a_choice",
        _("Write one of these: %(choices)s."),
        field="value",
        choices=formatting.join_list(shown),
    )


@service
def propose_verification(
    *, by: Any, parameter: str, row: str, source: str, document: str, note: str = ""
) -> ParameterProposal:
    """The officer has seen this shipped value in this document. `row` is its `row_key`."""
    access.require(by, MAKE)
    shipped = shipped_row(parameter_of(parameter), row)
    waiting = ParameterProposal.everything.filter(row_key=row, decision__isnull=True)
    if waiting.exists():
        raise Conflict("waits_already", _("A verification of this value waits for a second officer already."))
    return _recorded(
        by,
        kind=ProposalKind.VERIFICATION,
        parameter=parameter,
        row_key=row,
        value=str(plain(shipped.value))[:500],
        effective_on=shipped.effective_on,
        until_on=shipped.until_on,
        where=plain(dict(shipped.where)),
        source=source,
        document=document,
        note=note,
    )


def _recorded(by: Any, **facts: Any) -> ParameterProposal:
    for name in ("source", "document", "value"):
        facts[name] = facts[name].strip()
        if not facts[name]:
            raise Invalid("missing", _("Say where this stands."), field=name)
    proposal = ParameterProposal.everything.create(proposed_by=by, proposed_at=clock.now(), **facts)
    journal.record(by=by, verb=Verb.CREATED, obj=proposal, action=MAKE)
    return proposal


@service
def decide(*, by: Any, proposal: ParameterProposal, accepted: bool, reason: str = "") -> ParameterDecision:
    """A second officer confirms or refuses. Raises Conflict on the own proposal and on one that is decided."""
    access.require(by, DECIDE, proposal)
    row = ParameterProposal.everything.select_for_update().get(pk=proposal.pk)
    if row.proposed_by_id == by.pk:
        raise Conflict(
            "own_proposal", _("You proposed this yourself: another legal officer has to confirm it.")
        )
    if ParameterDecision.everything.filter(proposal=row).exists():
        raise Conflict("decided_already", _("This proposal is decided already."))
    if not accepted and not reason.strip():
        raise Invalid("reason_missing", _("Say why it is refused."), field="reason")
    decision = ParameterDecision.everything.create(
        proposal=row,
        accepted=accepted,
        reason=reason.strip(),
        proposed_by_id=row.proposed_by_id,
        decided_by=by,
        decided_at=clock.now(),
    )
    journal.record(
        by=by, verb=Verb.DECIDED, obj=row, action=DECIDE, reason=reason, details={"accepted": accepted}
    )
    return decision
