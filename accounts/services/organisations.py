"""Organisations: opened, renamed, closed, opened again; never deleted. An employer's comes with its record."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.enums import OrganisationKind, State
from accounts.models import Membership, Organisation, User
from common import clock
from common.enums import Language, TranslationState
from common.errors import Conflict, Invalid
from common.journal import services as journal
from common.journal.models import Entry, Verb
from common.kyrgyz import fold
from common.service import service

from . import roles

CHANGE = "accounts.organisation.change"
NAMES = tuple(f"name_{language}" for language in Language.values)


@service
def open_organisation(
    *, by: User, kind: str, state: str, name_ky: str = "", name_ru: str = "", name_en: str = ""
) -> Organisation:
    """A new organisation in which roles can be proposed; one name at least, and no other open one has it."""
    access.require(by, CHANGE)
    if kind == OrganisationKind.EMPLOYER or kind not in OrganisationKind.values:
        raise Invalid(
            "kind_elsewhere",
            _("An employer's organisation is opened from the employer's page in the registry."),
            field="kind",
        )
    if state not in State.values:
        raise Invalid("state_unknown", _("Choose one of the states."), field="state")
    named = _named(name_ky, name_ru, name_en)
    _not_twice(kind, state, named)
    made = Organisation.objects.create(kind=kind, state=state, **named)
    journal.record(by=by, verb=Verb.CREATED, obj=made, action=CHANGE, details={"to": _plain(made)})
    return made


@service
def rename(
    *,
    by: User,
    organisation: Organisation,
    reason: str,
    name_ky: str = "",
    name_ru: str = "",
    name_en: str = "",
) -> None:
    """Other names from now on; the former stand in the journal for good and are shown at the organisation."""
    organisation = _locked(by, organisation)
    if not organisation.is_active:
        raise Conflict("organisation_closed", _("The organisation is closed."))
    named = _named(name_ky, name_ru, name_en)
    before = _plain(organisation)
    if before == {name: named[name] for name in NAMES}:
        raise Conflict("same_name", _("The organisation has this name already."), field="name_ky")
    _not_twice(organisation.kind, organisation.state, named, but=organisation)
    Organisation.objects.filter(pk=organisation.pk).update(**named)
    details = {"from": before, "to": {name: named[name] for name in NAMES}}
    journal.record(by=by, verb=Verb.CHANGED, obj=organisation, action=CHANGE, reason=reason, details=details)


@service
def close(*, by: User, organisation: Organisation, reason: str, end_roles: bool = False) -> None:
    """Nobody acts for it any more and nobody can be given a role there; what it did and its rows stay."""
    organisation = _locked(by, organisation)
    if not organisation.is_active:
        raise Conflict("organisation_closed", _("The organisation is closed."))
    standing = list(_standing(organisation))
    if standing and not end_roles:
        raise Conflict(
            "roles_standing",
            _("Roles that are still held in this organisation: %(count)s."),
            way_out=_("End them first at each person, or let them end with the organisation."),
            field="end_roles",
            count=len(standing),
        )
    for membership in standing:
        roles.end(by=by, membership=membership, reason=reason)
    _set_active(by, organisation, False, reason, {"roles": len(standing)})


@service
def open_again(*, by: User, organisation: Organisation, reason: str) -> None:
    """Takes a closing back, without any role: those are proposed and given anew."""
    organisation = _locked(by, organisation)
    if organisation.is_active:
        raise Conflict("organisation_open", _("The organisation is open."))
    if _standing(organisation).exists():
        raise Conflict("closed_today", _("A role there ends today. Open the organisation again tomorrow."))
    _not_twice(organisation.kind, organisation.state, _plain(organisation), but=organisation)
    _set_active(by, organisation, True, reason, {})


def former_names(organisation: Organisation) -> list[tuple[Any, dict[str, str]]]:
    """(when it ended, {name_ky, name_ru, name_en}) of each former name, newest first."""
    rows = Entry.objects.filter(
        object_type=Organisation._meta.label_lower,
        object_id=str(organisation.pk),
        action=CHANGE,
        verb=Verb.CHANGED,
    )
    entries = rows.order_by("-pk").values_list("at", "details")
    return [(at, details["from"]) for at, details in entries if "from" in details]


def _locked(by: User, organisation: Organisation) -> Organisation:
    access.require(by, CHANGE, organisation)
    return Organisation.objects.select_for_update().get(pk=organisation.pk)


def _standing(organisation: Organisation):
    still = Q(until_on__isnull=True) | Q(until_on__gte=clock.today())
    return Membership.objects.filter(still, organisation=organisation, user__is_active=True)


def _set_active(by: User, organisation: Organisation, is_active: bool, reason: str, details: dict) -> None:
    Organisation.objects.filter(pk=organisation.pk).update(is_active=is_active)
    details = {"is_active": is_active, **details}
    journal.record(by=by, verb=Verb.CHANGED, obj=organisation, action=CHANGE, reason=reason, details=details)


def _plain(organisation: Organisation) -> dict[str, str]:
    return {name: getattr(organisation, name) for name in NAMES}


def _named(name_ky: str, name_ru: str, name_en: str) -> dict[str, str]:
    """Columns of the name: what is given is as the organisation calls itself, what is not is missing."""
    given = {"name_ky": name_ky, "name_ru": name_ru, "name_en": name_en}
    words = {name: " ".join(text.split()) for name, text in given.items()}
    if not any(words.values()):
        raise Invalid("name_missing", _("Give the name in one language at least."), field="name_ky")
    states = {
        f"{name}_state": TranslationState.APPROVED if text else TranslationState.MISSING
        for name, text in words.items()
    }
    return words | states


def _not_twice(kind: str, state: str, named: dict[str, str], *, but: Organisation | None = None) -> None:
    others = Organisation.objects.filter(kind=kind, state=state, is_active=True)
    if but is not None:
        others = others.exclude(pk=but.pk)
    taken = {fold(text) for row in others.values_list(*NAMES) for text in row if text}
    for name in NAMES:
        if named[name] and fold(named[name]) in taken:
            raise Conflict(
                "organisation_twice",
                _("An open organisation of this kind and state has this name already."),
                way_out=_("Look for it in the list, or give a name that tells the two apart."),
                field=name,
            )
