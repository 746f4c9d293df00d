from django.urls import reverse_lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.navigation import entry, room, tile
from common import clock

from .board import open_reviews
from .deliveries import due
from .emergencies import pressing
from .enums import SubmissionState
from .laws import laws_due
from .models import Alert, Comment, Condition, PanelMember, Submission
from .rollout import overdue_measures

room("monitoring", _("Measures and figures"))
for area in ("public", "worker", "employer"):
    entry(_("Measures"), "monitoring:board", area=area, order=70)
    entry(_("Public discussions"), "monitoring:consultations", area=area, order=75)
    entry(_("Indicators"), "monitoring:indicators", area=area, order=80)

entry(_("Studies"), "monitoring:studies", area="public", order=82)
entry(_("Funds"), "monitoring:funds", area="public", order=85)

MEASURES = reverse_lazy("admin:monitoring_measure_changelist")
DISCUSSIONS = reverse_lazy("admin:monitoring_consultation_changelist")

entry(
    _("Measures"),
    "admin:monitoring_measure_changelist",
    area="desk",
    action="monitoring.chain.view",
    order=30,
)
entry(
    _("Discussions"),
    "admin:monitoring_consultation_changelist",
    area="desk",
    action="monitoring.chain.view",
    order=31,
)
entry(
    _("Studies"),
    "admin:monitoring_study_changelist",
    area="desk",
    action="monitoring.chain.view",
    order=39,
)
entry(
    _("Interviews"),
    "admin:monitoring_interview_changelist",
    area="desk",
    action="monitoring.interview.view",
    order=40,
)
entry(_("Funds"), "admin:monitoring_fund_changelist", area="desk", action="monitoring.chain.view", order=37)
entry(
    _("Projects of funds"),
    "admin:monitoring_fundproject_changelist",
    area="desk",
    action="monitoring.chain.view",
    order=38,
)
entry(
    _("Indicators"),
    "admin:monitoring_indicator_changelist",
    area="desk",
    action="monitoring.indicator.steer",
    order=32,
)
entry(
    _("Data items"),
    "admin:monitoring_dataitem_changelist",
    area="desk",
    action="monitoring.indicator.change",
    order=33,
)
entry(
    _("Submissions of figures"),
    "admin:monitoring_submission_changelist",
    area="desk",
    action="monitoring.submission.view",
    order=34,
)
entry(
    _("Figures that are due"),
    "admin:monitoring_submission_due",
    area="desk",
    action="monitoring.submission.send",
    order=34,
)
entry(
    _("Disclosure runs"),
    "admin:monitoring_disclosurerun_changelist",
    area="desk",
    action="monitoring.disclosure.view",
    order=35,
)
entry(
    _("Register of releases"),
    "admin:monitoring_release_changelist",
    area="desk",
    action="monitoring.release.view",
    order=36,
)

entry(
    _("Template of the chain"),
    "admin:monitoring_chaintemplate_changelist",
    area="desk",
    action="monitoring.template.change",
    order=41,
)
tile(
    _("Gates that wait for a decision"),
    lambda user: open_reviews().count(),
    format_lazy("{}?waiting=decision", MEASURES),
    "monitoring.gate.decide",
    tone="warning",
    order=30,
)
tile(
    _("Alerts that wait for an answer"),
    lambda user: Alert.objects.filter(answer__isnull=True, rule__role__in=user.roles).count(),
    format_lazy("{}?waiting=alert", reverse_lazy("admin:monitoring_indicator_changelist")),
    "monitoring.alert.answer",
    tone="warning",
    order=29,
)
tile(
    _("Late figures of your organisation"),
    lambda user: sum(
        one.is_late
        for one in due(
            clock.today(), [m.organisation_id for m in user.valid_memberships if m.organisation_id]
        )
    ),
    reverse_lazy("admin:monitoring_submission_due"),
    "monitoring.submission.send",
    tone="danger",
    order=28,
)
tile(
    _("Figures that wait to be checked"),
    lambda user: Submission.everything.filter(state=SubmissionState.SUBMITTED).count(),
    format_lazy("{}?state=submitted", reverse_lazy("admin:monitoring_submission_changelist")),
    "monitoring.submission.validate",
    order=28,
)
tile(
    _("Figures that wait for approval"),
    lambda user: Submission.everything.filter(state=SubmissionState.VALIDATED).count(),
    format_lazy("{}?state=validated", reverse_lazy("admin:monitoring_submission_changelist")),
    "monitoring.submission.approve",
    tone="warning",
    order=28,
)
tile(
    _("Overdue conditions"),
    lambda user: Condition.objects.filter(met_at__isnull=True, due_on__lt=clock.today()).count(),
    format_lazy("{}?waiting=overdue", MEASURES),
    "monitoring.gate.submit",
    tone="danger",
    order=31,
)
tile(
    _("Conditions that you are to meet"),
    lambda user: Condition.objects.filter(met_at__isnull=True, owner=user).count(),
    format_lazy("{}?waiting=mine", MEASURES),
    "monitoring.evidence.file",
    order=32,
)
tile(
    _("Overdue milestones"),
    lambda user: overdue_measures().count(),
    format_lazy("{}?waiting=milestone", MEASURES),
    "monitoring.gate.submit",
    tone="danger",
    order=36,
)
tile(
    _("Emergency measures near or past their last day"),
    lambda user: len(pressing(clock.today())),
    format_lazy("{}?waiting=sunset", MEASURES),
    "monitoring.chain.view",
    tone="danger",
    order=28,
)
tile(
    _("Laws to be reviewed again"),
    lambda user: laws_due().values("measure").distinct().count(),
    format_lazy("{}?waiting=law", MEASURES),
    "monitoring.law.review",
    tone="warning",
    order=35,
)
tile(
    _("Comments without an answer"),
    lambda user: Comment.objects.filter(responses__isnull=True).count(),
    format_lazy("{}?waiting=answer", DISCUSSIONS),
    "monitoring.consultation.manage",
    tone="warning",
    order=33,
)
tile(
    _("Panels that wait for your opinion"),
    lambda user: PanelMember.objects.filter(user=user, declared_at__isnull=True).count(),
    format_lazy("{}?waiting=opinion", DISCUSSIONS),
    "monitoring.evidence.file",
    order=34,
)
