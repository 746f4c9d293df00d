"""The sealed archive of an issue, and errors of the sealing room as sentences for people."""

import base64
import json
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.errors import Conflict, KozotError
from pensions.certificates.errors import CertificateError
from pensions.certificates.issuing import Issue
from pensions.certificates.model import Variant
from pensions.certificates.payload import decode_claims, encode_claims
from pensions.control_register.leaves import Leaf, Opening
from pensions.models import Certificate


def pack(issue: Issue, proof: str) -> str:
    return json.dumps(
        {
            "record": _text(encode_claims(issue.record)),
            "seed": _text(issue.seed),
            "cwts": {str(int(variant)): _text(cwt) for variant, cwt in issue.cwts.items()},
            "leaf": _text(issue.leaf.encode()),
            "opening": _text(issue.opening.encode()),
            "proof": proof,
        }
    )


def unpack(certificate: Certificate) -> tuple[Issue, str]:
    """The issue as it was sealed, and its proof. Conflict when the person's key was destroyed."""
    if certificate.payloads is None:
        raise Conflict("erased", _("What was sealed has been erased at the person's request."))
    data = json.loads(certificate.payloads)
    issue = Issue(
        record=decode_claims(_bytes(data["record"])),
        seed=_bytes(data["seed"]),
        cwts={Variant(int(variant)): _bytes(cwt) for variant, cwt in data["cwts"].items()},
        leaf=Leaf.decode(_bytes(data["leaf"])),
        opening=Opening.decode(_bytes(data["opening"])),
    )
    return issue, data["proof"]


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)


REFUSALS = {
    "missing_glyph": _("These letters cannot be printed: %(letters)s."),
    "character_forbidden": _("The field %(field)s holds a sign that cannot be printed: %(character)s."),
    "field_too_long": _("The field %(field)s is longer than %(limit)s letters."),
    "currency_unknown": _("Certificates are not made in the currency %(currency)s."),
    "amount_invalid": _("The amount %(amount)s cannot stand on a certificate."),
    "print_unfaithful": _("The print differs from what was sealed; it was not given out."),
}


class sentences:
    """Errors of the sealing room as sentences for people."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if isinstance(error, CertificateError):
            message = REFUSALS.get(error.code, _("The certificate cannot be made from this record."))
            raise KozotError(error.code, message, **error.values) from error
