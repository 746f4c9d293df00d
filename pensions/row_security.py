"""The registry's second wall: officials reach every row, a worker the own record, an employer its own people.

Coarser than the permission table, which also asks for states, drafts and what a worker allows to be told. An employer
reaches the people of employers whose place it took, since their certificates are now asked of it; an archive the work
that it has confirmed; an organisation that helps the work for which it demands a certificate.
"""

from accounts.enums import Role
from common.row_security import (
    declare,
    excuse,
    found,
    function,
    listing,
    officials,
    setting,
    told,
    with_row,
    with_row_among,
)

from .querysets import SUCCESSIONS_FOLLOWED

EMPLOYERS, ARCHIVES, HELPERS = "kozot.employers", "kozot.archives", "kozot.helpers"
RECORDS, OWN_EMPLOYERS = "kozot.own_records", "kozot.own_employers"

officials(lambda user: bool(user.roles & {Role.REGISTRY_OFFICIAL, Role.REGISTRY_SUPERVISOR}))
setting(EMPLOYERS, lambda user: user.organisation_ids(Role.EMPLOYER_CLERK))
setting(ARCHIVES, lambda user: user.organisation_ids(Role.ARCHIVIST))
setting(HELPERS, lambda user: user.organisation_ids(Role.CASE_WORKER, Role.CASE_SUPERVISOR))

# The person's record and those merged into it; rows never move.
listing(
    RECORDS,
    f"""WITH own AS (SELECT COALESCE(merged_into_id, id) AS id FROM pensions_worker
        WHERE {told("user_id", "kozot.person")})
    SELECT array_agg(w.id) FROM pensions_worker w
        WHERE w.id IN (SELECT id FROM own) OR w.merged_into_id IN (SELECT id FROM own)""",
)
listing(
    OWN_EMPLOYERS,
    f"""WITH RECURSIVE own (id, step) AS (
        SELECT id, 0 FROM pensions_employer WHERE {told("organisation_id", EMPLOYERS)}
        UNION
        SELECT s.employer_id, own.step + 1 FROM own
        JOIN pensions_employersuccession s ON s.successor_id = own.id AND s.withdrawn_at IS NULL
        JOIN pensions_employer gone ON gone.id = s.employer_id AND gone.liquidated_on IS NOT NULL
        WHERE own.step < {SUCCESSIONS_FOLLOWED})
    SELECT array_agg(DISTINCT id) FROM own""",
)
function(
    "kozot_lent_employments",
    f"""SELECT array_agg(found.id) FROM (
        SELECT c.employment_id AS id FROM pensions_archiveconfirmation c
        JOIN pensions_archivedeposit d ON d.id = c.deposit_id WHERE {told("d.archive_id", ARCHIVES)}
        UNION
        SELECT employment_id FROM pensions_demand WHERE {told("via_id", HELPERS)}) found""",
)


def _own(column: str = "worker_id") -> str:
    return told(column, RECORDS)


WORK = with_row_among("employment_id", of="pensions_employment")


def _declare(name: str, reached: str) -> None:
    declare(f"pensions_{name}", reached, officials=True)


_declare(
    "employment",
    f"{_own()} OR {told('employer_id', OWN_EMPLOYERS)} OR {found('id', 'kozot_lent_employments')}",
)
_declare(
    "worker",
    f"""{_own("id")}
    OR EXISTS (SELECT 1 FROM pensions_employment e WHERE e.worker_id = pensions_worker.id)""",
)
for _name in ("workername", "workeridentifier", "workercitizenship", "workerdocument", "workerreport"):
    _declare(_name, _own())
for _name in ("workerstep", "workermerge", "insurancetotal", "touchedworker", "correctionrequest"):
    _declare(_name, _own())
for _name in ("periodrequest", "pensionclaim", "award"):
    _declare(_name, _own())
for _name in ("employmentperiod", "contribution", "demand"):
    _declare(_name, f"{_own()} OR {WORK}")
_declare(
    "periodevidence",
    f"{_own()} OR {with_row('pensions_periodevidence', 'worker_id', of='pensions_worker')}",
)
for _name in ("archiveconfirmation", "employerclaim", "batchrefusal"):
    _declare(_name, WORK)
_declare(
    "certificate",
    f"{_own()} OR {told('issuer_id', ARCHIVES)} OR {WORK}",
)
_declare("finding", f"{_own()} OR {told('employer_id', OWN_EMPLOYERS)}")
for _name in ("duplicatepair", "pairdecision", "workerproposal", "doublereceipt", "doublereceiptanswer"):
    _declare(_name, "false")  # officials only
_declare("erasurerequest", "false")

OF_ROWS = {
    "certificatestep": ("certificate_id", "certificate"),
    "certificateprint": ("certificate_id", "certificate"),
    "certificateshare": ("certificate_id", "certificate"),
    "printstamp": ("print_id", "certificateprint"),
    "differenceanswer": ("claim_id", "employerclaim"),
    "demandstep": ("demand_id", "demand"),
    "correctionstep": ("request_id", "correctionrequest"),
    "correctionpaper": ("step_id", "correctionstep"),
    "findingstep": ("finding_id", "finding"),
    "requestedperiod": ("request_id", "periodrequest"),
    "periodanswer": ("request_id", "periodrequest"),
    "requeststep": ("request_id", "periodrequest"),
    "answeredperiod": ("answer_id", "periodanswer"),
    "claimdocument": ("claim_id", "pensionclaim"),
    "claimbranch": ("claim_id", "pensionclaim"),
    "claimstep": ("branch_id", "claimbranch"),
    "claimdecision": ("branch_id", "claimbranch"),
    "awardpayer": ("award_id", "award"),
    "awardend": ("award_id", "award"),
    "awardnumber": ("award_id", "award"),
}
for _name, (_column, _of) in OF_ROWS.items():
    _declare(_name, with_row(f"pensions_{_name}", _column, of=f"pensions_{_of}"))

excuse(
    "pensions_blankmovement", "stock of blank forms: numbers of papers, no person; keepers see whole series"
)
