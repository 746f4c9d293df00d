"""Ways in that no single page is to blame for: a forged name of the site, columns smuggled into a body."""

import datetime as dt

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from accounts import tasks
from accounts.enums import Role
from accounts.services import tokens
from common import clock
from tests.support.house import PASSWORD

pytestmark = pytest.mark.django_db
EVIL = "evil.example"
FORGED = [
    {"HTTP_HOST": EVIL},
    {"HTTP_HOST": f"{EVIL}:80@localhost"},
    {"HTTP_HOST": "localhost\t.evil.example"},
]
BELIEVED_BY_OTHERS = {
    "HTTP_X_FORWARDED_HOST": EVIL,
    "HTTP_X_HOST": EVIL,
    "HTTP_X_FORWARDED_SERVER": EVIL,
    "HTTP_FORWARDED": f"host={EVIL};proto=https",
    "HTTP_X_ORIGINAL_URL": f"https://{EVIL}/admin/",
    "HTTP_X_REWRITE_URL": "/admin/",
}
PAGES = ["/", "/verify/", "/account/sign-in/", "/sitemap.xml", "/robots.txt", "/api/v1/schema/"]


@pytest.mark.parametrize("forged", FORGED)
@pytest.mark.parametrize("address", PAGES)
def test_a_site_of_another_name_is_not_served(address, forged):
    assert Client().get(address, **forged).status_code == 400


@pytest.mark.parametrize("address", PAGES)
def test_headers_that_a_proxy_might_set_name_no_other_site(address):
    answer = Client().get(address, **BELIEVED_BY_OTHERS)
    assert answer.status_code < 400
    assert EVIL not in answer.content.decode() and EVIL not in str(answer.headers)


def test_a_letter_with_a_link_names_the_site_of_the_settings(
    house, mailoutbox, settings, django_capture_on_commit_callbacks, monkeypatch
):
    monkeypatch.setattr(tasks.post_reset, "delay", tasks.post_reset)
    settings.SITE_ADDRESS = "https://kozot.example"
    user = house.user(Role.ANALYST)
    with django_capture_on_commit_callbacks(execute=True):
        Client().post("/account/password/", {"email": user.email}, **BELIEVED_BY_OTHERS)
    assert len(mailoutbox) == 1
    assert "https://kozot.example/account/link/" in mailoutbox[0].body and EVIL not in mailoutbox[0].body


@pytest.mark.parametrize(
    "path", [f"//{EVIL}/", f"//{EVIL}/%2e%2e/admin", f"/%2f{EVIL}/admin", f"/\\{EVIL}/x"]
)
def test_a_path_that_reads_like_another_site_leads_to_none(path):
    """Where the slash at the end is added, and where one is sent to sign in."""
    answer = Client().get("/", PATH_INFO=path)
    assert answer.status_code < 500
    assert EVIL not in answer.get("Location", "").partition("?")[0]


@pytest.mark.parametrize(
    "wanted", [f"https://{EVIL}/", f"//{EVIL}/", f"/\\{EVIL}/", f"https:{EVIL}", "javascript:alert(1)"]
)
@pytest.mark.parametrize("address", ["/account/sign-in/", "/admin/login/"])
def test_nobody_is_led_away_after_signing_in(address, wanted, house):
    user, client = house.user(Role.PUBLIC), Client()
    answer = client.post(
        f"{address}?next={wanted}", {"email": user.email, "password": PASSWORD, "next": wanted}, follow=True
    )
    led = [where.partition("?")[0] for where, _code in answer.redirect_chain]
    assert [where for where in led if EVIL in where or "javascript:" in where] == []


# --- what was taken away ------------------------------------------------------------------------------


def test_a_session_ends_with_the_role_and_with_the_account(house):
    """At the next page, whoever took it away and however: no page keeps what a person might do."""
    user, client = house.user(Role.REGISTRY_OFFICIAL), Client()
    client.force_login(user)
    desk = "/admin/pensions/worker/"
    assert client.get(desk).status_code == 200
    user.memberships.update(until_on=clock.today() - dt.timedelta(days=1))
    assert client.get(desk).status_code in {302, 403}
    assert client.post(f"{desk}do/register/", {"family_name": "x"}).status_code in {302, 403}
    user.memberships.update(until_on=None)
    assert client.get(desk).status_code == 200
    type(user).objects.filter(pk=user.pk).update(is_active=False)
    assert client.get(desk).status_code == 302
    assert "_auth_user_id" not in client.session or client.get("/account/").status_code == 302


def test_a_token_ends_with_the_role_of_its_owner_and_comes_back_with_no_other(house):
    user = house.user(Role.REGISTRY_OFFICIAL)
    _row, text = tokens.issue(by=user, name="x", actions=["registry.worker.view"], days=9)
    header = {"Authorization": f"Bearer {text}"}
    ask = lambda: Client().get("/api/v1/workers/", headers=header).status_code  # noqa: E731
    assert ask() == 200
    user.memberships.update(role=Role.ANALYST)
    assert ask() == 403
    user.memberships.update(role=Role.REGISTRY_OFFICIAL, until_on=clock.today() - dt.timedelta(days=1))
    assert ask() == 403


# --- columns in a body ------------------------------------------------------------------------------

# What a caller must never say: who did it, for whom, what became of it. Each that may be said is here with its reason.
OWNED = (
    "_by",
    "_at",
    "_id",
    "state",
    "status",
    "organisation",
    "user",
    "owner",
    "role",
    "is_staff",
    "key",
    "digest",
)
SAID = {"post /api/v1/work-record-files/": {"registry_state"}}  # which state's registry the people stand in


def bodies() -> dict[str, set[str]]:
    """Names of fields that each writing operation takes, whole depth, as the OpenAPI document has them."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    parts, found = schema["components"]["schemas"], {}

    def names(node, seen=()) -> set[str]:
        if "$ref" in node:
            name = node["$ref"].rsplit("/", 1)[1]
            return set() if name in seen else names(parts[name], (*seen, name))
        told = set()
        for name, one in node.get("properties", {}).items():
            if not one.get("readOnly"):
                told |= {name} | names(one, seen)
        for one in [
            node.get("items", {}),
            *node.get("allOf", []),
            *node.get("oneOf", []),
            *node.get("anyOf", []),
        ]:
            told |= names(one, seen) if one else set()
        return told

    for path, item in schema["paths"].items():
        for verb, operation in item.items():
            content = operation.get("requestBody", {}).get("content", {})
            for kind in content.values():
                found.setdefault(f"{verb} {path}", set()).update(names(kind["schema"]))
    return found


def test_no_operation_takes_who_whose_or_what_became_of_it():
    taken = {
        operation: owned
        for operation, names in bodies().items()
        if (owned := {name for name in names if name.endswith(OWNED)} - SAID.get(operation, set()))
    }
    assert taken == {}
    assert len(bodies()) > 5
