from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.first_day import line

from .models import Certificate, CorrectionRequest, Employment, Finding, Worker, WorkRecordImport

line(
    _("Connect your record: go to the social fund with your passport"),
    "pensions:my_home",
    "registry.correction.ask",
    lambda user: Worker.objects.filter(user=user).exists(),
)
line(
    _("See your first employer in the record"),
    "pensions:my_record",
    "registry.correction.ask",
    lambda user: Employment.objects.filter(worker__user=user).exists(),
)
line(
    _("Get your first certificate"),
    "pensions:my_demands",
    "registry.correction.ask",
    lambda user: Certificate.objects.filter(worker__user=user).exists(),
)
line(
    _("Register a worker"),
    "admin:pensions_worker_changelist",
    "registry.worker.register",
    lambda user: Worker.objects.filter(created_by=user).exists(),
)
line(
    _("Take in a file of work records"),
    "admin:pensions_workrecordimport_changelist",
    "registry.import.apply",
    lambda user: WorkRecordImport.objects.filter(created_by=user).exists(),
)
line(
    _("Take a finding to clear up"),
    "admin:pensions_finding_changelist",
    "registry.finding.work",
    lambda user: Finding.objects.filter(assigned_to=user).exists(),
)
line(
    _("Take a correction request"),
    "admin:pensions_correctionrequest_changelist",
    "registry.correction.work",
    lambda user: CorrectionRequest.objects.filter(held_by=user).exists(),
)
line(
    _("Send your first file"),
    "pensions:employer_upload",
    "registry.import.upload",
    lambda user: WorkRecordImport.objects.filter(created_by=user).exists(),
    Role.EMPLOYER_CLERK,
)
line(
    _("See your people in the record"),
    "pensions:employer_people",
    "registry.import.upload",
    lambda user: Employment.objects.filter(employer__organisation__in=user.organisation_ids()).exists(),
    Role.EMPLOYER_CLERK,
)
line(
    _("Draft a certificate"),
    "admin:pensions_certificate_changelist",
    "certificates.certificate.issue",
    lambda user: Certificate.objects.filter(created_by=user).exists(),
    Role.EMPLOYER_CLERK,
)
