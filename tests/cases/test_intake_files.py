"""Requests from a table: good lines come in, each bad one is told with its line and column."""

import io

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cases.models import HelpRequest
from cases.services import intake_files
from common.errors import Invalid, KozotError, Refused

from .conftest import refused

pytestmark = pytest.mark.django_db
CSV = """Что произошло;Вид проблемы;Страна;Язык;Имя;Контакт;Как связаться;Когда безопасно
Не платят;unpaid_wages;RU;ru;Нургүл;+996700111222;call;20-22
Отобрали паспорт;documents;Россия;;;;;
;unpaid_wages;RU;;;;;
Не платят;космос;RU;;;;;
Не платят;other;RU;;;;call;
"""


def take(story, content=CSV.encode(), by=None, **values):
    return intake_files.take_file(
        by=by or story.worker, organisation=story.ngo, file=io.BytesIO(content), **values
    )


def test_good_lines_come_in_and_bad_ones_are_told(story):
    told = take(story)
    assert len(told.receipts) == 2
    assert [(line, name) for line, name, _text in told.rejected] == [(4, "text"), (5, "type"), (6, "contact")]
    first, second = HelpRequest.everything.order_by("received_at", "pk")
    assert (first.name, first.contact, first.channel, first.organisation) == (
        "Нургүл",
        "+996700111222",
        "call",
        story.ngo,
    )
    assert (second.type, second.channel, second.language) == ("documents", "none", "ky")


def test_a_workbook_is_read_too(story):
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    sheet = book.add_worksheet()
    sheet.write_row(
        0, 0, ["What happened", "Kind of trouble", "Country", "Telephone or e-mail", "How to reach"]
    )
    sheet.write_row(1, 0, ["no wages", "unpaid_wages", "RU", 996700111222, "call"])
    book.close()
    assert len(take(story, target.getvalue()).receipts) == 1
    assert HelpRequest.everything.get().contact == "996700111222"


def test_a_file_without_its_columns_and_a_stranger_are_refused(story, house):
    with pytest.raises(KozotError):
        take(story, b"a;b\n1;2\n")
    with refused(Invalid, "other_organisation"):
        take(story, by=story.partner_worker)
    with refused(Refused, "refused"):
        take(story, by=house.user("auditor"))
    assert not HelpRequest.everything.exists()


def test_it_is_taken_in_at_the_desk(client, story):
    client.cookies["django_language"] = "en"
    client.force_login(story.worker)
    upload = SimpleUploadedFile("calls.csv", CSV.encode())
    page = client.post(reverse("admin:cases_helprequest_list_do", args=["file"]), {"file": upload})
    assert page.status_code == 200
    text = page.content.decode()
    assert [one.receipt in text for one in HelpRequest.everything.all()] == [True, True]
    assert "космос" in text
    assert "no-store" in page["Cache-Control"]
