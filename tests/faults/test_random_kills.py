"""A file whose work is killed by SIGKILL at random moments: every valid row once, every wrong one named, equal to the
cent."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


def own_database(address: str) -> str:
    """The named one holds what the other faults have left."""
    if not address:
        return ""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE DATABASE random_kills")
    return f"{address.rpartition('/')[0]}/random_kills"


@pytest.fixture(scope="module")
def came(tmp_path_factory):
    """What came of tests/faults/random_kills.py on SQLite, or on an empty database beside FAULTS_DATABASE_URL."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.development",
        "KOZOT_VAR": str(tmp_path_factory.mktemp("kills")),
        "DATABASE_URL": own_database(os.environ.get("FAULTS_DATABASE_URL", "")),
        "REDIS_URL": "",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.random_kills"],
        cwd=ROOT, env=environment, capture_output=True, check=False, text=True, timeout=1_200,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("step", ["read", "confirm", "apply", "undo"])
def test_killed_at_any_moment_it_comes_to_the_same_end(came, step):
    assert [one["wrong"] for one in came[step]] == [{}] * len(came[step])


def test_most_were_killed_while_they_ran(came):
    kills = [one["kills"] for step in came.values() for one in step[1:]]
    assert sum(kills) >= len(kills) // 2
