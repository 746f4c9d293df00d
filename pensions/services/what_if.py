"""What a record would give if something were otherwise. Nothing here is stored or read: it works on a statement.

what_if.suppose(made, WhatIf(work_until=…, work_in="RU"))   # the answer beside made.answer
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from accounts.enums import UNION_STATES
from pensions.enums import Sex
from pensions.models import Worker
from pensions.totalisation import InsurancePeriod
from pensions.totalisation.claim import run_claim
from pensions.totalisation.claim_input import ClaimError

if TYPE_CHECKING:
    from .statement import Statement

TREATY = "eaeu-2019"
SEXES = {Sex.FEMALE: "F", Sex.MALE: "M"}
SUPPOSED = "supposed"


@dataclass(frozen=True)
class WhatIf:
    """`confirm`: entries of disputed periods that count; `pay_missing`: no contribution is missing any more.

    Work is supposed in `work_in` from the day after the statement to `work_until`, with contributions paid.
    """

    work_until: dt.date | None = None
    work_in: str = ""
    confirm: frozenset[str] = frozenset()
    pay_missing: bool = False
    claim_on: dt.date | None = None

    def __bool__(self) -> bool:
        return bool(self.work_until or self.confirm or self.pay_missing or self.claim_on)


def answer(
    worker: Worker, insurance: Iterable[InsurancePeriod], *, claim_on: dt.date
) -> dict[str, Any] | None:
    """What the rules say of a claim on that day; None where the record holds no day, or dates that cannot be."""
    raw = raw_claim(worker, insurance, claim_on)
    if not raw["periods"]:
        return None
    try:
        return run_claim(raw)
    except ClaimError:
        return None


def suppose(made: "Statement", supposed: WhatIf) -> dict[str, Any] | None:
    """The answer for the same record with the suppositions applied."""
    insurance = [
        replace(piece, contributions="paid") if supposed.pay_missing else piece
        for stated in made.periods
        if stated.counts or str(stated.period.entry) in supposed.confirm
        for piece in stated.insurance
    ]
    if supposed.work_until and supposed.work_until > made.on:
        insurance.append(
            InsurancePeriod(
                id=SUPPOSED,
                state=supposed.work_in,
                start_on=made.on + dt.timedelta(days=1),
                end_on=supposed.work_until,
                contributions="paid",
            )
        )
    claim_on = supposed.claim_on or max(made.on, supposed.work_until or made.on)
    return answer(made.worker, insurance, claim_on=claim_on)


def raw_claim(worker: Worker, insurance: Iterable[InsurancePeriod], claim_on: dt.date) -> dict[str, Any]:
    """The claim as docs/howto/totalise.md describes it."""
    return {
        "worker": {
            "sex": SEXES.get(worker.sex),
            "birth_on": worker.birth_on.isoformat() if worker.birth_on else None,
        },
        "claim_on": claim_on.isoformat(),
        "residence": worker.registered_in if worker.registered_in in UNION_STATES else None,
        "citizenship": [worker.citizenship] if worker.citizenship else None,
        "treaty": TREATY,
        "periods": [_raw_period(piece) for piece in insurance],
    }


def _raw_period(piece: InsurancePeriod) -> dict[str, Any]:
    return {
        "id": piece.id,
        "state": piece.state,
        "start_on": piece.start_on.isoformat(),
        "end_on": piece.end_on.isoformat(),
        "kind": piece.kind,
        "scheme": piece.scheme,
        "contributions": piece.contributions,
        "declared": piece.declared.as_dict() if piece.declared else None,
        **({"doubtful": list(piece.doubtful)} if piece.doubtful else {}),
    }
