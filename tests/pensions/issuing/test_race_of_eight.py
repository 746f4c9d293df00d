"""Eight processes write to one log at once, on either database: no gap, no fork, and the audit finds nothing."""

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from django.db import connection

PROCESSES, EACH = 8, 25
SEED = """
import django
django.setup()
from common.scoping import system
from accounts.models import Organisation
with system("test"):
    one = Organisation.objects.create(kind="social_fund", state="KG", name_ky="a", name_ru="a", name_en="a")
print(one.pk)
"""
WRITER = textwrap.dedent(
    """
    import django, sys
    django.setup()
    from accounts.models import Organisation
    from common.scoping import system
    from pensions.services import blanks, checkpoints, signing_keys
    with system("test"):
        custodian, place = Organisation.objects.get(pk=sys.argv[1]), sys.argv[2]
        for number in range(1, int(sys.argv[3]) + 1):
            blanks.receive_blanks(
                by=None, custodian=custodian, series=f"R{place}", first=number, last=number, document="race"
            )
            if number % 10 == 0:
                checkpoints.sign_checkpoint(by=None)
        signing_keys.open_keys(by=None, organisation=custodian)
    """
)


def run(environment, *command) -> str:
    done = subprocess.run(
        [sys.executable, *command], env=environment, capture_output=True, text=True, timeout=500, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("vendor", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
@pytest.mark.django_db(transaction=True)
def test_eight_processes(vendor, tmp_path):
    """The database is a new one in files for SQLite, and the test database's server for PostgreSQL."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "PYTHONPATH": str(Path.cwd()),
        "KOZOT_VAR": str(tmp_path),
        "TEST_DATABASE_URL": "",
    }
    if vendor == "postgresql":
        if connection.vendor != vendor:
            pytest.skip("no PostgreSQL in this run")
        server, _, _name = os.environ["TEST_DATABASE_URL"].rpartition("/")
        with connection.cursor() as cursor:
            cursor.execute("DROP DATABASE IF EXISTS race_of_eight")
            cursor.execute("CREATE DATABASE race_of_eight")
        environment["TEST_DATABASE_URL"] = f"{server}/race_of_eight"
    run(environment, "manage.py", "migrate", "--verbosity=0")
    if vendor == "sqlite":
        run(environment, "manage.py", "migrate", "--database=journal", "--verbosity=0")
    office = run(environment, "-c", SEED).strip()
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, office, str(place), str(EACH)],
            env=environment,
            stderr=subprocess.PIPE,
        )
        for place in range(PROCESSES)
    ]
    ended = [(writer.wait(timeout=500), writer.stderr.read()[-800:]) for writer in writers]
    assert [code for code, _said in ended] == [0] * PROCESSES, ended
    said = json.loads(run(environment, "manage.py", "audit_register"))
    # Each delivery, two keys for each writer, and the register's own key.
    assert said["entries"] == PROCESSES * (EACH + 2) + 1
    assert said["damages"] == []
