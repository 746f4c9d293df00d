from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.desk import DeskAdmin
from accounts.object_actions import ObjectAction
from accounts.site import desk
from common.errors import Invalid, KozotError
from pensions import registry_number
from pensions.certificates.model import Variant
from pensions.certificates.printed import print_date, print_month, table_head
from pensions.enums.issuing import TRANSITIONS, CertificateState
from pensions.forms import issuing as forms
from pensions.models import Certificate, Employer, Employment
from pensions.services import certificate_batches, certificates
from pensions.views.certificates import TONES, pdf_response
from pensions.words.verdicts import labels

from .claims import CLAIM_ACTIONS, comparison
from .paging import CappedPaginator

ADDRESS = "admin:pensions_certificate_change"


def is_draft(certificate: Certificate) -> bool:
    return certificate.state == CertificateState.DRAFT


def is_sealed(certificate: Certificate) -> bool:
    return certificate.state != CertificateState.DRAFT


def can_become(state: str):
    return lambda certificate: is_sealed(certificate) and state in TRANSITIONS[certificate.state]


def _draft(by: Any, obj: None, *, number: str, employer: str, **values: Any) -> str:
    """Only employments within the person's reach are looked through."""
    typed = registry_number.normalise(number) or ""
    found = Employment.objects.filter(worker__registry_number=typed).select_related("employer")
    if employer:
        found = found.filter(employer__in=Employer.objects.all().found_by(employer))
    chosen = list(found[:2])
    if not chosen:
        raise Invalid(
            "no_employment", _("No employment of this worker is within your reach."), field="number"
        )
    if len(chosen) > 1:
        raise Invalid(
            "several_employments", _("The worker had several employers: name one."), field="employer"
        )
    made = certificates.draft_certificate(by=by, employment=chosen[0], **values)
    return reverse(ADDRESS, args=[made.pk])


def _replace(by: Any, obj: Certificate) -> str:
    made = certificates.draft_certificate(
        by=by, employment=obj.employment, day=obj.end_on, language=obj.language, supersedes=obj
    )
    return reverse(ADDRESS, args=[made.pk])


def _for_staff(by: Any, obj: None, *, employer: str, language: str) -> str:
    chosen = list(Employer.objects.all().found_by(employer)[:2])
    if len(chosen) != 1:
        raise Invalid("no_such_employer", _("Name one employer that is within your reach."), field="employer")
    batch = certificate_batches.issue_for_staff(by=by, employer=chosen[0], language=language)
    return reverse("admin:pensions_certificatebatch_change", args=[batch.pk])


def _discard(by: Any, obj: Certificate) -> str:
    certificates.discard_draft(by=by, certificate=obj)
    return reverse("admin:pensions_certificate_changelist")


@admin.register(Certificate, site=desk)
class CertificateDesk(DeskAdmin):
    personal = True
    paginator = CappedPaginator
    list_display = ["number", "employer", "start_on", "end_on", "state", "issued_at"]
    list_filter = ["state"]
    list_select_related = ["employment__employer", "worker", "issuer", "blank"]
    search_fields = ["number"]
    ordering = ["-created_at", "pk"]
    fields = [
        "number",
        "person",
        "employer",
        "start_on",
        "end_on",
        "state",
        "issuer",
        "blank",
        "language",
        "supersedes",
        "issued_at",
    ]
    list_actions = [
        ObjectAction(
            "draft",
            _("Draft a certificate"),
            certificates.DRAFT,
            _draft,
            forms.DraftForm,
            tone="primary",
            done=_("The draft shows what would be certified. Nothing is issued yet."),
        ),
        ObjectAction(
            "staff",
            _("Issue for an employer's staff"),
            certificates.ISSUE,
            _for_staff,
            forms.StaffForm,
            explain=_("Everybody without a certificate in force gets one, each on a blank form of its own."),
        ),
    ]
    object_actions = [
        ObjectAction(
            "issue",
            _("Issue on a blank form"),
            certificates.ISSUE,
            form=forms.IssueForm,
            when=is_draft,
            tone="primary",
            form_kwargs=lambda request, obj: {"issuer": obj.issuer},
            run=lambda by, obj, blank: _nothing(
                certificates.issue_certificate(by=by, certificate=obj, blank=blank)
            ),
            done=_("The certificate is issued and stands in the control register."),
            explain=_("An issued certificate cannot be edited, only replaced or revoked."),
        ),
        *CLAIM_ACTIONS,
        ObjectAction(
            "discard", _("Discard the draft"), certificates.DRAFT, _discard, when=is_draft, tone="danger"
        ),
        ObjectAction(
            "download",
            _("Download as PDF"),
            certificates.DOWNLOAD,
            form=forms.PrintForm,
            when=is_sealed,
            run=lambda by, obj, variant: pdf_response(
                *certificates.download(by=by, certificate=obj, variant=variant)
            ),
        ),
        ObjectAction(
            "replace",
            _("Replace by a new one"),
            certificates.ISSUE,
            _replace,
            when=can_become(CertificateState.SUPERSEDED),
            explain=_(
                "A new draft is made from the record as it is now. The old certificate ends with its issue."
            ),
        ),
        ObjectAction(
            "suspend",
            _("Suspend"),
            certificates.STOP,
            form=forms.StopForm,
            when=can_become(CertificateState.SUSPENDED),
            run=lambda by, obj, **values: _nothing(certificates.suspend(by=by, certificate=obj, **values)),
        ),
        ObjectAction(
            "resume",
            _("Resume"),
            certificates.STOP,
            form=forms.WhyForm,
            when=lambda certificate: certificate.state == CertificateState.SUSPENDED,
            run=lambda by, obj, reason: _nothing(certificates.resume(by=by, certificate=obj, reason=reason)),
        ),
        ObjectAction(
            "revoke",
            pgettext_lazy("certificate", "Revoke"),
            certificates.STOP,
            form=forms.StopForm,
            when=can_become(CertificateState.REVOKED),
            tone="danger",
            run=lambda by, obj, **values: _nothing(certificates.revoke(by=by, certificate=obj, **values)),
            explain=_("This is for good. Whoever checks the certificate is told that it was revoked."),
        ),
    ]

    @admin.display(description=_("employer"))
    def employer(self, certificate) -> str:
        return certificate.employment.employer.name

    @admin.display(description=_("worker"))
    def person(self, certificate) -> str:
        return certificate.worker.full_name

    def story(self, request, obj) -> dict[str, Any]:
        if is_draft(obj):
            return {"story_template": "pensions/desk/certificate_draft.html", **_preview(obj)}
        steps = obj.steps.select_related("by", "superseded_by").order_by("-entry_id")
        items = [
            {
                "when": step.at,
                "title": step.get_to_state_display(),
                "text": " ".join(filter(None, (step.get_reason_code_display(), step.reason))),
                "by": step.by,
                "tone": TONES[step.to_state],
            }
            for step in steps
        ]
        return {"story_template": "pensions/desk/certificate_steps.html", "events": items}


def _preview(draft: Certificate) -> dict[str, Any]:
    """What would be sealed, or what the record lacks."""
    from django.utils.translation import get_language

    try:
        content = certificates.draft_content(draft)
    except KozotError as error:
        return {"problem": error}
    words = labels((get_language() or "ky")[:2])
    person, work = content["person"], content["work"]
    facts = [
        (words["name"], person.name),
        (words["birth_on"], print_date(person.birth_on) if person.birth_on else ""),
        (words["employer_name"], content["employer"].name),
        (words["position"], work.position),
        (words["period"], f"{print_date(work.start_on)} – {print_date(work.end_on)}"),
        (words["currency"], content["currency"]),
    ]
    return {
        "facts": [(term, value) for term, value in facts if value],
        "columns": [words[key] for key in table_head(Variant.FULL)],
        "rows": [print_month(row) for row in content["rows"]],
        **comparison(draft, content),
    }


def _nothing(_made: Any) -> None:
    """A service's answer that leads nowhere: the page of the object is shown again."""
