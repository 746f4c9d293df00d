"""Every kind of job, killed by SIGKILL amid its statements, comes to the same end: nothing lost, nothing twice."""

import os

import pytest

from common.jobs import kinds

from .story_apart import came_of

pytestmark = pytest.mark.slow
# A draft that stood when the worker was killed is thrown away and made again; the journal tells of both.
TOLD_TWICE = {"certificates.issue_for_staff": "rows journal_entry"}


@pytest.fixture(scope="module")
def came(tmp_path_factory):
    """What came of tests/faults/kinds.py on SQLite, or on the empty PostgreSQL database of FAULTS_DATABASE_URL."""
    return came_of(
        "tests.faults.kinds", tmp_path_factory.mktemp("kinds"), os.environ.get("FAULTS_DATABASE_URL", "")
    )


def test_the_story_has_every_kind_of_job(came):
    own = {code for code in kinds() if not code.startswith(("faults.", "test."))}
    assert own - set(came) == set(), "write a chapter of tests/faults/story.py for the new kind"


def test_each_kind_comes_to_its_end_undisturbed(came):
    assert {code: one["undisturbed"]["state"] for code, one in came.items()} == dict.fromkeys(
        came, "succeeded"
    )


@pytest.mark.parametrize("place", [0, 1, 2])
def test_killed_anywhere_it_is_finished_by_another_with_the_same_facts(came, place):
    for code, one in came.items():
        kill = one["kills"][place]
        assert kill["signal"] == 9, code
        assert kill["state"]["state"] == "succeeded", (code, kill)
        twice = TOLD_TWICE.get(code, "-")
        assert [line for line in kill["differences"] if not line.startswith(twice)] == [], code


def test_most_were_killed_while_they_ran(came):
    """Not before the job was taken, and not after it had ended."""
    between = [kill["between"] for one in came.values() for kill in one["kills"]]
    assert between.count("running") > len(between) * 0.8
