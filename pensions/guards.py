"""What the database refuses by itself: entries about work that nobody knows, and the loss of such work."""

from common.guards import guard
from common.references import reference

LEDGER = ("pensions_contribution", "pensions_employmentperiod")

_NAMED = " OR ".join(
    f"EXISTS (SELECT 1 FROM {table} x WHERE x.worker_id = OLD.worker_id AND x.employment_id = OLD.id)"
    for table in LEDGER
)

for _table in LEDGER:
    reference(_table, "employment_id", "pensions_employment")
guard("employment_is_named", "pensions_employment", "DELETE", _NAMED)
guard(
    "employment_keeps_its_key",
    "pensions_employment",
    "UPDATE",
    f"(NEW.id <> OLD.id OR NEW.worker_id <> OLD.worker_id) AND ({_NAMED})",
)
