"""Filters of lists that a desk works off: what is still to be dealt with, and who holds it."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _


class ToBeDealtWith(admin.SimpleListFilter):
    """What waits, unless something else is chosen. A desk names its `states` and how its rows that wait are found."""

    title = _("status")
    parameter_name = "state"
    states: type
    waiting: str

    def lookups(self, request, model_admin):
        return self.states.choices

    def choices(self, changelist):
        found = list(super().choices(changelist))
        found[0]["display"] = _("to be dealt with")
        return found

    def queryset(self, request, queryset):
        return queryset.filter(state=self.value()) if self.value() else getattr(queryset, self.waiting)()


class HeldBy(admin.SimpleListFilter):
    """Mine, or nobody's; a desk names the `holder` field."""

    title = _("assigned to")
    parameter_name = "held"
    holder: str

    def lookups(self, request, model_admin):
        return [("me", _("me")), ("nobody", _("nobody"))]

    def queryset(self, request, queryset):
        if self.value() == "me":
            return queryset.filter(**{self.holder: request.user})
        return queryset.filter(**{self.holder: None}) if self.value() == "nobody" else queryset
