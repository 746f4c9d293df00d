"""Every public page and everybody's first page opens, in every language and width, and shuts nobody out."""

import pytest

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("path", ["/", "/account/sign-in/"])
def test_a_public_page_opens(visit, corner, path):
    visit(path)


def test_a_missing_page_says_so_in_the_readers_language(visit, corner):
    page = visit("/no-such-page/", status=404)
    assert page.locator("h1").inner_text().strip()


def test_everybody_gets_in_and_finds_their_first_page(visit, come_in, logins, page, context, corner):
    for name in logins:
        come_in(name)
        visit(page.url)
        context.clear_cookies()
