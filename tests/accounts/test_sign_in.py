"""The door: how often one may try, and what a closed one says."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from common import throttle
from tests.support.house import PASSWORD

pytestmark = pytest.mark.django_db
DOOR = "/account/sign-in/"
TOO_MANY = "too many attempts"


@pytest.fixture(autouse=True)
def rates(settings):
    cache.clear()
    rates = {**settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]}
    settings.REST_FRAMEWORK = {
        **settings.REST_FRAMEWORK,
        "DEFAULT_THROTTLE_RATES": {**rates, "sign_in_account": "3/hour", "sign_in_address": "6/hour"},
    }


def attempt(email: str, password: str, **extra):
    client = Client()
    client.cookies["django_language"] = "en"
    return client.post(DOOR, {"username": email, "password": password}, **extra)


def test_a_guessed_account_is_closed_even_to_the_right_password(house):
    user = house.user(Role.ANALYST)
    for _ in range(3):
        assert TOO_MANY not in attempt(user.email, "wrong").content.decode()
    closed = attempt(user.email.upper(), PASSWORD)
    assert TOO_MANY in closed.content.decode()
    assert "_auth_user_id" not in closed.client.session


def test_one_that_does_not_exist_answers_alike(house):
    for _ in range(3):
        attempt("nobody@example.org", "wrong")
    assert TOO_MANY in attempt("nobody@example.org", "wrong").content.decode()


def test_an_address_that_tries_many_accounts_is_closed_and_others_are_not(house):
    user = house.user(Role.ANALYST)
    for number in range(6):
        attempt(f"guess{number}@example.org", "wrong", REMOTE_ADDR="10.0.0.1")
    assert TOO_MANY in attempt(user.email, PASSWORD, REMOTE_ADDR="10.0.0.1").content.decode()
    assert attempt(user.email, PASSWORD, REMOTE_ADDR="10.0.0.2").status_code == 302


def test_signing_in_clears_the_failures_of_the_account(house):
    user = house.user(Role.ANALYST)
    for _ in range(2):
        attempt(user.email, "wrong")
    assert attempt(user.email, PASSWORD).status_code == 302
    for _ in range(2):
        attempt(user.email, "wrong")
    assert attempt(user.email, PASSWORD).status_code == 302


@pytest.mark.parametrize(("proxies", "seen"), [(0, "10.9.9.9"), (1, "198.51.100.7"), (2, "203.0.113.5")])
def test_only_our_own_proxies_are_believed(rf, settings, proxies, seen):
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": proxies}
    request = rf.get("/", REMOTE_ADDR="10.9.9.9", HTTP_X_FORWARDED_FOR="1.1.1.1, 203.0.113.5, 198.51.100.7")
    assert throttle.address_of(request) == seen


@pytest.mark.parametrize("secure", [True, False])
def test_the_language_is_kept_as_safely_as_the_session(house, settings, secure):
    settings.LANGUAGE_COOKIE_SECURE = secure
    user, chosen = house.user(Role.WORKER), settings.LANGUAGE_COOKIE_NAME
    entered = attempt(user.email, PASSWORD)
    changed = entered.client.post("/account/language/", {"language": "ru"})
    switched = entered.client.post("/language/setlang/", {"language": "ky"})
    for answer in (entered, changed, switched):
        assert (
            bool(answer.cookies[chosen]["secure"]) is secure and answer.cookies[chosen]["samesite"] == "Lax"
        )


def test_the_permission_page_is_for_administrators_and_auditors(client, house):
    for role in Role:
        client.force_login(house.user(role))
        status = client.get(reverse("admin:permissions")).status_code
        assert (status == 200) == (role in {Role.SYSTEM_ADMINISTRATOR, Role.AUDITOR}), role
