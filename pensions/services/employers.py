from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import access
from common.errors import Conflict, Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service
from pensions import identifiers
from pensions.models import Employer, EmployerIdentifier, EmployerName


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
def rename_employer(*, by: Any, employer: Employer, name: str, from_on) -> Employer:
    """A new name from a day on; the old one stays with its dates."""
    access.require(by, "registry.employer.change", employer)
    open_names = EmployerName.everything.filter(employer=employer, until_on__isnull=True)
    open_names.update(until_on=from_on)
    EmployerName.everything.create(employer=employer, name=name, from_on=from_on)
    employer.name = " ".join(name.split())
    employer.fill_keys(
        tuple(EmployerName.everything.filter(employer=employer).values_list("name", flat=True))
    )
    employer.save()
    journal.record(by=by, verb=Verb.CHANGED, obj=employer, action="registry.employer.change")
    return employer


@service
def liquidate_employer(*, by: Any, employer: Employer, on, successor: Employer | None = None) -> Employer:
    """Ends an employer; its record outlives it."""
    access.require(by, "registry.employer.change", employer)
    one = successor
    while one is not None:
        if one.pk == employer.pk:
            raise Conflict("circle", _("The chain of successors would go in a circle."))
        one = one.successor
    employer.liquidated_on, employer.successor = on, successor
    employer.save(update_fields=["liquidated_on", "successor"])
    journal.record(by=by, verb=Verb.CHANGED, obj=employer, action="registry.employer.change")
    return employer
