"""Every role opens every page of its menu, in each language, at a desk and on a phone; the pictures are kept.

Which pages those are, the menu says, which the permission table fills: a new entry is walked without a word here.
Pictures: var/journeys/screens/LANGUAGE/WIDTH/ROLE/NN-name.png; `make guides` takes them from there.
"""

import os

import pytest

from accounts.enums import Role
from reports.demo.cast import PEOPLE

from .conftest import LANGUAGES, speak
from .walking import DESK, PHONE, ZOOMED, look, past_the_menu, picture

pytestmark = pytest.mark.journey
IS_SAMPLE = os.environ.get("SAMPLE") == "1"
LOGINS = {person.role: person.login for person in reversed(PEOPLE)}
SAMPLED = {(Role.WORKER, "ky"), (Role.CASE_WORKER, "ru")}
WALKS = [(role, language) for role in (Role.PUBLIC, *LOGINS) for language in LANGUAGES]


def test_the_demo_has_somebody_in_every_role():
    assert set(LOGINS) == set(Role) - {Role.PUBLIC}


@pytest.mark.parametrize(
    ("role", "language"),
    [walk for walk in WALKS if not IS_SAMPLE or walk in SAMPLED],
    ids=str,
)
def test_every_page_of_the_menu(role, language, page, context, base_url, come_in):
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    if role != Role.PUBLIC:
        come_in(LOGINS[role])
    speak(context, base_url, language)
    page.set_viewport_size(DESK)
    page.goto(page.url if role != Role.PUBLIC else "/")
    faults = []
    for number, address in enumerate(menu(page)[: 5 if IS_SAMPLE else None], start=1):
        complaints.clear()
        answer = page.goto(address)
        found = [] if answer.status == 200 else [f"answered {answer.status}"]
        found += _looked(page, language, role, number) + complaints
        faults += [f"{address.removeprefix(base_url)}: {fault}" for fault in dict.fromkeys(found)]
    assert not faults, "\n".join(["", *faults])


def menu(page) -> list[str]:
    """The page where one begins, and all that its menu leads to."""
    links = page.eval_on_selector_all("#site-nav a[href]", "all => all.map(a => a.href.split('#')[0])")
    return list(dict.fromkeys([page.url, *links]))


def _looked(page, language: str, role: str, number: int) -> list[str]:
    """One load, looked at as at a desk, with everything twice as large, and as on a phone."""
    found = look(page, language) + past_the_menu(page)
    picture(page, language, DESK["width"], role, number)
    page.set_viewport_size(ZOOMED)
    found += [f"at 200 % {fault}" for fault in look(page, language) if "untranslated" not in fault]
    page.set_viewport_size(PHONE)
    found += [f"on a phone {fault}" for fault in look(page, language) if "untranslated" not in fault]
    picture(page, language, PHONE["width"], role, number)
    page.set_viewport_size(DESK)
    return found
