"""The desk of runs: a button, what it will touch, what the comparison said."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from accounts.enums import Role
from common import checks
from pensions.models import InsuranceTotal, TotalsRun
from pensions.services import totals
from pensions.tasks import totalise_registry
from pensions.totals import touched

from .registry import RandomRegistry

pytestmark = pytest.mark.django_db
LIST = "admin:pensions_totalsrun_changelist"


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path, monkeypatch, client):
    client.cookies["django_language"] = "en"
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(touched, "SLACK", dt.timedelta())


def page(client, run) -> str:
    return client.get(reverse("admin:pensions_totalsrun_change", args=[run.pk])).content.decode()


def test_a_supervisor_begins_a_run_and_sees_how_it_went(client, house, run_jobs):
    registry = RandomRegistry(3, workers=5)
    client.force_login(house.user(Role.REGISTRY_SUPERVISOR))
    assert "Totalise the registry" in client.get(reverse(LIST)).content.decode()
    begin = reverse("admin:pensions_totalsrun_list_do", args=["start"])
    answer = client.post(begin, {"as_of": "2026-10-31"})
    run = TotalsRun.everything.get()
    assert answer.url.endswith(f"{run.pk}/change/") and "totals-progress" in page(client, run)
    again = client.post(begin, {"as_of": "2026-10-31"}).content.decode()
    assert "A run is under way." in again and "Wait until it is done" in again
    run_jobs()
    progress = client.get(reverse("admin:pensions_totalsrun_progress", args=[run.pk]))
    assert progress["HX-Refresh"] == "true"
    assert "counts 0 people again" in page(client, run) and "not yet" in page(client, run)
    registry.period(registry.workers[0])
    checks.run_all()
    assert "counts 1 people again" in page(client, run) and "5 people, all alike" in page(client, run)


def test_an_analyst_sees_runs_and_begins_none_and_others_see_nothing(client, house):
    client.force_login(house.user(Role.ANALYST))
    shown = client.get(reverse(LIST)).content.decode()
    assert "do/start" not in shown
    assert client.get(reverse("admin:pensions_totalsrun_list_do", args=["start"])).status_code == 403
    client.force_login(house.user(Role.CASE_WORKER))
    assert client.get(reverse(LIST)).status_code == 403


def test_the_night_begins_a_run_up_to_the_end_of_last_month_and_finds_what_differs(client, house, run_jobs):
    with time_machine.travel(dt.datetime(2026, 11, 26, 1, tzinfo=dt.UTC), tick=True):
        RandomRegistry(3, workers=5)
        assert totalise_registry() and totalise_registry() == ""
        run_jobs()
        run = totals.latest()
        assert run.as_of == dt.date(2026, 10, 31)
        InsuranceTotal.objects.filter(days__gt=0).update(gate="yes", full_months=999)
        said = []
        checks._receivers.append(lambda code, answers: said.extend(answers))
        checks.run_all()
        checks._receivers.pop()
    found = [one for one in said if one.code == "registry.totals_differ"]
    assert found and {one.object_type for one in found} == {"pensions.worker"}
    client.force_login(house.user(Role.REGISTRY_SUPERVISOR))
    assert "Totals differ from the rules" in page(client, run)
