"""A small inhabited house for tests."""

import datetime as dt

from accounts.enums import OrganisationKind, Role, State
from accounts.models import Membership, Organisation, User

PASSWORD = "a long test password"


class House:
    """`house.user(Role.ANALYST)` is a person of that role; a second argument names another organisation."""

    KINDS = {
        Role.SYSTEM_ADMINISTRATOR: OrganisationKind.OPERATOR,
        Role.REGISTRY_OFFICIAL: OrganisationKind.SOCIAL_FUND,
        Role.REGISTRY_SUPERVISOR: OrganisationKind.SOCIAL_FUND,
        Role.EMPLOYER_CLERK: OrganisationKind.EMPLOYER,
        Role.CASE_WORKER: OrganisationKind.NGO,
        Role.CASE_SUPERVISOR: OrganisationKind.NGO,
        Role.DISCLOSURE_OFFICER: OrganisationKind.STATISTICS,
        Role.EXPERT: OrganisationKind.RESEARCH,
        Role.BLANK_KEEPER: OrganisationKind.DISTRIBUTOR,
        Role.ARCHIVIST: OrganisationKind.ARCHIVE,
    }

    def __init__(self):
        self._users: dict[tuple, User] = {}
        self._organisations: dict[tuple, Organisation] = {}

    def organisation(self, kind=OrganisationKind.MINISTRY, name="first", state=State.KG) -> Organisation:
        key = (kind, name)
        if key not in self._organisations:
            words = {f"name_{language}": f"{kind.label} {name}" for language in ("ky", "ru", "en")}
            self._organisations[key] = Organisation.objects.create(kind=kind, state=state, **words)
        return self._organisations[key]

    def user(self, role: Role, organisation: str = "first", state=State.KG) -> User:
        key = (role, organisation)
        if key not in self._users:
            user = User.objects.create_user(
                email=f"{role}.{organisation}@example.org",
                password=PASSWORD,
                full_name=f"{role} {organisation}",
                language="en",
            )
            home = None
            if role not in {Role.WORKER, Role.PUBLIC}:
                home = self.organisation(self.KINDS.get(role, OrganisationKind.MINISTRY), organisation, state)
            if role != Role.PUBLIC:
                Membership.objects.create(
                    user=user, organisation=home, role=role, from_on=dt.date(2020, 1, 1)
                )
            self._users[key] = user
        return self._users[key]
