"""What the steps of the benchmark of imports measure by, and how they clear the table between them."""

import os
import resource
import time
from pathlib import Path


def cpu() -> float:
    """Seconds of work of this process, of its server process and of those that have ended: what other load on the
    machine does not change."""
    from django.db import connection

    spent = time.process_time()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            own = _times(cursor.fetchone()[0])
        ended = _times(int(own[1]))  # of the server's first process, which waits for the others
        spent += sum(map(int, (*own[11:13], *ended[13:15]))) / os.sysconf("SC_CLK_TCK")
    return spent


def _times(pid: int) -> list[str]:
    """The fields of proc(5)'s stat behind the name."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def memory() -> float:
    """The most that this process ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def tidy() -> None:
    """What autovacuum does by the night before."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def emptied() -> None:
    """Takes the ledger's rows out, as only the owner of the database can."""
    from django.db import connection

    from common.append_only import install, trigger_names

    for table in ("pensions_contribution", "pensions_employmentperiod"):
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET session_replication_role = replica")  # the partitions' own triggers too
                cursor.execute(f"TRUNCATE {table}")
                cursor.execute("SET session_replication_role = DEFAULT")
            else:
                for trigger in trigger_names(table):
                    cursor.execute(f'DROP TRIGGER "{trigger}"')
                cursor.execute(f"DELETE FROM {table}")
                install("default", [table])
