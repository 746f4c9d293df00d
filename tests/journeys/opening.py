"""Opening a page that may turn out to be a file, and bringing about the errors of its form."""

from playwright.sync_api import Error

EMPTY_FORM = "main form[method=post]:has([required]):not([aria-hidden])"
SENT_EMPTY = """form => {
    form.noValidate = true;
    for (const one of form.querySelectorAll('[required]')) { one.value = ''; one.checked = false; }
    form.requestSubmit();
}"""


def opened(page, address: str) -> int | None:
    """The status of the page that now stands in the browser; None for a file, which is left again."""
    try:
        answer = page.goto(address)
    except Error as error:
        if "Download" in error.message:
            return None
        raise
    if answer.status < 500 and "text/html" not in answer.headers.get("content-type", ""):
        page.go_back()
        return None
    return answer.status


def sent_empty(page) -> bool:
    """Sends a form that wants something without it, so that its errors are shown; False where there is none."""
    form = page.locator(EMPTY_FORM).first
    if not form.count():
        return False
    with page.expect_navigation():
        form.evaluate(SENT_EMPTY)
    return True
