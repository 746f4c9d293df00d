"""One person erased from the registry: keys destroyed, clear text blanked, account closed; work, months and sums stay.

What is personal is not listed here but read from the classification (`privacy.py`) of every model that leads to the
person, so a new field is erased from its first day. Tables that are written once keep their rows: what is personal in
them is sealed under a key that is destroyed.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Sum, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from accounts.services import people
from common import files
from common.append_only import AppendOnly
from common.classification import classified
from common.errors import Conflict, Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.keys import SealedField
from common.models import StoredFile, SubjectKey
from common.service import service
from pensions.enums import WorkerState
from pensions.models import Contribution, EmploymentPeriod, Worker, WorkerStep
from pensions.own_data import path_to_person

from .erasure_holds import holds

ERASE = "registry.worker.erase"
PERSONAL = {"personal", "identifier", "secret"}
# Names of papers and rows, not of a person: they stand in the control register and on paper, and lead to a bare record.
KEPT = {"Worker.registry_number", "Certificate.number", "Demand.number"}


@dataclass
class Plan:
    """What an erasure takes and leaves, by name of model; `holds` says why it may not be done now."""

    records: list[Worker]
    is_erased: bool = False
    holds: list[str] = field(default_factory=list)
    keys: set = field(default_factory=set)
    files: list[StoredFile] = field(default_factory=list)
    blanked: dict[str, int] = field(default_factory=dict)
    stays: dict[str, int] = field(default_factory=dict)
    sums: dict[str, Decimal] = field(default_factory=dict)  # accrued, by currency: stays too

    @property
    def goes(self) -> dict[str, int]:
        """What is erased, counted: two people who saw the same counts agreed on the same."""
        return {"keys": len(self.keys), "files": len(self.files), **self.blanked}


def look(worker: Worker, *, unsaid: bool = True) -> Plan:
    """Reads only. The record and those merged into it are one person. `unsaid`: see `erasure_holds`."""
    root = worker.merged_into or worker
    plan = Plan(list(Worker.everything.of_person(root).select_related("key", "user")))
    ids = [one.pk for one in plan.records]
    plan.is_erased = all(one.key.destroyed_at for one in plan.records)
    plan.holds = [] if plan.is_erased else holds(ids, unsaid=unsaid)
    for model, path in _models():
        rows = _rows(model, path, ids)
        count = rows.count()
        if not count:
            continue
        if clear_fields(model):
            plan.blanked[model.__name__] = count
        for one in model._meta.concrete_fields:
            if one.related_model is SubjectKey:
                plan.keys |= set(rows.values_list(one.name, flat=True))
            elif one.related_model is StoredFile:
                found = StoredFile.objects.filter(pk__in=rows.values(one.name)).select_related("key")
                plan.files += found
    plan.keys |= {one.key_id for one in plan.files}
    plan.keys = set(
        SubjectKey.objects.filter(pk__in=plan.keys, destroyed_at=None).values_list("pk", flat=True)
    )
    plan.stays = {
        "EmploymentPeriod": EmploymentPeriod.everything.filter(worker__in=ids).count(),
        "Contribution": Contribution.everything.filter(worker__in=ids).count(),
    }
    known = Contribution.everything.filter(worker__in=ids).current()
    plan.sums = dict(known.order_by("currency").values_list("currency").annotate(Sum("accrued")))
    return plan


@service
def erase(*, by: Any, confirmed_by: Any, worker: Worker, reason: str) -> Plan:
    """Done by one and confirmed by another of those who may; a second time nothing is left to do."""
    for one in (by, confirmed_by):
        require(one, ERASE, worker)
    if by.pk == confirmed_by.pk:
        raise Conflict("same_person", _("A second person has to confirm the erasure."))
    if not reason.strip():
        raise Invalid("reason_missing", _("Say why: name the decision or the request."), field="reason")
    list(Worker.everything.select_for_update().filter(pk__in=[one.pk for one in look(worker).records]))
    plan = look(worker)
    if plan.is_erased:
        return plan
    if plan.holds:
        raise Conflict("held", " ".join(plan.holds))
    _blank(plan)
    for key in SubjectKey.objects.filter(pk__in=plan.keys):
        key.destroy()
    for one in plan.files:
        files.remove(one)
    for one in plan.records:
        WorkerStep.objects.create(
            worker=one, from_state=one.state, to_state=WorkerState.ARCHIVED, by=by, reason=reason
        )
        if one.user:
            people.erase_account(user=one.user)
        said = {"confirmed_by": str(confirmed_by.pk), "keys": len(plan.keys), "blanked": plan.blanked}
        journal.record(
            by=by, verb=Verb.ERASED, obj=one, subject_id=one.pk, action=ERASE, reason=reason, details=said
        )
    return plan


def clear_fields(model: type[models.Model]) -> list[models.Field]:
    """Personal fields that stand in clear and can be blanked."""
    if issubclass(model, AppendOnly):
        return []
    found = []
    for name, kind in classified()[model._meta.label_lower].items():
        one = model._meta.get_field(name)
        if kind.code not in PERSONAL or isinstance(one, SealedField) or f"{model.__name__}.{name}" in KEPT:
            continue
        is_tied = one.is_relation and (not one.null or one.related_model is Worker)
        is_a_kind = one.choices and not one.blank  # of paper or number, out of a short list
        if not is_tied and not is_a_kind:
            found.append(one)
    return found


def _models() -> list[tuple[type[models.Model], str]]:
    every = (one for one in apps.get_app_config("pensions").get_models() if not one._meta.proxy)
    return [(one, path) for one in every if (path := path_to_person(one))]


def _rows(model: type[models.Model], path: str, ids: list[Any]) -> models.QuerySet:
    manager = getattr(model, "everything", model._base_manager)
    return manager.filter(**{f"{path}__in": ids})


def _blank(plan: Plan) -> None:
    ids = [one.pk for one in plan.records]
    for model, path in _models():
        values = {one.name: _nothing(one) for one in clear_fields(model)}
        if model is Worker:
            values |= {"state": WorkerState.ARCHIVED, "compare_since": None}
        if values:
            keys = list(_rows(model, path, ids).values_list("pk", flat=True))
            manager = getattr(model, "everything", model._base_manager)
            manager.filter(pk__in=keys).update(**values)


def _nothing(one: models.Field) -> Any:
    """Nothing at all, or where a rule wants rows apart, the row's own key."""
    if one.null:
        return None
    if one.unique or one.name.endswith("index"):
        return Concat(Value("erased "), Cast("pk", models.CharField()))
    return ""
