"""Saved filters of a desk list: shown above it, kept and taken away by plain forms."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import FieldDoesNotExist
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _

from common.errors import KozotError

from . import access
from .services import saved_filters

NO_DEFAULT = "?o="  # the list as it is, also where a filter is chosen to open it


class KeepForm(forms.Form):
    name = forms.CharField(label=_("Name of these filters"), max_length=40)
    is_default = forms.BooleanField(label=_("Open this list with them"), required=False)


class WithSavedFilters:
    """Mixin of DeskAdmin."""

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_filters"
        return [
            path("filters/", self.admin_site.admin_view(self.filters), name=name),
            *super().get_urls(),
        ]

    def _offered(self, request, lookup: str) -> bool:
        """A filter of this list that leads to no person."""
        return self.lookup_allowed(lookup, "", request) and not self._leads_to_person(lookup)

    def _leads_to_person(self, lookup: str) -> bool:
        try:
            related = self.opts.get_field(lookup.partition("__")[0]).related_model
        except FieldDoesNotExist:
            return False
        registered = self.admin_site._registry.get(related)
        return bool(getattr(registered, "personal", False))

    def changelist_view(self, request, extra_context=None):
        kept = saved_filters.of(request.user, self.opts.label_lower) if self._keeps(request) else []
        if not request.GET and kept and kept[0].is_default and kept[0].query and request.method == "GET":
            return redirect(f"{request.path}?{kept[0].query}")
        extra = {"saved": self._shown(request, kept)} if self._keeps(request) else {}
        return super().changelist_view(request, {**extra, **(extra_context or {})})

    def _keeps(self, request) -> bool:
        return access.permits(request.user, saved_filters.KEEP) and self.has_view_permission(request)

    def _shown(self, request, kept: list) -> dict[str, Any]:
        now = self._present(request)
        return {
            "rows": [{"one": one, "current": one.query == now and bool(request.GET)} for one in kept],
            "form": KeepForm(auto_id="keep_%s") if now else None,
            "query": now,
            "url": f"{self._list_address()}filters/",
            "all_url": NO_DEFAULT,
        }

    def _present(self, request) -> str:
        """What would be kept of the present address; "" where there is nothing, or it must not be kept."""
        query = request.GET.urlencode()
        try:
            return saved_filters.cleaned(query, lambda name: self._offered(request, name))
        except KozotError:
            return ""

    def filters(self, request) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        access.require(request.user, saved_filters.KEEP)
        access.require(request.user, self._view_action())
        back = self._list_address()
        try:
            query = self._filter_act(request)
        except KozotError as error:
            self.tell(request, error)
            query = None
        return redirect(back + (f"?{query}" if query else NO_DEFAULT))

    def _filter_act(self, request) -> str:
        act, who = request.POST.get("act"), {"by": request.user, "desk": self.opts.label_lower}
        if act == "keep":
            query = saved_filters.cleaned(
                request.POST.get("query", ""), lambda name: self._offered(request, name)
            )
            form = KeepForm(request.POST)
            if not form.is_valid():
                messages.error(request, " ".join(m for found in form.errors.values() for m in found))
                return query
            saved_filters.keep(query=query, **form.cleaned_data, **who)
            messages.success(request, _("The filters are kept."))
            return query
        pk = _key(request.POST.get("filter", ""))
        if act == "forget":
            saved_filters.forget(pk=pk, **who)
        elif act in ("open", "not-open"):
            saved_filters.choose(pk=pk, is_default=act == "open", **who)
        else:
            raise Http404
        return ""


def _key(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise Http404 from error
