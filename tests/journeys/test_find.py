"""Ctrl+K at the desk: type, go down with the arrow, Enter."""

import pytest

from .conftest import speak

pytestmark = pytest.mark.journey


def test_a_worker_s_record_by_keyboard_alone(page, context, base_url, sign_in, audit):
    sign_in("official")
    speak(context, base_url, "ky")
    page.goto("/admin/")
    page.keyboard.press("Control+k")
    assert page.evaluate("document.activeElement.id") == "palette-q"
    page.keyboard.type("асан", delay=20)
    page.wait_for_selector("#palette-found a[href*='/pensions/worker/']")
    assert audit("palette") == []
    page.keyboard.press("ArrowDown")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "/admin/pensions/" in page.url
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    assert page.locator("#palette[open]").count() == 0


def test_without_a_script_the_opener_leads_to_the_page(page, sign_in, visit):
    sign_in("official")
    visit("/admin/find/?q=асан").set_viewport_size({"width": 360, "height": 740})
    assert page.locator("main .found a").count() > 0
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
