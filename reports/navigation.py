from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from accounts.navigation import entry, tile

from .enums import EditionState
from .models import Edition

entry(_("Reports"), "reports", order=50)
entry(
    _("Reports"), "admin:reports_edition_changelist", area="desk", action="reports.definition.view", order=50
)

tile(
    _("Editions to approve"),
    lambda user: Edition.objects.filter(state=EditionState.DRAFT).count(),
    reverse_lazy("admin:reports_edition_changelist"),
    "reports.edition.approve",
    tone="warning",
    order=50,
)
tile(
    _("Editions to publish"),
    lambda user: Edition.objects.filter(state=EditionState.APPROVED).count(),
    reverse_lazy("admin:reports_edition_changelist"),
    "reports.edition.publish",
    tone="warning",
    order=51,
)
