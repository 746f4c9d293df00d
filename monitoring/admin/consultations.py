from django.contrib import admin
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from accounts.desk import DeskAdmin
from accounts.object_actions import ObjectAction
from accounts.site import desk
from monitoring.enums import ConsultationKind
from monitoring.forms import consultations as forms
from monitoring.models import Consultation, PanelMember
from monitoring.services import consultations

MANAGE = "monitoring.consultation.manage"


def is_public(consultation: Consultation) -> bool:
    return consultation.kind == ConsultationKind.PUBLIC


def is_panel(consultation: Consultation) -> bool:
    return consultation.kind == ConsultationKind.EXPERT


def has_comments(consultation: Consultation) -> bool:
    return is_public(consultation) and consultation.comments.exists()


def has_unanswered(consultation: Consultation) -> bool:
    return is_public(consultation) and consultation.comments.filter(responses__isnull=True).exists()


def with_consultation(request, consultation) -> dict:
    return {"consultation": consultation}


def own_seat(request, consultation) -> dict:
    """What the member has said so far."""
    member = PanelMember.objects.filter(consultation=consultation, user=request.user).first()
    if member is None:
        return {}
    return {"interests": member.interests, "opinion": member.opinion, "dissents": member.dissents}


def moderate(by, obj, comments, shown, reason):
    for one in comments:
        consultations.moderate(by=by, comment=one, shown=shown, reason=reason)


class SeatAction(ObjectAction):
    """A button only for members of the panel."""

    def open_to(self, user, obj) -> bool:
        return super().open_to(user, obj) and obj.members.filter(user=user).exists()


class WaitingFilter(admin.SimpleListFilter):
    title = _("what it waits for")
    parameter_name = "waiting"

    def lookups(self, request, model_admin):
        return [("answer", _("an answer")), ("opinion", _("your opinion"))]

    def queryset(self, request, queryset):
        match self.value():
            case "answer":
                return queryset.filter(comments__isnull=False, comments__responses__isnull=True).distinct()
            case "opinion":
                seats = PanelMember.objects.filter(user=request.user, declared_at__isnull=True)
                return queryset.filter(pk__in=seats.values("consultation"))
        return queryset


@admin.register(Consultation, site=desk)
class ConsultationDesk(DeskAdmin):
    """Names of commentators are shown here, so reads are kept."""

    view_action = "monitoring.chain.view"
    personal = True
    list_display = ["heading", "measure", "kind", "opens_on", "closes_on", "received", "unanswered"]
    list_filter = [WaitingFilter, "kind"]
    list_select_related = ["entry__run__measure"]
    ordering = ["-opens_on"]
    fields = ["heading", "measure", "kind", "opens_on", "closes_on", "offline_channel"]
    readonly_fields = ["heading", "measure"]
    object_actions = [
        ObjectAction(
            "answer",
            _("Answer comments"),
            MANAGE,
            lambda by, obj, comments, **values: consultations.answer(
                by=by, comments=list(comments), **values
            ),
            forms.AnswerForm,
            has_unanswered,
            form_kwargs=with_consultation,
            tone="primary",
            explain=_("One answer may stand for several like comments."),
        ),
        ObjectAction(
            "moderate",
            _("Show or hide comments"),
            MANAGE,
            moderate,
            forms.ModerateForm,
            has_comments,
            form_kwargs=with_consultation,
        ),
        ObjectAction(
            "enter",
            _("Enter a comment from paper or telephone"),
            MANAGE,
            lambda by, obj, **values: consultations.comment(by=by, consultation=obj, **values),
            forms.EnterForm,
            is_public,
        ),
        ObjectAction(
            "seat",
            _("Seat a member on the panel"),
            MANAGE,
            lambda by, obj, user: consultations.seat(by=by, consultation=obj, user=user),
            forms.SeatForm,
            is_panel,
        ),
        SeatAction(
            "take_part",
            _("Declare interests and give an opinion"),
            "monitoring.chain.view",
            lambda by, obj, **values: consultations.take_part(by=by, consultation=obj, **values),
            forms.OpinionForm,
            is_panel,
            initial=own_seat,
            tone="primary",
        ),
    ]

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .annotate(
                received_count=Count("comments", distinct=True),
                unanswered_count=Count("comments", distinct=True, filter=Q(comments__responses__isnull=True)),
            )
        )

    @admin.display(description=_("question"))
    def heading(self, one: Consultation) -> str:
        return one.title or one.question

    @admin.display(description=_("measure"))
    def measure(self, one: Consultation) -> str:
        return one.entry.run.measure.code

    @admin.display(description=_("comments"))
    def received(self, one: Consultation) -> int:
        return one.received_count

    @admin.display(description=_("without an answer"))
    def unanswered(self, one: Consultation) -> int:
        return one.unanswered_count

    def story(self, request, obj):
        return {
            "story_template": "monitoring/desk/consultation.html",
            "consultation": obj,
            "members": obj.members.select_related("user").order_by("user__full_name"),
            "comments": obj.comments.prefetch_related("responses__author").order_by("-received_at"),
        }
