"""Several processes write to the register at once: no gap, no fork, every row entered."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from django.db import connection

from accounts.enums import OrganisationKind
from pensions.models import BlankMovement, RegisterEntry
from pensions.services import checkpoints, control_register, register_audit

PROCESSES, EACH = 4, 50
WRITER = textwrap.dedent(
    """
    import django, sys
    django.setup()
    from django.db import connection
    connection.settings_dict["NAME"] = sys.argv[1]
    from accounts.models import Organisation
    from pensions.services import blanks
    custodian, series, count = Organisation.objects.get(pk=sys.argv[2]), sys.argv[3], int(sys.argv[4])
    for number in range(1, count + 1):
        blanks.receive_blanks(
            by=None, custodian=custodian, series=series, first=number, last=number, document="race"
        )
    """
)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_many_processes_append_to_one_log(house):
    if connection.vendor != "postgresql":
        pytest.skip("what only PostgreSQL can show")
    office = house.organisation(OrganisationKind.SOCIAL_FUND)
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "PYTHONPATH": str(Path.cwd()),
    }
    arguments = [connection.settings_dict["NAME"], str(office.pk)]
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, *arguments, f"R{place}", str(EACH)], env=environment)
        for place in range(PROCESSES)
    ]
    assert [writer.wait(timeout=300) for writer in writers] == [0] * PROCESSES
    indexes = list(RegisterEntry.everything.order_by("index").values_list("index", flat=True))
    assert indexes == list(range(PROCESSES * EACH))
    assert BlankMovement.everything.count() == PROCESSES * EACH
    checkpoints.sign_checkpoint(by=None)
    assert register_audit.audit() == []


def test_a_writer_needs_a_transaction(transactional_db):
    with pytest.raises(RuntimeError):
        control_register.hold()
