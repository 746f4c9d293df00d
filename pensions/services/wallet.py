"""The wallet copy of a certificate (SD-JWT VC), with the facts that the worker has chosen; and its status list."""

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import access
from common import clock
from common.errors import Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.scoping import system
from common.service import service
from pensions.certificates.keys import key_id
from pensions.certificates.sd_jwt import issue_sd_jwt, present, wallet_claims
from pensions.certificates.status_list import sign_status_list
from pensions.enums.issuing import KeyPurpose
from pensions.models import Certificate
from pensions.services import signing_keys
from pensions.services.certificates import unpack
from pensions.services.trust_bundle import statuses

DOWNLOAD = "certificates.certificate.download"
MEDIA_TYPE = "application/dc+sd-jwt"
STATUS_MEDIA_TYPE = "application/statuslist+cwt"
TTL = 3600
# What can be chosen, and the disclosures that it opens; None are the months themselves.
CHOICES: dict[str, tuple[Any, tuple[str | None, ...]]] = {
    "name": (_("Name"), ("name", "latin_name")),
    "birthdate": (_("Date of birth"), ("birthdate",)),
    "identifiers": (_("Identifiers"), ()),
    "employer": (_("Employer"), ("employer",)),
    "position": (_("Position"), ("position",)),
    "months": (_("Months"), (None,)),
    "contribution": (_("Contributions"), (None, "contribution")),
    "wage": (_("Wages"), (None, "wage")),
    "tax": (_("Taxes"), (None, "tax")),
}


@service
def wallet_copy(*, by: Any, certificate: Certificate, chosen: Collection[str]) -> tuple[bytes, str]:
    """SD-JWT VC with only these facts to be seen, and its file name. Period and number are never hidden."""
    access.require(by, DOWNLOAD, certificate)
    if not set(chosen) <= set(CHOICES):
        raise Invalid("choice_unknown", _("Choose what is to be shown."), field="chosen")
    issue, _proof = unpack(certificate)
    key = signing_keys.current(certificate.issuer, KeyPurpose.PAYLOAD)
    signer = signing_keys.signer_of(key)
    claims = wallet_claims(issue.record, issuer_url=settings.SITE_ADDRESS, status_uri=status_address())
    whole = issue_sd_jwt(claims, signer, header={"kid": key_id(signer.public_key).hex()})
    names = {name for one in chosen for name in CHOICES[one][1]}
    if "identifiers" in chosen:
        names |= {scheme for scheme, _value in issue.record.person.identifiers}
    compact = present(whole, lambda name, _value: name in names)
    journal.record(
        by=by,
        verb=Verb.EXPORTED,
        obj=certificate,
        subject_id=certificate.worker_id,
        action=DOWNLOAD,
        details={"wallet": sorted(chosen)},
    )
    return compact.encode(), f"{certificate.number}.sd-jwt"


def status_address() -> str:
    return f"{settings.SITE_ADDRESS}{reverse('pensions:status_list')}"


def status_token() -> bytes:
    """The signed status list (CWT), the same for everybody for five minutes."""
    token = cache.get("status-list")
    if token is None:
        token = _sign_statuses(by=None)
        cache.set("status-list", token, 300)
    return token


@service
def _sign_statuses(*, by: Any) -> bytes:
    with system("status list, public by its nature"):
        signer = signing_keys.signer_of(signing_keys.bundle_key())
        return sign_status_list(statuses(), uri=status_address(), at=clock.now(), ttl=TTL, signer=signer)
