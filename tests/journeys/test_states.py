"""States of a page that the walk does not show: while it loads, on paper, in the dark, as a screen reader has it."""

import os
import re

import pytest

from .conftest import speak

pytestmark = pytest.mark.journey
IS_SAMPLE = os.environ.get("SAMPLE") == "1"
PAGES = {
    "": ["/", "/verify/", "/help/", "/account/sign-in/"],
    "worker": ["/me/", "/me/certificates/"],
    "employer": ["/employer/"],
    "caseworker": ["/cases/my-day/"],
    "official": ["/admin/", "/admin/pensions/finding/"],
}
WALKS = [("", "ky"), ("worker", "ky")] if IS_SAMPLE else [(role, "ky") for role in PAGES]

SHIFTS = """window.kozotShifts = [];
new PerformanceObserver(list => list.getEntries().forEach(one => {
    if (!one.hadRecentInput) window.kozotShifts.push([one.value,
        one.sources.map(s => s.node && (s.node.id || s.node.className || s.node.nodeName)).join(" ")]);
})).observe({type: "layout-shift", buffered: true});"""
ON_PAPER = """() => {
    const shown = one => one.getClientRects().length > 0;
    const dark = text => text.match(/[\\d.]+/g).slice(0, 3).every(part => part < 120);
    return {
        controls: [...document.querySelectorAll("nav, .button, .skip-link, .languages")].filter(shown).length,
        ground: getComputedStyle(document.documentElement).backgroundColor,
        pale: [...document.querySelectorAll("h1, main p, main td, main th")]
            .filter(one => shown(one) && !dark(getComputedStyle(one).color)).length,
    };
}"""
# A control that a screen reader cannot say what it is for: `- button` in place of `- button "Send"`.
NAMELESS = re.compile(
    r"^\s*- (button|link|textbox|searchbox|combobox|checkbox|radio|spinbutton|slider|switch|tab)(?=$|:| \[)",
    re.M,
)


@pytest.fixture
def opened(page, context, base_url, come_in):
    def go(role: str, language: str):
        if role:
            come_in(role)
        speak(context, base_url, language)
        return PAGES[role]

    return go


@pytest.mark.parametrize(("role", "language"), WALKS, ids=str)
def test_nothing_moves_while_a_page_loads(role, language, opened, page):
    """A shift that comes in each of three loads is the page's; one that comes once is the machine's."""
    page.add_init_script(SHIFTS)
    faults = []
    for path in opened(role, language):
        loads = []
        while len(loads) < 3 and [] not in loads:
            page.goto(path, wait_until="load")
            loads.append(
                page.evaluate("new Promise(done => setTimeout(() => done(window.kozotShifts), 200))")
            )
        faults += [] if [] in loads else [f"{path}: {loads[-1]}"]
    assert not faults, faults


@pytest.mark.parametrize(("role", "language"), WALKS, ids=str)
def test_on_paper_there_is_black_text_and_no_control(role, language, opened, page):
    faults, paths = [], opened(role, language)
    page.emulate_media(media="print", color_scheme="dark")  # who reads in the dark still prints on white
    for path in paths:
        page.goto(path)
        seen = page.evaluate(ON_PAPER)
        if seen != {"controls": 0, "ground": "rgb(255, 255, 255)", "pale": 0}:
            faults.append(f"{path}: {seen}")
    assert not faults, faults


@pytest.mark.parametrize(("role", "language"), WALKS, ids=str)
def test_a_screen_reader_has_a_name_for_every_control(role, language, opened, page):
    faults = []
    for path in opened(role, language):
        page.goto(path)
        tree = page.locator("body").aria_snapshot()
        assert "- main" in tree and "- banner" in tree, f"{path}: the tree lacks its landmarks"
        faults += [f"{path}: {found[0].strip()} without a name" for found in NAMELESS.finditer(tree)]
    assert not faults, faults


def test_in_the_dark_the_ground_is_dark(page):
    page.emulate_media(color_scheme="dark")
    page.goto("/")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/[0-9.]+/g).map(Number)")
    assert max(ground[:3]) < 80, ground
