"""Links and wallet copies: as much as the worker has chosen, until it ends."""

import datetime as dt

import cbor2
import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse

from accounts.enums import Role
from common.errors import Missing, Refused
from pensions.certificates.keys import load_public_key
from pensions.certificates.sd_jwt import verify_sd_jwt
from pensions.certificates.status_list import Status, open_status_list
from pensions.models import CertificateShare
from pensions.services import certificates, shares, signing_keys, wallet
from tests.support.house import PASSWORD

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return response.content.decode().replace("\xa0", " ")


def signed_in(client, user):
    client.cookies["django_language"] = "en"
    assert client.login(username=user.email, password=PASSWORD)
    return client


def test_a_worker_makes_a_link_and_takes_it_back(client, office, journal):
    made = office.issued()
    page = signed_in(client, office.person).post(
        reverse("pensions:share_certificate", args=[made.pk]), {"variant": 2, "days": 7, "note": "the bank"}
    )
    share = CertificateShare.everything.get()
    address = next(part for part in text(page).split() if "/shared/" in part).split(">")[1].split("<")[0]
    path = address[address.index("/shared/") :]
    assert share.secret_sha256 not in text(page) and share.note in text(page)
    client.logout()
    client.cookies["django_language"] = "en"
    shown = text(client.get(path))
    assert "The certificate is valid" in shown
    assert "10 296,00" in shown and "46 803,00" not in shown, "contributions, and no wages"
    assert shown.index("The certificate is valid") < shown.index("10 296,00")
    assert CertificateShare.everything.get().opened == 1
    assert journal(action=shares.SHARE, verb="read").count() == 1
    signed_in(client, office.person).post(reverse("pensions:end_share", args=[share.pk]))
    answer = client.get(path)
    assert answer.status_code == 404 and "leads nowhere" in text(answer)


@pytest.mark.parametrize(("language", "shown"), [("ky", "30 күн"), ("ru", "30 дней"), ("en", "30 days")])
def test_how_long_is_asked_in_the_readers_language(client, office, language, shown):
    """The choices had been put into words once, in the language of whoever came first."""
    address = reverse("pensions:share_certificate", args=[office.issued().pk])
    signed_in(client, office.person).cookies["django_language"] = language
    assert shown in text(client.get(address))


def test_a_link_ends_by_time_and_tells_of_a_revocation(client, office):
    made = office.issued()
    _share, address = shares.share(by=office.person, certificate=made, variant=1, days=1)
    path = address[address.index("/shared/") :]
    client.cookies["django_language"] = "en"
    assert "is valid" in text(client.get(path)) and "10 296,00" not in text(client.get(path))
    certificates.revoke(by=office.official, certificate=made, reason_code="error", reason="a slip")
    assert "was revoked" in text(client.get(path))
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=2)):
        assert client.get(path).status_code == 404
    assert client.get("/shared/guessed/").status_code == 404


def test_nobody_but_the_worker_shares(client, office):
    made = office.issued()
    other = office.house.user(Role.WORKER, "second")
    for user in (office.official, office.clerk):
        with pytest.raises((Refused, Missing)):
            shares.share(by=user, certificate=made, variant=1, days=1)
    with pytest.raises((Refused, Missing)):
        shares.share(by=other, certificate=made, variant=1, days=1)
    share, _ = shares.share(by=office.person, certificate=made, variant=1, days=1)
    signed_in(client, other)
    for name, pk in (("share_certificate", made.pk), ("wallet_copy", made.pk), ("end_share", share.pk)):
        assert (
            client.post(reverse(f"pensions:{name}", args=[pk]), {"variant": 1, "days": 1}).status_code == 404
        )
    assert CertificateShare.everything.get().revoked_at is None


def test_the_wallet_copy_holds_what_was_chosen(client, office):
    made = office.issued()
    response = signed_in(client, office.person).post(
        reverse("pensions:wallet_copy", args=[made.pk]), {"chosen": ["name", "months", "contribution"]}
    )
    assert response["Content-Type"] == "application/dc+sd-jwt"
    key = signing_keys.current(office.organisation, "payload")
    claims = verify_sd_jwt(response.content.decode(), load_public_key(bytes(key.public_key))).claims
    assert claims["number"] == made.number and claims["name"]
    assert len(claims["months"]) == 12 and set(claims["months"][0]) == {"month", "days", "contribution"}
    assert not {"employer", "position", "birthdate"} & set(claims)
    token = client.get("/register/status/1")
    bundle_key = load_public_key(bytes(signing_keys.bundle_key().public_key))
    uri = claims["status"]["status_list"]["uri"]
    index = claims["status"]["status_list"]["idx"]
    assert open_status_list(token.content, bundle_key, uri=uri)[index] == Status.VALID
    certificates.revoke(by=office.official, certificate=made, reason_code="error", reason="a slip")
    cache.clear()
    assert open_status_list(wallet.status_token(), bundle_key, uri=uri)[index] == Status.REVOKED
    assert cbor2.loads(token.content).tag == 18


def test_wrong_codes_for_one_number_are_stopped_from_everywhere(client, office, settings):
    client.cookies["django_language"] = "en"
    made = office.issued()
    right = certificates.unpack(made)[0].record.check_code
    address = reverse("pensions:verify")

    def ask(code, place):
        values = {"way": "number", "number": made.number.lower(), "code": code}
        return client.post(address, values, REMOTE_ADDR=f"10.0.{place // 200}.{place % 200}").status_code

    assert [ask("0000-0000-0000-0000", place) for place in range(20)] == [200] * 20
    assert ask(right, 300) == 429
    answer = client.post("/api/v1/verify/", {"number": made.number, "code": right}, REMOTE_ADDR="10.9.9.9")
    assert answer.status_code == 429
    cache.clear()
    assert ask(right, 301) == 200


def test_the_camera_is_offered_without_inline_script(client):
    page = client.get(reverse("pensions:verify"))
    assert "pensions/js/camera.js" in text(page) and "<script>" not in text(page)
    policy = page["Content-Security-Policy"]
    assert "script-src 'self'" in policy and "unsafe" not in policy
