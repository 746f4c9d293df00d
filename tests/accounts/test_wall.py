"""The second factor: who needs one, that no way in leads around it, and how it is set up, used and taken away."""

import datetime as dt
import json

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth import login
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts import access
from accounts.enums import SECOND_FACTOR_ROLES, Factor, Role, Scope
from accounts.models import ApiToken, User, UserSession
from accounts.services import second_factor, sessions, tokens
from common import clock
from common.errors import Conflict, Invalid
from tests.support.house import PASSWORD
from tests.support.passkey import Passkey

pytestmark = pytest.mark.django_db
DOOR, SECOND, ENROL = "/account/sign-in/", "/account/second-step/", "/account/second-factor/"
DESK = "/admin/"


@pytest.fixture
def official(house):
    return house.user(Role.REGISTRY_OFFICIAL)


def through_the_door(user, path=DOOR, **extra) -> Client:
    client = Client(**extra)
    client.cookies["django_language"] = "en"
    client.post(path, {"username": user.email, "password": PASSWORD})
    return client


def code_of(secret: str, ahead: int = 0) -> str:
    counter = int(clock.now().timestamp()) // 30 + ahead
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def with_app(user) -> str:
    """Sets an app up for the person; returns its secret."""
    secret = totp.generate_totp_secret()
    second_factor.add_app(by=user, secret=secret, code=code_of(secret, -1))
    return secret


def with_passkey(client) -> Passkey:
    """Makes a passkey through the pages."""
    key = Passkey()
    options = client.get("/account/passkey/enrol/", secure=True).json()
    made = client.post(
        ENROL + "passkey/", {"name": "my key", "credential": json.dumps(key.create(options))}, secure=True
    )
    assert made.status_code == 200 and "Recovery codes" in made.content.decode()
    return key


def is_inside(client) -> bool:
    return client.get(DESK).status_code == 200


def is_sent_to_the_door(client, path: str) -> bool:
    return client.get(path).url.startswith((DOOR, "/admin/login/"))


def test_every_role_that_sees_persons_of_others_needs_one():
    """Read from the permission table: a role that gains such a row needs the factor from then on."""
    from common.classification import classified

    fields, reaching = classified(), set()
    for model in access.table.reaches:
        kinds = {kind.code for kind in fields[model._meta.concrete_model._meta.label_lower].values()}
        if kinds & {"personal", "identifier", "case"}:
            rules = access.table.rules[model.VIEW]
            reaching |= {role for role, scope in rules.items() if scope not in (Scope.OWN, Scope.PUBLISHED)}
    assert reaching and reaching <= SECOND_FACTOR_ROLES
    assert Role.WORKER not in SECOND_FACTOR_ROLES


# --- before it is set up, nothing else opens -------------------------------------------------------------


def test_a_password_alone_opens_only_the_pages_that_set_one_up(official):
    client = through_the_door(official)
    assert client.get(DOOR).url == ENROL
    assert client.get(ENROL).status_code == client.get(ENROL + "app/").status_code == 200
    for closed in (
        DESK,
        "/account/",
        "/admin/pensions/worker/",
        "/employer/",
        "/account/sessions/end-others/",
    ):
        assert is_sent_to_the_door(client, closed), closed
    assert client.get("/api/v1/workers/").status_code in (401, 403)
    assert client.post("/language/setlang/", {"language": "ru"}).status_code == 302
    assert official.full_name not in client.get("/").content.decode()


def test_half_way_in_no_token_is_issued(official):
    client = through_the_door(official)
    client.post(
        "/admin/accounts/apitoken/do/issue/", {"name": "x", "actions": ["accounts.user.view"], "days": 1}
    )
    assert not ApiToken.everything.exists()


def test_setting_up_an_app_lets_in_and_shows_recovery_codes_once(official, journal):
    client = through_the_door(official)
    page = client.get(ENROL + "app/").content.decode()
    secret = client.session[totp.SECRET_SESSION_KEY]
    assert "<svg" in page and secret[:4] in page
    assert client.post(ENROL + "app/", {"code": "000000"}).status_code == 400
    assert not is_inside(client)
    shown = client.post(ENROL + "app/", {"code": code_of(secret)})
    assert "they are shown this once" in shown.content.decode()
    assert is_inside(client)
    stored = json.dumps([one.data for one in Authenticator.objects.all()])
    assert secret not in stored
    assert "they are shown this once" not in client.get(ENROL + "codes/").content.decode()
    assert journal(verb="signed_in", actor_id=official.pk).count() == 1


def test_the_second_step_after_the_password(official, journal):
    secret = with_app(official)
    client = through_the_door(official, f"{DOOR}?next=/admin/pensions/")
    assert not is_inside(client)
    for closed in (ENROL, ENROL + "app/", ENROL + "passkey/", ENROL + "codes/", ENROL + "remove/"):
        assert client.get(closed).url == SECOND  # a password does not set up another factor
    assert client.get("/account/passkey/enrol/").status_code == 404
    assert client.post(SECOND, {"code": "000000"}).status_code == 400
    assert not is_inside(client)
    assert client.post(SECOND, {"code": code_of(secret)}).url in ("/admin/pensions/", DESK)
    assert is_inside(client)
    assert journal(verb="refused", actor_id=official.pk).count() == 1


def test_a_code_is_good_once_also_for_another_session(official):
    secret = with_app(official)
    code = code_of(secret)
    assert through_the_door(official).post(SECOND, {"code": code}).status_code == 302
    assert through_the_door(official).post(SECOND, {"code": code}).status_code == 400


def test_a_recovery_code_is_good_once_and_new_ones_replace_old_ones(official):
    secret = totp.generate_totp_secret()
    codes = second_factor.add_app(by=official, secret=secret, code=code_of(secret))
    assert second_factor.check_code(user=official, code=codes[0]) == Factor.RECOVERY_CODE
    with pytest.raises(Invalid):
        second_factor.check_code(user=official, code=codes[0])
    second_factor.new_codes(by=official)
    with pytest.raises(Invalid):
        second_factor.check_code(user=official, code=codes[1])


def test_codes_cannot_be_tried_out(official):
    secret = with_app(official)
    client = through_the_door(official)
    for _ in range(10):
        client.post(SECOND, {"code": "000000"})
    closed = client.post(SECOND, {"code": code_of(secret)})
    assert "too many attempts" in closed.content.decode() and not is_inside(client)
    cache.clear()


# --- passkeys ----------------------------------------------------------------------------------------------


def test_a_passkey_is_made_and_is_both_steps_in_one(official):
    key = with_passkey(through_the_door(official))
    client = Client()
    options = client.get("/account/passkey/sign_in/", secure=True).json()
    assert options["publicKey"]["userVerification"] == "required"
    entered = client.post(DOOR, {"credential": json.dumps(key.get(options))}, secure=True)
    assert entered.url == DESK
    assert client.get(DESK, secure=True).status_code == 200
    assert UserSession.everything.filter(factor=Factor.PASSKEY, ended_at=None).count() == 2


def test_a_passkey_after_the_password(official):
    key = with_passkey(through_the_door(official))
    client = through_the_door(official)
    options = client.get("/account/passkey/second_step/", secure=True).json()
    assert not is_inside(client)
    client.post(SECOND, {"credential": json.dumps(key.get(options))}, secure=True)
    assert is_inside(client)


def test_an_answer_is_taken_once_for_its_own_question_and_from_its_own_key(official, house):
    key = with_passkey(through_the_door(official))
    client = through_the_door(official)
    options = client.get("/account/passkey/second_step/", secure=True).json()
    answer = json.dumps(key.get(options))
    assert (
        client.post(DOOR, {"credential": answer}, secure=True).status_code == 200
    )  # asked for something else
    options = client.get("/account/passkey/second_step/", secure=True).json()
    stranger = Passkey()
    stranger.id, stranger.owner = key.id, key.owner
    for wrong in (
        answer,
        json.dumps(stranger.get(options)),
        "{}",
        "[]",
        "null",
        '{"response": 1}',
        "not json",
    ):
        assert client.post(SECOND, {"credential": wrong}, secure=True).status_code == 400, wrong
    assert not is_inside(client)


def test_a_passkey_of_another_address_is_refused(official):
    key = with_passkey(through_the_door(official))
    key.origin = "https://kozot.example.net"
    client = Client()
    options = client.get("/account/passkey/sign_in/", secure=True).json()
    client.post(DOOR, {"credential": json.dumps(key.get(options))}, secure=True)
    assert not is_inside(client)


# --- no way around -----------------------------------------------------------------------------------------


def test_another_way_in_meets_the_same_wall(official, rf):
    """What any other door does in the end: Django's login(). A ministry's sign-in or a reset is no exception."""
    client = Client()
    request = rf.get("/")
    request.session = client.session
    login(request, official, "accounts.backends.TableBackend")
    request.session.save()
    client.cookies["sessionid"] = request.session.session_key
    assert is_sent_to_the_door(client, DESK) and is_sent_to_the_door(client, "/account/")


def test_the_desk_has_no_door_of_its_own(official):
    client = Client()
    assert client.get("/admin/login/").url.startswith(DOOR)
    client.post("/admin/login/", {"username": official.email, "password": PASSWORD})
    assert not is_inside(client) and "_auth_user_id" not in client.session


def test_pages_of_the_library_are_not_open(client):
    for path in (
        "/accounts/login/",
        "/account/login/",
        "/account/2fa/",
        "/account/signup/",
        "/account/email/",
    ):
        assert client.get(path).status_code == 404


def test_a_session_without_a_row_of_ours_is_nobodys(official):
    client = Client()
    client.force_login(official)
    assert is_inside(client)
    session = client.session
    del session[sessions.KEY]
    session.save()
    assert not is_inside(client)


def test_a_token_never_opens_pages(official):
    _, text = tokens.issue(by=official, name="x", actions=["registry.worker.view"], days=1)
    assert Client().get("/account/", headers={"Authorization": f"Bearer {text}"}).url.startswith(DOOR)
    assert Client().get(ENROL, headers={"Authorization": f"Bearer {text}"}).url.startswith(DOOR)


# --- the demonstration -------------------------------------------------------------------------------------


@pytest.fixture
def demo(settings, official):
    settings.DEMO, settings.SITE_ADDRESS = True, "http://localhost:8000"
    User.objects.filter(pk=official.pk).update(email="official@demo.kozot.example")
    official.refresh_from_db()
    return official


def by_token(demo, **extra) -> int:
    _, text = tokens.issue(by=demo, name="x", actions=["registry.employer.view"], days=1)
    headers = {"Authorization": f"Bearer {text}"}
    return Client().get("/api/v1/employers/", headers=headers, **extra).status_code


def test_demo_people_need_none_on_the_demos_own_address(demo):
    assert is_inside(through_the_door(demo, HTTP_HOST="localhost"))
    assert by_token(demo, HTTP_HOST="localhost") == 200


@pytest.mark.parametrize(
    "extra",
    [
        {"HTTP_HOST": "testserver"},
        {"HTTP_HOST": "localhost", "REMOTE_ADDR": "10.0.0.7"},
        {"HTTP_HOST": "localhost", "HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_HOST": "localhost", "HTTP_FORWARDED": "for=127.0.0.1"},
    ],
)
def test_and_nowhere_else(demo, extra):
    assert not is_inside(through_the_door(demo, **extra))
    assert by_token(demo, **extra) == 401


def test_nor_does_a_published_demo_or_another_persons_account(demo, settings, house):
    assert not is_inside(through_the_door(house.user(Role.ANALYST), HTTP_HOST="localhost"))
    settings.SITE_ADDRESS = "https://demo.example.org"
    assert not is_inside(through_the_door(demo, HTTP_HOST="localhost"))
    settings.SITE_ADDRESS, settings.DEMO = "http://localhost:8000", False
    assert not is_inside(through_the_door(demo, HTTP_HOST="localhost"))
    assert by_token(demo, HTTP_HOST="localhost") == 401


def test_who_has_set_one_up_in_the_demo_is_asked_for_it(demo):
    with_app(demo)
    assert not is_inside(through_the_door(demo, HTTP_HOST="localhost"))


# --- one's own factors and sessions ----------------------------------------------------------------------------


def test_changing_factors_wants_one_shown_a_short_while_ago(official):
    secret = with_app(official)
    client = Client()
    client.force_login(official)
    UserSession.everything.update(confirmed_at=clock.now() - dt.timedelta(minutes=16))
    assert client.get(ENROL + "passkey/").url == SECOND
    assert client.post(SECOND, {"code": code_of(secret)}).url == ENROL + "passkey/"
    assert client.get(ENROL + "passkey/").status_code == 200


def test_a_token_wants_one_shown_a_short_while_ago(official):
    secret = with_app(official)
    client = Client()
    client.force_login(official)
    UserSession.everything.update(confirmed_at=clock.now() - dt.timedelta(minutes=16))
    address = reverse("admin:accounts_apitoken_list_do", args=["issue"])
    posted = {"name": "office", "actions": ["registry.employer.view"], "days": 7}
    assert client.post(address, posted).url == SECOND and not ApiToken.everything.exists()
    assert client.post(SECOND, {"code": code_of(secret)}).url == address
    assert client.post(address, posted).status_code == 200 and ApiToken.everything.exists()


def test_the_last_factor_stays_where_the_role_needs_one(official, house):
    with_app(official)
    one = Authenticator.objects.get(user=official, type=Factor.APP)
    with pytest.raises(Conflict):
        second_factor.remove(by=official, pk=one.pk)
    worker = house.user(Role.WORKER)
    with_app(worker)
    second_factor.remove(by=worker, pk=Authenticator.objects.get(user=worker, type=Factor.APP).pk)
    assert not Authenticator.objects.filter(user=worker).exists()
    with pytest.raises(Invalid):
        second_factor.remove(by=worker, pk=one.pk)


def test_an_administrator_takes_lost_factors_away(official, house, client, journal):
    with_app(official)
    theirs = Client()
    theirs.force_login(official)
    tokens.issue(by=official, name="x", actions=["registry.worker.view"], days=1)
    client.force_login(house.user(Role.SYSTEM_ADMINISTRATOR))
    address = f"/admin/accounts/user/{official.pk}/do/reset-factor/"
    assert client.post(address, {"reason": "phone stolen, seen in person"}).status_code == 302
    assert not is_inside(theirs) and not Authenticator.objects.filter(user=official).exists()
    assert not ApiToken.everything.filter(revoked_at=None).exists()
    assert (
        journal(action="accounts.factor.reset", object_id=str(official.pk)).get().reason.startswith("phone")
    )
    assert through_the_door(official).get(DOOR).url == ENROL
    own = f"/admin/accounts/user/{house.user(Role.SYSTEM_ADMINISTRATOR).pk}/do/reset-factor/"
    assert client.post(own, {"reason": "mine"}).status_code == 400


def test_sessions_are_listed_and_ended(official):
    here, there, third = (
        Client(HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"),
        Client(),
        Client(),
    )
    for one in (here, there, third):
        one.force_login(official)
    page = here.get("/account/", headers={"Accept-Language": "en"}).content.decode()
    assert page.count("/end/") == 2
    row = UserSession.everything.get(session_key=there.session.session_key)
    assert here.post(f"/account/sessions/{row.pk}/end/").status_code == 302
    assert not is_inside(there) and is_inside(third)
    here.post("/account/sessions/end-others/")
    assert not is_inside(third) and is_inside(here)


def test_nobody_ends_the_session_of_another(official, house):
    client, other = Client(), Client()
    client.force_login(house.user(Role.ANALYST))
    other.force_login(official)
    row = UserSession.everything.get(user=official)
    assert client.post(f"/account/sessions/{row.pk}/end/").status_code == 404
    assert is_inside(other)


def test_an_idle_session_ends(official):
    start = dt.datetime(2026, 11, 26, 9, tzinfo=dt.UTC)
    client = Client()
    with time_machine.travel(start, tick=False) as travel:
        client.force_login(official)
        for minutes in (20, 45, 74):
            travel.move_to(start + dt.timedelta(minutes=minutes))
            assert is_inside(client)
        travel.move_to(start + dt.timedelta(minutes=105))
        assert not is_inside(client)
        assert not is_inside(client)


def test_signing_out_ends_the_row(official):
    client = Client()
    client.force_login(official)
    client.post(reverse("accounts:sign_out"))
    assert UserSession.everything.get().ended_at is not None


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        (
            "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/142.0 Mobile Safari/537.36",
            "Chrome, Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari, iPhone",
        ),
        ("curl/8", ""),
    ],
)
def test_devices_are_told_apart(agent, told):
    assert sessions.device(agent) == told
