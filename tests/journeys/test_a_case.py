"""A person in trouble asks for help; two organisations work on it, a referral in the middle, until it is closed."""

import re

import pytest

pytestmark = pytest.mark.journey
WORDS = "Үч айдан бери айлык беришкен жок, паспортумду алып коюшту."


class Desk:
    """What a case worker does with thumbs and keyboard: presses a button of the case, fills its form, sends it."""

    def __init__(self, page):
        self.page = page

    def press(self, address: str, **values) -> None:
        """Opens the page of the button behind `address`, as its link on the record does, and sends its form."""
        page = self.page
        link = page.locator(f'.actions-bar a[href$="{address}"]')
        link.wait_for(state="attached")
        if not link.is_visible():
            group = page.locator("details.actions-bar__group", has=page.locator(f'a[href$="{address}"]'))
            group.locator("summary").click()
        with page.expect_navigation():
            link.click()
        for name, value in values.items():
            self.fill(name, value)
        self.send()

    def fill(self, name: str, value) -> None:
        field = self.page.locator(f'main [name="{name}"]')
        if value is True:
            field.check()
        elif isinstance(value, list):
            for one in value:
                self.page.locator(f'main [name="{name}"][value="{one}"]').check()
        elif field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(**value) if isinstance(value, dict) else field.select_option(value)
        else:
            field.fill(value)

    def send(self) -> None:
        with self.page.expect_navigation():
            self.page.locator("main form [type=submit]").last.click()
        assert not self.page.locator(".errorlist, .form__errors").count(), self.page.locator(
            "main"
        ).inner_text()


@pytest.mark.parametrize("corner", [("ky", 360), ("ru", 1280)], indirect=True, ids=["ky-360", "ru-1280"])
def test_from_the_public_request_to_the_closure(visit, page, context, sign_in, base_url):
    desk = Desk(page)
    page.goto("/help/")
    for name, value in {
        "type": "unpaid_wages",
        "country": "RU",
        "text": WORDS,
        "channel": "call",
        "contact": "+996 700 12 34 56",
        "safe_hours": "20–22",
        "name": "Нургүл Качкынова",
    }.items():
        desk.fill(name, value)
    desk.send()
    receipt = re.search(r"H-[2-9A-Z]{8}", page.locator("main").inner_text())[0]

    sign_in("caseworker")
    visit("/cases/my-day/")
    page.locator("a.card", has_text=receipt).click()
    desk.press("/do/take/")
    case = page.url
    number = re.search(r"C-[2-9A-Z]{8}", page.locator("h1").inner_text())[0]
    visit(case.removeprefix(base_url))
    desk.press("/do/contact/")
    desk.press("/do/note/", text="Чогуу сүйлөштүк")
    desk.press(
        "/do/consent/",
        recipient={"index": 1},
        purpose="Москвада айлык өндүрүү",
        fields_shown=["situation", "country", "name"],
        how="телефон аркылуу",
    )
    desk.press(
        "/do/refer/", consent={"index": 1}, service="legal_assistance", situation="Не выплачена зарплата"
    )
    assert "Нургүл Качкынова" in page.locator("main").inner_text(), "the preview shows what will be seen"
    desk.send()
    context.clear_cookies()

    sign_in("partner")
    visit("/cases/my-day/")
    page.locator('a.card[href*="/referral/"]').last.click()
    told = page.locator("main").inner_text()
    assert "Не выплачена зарплата" in told
    assert "Качкынова" not in told, "the name comes after accepting only"
    assert number not in told
    desk.press("/do/receive/")
    desk.press("/do/accept/")
    assert "Нургүл Качкынова" in page.locator("main").inner_text()
    assert page.goto(case).status == 404 or "Чогуу" not in page.locator("main").inner_text()
    context.clear_cookies()

    sign_in("caseworker")
    page.goto(case)
    desk.press("/do/close/", outcome="resolved", reason="Айлык төлөндү", recovered="1000", currency="RUB")
    visit(case.removeprefix(base_url))
    assert "Айлык төлөндү" in page.locator("main").inner_text()
