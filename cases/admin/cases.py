"""The desk of case workers: requests, and cases as stories."""

from django.contrib import admin
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.desk import DeskAdmin
from accounts.object_actions import ObjectAction, Page
from accounts.site import desk
from cases import links
from cases.admin.clocks import CASE_CLOCKS
from cases.admin.closure import CASE_APPROVALS, CASE_CLOSURE, KIND_RULES, RULES
from cases.admin.documents import ADD_DOCUMENT, EXPORT, LETTER
from cases.admin.referrals import CASE_REFERRALS
from cases.admin.registry import CASE_BANS, CASE_REGISTRY, READERS
from cases.enums import CaseStatus, RequestState
from cases.forms import work as forms
from cases.forms.assessment import AssessmentForm, IncidentForm, MoveForm
from cases.forms.clients import AnotherCaseForm, ClientForm, TakeForm
from cases.forms.groups import GroupForm
from cases.kept import keeping
from cases.models import Case, EmergencyAccess, HelpRequest, Referral
from cases.services import (
    clients,
    drafts,
    emergencies,
    erasure,
    families,
    groups,
    incidents,
    intake,
    intake_files,
    work,
)
from cases.story import case_story
from cases.views.calls import intake_organisation

WORK = "cases.case.work"
# A case has about twenty buttons: two stand open, the others wait behind the name of what one is about to do.
PLAN, WRITE = _("Assessment and plan"), _("Write down")
CASE = pgettext_lazy("group of buttons", "Case")


def case_address(case: Case) -> str:
    return reverse("admin:cases_case_change", args=[case.pk])


def is_open(case: Case) -> bool:
    return case.status == CaseStatus.OPEN


def with_case(request, case) -> dict:
    return {"case": case}


def is_new(request: HelpRequest) -> bool:
    return request.state == RequestState.NEW


def open_group(by, obj, **values) -> str:
    made = groups.open_group(by=by, organisation=intake_organisation(by), **values)
    return reverse("admin:cases_case_changelist") + f"?q={made.number}"


def take_file(by, obj, file) -> Page:
    told = intake_files.take_file(by=by, organisation=intake_organisation(by), file=file)
    rows = [[str(line), column, text] for line, column, text in told.rejected]
    return Page(
        "cases/intake_file.html", {"title": _("What came in"), "receipts": told.receipts, "rejected": rows}
    )


@admin.register(HelpRequest, site=desk)
class HelpRequestDesk(DeskAdmin):
    personal = True
    list_display = ["receipt", "type", "country", "is_urgent", "state", "received_at"]
    list_filter = ["state", "type", "country", "is_urgent"]
    ordering = ["-is_urgent", "-received_at"]
    fields = [
        "receipt",
        "type",
        "country",
        "language",
        "text",
        "is_urgent",
        "name",
        "contact",
        "channel",
        "safe_hours",
        "state",
        "received_at",
    ]
    list_actions = [
        ObjectAction(
            "phone",
            _("Take down a call"),
            drafts.KEEP,
            run=lambda by, obj: None,
            address="cases:call",
            tone="primary",
        ),
        ObjectAction(
            "file",
            _("Take in a file"),
            "cases.case.open",
            take_file,
            forms.IntakeFileForm,
            explain=_(
                "A table with one request in each line. Good lines come in; the others are told with their reason."
            ),
        ),
    ]
    object_actions = [
        ObjectAction(
            "take",
            _("Take it in"),
            "cases.request.take",
            when=is_new,
            form=TakeForm,
            form_kwargs=lambda request, asked: {"asked": asked},
            tone="primary",
            run=lambda by, obj, client=None: case_address(intake.take_in(by=by, request=obj, client=client)),
            explain=_("A case is opened and you work on it."),
        ),
        ObjectAction(
            "decline",
            _("Decline"),
            "cases.request.take",
            when=is_new,
            form=forms.ReasonForm,
            run=lambda by, obj, reason: intake.decline(by=by, request=obj, reason=reason),
        ),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("key")


@admin.register(Case, site=desk)
class CaseDesk(DeskAdmin):
    personal = True
    list_display = [
        "number",
        "client",
        "type",
        "country",
        "risk_level",
        "act_by",
        "step",
        "status",
        "opened_at",
    ]
    list_filter = ["status", "risk_level", "type", "step", "country"]
    list_select_related = ["client"]
    search_fields = ["number", "client__pseudonym", "group__number"]
    ordering = [F("act_by").asc(nulls_last=True), "-opened_at"]
    fields = [
        "number",
        "group",
        "type",
        "country",
        "status",
        "step",
        "risk_level",
        "act_by",
        "opened_at",
        "first_contact_at",
        "closed_at",
        "keep_until",
        "erased_at",
    ]
    list_actions = [
        ObjectAction(
            "group",
            _("Take in a group"),
            "cases.case.open",
            open_group,
            GroupForm,
            explain=_("A case of its own is opened for each person; all of them have the same respondent."),
        ),
        RULES,
        KIND_RULES,
    ]
    object_actions = [
        ObjectAction(
            "contact",
            _("First contact made"),
            WORK,
            tone="primary",
            when=lambda case: is_open(case) and not case.first_contact_at,
            run=lambda by, obj: work.note_first_contact(by=by, case=obj),
        ),
        ObjectAction(
            "assess",
            _("Assess"),
            WORK,
            form=AssessmentForm,
            form_kwargs=with_case,
            when=is_open,
            **keeping(
                "assess",
                lambda by, obj, **values: work.assess(by=by, case=obj, **AssessmentForm.arguments(values)),
            ),
            group=PLAN,
        ),
        ObjectAction(
            "suggested",
            _("Take from the suggested plan"),
            WORK,
            form=forms.SuggestedForm,
            form_kwargs=with_case,
            initial=lambda request, obj: {"owner": request.user},
            when=is_open,
            run=lambda by, obj, **values: work.plan_suggested(by=by, case=obj, **values),
            explain=_("Due days are counted in working days of your country."),
            group=PLAN,
        ),
        ObjectAction(
            "plan",
            _("Add to the plan"),
            WORK,
            form=forms.PlanForm,
            form_kwargs=with_case,
            initial=lambda request, obj: {"owner": request.user},
            when=is_open,
            run=lambda by, obj, **values: work.plan(by=by, case=obj, **values),
            group=PLAN,
        ),
        ObjectAction(
            "due",
            _("Change a due day"),
            WORK,
            form=forms.DueForm,
            form_kwargs=with_case,
            when=is_open,
            run=lambda by, obj, **values: work.change_due(by=by, **values),
            group=PLAN,
        ),
        ObjectAction(
            "put_off",
            _("Put the plan off"),
            WORK,
            form=forms.PutOffForm,
            when=is_open,
            run=lambda by, obj, **values: work.put_off(by=by, case=obj, **values) and None,
            explain=_(
                "While the case waits, for a court or for the client: all that is due earlier is due then."
            ),
            group=PLAN,
        ),
        ObjectAction(
            "move",
            _("Go to another step"),
            WORK,
            form=MoveForm,
            form_kwargs=with_case,
            when=is_open,
            run=lambda by, obj, **values: work.move(by=by, case=obj, **values),
            group=PLAN,
        ),
        ObjectAction(
            "incident",
            _("Record an incident of violence"),
            WORK,
            form=IncidentForm,
            when=is_open,
            **keeping("incident", lambda by, obj, **values: incidents.record(by=by, case=obj, **values)),
            explain=_("One act against one survivor. Ask only what is needed to help; do not ask twice."),
            group=WRITE,
        ),
        ObjectAction(
            "complete",
            _("Finish a part of the plan"),
            WORK,
            form=forms.CompleteForm,
            form_kwargs=with_case,
            when=is_open,
            run=lambda by, obj, **values: work.complete(by=by, **values),
            group=PLAN,
        ),
        ObjectAction(
            "note",
            _("Write a note"),
            WORK,
            form=forms.NoteForm,
            when=is_open,
            **keeping("note", lambda by, obj, **values: work.write_note(by=by, case=obj, **values)),
        ),
        ObjectAction(
            "respondent",
            _("Name whom it is about"),
            WORK,
            form=forms.RespondentForm,
            when=is_open,
            run=lambda by, obj, **values: work.name_respondent(by=by, case=obj, **values),
            group=WRITE,
        ),
        ObjectAction(
            "client",
            _("Change how to reach the client"),
            WORK,
            form=ClientForm,
            initial=lambda request, case: {name: getattr(case.client, name) for name in clients.CHANGED},
            when=is_open,
            run=lambda by, obj, **values: clients.change(by=by, case=obj, **values) and None,
            explain=_("What stood there before is kept as a note."),
            group=WRITE,
        ),
        ADD_DOCUMENT,
        LETTER,
        *CASE_REFERRALS,
        ObjectAction(
            "assign",
            _("Put a colleague on the case"),
            "cases.case.assign",
            form=forms.AssignForm,
            form_kwargs=with_case,
            when=is_open,
            run=lambda by, obj, user: intake.give_case(by=by, case=obj, user=user),
            group=CASE,
        ),
        ObjectAction(
            "another",
            _("Open another case of this client"),
            WORK,
            form=AnotherCaseForm,
            initial=lambda request, case: {"country": case.country},
            when=lambda case: not case.erased_at,
            run=lambda by, obj, **values: case_address(clients.another_case(by=by, case=obj, **values)),
            explain=_("Another trouble of the same person has its own plan, consents and outcome."),
            group=CASE,
        ),
        *CASE_CLOCKS,
        *CASE_BANS,
        *CASE_REGISTRY,
        EXPORT,
        READERS,
        *CASE_APPROVALS,
        *CASE_CLOSURE,
        ObjectAction(
            "family",
            _("Link with the case of a relative"),
            families.LINK,
            form=forms.FamilyForm,
            run=lambda by, obj, **values: families.link(by=by, case=obj, **values) and None,
            explain=_("For counting only: nobody who works on one of the cases learns of the other."),
            group=CASE,
        ),
        ObjectAction(
            "keep",
            _("Keep the case longer"),
            erasure.KEEP,
            form=forms.KeepForm,
            when=lambda case: not is_open(case) and not case.erased_at,
            run=lambda by, obj, **values: erasure.keep_longer(by=by, case=obj, **values),
            explain=_(
                "Ended cases are erased by themselves when their time is over; kind, dates and outcome stay."
            ),
            group=CASE,
        ),
        ObjectAction(
            "review",
            _("Review an emergency access"),
            emergencies.REVIEW,
            form=forms.ReviewForm,
            form_kwargs=with_case,
            when=lambda case: EmergencyAccess.everything.filter(case=case, review__isnull=True).exists(),
            run=lambda by, obj, **values: emergencies.review(by=by, **values),
            tone="primary",
        ),
        ObjectAction(
            "reopen",
            _("Open the case again"),
            "cases.case.reopen",
            form=forms.ReasonForm,
            when=lambda case: not is_open(case) and not case.erased_at,
            run=lambda by, obj, reason: work.reopen(by=by, case=obj, reason=reason),
        ),
    ]

    def story(self, request, obj):
        told = case_story(obj)
        papers = [
            {"row": one, "url": links.link("cases:document", request.user, one.pk)}
            for one in told["documents"]
        ]
        came_from = Referral.objects.filter(accepted_case=obj).select_related("sender").first()
        return {"story_template": "cases/story.html", **told, "papers": papers, "came_from": came_from}
