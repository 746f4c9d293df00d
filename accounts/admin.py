from django.contrib import admin
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.forms.people import (
    CloseOrganisationForm,
    EndRoleForm,
    InviteForm,
    OpenOrganisationForm,
    ProposeForm,
    ReasonForm,
    RenameForm,
    TokenForm,
)
from common import clock, formatting
from common.translated import columns

from . import (
    access,
    bulk_desk,  # noqa: F401  (registers the desk of what one did in bulk)
    journal_desk,  # noqa: F401  (registers the journal's desk)
    messages_desk,  # noqa: F401  (registers the desk of messages)
)
from .desk import DeskAdmin, DeskInline
from .enums import ProposalState
from .folded import FoldedSearch
from .models import ApiToken, Membership, Organisation, RoleProposal, User
from .object_actions import ObjectAction, Page
from .services import organisations, people, roles, tokens
from .site import desk


class MembershipInline(DeskInline):
    model = Membership
    fk_name = "user"
    fields = ["organisation", "role", "from_on", "until_on"]


TWO = _("A second person decides before the role begins.")


def _where_and_what(request, obj) -> dict:
    """Roles that the person may propose, and the organisations where."""
    homes = Organisation.objects.filter(is_active=True)
    if access.Scope.ALL not in access.grants(request.user, roles.PROPOSE):
        homes = homes.filter(pk__in=request.user.organisation_ids(*roles.OWN_ROLES))
    return {"roles": roles.choices(request.user), "organisations": homes}


def _standing(user: User):
    still = Q(until_on__isnull=True) | Q(until_on__gte=clock.today())
    return Membership.objects.filter(still, user=user).select_related("organisation")


def _proposed(proposal: RoleProposal) -> str:
    return reverse("admin:accounts_roleproposal_change", args=[proposal.pk])


@admin.register(RoleProposal, site=desk)
class RoleProposalDesk(DeskAdmin):
    list_display = ["user", "role", "organisation", "proposed_by", "proposed_at", "state"]
    list_filter = ["state"]
    list_select_related = ["user", "organisation", "proposed_by"]
    ordering = ["-proposed_at"]
    fields = [*list_display, "until_on", "reason", "decided_by", "decided_at"]
    list_actions = [
        ObjectAction(
            "invite",
            _("Invite a person"),
            action=roles.PROPOSE,
            form=InviteForm,
            form_kwargs=_where_and_what,
            run=lambda by, obj, **values: _proposed(people.invite(by=by, **values)),
            explain=TWO,
            tone="primary",
        )
    ]
    object_actions = [
        ObjectAction(
            "confirm",
            _("Give the role"),
            action=roles.CONFIRM,
            run=lambda by, obj: roles.confirm(by=by, proposal=obj) and None,
            when=lambda proposal: proposal.state == ProposalState.OPEN,
            done=_("The role is given."),
            tone="primary",
        ),
        ObjectAction(
            "decline",
            _("Decline"),
            action=roles.CONFIRM,
            form=ReasonForm,
            run=lambda by, obj, reason: roles.decline(by=by, proposal=obj, reason=reason),
            when=lambda proposal: proposal.state == ProposalState.OPEN,
            done=_("The role is not given."),
        ),
    ]


@admin.register(User, site=desk)
class UserDesk(FoldedSearch, DeskAdmin):
    personal = True
    list_display = ["full_name", "email", "is_active"]
    search_fields = ["full_name", "email"]
    fields = ["full_name", "email", "language", "is_active", "created_at"]
    inlines = [MembershipInline]
    object_actions = [
        ObjectAction(
            "propose-role",
            _("Propose a role"),
            action=roles.PROPOSE,
            form=ProposeForm,
            form_kwargs=_where_and_what,
            run=lambda by, obj, **values: _proposed(roles.propose(by=by, user=obj, **values)),
            when=lambda user: user.is_active,
            explain=TWO,
        ),
        ObjectAction(
            "end-role",
            _("End a role"),
            action="accounts.membership.change",
            form=EndRoleForm,
            form_kwargs=lambda request, obj: {"memberships": _standing(obj)},
            run=lambda by, obj, **values: roles.end(by=by, **values),
            done=_("The role is ended."),
        ),
        ObjectAction(
            "invite-again",
            _("Send the invitation again"),
            action=people.CHANGE,
            run=lambda by, obj: people.invite_again(by=by, user=obj),
            when=lambda user: user.is_active and not user.has_usable_password(),
        ),
        ObjectAction(
            "deactivate",
            _("Close the account"),
            action=people.CHANGE,
            form=ReasonForm,
            run=lambda by, obj, reason: people.deactivate(by=by, user=obj, reason=reason),
            when=lambda user: user.is_active,
            done=_("The account is closed; sessions, tokens and roles have ended."),
            tone="danger",
        ),
        ObjectAction(
            "reactivate",
            _("Open the account again"),
            action=people.CHANGE,
            form=ReasonForm,
            run=lambda by, obj, reason: people.reactivate(by=by, user=obj, reason=reason),
            when=lambda user: not user.is_active,
            done=_("The account is open, without any role."),
        ),
        ObjectAction(
            "reset-factor",
            _("Take second factors away"),
            action="accounts.factor.reset",
            form=ReasonForm,
            run=lambda by, obj, reason: people.reset_factors(by=by, user=obj, reason=reason),
            done=_("Second factors, sessions and tokens are gone; the next sign-in sets up a new factor."),
            explain=_(
                "For a person who has lost the phone and the recovery codes. Do it only when you have seen the "
                "person or called back on a number that you knew before."
            ),
            tone="danger",
        ),
    ]


@admin.register(Organisation, site=desk)
class OrganisationDesk(FoldedSearch, DeskAdmin):
    list_display = ["__str__", "kind", "state", "is_active"]
    list_filter = ["kind", "state"]
    search_fields = ["name_ky", "name_ru", "name_en"]
    fields = ["kind", "state", *columns("name"), "is_active", "created_at", "former_names"]
    readonly_fields = ["former_names"]
    list_actions = [
        ObjectAction(
            "open",
            _("Open an organisation"),
            action=organisations.CHANGE,
            form=OpenOrganisationForm,
            run=lambda by, obj, **values: _at_desk(organisations.open_organisation(by=by, **values)),
            explain=_(
                "Nobody works there before a role is proposed and given. An employer's organisation is opened from "
                "the employer's page in the registry."
            ),
            tone="primary",
        )
    ]
    object_actions = [
        ObjectAction(
            "rename",
            _("Rename"),
            action=organisations.CHANGE,
            form=RenameForm,
            initial=lambda request, obj: {name: getattr(obj, name) for name in organisations.NAMES},
            run=lambda by, obj, **values: organisations.rename(by=by, organisation=obj, **values),
            when=lambda organisation: organisation.is_active,
            done=_("The organisation has its new name; the former one stays readable here."),
        ),
        ObjectAction(
            "close",
            _("Close the organisation"),
            action=organisations.CHANGE,
            form=CloseOrganisationForm,
            run=lambda by, obj, **values: organisations.close(by=by, organisation=obj, **values),
            when=lambda organisation: organisation.is_active,
            done=_("The organisation is closed; what it did stays."),
            tone="danger",
        ),
        ObjectAction(
            "open-again",
            _("Open the organisation again"),
            action=organisations.CHANGE,
            form=ReasonForm,
            run=lambda by, obj, reason: organisations.open_again(by=by, organisation=obj, reason=reason),
            when=lambda organisation: not organisation.is_active,
            done=_("The organisation is open, without any role."),
        ),
    ]

    @admin.display(description=pgettext_lazy("organisation", "former names"))
    def former_names(self, organisation: Organisation) -> str:
        found = organisations.former_names(organisation)
        lines = [
            (
                _("until {day}: {names}").format(
                    day=formatting.date_short(timezone.localtime(at)),
                    names=" · ".join(filter(None, names.values())),
                ),
            )
            for at, names in found
        ]
        return format_html_join("", "<p>{}</p>", lines) or formatting.MISSING


def _at_desk(organisation: Organisation) -> str:
    return reverse("admin:accounts_organisation_change", args=[organisation.pk])


def _issue(by, obj, *, name, actions, days) -> Page:
    """The token's text is kept nowhere, so it is shown here and never again."""
    token, text = tokens.issue(by=by, name=name, actions=actions, days=days)
    back = reverse("admin:accounts_apitoken_changelist")
    return Page("accounts/token.html", {"title": _("Your token"), "token": token, "text": text, "back": back})


@admin.register(ApiToken, site=desk)
class TokenDesk(DeskAdmin):
    list_display = ["name", "created_at", "expires_at", "revoked_at"]
    ordering = ["-created_at"]
    fields = ["name", "actions", "created_at", "expires_at", "revoked_at"]
    list_actions = [
        ObjectAction(
            "issue",
            _("Issue a token"),
            action=tokens.ACTION,
            form=TokenForm,
            form_kwargs=lambda request, obj: {"actions": tokens.grantable(request.user)},
            run=_issue,
            tone="primary",
            fresh=True,
            explain=_("A program that has the token works in your name, within what you choose here."),
        )
    ]
    object_actions = [
        ObjectAction(
            "revoke",
            _("Revoke"),
            action=tokens.ACTION,
            run=lambda by, obj: tokens.revoke(by=by, token=obj),
            when=lambda token: token.is_standing,
            done=_("The token opens nothing any more."),
            tone="danger",
        )
    ]
