"""Who may do what with the parameters of the law. They are nobody's data, so anyone may read them."""

from accounts.access import table
from accounts.enums import Role, Scope

LEGAL = {Role.LEGAL_OFFICER: Scope.ALL}

table.allow("legislation.parameter.view", {Role.PUBLIC: Scope.ALL})
table.allow("legislation.proposal.view", LEGAL | {Role.AUDITOR: Scope.ALL})
table.allow("legislation.proposal.make", LEGAL)
table.allow("legislation.proposal.decide", LEGAL)
