"""Signing in through a ministry: a real provider proves it, only invited people are bound, and the wall stands."""

import re

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.enums import LinkPurpose, Role
from accounts.models import Identity, User
from accounts.services import links
from tests.support.oidc_provider import Provider

from .test_wall import DOOR, ENROL, is_inside, with_app

pytestmark = pytest.mark.django_db
LEAVE = "/account/with/tunduk/"


@pytest.fixture
def provider(settings):
    made = Provider()
    settings.OIDC_PROVIDERS = [made.settings]
    settings.SITE_ADDRESS = "http://testserver"
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture
def official(house) -> User:
    return house.user(Role.REGISTRY_OFFICIAL)


def walk(client, provider, query: str = ""):
    """Out, approved there, and back."""
    out = client.get(LEAVE + query)
    assert out.status_code == 302 and out.url.startswith(provider.issuer), out.url
    return client.get(provider.approve(out.url).removeprefix("http://testserver"))


def connected(user, provider) -> None:
    client = Client()
    client.force_login(user)
    assert walk(client, provider, "?connect=1").url == "/account/"


def test_the_sign_in_page_offers_it_by_name(provider, client):
    page = client.get(DOOR).content.decode()
    assert "Түндүк" in page and LEAVE in page


def test_an_unknown_subject_opens_no_account_and_makes_none(provider, official, client):
    before = User.objects.count()
    assert walk(client, provider).url == DOOR
    assert "_auth_user_id" not in client.session and User.objects.count() == before
    assert not Identity.objects.exists()


def test_an_invited_person_connects_it_instead_of_a_password(
    provider, official, client, django_capture_on_commit_callbacks
):
    User.objects.filter(pk=official.pk).update(password="!")
    with django_capture_on_commit_callbacks(execute=True):
        links.send(user=official, purpose=LinkPurpose.INVITATION)
    secret = re.search(r"/account/link/([^/]+)/", mail.outbox[-1].body)[1]
    assert f"{LEAVE}?link={secret}" in client.get(f"/account/link/{secret}/").content.decode()
    assert walk(client, provider, f"?link={secret}").url == ENROL
    assert Identity.objects.get().user == official
    assert provider.subject not in str(list(Identity.objects.values()))
    assert Client().get(f"/account/link/{secret}/").status_code == 404
    assert Client().get(f"{LEAVE}?link={secret}").status_code == 404
    again = Client()
    assert walk(again, provider).url == ENROL  # known now


def test_it_is_no_way_around_the_second_factor(provider, official):
    connected(official, provider)
    with_app(official)
    client = Client()
    assert walk(client, provider).url == "/account/second-step/"
    assert not is_inside(client)


def test_a_closed_account_stays_closed(provider, official, client):
    connected(official, provider)
    User.objects.filter(pk=official.pk).update(is_active=False)
    assert walk(client, provider).url == DOOR and "_auth_user_id" not in client.session


def test_one_subject_is_one_person(provider, official, house):
    connected(official, provider)
    other = Client()
    other.force_login(house.user(Role.ANALYST))
    walk(other, provider, "?connect=1")
    assert Identity.objects.get().user == official


def test_connecting_wants_somebody_who_is_inside(provider, client):
    assert client.get(LEAVE + "?connect=1").url == "/account/second-step/"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda claims: claims | {"nonce": "another"},
        lambda claims: claims | {"aud": "another"},
        lambda claims: claims | {"iss": "https://another.example"},
        lambda claims: claims | {"exp": 1_000_000_000},
        lambda claims: claims | {"azp": "another", "aud": ["kozot", "another"]},
        lambda claims: {name: value for name, value in claims.items() if name != "exp"},
    ],
    ids=["nonce", "audience", "issuer", "expired", "party", "endless"],
)
def test_a_token_that_does_not_fit_proves_nothing(provider, official, client, spoil):
    connected(official, provider)
    provider.spoil = spoil
    assert walk(client, provider).url == DOOR and "_auth_user_id" not in client.session


def test_a_token_of_another_key_proves_nothing(provider, official, client):
    connected(official, provider)
    provider.signing_key = rsa.generate_private_key(65537, 2048)
    assert walk(client, provider).url == DOOR and "_auth_user_id" not in client.session


def test_what_comes_back_is_good_for_the_session_that_was_sent_out_and_once(provider, official):
    connected(official, provider)
    sent, other = Client(), Client()
    back = provider.approve(sent.get(LEAVE).url).removeprefix("http://testserver")
    other.get(LEAVE)
    assert other.get(back).url == DOOR and "_auth_user_id" not in other.session
    assert Client().get(back).url == DOOR
    assert sent.get(back).url == ENROL
    assert sent.get(back).url == DOOR


def test_a_code_that_was_caught_is_worth_nothing_without_the_verifier(provider, official):
    connected(official, provider)
    victim, thief = Client(), Client()
    caught = provider.approve(victim.get(LEAVE).url)
    code = re.search(r"code=([^&]+)", caught)[1]
    own = re.search(r"state=([^&]+)", thief.get(LEAVE).url)[1]
    thief.get(f"/account/with/tunduk/back/?code={code}&state={own}")
    assert "_auth_user_id" not in thief.session


def test_a_provider_that_does_not_answer_is_said_kindly(settings, client):
    settings.OIDC_PROVIDERS = [Provider().settings | {"issuer": "http://localhost:9"}]
    assert client.get(LEAVE).url == DOOR
    settings.OIDC_PROVIDERS = [Provider().settings | {"issuer": "http://insecure.example"}]
    assert client.get(LEAVE).url == DOOR
    assert client.get("/account/with/nobody/").status_code == 404


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/jwks"])
def test_a_provider_that_leads_away_is_not_followed(provider, official, client, path):
    """Neither the client's secret nor the trust in its keys goes to an address that nobody set."""
    connected(official, provider)
    cache.clear()
    provider.moved = {path}
    out = client.get(LEAVE)
    if out.url != DOOR:
        back = provider.approve(out.url).removeprefix("http://testserver")
        assert client.get(back).url == DOOR
    assert provider.strayed == [] and "_auth_user_id" not in client.session
