"""Every door of the house but those of the desk, which are walked by themselves.

A new address fails `test_permission_walk.py` until it is written down here:

    "jobs/<uuid:pk>/": SIGNED_IN,                             anybody who is signed in; rows are the person's own
    "admin/": AT_A_DESK,                                      whoever works at a desk; what it shows is asked one by one
    "my/files/": Door("registry.import.upload"),              who holds the action; others get 403 or 404
    "my/files/<uuid:pk>/": Door("registry.import.view", "common.ImportRun"),   … on a row: theirs is never opened
"""

from dataclasses import dataclass

PUBLIC, SIGNED_IN, AT_A_DESK = "public", "signed-in", "at a desk"


@dataclass(frozen=True)
class Door:
    """`action` of the permission table; `model` is the label of the model whose key stands in the address.

    `narrower`: the page asks for more than the action, such as a record of one's own.
    """

    action: str
    model: str = ""
    narrower: bool = False


OWN_RECORD = Door("registry.statement.view", narrower=True)
OWN_EMPLOYER = Door("registry.employment.view", narrower=True)
DEMAND = Door("certificates.demand.view", "pensions.Demand", narrower=True)
FILE = Door("registry.import.view", "pensions.WorkRecordImport", narrower=True)


DOORS: dict[str, str | Door] = {
    "admin/": AT_A_DESK,
    "admin/(?P<app_label>)/$": AT_A_DESK,
    "admin/(?P<url>.*)$": AT_A_DESK,
    "admin/autocomplete/": AT_A_DESK,
    "admin/jsi18n/": AT_A_DESK,
    "admin/login/": AT_A_DESK,
    "admin/logout/": AT_A_DESK,
    "admin/find/": AT_A_DESK,
    "admin/permissions/": Door("accounts.permission.view"),
    "admin/password_change/": AT_A_DESK,
    "admin/password_change/done/": AT_A_DESK,
    "": PUBLIC,
    "reports/": PUBLIC,
    "reports/<uuid:pk>/": Door("reports.edition.view", "reports.Edition"),
    "reports/<uuid:pk>/<str:language>.<str:form>": Door("reports.edition.view", "reports.Edition"),
    "me/": Door("registry.statement.view"),
    "me/corrections/": OWN_RECORD,
    "me/corrections/<uuid:pk>/": Door(
        "registry.correction.view", "pensions.CorrectionRequest", narrower=True
    ),
    "reports/calendar/": PUBLIC,
    "reports/subscribe/": PUBLIC,
    "reports/subscriptions/<str:secret>/confirm/": PUBLIC,
    "reports/subscriptions/<str:secret>/leave/": PUBLIC,
    "reports/<slug:code>/<str:period>/": PUBLIC,
    "feeds/<str:language>/reports.xml": PUBLIC,
    "feeds/<str:language>/decisions.xml": PUBLIC,
    "feeds/<str:language>/discussions.xml": PUBLIC,
    "sitemap.xml": PUBLIC,
    "robots.txt": PUBLIC,
    "catalogue.<str:file_format>": PUBLIC,
    "me/record/": OWN_RECORD,
    "me/record.pdf": OWN_RECORD,
    "me/record.json": OWN_RECORD,
    "me/all-my-data.zip": OWN_RECORD,
    "me/claims/": OWN_RECORD,
    "me/claims/<uuid:pk>/withdraw/": SIGNED_IN,
    "me/readers/": OWN_RECORD,
    "employer/": OWN_EMPLOYER,
    "employer/months/": OWN_EMPLOYER,
    "employer/year/": OWN_EMPLOYER,
    "employer/asks/": OWN_EMPLOYER,
    "employer/asks/<uuid:pk>/": Door("registry.finding.answer", "pensions.Finding"),
    "employer/files/": OWN_EMPLOYER,
    "employer/files/new/": OWN_EMPLOYER,
    "employer/files/<uuid:pk>/": FILE,
    "employer/files/<uuid:pk>/columns/": Door("registry.import.upload", "pensions.WorkRecordImport"),
    "employer/files/<uuid:pk>/progress/": FILE,
    "employer/files/<uuid:pk>/rejected/": FILE,
    "me/certificates/": SIGNED_IN,
    "me/certificates/<uuid:pk>/<int:variant>/": SIGNED_IN,
    "law/": PUBLIC,
    "law/values.<str:file_format>": PUBLIC,
    "law/parameters/<str:parameter>/": PUBLIC,
    "law/propose/": Door("legislation.proposal.make"),
    "law/proposals/": Door("legislation.proposal.view"),
    "law/proposals/<uuid:pk>/": Door("legislation.proposal.view", "pensions.ParameterProposal"),
    "me/demands/": OWN_RECORD,
    "me/demands/<uuid:pk>/": DEMAND,
    "me/demands/<uuid:pk>/receipt.pdf": DEMAND,
    "me/demands/<uuid:pk>/silence.pdf": DEMAND,
    "employer/demands/": OWN_EMPLOYER,
    "employer/demands/<uuid:pk>/": Door("certificates.demand.answer", "pensions.Demand", narrower=True),
    "me/certificates/<uuid:pk>/share/": SIGNED_IN,
    "me/certificates/<uuid:pk>/wallet/": SIGNED_IN,
    "me/shares/<uuid:pk>/end/": SIGNED_IN,
    "shared/<str:secret>/": PUBLIC,
    "register/": PUBLIC,
    "register/checkpoint": PUBLIC,
    "register/keys": PUBLIC,
    "register/tile/<str:level>/<path:name>": PUBLIC,
    "register/proof/inclusion": PUBLIC,
    "register/proof/consistency": PUBLIC,
    "register/cosignatures": PUBLIC,
    "register/status/1": PUBLIC,
    "verify/": PUBLIC,
    "verify/blank/": PUBLIC,
    "verify/<str:number>/": PUBLIC,
    "measures/": PUBLIC,
    "measures/<slug:code>/": PUBLIC,
    "comments/<uuid:pk>/": PUBLIC,
    "comments/stop/<str:token>/": PUBLIC,
    "calendar/": PUBLIC,
    "calendar.ics": PUBLIC,
    "carried-over/": PUBLIC,
    "lessons/": PUBLIC,
    "studies/": PUBLIC,
    "studies/<uuid:pk>/": Door("monitoring.study.view", "monitoring.Study"),
    "funds/": PUBLIC,
    "funds/<slug:code>/": PUBLIC,
    "evidence/<uuid:pk>/file/": Door("monitoring.evidence.view", "monitoring.EvidenceItem"),
    "consultations/": PUBLIC,
    "consultations/<uuid:pk>/": Door("monitoring.consultation.view", "monitoring.Consultation"),
    "indicators/": PUBLIC,
    "indicators/<slug:code>/": PUBLIC,
    "indicators/<slug:code>/data.<str:file_format>": PUBLIC,
    "indicators/<slug:code>/revisions/": PUBLIC,
    "indicators/<slug:code>/metadata/": PUBLIC,
    "migration/": PUBLIC,
    "migration/data.<str:file_format>": PUBLIC,
    "trade-analysis/": PUBLIC,
    "trade-analysis/workbook.xlsx": PUBLIC,
    "trade-analysis/figures.json": PUBLIC,
    "figures/<slug:short_id>/": PUBLIC,
    "cases/documents/<uuid:pk>/": Door("cases.case.view", "cases.CaseDocument", narrower=True),
    "cases/exports/<uuid:pk>/": Door("cases.case.export", "cases.CaseExport", narrower=True),
    "cases/key/": Door("cases.vault.use"),
    "field/": PUBLIC,
    "field/manifest.webmanifest": PUBLIC,
    "field/worker.js": PUBLIC,
    "field/state/": Door("cases.field.use"),
    "field/phones/": Door("cases.field.view"),
    "field/phones/new/": SIGNED_IN,
    "field/phones/<uuid:pk>/cases/": Door("cases.field.use", "cases.FieldPhone", narrower=True),
    "field/phones/<uuid:pk>/entries/": SIGNED_IN,
    "field/phones/<uuid:pk>/emptied/": SIGNED_IN,
    "help/": PUBLIC,
    "help/received/": PUBLIC,
    "cases/figures/": Door("cases.figures.view"),
    "cases/emergency/": Door("cases.case.break_glass"),
    "cases/my-day/": Door("cases.case.view"),
    "partners/": PUBLIC,
    "styleguide/": PUBLIC,
    "jobs/<uuid:pk>/": SIGNED_IN,
    "jobs/<uuid:pk>/cancel/": SIGNED_IN,
    "language/setlang/": PUBLIC,
    "account/sign-in/": PUBLIC,
    "account/sign-out/": PUBLIC,
    "account/organisation/": SIGNED_IN,
    "account/": SIGNED_IN,
    "account/language/": SIGNED_IN,
    "account/sessions/<uuid:pk>/end/": SIGNED_IN,
    "account/sessions/end-others/": SIGNED_IN,
    "account/link/<str:secret>/": PUBLIC,
    "account/password/": PUBLIC,
    "account/password/change/": SIGNED_IN,
    "account/code/": PUBLIC,
    "account/deputies/": Door("accounts.deputy.name"),
    "account/deputies/<uuid:pk>/end/": SIGNED_IN,
    "account/with/<slug:provider>/": PUBLIC,
    "account/with/<slug:provider>/back/": PUBLIC,
    "account/connected/<uuid:pk>/end/": SIGNED_IN,
    "account/second-step/": SIGNED_IN,
    "account/passkey/<slug:purpose>/": PUBLIC,
    "account/second-factor/": SIGNED_IN,
    "account/second-factor/app/": SIGNED_IN,
    "account/second-factor/passkey/": SIGNED_IN,
    "account/second-factor/codes/": SIGNED_IN,
    "account/second-factor/done/": SIGNED_IN,
    "account/second-factor/remove/": SIGNED_IN,
    "api/v1/schema/": PUBLIC,
}
