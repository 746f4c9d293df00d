"""The organisation's own key: made, shared, changed when somebody leaves, recovered from the printed words."""

import secrets
from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access import grants, require
from accounts.enums import Role
from accounts.models import Membership, Organisation, User
from cases.codes import ALPHABET
from cases.models import Case, Client, Draft, HelpRequest, MemberKey, Referral, Vault, VaultShare
from common import clock
from common.errors import Conflict, Invalid, Refused
from common.journal import services as journal
from common.journal.models import Verb
from common.keys import vault as box
from common.keys.ring import CannotOpen
from common.models import SubjectKey
from common.service import service

USE, MANAGE = "cases.vault.use", "cases.vault.manage"
PASSPHRASE = 14
BATCH = 500


def sealer(organisation_id: Any) -> tuple[str, str] | None:
    """Where keys of this organisation's cases go; None is the key ring, as long as it has no key of its own."""
    found = Vault.objects.filter(organisation_id=organisation_id, retired_at__isnull=True).first()
    return found.sealer if found else None


def new_key(*organisations: Organisation) -> SubjectKey:
    """A saved key that these organisations can open. Nobody has to be signed in to seal for them."""
    key = SubjectKey.new(*(sealer(one.pk) for one in organisations))
    key.save()
    return key


def members(organisation: Organisation) -> "list[User]":
    """Who works on cases there today."""
    valid = Membership.objects.valid_on(clock.today()).filter(
        organisation=organisation, role__in=[Role.CASE_WORKER, Role.CASE_SUPERVISOR]
    )
    return list(User.objects.filter(pk__in=valid.values("user_id")).order_by("full_name"))


def require_in(by: Any, action: str, organisation: Organisation) -> None:
    """Holds the action in this very organisation, not only in another one."""
    held = {m.organisation_id for who in grants(by, action).values() for m in who.memberships}
    if organisation.pk not in held:
        raise Refused()


@service
def choose_passphrase(*, by: Any, passphrase: str) -> MemberKey:
    """Makes the person's pair of keys. A new passphrase makes a new pair: others let the person in again."""
    require(by, USE)
    if len(" ".join(passphrase.split())) < PASSPHRASE:
        raise Invalid(
            "passphrase_short",
            _("Take at least %(least)s characters, such as four words."),
            field="passphrase",
            least=PASSPHRASE,
        )
    if MemberKey.objects.filter(user=by).exists():
        raise Conflict("passphrase_chosen", _("You have a passphrase already."))
    return _pair(by, passphrase)


def _pair(user: Any, passphrase: str) -> MemberKey:
    private, public = box.new_pair()
    made, _new = MemberKey.objects.update_or_create(
        user=user,
        defaults={"public": public, "locked": box.lock(passphrase, private, f"member {user.pk}")},
    )
    VaultShare.objects.filter(user=user).delete()
    journal.record(by=user, verb=Verb.CREATED, obj=made, action=USE)
    return made


def open_member(user: Any, passphrase: str) -> bytes:
    """The person's private key, for the session only; Invalid with a wrong passphrase."""
    own = MemberKey.objects.filter(user=user).first()
    try:
        if own:
            return box.unlock(passphrase, own.locked, f"member {user.pk}")
    except CannotOpen:
        pass
    raise Invalid("passphrase_wrong", _("This is not your passphrase."), field="passphrase")


def open_vault(user: Any, private: bytes, vault: str) -> bytes | None:
    """The private key of a vault, for somebody who has a share of it and still works there."""
    share = VaultShare.objects.filter(vault_id=vault, user=user).select_related("vault").first()
    if share is None:
        return None
    if share.vault.organisation_id not in user.organisation_ids(Role.CASE_WORKER, Role.CASE_SUPERVISOR):
        return None
    opened = box.open_sealed(private, share.sealed, f"share {vault} {user.pk}")
    if box.public_of(opened) != share.vault.public:
        raise Refused(
            "vault_swapped", _("The public key was exchanged in the database. Tell your supervisor.")
        )
    return opened


@service
def set_up(*, by: Any, organisation: Organisation) -> str:
    """Takes the keys of all cases into the organisation's own hands; returns the recovery words, shown once."""
    require_in(by, MANAGE, organisation)
    if sealer(organisation.pk):
        raise Conflict("vault_stands", _("The organisation has its own key already."))
    if not MemberKey.objects.filter(user=by).exists():
        raise Invalid("passphrase_missing", _("Choose your passphrase first."))
    return _new_vault(by, organisation, [by])


@service
def change(*, by: Any, organisation: Organisation) -> str:
    """A new key for those who work there now: who has left opens nothing that is kept from here on.

    Returns the new recovery words; the old ones open nothing any more.
    """
    require_in(by, MANAGE, organisation)
    old = _open(organisation)
    kept = set(VaultShare.objects.filter(vault=old).values_list("user_id", flat=True))
    old.retired_at = clock.now()
    old.save(update_fields=["retired_at"])
    words = _new_vault(by, organisation, [one for one in members(organisation) if one.pk in kept])
    VaultShare.objects.filter(vault=old).delete()
    old.recovery = ""
    old.save(update_fields=["recovery"])
    return words


@service
def let_in(*, by: Any, organisation: Organisation, user: Any) -> VaultShare:
    """Gives a colleague the key, after both have compared the check digits."""
    require_in(by, MANAGE, organisation)
    vault = _open(organisation)
    if user not in members(organisation):
        raise Invalid(
            "other_organisation", _("Only people of the organisation can work on its case."), field="user"
        )
    own = MemberKey.objects.filter(user=user).first()
    if own is None:
        raise Invalid("no_member_key", _("This person has not chosen a passphrase yet."), field="user")
    return _share(by, vault, box.private_of(str(vault.pk)), own)


@service
def recover(*, by: Any, organisation: Organisation, words: str, passphrase: str) -> MemberKey:
    """A supervisor who lost the passphrase comes in again by the printed words."""
    require_in(by, MANAGE, organisation)
    vault = Vault.objects.filter(organisation=organisation, retired_at__isnull=True).first()
    if vault is None:
        raise Conflict("vault_missing", _("The organisation has no key of its own yet."))
    try:
        private = box.unlock(_plain(words), vault.recovery, f"recovery {vault.pk}")
    except CannotOpen as error:
        raise Invalid("words_wrong", _("These are not the recovery words."), field="words") from error
    if len(" ".join(passphrase.split())) < PASSPHRASE:
        raise Invalid(
            "passphrase_short",
            _("Take at least %(least)s characters, such as four words."),
            field="passphrase",
            least=PASSPHRASE,
        )
    own = _pair(by, passphrase)
    _share(by, vault, private, own)
    return own


def _open(organisation: Organisation) -> Vault:
    vault = Vault.objects.filter(organisation=organisation, retired_at__isnull=True).first()
    if vault is None:
        raise Conflict("vault_missing", _("The organisation has no key of its own yet."))
    if box.private_of(str(vault.pk)) is None:
        raise box.Locked()
    return vault


def _new_vault(by: Any, organisation: Organisation, people: Iterable[Any]) -> str:
    private, public = box.new_pair()
    words = "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(8))
    vault = Vault(organisation=organisation, public=public, made_by=by)
    vault.recovery = box.lock(_plain(words), private, f"recovery {vault.pk}")
    vault.save(force_insert=True)
    for own in MemberKey.objects.filter(user__in=people).select_related("user"):
        _share(by, vault, private, own)
    rewrapped = _rewrap(organisation)
    journal.record(by=by, verb=Verb.CREATED, obj=vault, action=MANAGE, details={"keys": rewrapped})
    return words


def _plain(words: str) -> str:
    return "".join(words.upper().replace("-", " ").split())


def _share(by: Any, vault: Vault, private: bytes, own: MemberKey) -> VaultShare:
    made, _new = VaultShare.objects.update_or_create(
        vault=vault,
        user=own.user,
        defaults={
            "sealed": box.seal_to(own.public, private, f"share {vault.pk} {own.user_id}"),
            "given_by": by,
        },
    )
    journal.record(by=by, verb=Verb.CHANGED, obj=vault, action=MANAGE, details={"user": str(own.user_id)})
    return made


def _rewrap(organisation: Organisation) -> int:
    """All keys of the organisation under its key in use; those of a referral stay open to the other side too."""
    own, count = sealer(organisation.pk), 0
    for model in (HelpRequest, Client, Case, Draft):
        rows = model.everything.filter(organisation=organisation)
        count += _wrap_all(SubjectKey.objects.filter(pk__in=rows.values("key_id")), lambda key: [own])
    both = Referral.everything.filter(Q(sender=organisation) | Q(recipient=organisation))
    sides = {
        key: (sender, recipient)
        for key, sender, recipient in both.values_list("key_id", "sender_id", "recipient_id")
    }
    sealers = {one: sealer(one) for pair in sides.values() for one in pair}
    ended = set(
        both.filter(
            Q(state__in=["revoked", "silent"])
            | Q(consent__withdrawal__isnull=False)
            | Q(consent__expires_on__lt=clock.today())
        ).values_list("key_id", flat=True)
    )

    def of_referral(key):
        sender, recipient = sides[key.pk]
        return [sealers[sender]] if key.pk in ended else [sealers[sender], sealers[recipient]]

    return count + _wrap_all(SubjectKey.objects.filter(pk__in=list(sides)), of_referral)


def _wrap_all(keys: Any, vaults: Any) -> int:
    count = 0
    batch: list[SubjectKey] = []
    for key in list(keys.exclude(wrapped="")):
        try:
            key.wrap_for(key.secret(), *vaults(key))
        except box.Locked:
            continue  # what was ended for this side is the other side's alone
        batch.append(key)
        count += 1
        if len(batch) == BATCH:
            SubjectKey.objects.bulk_update(batch, ["wrapped"])
            batch = []
    SubjectKey.objects.bulk_update(batch, ["wrapped"])
    return count
