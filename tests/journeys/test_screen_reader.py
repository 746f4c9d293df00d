"""What a screen reader is told of a page, from the browser's own tree: headings, landmarks, tables, errors, languages.

Names of controls are asked in test_states.py. Six pages of each role; SAMPLE=1 takes three roles.
"""

import os
import re
from collections.abc import Iterator
from itertools import pairwise

import pytest

from .conftest import speak
from .crawling import pages, shape
from .opening import opened, sent_empty
from .test_accessibility import SAMPLED

pytestmark = pytest.mark.journey
IS_SAMPLE = os.environ.get("SAMPLE") == "1"
ROLES = (*SAMPLED, "employer", "caseworker", "analyst")  # one of each kind of page
MOST = 6
WITH_NAMES = {"navigation", "region", "form", "complementary", "search"}
ONLY_NAMED = {"form", "region"}  # without a name they are no landmarks (HTML-AAM), though the tree has them
OTHER_LETTERS = re.compile(r"^[A-Za-z][A-Za-z ]{3,}$")
# Words in another language than the page's have to say so, or they are read out as noise.
FOREIGN = """() => [...document.querySelectorAll('a[hreflang], .languages a, .languages button')]
    .filter(one => !one.closest('[lang]:not(html)')).map(one => one.textContent.trim())"""
# An error is read with its field, and the page says at once that there are errors.
ERRORS = """() => {
    const wrong = [...document.querySelectorAll('main [aria-invalid=true]')].filter(one => one.type !== 'hidden');
    const ids = one => one?.getAttribute('aria-describedby') ?? '';
    const told = one => `${ids(one)} ${ids(one.closest('fieldset'))}`.split(' ')
        .some(id => id && document.getElementById(id)?.textContent.trim());
    return {
        untold: wrong.filter(one => !told(one)).map(one => one.name),
        wrong: wrong.length,
        aloud: document.querySelectorAll('main [role=alert], main .error-summary').length,
        title: document.title,
    };
}"""


def tree(cdp) -> list[dict]:
    """Nodes that are not ignored: {role, name, level} in the order of the page."""
    found = []
    for node in cdp.send("Accessibility.getFullAXTree")["nodes"]:
        if not node.get("ignored"):
            level = next(
                (one["value"]["value"] for one in node.get("properties", []) if one["name"] == "level"), 0
            )
            found.append(
                {
                    "id": node["nodeId"],
                    "parent": node.get("parentId"),
                    "role": node["role"]["value"],
                    "name": node.get("name", {}).get("value", "").strip(),
                    "level": level,
                }
            )
    return found


def faults_of(nodes: list[dict]) -> Iterator[str]:
    levels = [node["level"] for node in nodes if node["role"] == "heading"]
    if not levels or levels.count(1) != 1:
        yield f"{levels.count(1)} headings of the first rank"
    for before, after in pairwise(levels):
        if after > before + 1:
            yield f"a heading of rank {after} follows one of rank {before}"
    roles = [node["role"] for node in nodes]
    for role in ("main", "banner"):
        if roles.count(role) != 1:
            yield f"{roles.count(role)} × {role}"
    yield from _landmarks(nodes)
    yield from _tables(nodes)
    for node in nodes:
        if (
            node["role"] in {"heading", "image", "link", "button", "dialog", "progressbar"}
            and not node["name"]
        ):
            yield f"{node['role']} without a name"


def _landmarks(nodes: list[dict]) -> Iterator[str]:
    """Two of a kind on one page are told apart by their names."""
    for role in WITH_NAMES:
        names = [node["name"] for node in nodes if node["role"] == role]
        if role in ONLY_NAMED:
            names = [name for name in names if name]
        if len(names) > 1 and (len(set(names)) < len(names) or "" in names):
            yield f"{role}s that are not told apart: {sorted(names)}"


def _tables(nodes: list[dict]) -> Iterator[str]:
    """A table is named and says what its columns are; a table for layout has no business here."""
    parents = {node["id"]: node for node in nodes}

    def table_of(node: dict) -> dict | None:
        while node and node["role"] not in {"table", "grid"}:
            node = parents.get(node["parent"])
        return node

    headed = {id(table_of(node)) for node in nodes if node["role"] in {"columnheader", "rowheader"}}
    for node in nodes:
        if node["role"] in {"table", "grid"} and id(node) not in headed:
            yield f"a table without heads: {node['name']!r}"


@pytest.mark.parametrize("role", SAMPLED if IS_SAMPLE else ROLES, ids=lambda name: name or "nobody")
def test_what_a_screen_reader_is_told(role, page, base_url, come_in, context):
    if role:
        come_in(role)
    speak(context, base_url, "ky")
    cdp = context.new_cdp_session(page)
    cdp.send("Accessibility.enable")
    start = page.url if role else f"{base_url}/"
    faults = []
    for address in pages(page, base_url, [start], most=MOST):
        faults += [f"{shape(address)}: {found}" for found in _look(page, address, cdp)]
    assert not faults, "\n".join(["", *dict.fromkeys(faults)])


def _look(page, address: str, cdp) -> list[str]:
    if opened(page, address) is None:
        return []
    found = list(faults_of(tree(cdp)))
    found += [f"no lang on {text!r}" for text in page.evaluate(FOREIGN) if OTHER_LETTERS.match(text)]
    if sent_empty(page):
        found += _errors(page, cdp)
        page.goto(address)
    return found


def _errors(page, cdp) -> list[str]:
    seen = page.evaluate(ERRORS)
    found = [f"with errors: {one}" for one in faults_of(tree(cdp))]
    found += [f"the error of {name} is not read with its field" for name in seen["untold"]]
    if seen["wrong"] and not seen["aloud"]:
        found.append("errors are not said aloud")
    return found
