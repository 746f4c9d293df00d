"""Workers are killed while they work: nothing is lost and nothing is done twice."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def came(tmp_path_factory):
    """What came of the faults of drive.py, on a database and a queue of their own.

    SQLite and a queue in folders, or the empty PostgreSQL database that FAULTS_DATABASE_URL names and TEST_REDIS_URL.
    """
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.development",
        "KOZOT_VAR": str(tmp_path_factory.mktemp("faults")),
        "DATABASE_URL": os.environ.get("FAULTS_DATABASE_URL", ""),
        "REDIS_URL": os.environ.get("TEST_REDIS_URL", ""),
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.drive"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        check=False,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_a_job_whose_worker_is_killed_is_finished_by_another_once(came):
    came = came["killed"]
    assert came["state"] == "succeeded"
    assert came["attempts"] == 2 and came["processes"] == 2
    assert came["pieces"] == list(range(15)), "nothing lost and nothing twice"


def test_a_cancelled_job_stops_in_the_middle(came):
    came = came["cancelled"]
    assert came["state"] == "cancelled"
    assert 2 <= len(came["pieces"]) < 200


def test_two_workers_never_run_the_same_job(came):
    for one in came["raced"]["jobs"]:
        assert one == {"state": "succeeded", "attempts": 1, "pieces": [0, 1, 2, 3], "processes": 1}


def test_what_two_beats_send_is_done_once_and_fails_nowhere(came):
    assert came["doubled"] == {"failed": [{}, {}], "twice": []}


@pytest.mark.parametrize("server", ["postgresql", "redis"])
def test_a_server_that_is_ended_and_comes_back_loses_no_job(came, server):
    """`make faults` brings servers that may be restarted."""
    if came[server] is None:
        pytest.skip("no server of ours to restart")
    for name, pieces in (("first", 25), ("second", 3)):
        one = came[server][name]
        assert one["state"] == "succeeded", (name, one)
        assert one["pieces"] == list(range(pieces)), "nothing lost and nothing twice"
    assert came["postgresql"]["first"]["attempts"] == 2, "it was cut off, not failed"
    assert came[server]["web"]["after"] == [200], "the site is back by itself"
    if server == "redis":
        assert came[server]["web"]["all"] == [200], "without Redis the site serves on"
