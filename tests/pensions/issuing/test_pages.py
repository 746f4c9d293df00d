"""Pages, API, commands and desk: what people click on."""

import io
import json
import re
from pathlib import Path

import pypdfium2
import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from accounts.enums import Role
from pensions.certificates import document
from pensions.certificates.model import Variant
from pensions.certificates.qr_text import encode_qr_text
from pensions.certificates.verify import Code
from pensions.models import BlankStock, Certificate
from pensions.services import certificates
from pensions.words.verdicts import REASONS, VERDICTS

pytestmark = pytest.mark.django_db


@pytest.fixture
def issued(office):
    return office.issued()


@pytest.fixture
def pdf(office, issued) -> bytes:
    return office.pdf(issued)


def text_of(certificate) -> str:
    issue, _proof = certificates.unpack(certificate)
    return encode_qr_text(issue.cwts[Variant.FULL])


def code_of(certificate) -> str:
    return certificates.unpack(certificate)[0].record.check_code


def photograph(pdf: bytes) -> bytes:
    file = io.BytesIO()
    pypdfium2.PdfDocument(pdf)[0].render(scale=200 / 72).to_pil().convert("RGB").save(
        file, "JPEG", quality=80
    )
    return file.getvalue()


def send(client, **values):
    return client.post(reverse("pensions:verify"), values)


def page_text(response) -> str:
    return response.content.decode()


@pytest.mark.parametrize(
    ("language", "word"),
    [
        ("ky", "Маалымкат жарактуу"),
        ("ru", "Справка действительна"),
        ("en", "The certificate is valid"),
    ],
)
def test_anyone_checks_a_pdf_in_each_language(client, pdf, language, word):
    client.cookies["django_language"] = language
    response = send(client, way="file", file=SimpleUploadedFile("c.pdf", pdf))
    page = page_text(response)
    assert response.status_code == 200 and word in page
    assert page.index(word) < page.index("46\xa0803,00".replace("\xa0", " ")), (
        "the verdict comes before the data"
    )


def test_a_photograph_a_text_and_number_with_code(client, pdf, issued):
    client.cookies["django_language"] = "en"
    for values in (
        {"way": "file", "file": SimpleUploadedFile("photo.jpg", photograph(pdf))},
        {"way": "text", "text": text_of(issued)},
        {"way": "number", "number": issued.number, "code": code_of(issued)},
    ):
        assert "The certificate is valid" in page_text(send(client, **values)), values["way"]
    page = page_text(send(client, way="number", number=issued.number, code=code_of(issued)))
    assert "46 803,00" not in page and "46\xa0803,00" not in page


def test_the_page_says_that_a_code_alone_proves_nothing_and_needs_no_login(client):
    client.cookies["django_language"] = "en"
    page = page_text(client.get(reverse("pensions:verify")))
    assert "proves nothing by itself" in page and "password" not in page


def test_the_address_on_the_paper_tells_the_state_and_no_name(client, office, issued):
    client.cookies["django_language"] = "en"
    address = certificates.public_address(issued.number)
    assert address.endswith(reverse("pensions:verify_number", args=[issued.number]))
    page = page_text(client.get(reverse("pensions:verify_number", args=[issued.number])))
    assert "is in force" in page and issued.worker.family_name not in page
    certificates.revoke(by=office.official, certificate=issued, reason_code="error", reason="a slip")
    page = page_text(client.get(reverse("pensions:verify_number", args=[issued.number])))
    assert "not in force" in page and "revoked" in page
    page = page_text(client.get(reverse("pensions:verify_number", args=["4G7K-Q2MX-93T"])))
    assert "no certificate with this number" in page


def test_what_strangers_send_never_breaks_the_page(client):
    for content in (
        b"",
        b"%PDF-1.7 broken",
        b"\x89PNG\r\n\x1a\n broken",
        b"\xff\xd8\xff",
        b"hello",
        bytes(3000),
    ):
        response = send(client, way="file", file=SimpleUploadedFile("x", content))
        assert response.status_code in (200, 400)
    assert send(client, way="text", text="EAC1:!!!!").status_code == 200
    assert send(client, way="nonsense").status_code == 200
    assert send(client, way="number", number="' OR 1=1 --", code="x").status_code == 200


def test_checks_are_limited_by_rate(client, settings):
    cache.clear()
    rates = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]
    settings.REST_FRAMEWORK = {
        **settings.REST_FRAMEWORK,
        "DEFAULT_THROTTLE_RATES": {**rates, "verify": "2/min"},
    }
    for _ in range(2):
        assert send(client, way="number", number="1", code="2").status_code == 200
    assert send(client, way="number", number="1", code="2").status_code == 429
    assert client.get(reverse("pensions:verify_number", args=["4G7K-Q2MX-93T"])).status_code == 429


def test_numbers_cannot_be_walked(office):
    numbers = {office.issued().number for _ in range(3)}
    assert len({number[:4] for number in numbers}) > 1 and all(len(number) == 13 for number in numbers)


# API and commands ----------------------------------------------------------------------------------------------------


def test_the_api_answers_anyone(client, pdf, issued):
    address = reverse("api-verify")
    told = client.post(address, {"file": SimpleUploadedFile("c.pdf", pdf)}).json()
    assert told["verdict"] == "valid" and told["valid"] is True and next(iter(told)) == "verdict"
    assert len(told["rows"]) == 12 and all(line["same"] for line in told["lines"])
    told = client.post(address, {"text": text_of(issued)}, content_type="application/json").json()
    assert told["verdict"] == "valid" and all(reason["text"] for reason in told["reasons"])
    wrong = {"number": issued.number, "code": "0000"}
    assert client.post(address, wrong, content_type="application/json").json()["verdict"] == "not_in_register"
    assert client.post(address, {"number": "1"}, content_type="application/json").status_code == 400
    assert client.get(address).status_code in (401, 403, 405)


def run(capsys, *words) -> tuple[int, dict]:
    code = 0
    try:
        call_command("verify", *words)
    except SystemExit as end:
        code = end.code
    return code, json.loads(capsys.readouterr().out)


def test_the_command_ends_with_0_only_when_valid(office, pdf, issued, tmp_path, capsys):
    file = tmp_path / "c.pdf"
    file.write_bytes(pdf)
    assert run(capsys, str(file)) == (0, run(capsys, str(file))[1])
    (tmp_path / "c.jpg").write_bytes(photograph(pdf))
    assert run(capsys, str(tmp_path / "c.jpg"))[0] == 0
    (tmp_path / "c.txt").write_text(text_of(issued), encoding="utf-8")
    assert run(capsys, str(tmp_path / "c.txt"))[0] == 0
    certificates.revoke(by=office.official, certificate=issued, reason_code="error", reason="a slip")
    code, told = run(capsys, str(file))
    assert code == 1 and told["verdict"] == "revoked" and told["valid"] is False


def test_without_network_by_the_bundle(office, pdf, issued, tmp_path, capsys, django_assert_num_queries):
    file, bundle = tmp_path / "c.pdf", tmp_path / "bundle"
    file.write_bytes(pdf)
    call_command("make_bundle", str(bundle))
    capsys.readouterr()
    with django_assert_num_queries(0):
        code, told = run(capsys, str(file), "--offline", "--bundle", str(bundle))
    assert code == 0, told["reasons"]
    certificates.revoke(by=office.official, certificate=issued, reason_code="error", reason="a slip")
    call_command("make_bundle", str(bundle))
    capsys.readouterr()
    code, told = run(capsys, str(file), "--offline", "--bundle", str(bundle))
    assert code == 1 and told["verdict"] == "revoked"


def test_every_verdict_and_reason_has_words():
    assert set(VERDICTS) == set(Code)
    folder = Path(document.__file__).parent
    source = "".join((folder / name).read_text() for name in ("verify.py", "reading.py", "qr_text.py"))
    used = set(re.findall(r'_note\(\s*"([a-z_]+)"[,)]', source)) | set(
        re.findall(r'code="(file_[a-z_]+)"', source)
    )
    assert used and used <= set(REASONS), used - set(REASONS)


# A worker's pages and the desk ----------------------------------------------------------------------------------------


def sign_in(client, user):
    client.force_login(user)
    client.cookies["django_language"] = "en"


def test_a_worker_sees_and_downloads_the_own_ones(client, office, issued, house):
    sign_in(client, office.person)
    page = page_text(client.get(reverse("pensions:my_certificates")))
    assert issued.number in page and "issued" in page
    for variant in (1, 2, 3):
        response = client.get(reverse("pensions:my_certificate_file", args=[issued.pk, variant]))
        assert response.content.startswith(b"%PDF")
        assert response["Cache-Control"] == "no-store"
    assert client.get(reverse("pensions:my_certificate_file", args=[issued.pk, 9])).status_code == 404
    client.logout()
    sign_in(client, house.user(Role.WORKER, "second"))
    assert issued.number not in page_text(client.get(reverse("pensions:my_certificates")))
    assert client.get(reverse("pensions:my_certificate_file", args=[issued.pk, 3])).status_code == 404


def test_an_official_drafts_and_issues_at_the_desk(client, office):
    sign_in(client, office.official)
    list_page = reverse("admin:pensions_certificate_changelist")
    assert "Draft a certificate" in page_text(client.get(list_page))
    form = {"number": office.employment.worker.registry_number, "language": "ky"}
    response = client.post(reverse("admin:pensions_certificate_list_do", args=["draft"]), form)
    draft = Certificate.everything.get()
    assert response.status_code == 302 and str(draft.pk) in response.url
    page = page_text(client.get(response.url))
    assert "What would be certified" in page and "46 803,00" in page.replace("\xa0", " ")
    response = client.post(reverse("admin:pensions_certificate_do", args=[draft.pk, "issue"]), {})
    assert response.status_code == 302
    draft.refresh_from_db()
    assert draft.state == "issued"
    response = client.post(
        reverse("admin:pensions_certificate_do", args=[draft.pk, "download"]), {"variant": "3"}
    )
    assert response.content.startswith(b"%PDF")
    address = reverse("admin:pensions_certificate_do", args=[draft.pk, "revoke"])
    assert client.post(address, {"reason_code": "error", "reason": ""}).status_code == 400
    assert client.post(address, {"reason_code": "error", "reason": "a slip"}).status_code == 302
    page = page_text(client.get(reverse("admin:pensions_certificate_change", args=[draft.pk])))
    assert "revoked" in page and "a slip" in page


def test_the_book_of_blanks_at_the_desk(client, office):
    sign_in(client, office.official)
    do = reverse("admin:pensions_blankmovement_list_do", args=["write-off"])
    form = {"custodian": office.organisation.pk, "kind": "spoiled", "series": "КГ", "first": 1, "last": 2}
    assert client.post(do, {**form, "reason": "wet"}).status_code == 400  # by act only
    form |= {"document": "№ 3", "commission": "Асанова Г., башчы\nБекова Н., мүчө"}
    assert client.post(do, {**form, "reason": "wet"}).status_code == 302
    assert BlankStock.everything.get().spoiled == 2
    assert client.post(do, {**form, "reason": "again"}).status_code == 400
    for name in ("blankmovement", "blankstock", "blank", "registerentry"):
        assert client.get(reverse(f"admin:pensions_{name}_changelist")).status_code == 200, name


def test_keys_at_the_desk_of_a_supervisor(client, office):
    sign_in(client, office.supervisor)
    do = reverse("admin:pensions_signingkey_list_do", args=["open"])
    assert client.post(do, {"organisation": office.organisation.pk}).status_code == 302
    page = page_text(client.get(reverse("admin:pensions_signingkey_changelist")))
    assert "Open new keys" in page
    for name in ("issuingright", "registercheckpoint"):
        assert client.get(reverse(f"admin:pensions_{name}_changelist")).status_code == 200, name


def test_the_desk_is_closed_to_those_who_may_not(client, office, issued, house):
    for role in (Role.AUDITOR, Role.ANALYST, Role.CASE_WORKER, Role.SYSTEM_ADMINISTRATOR):
        sign_in(client, house.user(role))
        assert client.get(reverse("admin:pensions_certificate_changelist")).status_code == 403
        page = client.get(reverse("admin:pensions_certificate_change", args=[issued.pk]))
        assert page.status_code in (302, 403) and issued.worker.family_name not in page_text(page)
    for stranger in (
        house.user(Role.REGISTRY_OFFICIAL, "abroad", state="RU"),
        house.user(Role.EMPLOYER_CLERK, "second"),
    ):
        sign_in(client, stranger)
        assert issued.number not in page_text(client.get(reverse("admin:pensions_certificate_changelist")))
        for action in ("download", "revoke"):
            address = reverse("admin:pensions_certificate_do", args=[issued.pk, action])
            assert client.post(address, {"variant": "3"}).status_code in (403, 404)


def test_a_list_asks_the_same_whatever_its_length(client, office, django_assert_max_num_queries):
    for _ in range(3):
        office.issued()
    sign_in(client, office.official)
    with django_assert_max_num_queries(16):
        client.get(reverse("admin:pensions_certificate_changelist"))
    client.logout()
    sign_in(client, office.person)
    with django_assert_max_num_queries(16):
        client.get(reverse("pensions:my_certificates"))
