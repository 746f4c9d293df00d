"""What monitoring tells people at desks: a gate that waits for them, an indicator that calls for attention."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.enums import Role
from accounts.models import Membership, User
from accounts.notices import holders, kind, tell
from common import clock

from .models import Alert, GateReview

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
    roles={Role.ANALYST, Role.DECISION_MAKER},
    title=_("An indicator calls for attention"),
    line=ngettext_lazy(
        "%(count)d indicator calls for attention.", "%(count)d indicators call for attention.", "count"
    ),
    labelled=True,
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
