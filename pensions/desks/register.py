from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import access
from accounts.desk import DeskAdmin
from accounts.enums import Scope
from accounts.filters import NamedValues
from accounts.object_actions import ObjectAction
from accounts.site import desk
from pensions.forms import issuing as forms
from pensions.models import (
    IssuingRight,
    RegisterCheckpoint,
    RegisterEntry,
    RegisterWitness,
    SigningKey,
)
from pensions.services import signing_keys, witnessing
from pensions.views.register import KINDS

from .paging import CappedPaginator


class ListOnly(DeskAdmin):
    """Rows in sequence: they have a list and no page."""

    paginator = CappedPaginator


@admin.register(RegisterEntry, site=desk)
class RegisterEntryDesk(ListOnly):
    list_display = ["index", "what", "at"]
    list_filter = [("kind", NamedValues.by(lambda: KINDS))]
    ordering = ["-index"]

    @admin.display(description=pgettext_lazy("register", "what happened"))
    def what(self, entry) -> str:
        return str(KINDS.get(entry.kind, entry.kind))


@admin.register(RegisterCheckpoint, site=desk)
class RegisterCheckpointDesk(ListOnly):
    list_display = ["size", "root", "at"]
    ordering = ["-id"]


def _add_witness(by: Any, obj: None, **values: Any) -> None:
    witnessing.add_witness(by=by, **values)


@admin.register(RegisterWitness, site=desk)
class RegisterWitnessDesk(DeskAdmin):
    list_display = ["name", "state", "verifier", "ended_on"]
    ordering = ["at", "pk"]
    fields = ["name", "state", "verifier", "ended_on", "at"]
    list_actions = [
        ObjectAction(
            "add",
            _("Name a witness"),
            witnessing.WITNESS,
            _add_witness,
            forms.WitnessForm,
            tone="primary",
            explain=_("The key comes from the other state's office, by a way that both sides trust."),
        )
    ]
    object_actions = [
        ObjectAction(
            "end",
            _("End"),
            witnessing.WITNESS,
            when=lambda witness: witness.ended_on is None,
            tone="danger",
            run=lambda by, obj: _none(witnessing.end_witness(by=by, witness=obj)),
            explain=_("What the witness has signed stays signed; nothing new is taken."),
        )
    ]


def own_states(request, obj) -> dict[str, Any]:
    who = access.grants(request.user, signing_keys.MANAGE).get(Scope.STATE)
    return {"states": who.states if who else []}


def _grant(by: Any, obj: None, **values: Any) -> None:
    signing_keys.grant_right(by=by, **values)


def _open(by: Any, obj: None, **values: Any) -> None:
    signing_keys.open_keys(by=by, **values)


@admin.register(IssuingRight, site=desk)
class IssuingRightDesk(DeskAdmin):
    list_display = ["organisation", "basis", "valid_from", "valid_until"]
    list_select_related = ["organisation"]
    ordering = ["-valid_from", "pk"]
    list_actions = [
        ObjectAction(
            "grant",
            _("Enter a right to issue"),
            signing_keys.MANAGE,
            _grant,
            forms.RightForm,
            form_kwargs=own_states,
            tone="primary",
        )
    ]


@admin.register(SigningKey, site=desk)
class SigningKeyDesk(DeskAdmin):
    list_display = ["kid", "issuer_name", "purpose", "valid_from", "valid_until", "compromised_from"]
    list_filter = ["purpose"]
    ordering = ["-created_at", "pk"]
    fields = [
        "kid",
        "issuer_name",
        "issuer",
        "purpose",
        "provider",
        "valid_from",
        "valid_until",
        "compromised_from",
    ]
    list_actions = [
        ObjectAction(
            "open",
            _("Open new keys"),
            signing_keys.MANAGE,
            _open,
            forms.IssuerForm,
            form_kwargs=own_states,
            tone="primary",
            explain=_(
                "The organisation signs with the new keys from now on; what the old ones signed stays valid."
            ),
        )
    ]
    object_actions = [
        ObjectAction(
            "compromised",
            _("Declare compromised"),
            signing_keys.MANAGE,
            form=forms.WhyForm,
            when=lambda key: key.compromised_from is None,
            tone="danger",
            run=lambda by, obj, reason: _none(
                signing_keys.declare_compromised(by=by, key=obj, reason=reason)
            ),
            explain=_("What was entered in the register before this moment stays valid."),
        )
    ]


def _none(_made: Any) -> None:
    """A service's answer that leads nowhere: the page of the object is shown again."""
