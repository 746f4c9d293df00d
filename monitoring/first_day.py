from django.utils.translation import gettext_lazy as _

from accounts.first_day import line

from .models import AlertAnswer, EvidenceItem, GateSignature, Submission, TargetApproval

line(
    _("Bring evidence to a measure"),
    "admin:monitoring_measure_changelist",
    "monitoring.gate.submit",
    lambda user: EvidenceItem.objects.filter(author=user).exists(),
)
line(
    _("Take in figures of another office"),
    "admin:monitoring_submission_changelist",
    "monitoring.submission.load",
    lambda user: Submission.objects.filter(submitted_by=user).exists(),
)
line(
    _("Decide whether a measure goes on"),
    "admin:monitoring_measure_changelist",
    "monitoring.gate.decide",
    lambda user: GateSignature.objects.filter(signer=user).exists(),
)
line(
    _("Approve targets"),
    "admin:monitoring_indicator_changelist",
    "monitoring.target.approve",
    lambda user: TargetApproval.objects.filter(approved_by=user).exists(),
)
line(
    _("Answer an alert"),
    "admin:monitoring_indicator_changelist",
    "monitoring.alert.answer",
    lambda user: AlertAnswer.objects.filter(answered_by=user).exists(),
)
