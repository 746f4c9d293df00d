"""Blank forms scanned one after the other: what is taken, what is refused and why, and packs by first and last."""

import io

import pytest
import segno
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from accounts.enums import Role, State
from common.scoping import acting_as
from pensions import scanning
from pensions.models import BlankMovement
from pensions.services import blanks

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_desk(office):
    with acting_as(office.official):
        yield office


def test_scans_make_a_list_and_its_runs(at_desk):
    found = scanning.scan([], "EAB1:КГ:0000003")
    assert (found.sheets, found.refused) == ([("КГ", 3)], [])
    found = scanning.scan(found.sheets, "5")
    found = scanning.scan(found.sheets, " кг 0000004 ")
    assert [run["text"] for run in found.runs] == ["КГ 0000003–0000005"]
    assert scanning.read_held(found.held) == found.sheets
    assert scanning.take_back(found.sheets).sheets == [("КГ", 3), ("КГ", 5)]


@pytest.mark.parametrize(
    ("held", "code", "word"),
    [
        ([], "nonsense: 12", "no code"),
        ([], "12", "series is missing"),
        ([("КГ", 3)], "3", "scanned already"),
        ([], "КГ 999", "not among the blank forms that you may see"),
        ([], "ZZ 1", "not among the blank forms that you may see"),
    ],
)
def test_what_is_refused_is_said_and_leaves_the_list_as_it_was(at_desk, held, code, word):
    found = scanning.scan(held, code)
    assert word in found.refused[0] and found.sheets == held


def test_another_offices_number_is_answered_like_one_that_was_never_printed(at_desk, house):
    with acting_as(house.user(Role.REGISTRY_OFFICIAL, "second", State.KZ)):
        theirs, never = scanning.scan([], "КГ 3").refused, scanning.scan([], "КГ 999").refused
    assert theirs[0].split(":")[1] == never[0].split(":")[1]


def test_a_pack_is_taken_by_first_and_last_without_what_is_not_in_stock(at_desk, django_assert_num_queries):
    blanks.write_off(
        by=at_desk.official,
        custodian=at_desk.organisation,
        kind="lost",
        series="КГ",
        first=4,
        last=5,
        reason="gone",
    )
    assert "lost" in scanning.scan([], "КГ 4").refused[0]
    with django_assert_num_queries(1):
        found = scanning.fill_between([("КГ", 10), ("КГ", 2)])
    assert [run["text"] for run in found.runs] == ["КГ 0000002–0000003", "КГ 0000006–0000010"]
    assert len(found.refused) == 2 and found.said.startswith("5 blank forms")
    assert scanning.fill_between([("КГ", 1)]).refused
    assert scanning.fill_between([("КГ", 1), ("ЧА", 3)]).refused
    assert scanning.fill_between([("КГ", 1), ("КГ", 9_000_000)]).refused


def test_the_page_keeps_the_list_says_refusals_aloud_and_leads_on(office, english):
    english.force_login(office.official)
    page = reverse("admin:pensions_blank_list_do", args=["scan"])
    assert english.get(page).status_code == 200
    assert english.post(page, {}).status_code == 400
    first = english.post(page, {"code": "EAB1:КГ:0000001"}).content.decode()
    assert 'value="КГ:1"' in first and 'aria-live="assertive"' in first
    text = english.post(page, {"code": "EAB1:КГ:0000003", "held": "КГ:1"}).content.decode()
    assert 'value="КГ:1;КГ:3"' in text
    text = english.post(page, {"act": "between", "held": "КГ:1;КГ:3"}).content.decode()
    hand_over = reverse("admin:pensions_blankmovement_list_do", args=["hand-over"])
    assert f"{hand_over}?series=%D0%9A%D0%93&amp;first=1&amp;last=3" in text
    assert 'value="КГ"' in english.get(f"{hand_over}?series=КГ&first=1&last=3").content.decode()
    text = english.post(page, {"code": "<b>x</b>", "held": "КГ:1;<script>"}).content.decode()
    assert "<b>x" not in text and "<script>;" not in text and 'value="КГ:1"' in text
    assert not BlankMovement.everything.exclude(kind="received").exists()


def sheet_of(*codes: str) -> bytes:
    """A photograph in which several codes lie one above the other."""
    picture, page = io.BytesIO(), Image.new("L", (600, 20 + 320 * len(codes)), 225)
    for place, code in enumerate(codes):
        drawn = io.BytesIO()
        segno.make(code, error="m").save(drawn, kind="png", scale=8, border=4)
        page.paste(Image.open(drawn).convert("L"), (40, 20 + 320 * place))
    page.rotate(2, fillcolor=225, expand=True).save(picture, "JPEG", quality=70)
    return picture.getvalue()


def test_a_photo_of_several_blank_forms_is_read_on_the_server(office, english):
    english.force_login(office.official)
    page = reverse("admin:pensions_blank_list_do", args=["scan"])
    first = english.get(page).content.decode()
    assert "data-scan-camera" in first and 'capture="environment"' in first
    photo = sheet_of("EAB1:КГ:0000002", "EAB1:КГ:0000007", "EAB1:КГ:0999999", "something else")
    send = lambda content: english.post(  # noqa: E731
        page, {"held": "КГ:1", "file": SimpleUploadedFile("photo.jpg", content)}
    )
    text = send(photo).content.decode()
    assert 'value="КГ:1;КГ:2;КГ:7"' in text and "not among the blank forms" in text
    text = send(sheet_of("something else")).content.decode()
    assert 'value="КГ:1"' in text and "No code of a blank form was found" in text
    wrong = send(b"%PDF-1.7 no picture")
    assert wrong.status_code == 400 and "JPG" in wrong.content.decode()


def test_who_sees_no_blank_forms_scans_none(office, house, client):
    client.force_login(house.user(Role.CASE_WORKER))
    page = reverse("admin:pensions_blank_list_do", args=["scan"])
    assert client.post(page, {"code": "КГ 1"}).status_code in (302, 403, 404)
