"""The bundle for offices without network: keys, seals, states and bad blanks in one signed file."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from common import clock
from common.service import service
from pensions.certificates.bundle import sign_bundle
from pensions.certificates.status_list import StatusList
from pensions.certificates.trust import BlankState as TrustedBlank
from pensions.certificates.trust import StaticTrust
from pensions.enums.issuing import BlankState, CertificateState, KeyPurpose
from pensions.models import Blank, Certificate, IssuingRight, SigningKey
from pensions.services import checkpoints, signing_keys, time_stamping
from pensions.services.certificates import STATUS_LIST
from pensions.services.verification import STATUSES, RegisterTrust, issuer_key, seal_key

VALID_FOR = dt.timedelta(days=14)
BAD = (BlankState.SPOILED, BlankState.LOST, BlankState.STOLEN, BlankState.DESTROYED)


@dataclass(frozen=True)
class TrustBundle:
    """The signed file, and the public key (DER) that an office pins once, from hand to hand."""

    data: bytes
    pinned: bytes
    kid: str
    valid_until: dt.datetime


@service
def make_bundle(*, by: Any = None) -> TrustBundle:
    """A bundle of what the register knows now; it is refused two weeks later."""
    checkpoints.checkpoint()
    key = signing_keys.bundle_key()
    now = clock.now()
    data = sign_bundle(
        offline_trust(), made_at=now, valid_until=now + VALID_FOR, signer=signing_keys.signer_of(key)
    )
    return TrustBundle(data, bytes(key.public_key), key.kid, now + VALID_FOR)


def offline_trust() -> StaticTrust:
    """All that a verifier without network may know, as the bundle carries it."""
    rights: dict[Any, list[IssuingRight]] = {}
    for right in IssuingRight.everything.order_by("valid_from"):
        rights.setdefault(right.organisation_id, []).append(right)
    trust = StaticTrust(online=False, log_trust=RegisterTrust().log())
    for key in SigningKey.everything.filter(purpose__in=[KeyPurpose.PAYLOAD, KeyPurpose.SEAL]):
        if key.purpose == KeyPurpose.PAYLOAD:
            trust.keys[bytes.fromhex(key.kid)] = issuer_key(key, rights.get(key.organisation_id, []))
        else:
            certificate = bytes(key.certificate)
            trust.seals.setdefault(key.issuer, []).append(certificate)
            trust.seal_keys[certificate] = seal_key(key)
    trust.stamps = time_stamping.believed()
    trust.statuses[STATUS_LIST] = statuses()
    trust.blanks = {
        blank.printed: TrustedBlank(blank.state) for blank in Blank.everything.filter(state__in=BAD)
    }
    return trust


def statuses() -> StatusList:
    """State of every certificate by its place in the status list."""
    sealed = Certificate.everything.sealed()
    last = sealed.order_by("-status_index").values_list("status_index", flat=True).first()
    statuses = StatusList(0 if last is None else last + 1)
    stopped = sealed.exclude(state=CertificateState.ISSUED).values_list("status_index", "state")
    for index, state in stopped.iterator():
        statuses[index] = STATUSES[state]
    return statuses
