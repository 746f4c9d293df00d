from django.db.models import Q

from accounts.access import table
from accounts.enums import Role, Scope

from .enums import DisclosureClass
from .models import Consultation, DatasetMapping, EvidenceItem, Interview, StudyFile, Submission

CHAIN_ROLES = [
    Role.ANALYST,
    Role.DECISION_MAKER,
    Role.EXPERT,
    Role.LEGAL_OFFICER,
    Role.DISCLOSURE_OFFICER,
    Role.AUDITOR,
    Role.CASE_SUPERVISOR,
]

# what participants of the chain see and the public does not: submissions, waivers, who did what
table.allow("monitoring.chain.view", dict.fromkeys(CHAIN_ROLES, Scope.ALL))
table.allow("monitoring.measure.view", dict.fromkeys(Role, Scope.ALL))
table.allow("monitoring.measure.change", {Role.ANALYST: Scope.ALL})
table.allow("monitoring.template.change", {Role.SYSTEM_ADMINISTRATOR: Scope.ALL})
table.allow(
    "monitoring.evidence.view", {**dict.fromkeys(CHAIN_ROLES, Scope.ALL), Role.PUBLIC: Scope.PUBLISHED}
)
table.allow(
    "monitoring.evidence.file",
    {Role.ANALYST: Scope.ALL, Role.EXPERT: Scope.ALL, Role.LEGAL_OFFICER: Scope.ALL},
)
table.allow("monitoring.gate.submit", {Role.ANALYST: Scope.ALL})
table.allow("monitoring.gate.decide", {Role.DECISION_MAKER: Scope.ALL})
table.allow(
    "monitoring.consultation.view",
    {**dict.fromkeys(CHAIN_ROLES, Scope.ALL), Role.PUBLIC: Scope.PUBLISHED},
)
table.allow("monitoring.consultation.manage", {Role.ANALYST: Scope.ALL})
table.allow("monitoring.consultation.comment", dict.fromkeys(Role, Scope.ALL))
# a study is open; who was interviewed and what was said, only to those who led it or held the interview
table.allow("monitoring.study.view", dict.fromkeys(Role, Scope.ALL))
table.allow("monitoring.study.lead", {Role.ANALYST: Scope.ALL, Role.EXPERT: Scope.ALL})
table.allow(
    "monitoring.study_file.view", {**dict.fromkeys(CHAIN_ROLES, Scope.ALL), Role.PUBLIC: Scope.PUBLISHED}
)
table.allow(
    "monitoring.study.review",
    {Role.ANALYST: Scope.ALL, Role.EXPERT: Scope.ALL, Role.LEGAL_OFFICER: Scope.ALL},
)
table.allow("monitoring.interview.view", {Role.ANALYST: Scope.OWN, Role.EXPERT: Scope.OWN})
table.allow("monitoring.quotation.release", {Role.DISCLOSURE_OFFICER: Scope.ALL})
table.allow("monitoring.law.review", {Role.LEGAL_OFFICER: Scope.ALL})
# books of funds are open; who enters a line does not approve the project that it pays
table.allow("monitoring.fund.view", dict.fromkeys(Role, Scope.ALL))
table.allow("monitoring.fund.enter", {Role.ANALYST: Scope.ALL})
table.allow("monitoring.fund.decide", {Role.DECISION_MAKER: Scope.ALL})
table.allow("monitoring.pilot.manage", {Role.ANALYST: Scope.ALL})
table.allow("monitoring.pilot.analyse", {Role.ANALYST: Scope.ALL, Role.EXPERT: Scope.ALL})

table.allow("monitoring.figure.view", dict.fromkeys(Role, Scope.ALL))
table.allow("monitoring.figure.compute", {Role.ANALYST: Scope.ALL})
# whom a rule may call when an indicator leaves its path: they open its page at the desk and say what follows
ADDRESSEES = [Role.ANALYST, Role.DECISION_MAKER, Role.DISCLOSURE_OFFICER, Role.REGISTRY_SUPERVISOR]
table.allow("monitoring.indicator.steer", dict.fromkeys(ADDRESSEES, Scope.ALL))
table.allow(
    "monitoring.disclosure.view",
    dict.fromkeys([Role.ANALYST, Role.DISCLOSURE_OFFICER, Role.AUDITOR], Scope.ALL),
)
table.allow("monitoring.disclosure.examine", {Role.DISCLOSURE_OFFICER: Scope.ALL})
table.allow("monitoring.disclosure.run", dict.fromkeys([Role.ANALYST, Role.DISCLOSURE_OFFICER], Scope.ALL))
table.allow(
    "monitoring.release.enter",
    dict.fromkeys([Role.ANALYST, Role.DISCLOSURE_OFFICER, Role.DECISION_MAKER], Scope.ALL),
)
table.allow(
    "monitoring.release.view",
    dict.fromkeys([Role.ANALYST, Role.DISCLOSURE_OFFICER, Role.AUDITOR, Role.DECISION_MAKER], Scope.ALL),
)
table.allow("monitoring.indicator.change", {Role.ANALYST: Scope.ALL})
table.allow("monitoring.target.set", {Role.ANALYST: Scope.ALL})
table.allow("monitoring.target.approve", {Role.DECISION_MAKER: Scope.ALL})
table.allow("monitoring.alert.watch", {Role.ANALYST: Scope.ALL})
table.allow("monitoring.alert.answer", dict.fromkeys(ADDRESSEES, Scope.ALL))
# whose organisation owes figures sees and sends its own; who sends does not check, who checks does not approve
PROVIDERS = dict.fromkeys([Role.REGISTRY_SUPERVISOR, Role.CASE_SUPERVISOR], Scope.ORGANISATION)
HOUSE = [Role.ANALYST, Role.DISCLOSURE_OFFICER, Role.DECISION_MAKER]
table.allow("monitoring.submission.view", dict.fromkeys(HOUSE, Scope.ALL) | PROVIDERS)
table.allow("monitoring.submission.send", {Role.ANALYST: Scope.ORGANISATION, **PROVIDERS})
table.allow("monitoring.submission.validate", {Role.ANALYST: Scope.ALL})
table.allow("monitoring.submission.approve", {Role.DECISION_MAKER: Scope.ALL})
table.allow("monitoring.submission.load", {Role.ANALYST: Scope.ALL})

table.reach(Submission, {Scope.ORGANISATION: lambda who: Q(organisation_id__in=who.organisation_ids)})
table.reach(DatasetMapping, {Scope.ORGANISATION: lambda who: Q(pk__in=[])})  # how others write their files
table.reach(EvidenceItem, {Scope.PUBLISHED: lambda who: Q(disclosure=DisclosureClass.PUBLIC)})
table.reach(Consultation, {Scope.PUBLISHED: lambda who: Q(kind="public")})
table.reach(StudyFile, {Scope.PUBLISHED: lambda who: Q(disclosure=DisclosureClass.PUBLIC)})
table.reach(Interview, {Scope.OWN: lambda who: Q(study__lead=who.user) | Q(recorded_by=who.user)})
