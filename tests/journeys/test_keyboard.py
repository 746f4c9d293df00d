"""By keyboard alone: signing in, opening the menu, filling in a form, reaching everything, leaving everything."""

import pytest

from .conftest import speak

pytestmark = pytest.mark.journey
FOCUS = """() => {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    const box = one.getBoundingClientRect(), style = getComputedStyle(one);
    return {
        name: (one.innerText || one.name || one.id || one.tagName).trim().slice(0, 40),
        shown: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        inside: box.width > 0 && box.height > 0,
        place: [...document.querySelectorAll("*")].indexOf(one),
    };
}"""


def sign_in_by_keyboard(page, login: dict) -> None:
    page.goto("/account/sign-in/")
    tab_to(page, "input[name=username]")
    page.keyboard.type(login["login"])
    tab_to(page, "input[name=password]")
    page.keyboard.type(login["password"])
    with page.expect_navigation():
        page.keyboard.press("Enter")


def tab_to(page, selector: str, most: int = 80) -> None:
    for _press in range(most):
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached by {most} presses of Tab on {page.url}")


def stops(page, most: int = 400) -> list[dict]:
    """Everything that Tab reaches from the top of the page, until the page is left."""
    page.evaluate("() => { document.activeElement.blur(); window.scrollTo(0, 0); }")
    found = []
    for _press in range(most):
        page.keyboard.press("Tab")
        one = page.evaluate(FOCUS)
        if one is None or (found and one["place"] == found[0]["place"]):
            return found
        found.append(one)
    raise AssertionError(f"the focus does not leave {page.url} after {most} presses")


@pytest.mark.parametrize(
    ("role", "paths"),
    [
        ("worker", ["/me/", "/me/record/", "/me/corrections/", "/me/certificates/", "/me/demands/"]),
        (
            "official",
            ["/admin/", "/admin/pensions/worker/", "/admin/pensions/finding/", "/admin/pensions/blankstock/"],
        ),
        ("caseworker", ["/cases/my-day/", "/admin/cases/case/"]),
        ("employer", ["/employer/", "/employer/months/"]),
    ],
)
def test_the_focus_is_seen_moves_on_and_leaves(role, paths, page, logins):
    sign_in_by_keyboard(page, logins[role])
    for path in paths:
        page.goto(path)
        found = stops(page)
        assert "#main" in page.locator("a").first.get_attribute("href"), "the first stop leads past the menu"
        hidden = [one["name"] for one in found if not one["inside"]]
        shown = {
            one["place"] for one in found if one["shown"]
        }  # a date field has stops of the browser's own inside
        unseen = [one["name"] for one in found if one["place"] not in shown]
        assert not hidden and not unseen, f"{path}: focus in nothing {hidden}, not to be seen {unseen}"
        assert [one["place"] for one in found] == sorted(one["place"] for one in found), f"{path}: jumps"


def test_a_worker_says_what_is_wrong_without_a_mouse(page, context, base_url, logins):
    sign_in_by_keyboard(page, logins["worker"])
    speak(context, base_url, "ky")
    page.goto("/me/")
    tab_to(page, "main a[href$='/me/corrections/']")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, "input[name=wrong]")
    page.keyboard.press("ArrowDown")
    tab_to(page, "select[name=employment]")
    tab_to(page, "textarea[name=text]")
    page.keyboard.type("Мен март айында баштагам")
    tab_to(page, "main input[type=file]")
    tab_to(page, "main form button")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "/me/corrections/" in page.url and page.url.rstrip("/")[-12:].isalnum()
    assert "Мен март айында баштагам" in page.locator("main").inner_text()


def test_the_menu_of_an_official_opens_and_shuts(page, logins):
    sign_in_by_keyboard(page, logins["official"])
    tab_to(page, "#site-nav summary")
    page.keyboard.press("Enter")
    assert page.locator("#site-nav details[open]").count() == 1
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('details[open]') !== null")
    page.keyboard.press("Escape")
    assert page.locator("#site-nav details[open]").count() == 0
    assert page.evaluate("document.activeElement.matches('#site-nav summary')")
