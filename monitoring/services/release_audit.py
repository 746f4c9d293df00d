"""The audit before an edition is published: only what was released, and no promise broken by all of it together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from common.errors import Conflict
from common.scoping import system
from common.translated import words
from monitoring import disclosure
from monitoring.disclosure import Relation
from monitoring.enums import ReleaseChannel, ValueState
from monitoring.figures import relations
from monitoring.figures.plan import Computed, History, Place, Plan, cell_of, cell_text
from monitoring.figures.release import broken_promises
from monitoring.figures.statements import statements
from monitoring.models import Figure, Release, ReleasedFigure

from .releases import Shown, enter


@dataclass(frozen=True)
class Printed:
    """A figure as a document prints it: short id, the whole number as text (empty for a mark), and where."""

    short_id: str
    number: str
    where: str


def publish(*, by: Any, reference: str, printed: Iterable[Printed]) -> Release:
    """Audits a document against everything published before it, and enters it in the register.

    Raises Conflict, which names the table and the cell but never a number.
    """
    with system("disclosure audit"):
        shown = audit(printed)
        return enter(by=by, channel=ReleaseChannel.EDITION, reference=reference, shown=shown)


def _released(printed: list[Printed]) -> list[Shown]:
    """What the document shows of each figure. Refuses what did not pass disclosure control or says another number."""
    told = Exists(ReleasedFigure.objects.filter(figure=OuterRef("pk")))
    wanted = {one.short_id for one in printed}
    known = {
        one.short_id: one
        for one in Figure.objects.filter(short_id__in=wanted)
        .select_related("indicator")
        .annotate(is_told=told)
    }
    found = []
    for one in printed:
        figure = known.get(one.short_id)
        if figure is None or not figure.is_told:
            raise Conflict(
                "not_released",
                _("In %(where)s, the figure %(figure)s has not passed disclosure control."),
                where=one.where,
                figure=_named(figure) if figure else one.short_id,
                way_out=_("Compute the indicators of the period again and prepare a new edition."),
            )
        if one.number and (figure.state != ValueState.VALUE or Decimal(one.number) != figure.value):
            raise Conflict(
                "not_as_released",
                _("In %(where)s, the figure %(figure)s is not printed as it was released."),
                where=one.where,
                figure=_named(figure),
            )
        found.append(Shown(figure, Decimal(one.number) if one.number else None))
    return found


def _named(figure: Figure) -> str:
    return " ".join(part for part in (figure.indicator.code, figure.period, figure.key) if part)


def audit(printed: Iterable[Printed]) -> list[Shown]:
    """What a document shows, once every figure in it was released and no promise is broken by it."""
    shown = _released(list(printed))
    attack(shown)
    return shown


def attack(shown: Iterable[Shown]) -> None:
    """Attacks, by linear programming, every table of persons that the document prints something of.

    The attacker has all earlier releases of the table, its newest pattern, and what is printed of it here and in
    earlier documents. Raises Conflict at the first promise that does not hold.
    """
    plan = Plan()
    history = History(plan.parents)
    here = {one.figure.pk: one for one in shown}
    concerned = [one for one in plan.computed if one.figure.pk in here]
    printed = {one.figure.pk: (one.value.number, 10) for one in plan.computed if _is_open(one)}
    printed |= {pk: (one.number, one.digits) for pk, one in here.items() if one.number is not None}
    for place in dict.fromkeys(place for one in concerned for place in plan.places(one.counts)):
        _audit_place(plan, history, place, tuple(statements(plan, place, printed)))


def _is_open(one: Computed) -> bool:
    return one.figure.is_told and one.figure.state == ValueState.VALUE


def _audit_place(plan: Plan, history: History, place: Place, printed: tuple[Relation, ...]) -> None:
    run = history.newest(place)
    if run is None or run.refusal or run.observations != sorted(plan.grounds[place].rows):
        return  # nothing of these counts has been shown
    hidden = {cell_of(text) for text in run.pattern}
    near = [told for other in plan.neighbours(place) for told in history.told(other)[-1:]]
    try:
        broken = broken_promises(
            plan.table(place),
            hidden,
            plan.config(place),
            vintages=history.told(place)[:-1],
            neighbours=near,
            printed=printed,
            beside=relations.beside(plan, history, place),
        )
    except disclosure.OutOfTime as late:
        raise Conflict(
            "disclosure_audit_late",
            _(
                "The disclosure audit of the table %(table)s in %(period)s found no end in %(seconds)s seconds."
            ),
            **_titled(plan, place),
            seconds=settings.DISCLOSURE_SECONDS,
        ) from late
    if broken:
        raise Conflict(
            "disclosure_audit",
            _(
                "Published together, the table %(table)s in %(period)s would tell the withheld figure of %(cell)s."
            ),
            **_titled(plan, place),
            cell=cell_text(broken[0]),
            way_out=_("Have the disclosure officer look at this table, then prepare a new edition."),
        )


def _titled(plan: Plan, place: Place) -> Mapping[str, str]:
    return {"table": words(plan.data.items[place[0]], "title")[0], "period": place[1]}
