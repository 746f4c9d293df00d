"""Step 3: a numbered blank, a sealed certificate, and anyone who checks it."""

import io

import pypdfium2
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from PIL import Image

from common import clock
from pensions.certificates.verify import Code
from pensions.models import Employment
from pensions.services import blanks, certificates, control_register, signing_keys, verification
from pensions.words.verdicts import VERDICTS

from .stage import Stage


def issue_and_check(stage: Stage) -> str:
    """Issued for the employment in Moscow, checked by its picture, on the page, after forgery and after revocation."""
    certificate = _issue(stage)
    pdf, name = certificates.download(by=stage.cast["worker"], certificate=certificate)
    stage.keep(name, pdf)
    verdicts = {
        "PDF": _verdict(pdf),
        "QR of the page": _verdict(_picture(pdf)),
        "public page": _on_the_page(pdf, name),
        "one digit changed": _verdict(_forged(pdf)),
    }
    second = _issue(stage, place=1)
    revoked_pdf, _name = certificates.download(by=stage.cast["supervisor"], certificate=second)
    certificates.revoke(
        by=stage.cast["supervisor"],
        certificate=second,
        reason_code="error",
        reason="Катачылык менен берилген",
    )
    verdicts["revoked"] = _verdict(revoked_pdf)
    _expect(verdicts)
    stage.found["certificate"] = certificate
    said = ", ".join(f"{what}: {verdict}" for what, verdict in verdicts.items())
    return (
        f"{certificate.number} on blank {certificate.blank}; {said}; register {control_register.head()[:12]}"
    )


def _issue(stage: Stage, place: int = 0):
    """The Social Fund issues from its ledger; on first use it gets its right, its keys and its blanks."""
    supervisor, fund = stage.cast["supervisor"], stage.cast.organisations["fund"]
    if place == 0:
        signing_keys.grant_right(by=None, organisation=fund, basis="Социалдык фонддун жобосу")
        signing_keys.open_keys(by=None, organisation=fund)
        blanks.receive_blanks(
            by=supervisor, custodian=fund, series="KG", first=1, last=500, document="Накладная № 1"
        )
    employments = Employment.everything.filter(employer=stage.found["builder"])
    if place == 0:
        employment = employments.get(worker=stage.found["traveller"])
    else:
        employment = employments.exclude(worker=stage.found["traveller"]).order_by("pk")[place]
    draft = certificates.draft_certificate(by=supervisor, employment=employment, issuer=fund)
    return certificates.issue_certificate(by=supervisor, certificate=draft)


def _verdict(data: bytes) -> str:
    return str(verification.verify_file(by=None, data=data).code)


def _picture(pdf: bytes) -> bytes:
    """The page as a camera or scanner would give it."""
    page = pypdfium2.PdfDocument(pdf)[0].render(scale=200 / 72).to_pil()
    target = io.BytesIO()
    Image.Image.save(page, target, format="PNG")
    return target.getvalue()


def _forged(pdf: bytes) -> bytes:
    """The same file with one byte of its middle changed."""
    place = len(pdf) // 2
    return pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]


def _on_the_page(pdf: bytes, name: str) -> str:
    """What a visitor without an account reads."""
    upload = SimpleUploadedFile(name, pdf, content_type="application/pdf")
    answer = Client(HTTP_HOST="localhost").post(reverse("pensions:verify"), {"way": "file", "file": upload})
    page = answer.content.decode()
    with translation.override("ky"):
        return next(
            (str(code) for code, (title, *_rest) in VERDICTS.items() if str(title) in page), "unreadable"
        )


def _expect(verdicts: dict[str, str]) -> None:
    wanted = {
        "PDF": Code.VALID,
        "QR of the page": Code.VALID,
        "public page": Code.VALID,
        "revoked": Code.REVOKED,
    }
    wrong = {what: said for what, said in verdicts.items() if what in wanted and said != str(wanted[what])}
    if wrong or verdicts["one digit changed"] == str(Code.VALID):
        raise RuntimeError(f"verification on {clock.today()} said {verdicts}")
