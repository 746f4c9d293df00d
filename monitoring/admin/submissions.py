"""Figures that come in: loaded by the house, or sent by providers and checked by others."""

from django.contrib import admin
from django.db import transaction
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.access import permits, require
from accounts.desk import DeskAdmin
from accounts.folded import FoldedSearch
from accounts.object_actions import ObjectAction, Page
from accounts.site import desk
from common import clock
from monitoring import deliveries
from monitoring.enums import FindingWeight, SubmissionState
from monitoring.forms import indicators as forms
from monitoring.forms import submissions as sending
from monitoring.models import DataItem, Submission
from monitoring.services import datasets, statfiles, submissions, validation
from monitoring.units import frequency_name, unit_name

CHANGE = "monitoring.indicator.change"
SHOWN = 200
State = SubmissionState


def load(by, obj, title, source, file, mapping=None, save_as="", keep=True):
    """Without a mapping the three columns that everybody knows; with one, first shown and then kept."""
    content = file.read()
    if mapping is None:
        datasets.load_series(by=by, content=content, title=title, source=source)
        return None
    if not keep:
        return Page("monitoring/desk/preview.html", preview(by, content, mapping, file.name, title))
    loaded = statfiles.load_file(by=by, content=content, mapping=mapping, name=file.name, title=title)
    statfiles.compute_affected(by=by, loaded=loaded)
    if save_as:
        statfiles.keep_mapping(by=by, name=save_as, mapping=mapping)
    return Page("monitoring/desk/preview.html", statfiles.shown(loaded, kept=True))


def preview(by, content, mapping, name, title) -> dict:
    """What the file would bring; nothing of it stays."""
    with transaction.atomic():
        loaded = statfiles.load_file(by=by, content=content, mapping=mapping, name=name, title=title)
        shown = statfiles.shown(loaded, kept=False)
        transaction.set_rollback(True)
    return shown


def send(by, obj, file, mapping, **values):
    made = submissions.send(by=by, content=file.read(), mapping=mapping, name=file.name, **values)
    return reverse("admin:monitoring_submission_change", args=[made.pk])


def replace(by, obj, file, mapping):
    submissions.replace(by=by, submission=obj, content=file.read(), mapping=mapping, name=file.name)


def in_state(*states):
    return lambda one: one.organisation_id is not None and one.state in states


def step(name, title, action, service, *states, **more) -> ObjectAction:
    def run(by, obj, **values):
        service(by=by, submission=obj, **values)

    return ObjectAction(name, title, action, run, when=in_state(*states), **more)


def due_page(request):
    """What an organisation owes; whoever checks sees what all of them owe."""
    require(request.user, Submission.VIEW)
    own = [one.organisation_id for one in request.user.valid_memberships if one.organisation_id]
    everyone = permits(request.user, submissions.VALIDATE)
    rows = deliveries.due(clock.today(), None if everyone else own)
    answer = render(
        request,
        "monitoring/desk/due.html",
        {
            **desk.each_context(request),
            "title": _("Figures that are due"),
            "rows": rows,
            "everyone": everyone,
        },
    )
    add_never_cache_headers(answer)
    return answer


@admin.register(Submission, site=desk)
class SubmissionDesk(DeskAdmin):
    list_display = ["title", "state", "organisation", "rows", "submitted_at", "submitted_by"]
    list_filter = ["state"]
    list_select_related = ["submitted_by", "organisation"]
    ordering = ["-submitted_at"]
    fields = ["title", "organisation", "source", "state", "rows", "sha256", "submitted_at", "submitted_by"]
    list_actions = [
        ObjectAction(
            "load",
            _("Load a file of figures"),
            "monitoring.submission.load",
            load,
            forms.SubmissionForm,
            tone="primary",
            done=_("The file is loaded. Compute the period to see its figures."),
        ),
        ObjectAction(
            "send",
            _("Send figures"),
            submissions.SEND,
            send,
            sending.SendForm,
            form_kwargs=lambda request, obj: {"user": request.user},
            done=_("The file has been read and checked. Look at the findings, then submit it."),
            explain=_("Figures that your organisation owes. They count once two others have looked at them."),
        ),
    ]
    object_actions = [
        step(
            "submit",
            _("Submit"),
            submissions.SEND,
            submissions.submit,
            State.OPEN,
            tone="primary",
            done=_("The figures wait to be checked."),
        ),
        ObjectAction(
            "replace",
            _("Send a corrected file"),
            submissions.SEND,
            replace,
            sending.FileForm,
            when=in_state(State.OPEN),
        ),
        step(
            "validate",
            _("Confirm the check"),
            submissions.VALIDATE,
            submissions.validate,
            State.SUBMITTED,
            form=sending.ValidateForm,
            tone="primary",
            explain=_("Whoever sent the figures cannot check them."),
        ),
        step(
            "give_back",
            _("Give back"),
            submissions.VALIDATE,
            submissions.give_back,
            State.SUBMITTED,
            State.VALIDATED,
            form=sending.ReasonForm,
        ),
        step(
            "approve",
            _("Approve"),
            submissions.APPROVE,
            submissions.approve,
            State.VALIDATED,
            tone="primary",
            done=_("The figures count from now on. Compute the period to see what they change."),
            explain=_("Whoever sent or checked the figures cannot approve them."),
        ),
        step(
            "lock",
            _("Lock the figures"),
            submissions.APPROVE,
            submissions.lock,
            State.APPROVED,
            explain=_("Locked figures change only by a file that names the reason of the revision."),
        ),
        step("publish", _("Mark as published"), submissions.APPROVE, submissions.publish, State.LOCKED),
    ]

    def get_urls(self):
        view = self.admin_site.admin_view(due_page)
        return [path("due/", view, name="monitoring_submission_due"), *super().get_urls()]

    def story(self, request, obj):
        found = submissions.newest_findings(obj)
        language = get_language()[:2]
        rows = [
            {"one": one, "text": one.words.get(language, ""), "is_error": one.weight == FindingWeight.ERROR}
            for one in found[:SHOWN]
        ]
        return {
            "story_template": "monitoring/desk/submission.html",
            "findings": rows,
            "more_findings": max(len(found) - SHOWN, 0),
            "steps": obj.steps.select_related("by").order_by("pk"),
        }


def assign(by, obj, **values):
    submissions.assign(by=by, item=obj, **values)


def add_rule(by, obj, **values):
    validation.add_rule(by=by, item=obj, **values)


def end_rule(by, obj, rule):
    validation.end_rule(by=by, rule=rule)


@admin.register(DataItem, site=desk)
class DataItemDesk(FoldedSearch, DeskAdmin):
    view_action = CHANGE
    list_display = ["code", "title", "measured_in", "how_often", "kind", "basis", "origin", "about_persons"]
    list_filter = ["origin", "kind", "basis", "about_persons"]
    search_fields = ["code", "title_ky", "title_ru", "title_en"]
    fields = [*list_display, "dimensions", "source", "licence"]
    readonly_fields = ["title", "measured_in", "how_often"]
    object_actions = [
        ObjectAction(
            "assign",
            _("Name the provider"),
            CHANGE,
            assign,
            sending.DutyForm,
            explain=_("From today on this organisation owes the figures and may send them."),
        ),
        ObjectAction("add_rule", _("Add a validation rule"), CHANGE, add_rule, sending.CheckForm),
        ObjectAction(
            "end_rule",
            _("End a validation rule"),
            CHANGE,
            end_rule,
            sending.EndCheckForm,
            when=lambda one: one.validation_rules.filter(ended_at=None).exists(),
            form_kwargs=lambda request, obj: {"item": obj},
        ),
    ]

    @admin.display(description=_("title"))
    def title(self, one: DataItem) -> str:
        return one.title

    @admin.display(description=pgettext_lazy("quantity", "unit"), ordering="unit")
    def measured_in(self, one: DataItem) -> str:
        return unit_name(one.unit)

    @admin.display(description=_("frequency"), ordering="frequency")
    def how_often(self, one: DataItem) -> str:
        return frequency_name(one.frequency)

    def story(self, request, obj):
        return {
            "story_template": "monitoring/desk/data_item.html",
            "rules": obj.validation_rules.filter(ended_at=None).order_by("recorded_at"),
            "duties": obj.duties.select_related("organisation").order_by("-from_on"),
        }
