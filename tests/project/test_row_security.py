"""The second wall: what PostgreSQL itself shows and refuses, whatever a page asks for."""

import datetime as dt

import pytest
from django.apps import apps
from django.db import OperationalError, ProgrammingError, connection, models, transaction

from accounts.access import TableQuerySet
from accounts.enums import Role
from accounts.models import Organisation
from accounts.site import desk
from cases.models import Case, CaseStep, Note
from common import row_security
from common.row_security import install
from common.scoping import acting_as, system
from pensions.models import Certificate, Contribution, Employment, Worker
from tests.project.doors import DOORS, Door
from tests.project.test_permission_walk import fill

OFFICIALS = {Role.REGISTRY_OFFICIAL, Role.REGISTRY_SUPERVISOR}
OTHERS = set(Role) - OFFICIALS - {
    Role.EMPLOYER_CLERK,
    Role.ARCHIVIST,
    Role.WORKER,
    Role.CASE_WORKER,
    Role.CASE_SUPERVISOR,
}  # fmt: skip


def walled_models() -> list[type[models.Model]]:
    known = row_security.policies()
    return [m for m in apps.get_models(include_auto_created=True) if m._meta.db_table in known]


def test_every_table_that_hangs_on_a_person_or_a_case_has_a_policy_or_an_excuse():
    known, bare = row_security.policies(), []
    for model in apps.get_models(include_auto_created=True):
        name = model._meta.db_table
        if name in known or name in row_security.excused() or model._meta.proxy:
            continue
        named = {one.related_model for one in model._meta.concrete_fields if one.is_relation}
        if {one._meta.db_table for one in named} & set(known):
            bare.append(name)
        if model._meta.app_label == "cases" and Organisation in named:
            bare.append(name)
    assert bare == [], "declare them in the app's row_security.py, or excuse them there with a reason"
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    assert set(known) | set(row_security.excused()) <= tables


# --- on PostgreSQL ----------------------------------------------------------------------------------


@pytest.fixture
def wall(world, settings):
    if connection.vendor != "postgresql":
        pytest.skip("policies are PostgreSQL's")
    settings.ROW_SECURITY = True
    with connection.cursor() as cursor:  # what the world left to be checked at its end would hold its tables
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    for left in (2, 1, 0):  # whoever else writes in the catalogue at this moment may be in the way
        try:
            with transaction.atomic():
                install.install("default")
            return world
        except OperationalError:
            if not left:
                raise


postgres = [pytest.mark.postgres, pytest.mark.django_db]


def ask(sql: str, *params) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def who() -> tuple:
    return ask("SELECT current_user = session_user, COALESCE(current_setting('kozot.person', true), '')")[0]


class TestRows:
    pytestmark = postgres

    @pytest.mark.parametrize("role", [None, *sorted(OTHERS)])
    def test_who_has_no_business_there_sees_no_row_of_any_table(self, role, wall):
        from django.contrib.auth.models import AnonymousUser

        user = wall.users[role] if role else AnonymousUser()
        there = {m._meta.db_table: m._base_manager.count() for m in walled_models()}
        del there["cases_casetemplate"]  # those of the house are nobody's
        assert sum(there.values()) > 50
        with acting_as(user):
            seen = {name: ask(f'SELECT COUNT(*) FROM "{name}"')[0][0] for name in there}
        assert {name: count for name, count in seen.items() if count} == {}

    @pytest.mark.parametrize("role", [Role.EMPLOYER_CLERK, Role.WORKER, Role.CASE_WORKER, Role.ARCHIVIST])
    def test_raw_sql_shows_own_rows_and_none_of_theirs(self, role, wall):
        wrong, own = [], 0
        for model in walled_models():
            name, column = model._meta.db_table, model._meta.pk.column
            with acting_as(wall.users[role]):
                seen = {row[0] for row in ask(f'SELECT "{column}" FROM "{name}"')}
            own += len(seen & {row.pk for row in wall.of("first", model)})
            if not hasattr(model, "VIEW") or wall.stranger_to(role, model):
                wrong += [(name, row.pk) for row in wall.of("second", model) if row.pk in seen]
        assert wrong == []
        assert own or role == Role.ARCHIVIST

    def test_an_official_sees_the_registry_and_no_case(self, wall):
        with acting_as(wall.users[Role.REGISTRY_OFFICIAL]):
            assert ask("SELECT COUNT(*) FROM pensions_worker")[0][0] >= 4
            assert ask("SELECT COUNT(*) FROM cases_case") == [(0,)]

    @pytest.mark.parametrize("role", sorted(set(Role) - {Role.PUBLIC}))
    def test_nothing_is_hidden_that_the_permission_table_shows(self, role, wall, settings, rf):
        """Rows and whatever a desk joins to them: the same with the wall and without."""
        user, wrong = wall.users[role], []
        request = rf.get("/admin/")
        request.user, request.session = user, {}
        for one in desk._registry.values():
            wanted = {}
            for on in (False, True):
                settings.ROW_SECURITY = on
                with acting_as(user):
                    rows = one.get_queryset(request)
                    if isinstance(one.list_select_related, (list, tuple)):
                        rows = rows.select_related(*one.list_select_related)
                    wanted[on] = {str(row.pk) for row in rows}
            if wanted[True] != wanted[False]:
                wrong.append((one.model.__name__, len(wanted[False]), len(wanted[True])))
        for model in walled_models():
            if not isinstance(getattr(model, "everything", model._base_manager).none(), TableQuerySet):
                continue
            count = {}
            for on in (False, True):
                settings.ROW_SECURITY = on
                with acting_as(user):
                    count[on] = model.objects.count()
            if count[True] != count[False]:
                wrong.append((model.__name__, count))
        assert wrong == []


class TestPages:
    pytestmark = postgres

    @pytest.mark.parametrize("role", [Role.EMPLOYER_CLERK, Role.WORKER, Role.CASE_SUPERVISOR, Role.ARCHIVIST])
    def test_pages_answer_as_they_do_without_the_wall(self, role, wall, settings, sign_in):
        client, wrong = sign_in(role), []
        for address in addresses(wall):
            codes = {}
            for on in (False, True):
                settings.ROW_SECURITY = on
                with transaction.atomic():
                    codes[on] = client.get(address).status_code
                    transaction.set_rollback(True)
            if codes[True] != codes[False]:
                wrong.append((address, codes))
        assert wrong == []


def addresses(world) -> list[str]:
    """Every page with a door of its own, and the desks of walled tables with our rows; no files."""
    found = []
    for route, door in DOORS.items():
        if isinstance(door, Door) and door.model and "download" not in route:
            rows = world.of("first", apps.get_model(door.model))[:1]
            found += [fill(route, row.pk) for row in rows]
        elif isinstance(door, Door) and "<" not in route:
            found.append(fill(route, None))
    for model in walled_models():
        if model in desk._registry:
            base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
            found += [base, *(f"{base}{row.pk}/change/" for row in world.of("first", model)[:1])]
    return found


class TestWriting:
    pytestmark = postgres

    def test_rows_of_others_are_not_changed(self, wall):
        theirs = wall.of("second", Case)[0]
        with acting_as(wall.users[Role.CASE_SUPERVISOR]), connection.cursor() as cursor:
            cursor.execute("UPDATE cases_case SET is_sealed = true WHERE id = %s", [theirs.pk])
            assert cursor.rowcount == 0
            cursor.execute("DELETE FROM cases_note WHERE case_id = %s", [theirs.pk])
            assert cursor.rowcount == 0

    def test_a_row_is_not_put_into_the_hands_of_others(self, wall):
        ours, theirs = wall.of("first", Case)[0], wall.of("second", Case)[0]
        with acting_as(wall.users[Role.CASE_SUPERVISOR]):
            sql = "UPDATE cases_case SET organisation_id = %s WHERE id = %s RETURNING id"
            with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
                ask(sql, theirs.organisation_id, ours.pk)
            with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
                CaseStep.everything.create(case=theirs, step=theirs.step, status=theirs.status)

    def test_an_employer_writes_no_contribution_for_people_of_another(self, wall):
        theirs = Employment.everything.get(pk=wall.of("second", Employment)[0].pk)
        with (
            acting_as(wall.users[Role.EMPLOYER_CLERK]),
            pytest.raises(ProgrammingError, match="row-level security"),
            transaction.atomic(),
        ):
            Contribution.everything.create(
                worker_id=theirs.worker_id,
                employment=theirs,
                month=dt.date(2025, 1, 1),
                fund="insurance",
                currency="KGS",
                accrued=1,
                version=1,
            )

    def test_a_partition_by_itself_is_shut(self, wall):
        part = ask(
            "SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'pensions_contribution'::regclass"
        )
        with (
            acting_as(wall.users[Role.REGISTRY_OFFICIAL]),
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
        ):
            ask(f"SELECT 1 FROM {part[0][0]}")


class TestSession:
    pytestmark = postgres

    def test_services_read_everything_inside_a_request(self, wall):
        with acting_as(wall.users[Role.ANALYST]):
            assert Worker.everything.count() == 0
            with system("a service"):
                assert Worker.everything.count() >= 4
            assert Worker.everything.count() == 0

    def test_after_a_request_the_session_is_nobodys(self, wall, sign_in):
        from common.scoping import nobody

        before = connection.switches
        assert sign_in(Role.CASE_WORKER).get("/admin/cases/case/").status_code == 200
        assert connection.switches > before
        with nobody():
            assert who() == (True, "")

    def test_a_rollback_does_not_open_the_wall(self, wall):
        """Settings of a session go back with their transaction, so they are set again."""
        user = wall.users[Role.ANALYST]
        with acting_as(user), pytest.raises(ZeroDivisionError), transaction.atomic():
            assert Worker.everything.count() == 0
            raise ZeroDivisionError
        with acting_as(user):
            assert Worker.everything.count() == 0
            assert who() == (False, f"{{{user.pk}}}")
            with pytest.raises(ProgrammingError), transaction.atomic():
                ask("SELECT nothing")
            assert Worker.everything.count() == 0
        assert Worker.everything.count() >= 4

    def test_the_count_of_queries_is_that_without_the_wall(self, wall, settings, django_assert_num_queries):
        user = wall.users[Role.EMPLOYER_CLERK]
        with acting_as(user):
            user.valid_memberships  # noqa: B018
            with django_assert_num_queries(2):
                list(Worker.everything.all())
                Certificate.everything.count()

    def test_policies_are_taken_away_with_the_setting(self, wall, settings):
        settings.ROW_SECURITY = False
        install.install_after_migrate(list(apps.get_app_configs())[-1], "default")
        with connection.cursor() as cursor:
            assert install.walled(cursor) == []
        assert Note.everything.count() >= 0
