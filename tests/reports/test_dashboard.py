"""The first page of the desk: what is due, late and waiting, with the list behind each figure."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse
from django.utils.translation import override

from accounts.enums import DESK_ROLES, Role
from common import clock
from reports.models import ReportDefinition
from reports.services import publication, reviews

pytestmark = pytest.mark.django_db


def tiles(client, user) -> dict[str, dict]:
    client.force_login(user)
    found = client.get(reverse("admin:index")).context["dashboard"]
    with override("en"):
        return {str(one["title"]): one for one in found}


# A clerk's tiles lead to pages of the employer's own record, which this house has not.
@pytest.mark.parametrize("role", sorted(DESK_ROLES - {Role.EMPLOYER_CLERK}))
def test_every_tile_leads_to_a_list_that_its_role_may_open(house, client, role):
    found = tiles(client, house.user(role))
    assert all(client.get(str(one["url"])).status_code == 200 for one in found.values()), found


def test_the_analyst_sees_what_is_late_due_and_unanswered(small, client):
    ReportDefinition.everything.exclude(pk=small.definition.pk).delete()
    small.definition.from_on = dt.date(2026, 4, 1)
    small.definition.save()
    with time_machine.travel("2026-11-10 06:00Z", tick=False):
        edition = small.edition()
        reviews.comment(by=small.expert, edition=edition, text="x")
        found = tiles(client, small.analyst)
        assert found["Reports that are late"]["value"] == 1, "the second quarter"
        assert found["Reports that are due"]["value"] == 1, "the third"
        waiting = found["Comments on drafts without an answer"]
        assert waiting["value"] == 1
        assert str(edition.pk) in client.get(str(waiting["url"])).content.decode()
        reviews.answer(by=small.analyst, comment=edition.comments.get(), text="x", accepted=True)
        assert str(edition.pk) not in client.get(str(waiting["url"])).content.decode()


def test_the_decision_maker_sees_what_waits_and_what_is_under_embargo(small, client):
    edition = small.approve(small.built())
    assert tiles(client, small.boss)["Editions to publish"]["value"] == 1
    publication.publish(by=small.boss, edition=edition, embargo_until=clock.now() + dt.timedelta(hours=1))
    found = tiles(client, small.boss)
    assert (found["Editions to publish"]["value"], found["Editions under embargo"]["value"]) == (0, 1)


def test_the_first_page_asks_as_many_questions_for_one_report_as_for_five(
    small, client, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(small.analyst)
    page = reverse("admin:index")
    client.get(page)
    ReportDefinition.everything.exclude(pk=small.definition.pk).delete()
    small.edition()
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(page)
    for number in range(4):
        small.definition.pk, small.definition.code = None, f"more-{number}"
        small.definition.id = ReportDefinition._meta.pk.get_default()
        small.definition._state.adding = True
        small.definition.save()
        small.edition()
    with CaptureQueriesContext(connection) as five:
        client.get(page)
    assert len(five) == len(one)
