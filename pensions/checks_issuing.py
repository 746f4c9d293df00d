"""Unusual movement of blank forms: asked every night, set-wise, for a person to look at."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Value, When

from common import clock
from common.checks import Answer, question
from pensions.enums.issuing import BlankState, DemandState, DemandStepKind, MovementKind

from .models import Blank, BlankMovement, BlankStock, Demand, DemandStep
from .spoilage import Outlet, judge

SHOWN = 1_000
LONG_ON_THE_WAY = dt.timedelta(days=14)
TAKES = (MovementKind.RECEIVED, MovementKind.ACCEPTED, MovementKind.SOLD)
MOVEMENT, BLANK, STOCK = "pensions.blankmovement", "pensions.blank", "pensions.blankstock"


@question("certificates.blank_out_of_order")
def blank_out_of_order() -> Iterable[Answer]:
    """A number that was stepped over: still in stock, while a higher one was used after it had come."""
    last = BlankMovement.objects.filter(
        series=OuterRef("series"), first__lte=OuterRef("number"), last__gte=OuterRef("number")
    ).order_by("-entry_id")
    later = BlankMovement.objects.filter(
        kind=MovementKind.USED,
        series=OuterRef("series"),
        custodian_id=OuterRef("custodian_id"),
        first__gt=OuterRef("number"),
        entry_id__gt=OuterRef("moved"),
    )
    found = (
        Blank.objects.filter(state=BlankState.IN_STOCK)
        .annotate(moved=Subquery(last.values("entry_id")[:1]))
        .filter(Exists(later))
        .order_by("series", "number")
    )
    return [
        Answer("certificates.blank_out_of_order", BLANK, str(one.pk), {"blank": str(one)})
        for one in found[:SHOWN]
    ]


@question("certificates.blank_used_before_delivery")
def blank_used_before_delivery() -> Iterable[Answer]:
    """A use by somebody who had not taken this number into custody before."""
    taken = BlankMovement.objects.filter(
        kind__in=TAKES,
        series=OuterRef("series"),
        first__lte=OuterRef("first"),
        last__gte=OuterRef("last"),
        custodian_id=OuterRef("custodian_id"),
        entry_id__lt=OuterRef("entry_id"),
    )
    found = BlankMovement.objects.filter(~Exists(taken), kind=MovementKind.USED).order_by("entry_id")
    return [
        Answer("certificates.blank_used_before_delivery", MOVEMENT, str(one.pk), {"numbers": one.numbers})
        for one in found[:SHOWN]
    ]


@question("certificates.blank_long_on_the_way")
def blank_long_on_the_way() -> Iterable[Answer]:
    """A delivery that nobody has answered for two weeks."""
    found = (
        BlankMovement.objects.waiting()
        .filter(at__lt=clock.now() - LONG_ON_THE_WAY)
        .prefetch_related("replies")
        .order_by("entry_id")
    )
    return [
        Answer(
            "certificates.blank_long_on_the_way",
            MOVEMENT,
            str(one.pk),
            {
                "numbers": one.numbers,
                "disputed": any(r.kind == MovementKind.DISPUTED for r in one.replies.all()),
            },
        )
        for one in found[:SHOWN]
    ]


@question("certificates.blank_spoilage")
def blank_spoilage() -> Iterable[Answer]:
    """Custodians who spoil clearly more than the others; nothing is said of few blank forms (see `spoilage`)."""
    counted = (
        Blank.objects.filter(state__in=(BlankState.USED, BlankState.SPOILED))
        .order_by()
        .values("custodian")
        .annotate(handled=Count("pk"), spoiled=Count("pk", filter=Q(state=BlankState.SPOILED)))
    )
    outlets = [Outlet(str(row["custodian"]), row["spoiled"], row["handled"]) for row in counted]
    return [
        Answer(
            "certificates.blank_spoilage",
            "accounts.organisation",
            one.outlet.name,
            {
                "spoiled": one.outlet.spoiled,
                "handled": one.outlet.handled,
                "usual_percent": f"{100 * one.usual:.1f}",
                "p": f"{one.p:.4f}",
            },
        )
        for one in judge(outlets)
        if one.is_unusual
    ]


@question("certificates.blank_stock_differs")
def blank_stock_differs() -> Iterable[Answer]:
    """An account that is not what its blank forms say; nothing but a change by hand makes one."""
    held = (
        Blank.objects.filter(
            custodian_id=OuterRef("custodian_id"),
            series=OuterRef("series"),
            state__in=(BlankState.IN_STOCK, BlankState.IN_TRANSIT),
        )
        .order_by()
        .values("series")
        .annotate(count=Count("pk"))
        .values("count")
    )
    found = BlankStock.objects.annotate(held=Subquery(held)).exclude(in_custody=F("held"))
    return [
        Answer("certificates.blank_stock_differs", STOCK, str(one.pk), {"series": one.series})
        for one in found.exclude(held__isnull=True, in_custody=0)[:SHOWN]
    ]


@question("certificates.demand_differs")
def demand_differs() -> Iterable[Answer]:
    """A demand that does not stand as its last step left it; nothing but a change by hand makes one."""
    steps = DemandStep.objects.filter(demand=OuterRef("pk"))
    last = steps.filter(kind__in=DemandState.values).order_by("-entry_id")
    told = steps.filter(kind=DemandStepKind.TOLD).order_by("-entry_id")
    as_told = Q(told_on=F("told"), due_on=F("due")) | Q(told_on__isnull=True, told__isnull=True)
    found = (
        Demand.objects.annotate(
            stood=Subquery(last.values("kind")[:1]),
            told=Subquery(told.values("on")[:1]),
            due=Subquery(told.values("due_on")[:1]),
        )
        # A comparison with nothing is neither true nor false: whatever does not fit for certain is told.
        .annotate(fits=Case(When(as_told & Q(state=F("stood")), then=Value(True)), default=Value(False)))
        .filter(fits=False)
        .order_by("pk")
    )
    return [
        Answer("certificates.demand_differs", "pensions.demand", str(one.pk), {"number": one.number})
        for one in found[:SHOWN]
    ]
