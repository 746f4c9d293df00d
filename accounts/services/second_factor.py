"""Second factors: codes of an app, passkeys, recovery codes. Cryptography and storage are allauth's; who needs
one, who may add or remove one, the journal and the pages are ours (docs/adr/0023)."""

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.internal import auth as webauthn
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.enums import SECOND_FACTOR_ROLES, Factor
from accounts.models import User
from common import clock, throttle
from common.errors import Conflict, Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service

LOOPBACK_NAMES = {"localhost"}
WRONG_CODE = _("This code is not right, or it was used already.")
TOO_MANY = _("There were too many attempts. Wait an hour and try again.")
WRONG_PASSKEY = _("The passkey was not recognised.")


def is_required(user: User) -> bool:
    """Does one of the person's roles reach beyond the person's own record?"""
    return bool(user.roles & SECOND_FACTOR_ROLES)


def is_enrolled(user: User) -> bool:
    return Authenticator.objects.filter(user=user).exclude(type=Factor.RECOVERY_CODE).exists()


def is_excused(request: Any, user: User) -> bool:
    """The demonstration's own people, on the demonstration's own address on this very machine.

    The name that the request gives itself is not believed alone: the peer has to be this machine, and no
    proxy may stand between.
    """
    if not (settings.DEMO and user.email.endswith(settings.DEMO_DOMAIN)):
        return False
    own = urlsplit(settings.SITE_ADDRESS)
    forwarded = any(
        request.META.get(f"HTTP_{name}") for name in ("X_FORWARDED_FOR", "FORWARDED", "X_REAL_IP")
    )
    return (
        not forwarded
        and is_loopback(own.hostname or "")
        and is_loopback(request.META.get("REMOTE_ADDR", ""))
        and is_loopback(urlsplit(f"//{request.get_host()}").hostname or "")
    )


def is_demo_stranger(request: Any, user: User) -> bool:
    """One of the demonstration's own people, whose password is printed, and not on its own address."""
    return (
        user.email.endswith(settings.DEMO_DOMAIN) and not is_enrolled(user) and not is_excused(request, user)
    )


def is_loopback(host: str) -> bool:
    if host in LOOPBACK_NAMES:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def factors(user: User) -> list[Authenticator]:
    return list(Authenticator.objects.filter(user=user).order_by("created_at"))


def check_code(*, user: User, code: str) -> Factor:
    """A code of the person's app or one of the recovery codes, each good once. Raises Invalid."""
    if not throttle.count("second_factor", str(user.pk)):
        raise Invalid("too_many", TOO_MANY, field="code")
    for one in Authenticator.objects.filter(user=user, type__in=[Factor.APP, Factor.RECOVERY_CODE]):
        if one.wrap().validate_code(code):
            Authenticator.objects.filter(pk=one.pk).update(last_used_at=clock.now())
            throttle.forget("second_factor", str(user.pk))
            return Factor(one.type)
    raise Invalid("wrong_code", WRONG_CODE, field="code")


def check_passkey(*, user: User, credential: dict) -> Factor:
    """The device's answer to the question that this session was asked. Raises Invalid."""
    try:
        one = webauthn.complete_authentication(
            user, _answer(webauthn.parse_authentication_response, credential)
        )
    except ValidationError as error:
        raise Invalid("wrong_passkey", WRONG_PASSKEY, field="credential") from error
    Authenticator.objects.filter(pk=one.pk).update(last_used_at=clock.now())
    return Factor.PASSKEY


def owner_of_passkey(credential: dict) -> User:
    """Whose passkey it claims to be; only check_passkey proves it. Raises Invalid."""
    try:
        user = webauthn.extract_user_from_response(credential)
    except (ValidationError, AttributeError) as error:
        raise Invalid("wrong_passkey", WRONG_PASSKEY, field="credential") from error
    if not user.is_active:
        raise Invalid("wrong_passkey", WRONG_PASSKEY, field="credential")
    return user


def _answer(parse: Any, credential: Any) -> Any:
    """Refuses what a browser would never have sent."""
    try:
        parse(credential)
    except ValidationError as error:
        raise Invalid("wrong_passkey", WRONG_PASSKEY, field="credential") from error
    except Exception as error:  # the parser lets whatever its decoders raise through
        raise Invalid("wrong_passkey", WRONG_PASSKEY, field="credential") from error
    return credential


@service
def add_app(*, by: User, secret: str, code: str) -> list[str]:
    """An app that shows codes, proved by its first one; returns recovery codes when there were none."""
    if Authenticator.objects.filter(user=by, type=Factor.APP).exists():
        raise Conflict("app_exists", _("An app is set up already. Remove it first to set up another."))
    if not totp.validate_totp_code(secret, code):
        raise Invalid(
            "wrong_code",
            _(
                "This code is not right. Check that the clock of the phone is right, and type the newest code."
            ),
            field="code",
        )
    totp.TOTP.activate(by, secret)
    journal.record(
        by=by, verb=Verb.CHANGED, obj=by, reason="second factor added", details={"kind": Factor.APP}
    )
    return _first_codes(by)


@service
def add_passkey(*, by: User, name: str, credential: dict) -> list[str]:
    """A passkey that has just been made; returns recovery codes when there were none."""
    try:
        webauthn.complete_registration(_answer(webauthn.parse_registration_response, credential))
    except ValidationError as error:
        raise Invalid("wrong_passkey", WRONG_PASSKEY, field="credential") from error
    webauthn.WebAuthn.add(by, name.strip()[:60] or str(Factor.PASSKEY.label), credential)
    journal.record(
        by=by, verb=Verb.CHANGED, obj=by, reason="second factor added", details={"kind": Factor.PASSKEY}
    )
    return _first_codes(by)


def _first_codes(user: User) -> list[str]:
    """None for a worker: a paper with codes may lie in other hands, and the office lets one in again."""
    if not is_required(user):
        return []
    if Authenticator.objects.filter(user=user, type=Factor.RECOVERY_CODE).exists():
        return []
    return RecoveryCodes.activate(user).generate_codes()


@service
def new_codes(*, by: User) -> list[str]:
    """Ten fresh recovery codes; those from before open nothing any more."""
    Authenticator.objects.filter(user=by, type=Factor.RECOVERY_CODE).delete()
    journal.record(by=by, verb=Verb.CHANGED, obj=by, reason="recovery codes renewed")
    return _first_codes(by)


@service
def remove(*, by: User, pk: Any) -> None:
    """One of one's own factors; the last one stays where the person's role wants one."""
    mine = Authenticator.objects.filter(user=by).exclude(type=Factor.RECOVERY_CODE)
    one = mine.filter(pk=pk).first()
    if one is None:
        raise Invalid("factor_unknown", _("This second factor is not there any more."))
    if mine.count() == 1 and is_required(by):
        raise Conflict(
            "last_factor",
            _("Your role needs a second factor, and this is the last one."),
            way_out=_("Add another one first."),
        )
    one.delete()
    if not is_enrolled(by):
        Authenticator.objects.filter(user=by).delete()
    journal.record(
        by=by, verb=Verb.CHANGED, obj=by, reason="second factor removed", details={"kind": one.type}
    )
