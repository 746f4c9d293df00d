"""What one did in bulk: to which rows, which were left out and why, and the way back while it is open."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import Http404
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common import formatting

from .bulk import SHOWN
from .bulk_action import BulkAction
from .desk import DeskAdmin
from .models import BulkAct
from .object_actions import ObjectAction
from .services import bulk
from .site import desk


def action_of(act: BulkAct) -> BulkAction | None:
    """None where a later version no longer has it: the act stays in the list, without its words."""
    try:
        return desk._registry[apps.get_model(act.desk)].bulk_named(act.name)
    except (LookupError, ValueError, Http404):
        return None


def _undo(by: Any, obj: BulkAct) -> None:
    bulk.take_back(by=by, act=obj, one=action_of(obj))


@admin.register(BulkAct, site=desk)
class BulkActDesk(DeskAdmin):
    list_display = ["at", "who", "what", "rows", "left_out", "until_at", "undone_at"]
    list_select_related = ["user"]
    ordering = ["-at"]
    sortable_by = []
    object_actions = [
        ObjectAction(
            "undo",
            _("Take it back"),
            action=bulk.UNDO,
            run=_undo,
            when=lambda act: act.can_be_undone and action_of(act) is not None,
            tone="primary",
            done=_("It is taken back."),
            explain=_(
                "The rows go back to how they stood, by an act of their own: the first one stays in the "
                "history. Rows that somebody has dealt with since are left as they are."
            ),
        )
    ]

    def get_fieldsets(self, request, obj=None):
        """The story says everything; no raw fields."""
        return []

    @admin.display(description=_("who"))
    def who(self, act: BulkAct) -> str:
        return str(act.user)

    @admin.display(description=_("what was done"))
    def what(self, act: BulkAct) -> str:
        one = action_of(act)
        return str(one.title) if one else act.name

    @admin.display(description=_("rows"))
    def rows(self, act: BulkAct) -> str:
        return formatting.number(len(act.done))

    @admin.display(description=pgettext_lazy("bulk act", "left out"))
    def left_out(self, act: BulkAct) -> str:
        return formatting.number(len(act.refused))

    def story(self, request, obj: BulkAct) -> dict[str, Any]:
        one = action_of(obj)
        if one is None:
            return {}
        home = desk._registry[one.model]
        keys = [key for key, _before in obj.done[:SHOWN]]
        reasons = [*obj.refused[:SHOWN], *obj.left[:SHOWN]]
        rows = self._named_rows(home, one, request, [*keys, *(key for key, _why in reasons)])
        return {
            "story_template": "admin/bulk_act.html",
            "act": obj,
            "one": one,
            "done_columns": [_("Row")],
            "done_rows": [[rows.get(key, "—")] for key in keys],
            "why_columns": [_("Row"), _("Why not")],
            "refused_rows": [[rows.get(key, "—"), why] for key, why in obj.refused[:SHOWN]],
            "left_rows": [[rows.get(key, "—"), why] for key, why in obj.left[:SHOWN]],
        }

    @staticmethod
    def _named_rows(home: DeskAdmin, one: BulkAction, request, keys: list[str]) -> dict[str, Any]:
        """{key: name with the way to its page} of the rows that the person may still see."""
        found = home.model.objects.filter(pk__in=keys)
        if home.list_select_related:
            found = found.select_related(*home.list_select_related)
        found = list(found)
        home._note_shown(request.user, found)
        return {str(row.pk): _cell(one, row) for row in found}


def _cell(one: BulkAction, row: Any) -> dict[str, Any] | str:
    try:
        url = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    except NoReverseMatch:
        return one.label(row)
    return {"value": one.label(row), "url": url}
