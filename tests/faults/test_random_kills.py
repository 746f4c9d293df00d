"""A file whose work is killed by SIGKILL at random moments: every valid row once, every wrong one named, equal to the
cent."""

import os

import psycopg
import pytest

from .story_apart import came_of

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
    return came_of(
        "tests.faults.random_kills",
        tmp_path_factory.mktemp("kills"),
        own_database(os.environ.get("FAULTS_DATABASE_URL", "")),
    )


@pytest.mark.parametrize("step", ["read", "confirm", "apply", "undo"])
def test_killed_at_any_moment_it_comes_to_the_same_end(came, step):
    assert [one["wrong"] for one in came[step]] == [{}] * len(came[step])


def test_most_were_killed_while_they_ran(came):
    kills = [one["kills"] for step in came.values() for one in step[1:]]
    assert sum(kills) >= len(kills) // 2
