"""The second wall of cases: an organisation reaches its own, and what a partner sent it. Nobody else reaches any.

Coarser than the permission table, which also asks who is on a case and what a consent still allows to be shown.
"""

from accounts.enums import Role
from common.row_security import declare, excuse, setting, told, with_row

OURS = "kozot.cases"

setting(OURS, lambda user: user.organisation_ids(Role.CASE_WORKER, Role.CASE_SUPERVISOR))

for _name in (
    "case",
    "client",
    "groupclaim",
    "helprequest",
    "caserules",
    "fieldphone",
    "kindrules",
    "vault",
):
    declare(f"cases_{_name}", told("organisation_id", OURS))


# Templates of the house belong to nobody.
declare("cases_casetemplate", f"organisation_id IS NULL OR {told('organisation_id', OURS)}")


def _of(name: str, column: str, parent: str) -> str:
    return with_row(f"cases_{name}", column, of=f"cases_{parent}")


declare("cases_draft", f"{told('user_id', 'kozot.person')} AND {told('organisation_id', OURS)}")
OF_A_CASE = (
    "approvalrequest",
    "assessment",
    "caseclock",
    "casedocument",
    "caseexport",
    "casestep",
    "closure",
    "closureproposal",
    "emergencyaccess",
    "entryban",
    "incident",
    "note",
    "plannedservice",
    "registrylink",
    "respondent",
)
for _name in OF_A_CASE:
    declare(f"cases_{_name}", _of(_name, "case_id", "case"))

# Whoever receives a referral asks whether the consent behind it stands.
declare("cases_consent", f"{told('recipient_id', OURS)} OR {_of('consent', 'case_id', 'case')}")
declare("cases_referral", f"{told('sender_id', OURS)} OR {told('recipient_id', OURS)}")
declare(
    "cases_familylink",
    f"{_of('familylink', 'first_id', 'case')} AND {_of('familylink', 'second_id', 'case')}",
)

OF_ROWS = {
    "approvaldecision": ("request_id", "approvalrequest"),
    "bancheck": ("ban_id", "entryban"),
    "clockstep": ("clock_id", "caseclock"),
    "consenteddocument": ("document_id", "casedocument"),
    "closuredecision": ("proposal_id", "closureproposal"),
    "consentwithdrawal": ("consent_id", "consent"),
    "duechange": ("planned_id", "plannedservice"),
    "emergencyreview": ("access_id", "emergencyaccess"),
    "fieldentry": ("phone_id", "fieldphone"),
    "referralstep": ("referral_id", "referral"),
    "shareddocument": ("referral_id", "referral"),
    "sharedreading": ("shared_id", "shareddocument"),
    "vaultshare": ("vault_id", "vault"),
}
for _name, (_column, _parent) in OF_ROWS.items():
    declare(f"cases_{_name}", _of(_name, _column, _parent))

excuse("cases_partner", "the directory of partners is read by everybody")
