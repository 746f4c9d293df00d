from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.desk import DeskAdmin
from accounts.object_actions import ObjectAction
from accounts.site import desk
from common import jobs
from common.enums import Language
from common.errors import Invalid
from monitoring.periods import Period, PeriodError

from .enums import EditionState
from .models import Edition, ReportDefinition
from .services import editions


class PrepareForm(forms.Form):
    definition = forms.ModelChoiceField(label=_("Report"), queryset=ReportDefinition.everything.all())
    period = forms.CharField(label=_("Period"), max_length=8, help_text=_("For example 2026-Q3"))


class ApproveForm(forms.Form):
    language = forms.ChoiceField(label=_("Language"), choices=Language)


def prepare(by, obj, definition, period) -> str:
    """Takes the snapshot and sends the documents to be built; leads to the progress page."""
    try:
        wanted = Period.parse(period)
    except PeriodError as error:
        raise Invalid(
            "period", _("This is not a period. Write, for example, 2026-Q3."), field="period"
        ) from error
    edition = editions.prepare(by=by, definition=definition, period=wanted)
    return reverse("job", args=[send_to_build(by, edition).pk])


def send_to_build(by, edition: Edition):
    job = jobs.enqueue(
        "reports.build",
        by=by,
        params={"edition_id": str(edition.pk)},
        key=f"build {edition.pk} {edition.builds.count()}",
    )
    Edition.everything.filter(pk=edition.pk).update(job=job)
    return job


def is_draft(edition: Edition) -> bool:
    return edition.state == EditionState.DRAFT


@admin.register(Edition, site=desk)
class EditionDesk(DeskAdmin):
    view_action = "reports.definition.view"
    list_display = ["definition", "period", "number", "state", "as_of", "published_at"]
    list_filter = ["state", "definition"]
    list_select_related = ["definition"]
    ordering = ["-prepared_at"]
    fields = [
        "definition",
        "period",
        "number",
        "state",
        "as_of",
        "digest",
        "journal_head",
        "register_head",
        "page",
    ]
    readonly_fields = ["page"]
    list_actions = [
        ObjectAction(
            "prepare",
            _("Prepare an edition"),
            "reports.edition.prepare",
            prepare,
            PrepareForm,
            tone="primary",
            explain=_("A snapshot of the period is taken and built in three languages."),
        )
    ]
    object_actions = [
        ObjectAction(
            "build",
            _("Build what is missing"),
            "reports.edition.prepare",
            run=lambda by, obj: reverse("job", args=[send_to_build(by, obj).pk]),
            when=lambda edition: is_draft(edition) and bool(editions.missing_builds(edition)),
        ),
        ObjectAction(
            "approve",
            _("Approve a language"),
            "reports.edition.approve",
            form=ApproveForm,
            when=is_draft,
            tone="primary",
            run=lambda by, obj, language: editions.approve(by=by, edition=obj, language=language),
        ),
        ObjectAction(
            "publish",
            _("Publish"),
            "reports.edition.publish",
            tone="primary",
            when=lambda edition: edition.state == EditionState.APPROVED,
            run=lambda by, obj: editions.publish(by=by, edition=obj),
            done=_("The edition is published."),
        ),
    ]

    @admin.display(description=_("page"))
    def page(self, edition) -> str:
        return format_html('<a href="{}">{}</a>', reverse("edition", args=[edition.pk]), edition.period)


@admin.register(ReportDefinition, site=desk)
class ReportDefinitionDesk(DeskAdmin):
    list_display = ["code", "title", "frequency", "audience"]
