from django.utils.translation import gettext_lazy as _

from accounts.first_day import line

from .models import Approval, Edition

line(
    _("Prepare a report"),
    "admin:reports_edition_changelist",
    "reports.edition.prepare",
    lambda user: Edition.objects.filter(prepared_by=user).exists(),
)
line(
    _("Approve a report"),
    "admin:reports_edition_changelist",
    "reports.edition.approve",
    lambda user: Approval.objects.filter(approved_by=user).exists(),
)
