"""A worker makes a passkey on the phone, and gets in with it and without a password."""

import pytest

pytestmark = pytest.mark.journey
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def phone(page, context):
    """A phone that confirms every question by itself."""
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return session


def press(page, selector: str) -> None:
    with page.expect_navigation():
        page.locator(selector).first.click()


def test_a_passkey_is_made_used_and_taken_away(visit, sign_in, page, phone):
    sign_in("worker")
    visit("/account/")
    visit("/account/second-factor/passkey/")
    press(page, "[data-passkey=create]")
    press(page, "form[action$='/sign-out/'] button")
    visit("/account/sign-in/")
    press(page, "[data-passkey=get]")
    visit("/account/")
    press(page, "form[action$='/second-factor/remove/'] button")
    assert page.locator("form[action$='/second-factor/remove/']").count() == 0


def test_pages_of_the_second_factor_shut_nobody_out(visit, sign_in, corner):
    visit("/account/password/")
    visit("/account/code/")
    sign_in("official")
    for path in (
        "",
        "second-factor/",
        "second-factor/app/",
        "second-factor/passkey/",
        "deputies/",
        "password/change/",
    ):
        visit(f"/account/{path}")
