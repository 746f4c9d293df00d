from django.urls import reverse_lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.navigation import entry, room, tile
from common import clock
from common.enums import ImportState
from pensions.enums.corrections import CorrectionState

from .enums import ErasureState, PairState, ProposalState, WorkerState
from .models import (
    BlankMovement,
    CorrectionRequest,
    DuplicatePair,
    ErasureRequest,
    Finding,
    ParameterProposal,
    ReceivedRequest,
    SentRequest,
    Worker,
    WorkerProposal,
    WorkRecordImport,
)
from .services import print_archive, time_stamping

TILE_COUNTS = 1_000

room("registry", _("Registry"))
room("certificates", _("Certificates and blank forms"))
for prefix in ("exchange", "claims", "legislation"):
    room(prefix, _("Pensions and law"))

DESK = (
    (_("Workers"), "admin:pensions_worker_changelist", "registry.worker.register"),
    (_("Employers"), "admin:pensions_employer_changelist", "registry.employer.change"),
    (_("Files of work records"), "admin:pensions_workrecordimport_changelist", "registry.import.apply"),
    (_("Proposed workers"), "admin:pensions_workerproposal_changelist", "registry.proposal.view"),
    (_("Possible duplicates"), "admin:pensions_duplicatepair_changelist", "registry.duplicate.view"),
    (_("Periods to confirm"), "admin:pensions_employmentperiod_changelist", "registry.period.confirm"),
    (_("Contributions"), "admin:pensions_contribution_changelist", "registry.contribution.record"),
    (_("Findings"), "admin:pensions_finding_changelist", "registry.finding.work"),
    (
        _("Correction requests"),
        "admin:pensions_correctionrequest_changelist",
        "registry.correction.work",
    ),
    (_("Erasures of persons"), "admin:pensions_erasurerequest_changelist", "registry.erasure.view"),
    (_("Classifications"), "admin:pensions_classificationcode_changelist", "registry.classification.view"),
    (_("Totalisation of the registry"), "admin:pensions_totalsrun_changelist", "registry.totals.view"),
)
for order, (title, url_name, action) in enumerate(DESK, start=20):
    entry(title, url_name, area="desk", action=action, order=order)

entry(_("My page"), "pensions:my_home", area="worker", action="registry.statement.view", order=9)
entry(_("My record"), "pensions:my_record", area="worker", action="registry.statement.view", order=10)
entry(_("Who has looked"), "pensions:my_readers", area="worker", action="registry.statement.view", order=11)
entry(
    _("Something is wrong in my record"),
    "pensions:my_corrections",
    area="worker",
    action="registry.correction.ask",
    order=14,
)

for order, (title, url_name) in enumerate(
    (
        (_("People"), "pensions:employer_people"),
        (_("Months"), "pensions:employer_months"),
        (_("What the office asks of me"), "pensions:employer_asks"),
        (_("Files"), "pensions:employer_files"),
    ),
    start=10,
):
    entry(title, url_name, area="employer", action="registry.import.upload", order=order)

tile(
    _("Files that wait for a decision"),
    lambda user: WorkRecordImport.objects.filter(state=ImportState.CHECKED).count(),
    reverse_lazy("admin:pensions_workrecordimport_changelist"),
    "registry.import.apply",
    tone="warning",
    order=20,
)
tile(
    _("Proposed workers"),
    lambda user: WorkerProposal.objects.filter(state=ProposalState.WAITING).count(),
    reverse_lazy("admin:pensions_workerproposal_changelist"),
    "registry.proposal.view",
    tone="warning",
    order=21,
)
tile(
    _("Findings that nobody holds"),
    lambda user: len(Finding.objects.live().filter(assigned_to=None).values_list("pk")[:1_000]),
    reverse_lazy("admin:pensions_finding_changelist"),
    "registry.finding.work",
    tone="warning",
    order=22,
)
tile(
    _("Correction requests that nobody has taken"),
    lambda user: CorrectionRequest.objects.filter(state=CorrectionState.SENT)[:TILE_COUNTS].count(),
    reverse_lazy("admin:pensions_correctionrequest_changelist"),
    "registry.correction.work",
    tone="warning",
    order=22,
)
tile(
    _("What the office asks of me"),
    lambda user: Finding.objects.live().count(),
    reverse_lazy("pensions:employer_asks"),
    "registry.finding.answer",
    tone="warning",
    order=22,
)

tile(
    _("Possible duplicates"),
    lambda user: DuplicatePair.objects.filter(state=PairState.WAITING)[:TILE_COUNTS].count(),
    reverse_lazy("admin:pensions_duplicatepair_changelist"),
    "registry.duplicate.view",
    tone="warning",
    order=22,
)
tile(
    _("Erasures that wait for a second person"),
    lambda user: (
        ErasureRequest.objects.filter(state=ErasureState.OPEN, until_at__gte=clock.now())
        .exclude(asked_by=user)
        .count()
    ),
    reverse_lazy("admin:pensions_erasurerequest_changelist"),
    "registry.erasure.view",
    tone="warning",
    order=22,
)
for state, title in (
    (WorkerState.REPORTED, _("Reported by a relative: to be taken up")),
    (WorkerState.INCOMPLETE, _("Incomplete records")),
):
    tile(
        title,
        lambda user, state=state: Worker.objects.persons().filter(state=state)[:TILE_COUNTS].count(),
        format_lazy("{}?state__exact={}", reverse_lazy("admin:pensions_worker_changelist"), state.value),
        "registry.worker.change",
        tone="warning",
        order=23,
    )

ISSUING = (
    (_("Certificates"), "admin:pensions_certificate_changelist", "certificates.certificate.issue"),
    (_("Issues for a staff"), "admin:pensions_certificatebatch_changelist", "certificates.certificate.issue"),
    (_("Book of blank forms"), "admin:pensions_blankmovement_changelist", "certificates.blank.view"),
    (_("Stock of blank forms"), "admin:pensions_blankstock_changelist", "certificates.blank.view"),
    (_("Archive deposits"), "admin:pensions_archivedeposit_changelist", "certificates.deposit.view"),
    (_("Signing keys"), "admin:pensions_signingkey_changelist", "certificates.key.manage"),
    (_("Rights to issue"), "admin:pensions_issuingright_changelist", "certificates.key.manage"),
    (_("Control register"), "admin:pensions_registerentry_changelist", "certificates.register.view"),
    (_("Witnesses"), "admin:pensions_registerwitness_changelist", "certificates.register.witness"),
)
for order, (title, url_name, action) in enumerate(ISSUING, start=30):
    entry(title, url_name, area="desk", action=action, order=order)
for order, (title, url_name, action) in enumerate(ISSUING[:3], start=20):
    entry(title, url_name, area="employer", action=action, order=order)
entry(
    _("My certificates"),
    "pensions:my_certificates",
    area="worker",
    action="registry.statement.view",
    order=12,
)
entry(
    _("Ask for a certificate"),
    "pensions:my_demands",
    area="worker",
    action="registry.statement.view",
    order=13,
)
entry(
    _("Demands for certificates"),
    "pensions:employer_demands",
    area="employer",
    action="certificates.demand.answer",
    order=19,
)
entry(
    _("Demands for certificates"),
    "admin:pensions_demand_changelist",
    area="desk",
    action="certificates.demand.ask",
    order=29,
)
for area in ("public", "worker", "employer"):
    entry(_("Check a certificate"), "pensions:verify", area=area, order=30)

entry(_("Control register"), "pensions:public_register", area="public", order=31)
tile(
    _("Certificates that wait for a time stamp"),
    lambda user: print_archive.unstamped() if time_stamping.stamper() else 0,
    reverse_lazy("admin:pensions_signingkey_changelist"),
    "certificates.key.manage",
    tone="warning",
    order=31,
)
tile(
    _("Blank forms that wait for your answer"),
    lambda user: BlankMovement.objects.waiting().filter(other_id__in=user.organisation_ids()).count(),
    reverse_lazy("admin:pensions_blankmovement_changelist"),
    "certificates.blank.move",
    tone="warning",
    order=30,
)

entry(_("My pension claims"), "pensions:my_claims", area="worker", action="claims.claim.view", order=13)

EXCHANGE = (
    (_("Requests that we sent"), "admin:pensions_sentrequest_changelist", "exchange.sent.view"),
    (_("Requests that we received"), "admin:pensions_receivedrequest_changelist", "exchange.received.view"),
    (_("Pension claims"), "admin:pensions_pensionclaim_changelist", "claims.claim.work"),
    (_("Claims to decide"), "admin:pensions_claimtodecide_changelist", "claims.decide.view"),
    (_("Awarded pensions"), "admin:pensions_award_changelist", "claims.award.pay"),
    (_("Possible double receipts"), "admin:pensions_doublereceipt_changelist", "claims.double.view"),
    (_("Targets for answers"), "admin:pensions_answertarget_changelist", "exchange.target.view"),
)
for order, (title, url_name, action) in enumerate(EXCHANGE, start=40):
    entry(title, url_name, area="desk", action=action, order=order)

tile(
    _("Requests of other institutions that wait for you"),
    lambda user: ReceivedRequest.objects.waiting().count(),
    reverse_lazy("admin:pensions_receivedrequest_changelist"),
    "exchange.received.view",
    tone="warning",
    order=40,
)
tile(
    _("Answers that are overdue"),
    lambda user: SentRequest.objects.overdue(clock.today()).count(),
    reverse_lazy("admin:pensions_sentrequest_changelist"),
    "exchange.sent.view",
    tone="warning",
    order=41,
)

for area in ("public", "worker"):
    entry(_("Pension law in figures"), "pensions:law", area=area, order=40)
entry(
    _("Proposals for the law"),
    "pensions:law_proposals",
    area="desk",
    action="legislation.proposal.view",
    order=40,
)
tile(
    _("Proposals for the law that wait for a second officer"),
    lambda user: ParameterProposal.objects.filter(decision__isnull=True).exclude(proposed_by=user).count(),
    reverse_lazy("pensions:law_proposals"),
    "legislation.proposal.decide",
    tone="warning",
    order=40,
)
