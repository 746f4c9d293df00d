"""Prints: made once, sealed, archived, and never made again; whoever asks later gets the same bytes."""

from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse

from accounts import access
from common import files
from common.journal.models import Verb
from common.models import StoredFile
from common.service import service
from pensions.certificates.issuing import print_variant
from pensions.certificates.model import Variant
from pensions.enums.issuing import CertificateState, KeyPurpose, PrintVariant
from pensions.models import Certificate, CertificatePrint, PrintStamp
from pensions.services import signing_keys
from pensions.services.certificate_archive import sentences, unpack
from pensions.services.certificate_states import locked, note, wrong_state

DOWNLOAD = "certificates.certificate.download"
MEDIA_TYPE = "application/pdf"


@service
def print_certificate(
    *, by: Any, certificate: Certificate, variant: int = PrintVariant.FULL, language: str = ""
) -> CertificatePrint:
    """The archived print of a variant; made, sealed and archived when it is asked for the first time."""
    access.require(by, DOWNLOAD, certificate)
    certificate = locked(certificate)
    if certificate.state == CertificateState.DRAFT:
        raise wrong_state(certificate)
    language = language or certificate.language
    which = {"certificate": certificate, "variant": variant, "language": language}
    archived = CertificatePrint.everything.select_related("file__key").filter(**which).first()
    if archived is not None:
        return archived
    issue, proof = unpack(certificate)
    with sentences():
        pdf = print_variant(
            issue,
            Variant(variant),
            issuer_name=certificate.signing_key.issuer_name,
            url=public_address(certificate.number),
            seal=signing_keys.seal_of(signing_keys.current(certificate.issuer, KeyPurpose.SEAL)),
            language=language,
            proof=proof,
        )
    try:
        with transaction.atomic():
            stored = files.store(
                pdf, name=f"{certificate.number}.pdf", media_type=MEDIA_TYPE, key=certificate.key
            )
            return CertificatePrint.everything.create(**which, file=stored)
    except IntegrityError:  # somebody printed it at the same moment: theirs is the archived one
        return CertificatePrint.everything.select_related("file__key").get(**which)


def print_missing(issued: QuerySet[Certificate]) -> int:
    """Archives the full prints that a process which was killed after an issue left out; safe to run twice."""
    printed = CertificatePrint.everything.filter(variant=PrintVariant.FULL).values("certificate_id")
    left_out = issued.filter(state=CertificateState.ISSUED).exclude(pk__in=printed)
    for certificate in left_out:
        print_certificate(by=None, certificate=certificate, variant=PrintVariant.FULL)
    return len(left_out)


def download(
    *, by: Any, certificate: Certificate, variant: int = PrintVariant.FULL, language: str = ""
) -> tuple[bytes, str]:
    """The PDF and its file name. Every download stands in the journal."""
    made = print_certificate(by=by, certificate=certificate, variant=variant, language=language)
    note(by, certificate, Verb.EXPORTED, DOWNLOAD, variant=int(variant))
    return files.read(newest_copy(made)), made.file.name


def newest_copy(made: CertificatePrint) -> StoredFile:
    """The print with all the time stamps that were laid over it since; the sealed bytes stand at its beginning."""
    last = PrintStamp.everything.filter(print=made).select_related("file__key").order_by("-number").first()
    return last.file if last else made.file


def public_address(number: str) -> str:
    """Where the second QR leads."""
    return f"{settings.SITE_ADDRESS}{reverse('pensions:verify_number', args=[number])}"
