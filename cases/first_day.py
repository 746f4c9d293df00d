from django.utils.translation import gettext_lazy as _

from accounts.first_day import line

from .models import Consent, FieldPhone, HelpRequest, MemberKey, Note

line(
    _("Make the key of your cases"),
    "cases:vault",
    "cases.vault.use",
    lambda user: MemberKey.objects.filter(user=user).exists(),
)
line(
    _("Take in a request for help"),
    "admin:cases_helprequest_changelist",
    "cases.request.take",
    lambda user: HelpRequest.objects.filter(answered_by=user).exists(),
)
line(
    _("Write a note on a case"),
    "admin:cases_case_changelist",
    "cases.case.work",
    lambda user: Note.objects.filter(author=user).exists(),
)
line(
    _("Record a consent"),
    "admin:cases_case_changelist",
    "cases.case.work",
    lambda user: Consent.objects.filter(recorded_by=user).exists(),
)
line(
    _("Make a telephone ready for the field"),
    "cases:field",
    "cases.field.use",
    lambda user: FieldPhone.objects.filter(user=user).exists(),
)
