"""Roles, grants, functions and policies in the database, made from what the rooms declared."""

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import ProgrammingError, connections, transaction

from . import OFFICIAL, PERSON, ROLES, Policy, functions, policies

WAY_OUT = (
    "KOZOT_ROW_SECURITY is on, and the account {user} may not make roles. Once, as an administrator of the server:\n"
    + "".join(f"  CREATE ROLE {role} NOLOGIN; GRANT {role} TO {{user}};\n" for role in ROLES)
)


def install(using: str) -> None:
    """Makes everything anew; running it again changes nothing. Locks each table for a moment."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        present = set(connections[using].introspection.table_names(cursor))
        ensure_roles(cursor)
        _grant(cursor)
        _make_functions(cursor)
        for policy in policies().values():
            if policy.table in present:
                for statement in _statements(policy):
                    cursor.execute(statement)


def remove(using: str) -> None:
    """Takes the policies away: an account that does not own the tables would be held by them. Roles stay."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        for table in walled(cursor):
            for role in ROLES:
                cursor.execute(f'DROP POLICY IF EXISTS "{role}" ON "{table}"')
            cursor.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')


def walled(cursor) -> list[str]:
    """Tables that have a policy of ours in this database."""
    cursor.execute(
        "SELECT DISTINCT tablename FROM pg_policies WHERE schemaname = current_schema() AND policyname = ANY(%s)",
        [list(ROLES)],
    )
    return sorted(row[0] for row in cursor.fetchall())


def ensure_roles(cursor) -> None:
    """The roles exist, and this account may take them on; ImproperlyConfigured says what an administrator does."""
    for role in ROLES:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        known = cursor.fetchone()
        cursor.execute("SELECT session_user::text")
        user = cursor.fetchone()[0]
        try:
            with transaction.atomic(using=cursor.db.alias):
                if not known:
                    cursor.execute(f'CREATE ROLE "{role}" NOLOGIN')
                cursor.execute(
                    "SELECT pg_has_role(session_user, %s, 'MEMBER')"
                    " OR (SELECT rolsuper FROM pg_roles WHERE rolname = session_user)",
                    [role],
                )
                if not cursor.fetchone()[0]:
                    cursor.execute(f'GRANT "{role}" TO session_user')
        except ProgrammingError as error:
            raise ImproperlyConfigured(WAY_OUT.format(user=user)) from error


def _grant(cursor) -> None:
    """Rows of every table, but of no partition by itself: there the policy of the whole table would not be asked."""
    cursor.execute(
        "SELECT c.relname, c.relispartition FROM pg_class c WHERE c.relkind IN ('r', 'p') "
        "AND c.relnamespace = current_schema()::regnamespace"
    )
    tables = cursor.fetchall()
    whole = ", ".join(f'"{name}"' for name, is_part in tables if not is_part)
    parts = ", ".join(f'"{name}"' for name, is_part in tables if is_part)
    cursor.execute("SELECT quote_ident(current_schema())")
    schema = cursor.fetchone()[0]
    to = ", ".join(ROLES)
    cursor.execute(f"GRANT USAGE ON SCHEMA {schema} TO {to}")
    cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {to}")
    if whole:
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {whole} TO {to}")
    if parts:
        cursor.execute(f"REVOKE ALL ON {parts} FROM {to}")


def _make_functions(cursor) -> None:
    """They read all rows, as the owner of the tables does, and give keys to nobody but the person of the session."""
    cursor.execute("SELECT quote_ident(current_schema())")
    schema = cursor.fetchone()[0]
    for name, query in functions().items():
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER "
            f"SET search_path = {schema}, pg_temp AS $$ {query} $$"
        )


def _statements(policy: Policy) -> list[str]:
    table = f'"{policy.table}"'
    everyone = PERSON if policy.officials else f"{PERSON}, {OFFICIAL}"
    made = [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        *(f'DROP POLICY IF EXISTS "{role}" ON {table}' for role in ROLES),
        f'CREATE POLICY "{PERSON}" ON {table} TO {everyone} USING ({policy.reached})',
    ]
    if policy.officials:
        made.append(f'CREATE POLICY "{OFFICIAL}" ON {table} TO {OFFICIAL} USING (true)')
    return made


def install_after_migrate(sender, using: str, **kwargs) -> None:
    """Runs once for each migrate: after the last app, when all tables stand."""
    connection = connections[using]
    if sender is not list(apps.get_app_configs())[-1] or connection.vendor != "postgresql":
        return
    if settings.ROW_SECURITY:
        install(using)
        return
    with connection.cursor() as cursor:
        there = walled(cursor)
    if there:
        remove(using)
