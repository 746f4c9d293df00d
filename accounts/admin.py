from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from . import journal_desk  # noqa: F401  (registers the journal's desk)
from .desk import DeskAdmin, DeskInline
from .forms import ReasonForm, TokenForm
from .models import ApiToken, Membership, Organisation, User
from .object_actions import ObjectAction, Page
from .services import second_factor, tokens
from .site import desk


class MembershipInline(DeskInline):
    model = Membership
    fk_name = "user"
    fields = ["organisation", "role", "from_on", "until_on"]


@admin.register(User, site=desk)
class UserDesk(DeskAdmin):
    list_display = ["full_name", "email", "is_active"]
    search_fields = ["full_name", "email"]
    fields = ["full_name", "email", "language", "is_active", "created_at"]
    inlines = [MembershipInline]
    object_actions = [
        ObjectAction(
            "reset-factor",
            _("Take second factors away"),
            action="accounts.factor.reset",
            form=ReasonForm,
            run=lambda by, obj, reason: second_factor.reset(by=by, user=obj, reason=reason),
            done=_("Second factors, sessions and tokens are gone; the next sign-in sets up a new factor."),
            explain=_(
                "For a person who has lost the phone and the recovery codes. Do it only when you have seen the "
                "person or called back on a number that you knew before."
            ),
            tone="danger",
        )
    ]


@admin.register(Organisation, site=desk)
class OrganisationDesk(DeskAdmin):
    list_display = ["__str__", "kind", "state", "is_active"]
    list_filter = ["kind", "state"]
    search_fields = ["name_ky", "name_ru", "name_en"]


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
