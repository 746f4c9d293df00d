"""Buttons of the desk: each runs one service on one object (or on none), behind a small form.

    class CaseDesk(DeskAdmin):
        object_actions = [
            ObjectAction("close", _("Close the case"), action="cases.case.work", form=CloseForm,
                         run=lambda by, obj, **values: work.close(by=by, case=obj, **values),
                         when=lambda case: case.status == "open", done=_("The case is closed.")),
        ]

A button is shown to whoever holds `action` on the object, while `when` says so; its page answers 403 or 404
to everybody else. What the service raises as a KozotError stands beside the field it names.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _

from accounts.views.second_factor import remember_next
from common.errors import KozotError

from . import access
from .services import sessions


@dataclass(frozen=True)
class ObjectAction:
    """`run(by, obj, **cleaned)` calls a service; it may return a Page, an HttpResponse or an address to go to.

    `initial(request, obj)` fills the form, `form_kwargs(request, obj)` gives it what it needs to know.
    `among_buttons` false: it is led to from a row of the page, not from the buttons above.
    `group`: where a page has many, those of one group wait behind its name.
    `keep_at(obj)`: addresses `url` and `state`, and the `script`, by which what is typed is kept before it is sent.
    `meant_for(user, obj)`: where both sides of an object hold the action and only one of them is to press the button.
    `address`: name of a page of its own to which a button above a list leads.
    `fresh`: whoever has a second factor shows it again first.
    `template`: a page of its own for the form, in place of the one that all buttons share.
    """

    name: str
    title: Any
    action: str
    run: Callable[..., Any]
    form: type[forms.Form] = forms.Form
    when: Callable[[Any], bool] = lambda obj: True
    keep_at: Callable[[Any], dict[str, str]] | None = None
    meant_for: Callable[[Any, Any], bool] = lambda user, obj: True
    done: Any = _("Done.")
    explain: Any = ""
    tone: str = "secondary"
    initial: Callable[[Any, Any], dict] = lambda request, obj: {}
    form_kwargs: Callable[[Any, Any], dict] = lambda request, obj: {}
    among_buttons: bool = True
    group: Any = ""
    address: str = ""
    fresh: bool = False
    template: str = "admin/object_action.html"

    def open_to(self, user: Any, obj: models.Model | None) -> bool:
        fits = obj is None or (self.when(obj) and self.meant_for(user, obj))
        return fits and access.permits(user, self.action, obj)


@dataclass(frozen=True)
class Page:
    """What a button shows once, instead of going back: it is in no history and no cache."""

    template: str
    context: dict[str, Any]


class WithObjectActions:
    """Mixin of DeskAdmin: `object_actions` on an object's page, `list_actions` above the list."""

    object_actions: tuple[ObjectAction, ...] | list[ObjectAction] = ()
    list_actions: tuple[ObjectAction, ...] | list[ObjectAction] = ()

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        return [
            path("do/<slug:action>/", view(self.do_on_list), name=f"{name}_list_do"),
            path("<uuid:pk>/do/<slug:action>/", view(self.do_on_object), name=f"{name}_do"),
            *super().get_urls(),
        ]

    def do_on_list(self, request, action: str) -> HttpResponseBase:
        return self._do(request, self._named(self.list_actions, action), None, self._list_address())

    def do_on_object(self, request, pk, action: str) -> HttpResponseBase:
        obj = get_object_or_404(self.model.objects, pk=pk)
        if not self.has_view_permission(request, obj):
            raise PermissionDenied
        return self._do(request, self._named(self.object_actions, action), obj, self._address(obj))

    @staticmethod
    def _named(actions, name: str) -> ObjectAction:
        found = next((one for one in actions if one.name == name), None)
        if found is None:
            raise Http404
        return found

    def _list_address(self) -> str:
        return reverse(f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def _address(self, obj: models.Model) -> str:
        return reverse(
            f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_change", args=[obj.pk]
        )

    def _do(self, request, one: ObjectAction, obj: models.Model | None, back: str) -> HttpResponseBase:
        if not one.open_to(request.user, obj):
            raise PermissionDenied
        if one.address:
            return redirect(one.address)
        if one.fresh and sessions.owes_fresh(request):
            remember_next(request, request.path)
            return redirect("accounts:second_step")
        kwargs = one.form_kwargs(request, obj)
        if request.method == "POST":
            form = one.form(request.POST, request.FILES, **kwargs)
            if form.is_valid() and (answer := self._run(request, one, obj, form, back)):
                return answer
        else:
            form = one.form(initial=one.initial(request, obj), **kwargs)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": obj,
            "form": form,
            "one": one,
            "back": back,
            "title": one.title,
            "has_files": form.is_multipart(),
            "keep": one.keep_at(obj) if one.keep_at else None,
        }
        return TemplateResponse(request, one.template, context, status=400 if form.errors else 200)

    def _run(self, request, one: ObjectAction, obj, form: forms.Form, back: str) -> HttpResponseBase | None:
        try:
            result = one.run(by=request.user, obj=obj, **form.cleaned_data)
        except KozotError as error:
            where = error.field if error.field in form.fields else None
            form.add_error(where, f"{error} {error.way_out}".strip())
            return None
        if isinstance(result, Page):
            answer = TemplateResponse(
                request, result.template, {**self.admin_site.each_context(request), **result.context}
            )
            add_never_cache_headers(answer)
            return answer
        if isinstance(result, HttpResponse):
            return result
        messages.success(request, one.done)
        return redirect(result if isinstance(result, str) else back)

    def _buttons(self, request, actions, obj: models.Model | None, pattern: str) -> list[dict[str, Any]]:
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_{pattern}"
        ids = [] if obj is None else [obj.pk]
        return [
            {
                "title": one.title,
                "url": reverse(one.address) if one.address else reverse(name, args=[*ids, one.name]),
                "tone": one.tone,
                "group": one.group,
            }
            for one in actions
            if one.among_buttons and one.open_to(request.user, obj)
        ]

    def changelist_view(self, request, extra_context=None):
        buttons = self._buttons(request, self.list_actions, None, "list_do")
        return super().changelist_view(request, {"buttons": buttons, **(extra_context or {})})

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None:
            context["buttons"] = self._buttons(request, self.object_actions, obj, "do")
            context["button_groups"] = _groups(context["buttons"])
            context.update(self.story(request, obj))
        return super().render_change_form(
            request, context, add=add, change=change, form_url=form_url, obj=obj
        )

    def story(self, request, obj: models.Model) -> dict[str, Any]:
        """More for the object's page: `story_template` names what is shown below the fields, with this context."""
        return {}


def _groups(buttons: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Buttons that wait behind a name, in the order in which the names first come."""
    names = dict.fromkeys(str(one["group"]) for one in buttons if one["group"])
    return [
        {"title": name, "buttons": [one for one in buttons if str(one["group"]) == name]} for name in names
    ]
