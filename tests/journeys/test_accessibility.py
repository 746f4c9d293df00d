"""WCAG 2.2 AA by axe on every page that each role reaches, in light and dark, with its errors and its dialogs.

The walk follows links as a person would, once for each kind of page. SAMPLE=1 takes three roles and the first pages.
What axe cannot see was walked by hand: docs/accessibility.md.
"""

import os

import pytest
from playwright.sync_api import Error

from .conftest import speak
from .crawling import pages, shape

pytestmark = pytest.mark.journey
IS_SAMPLE = os.environ.get("SAMPLE") == "1"
ROLES = ("", "worker", "employer", "official", "supervisor", "administrator", "keeper", "archivist")
ROLES += ("caseworker", "ngo", "analyst", "decision", "expert", "legal", "disclosure", "auditor")
SAMPLED = ("", "worker", "official")
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 360, "height": 740}
PUBLIC: set[str] = set()  # what nobody's walk has seen need not be seen again by everybody
EMPTY_FORM = "main form[method=post]:has([required]):not([aria-hidden])"


@pytest.mark.parametrize("role", SAMPLED if IS_SAMPLE else ROLES, ids=lambda name: name or "nobody")
def test_every_page_of_a_role(role, page, base_url, sign_in, audit, context):
    if role:
        sign_in(role)
    speak(context, base_url, "ky")  # the longest words
    start = page.url if role else f"{base_url}/"
    faults = []
    for address in pages(page, base_url, [start], known=PUBLIC, most=12 if IS_SAMPLE else None):
        faults += [f"{shape(address)}: {found}" for found in _look(page, address, audit)]
        if not role:
            PUBLIC.add(shape(address))
    assert not faults, "\n".join(["", *faults])


def _look(page, address: str, audit) -> list[str]:
    try:
        answer = page.goto(address)
    except Error as error:
        if "Download" in error.message:
            return []
        raise
    if answer.status >= 500:
        return [f"answered {answer.status}"]
    if "text/html" not in answer.headers.get("content-type", ""):
        page.go_back()
        return []
    found = []
    for width in (WIDE, NARROW):
        page.set_viewport_size(width)
        found += audit(f"{width['width']}")
        wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        found += [f"{wider} px wider than {width['width']}"] if wider > 0 else []
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(400)  # colours of links and tiles fade over
    found += audit("dark", rules=["color-contrast", "link-in-text-block"])
    page.emulate_media(color_scheme="light")
    found += _big_letters(page)
    found += _errors(page, address, audit)
    return list(dict.fromkeys(found))


def _big_letters(page) -> list[str]:
    """Letters twice as large on a window of 720 px: nothing leaves it sideways."""
    page.set_viewport_size({"width": 720, "height": 740})
    page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
    wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    page.evaluate("document.documentElement.style.removeProperty('font-size')")
    page.set_viewport_size(NARROW)
    return [f"{wider} px wider with letters of 200 %"] if wider > 0 else []


def _errors(page, address: str, audit) -> list[str]:
    """A form that wants something is sent empty: its errors are a state of the page, too."""
    if not page.locator(EMPTY_FORM).count():
        return []
    form = page.locator(EMPTY_FORM).first
    form.evaluate(
        "form => { form.noValidate = true;"
        " for (const one of form.querySelectorAll('[required]')) { one.value = ''; one.checked = false; } }"
    )
    with page.expect_navigation():
        form.evaluate("form => form.requestSubmit()")
    found = audit("errors")
    page.goto(address)
    return found


def test_dialogs_shut_nobody_out(page, sign_in, audit, visit):
    """A dialog that asks before an act takes the focus, is left with Escape, and gives the focus back."""
    sign_in("administrator")
    visit("/styleguide/")
    opener = page.locator("[data-dialog]").first
    opener.focus()
    page.keyboard.press("Enter")
    assert page.locator("dialog[open]").count() == 1
    assert audit("dialog") == []
    assert page.evaluate("document.activeElement.closest('dialog') !== null")
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0
    assert opener.evaluate("one => one === document.activeElement")
