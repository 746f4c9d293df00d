"""Base of every model's page in the desk: rows, buttons and menus come from the permission table.

@admin.register(Worker, site=desk)
class WorkerDesk(DeskAdmin):
    personal = True                             # reads go into the journal
    object_actions = [...]                      # buttons, each a service (object_actions.py)
"""

import re
import uuid
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models

from common.errors import KozotError
from common.journal import services as journal
from common.journal.models import Verb
from common.translated import translated_labels

from . import access
from .bulk import WithBulkActions
from .desk_filters import WithSavedFilters
from .object_actions import WithObjectActions

OBJECT_KEY = re.compile(r"<\w+:(?:object_id|pk)>")


def _filter_names(one: Any) -> list[str]:
    """A filter is a field, a field with its class, or a class that names its own parameter."""
    if isinstance(one, str):
        return [one]
    return [one[0]] if isinstance(one, list | tuple) else [one.parameter_name]


class DeskAdmin(WithSavedFilters, WithBulkActions, WithObjectActions, admin.ModelAdmin):
    """Read-only unless the subclass names the actions; nothing is ever deleted from a desk."""

    view_action: str = ""
    add_action: str = ""
    change_action: str = ""
    personal = False
    show_full_result_count = False
    view_on_site = False
    list_per_page = 50
    actions = None

    def get_urls(self):
        """Rows that are numbered in sequence have a list and no page: their number never stands in an address."""
        urls = super().get_urls()
        if isinstance(self.opts.pk, models.UUIDField):
            return urls
        return [one for one in urls if not OBJECT_KEY.search(str(one.pattern))]

    def get_list_display_links(self, request, list_display):
        if not isinstance(self.opts.pk, models.UUIDField):
            return None
        return super().get_list_display_links(request, list_display)

    def lookup_allowed(self, lookup, value, request):
        """Only what the list offers as a filter: others would tell a hidden column letter by letter."""
        named = {name for one in self.get_list_filter(request) for name in _filter_names(one)}
        offered = any(lookup == name or lookup.startswith(f"{name}__") for name in named)
        period = self.date_hierarchy and lookup.startswith(f"{self.date_hierarchy}__")
        return bool(offered or period) and super().lookup_allowed(lookup, value, request)

    def _view_action(self) -> str:
        return self.view_action or self.model.VIEW

    def may_open(self, user: Any, obj: Any) -> bool:
        return access.permits(user, self._view_action(), obj)

    def has_module_permission(self, request) -> bool:
        return access.permits(request.user, self._view_action())

    def has_view_permission(self, request, obj=None) -> bool:
        return access.permits(request.user, self._view_action(), obj)

    def has_add_permission(self, request) -> bool:
        return bool(self.add_action) and access.permits(request.user, self.add_action)

    def has_change_permission(self, request, obj=None) -> bool:
        return bool(self.change_action) and access.permits(request.user, self.change_action, obj)

    def has_delete_permission(self, request, obj=None) -> bool:
        return False

    def subject_id(self, obj: Any) -> uuid.UUID | None:
        """The person whose record this row is."""
        return getattr(obj, "worker_id", None)

    def get_object(self, request, object_id, from_field=None):
        obj = super().get_object(request, object_id, from_field)
        if obj is not None and self.personal and request.method == "GET":
            journal.record(
                by=request.user,
                verb=Verb.READ,
                obj=obj,
                subject_id=self.subject_id(obj),
                action=self._view_action(),
            )
        return obj

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if request.method != "GET":
            return super().changeform_view(request, object_id, form_url, extra_context)
        with access.remembering():
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_changelist_instance(self, request):
        changes = super().get_changelist_instance(request)
        if self.personal:
            rows = list(changes.result_list)
            journal.record_many(
                by=request.user,
                verb=Verb.SEARCHED if changes.query else Verb.LISTED,
                objects=rows,
                subject_ids=[self.subject_id(row) for row in rows],
                action=self._view_action(),
            )
            changes.result_list = rows
        return changes

    def get_form(self, request, obj=None, change=False, **kwargs):
        """The three languages of one text are told apart by their labels."""
        kwargs["labels"] = {**translated_labels(self.model), **(kwargs.get("labels") or {})}
        return super().get_form(request, obj, change, **kwargs)

    # Django's own log table is not used: the journal is.
    def log_addition(self, request, obj, message):
        pass

    def log_change(self, request, obj, message):
        pass

    def log_deletions(self, request, queryset):
        pass

    def history_view(self, request, object_id, extra_context=None):
        raise PermissionDenied

    def tell(self, request, error: KozotError) -> None:
        """Shows an error of a service as a message, with its way out."""
        messages.error(request, f"{error} {error.way_out}".strip())


class DeskInline(admin.TabularInline):
    """Rows of a child object, seen by whoever may see the child; never edited in place."""

    extra = 0
    can_delete = False
    show_change_link = False
    view_action: str = ""

    def has_view_permission(self, request, obj=None) -> bool:
        return access.permits(request.user, self.view_action or self.model.VIEW)

    def has_add_permission(self, request, obj=None) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False
