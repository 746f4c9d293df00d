"""Claims where they were filed, claims to decide, awarded pensions, possible double receipts."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.desk import DeskAdmin
from accounts.object_actions import ObjectAction
from accounts.site import desk
from pensions.enums.claims import BranchState, ClaimState
from pensions.forms import claims as own_forms
from pensions.forms import registry as forms
from pensions.models import Award, ClaimDocument, ClaimToDecide, DoubleReceipt, PensionClaim
from pensions.services import awards
from pensions.services import pension_claims as claims
from pensions.statements import claim_words
from pensions.statements.download import download

from .paging import CappedPaginator


class StoryDesk(DeskAdmin):
    personal = True
    paginator = CappedPaginator
    sortable_by = []

    def get_fieldsets(self, request, obj=None):
        """The story says everything."""
        return []


def _nothing(_made: Any) -> None:
    """A service's answer that leads nowhere: the page of the object is shown again."""


def _document(by: Any, obj: PensionClaim, *, title: str, file: Any) -> None:
    claims.add_document(by=by, claim=obj, title=title, content=file.read(), media_type=file.media_type)


def _files_of(request, obj: ClaimToDecide) -> dict[str, Any]:
    rows = ClaimDocument.everything.filter(claim_id=obj.claim_id).order_by("added_at")
    return {"documents": [(str(row.pk), row.title) for row in rows]}


def _read_file(by: Any, obj: ClaimToDecide, what: str):
    content, name = claims.read_file(by=by, branch=obj, what=what)
    return download(content, name, "application/octet-stream")


@admin.register(PensionClaim, site=desk)
class PensionClaimDesk(StoryDesk):
    list_display = ["shown", "person", "claimed_on", "residence", "state"]
    list_filter = ["state"]
    list_select_related = ["worker", "institution"]
    search_fields = ["number"]
    ordering = ["-filed_at", "pk"]
    object_actions = [
        ObjectAction(
            "forward",
            _("Forward to the other states"),
            claims.WORK,
            when=lambda one: (
                one.state == ClaimState.OPEN
                and one.branches.model.everything.filter(claim=one, state=BranchState.FILED).exists()
            ),
            run=lambda by, obj: _nothing(claims.forward(by=by, claim=obj)),
            tone="primary",
            explain=_("The frozen statement and the documents become open to the institutions that decide."),
        ),
        ObjectAction("document", _("Add a document"), claims.WORK, _document, own_forms.DocumentForm),
        ObjectAction(
            "paper",
            _("Enter a decision on paper"),
            claims.WORK,
            form=own_forms.PaperDecisionForm,
            when=lambda one: one.state != ClaimState.WITHDRAWN,
            form_kwargs=lambda request, obj: {
                "countries": sorted(
                    obj.branches.model.everything.filter(claim=obj).values_list("country", flat=True)
                )
            },
            run=lambda by, obj, **values: _nothing(claims.enter_decision(by=by, claim=obj, **values)),
        ),
        ObjectAction(
            "withdraw",
            pgettext_lazy("request", "Withdraw"),
            claims.WITHDRAW,
            form=forms.ReasonForm,
            when=lambda one: one.state == ClaimState.OPEN,
            run=lambda by, obj, reason: claims.withdraw(by=by, claim=obj, reason=reason),
            tone="danger",
        ),
    ]

    @admin.display(description=_("number"))
    def shown(self, obj) -> str:
        return str(obj)

    @admin.display(description=_("worker"))
    def person(self, obj) -> str:
        return obj.worker.full_name

    def story(self, request, obj) -> dict[str, Any]:
        documents = [row.title for row in ClaimDocument.objects.filter(claim=obj).order_by("added_at")]
        return {
            "story_template": "pensions/desk/claim.html",
            "head": claim_words.claim_facts(obj),
            "summary": claim_words.summary(obj),
            "documents": documents,
            "events": claim_words.steps(obj),
        }


@admin.register(ClaimToDecide, site=desk)
class ClaimToDecideDesk(StoryDesk):
    list_display = ["shown", "person", "claimed_on", "filed_with", "state"]
    list_filter = ["state"]
    list_select_related = ["claim__worker", "claim__institution", "institution"]
    ordering = ["claim__claimed_on", "pk"]
    object_actions = [
        ObjectAction(
            "receipt",
            _("Confirm receipt"),
            claims.DECIDE,
            when=lambda one: one.state == BranchState.FORWARDED,
            run=lambda by, obj: claims.confirm_receipt(by=by, branch=obj),
        ),
        ObjectAction(
            "file",
            _("Open the file"),
            claims.DECIDE,
            _read_file,
            own_forms.FileChoiceForm,
            form_kwargs=_files_of,
        ),
        ObjectAction(
            "decide",
            _("Enter the decision"),
            claims.DECIDE,
            form=own_forms.DecisionForm,
            when=lambda one: one.state != BranchState.WITHDRAWN,
            run=lambda by, obj, **values: _nothing(claims.decide(by=by, branch=obj, **values)),
            tone="primary",
            explain=_("A decision is never changed: a further one corrects it."),
        ),
    ]

    @admin.display(description=_("number"))
    def shown(self, obj) -> str:
        return str(obj)

    @admin.display(description=_("worker"))
    def person(self, obj) -> str:
        return obj.claim.worker.full_name

    @admin.display(description=_("claimed on"))
    def claimed_on(self, obj):
        return obj.claim.claimed_on

    @admin.display(description=_("filed with"))
    def filed_with(self, obj) -> str:
        return str(obj.claim.institution)

    def story(self, request, obj) -> dict[str, Any]:
        return {
            "story_template": "pensions/desk/claim.html",
            "head": claim_words.claim_facts(obj.claim),
            "summary": claim_words.decisions(obj),
            "events": claim_words.branch_steps(obj),
        }


@admin.register(Award, site=desk)
class AwardDesk(StoryDesk):
    list_display = ["reference", "person", "country", "institution", "from_on"]
    list_filter = ["country"]
    list_select_related = ["worker", "institution"]
    ordering = ["-recorded_at", "pk"]
    object_actions = [
        ObjectAction(
            "transfer",
            _("Hand over: the person moves"),
            awards.PAY,
            form=own_forms.TransferForm,
            run=lambda by, obj, **values: _nothing(awards.transfer(by=by, award=obj, **values)),
            explain=_("You pay until the day before; the other institution pays from that day on."),
        ),
        ObjectAction(
            "end",
            _("End the pension"),
            awards.PAY,
            form=own_forms.EndForm,
            run=lambda by, obj, **values: _nothing(awards.end(by=by, award=obj, **values)),
            tone="danger",
        ),
    ]

    @admin.display(description=_("worker"))
    def person(self, obj) -> str:
        return obj.worker.full_name

    def story(self, request, obj) -> dict[str, Any]:
        return {
            "story_template": "pensions/desk/award.html",
            "head": claim_words.award_facts(obj),
            "payers": claim_words.payers(obj),
        }


@admin.register(DoubleReceipt, site=desk)
class DoubleReceiptDesk(StoryDesk):
    list_display = ["kind", "sure", "found_at"]
    list_filter = ["kind", "sure"]
    ordering = ["-found_at", "pk"]
    object_actions = [
        ObjectAction(
            "answer",
            _("Answer"),
            awards.ANSWER,
            form=own_forms.DoubleForm,
            run=lambda by, obj, **values: _nothing(awards.answer_double(by=by, double=obj, **values)),
        )
    ]

    def story(self, request, obj) -> dict[str, Any]:
        own = set(request.user.organisation_ids())
        return {"story_template": "pensions/desk/double_receipt.html", **claim_words.double_facts(obj, own)}
