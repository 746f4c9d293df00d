"""Tokens for programs: issued to oneself, for less than one may, for a time."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import ApiToken
from accounts.services import tokens
from common.errors import Invalid, Missing, Refused

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/employers/"


def status(text: str) -> int:
    return Client().get(ADDRESS, headers={"Authorization": f"Bearer {text}"}).status_code


def test_a_token_works_until_it_is_revoked(house):
    by = house.user(Role.REGISTRY_OFFICIAL)
    token, text = tokens.issue(by=by, name="office", actions=["registry.employer.view"], days=30)
    assert status(text) == 200
    tokens.revoke(by=by, token=token)
    assert status(text) == 401


@pytest.mark.parametrize(
    ("actions", "days", "code"),
    [
        ([], 30, "actions_missing"),
        (["cases.case.view"], 30, "actions_beyond"),
        (["accounts.token.issue"], 30, "actions_beyond"),
        (["registry.employer.view"], 0, "days_wrong"),
        (["registry.employer.view"], 366, "days_wrong"),
    ],
)
def test_what_a_token_may_not_be(house, actions, days, code):
    with pytest.raises(Invalid) as error:
        tokens.issue(by=house.user(Role.REGISTRY_OFFICIAL), name="x", actions=actions, days=days)
    assert error.value.code == code
    assert not ApiToken.objects.exists()


def test_only_ones_own_token_is_revoked(house):
    by = house.user(Role.REGISTRY_OFFICIAL)
    token, _ = tokens.issue(by=by, name="x", actions=["registry.employer.view"], days=1)
    with pytest.raises(Missing):
        tokens.revoke(by=house.user(Role.SYSTEM_ADMINISTRATOR), token=token)
    with pytest.raises(Refused):
        tokens.revoke(by=house.user(Role.WORKER), token=token)


class TestDesk:
    def test_the_text_is_shown_once_and_kept_nowhere(self, client, house):
        user = house.user(Role.REGISTRY_OFFICIAL)
        client.force_login(user)
        posted = {"name": "office", "actions": ["registry.employer.view"], "days": 7}
        page = client.post(reverse("admin:accounts_apitoken_list_do", args=["issue"]), posted)
        assert page.status_code == 200 and page["Cache-Control"].startswith("max-age=0")
        text = page.context["text"]
        assert text.startswith("kozot_") and text in page.content.decode()
        assert status(text) == 200
        assert text not in client.get(reverse("admin:accounts_apitoken_changelist")).content.decode()

    def test_others_see_nothing_of_it(self, client, house):
        token, _ = tokens.issue(
            by=house.user(Role.REGISTRY_OFFICIAL),
            name="secret name",
            actions=["registry.employer.view"],
            days=1,
        )
        client.force_login(house.user(Role.SYSTEM_ADMINISTRATOR))
        assert "secret name" not in client.get(reverse("admin:accounts_apitoken_changelist")).content.decode()
        assert client.get(reverse("admin:accounts_apitoken_do", args=[token.pk, "revoke"])).status_code in {
            403,
            404,
        }
