"""Insurance period by state and branch of the treaty: which stretch of time follows which rule."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from common import formatting
from pensions.totalisation import Treaty, load_treaty

from .entitlement import length


def label(treaty: Treaty, branch_id: str) -> str:
    """The dates of a branch, in words."""
    branch = next((one for one in treaty.branches if one.id == branch_id), None)
    if branch is None:
        return _("outside the agreement")
    if branch.from_on == dt.date.min:
        return _("up to %(day)s") % {"day": formatting.date_short(branch.until_on)}
    if branch.until_on == dt.date.max:
        return _("since %(day)s") % {"day": formatting.date_short(branch.from_on)}
    return formatting.date_range(branch.from_on, branch.until_on)


def table(answer: dict[str, Any] | None) -> dict[str, Any]:
    """A row for each state, a column for each stretch in which anybody was insured."""
    states = (answer or {}).get("states", {})
    treaty = load_treaty(answer["treaty"]) if answer else None
    order = [one.id for one in treaty.branches] if treaty else []
    met = {name for one in states.values() for name in one["branches"]}
    used = [name for name in order if name in met] + sorted(met - set(order))
    return {
        "columns": [_("Country"), *(label(treaty, name) for name in used)],
        "rows": [
            [
                formatting.country_name(state),
                *(length(one["branches"].get(name)) for name in used),
            ]
            for state, one in sorted(states.items())
        ],
    }
