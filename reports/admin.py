from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.desk import DeskAdmin
from accounts.object_actions import ObjectAction
from accounts.site import desk
from common import jobs
from common.errors import Invalid
from common.formatting import MISSING, join_list
from monitoring.periods import Period, PeriodError
from monitoring.units import frequency_name

from . import forms
from .enums import EditionState
from .models import Edition, ReportDefinition
from .sentences import SECTIONS
from .services import builds, editions, publication, reviews


def prepare(by, obj, definition, period) -> str:
    """Takes the snapshot and sends the documents to be built; leads to the progress page."""
    try:
        wanted = Period.parse(period)
    except PeriodError as error:
        raise Invalid(
            "period", _("This is not a period. Write, for example, 2026-Q3."), field="period"
        ) from error
    edition = editions.prepare(by=by, definition=definition, period=wanted)
    return go_on(by, edition)


def correct(by, obj, **reason) -> str:
    return go_on(by, editions.correct(by=by, edition=obj, reason=reason))


def send_to_build(by, edition: Edition):
    job = jobs.enqueue(
        "reports.build",
        by=by,
        params={"edition_id": str(edition.pk)},
        key=f"build {edition.pk} {edition.builds.count()} {edition.texts.count()}",
    )
    Edition.everything.filter(pk=edition.pk).update(job=job)
    return job


def go_on(by, obj: Edition) -> str:
    """Leads to the progress of what is built."""
    return reverse("job", args=[send_to_build(by, obj).pk])


def is_draft(edition: Edition) -> bool:
    return edition.state == EditionState.DRAFT


def is_unpublished(edition: Edition) -> bool:
    return edition.state in {EditionState.DRAFT, EditionState.APPROVED}


def is_published(edition: Edition) -> bool:
    return edition.state == EditionState.PUBLISHED


def with_edition(request, edition) -> dict:
    return {"edition": edition}


class WaitingFilter(admin.SimpleListFilter):
    title = _("what it waits for")
    parameter_name = "waiting"

    def lookups(self, request, model_admin):
        return [("answer", _("an answer"))]

    def queryset(self, request, queryset):
        if self.value() != "answer":
            return queryset
        return queryset.filter(
            state=EditionState.DRAFT, comments__isnull=False, comments__answer__isnull=True
        ).distinct()


@admin.register(Edition, site=desk)
class EditionDesk(DeskAdmin):
    view_action = "reports.definition.view"
    list_display = ["definition", "period", "number", "state", "as_of", "published_at"]
    list_filter = [WaitingFilter, "state", "definition"]
    list_select_related = ["definition"]
    ordering = ["-prepared_at"]
    fields = [
        "definition",
        "period",
        "number",
        "state",
        "corrects",
        "as_of",
        "embargo_until",
        "published_at",
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
            forms.PrepareForm,
            tone="primary",
            explain=_("A snapshot of the period is taken and built in three languages."),
        )
    ]
    object_actions = [
        ObjectAction(
            "build",
            _("Build what is missing"),
            "reports.edition.prepare",
            run=go_on,
            when=lambda edition: is_draft(edition) and bool(builds.missing_builds(edition)),
        ),
        ObjectAction(
            "write",
            _("Write at the head of a section"),
            "reports.edition.write",
            lambda by, obj, **values: reviews.write(by=by, edition=obj, **values),
            forms.TextForm,
            is_unpublished,
            form_kwargs=with_edition,
            explain=_(
                "What one language says, all have to say. Approvals of this language are asked for again."
            ),
        ),
        ObjectAction(
            "comment",
            _("Comment"),
            "reports.edition.comment",
            lambda by, obj, **values: reviews.comment(by=by, edition=obj, **values),
            forms.CommentForm,
            is_draft,
            form_kwargs=with_edition,
            explain=_("A language cannot be approved while a comment on it waits for an answer."),
        ),
        ObjectAction(
            "answer",
            _("Answer a comment"),
            "reports.edition.answer",
            lambda by, obj, **values: reviews.answer(by=by, **values),
            forms.AnswerForm,
            lambda edition: is_draft(edition) and reviews.unanswered(edition).exists(),
            form_kwargs=with_edition,
        ),
        ObjectAction(
            "approve",
            _("Approve a language"),
            "reports.edition.approve",
            form=forms.ApproveForm,
            when=is_draft,
            tone="primary",
            run=lambda by, obj, language: publication.approve(by=by, edition=obj, language=language),
        ),
        ObjectAction(
            "publish",
            _("Publish"),
            "reports.edition.publish",
            form=forms.PublishForm,
            tone="primary",
            when=lambda edition: edition.state == EditionState.APPROVED,
            run=lambda by, obj, **values: publication.publish(by=by, edition=obj, **values) and None,
        ),
        ObjectAction(
            "admit",
            _("Let somebody read it early"),
            "reports.edition.admit",
            lambda by, obj, user: publication.admit(by=by, edition=obj, user=user) and None,
            forms.AdmitForm,
            lambda edition: edition.state in {EditionState.APPROVED, EditionState.EMBARGOED},
            explain=_("The person reads the edition while the embargo lasts; each reading is written down."),
        ),
        ObjectAction(
            "embargo",
            _("Move or end the embargo"),
            "reports.edition.publish",
            lambda by, obj, **values: publication.move_embargo(by=by, edition=obj, **values) and None,
            forms.EmbargoForm,
            lambda edition: edition.state == EditionState.EMBARGOED,
            explain=_("The reason is written down. What the disclosure audit refuses stays under embargo."),
        ),
        ObjectAction(
            "correct",
            _("Prepare an erratum"),
            "reports.edition.prepare",
            correct,
            forms.ReasonForm,
            is_published,
            explain=_("A new snapshot of the same period is taken. What changed is listed by itself."),
        ),
        ObjectAction(
            "withdraw",
            _("Withdraw"),
            "reports.edition.withdraw",
            lambda by, obj, **reason: publication.withdraw(by=by, edition=obj, reason=reason) and None,
            forms.ReasonForm,
            is_published,
            tone="danger",
            explain=_("The page stays and says why; the documents are no longer given out."),
        ),
        ObjectAction(
            "discard",
            _("Discard"),
            "reports.edition.prepare",
            lambda by, obj: editions.discard(by=by, edition=obj) and None,
            when=is_unpublished,
            tone="danger",
        ),
    ]

    @admin.display(description=_("page"))
    def page(self, edition) -> str:
        return format_html('<a href="{}">{}</a>', reverse("edition", args=[edition.pk]), edition.period)

    def story(self, request, obj) -> dict:
        comments = obj.comments.select_related("author", "answer__author").order_by("-made_at")
        approvals = obj.approvals.select_related("approved_by").order_by("approved_at")
        standing = publication.approved_languages(obj)
        return {
            "story_template": "reports/desk/edition.html",
            "obstacles": publication.obstacles(obj) if is_unpublished(obj) else [],
            "comments": [(one, SECTIONS.get(one.section, "")) for one in comments],
            "approvals": [(one, one.language in standing) for one in approvals],
            "texts": [
                (one, SECTIONS.get(one.section, one.section))
                for one in obj.texts.select_related("written_by").order_by("section", "language", "-number")
            ],
            "builds": publication.current_builds(obj),
            "edition": obj,
        }


@admin.register(ReportDefinition, site=desk)
class ReportDefinitionDesk(DeskAdmin):
    list_display = ["code", "title", "how_often", "audience", "due_days"]
    fields = [*list_display, "tells_of", "from_on"]
    readonly_fields = ["title", "how_often", "tells_of"]

    @admin.display(description=_("frequency"), ordering="frequency")
    def how_often(self, one: ReportDefinition) -> str:
        return frequency_name(one.frequency)

    @admin.display(description=_("sections"))
    def tells_of(self, one: ReportDefinition) -> str:
        return join_list([str(SECTIONS.get(code, code)) for code in one.sections]) or MISSING
