"""Verdicts and reasons of a verification as sentences."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common import formatting
from pensions.certificates.document import form_texts
from pensions.certificates.verify import Code, Reason, Verdict

# code: (title, what to do, tone)
VERDICTS: Mapping[str, tuple[Any, Any, str]] = {
    Code.VALID: (
        _("The certificate is valid"),
        _(
            "Compare the rows below with the rows on the paper: a figure that differs was changed on the paper."
        ),
        "success",
    ),
    Code.ALTERED: (
        _("The certificate was altered"),
        _("Do not accept it. Keep a copy and tell the office that is named as its issuer."),
        "danger",
    ),
    Code.REVOKED: (
        _("The certificate was revoked"),
        _("Do not accept it. Its holder can ask the issuer for a new one."),
        "danger",
    ),
    Code.SUSPENDED: (
        _("The certificate is suspended"),
        _("Do not rely on it now; check again later or ask the issuer."),
        "warning",
    ),
    Code.SUPERSEDED: (
        _("The certificate was replaced by another"),
        _("Ask for the new certificate."),
        "warning",
    ),
    Code.UNKNOWN_ISSUER: (
        _("The issuer is not known or had no right to issue"),
        _("Do not accept it unless the office itself confirms it."),
        "danger",
    ),
    Code.KEY_COMPROMISED: (
        _("The seal cannot be believed: its key was stolen"),
        _("Ask the issuer to confirm the certificate or to issue it again."),
        "danger",
    ),
    Code.NOT_IN_REGISTER: (
        _("The certificate is not in the register"),
        _("Look for a slip in number and code. If there is none, do not accept the paper."),
        "danger",
    ),
    Code.BLANK_NOT_VALID: (
        _("The blank form must not be in use"),
        _("Do not accept it. Keep a copy and tell the office that is named as its issuer."),
        "danger",
    ),
    Code.UNREADABLE: (
        _("No certificate could be read"),
        _("Take the picture again: flat, in good light, the whole square code in the picture."),
        "neutral",
    ),
}

UNREADABLE = _("What was brought is not a complete certificate of this kind.")
REASONS: Mapping[str, Any] = {
    "signature_good": _("The signature over the data is genuine."),
    "signature_wrong": _("The signature does not fit the data."),
    "payload_unreadable": _("The code holds no readable data."),
    "key_unknown": _("The data are signed with a key that the register does not know."),
    "issuer_not_of_key": _("The data name an issuer to whom the key does not belong."),
    "key_not_valid_on_date": _("The issuer's key was not valid on the day of issue (%(date)s)."),
    "no_authority_on_date": _("The issuer had no right to issue certificates on %(date)s."),
    "issued_in_future": _("The day of issue lies in the future."),
    "dated_otherwise": _("The day of issue (%(date)s) is not the day on which it was signed (%(signed)s)."),
    "rows_digest_wrong": _("The attached months are not those that were sealed."),
    "rows_not_attached": _("Only the totals are sealed into the code; the months stand in the file."),
    "disclosure_invalid": _("The attached data cannot be read."),
    "disclosure_mismatch": _("The attached data are not those that were sealed."),
    "number_not_registered": _("The register has no certificate with this number."),
    "number_or_code_wrong": _("The register has no certificate with this number and check code."),
    "register_not_checked": _("The register was not asked: there is no connection."),
    "payload_not_registered": _("The register has a certificate with this number, but not with these data."),
    "log_index_differs": _("The attached proof and the register name different entries."),
    "log_split": _("The attached proof comes from another version of the register."),
    "registered": _("The certificate stands in the control register as entry %(index)s."),
    "proof_good": _("The attached proof leads to entry %(index)s of the control register."),
    "proof_wrong": _("The attached proof does not hold."),
    "proof_of_other_certificate": _("The attached proof belongs to another certificate."),
    "logged_after_compromise": _("It was entered after the issuer's key was stolen."),
    "logged_before_compromise": _("It was entered before the issuer's key was stolen and stays valid."),
    "status_not_checked": _("Whether it was revoked could not be checked."),
    "status_revoked": _("It was revoked on %(since)s."),
    "status_suspended": _("It was suspended on %(since)s."),
    "status_superseded": _("It was replaced on %(since)s by certificate %(by)s."),
    "blank_unknown": _("The register does not know the numbered blank form."),
    "blank_not_reported": _("The blank form is not reported as lost or spoiled."),
    "blank_in_stock": _("The register has this blank form as not used yet."),
    "blank_in_transit": _("The register has this blank form as not delivered yet."),
    "blank_spoiled": _("The blank form was reported as spoiled."),
    "blank_lost": _("The blank form was reported as lost."),
    "blank_stolen": _("The blank form was reported as stolen."),
    "blank_destroyed": _("The blank form was reported as destroyed."),
    "blank_of_other_certificate": _("The blank form was used for another certificate."),
    "print_same": _("The print says what was sealed, letter by letter."),
    "print_differs": _("The print differs from what was sealed; the lines are shown below."),
    "print_not_compared": _("A picture was read: compare the rows yourself with the paper."),
    "seal_good": _("The electronic seal of the file is intact and belongs to the issuer."),
    "seal_missing": _("The file bears no electronic seal."),
    "seal_bytes_changed": _("The file was changed after it was sealed."),
    "seal_signature_wrong": _("The electronic seal does not hold."),
    "seal_unreadable": _("The electronic seal cannot be read."),
    "seal_algorithm_not_here": _("The electronic seal is of a national kind that cannot be checked here."),
    "changed_after_sealing": _("Something was added to the file after it was sealed."),
    "seal_of_stranger": _("The electronic seal belongs to somebody else than the issuer."),
    "seal_key_not_valid_on_date": _("The key of the electronic seal was not valid on that day (%(date)s)."),
    "seal_key_stolen": _(
        "The key of the electronic seal was stolen on %(since)s, and nothing shows an earlier seal."
    ),
    "seal_before_theft": _(
        "The file was sealed before the key of the seal was stolen; a time stamp of %(at)s proves it."
    ),
    "seal_in_archive": _("The key of the seal was stolen later, but this very file lies in the archive."),
    "stamp_of_stranger": _("The time stamp comes from an authority that is not known here."),
    "payload_not_attached": _("The signed data are missing in the file."),
    "only_address_found": _(
        "Only the code with the address was found. It proves nothing: show the large code."
    ),
    "no_certificate_found": _("No code of a certificate was found."),
    "several_certificates": _("The file holds codes of several certificates."),
    "file_too_large": _("The file is too large."),
    "file_damaged": _("The file is damaged."),
    "file_type_unknown": _("The file is neither a PDF nor a PNG or JPEG picture."),
    "unsupported_prefix": _("The text is not that of a certificate's code."),
    "version_unsupported": _("The certificate is of a version that is not known here."),
}
_GOOD = {
    "signature_good",
    "registered",
    "proof_good",
    "seal_good",
    "seal_before_theft",
    "seal_in_archive",
    "print_same",
}


def words_of(reason: Reason) -> str:
    """The sentence of a reason in the language of the moment."""
    values = {name: _shown(value) for name, value in reason.values.items()}
    text = str(REASONS.get(reason.code, UNREADABLE))
    return text % values if "%(" in text else text


def _shown(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value).date()
    return formatting.date_long(value) if isinstance(value, dt.date) else value


def reasons_of(verdict: Verdict) -> list[dict[str, str]]:
    """What speaks against it first; each sentence with a tone."""
    ordered = sorted(verdict.reasons, key=lambda reason: reason.against is None)
    return [
        {
            "code": reason.code,
            "text": words_of(reason),
            "tone": "danger" if reason.against else "success" if reason.code in _GOOD else "info",
        }
        for reason in ordered
    ]


def labels(language: str) -> dict[str, str]:
    """Words of the printed form in the reader's language, by label."""
    return {key: words[language] for key, words in form_texts().items() if language in words}


def document(verdict: Verdict) -> dict[str, Any]:
    """The verdict for programs, with its sentences; the verdict itself stands first."""
    said = verdict.as_dict()
    del said["code"]
    for reason, told in zip(verdict.reasons, said["reasons"], strict=True):
        told["text"] = words_of(reason)
    head = {"verdict": str(verdict.code), "valid": verdict.valid, "title": str(VERDICTS[verdict.code][0])}
    return head | said
