"""Employers: registered, renamed, ended, followed by others."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import access
from common import clock
from common.errors import Conflict, Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service
from pensions import identifiers
from pensions.enums import SuccessionKind
from pensions.models import Employer, EmployerIdentifier, EmployerName, EmployerSuccession

from . import classifications


@service
def register_employer(
    *,
    by: Any,
    state: str,
    name: str,
    numbers: Sequence[tuple[str, str]] = (),
    organisation: Any = None,
    industry: str = "",
    national_industry: str = "",
    region: str = "",
) -> Employer:
    """A new employer. Conflict if a number belongs to another, Invalid if one cannot be right."""
    access.require(by, "registry.employer.change")
    industry, national_industry = classifications.industry(industry, national_industry)
    employer = Employer(
        state=state,
        name=" ".join(name.split()),
        organisation=organisation,
        industry=industry,
        national_industry=national_industry,
        region=region,
    )
    employer.fill_keys()
    employer.save()
    EmployerName.everything.create(employer=employer, name=employer.name)
    for kind, text in numbers:
        _add_number(employer, kind, text)
    journal.record(by=by, verb=Verb.CREATED, obj=employer, action="registry.employer.change")
    return employer


def _add_number(employer: Employer, kind: str, text: str) -> None:
    reading = identifiers.read_employer(kind, text)
    if reading.problem:
        raise Invalid(f"number_{reading.problem}", identifiers.PROBLEMS[reading.problem], field=kind)
    try:
        with transaction.atomic():
            EmployerIdentifier.everything.create(employer=employer, kind=kind, value=reading.value)
    except IntegrityError as error:
        raise Conflict("number_taken", _("This number belongs to another employer."), field=kind) from error


@service
def add_number(*, by: Any, employer: Employer, kind: str, text: str) -> Employer:
    access.require(by, "registry.employer.change", employer)
    _add_number(employer, kind, text)
    _note(by, employer)
    return employer


@service
def set_industry(*, by: Any, employer: Employer, industry: str = "", national_industry: str = "") -> Employer:
    """Codes of today; ISIC follows from the national code where only that is given."""
    access.require(by, "registry.employer.change", employer)
    employer.industry, employer.national_industry = classifications.industry(industry, national_industry)
    employer.save(update_fields=["industry", "national_industry"])
    _note(by, employer)
    return employer


@service
def rename_employer(*, by: Any, employer: Employer, name: str, from_on: dt.date) -> Employer:
    """A new name from a day on; the old one stays with its dates, the last of them the day before."""
    access.require(by, "registry.employer.change", employer)
    last = EmployerName.everything.filter(employer=employer, until_on__isnull=True)
    if last.filter(from_on__gte=from_on).exists():
        raise Conflict("name_is_newer", _("A later name is recorded already."), field="from_on")
    last.update(until_on=from_on - dt.timedelta(days=1))
    employer.name = " ".join(name.split())
    EmployerName.everything.create(employer=employer, name=employer.name, from_on=from_on)
    employer.fill_keys(
        tuple(EmployerName.everything.filter(employer=employer).values_list("name", flat=True))
    )
    employer.save()
    _note(by, employer)
    return employer


@service
def liquidate_employer(
    *,
    by: Any,
    employer: Employer,
    on: dt.date,
    successor: Employer | None = None,
    kind: str = SuccessionKind.ACCESSION,
    document: str = "",
) -> Employer:
    """Ends an employer; its record outlives it. With a successor the two are chained on the next day."""
    access.require(by, "registry.employer.change", employer)
    employer.liquidated_on = on
    employer.save(update_fields=["liquidated_on"])
    if successor is not None:
        _succeed(employer, successor, kind, on + dt.timedelta(days=1), document)
    _note(by, employer)
    return employer


@service
def record_succession(
    *, by: Any, employer: Employer, successor: Employer, kind: str, on: dt.date, document: str = ""
) -> EmployerSuccession:
    """Another employer takes over, wholly or in part, while this one may go on."""
    access.require(by, "registry.employer.change", employer)
    made = _succeed(employer, successor, kind, on, document)
    _note(by, employer)
    return made


def _succeed(
    employer: Employer, successor: Employer, kind: str, on: dt.date, document: str
) -> EmployerSuccession:
    if employer.pk == successor.pk or employer in [link.successor for link in chain(successor)]:
        raise Conflict("circle", _("The chain of successors would go in a circle."), field="successor")
    try:
        with transaction.atomic():
            made = EmployerSuccession.everything.create(
                employer=employer, successor=successor, kind=kind, on=on, document=document
            )
    except IntegrityError as error:
        raise Conflict(
            "successor_known", _("This successor is recorded already."), field="successor"
        ) from error
    Employer.everything.filter(pk=employer.pk).update(successor=successor)
    employer.successor = successor
    return made


@service
def take_back_liquidation(*, by: Any, employer: Employer, reason: str) -> Employer:
    """The employer goes on; who took its place on the next day is withdrawn, not deleted. What was separated stays."""
    access.require(by, "registry.employer.change", employer)
    links = EmployerSuccession.everything.filter(employer=employer, withdrawn_at__isnull=True)
    if employer.liquidated_on is not None:
        next_day = employer.liquidated_on + dt.timedelta(days=1)
        links.filter(on=next_day).update(withdrawn_at=clock.now())
    last = links.order_by("recorded_at").select_related("successor").last()
    employer.liquidated_on, employer.successor = None, last.successor if last else None
    employer.save(update_fields=["liquidated_on", "successor"])
    _note(by, employer, reason)
    return employer


def chain(employer: Employer, *, back: bool = False) -> list[EmployerSuccession]:
    """What became of the employer, or with `back` what it came from, link by link; one query for each step."""
    end, start = ("employer", "successor") if back else ("successor", "employer")
    found: dict[Any, EmployerSuccession] = {}
    at = [employer.pk]
    while at:
        links = EmployerSuccession.everything.filter(
            **{f"{start}__in": at}, withdrawn_at__isnull=True
        ).select_related("employer", "successor")
        fresh = [link for link in links.order_by("on") if link.pk not in found]
        found |= {link.pk: link for link in fresh}
        at = [getattr(link, f"{end}_id") for link in fresh]
    return sorted(found.values(), key=lambda link: link.on)


def _note(by: Any, employer: Employer, reason: str = "") -> None:
    journal.record(by=by, verb=Verb.CHANGED, obj=employer, action="registry.employer.change", reason=reason)
