"""The directory of partners and the family links, at the desk."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.access import grants
from accounts.desk import DeskAdmin
from accounts.object_actions import ObjectAction
from accounts.site import desk
from cases import directory
from cases.enums import CaseType, ServiceKind
from cases.forms import partners as forms
from cases.models import FamilyLink, Partner
from cases.services import partners
from common.enums import Language
from common.formatting import MISSING, join_list, language_name


def own_organisation(user):
    held = [m for who in grants(user, partners.CHANGE).values() for m in who.memberships]
    return next(m.organisation for m in held if m.organisation_id)


def describe(by, obj, **values) -> None:
    about = {language: values.pop(f"about_{language}") for language in Language.values}
    partners.describe(by=by, organisation=own_organisation(by), about=about, **values)


def as_it_stands(request, obj) -> dict:
    entry = Partner.everything.filter(organisation=own_organisation(request.user)).first()
    return {name: getattr(entry, name) for name in forms.PartnerForm.base_fields} if entry else {}


@admin.register(Partner, site=desk)
class PartnerDesk(DeskAdmin):
    list_display = ["organisation", "hotline", "hours", "is_public", "takes_requests", "confirmed_at"]
    list_select_related = ["organisation"]
    ordering = ["confirmed_at"]
    fields = [
        *("organisation", "offers", "helps_with", "speaks", "hotline", "hours", "coverage", "is_public"),
        *("takes_requests", "confirmed_at", "about_ky", "about_ru", "about_en"),
    ]
    readonly_fields = ["offers", "helps_with", "speaks"]
    list_actions = [
        ObjectAction(
            "describe",
            _("Describe our organisation"),
            partners.CHANGE,
            describe,
            forms.PartnerForm,
            initial=as_it_stands,
            tone="primary",
        )
    ]
    object_actions = [
        ObjectAction(
            "confirm",
            _("All of it is still true"),
            partners.CHANGE,
            lambda by, obj: partners.confirm(by=by, partner=obj),
        )
    ]

    @admin.display(description=_("services"))
    def offers(self, partner: Partner) -> str:
        return join_list(directory.labels(ServiceKind, partner.services)) or MISSING

    @admin.display(description=_("kinds of case"))
    def helps_with(self, partner: Partner) -> str:
        return join_list(directory.labels(CaseType, partner.case_types)) or MISSING

    @admin.display(description=_("languages"))
    def speaks(self, partner: Partner) -> str:
        return join_list([language_name(code) for code in partner.languages]) or MISSING


@admin.register(FamilyLink, site=desk)
class FamilyLinkDesk(DeskAdmin):
    personal = True
    list_display = ["first", "second", "relation", "made_at"]
    list_filter = ["relation"]
    list_select_related = ["first", "second"]
    ordering = ["-made_at"]
