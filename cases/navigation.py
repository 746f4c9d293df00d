from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from accounts.navigation import entry, room, tile

from .enums import ReferralState, RequestState
from .models import Case, HelpRequest, Referral

room("cases", _("People and cases"))
entry(_("Ask for help"), "cases:help", order=20)
entry(_("Organisations that help"), "cases:partners", order=60)
entry(_("Ask for help"), "cases:help", area="worker", order=60)
entry(_("In the field"), "cases:field", area="desk", action="cases.field.use", order=15)
entry(_("Telephones for the field"), "cases:field_phones", area="desk", action="cases.field.view", order=16)
entry(_("My day"), "cases:my_day", area="desk", action="cases.case.view", order=9)
entry(
    _("Limitation periods"),
    "admin:cases_limitationterm_changelist",
    area="desk",
    action="cases.limitation.view",
    order=14,
)
entry(
    _("Requests for help"),
    "admin:cases_helprequest_changelist",
    area="desk",
    action="cases.request.view",
    order=10,
)
entry(_("Cases"), "admin:cases_case_changelist", area="desk", action="cases.case.view", order=11)
entry(
    _("Assessments and plans"),
    "admin:cases_casetemplate_changelist",
    area="desk",
    action="cases.template.change",
    order=13,
)
entry(_("Referrals"), "admin:cases_referral_changelist", area="desk", action="cases.referral.view", order=12)
entry(_("Figures of our cases"), "cases:figures", area="desk", action="cases.figures.view", order=16)
entry(
    _("Partner organisations"),
    "admin:cases_partner_changelist",
    area="desk",
    action="cases.partner.change",
    order=17,
)
entry(
    _("Open a case in an emergency"),
    "cases:emergency",
    area="desk",
    action="cases.case.break_glass",
    order=15,
)
entry(_("Key of the cases"), "cases:vault", area="desk", action="cases.vault.use", order=13)

tile(
    _("New requests for help"),
    lambda user: HelpRequest.objects.filter(state=RequestState.NEW).count(),
    reverse_lazy("admin:cases_helprequest_changelist"),
    "cases.request.view",
    tone="warning",
    order=10,
)
tile(
    _("Open cases"),
    lambda user: Case.objects.open().count(),
    reverse_lazy("admin:cases_case_changelist"),
    "cases.case.view",
    order=11,
)
tile(
    _("Referrals waiting for an answer"),
    lambda user: Referral.objects.filter(state=ReferralState.IN_PROGRESS).count(),
    reverse_lazy("admin:cases_referral_changelist"),
    "cases.referral.view",
    order=12,
)
