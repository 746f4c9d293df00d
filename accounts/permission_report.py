"""The permission table as people read it: by area, action, role and reach."""

from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext_lazy as _

from .access import table
from .enums import Role, Scope

HEAD = """# Who may do what

Made by `manage.py permission_table --write`; a test fails when it is not current. Each row is an action of the
one permission table that pages, API, desk, search, import, export, tasks and files ask. A role that is not named
may not do it.
What a reach means for the rows of a model stands in the `permissions.py` of its app.
"""
REACHES = {
    Scope.ALL: "everything",
    Scope.STATE: "what concerns the state of the organisation",
    Scope.ORGANISATION: "what belongs to the organisation",
    Scope.ASSIGNED: "what the person was given a duty for",
    Scope.OWN: "what is the person's own",
    Scope.PUBLISHED: "what is published",
}


AREAS = {
    "accounts": _("People and organisations"),
    "cases": _("People and cases"),
    "certificates": _("Certificates and blank forms"),
    "claims": _("Pension claims"),
    "exchange": _("Exchange with other institutions"),
    "journal": _("Journal"),
    "legislation": _("Law"),
    "monitoring": _("Measures and figures"),
    "registry": _("Registry"),
    "reports": _("Reports"),
}


@dataclass(frozen=True)
class Row:
    action: str
    holders: list[tuple[Scope, list[Role]]]


def rows() -> list[Row]:
    """Every action in the order of its name; its roles in the order of their list, by reach."""
    order = list(Role)
    found = []
    for action in sorted(table.rules):
        reach: dict[Scope, list[Role]] = {}
        for role in sorted(table.rules[action], key=order.index):
            reach.setdefault(Scope(table.rules[action][role]), []).append(Role(role))
        found.append(Row(action, sorted(reach.items(), key=lambda pair: list(Scope).index(pair[0]))))
    return found


def titled() -> list[tuple[str, str, list[Row]]]:
    """Areas with their names for people."""
    return [(area, str(AREAS.get(area, area)), found) for area, found in by_area()]


def by_area() -> list[tuple[str, list[Row]]]:
    return [(area, list(found)) for area, found in groupby(rows(), key=lambda row: row.action.split(".")[0])]


def markdown() -> str:
    """The whole table, always the same text for the same table."""
    parts = [HEAD]
    for area, found in by_area():
        parts.append(f"\n## {area}\n\n| action | roles | reach |\n|---|---|---|")
        for row in found:
            for scope, roles in row.holders:
                names = ", ".join(role.value.replace("_", " ") for role in roles)
                parts.append(f"| `{row.action}` | {names} | {REACHES[scope]} |")
    return "\n".join(parts) + "\n"
