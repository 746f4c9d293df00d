"""What every test stands on: all databases, a system scope, jobs that run at once when asked."""

import pytest
from django.core.cache import cache
from django.utils.translation import override

from common.scoping import nobody, system
from tests.support import release, signed_in, template  # noqa: F401  (empties append-only tables; keeps a migrated database)
from tests.support.house import House


def pytest_configure(config):
    config.addinivalue_line("markers", "unscoped: the test runs without the system scope")


def pytest_collection_modifyitems(items):
    """Every database test may use the journal's database as well."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker and "databases" not in marker.kwargs:
            item.add_marker(
                pytest.mark.django_db(*marker.args, **{**marker.kwargs, "databases": "__all__"}), append=False
            )


@pytest.fixture(autouse=True)
def scope(request):
    """Tests read everything, as the system; requests of the test client set the scope of their user."""
    with nobody() if request.node.get_closest_marker("unscoped") else system("test"), override("en"):
        cache.clear()
        yield


@pytest.fixture
def house(db) -> House:
    """Organisations and one person for each role, two of each where they must not see each other."""
    return House()


@pytest.fixture
def run_jobs(django_capture_on_commit_callbacks, monkeypatch):
    """Runs queued jobs in this process, as a worker would, until none is left."""
    from common import jobs
    from common.enums import JobState
    from common.models import Job

    def run_all() -> list[str]:
        states = []
        while job := Job.everything.filter(state=JobState.QUEUED).order_by("created_at").first():
            states.append(jobs.run(job.pk))
        return states

    return run_all


@pytest.fixture
def journal(db):
    """Journal entries so far, delivered first."""
    from common.journal import services
    from common.journal.models import Entry

    def entries(**conditions):
        services.deliver()
        return Entry.objects.filter(**conditions).order_by("pk")

    return entries
