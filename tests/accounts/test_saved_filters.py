"""Filters of a desk list under a name: one's own, without what names somebody, back in one click."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import SavedFilter
from accounts.services import saved_filters
from common.errors import Conflict, Invalid, Missing, Refused

LIST = "/admin/accounts/roleproposal/"
KEPT = f"{LIST}filters/"


@pytest.fixture
def head(house, client):
    user = house.user(Role.REGISTRY_SUPERVISOR)
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


def keep(client, query="state__exact=open&o=-5", name="Open ones", **values):
    return client.post(KEPT, {"act": "keep", "query": query, "name": name, **values})


def test_filters_and_order_come_back_by_one_click_and_searches_do_not(head, client):
    page = client.get(f"{LIST}?state__exact=open&o=-5&q=Asanov").content.decode()
    assert "Keep these filters" in page
    assert keep(client, "state__exact=open&o=-5&q=Asanov&p=3&nonsense=1").status_code == 302
    row = SavedFilter.everything.get()
    assert (row.user, row.desk, row.query) == (head, "accounts.roleproposal", "o=-5&state__exact=open")
    assert f'href="?{row.query.replace("&", "&amp;")}"' in client.get(f"{LIST}?o=").content.decode()
    assert client.get(f"{LIST}?{row.query}").status_code == 200


def test_the_list_opens_with_the_chosen_one_and_with_all_rows_on_demand(head, client):
    keep(client, is_default="on")
    row = SavedFilter.everything.get()
    assert client.get(LIST).url == f"{LIST}?{row.query}"
    assert client.get(f"{LIST}?o=").status_code == 200
    keep(client, "state__exact=given", "Given", is_default="on")
    assert list(SavedFilter.everything.filter(is_default=True).values_list("name", flat=True)) == ["Given"]
    second = SavedFilter.everything.get(name="Given")
    client.post(KEPT, {"act": "not-open", "filter": second.pk})
    assert client.get(LIST).status_code == 200
    client.post(KEPT, {"act": "open", "filter": row.pk})
    assert client.get(LIST).status_code == 302
    client.post(KEPT, {"act": "forget", "filter": row.pk})
    assert not SavedFilter.everything.filter(pk=row.pk).exists()


@pytest.mark.parametrize(
    "query",
    [
        "state__exact=12345678901234",
        "o=1&state=%2B996555123456",
        "state__exact=a%40b.kg",
        "state=112-233-445 95",
    ],
)
def test_what_names_somebody_is_not_kept(head, client, query):
    answer = client.post(KEPT, {"act": "keep", "query": query, "name": "x"}, follow=True)
    assert "names a person" in answer.content.decode() or SavedFilter.everything.count() == 0
    assert not SavedFilter.everything.filter(query__regex=r"[0-9]{6}|@").exists()
    with pytest.raises(Invalid):
        saved_filters.keep(by=head, desk="x", name="20101199900001", query="")


def test_a_day_and_the_key_of_a_fund_may_be_kept():
    query = "fund__id__exact=0190b7a4-0000-7000-8000-000000000001&at__gte=2026-11-27 00:00:00%2B06:00"
    assert saved_filters.cleaned(query, lambda name: True)
    with pytest.raises(Invalid):
        saved_filters.cleaned("at=20261127", lambda name: True)


def test_a_filter_that_leads_to_a_person_is_not_offered(head):
    from accounts.admin import RoleProposalDesk
    from accounts.site import desk

    one = next(found for found in desk._registry.values() if isinstance(found, RoleProposalDesk))
    assert one._leads_to_person("user__id__exact") and not one._leads_to_person("state__exact")


def test_others_filters_are_neither_seen_nor_changed(head, house, client):
    keep(client)
    row = SavedFilter.everything.get()
    other = house.user(Role.REGISTRY_SUPERVISOR, "second")
    client.force_login(other)
    assert "Open ones" not in client.get(f"{LIST}?o=").content.decode()
    for act in ("forget", "open", "not-open"):
        client.post(KEPT, {"act": act, "filter": row.pk})
    with pytest.raises(Missing):
        saved_filters.forget(by=other, desk=row.desk, pk=row.pk)
    assert SavedFilter.everything.filter(pk=row.pk, is_default=False).exists()


def test_refusals(head, house, client):
    assert client.get(KEPT).status_code == 405
    assert client.post(KEPT, {"act": "open", "filter": "x"}).status_code == 404
    with pytest.raises(Refused):
        saved_filters.keep(by=house.user(Role.WORKER), desk="x", name="x", query="")
    for number in range(saved_filters.MOST):
        saved_filters.keep(by=head, desk="x", name=f"n {number}", query="")
    with pytest.raises(Conflict):
        saved_filters.keep(by=head, desk="x", name="one more", query="")
    saved_filters.keep(by=head, desk="x", name="n 1", query="o=1")
    client.force_login(house.user(Role.EXPERT))
    assert client.post(KEPT, {"act": "keep", "query": "o=1", "name": "x"}).status_code == 403
    assert reverse("admin:accounts_roleproposal_filters") == KEPT
