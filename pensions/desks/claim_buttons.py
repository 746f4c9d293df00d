"""What can be done about pensions from a worker's page."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.object_actions import ObjectAction
from pensions.forms import claims as forms_claims
from pensions.models import Worker
from pensions.services import awards, pension_claims


def _claim(by: Any, obj: Worker, *, claimed_on: Any, file: Any) -> str:
    documents = [(file.name, file.read(), file.media_type)] if file else []
    made = pension_claims.file_claim(by=by, worker=obj, claimed_on=claimed_on, documents=documents)
    return reverse("admin:pensions_pensionclaim_change", args=[made.pk])


def _award(by: Any, obj: Worker, **values: Any) -> str:
    made = awards.record_award(by=by, worker=obj, **values)
    return reverse("admin:pensions_award_change", args=[made.pk])


PENSIONS = [
    ObjectAction(
        "claim",
        _("File a pension claim"),
        action=pension_claims.FILE,
        form=forms_claims.ClaimForm,
        run=_claim,
        explain=_("Old age only: claims for disability and survivors' pensions are not taken here."),
    ),
    ObjectAction(
        "award",
        _("Record a pension that is paid"),
        action=awards.RECORD,
        form=forms_claims.AwardForm,
        run=_award,
    ),
]
