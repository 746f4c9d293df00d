"""WCAG 2.2 AA by axe on every page that each role reaches, in light and dark, with its errors and its dialogs.

The walk follows links as a person would, once for each kind of page. A kind that another role has seen is asked
again only for what stands there for this one. SAMPLE=1 takes three roles and the first pages.
What axe cannot see was walked by hand: docs/accessibility.md.
"""

import os

import pytest

from .conftest import speak
from .crawling import pages, shape
from .opening import opened, sent_empty

pytestmark = pytest.mark.journey
IS_SAMPLE = os.environ.get("SAMPLE") == "1"
ROLES = ("", "worker", "employer", "official", "supervisor", "administrator", "keeper", "archivist")
ROLES += ("caseworker", "ngo", "analyst", "decision", "expert", "legal", "disclosure", "auditor")
SAMPLED = ("", "worker", "official")
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 360, "height": 740}
LOOKED_AT: set[str] = set()
PUBLIC: set[str] = set()  # what nobody's walk has seen need not be seen again by everybody
# What else can go wrong in a wider window than on a phone, where everything was asked.
OF_THE_WINDOW = ["target-size", "scrollable-region-focusable", "color-contrast"]
# The rows of a long table are alike: axe takes seconds for a hundred of them.
SHORTER = """() => document.querySelectorAll("tbody").forEach(
    body => [...body.rows].slice(15).forEach(row => row.style.setProperty("display", "none", "important")))"""


@pytest.mark.parametrize("role", SAMPLED if IS_SAMPLE else ROLES, ids=lambda name: name or "nobody")
def test_every_page_of_a_role(role, page, base_url, come_in, audit, context):
    if role:
        come_in(role)
    speak(context, base_url, "ky")  # the longest words
    start = page.url if role else f"{base_url}/"
    faults = []
    for address in pages(page, base_url, [start], known=PUBLIC, most=12 if IS_SAMPLE else None):
        again = shape(address) in LOOKED_AT
        faults += [f"{shape(address)}: {found}" for found in _look(page, address, audit, again=again)]
        LOOKED_AT.add(shape(address))
        if not role:
            PUBLIC.add(shape(address))
    assert not faults, "\n".join(["", *faults])


def _look(page, address: str, audit, *, again: bool) -> list[str]:
    """`again`: another role has been here; what is not of the person is not asked a second time."""
    status = opened(page, address)
    if status is None:
        return []
    if status >= 500:
        return [f"answered {status}"]
    found = [*_wider(page, WIDE), *_wider(page, NARROW)]
    page.evaluate(SHORTER)
    found += audit("360")
    if again:
        return found
    found += _dark(page, audit) + _big_letters(page)
    page.set_viewport_size(WIDE)
    found += audit("1280", rules=OF_THE_WINDOW)
    page.set_viewport_size(NARROW)
    if sent_empty(page):
        found += audit("errors")
        page.goto(address)
    return list(dict.fromkeys(found))


def _wider(page, window: dict[str, int], state: str = "") -> list[str]:
    page.set_viewport_size(window)
    wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return [f"{wider} px wider than {state or window['width']}"] if wider > 0 else []


def _dark(page, audit) -> list[str]:
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(200)  # colours of links and tiles fade over
    found = audit("dark", rules=["color-contrast", "link-in-text-block"])
    page.emulate_media(color_scheme="light")
    page.wait_for_timeout(200)
    return found


def _big_letters(page) -> list[str]:
    """Letters twice as large on a window of 720 px: nothing leaves it sideways."""
    page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
    found = _wider(page, {"width": 720, "height": 740}, "720 with letters of 200 %")
    page.evaluate("document.documentElement.style.removeProperty('font-size')")
    page.set_viewport_size(NARROW)
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
