"""One act on many rows of a desk: chosen, looked at beforehand, done, and taken back for a day where that is possible.

    class FindingDesk(DeskAdmin):
        bulk_actions = [
            BulkAction("take", _("Take these findings myself"), model=Finding, action="registry.finding.work",
                       run=lambda by, rows: findings.assign(by=by, findings=rows, to=by), refused=findings.refused, …),
        ]

Rows are chosen in the list, or by a button above it whose `run` returns `bulk_page(…)`. Nothing is done before the
page that says to how many it would be done, and to which not and why. `accounts/services/bulk.py` does it and keeps
it; the desk of `BulkAct` is the page of what one did in bulk.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from common.errors import KozotError
from common.journal import services as journal
from common.journal.models import Verb

from . import access
from .bulk_action import BulkAction
from .object_actions import Page
from .services import bulk

SHOWN = 50


class WithBulkActions:
    """Mixin of DeskAdmin."""

    bulk_actions: Sequence[BulkAction] = ()

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_bulk"
        own = [path("bulk/<slug:action>/", self.admin_site.admin_view(self.bulk), name=name)]
        return [*(own if self.bulk_actions else []), *super().get_urls()]

    def bulk_named(self, name: str) -> BulkAction:
        found = next((one for one in self.bulk_actions if one.name == name), None)
        if found is None:
            raise Http404
        return found

    def get_actions(self, request):
        """What Django offers under the list: each leads to its preview."""
        return {
            one.name: (_previewing(one), one.name, one.title)
            for one in self.bulk_actions
            if one.in_list and access.permits(request.user, one.action)
        }

    def bulk(self, request, action: str) -> HttpResponseBase:
        """The preview asks, and its form comes back here."""
        one = self.bulk_named(action)
        if not access.permits(request.user, one.action):
            raise PermissionDenied
        if request.method != "POST":
            return redirect(self._list_address())
        form = one.form(request.POST, **one.form_kwargs(request.user))
        keys = _keys(one.model, request.POST.get("rows", ""))
        if form.is_valid():
            try:
                return self._done(request, one, keys, form.cleaned_data)
            except KozotError as error:
                form.add_error(
                    error.field if error.field in form.fields else None, f"{error} {error.way_out}".strip()
                )
        return self._preview(request, one, self.model.objects.filter(pk__in=keys), form, status=400)

    def _done(self, request, one: BulkAction, keys: list, values: dict) -> HttpResponseBase:
        act = bulk.perform(by=request.user, one=one, keys=keys, values=values)
        said = ngettext("Done to %(count)s row.", "Done to %(count)s rows.", len(act.done))
        messages.success(request, said % {"count": len(act.done)})
        return redirect(reverse("admin:accounts_bulkact_change", args=[act.pk]))

    def _preview(self, request, one, rows, form=None, status: int = 200) -> HttpResponseBase:
        page = self.bulk_page(request.user, one.name, rows, form)
        context = {**self.admin_site.each_context(request), **page.context}
        return TemplateResponse(request, page.template, context, status=status)

    def bulk_page(self, by: Any, name: str, rows: models.QuerySet, form: forms.Form | None = None) -> Page:
        """What would happen to these rows, a thousand at most, as the page that asks for a yes."""
        one = self.bulk_named(name)
        more = rows.select_related(*self.list_select_related) if self.list_select_related else rows
        found = list(more[: bulk.AT_ONCE])
        refused = bulk.judged(by, one, found)
        fit = [row for row in found if row.pk not in refused]
        shown = [*fit[:SHOWN], *[row for row in found if row.pk in refused][:SHOWN]]
        self._note_shown(by, shown)
        return Page(
            "admin/bulk_preview.html",
            {
                "title": one.title,
                "one": one,
                "opts": self.opts,
                "form": form or one.form(**one.form_kwargs(by)),
                "url": reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_bulk", args=[name]),
                "back": self._list_address(),
                "rows": ",".join(str(row.pk) for row in found),
                "fit": len(fit),
                "fit_columns": [_("Row")],
                "refused_columns": [_("Row"), _("Why not")],
                "fit_rows": [[one.label(row)] for row in fit[:SHOWN]],
                "refused": len(refused),
                "refused_rows": [[one.label(row), refused[row.pk]] for row in shown if row.pk in refused],
                "hours": int(bulk.UNDO_FOR.total_seconds() // 3600),
                "is_cut": len(found) == bulk.AT_ONCE,
                "most": bulk.AT_ONCE,
            },
        )

    def _note_shown(self, by: Any, rows: Iterable[Any]) -> None:
        rows = list(rows)
        if self.personal and rows:
            journal.record_many(
                by=by,
                verb=Verb.LISTED,
                objects=rows,
                subject_ids=[self.subject_id(row) for row in rows],
                action=self._view_action(),
            )


def _previewing(one: BulkAction) -> Callable:
    def preview(model_admin, request, queryset):
        return model_admin._preview(request, one, queryset)

    return preview


def _keys(model: type[models.Model], text: str) -> list:
    """Keys out of the hidden field; what is none is a page that does not exist."""
    try:
        return [model._meta.pk.to_python(part) for part in text.split(",") if part]
    except ValidationError as error:
        raise Http404 from error
