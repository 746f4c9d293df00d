"""Codes under a camera, in a browser that cannot read codes itself: one picture goes to the server, which can.

Chromium is given a film of one frame in place of a camera. Firefox, Safari and Chromium on Linux go this way.
"""

import io
import re

import pypdfium2
import pytest
import segno
import zxingcpp
from PIL import Image

from .conftest import speak

pytestmark = pytest.mark.journey
FRAME = (1280, 720)


@pytest.fixture
def before_camera(browser_type, browser_type_launch_args, base_url, tmp_path):
    """`before_camera(picture)` opens a browser whose camera sees that picture, and gives a page of it."""
    opened = []

    def show(picture: Image.Image):
        film = tmp_path / "camera.mjpeg"
        ground = Image.new("RGB", FRAME, "lightgrey")
        picture.thumbnail(FRAME)
        ground.paste(picture, ((FRAME[0] - picture.width) // 2, (FRAME[1] - picture.height) // 2))
        ground.save(film, "JPEG", quality=90)
        flags = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
        flags += [f"--use-file-for-fake-video-capture={film}"]
        launch = {**browser_type_launch_args, "args": [*browser_type_launch_args["args"], *flags]}
        opened.append(browser_type.launch(**launch))
        context = opened[-1].new_context(base_url=base_url, viewport={"width": 360, "height": 740})
        speak(context, base_url, "ky")
        return context.new_page()

    yield show
    for one in opened:
        one.close()


def enter(page, login: dict[str, str]) -> None:
    page.goto("/account/sign-in/")
    page.fill("input[name=username]", login["login"])
    page.fill("input[name=password]", login["password"])
    with page.expect_navigation():
        page.click("form:has(input[name=password]) [type=submit]")


def take_picture(page) -> None:
    """The button that a browser shows which reads no codes itself."""
    page.click("[data-start]")
    page.wait_for_selector("[data-shoot]:not([hidden])")
    page.wait_for_timeout(500)  # the first frames of a camera are dark
    page.click("[data-shoot]")


def test_a_certificate_is_checked_by_the_camera(page, sign_in, before_camera):
    sign_in("worker")
    page.goto("/me/certificates/")
    address = page.locator('a[href*="/me/certificates/"][href$="/1/"]').first.get_attribute("href")
    paper = page.request.get(address).body()
    sheet = pypdfium2.PdfDocument(paper)[0].render(scale=4).to_pil().convert("RGB")
    (code,) = [one for one in zxingcpp.read_barcodes(sheet) if one.text.startswith("EAC1:")]
    corners = [code.position.top_left, code.position.bottom_right]
    box = (corners[0].x - 40, corners[0].y - 40, corners[1].x + 40, corners[1].y + 40)
    camera = before_camera(sheet.crop(box))
    camera.goto("/verify/")
    with camera.expect_navigation():
        take_picture(camera)
    assert camera.locator("main .tone-success, main .tone-warning").count() > 0
    assert camera.locator("main .notice.tone-danger").count() == 0


def test_a_blank_form_is_put_on_the_list_by_the_camera(page, sign_in, logins, before_camera):
    sign_in("official")
    page.goto("/admin/pensions/blank/?state__exact=in_stock")
    words = page.locator("#result_list tbody tr").first.inner_text()
    series, number = re.search(r"(\S+)\s(\d{6,9})", words).groups()
    drawn = io.BytesIO()
    segno.make(f"EAB1:{series}:{number}", error="m").save(drawn, kind="png", scale=10, border=4)
    camera = before_camera(Image.open(drawn).convert("RGB"))
    enter(camera, logins["official"])
    camera.goto("/admin/pensions/blank/do/scan/")
    take_picture(camera)
    camera.wait_for_selector("#scan ul .code")
    assert number in camera.locator("#scan ul .code").inner_text()
    assert number in camera.locator("#scan-said").inner_text()
