"""Pages that no link leads to, and states that only a press brings: in the dark, at 360 px, with letters of 200 %.

The walk of test_accessibility.py follows links; here stand the addresses of letters and codes that are over, the pages
of errors, and what is shown between choosing and doing.
"""

import pytest

from .conftest import speak

pytestmark = pytest.mark.journey
KEY = "0190b7a4-0000-7000-8000-000000000001"
ADDRESSES = {
    "": [
        "/no-such-page/",
        "/account/link/over/",
        "/account/messages/stop/over/",
        "/account/password/",
        "/account/code/",
        "/comments/stop/over/",
        f"/comments/{KEY}/",
        "/reports/subscriptions/over/confirm/",
        "/reports/subscriptions/over/leave/",
        "/shared/over/",
        "/verify/KG-0-0/",
        "/verify/blank/?code=1",
        "/indicators/none/",
        "/help/guides/worker/",
    ],
    "worker": ["/me/corrections/", "/me/demands/", "/me/claims/", "/employer/", f"/me/corrections/{KEY}/"],
    "official": [
        "/admin/find/?q=а",
        "/admin/accounts/bulkact/",
        "/admin/pensions/blank/do/scan/",
        "/admin/pensions/employmentperiod/do/confirm_many/",
        "/admin/pensions/finding/do/assign_many/",
        "/admin/pensions/worker/?q=нет-такого",
        "/admin/accounts/user/",
    ],
    "caseworker": ["/cases/key/", "/field/phones/", "/admin/cases/case/?q=нет-такого", "/cases/call/"],
    "administrator": ["/styleguide/", "/admin/accounts/organisation/add/", "/account/second-factor/"],
}


@pytest.fixture
def dark(page, context, base_url, audit):
    """`dark("/path")` names the faults of a page in the dark at 360 px."""
    page.set_viewport_size({"width": 360, "height": 740})
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")

    def look(address: str) -> list[str]:
        speak(context, base_url, "ky")
        answer = page.goto(address)
        found = [f"answered {answer.status}"] if answer.status >= 500 else []
        return [f"{address}: {one}" for one in [*found, *faults(page, audit)]]

    return look


def faults(page, audit) -> list[str]:
    found = audit()
    found += (
        []
        if page.locator("h1").count() == 1
        else [f"{page.locator('h1').count()} headings of the first rank"]
    )
    for size, width in (("100%", 360), ("200%", 720)):
        page.set_viewport_size({"width": width, "height": 740})
        page.evaluate("size => document.documentElement.style.setProperty('font-size', size)", size)
        wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        found += [f"{wider} px too wide with letters of {size}"] if wider > 0 else []
    page.evaluate("document.documentElement.style.removeProperty('font-size')")
    page.set_viewport_size({"width": 360, "height": 740})
    return found


@pytest.mark.parametrize("role", ADDRESSES, ids=lambda name: name or "nobody")
def test_no_page_shuts_anybody_out_because_no_link_leads_to_it(role, come_in, dark):
    if role:
        come_in(role)
    found = [one for address in ADDRESSES[role] for one in dark(address)]
    assert not found, "\n".join(["", *found])


@pytest.fixture
def asked(browser, base_url, logins) -> str:
    """A worker at 360 px with JavaScript off says that something is wrong, with a photo; address of the request."""
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 360, "height": 740}, base_url=base_url
    )
    speak(context, base_url, "ky")
    bare = context.new_page()
    bare.goto("/account/sign-in/")
    bare.fill("input[name=username]", logins["worker"]["login"])
    bare.fill("input[name=password]", logins["worker"]["password"])
    bare.click("form:has(input[name=password]) [type=submit]")
    bare.goto("/me/corrections/")
    bare.check("input[name=wrong][value=other]")
    bare.fill("textarea[name=text]", "Эмгек китепчемди караңыз")
    photo = {"name": "книжка.png", "mimeType": "image/png", "buffer": PIXEL}
    bare.set_input_files("input[name=file]", photo)
    bare.click("main form .button")
    assert bare.locator('a[href^="/correction-papers/"]').count() == 1
    address = bare.url
    context.close()
    return address


def test_a_photo_that_was_sent_without_scripts_stands_on_the_page(asked, sign_in, dark):
    sign_in("worker")
    assert dark(asked) == []


def test_a_bulk_act_from_the_list_to_the_way_back(asked, page, sign_in, dark, audit):
    sign_in("official")
    assert dark("/admin/pensions/correctionrequest/") == []
    page.locator("#result_list tbody input[name=_selected_action]").first.check()
    page.select_option("select[name=action]", "take")
    with page.expect_navigation():
        page.locator(".actions button[name=index]").first.click()
    assert faults(page, audit) == [], "the preview"
    with page.expect_navigation():
        page.locator("main form .button--primary").click()
    assert "/admin/accounts/bulkact/" in page.url
    assert faults(page, audit) == [], "what was done"
    page.goto(page.locator('a[href$="/do/undo/"]').first.get_attribute("href"))
    with page.expect_navigation():
        page.locator("main form .button--primary").click()
    assert faults(page, audit) == [] and page.locator('a[href$="/do/undo/"]').count() == 0


PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc000"
    "0003010100c9fe92ef0000000049454e44ae426082"
)
