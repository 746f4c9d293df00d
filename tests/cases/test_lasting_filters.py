"""A list of cases opens as it was left; what was searched for is not kept."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db
LIST = reverse("admin:cases_case_changelist")


@pytest.fixture
def worker(client, story):
    client.force_login(story.worker)
    client.cookies["django_language"] = "en"
    return client


def test_filters_last_until_they_are_taken_off(worker):
    worker.get(LIST, {"status__exact": "open", "type__exact": "death", "q": "C-2"})
    assert worker.get(LIST).status_code == 200, "a search is not kept"
    worker.get(LIST, {"status__exact": "open", "type__exact": "death"})
    again = worker.get(LIST)
    assert again.url == f"{LIST}?status__exact=open&type__exact=death"
    page = worker.get(again.url).content.decode()
    assert "opens as you left it" in page
    assert worker.get(LIST, {"o": ""}).status_code == 200
    page = worker.get(LIST)
    assert page.status_code == 200
    assert "opens as you left it" not in page.content.decode()


def test_taking_off_the_last_filter_takes_it_off(worker):
    worker.get(LIST, {"status__exact": "open"})
    assert (
        worker.get(LIST, headers={"referer": f"http://testserver{LIST}?status__exact=open"}).status_code
        == 200
    )
    assert worker.get(LIST).status_code == 200


def test_only_what_the_list_offers_is_kept_and_for_oneself(worker, story):
    worker.get(LIST, {"client__name": "x"}, follow=True)
    assert worker.get(LIST).status_code == 200
    worker.get(LIST, {"status__exact": "open"})
    worker.logout()
    worker.force_login(story.supervisor)
    assert worker.get(LIST).status_code == 200
