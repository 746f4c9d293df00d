"""Bulk acts of a desk: done on what fits, kept with how things stood, and taken back by a compensating act.

What one of them does is said by its `BulkAction` (accounts/bulk_action.py); here is what all have in common.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.bulk_action import BulkAction
from accounts.models import BulkAct
from common import clock
from common.errors import Conflict
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service

UNDO = "accounts.bulk.undo"
UNDO_FOR = dt.timedelta(hours=24)
AT_ONCE = 1_000


def judged(by: Any, one: BulkAction, rows: Sequence[models.Model]) -> dict[Any, Any]:
    """{key: why not} of the rows that this person cannot do it to; set-wise."""
    model = one.model
    mine = access.narrow(_all(model).filter(pk__in=[row.pk for row in rows]), by, one.action)
    reached = set(mine.values_list("pk", flat=True))
    refused = {row.pk: _("this is not yours to decide") for row in rows if row.pk not in reached}
    return refused | one.refused([row for row in rows if row.pk in reached])


def _all(model: type[models.Model]) -> models.QuerySet:
    return getattr(model, "everything", model._base_manager).all()


@service
def perform(*, by: Any, one: BulkAction, keys: Sequence[Any], values: dict[str, Any]) -> BulkAct:
    """Does it to those of the rows that fit at this moment, a thousand at most; Conflict where none does."""
    access.require(by, one.action)
    visible = one.model.objects.visible_to(by).filter(pk__in=keys[:AT_ONCE])
    rows = list(_locked(visible))
    refused = judged(by, one, rows)
    fit = [row for row in rows if row.pk not in refused]
    if not fit:
        raise Conflict("nothing_fits", _("None of the chosen rows can be dealt with this way any more."))
    before = [[str(row.pk), one.before(row)] for row in fit]
    one.run(by=by, rows=fit, **values)
    now = clock.now()
    act = BulkAct.everything.create(
        user=by,
        desk=one.model._meta.label_lower,
        name=one.name,
        done=before,
        refused=_said(refused),
        at=now,
        until_at=now + UNDO_FOR if one.undo else None,
    )
    journal.record(by=by, verb=Verb.CHANGED, obj=act, action=one.action, details={"rows": len(fit)})
    return act


@service
def take_back(*, by: Any, act: BulkAct, one: BulkAction) -> BulkAct:
    """Compensates what the act did, except rows that somebody has dealt with since; Conflict where none is left."""
    access.require(by, UNDO, act)
    access.require(by, one.action)
    act = BulkAct.everything.select_for_update().get(pk=act.pk)
    if not one.undo or not act.can_be_undone:
        raise Conflict("too_late", _("This can no longer be taken back."))
    before = dict(act.done)
    rows = list(_locked(access.narrow(_all(one.model).filter(pk__in=list(before)), by, one.action)))
    moved = one.moved_since(rows, act.at)
    back = [row for row in rows if row.pk not in moved]
    if not back:
        raise Conflict(
            "all_moved_on", _("All of these rows have been dealt with since; there is nothing to take back.")
        )
    one.undo(by=by, rows=back, before=before)
    kept = {str(row.pk) for row in back}
    left = {key: _("somebody has dealt with it since") for key in before if key not in kept}
    act.undone_at, act.left = clock.now(), _said(left)
    act.save(update_fields=["undone_at", "left"])
    journal.record(by=by, verb=Verb.CHANGED, obj=act, action=UNDO, details={"rows": len(back)})
    return act


def _locked(rows: models.QuerySet) -> Iterable[models.Model]:
    return rows.select_for_update(of=("self",)).order_by("pk")


def _said(reasons: dict[Any, Any]) -> list[list[str]]:
    return [[str(key), str(reason)] for key, reason in reasons.items()]
