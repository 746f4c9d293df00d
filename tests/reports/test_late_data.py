"""The list of late figures, the tile that leads to it, and an embargo that is moved or ended with a reason."""

import datetime as dt

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse

from accounts.enums import Role
from common import clock
from common.errors import Conflict, Invalid, Refused
from reports.enums import EditionState
from reports.services import publication

pytestmark = pytest.mark.django_db
NOVEMBER = "2026-11-26 06:00Z"


@pytest.fixture
def late(house):
    from monitoring.models import DataItem, Observation, Submission

    analyst = house.user(Role.ANALYST)
    sent = Submission.everything.create(title="x", sha256="0" * 64, state="approved", submitted_by=analyst)
    for code, newest in (("arrivals", "2026-Q1"), ("departures", "2025-Q4"), ("visas", "2026-Q2")):
        item = DataItem.everything.create(
            code=code, title_en=code.title(), unit="persons", frequency="Q", kind="flow", origin="dataset"
        )
        Observation.objects.create(item=item, period=newest, value=1, submission=sent)
    return analyst


def test_the_list_says_what_is_late_from_whom_and_since_when(late, client):
    client.cookies["django_language"] = "en"
    with time_machine.travel(NOVEMBER, tick=False):
        client.force_login(late)
        page = client.get(reverse("late_data")).content.decode()
        desk = client.get("/admin/").content.decode()
    assert page.index("Departures") < page.index("Arrivals") and "Visas" not in page
    assert late.full_name in page and "1 Oct 2026" in page and "1 Jul 2026" in page
    assert reverse("late_data") in desk and "Series whose figures are late" in desk


def test_nobody_else_reads_it(late, house, client):
    assert client.get(reverse("late_data")).status_code in {302, 403}
    client.force_login(house.user(Role.CASE_SUPERVISOR))
    assert client.get(reverse("late_data")).status_code == 403


def test_where_nothing_is_late_the_page_says_so(house, client):
    client.cookies["django_language"] = "en"
    client.force_login(house.user(Role.ANALYST))
    assert "No series is late" in client.get(reverse("late_data")).content.decode()


@pytest.fixture
def held(small):
    """An edition under embargo for two days."""
    return small.published(embargo_until=clock.now() + dt.timedelta(days=2))


def refused(code, error, **values):
    with pytest.raises(error) as raised, transaction.atomic():
        publication.move_embargo(**values)
    assert raised.value.code == code


def test_an_embargo_moves_with_a_reason(small, held, journal):
    before, later = held.embargo_until, clock.now() + dt.timedelta(days=9)
    values = {"by": small.boss, "edition": held}
    refused("reason_missing", Invalid, **values, reason=" ", embargo_until=later)
    refused("embargo_over", Invalid, **values, reason="late", embargo_until=clock.now())
    moved = publication.move_embargo(**values, reason="The minister is away", embargo_until=later)
    assert (moved.state, moved.embargo_until) == (EditionState.EMBARGOED, later)
    kept = journal(object_id=str(held.pk), reason="The minister is away").get()
    assert kept.details == {"embargo_until": later.isoformat(), "before": before.isoformat()}
    assert publication.open_embargoed() == (0, 0)
    with time_machine.travel(before + dt.timedelta(minutes=1)):
        assert publication.open_embargoed() == (0, 0)


def test_an_embargo_ends_early_with_a_reason(small, held, client, journal):
    opened = publication.move_embargo(by=small.boss, edition=held, reason="It leaked")
    assert opened.state == EditionState.PUBLISHED and opened.published_by == small.boss
    assert client.get(reverse("edition", args=[held.pk])).status_code == 200
    assert journal(object_id=str(held.pk), reason="It leaked").exists()
    refused("no_embargo", Conflict, by=small.boss, edition=held, reason="again")


def test_only_who_publishes_moves_an_embargo(small, held):
    for user in (small.analyst, small.officer):
        refused("refused", Refused, by=user, edition=held, reason="now")


def test_what_the_audit_refuses_stays_under_embargo(small, held, monkeypatch):
    def refuse(**_values):
        raise Conflict("tells_a_person", "a cell")

    monkeypatch.setattr(publication.release_audit, "publish", refuse)
    refused("tells_a_person", Conflict, by=small.boss, edition=held, reason="now")
    held.refresh_from_db()
    assert held.state == EditionState.EMBARGOED and held.embargo_until is not None
