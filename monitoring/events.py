"""What monitoring tells people at desks: a gate that waits for them, an indicator that calls for attention."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.enums import How, Role
from accounts.models import Membership, User
from accounts.notices import holders, kind, tell
from common import clock

from .deliveries import Due
from .emergencies import Emergency
from .models import Alert, GateReview
from .permissions import ADDRESSEES

SEND = "monitoring.submission.send"
GATE = ("monitoring.gate.submit", "monitoring.gate.decide")

kind(
    "monitoring.gate_waits",
    roles={Role.DECISION_MAKER},
    title=_("A measure waits for my decision"),
    line=ngettext_lazy(
        "%(count)d measure waits for your decision.",
        "%(count)d measures wait for your decision.",
        "count",
    ),
    fixed=True,
    labelled=True,
)
kind(
    "monitoring.alert",
    roles=ADDRESSEES,
    title=_("An indicator calls for attention"),
    line=ngettext_lazy(
        "%(count)d indicator calls for attention.", "%(count)d indicators call for attention.", "count"
    ),
    labelled=True,
)
kind(
    "monitoring.figure_due",
    roles={Role.ANALYST, Role.REGISTRY_SUPERVISOR, Role.CASE_SUPERVISOR},
    title=_("Figures that my organisation owes are due soon or late"),
    line=ngettext_lazy(
        "%(count)d figure of your organisation is due soon or late.",
        "%(count)d figures of your organisation are due soon or late.",
        "count",
    ),
    usual=How.DAILY,
    labelled=True,
)
kind(
    "monitoring.emergency_ends",
    roles={Role.ANALYST, Role.DECISION_MAKER},
    title=_("Emergency measures near or past their last day"),
    line=ngettext_lazy(
        "%(count)d emergency measure is near or past its last day.",
        "%(count)d emergency measures are near or past their last day.",
        "count",
    ),
    fixed=True,
    labelled=True,
)


def emergency_ends(one: Emergency) -> int:
    """To those who lay it before its gate and those who decide there: once near its last day, once past it."""
    people = {user.pk: user for action in GATE for user in holders(action)}
    moment = "over" if one.is_over else "near"
    return tell(
        "monitoring.emergency_ends",
        people.values(),
        key=f"{one.measure.code} {one.sunset_on} {moment}",
        path=reverse("admin:monitoring_measure_change", args=[one.measure.pk]),
        label=f"{one.measure.code} {one.sunset_on:%d.%m.%Y}",
    )


def gate_waits(review: GateReview) -> None:
    measure = review.entry.run.measure
    tell(
        "monitoring.gate_waits",
        holders("monitoring.gate.decide"),
        key=str(review.pk),
        path=reverse("admin:monitoring_measure_change", args=[measure.pk]),
        label=measure.code,
        by=review.submitted_by,
    )


def figures_due(organisation: Any, rows: Iterable[Due]) -> int:
    """To whoever sends the organisation's figures: once before the day of each figure, once when it is late."""
    people, path = holders(SEND, [organisation.pk]), reverse("admin:monitoring_submission_due")
    told = 0
    for one in rows:
        label = f"{one.item.code} {one.period}"
        key = f"{label} {'late' if one.is_late else 'due'}"
        told += tell("monitoring.figure_due", people, key=key, path=path, label=label)
    return told


def alert_raised(alert: Alert) -> None:
    """To the role that the rule names."""
    held = Membership.objects.valid_on(clock.today()).filter(role=alert.rule.role)
    indicator = alert.rule.indicator
    tell(
        "monitoring.alert",
        User.objects.filter(pk__in=held.values("user")),
        key=str(alert.pk),
        path=reverse("admin:monitoring_indicator_change", args=[indicator.pk]),
        label=indicator.code,
    )
