from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from common.journal.models import Entry, Seal

from .desk import DeskAdmin, DeskInline
from .models import Membership, Organisation, User
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


@admin.register(Organisation, site=desk)
class OrganisationDesk(DeskAdmin):
    list_display = ["__str__", "kind", "state", "is_active"]
    list_filter = ["kind", "state"]
    search_fields = ["name_ky", "name_ru", "name_en"]


@admin.register(Entry, site=desk)
class EntryDesk(DeskAdmin):
    list_display = ["at", "verb", "object_type", "action", "channel", "reason"]
    list_filter = ["verb", "channel"]
    ordering = ["-id"]


@admin.register(Seal, site=desk)
class SealDesk(DeskAdmin):
    list_display = ["number", "sealed_at", "count", "short_head"]
    ordering = ["-number"]

    @admin.display(description=_("head"))
    def short_head(self, seal) -> str:
        return seal.digest[:16]
