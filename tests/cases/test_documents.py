"""Documents and exports of a case: what is taken, how it lies there, who opens it and for how long."""

import io
import socket
import threading
import zipfile
from urllib.parse import parse_qs, urlsplit

import pytest
import pyzipper
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from cases import links
from cases.models import CaseDocument, CaseExport
from cases.services import documents, exports, work
from common import file_kinds, files, virus_scan
from common.errors import Conflict, Invalid, Refused
from common.file_kinds import recognise
from common.models import StoredFile

from .conftest import refused

pytestmark = pytest.mark.django_db
TEXT = "Иш берүүчү үч ай айлык берген жок.".encode()


def picture(form="PNG") -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(target, form)
    return target.getvalue()


def office(*names, mimetype=b"") -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for name in names:
            archive.writestr(name, "<x/>")
    return target.getvalue()


def add(story, case, content=TEXT, name="statement.txt", **values):
    return documents.add(by=story.worker, case=case, file=io.BytesIO(content), name=name, **values)


TAKEN = {
    "pdf": b"%PDF-1.7\n...",
    "png": picture(),
    "jpg": picture("JPEG"),
    "webp": picture("WEBP"),
    "docx": office("[Content_Types].xml", "word/document.xml"),
    "xlsx": office("[Content_Types].xml", "xl/workbook.xml"),
    "odt": office("content.xml", mimetype=b"application/vnd.oasis.opendocument.text"),
    "ogg": b"OggS\0\2" + b"\0" * 40,
    "m4a": b"\0\0\0\x20ftypM4A \0\0\0\0",
    "mp4": b"\0\0\0\x20ftypisom\0\0\0\0",
    "heic": b"\0\0\0\x20ftypheic\0\0\0\0",
    "txt": TEXT,
}
REFUSED = {
    "a page": b"<html><script>alert(1)</script>",
    "a page behind blanks": b"\n\n  <svg onload=x>",
    "a program": b"MZ\x90\0" + b"\0" * 60,
    "a script": b"#!/bin/sh\nrm -r /",
    "bytes": bytes(range(256)),
    "another archive": office("evil.exe"),
    "an old office file": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 60,
    "macros": office("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
    "a cut archive": office("[Content_Types].xml", "word/document.xml")[:40],
    "a broken picture": picture()[:60],
    "text with a bell": b"abc\x07",
}


@pytest.mark.parametrize("ending", TAKEN)
def test_what_a_file_is_follows_from_its_content(ending):
    assert recognise(io.BytesIO(TAKEN[ending])).ending == ending


@pytest.mark.parametrize("what", REFUSED)
def test_what_could_do_harm_is_not_taken(what):
    with pytest.raises(Invalid) as error:
        recognise(io.BytesIO(REFUSED[what]))
    assert error.value.code in {"file_kind", "file_macros", "file_broken"}


def test_only_pictures_are_ever_shown_inside_a_page():
    kinds = [one for one in vars(file_kinds).values() if isinstance(one, file_kinds.FileKind)]
    assert {one.ending for one in kinds if one.is_picture} == {"jpg", "png", "webp"}


def test_a_document_lies_sealed_under_the_key_of_the_case(story):
    case = story.case()
    made = add(story, case, name="C:\\Жылдыз Асанова.exe", title="")
    assert files.read(made.file) == TEXT
    assert (made.file.key_id, made.file.name, made.file.sha256) == (case.key_id, "document.txt", "")
    lying = (
        settings.MEDIA_ROOT / made.file.address[:2] / made.file.address[2:4] / made.file.address
    ).read_bytes()
    assert TEXT not in lying
    row = CaseDocument.everything.filter(pk=made.pk).values("title")[0]["title"]
    assert row.startswith("s1:")
    case.key.destroy()
    with pytest.raises(Exception, match=str(case.key_id)):
        files.read(StoredFile.objects.get(pk=made.file_id))


@pytest.mark.parametrize(("content", "code"), [(b"", "file_size"), (b"a" * (20 * 1024**2 + 1), "file_size")])
def test_size_is_limited(story, content, code):
    with refused(Invalid, code):
        add(story, story.case(), content)


def test_a_case_keeps_a_hundred_files(story, monkeypatch):
    monkeypatch.setattr(documents, "MOST_FILES", 1)
    case = story.case()
    add(story, case)
    with refused(Invalid, "files_many"):
        add(story, case)


# --- the scanner -------------------------------------------------------------------------------------------


@pytest.fixture
def clamd(settings):
    """A server that speaks clamd's protocol, to be given its answer; returns what it was sent."""
    server = socket.create_server(("127.0.0.1", 0))
    settings.VIRUS_SCANNER = f"tcp:127.0.0.1:{server.getsockname()[1]}"
    state = {"answer": b"stream: OK\0", "sent": b""}

    def serve():
        while True:
            try:
                line, _from = server.accept()
            except OSError:
                return
            with line, line.makefile("rb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                while size := int.from_bytes(stream.read(4)):
                    state["sent"] += stream.read(size)
                line.sendall(state["answer"])

    threading.Thread(target=serve, daemon=True).start()
    yield state
    server.close()


def test_a_scanner_looks_before_a_file_is_kept(story, clamd):
    case = story.case()
    assert add(story, case).is_scanned
    assert clamd["sent"] == TEXT
    clamd["answer"] = b"stream: Eicar-Test-Signature FOUND\0"
    with refused(Invalid, "file_infected"):
        add(story, case)
    clamd["answer"] = b"INSTREAM size limit exceeded. ERROR\0"
    with refused(Conflict, "scanner_silent"):
        add(story, case)
    assert CaseDocument.everything.count() == 1


def test_a_scanner_that_is_named_and_silent_refuses(story, settings):
    settings.VIRUS_SCANNER = "unix:/nowhere/clamd.ctl"
    with refused(Conflict, "scanner_silent"):
        add(story, story.case())


def test_without_a_scanner_it_says_so(story, client):
    case = story.case()
    assert not virus_scan.is_on()
    assert not add(story, case).is_scanned
    client.force_login(story.worker)
    client.cookies["django_language"] = "en"
    assert (
        "No virus scanner"
        in client.get(reverse("admin:cases_case_do", args=[case.pk, "document"])).content.decode()
    )
    assert "not looked at" in client.get(reverse("admin:cases_case_change", args=[case.pk])).content.decode()


# --- links ---------------------------------------------------------------------------------------------------


def paper_link(client, case) -> str:
    page = client.get(reverse("admin:cases_case_change", args=[case.pk]))
    return page.context["papers"][0]["url"]


def test_a_link_serves_its_person_for_ten_minutes(client, story, time_machine_at, journal):
    case = story.case()
    client.force_login(story.worker)
    upload = SimpleUploadedFile("дарек.txt", TEXT)
    answer = client.post(
        reverse("admin:cases_case_do", args=[case.pk, "document"]), {"file": upload, "title": ""}
    )
    assert answer.status_code == 302
    link = paper_link(client, case)
    answer = client.get(link)
    assert answer.content == TEXT
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
    assert journal(object_type="cases.casedocument", verb="read").count() == 1
    client.force_login(story.supervisor)
    assert client.get(link).status_code == 410, "made for somebody else"
    client.force_login(story.partner_worker)
    assert client.get(link).status_code == 404
    client.force_login(story.worker)
    other = add(story, case)
    query = parse_qs(urlsplit(link).query)["link"][0]
    assert client.get(reverse("cases:document", args=[other.pk]), {"link": query}).status_code == 410
    assert client.get(reverse("cases:document", args=[other.pk])).status_code == 410
    time_machine_at(case.opened_at.date().replace(year=case.opened_at.year + 1))
    client.force_login(story.worker)
    assert client.get(link).status_code == 410


def test_a_picture_is_shown_and_runs_nothing(client, story):
    case = story.case()
    add(story, case, picture(), "photo.html")
    client.force_login(story.worker)
    answer = client.get(paper_link(client, case))
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["Content-Type"] == "image/png"
    assert "default-src 'none'" in answer["Content-Security-Policy"]


# --- exports -------------------------------------------------------------------------------------------------


def test_an_export_opens_with_its_password_only(story):
    case = story.case()
    work.write_note(by=story.worker, case=case, text="сыр сөз 🙏")
    add(story, case, title="../../etc/passwd")
    made, password = exports.make(by=story.worker, case=case, recipient="Лигага", purpose="сот")
    content = files.read(made.file)
    with pyzipper.AESZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        assert names == [f"{case.number}.pdf", "01 _.._etc_passwd.txt"]
        for wrong in (None, b"other"):
            archive.setpassword(wrong)
            with pytest.raises(RuntimeError):
                archive.read(names[1])
        archive.setpassword(password.encode())
        assert archive.read(names[1]) == TEXT
        assert archive.read(names[0]).startswith(b"%PDF")
        assert all(one.wz_aes_strength == 3 for one in archive.infolist()), "AES-256"
    assert len(password.replace("-", "")) == 25


def test_the_one_complained_of_is_given_no_export(story):
    case = story.case()
    work.name_respondent(by=story.worker, case=case, kind="employer", name="ООО Сидоров")
    with refused(Refused, "respondent_leak"):
        exports.make(by=story.worker, case=case, recipient=" ооо  сидоров", purpose="x")
    assert not CaseExport.everything.exists()


def test_the_password_is_shown_once_and_the_file_for_a_week(client, story, time_machine_at, journal):
    case = story.case()
    client.force_login(story.worker)
    page = client.post(
        reverse("admin:cases_case_do", args=[case.pk, "export"]), {"recipient": "Лига", "purpose": "сот"}
    )
    text = page.content.decode()
    assert page.context["password"] in text
    assert "no-store" in page["Cache-Control"]
    made = CaseExport.everything.get()
    assert client.get(page.context["link"])["Content-Type"] == "application/zip"
    assert (
        page.context["password"]
        not in client.get(reverse("admin:cases_case_change", args=[case.pk])).content.decode()
    )
    assert {e.verb for e in journal(object_type="cases.caseexport")} == {"exported", "read"}
    time_machine_at(made.made_at.date().replace(year=made.made_at.year + 1))
    client.force_login(story.worker)
    late = links.link("cases:export", story.worker, made.pk)
    assert client.get(late).status_code == 410
