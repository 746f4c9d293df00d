"""Rights and keys of issuing organisations: granted, opened, followed by the next, ended, declared compromised."""

import base64
import datetime as dt
import json
import logging
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.enums import Scope
from accounts.models import Organisation
from common import clock
from common.errors import Conflict, Invalid, Missing, Refused
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service
from common.translated import words
from pensions import key_providers
from pensions.certificates.errors import KeyStoreError
from pensions.certificates.issuing import Seal
from pensions.certificates.keys import Signer, key_id, public_bytes
from pensions.certificates.self_issued import self_issued
from pensions.control_register.notes import NoteSigner
from pensions.enums.issuing import KeyEventKind, KeyPurpose
from pensions.models import IssuingRight, KeyEvent, SigningKey
from pensions.services import control_register, time_stamping

log = logging.getLogger(__name__)

MANAGE = "certificates.key.manage"
YEARS = 3


def issuer_code(organisation: Organisation) -> str:
    """Short stable code of an issuer, as it stands in payloads: the state and 50 random bits of the organisation."""
    letters = base64.b32encode(organisation.pk.bytes[-8:]).decode()
    return f"{organisation.state}.{letters[-13:-3]}"


def issuer_name(organisation: Organisation) -> str:
    """The name that is printed: the form's first language is Russian."""
    return words(organisation, "name", "ru")[0]


def key_day() -> dt.date:
    """Validity of keys is reckoned in UTC, as in the payload."""
    return clock.now().astimezone(dt.UTC).date()


@service
def grant_right(
    *,
    by: Any,
    organisation: Organisation,
    basis: str,
    valid_from: dt.date | None = None,
    valid_until: dt.date | None = None,
) -> IssuingRight:
    """The organisation may issue certificates on this legal basis."""
    require_manager(by, organisation)
    if not basis.strip():
        raise Invalid("basis_missing", _("Name the legal basis."), field="basis")
    control_register.hold()
    right = IssuingRight.everything.create(
        organisation=organisation,
        basis=basis.strip(),
        valid_from=valid_from or clock.today(),
        valid_until=valid_until,
    )
    _enter(by, KeyEventKind.RIGHT_GRANTED, right=right)
    return right


@service
def end_right(*, by: Any, right: IssuingRight, on: dt.date, reason: str) -> IssuingRight:
    """The last day of the right. What was issued before stays valid."""
    require_manager(by, right.organisation)
    control_register.hold()
    right.valid_until = on
    right.save(update_fields=["valid_until"])
    _enter(by, KeyEventKind.RIGHT_ENDED, right=right, reason=reason)
    return right


@service
def open_keys(
    *, by: Any, organisation: Organisation, valid_until: dt.date | None = None, provider: str = ""
) -> list[SigningKey]:
    """New keys for payloads and seals, valid from today. Keys in use stay valid for what they have signed and are
    not used any more: that is the roll-over. `provider` overrides where the settings keep new keys; a national one
    takes the seal only."""
    require_manager(by, organisation)
    control_register.hold()
    today = key_day()
    last = valid_until or today.replace(year=today.year + YEARS, day=min(today.day, 28))
    made = [
        _open(KeyPurpose.PAYLOAD, organisation, today, last, "" if provider == "gost" else provider),
        _open(KeyPurpose.SEAL, organisation, today, last, provider),
    ]
    for key in made:
        _enter(by, KeyEventKind.KEY_OPENED, key=key)
    return made


@service
def end_key(*, by: Any, key: SigningKey, on: dt.date, reason: str) -> SigningKey:
    """The last day on which the key may sign."""
    require_manager(by, key.organisation)
    control_register.hold()
    key.valid_until = on
    key.save(update_fields=["valid_until"])
    _enter(by, KeyEventKind.KEY_ENDED, key=key, reason=reason)
    return key


@service
def declare_compromised(
    *, by: Any, key: SigningKey, reason: str, from_entry: int | None = None
) -> SigningKey:
    """From this entry of the register on the key is not believed; what was entered before stays valid.

    Without `from_entry` the line is drawn here and now.
    """
    require_manager(by, key.organisation)
    if not reason.strip():
        raise Invalid("reason_missing", _("Say what happened to the key."), field="reason")
    control_register.hold()
    size = control_register.size()
    limit = size if from_entry is None else from_entry
    if not 0 <= limit <= size or (key.compromised_from is not None and limit > key.compromised_from):
        raise Invalid("entry_invalid", _("The register has no such entry."), field="from_entry")
    key.compromised_from = limit
    key.save(update_fields=["compromised_from"])
    _enter(by, KeyEventKind.KEY_COMPROMISED, key=key, reason=reason)
    return key


def require_manager(by: Any, organisation: Organisation | None) -> None:
    """A supervisor looks after the keys of organisations of the own state. None is the system."""
    if by is None:
        return
    found = access.grants(by, MANAGE).get(Scope.STATE)
    if found is None or organisation is None:
        raise Refused()
    if organisation.state not in found.states:
        raise Missing()


def _open(
    purpose: KeyPurpose,
    organisation: Organisation | None,
    valid_from: dt.date,
    valid_until: dt.date | None,
    provider: str = "",
) -> SigningKey:
    kept_in, signer, wrapped = key_providers.make(purpose, provider)
    name = issuer_name(organisation) if organisation else control_register.origin()
    certificate = None
    if purpose == KeyPurpose.SEAL:
        certificate = self_issued(
            signer,
            organisation=name,
            country=organisation.state,
            valid_from=valid_from,
            valid_until=valid_until,
        )
    return SigningKey.everything.create(
        organisation=organisation,
        purpose=purpose,
        provider=kept_in,
        kid=key_id(signer.public_key).hex(),
        public_key=public_bytes(signer.public_key),
        wrapped=wrapped,
        certificate=certificate,
        issuer=issuer_code(organisation) if organisation else "register",
        issuer_name=name,
        valid_from=valid_from,
        valid_until=valid_until,
    )


def _enter(
    by: Any,
    kind: KeyEventKind,
    *,
    key: SigningKey | None = None,
    right: IssuingRight | None = None,
    reason: str = "",
) -> None:
    at = clock.now().replace(microsecond=0)
    about = key or right
    event = KeyEvent(
        key=key, right=right, kind=kind, said=said(about), reason=reason.strip()[:300], at=at, by=by
    )
    control_register.enter(event, at=at)
    journal.record(by=by, verb=Verb.CHANGED, obj=about, action=MANAGE, reason=reason, details={"event": kind})


def said(about: SigningKey | IssuingRight) -> str:
    """The facts of a key or right as one text, for its events and for the audit."""
    facts = [one.hex() if isinstance(one, bytes) else one for one in about.facts()]
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))


# What the issue needs -------------------------------------------------------------------------------------------------


def current(organisation: Organisation, purpose: KeyPurpose) -> SigningKey:
    """The newest key that may sign today; Conflict when there is none."""
    today = key_day()
    key = (
        SigningKey.everything.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=today),
            organisation=organisation,
            purpose=purpose,
            valid_from__lte=today,
            compromised_from__isnull=True,
        )
        .order_by("-created_at", "-pk")
        .first()
    )
    if key is None:
        raise Conflict(
            "no_key",
            _("The organisation has no key that may sign today."),
            way_out=_("Ask a registry supervisor of your state to open one."),
        )
    return key


def require_right(organisation: Organisation, on: dt.date) -> IssuingRight:
    """The right under which the organisation issues on that day; Conflict when there is none."""
    rights = IssuingRight.everything.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=on), organisation=organisation, valid_from__lte=on
    )
    right = rights.order_by("-valid_from").first()
    if right is None:
        raise Conflict(
            "no_right",
            _("The organisation has no right to issue certificates today."),
            way_out=_("Ask a registry supervisor of your state to enter the right."),
        )
    return right


def signer_of(key: SigningKey) -> Signer:
    """Whatever signs with this key: a device, or the private key opened in memory."""
    try:
        return key_providers.provider(key.provider).signer(key)
    except KeyStoreError as error:
        log.error("The key %s cannot be used: %s", key.kid, error)
        raise Conflict(
            "key_not_at_hand",
            _("The key %(kid)s cannot be used now."),
            way_out=_("Whoever runs the installation checks its settings of keys."),
            kid=key.kid,
        ) from error


def seal_of(key: SigningKey) -> Seal:
    """What seals with this key, time-stamped where an authority answers; where none does, a job stamps later."""
    return Seal(signer_of(key), bytes(key.certificate), timestamper=time_stamping.stamper())


def register_signer() -> NoteSigner:
    """Signer of checkpoints; the register makes its own key when it is first asked to sign."""
    control_register.hold()
    key = SigningKey.everything.filter(purpose=KeyPurpose.REGISTER).order_by("-created_at").first()
    if key is None:
        key = _open(KeyPurpose.REGISTER, None, key_day(), None)
        _enter(None, KeyEventKind.KEY_OPENED, key=key)
    return control_register.note_signer(signer_of(key))


@service
def roll_register_key(*, by: Any = None, provider: str = "") -> SigningKey:
    """A new key for checkpoints, known from its entry on; what the earlier ones have signed stays signed."""
    require_manager(by, None)
    control_register.hold()
    key = _open(KeyPurpose.REGISTER, None, key_day(), None, provider)
    _enter(by, KeyEventKind.KEY_OPENED, key=key)
    return key


def bundle_key() -> SigningKey:
    """The key that signs offline bundles, made when it is first needed."""
    control_register.hold()
    key = SigningKey.everything.filter(purpose=KeyPurpose.BUNDLE).order_by("-created_at").first()
    if key is None:
        key = _open(KeyPurpose.BUNDLE, None, key_day(), None)
        _enter(None, KeyEventKind.KEY_OPENED, key=key)
    return key
