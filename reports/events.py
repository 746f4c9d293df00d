"""What reporting tells people at desks."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.enums import How, Role
from accounts.models import User
from accounts.notices import holders, kind, tell

from .models import Edition
from .permissions import READERS

kind(
    "reports.edition_waits",
    roles={Role.DISCLOSURE_OFFICER, Role.DECISION_MAKER},
    title=_("A report waits to be read and approved"),
    line=ngettext_lazy(
        "%(count)d report waits to be read and approved.",
        "%(count)d reports wait to be read and approved.",
        "count",
    ),
    labelled=True,
)
kind(
    "reports.edition_published",
    roles=READERS,
    title=_("A report was published"),
    line=ngettext_lazy("%(count)d report was published.", "%(count)d reports were published.", "count"),
    usual=How.DAILY,
    labelled=True,
)
kind(
    "reports.due",
    roles={Role.ANALYST},
    title=_("A report is due soon"),
    line=ngettext_lazy("%(count)d report is due soon.", "%(count)d reports are due soon.", "count"),
    usual=How.DAILY,
    labelled=True,
)
kind(
    "reports.late",
    roles={Role.ANALYST},
    title=_("A report is late"),
    line=ngettext_lazy("%(count)d report is late.", "%(count)d reports are late.", "count"),
    fixed=True,
    labelled=True,
)
kind(
    "reports.late_data",
    roles={Role.ANALYST},
    title=_("Figures that I sent are older than reports need"),
    line=ngettext_lazy(
        "Figures that you send are late.", "Figures that you send are late, in %(count)d groups.", "count"
    ),
    usual=How.DAILY,
    labelled=True,
)


def edition_waits(edition: Edition, *, by: User | None) -> None:
    """Once for each state of its documents."""
    key = f"{edition.pk} {edition.builds.count()}"
    tell(
        "reports.edition_waits",
        holders("reports.edition.approve"),
        key=key,
        path=reverse("admin:reports_edition_change", args=[edition.pk]),
        label=_label(edition),
        by=by,
    )


def edition_published(edition: Edition) -> None:
    tell(
        "reports.edition_published",
        holders("reports.definition.view"),
        key=str(edition.pk),
        path=reverse("edition", args=[edition.pk]),
        label=_label(edition),
        by=edition.published_by,
    )


def report_due(definition: str, period: str, *, late: bool) -> int:
    code, word = ("reports.late", "late") if late else ("reports.due", "due")
    return tell(
        code,
        holders("reports.edition.prepare"),
        key=f"{word} {definition} {period}",
        path=reverse("admin:reports_edition_changelist"),
        label=f"{definition} {period}",
    )


def data_late(owner: User, items: list[str], month: str) -> int:
    path = reverse("late_data")
    return tell("reports.late_data", [owner], key=month, path=path, label=", ".join(sorted(items)))


def _label(edition: Edition) -> str:
    return f"{edition.definition.code} {edition.period} ({edition.number})"
