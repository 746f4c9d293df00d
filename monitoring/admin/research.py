"""The desk of studies and of the interviews behind them."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.desk import DeskAdmin
from accounts.object_actions import ObjectAction
from accounts.site import desk
from monitoring.forms import research as forms
from monitoring.models import Interview, Study
from monitoring.services import research

LEAD = research.LEAD


def add_file(by, obj, file, **values):
    research.add_file(
        by=by,
        study=obj,
        content=file.read(),
        name=file.name,
        media_type=file.media_type,
        **values,
    )


def of_study(request, study) -> dict:
    return {"study": study}


@admin.register(Study, site=desk)
class StudyDesk(DeskAdmin):
    view_action = "monitoring.chain.view"
    list_display = ["title", "measure", "started_on", "lead"]
    list_select_related = ["measure", "lead"]
    ordering = ["-started_on"]
    fields = ["title", "measure", "method", "limits", "lead", "started_on", "page"]
    readonly_fields = ["page"]
    list_actions = [
        ObjectAction(
            "begin",
            _("Begin a study"),
            LEAD,
            lambda by, obj, **values: research.begin(by=by, **values),
            forms.StudyForm,
            tone="primary",
        )
    ]
    object_actions = [
        ObjectAction("file", _("Add a file"), LEAD, add_file, forms.FileForm),
        ObjectAction(
            "guide",
            _("Write the interview guide"),
            LEAD,
            lambda by, obj, **values: research.write_guide(by=by, study=obj, **values),
            forms.GuideForm,
        ),
        ObjectAction(
            "interview",
            _("Enter an interview"),
            LEAD,
            lambda by, obj, **values: research.hold(by=by, study=obj, **values),
            forms.InterviewForm,
            lambda study: study.guides.exists(),
            tone="primary",
        ),
        ObjectAction(
            "theme",
            _("Name a theme"),
            LEAD,
            lambda by, obj, **values: research.name_theme(by=by, study=obj, **values),
            forms.ThemeForm,
        ),
        ObjectAction(
            "review",
            _("Review as a peer"),
            research.REVIEW,
            lambda by, obj, **values: research.review(by=by, study=obj, **values),
            forms.ReviewForm,
        ),
        ObjectAction(
            "release",
            _("Show a quotation"),
            research.RELEASE,
            lambda by, obj, **values: research.release(by=by, **values),
            forms.ReleaseForm,
            lambda study: forms.to_release(study).exists(),
            form_kwargs=of_study,
            explain=_("Names and contacts are looked for; You answer for what only a reader can see."),
        ),
    ]

    @admin.display(description=_("page"))
    def page(self, study: Study) -> str:
        return format_html(
            '<a href="{}">{}</a>', reverse("monitoring:study", args=[study.pk]), _("As everyone sees it")
        )


def is_standing(interview: Interview) -> bool:
    return interview.key.destroyed_at is None


@admin.register(Interview, site=desk)
class InterviewDesk(DeskAdmin):
    """Only for whoever led the study or held the interview; reads are kept."""

    personal = True
    list_display = ["held_on", "study", "country", "role", "consent", "coded"]
    list_select_related = ["study", "key"]
    ordering = ["-held_on"]
    fields = [
        "study", "held_on", "who", "country", "role", "mode", "consent", "language", "asked", "words", "coded",
    ]  # fmt: skip
    readonly_fields = ["who", "asked", "words", "coded"]
    object_actions = [
        ObjectAction(
            "code",
            _("Code a passage"),
            LEAD,
            lambda by, obj, **values: research.code(by=by, interview=obj, **values),
            forms.PassageForm,
            is_standing,
            form_kwargs=lambda request, interview: {"interview": interview},
            tone="primary",
        ),
        ObjectAction(
            "withdraw",
            _("The consent was taken back"),
            LEAD,
            lambda by, obj, **values: research.withdraw(by=by, interview=obj, **values),
            forms.WithdrawForm,
            is_standing,
            tone="danger",
            explain=_("Name, transcript and quotations can then be read by nobody, in backups neither."),
        ),
    ]

    @admin.display(description=pgettext_lazy("person", "name"))
    def who(self, interview: Interview) -> str:
        return interview.name or "—"

    @admin.display(description=_("questions"))
    def asked(self, interview: Interview) -> str:
        return "\n".join(interview.guide.questions)

    @admin.display(description=_("transcript"))
    def words(self, interview: Interview) -> str:
        return interview.transcript or "—"

    @admin.display(description=_("passages"))
    def coded(self, interview: Interview) -> int:
        return interview.passages.count()
