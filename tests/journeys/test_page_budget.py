"""What a worker's page costs on a slow line, counted in requests and bytes, so that no clock decides.

At 400 kbit/s 64 kB are 1.3 seconds. More than half of it are two fonts that Android phones bring along.
"""

import pytest

pytestmark = pytest.mark.journey
PAGES = ("/me/", "/me/corrections/", "/me/certificates/", "/me/demands/", "/me/readers/", "/help/")
MOST_REQUESTS, MOST_BYTES, MOST_BYTES_AGAIN = 12, 64_000, 14_000


def test_a_worker_s_page_is_light(page, context, base_url, sign_in):
    sign_in("worker")
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    sizes: list[int] = []
    asked: list[str] = []
    # The browser asks for the favicon once, on whichever page it finds the time.
    page.on(
        "request",
        lambda request: "favicon" in request.url or asked.append(request.url.removeprefix(base_url)),
    )
    wire.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    heavy = []
    for path in PAGES:
        wire.send("Network.clearBrowserCache")
        for most in (MOST_BYTES, MOST_BYTES_AGAIN):  # the second time the styles are there
            sizes.clear()
            asked.clear()
            page.goto(path, wait_until="networkidle")
            if sum(sizes) > most or len(asked) > MOST_REQUESTS:
                heavy.append(f"{path}: {len(asked)} requests, {sum(sizes)} bytes of {most}: {asked}")
    assert not heavy, heavy
