"""The queue of what workers say is wrong in their records."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.bulk_action import BulkAction
from accounts.desk import DeskAdmin
from accounts.notices import delivery
from accounts.object_actions import ObjectAction
from accounts.site import desk
from pensions.enums.corrections import CorrectionState
from pensions.forms import corrections as forms_corrections
from pensions.models import CorrectionRequest
from pensions.services import corrections
from pensions.words import corrections as correction_words

from .paging import CappedPaginator
from .work_lists import HeldBy, ToBeDealtWith

WORK = corrections.WORK


class OpenFirst(ToBeDealtWith):
    states, waiting = CorrectionState, "open"


class Mine(HeldBy):
    holder = "held_by"


def _then_back(service: Callable[..., Any]) -> Callable[..., None]:
    def run(by: Any, obj: CorrectionRequest, **values: Any) -> None:
        service(by=by, request=obj, **values)

    return run


def _is_open(request: CorrectionRequest) -> bool:
    return request.is_open


@admin.register(CorrectionRequest, site=desk)
class CorrectionDesk(DeskAdmin):
    personal = True
    paginator = CappedPaginator
    list_display = ["number_shown", "person", "wrong", "state", "held_by", "sent_at"]
    list_filter = [OpenFirst, Mine, "wrong"]
    list_select_related = ["worker", "held_by"]
    ordering = ["sent_at", "pk"]
    sortable_by = []
    bulk_actions = [
        BulkAction(
            "take",
            _("Take these requests myself"),
            model=CorrectionRequest,
            action=WORK,
            run=lambda by, rows: corrections.take_many(by=by, requests=rows),
            refused=corrections.answered,
            label=lambda one: f"{one} · {one.worker.full_name}",
            before=corrections.how_it_stands,
            undo=lambda by, rows, before: corrections.put_back(by=by, requests=rows, before=before),
            moved_since=corrections.moved_since,
        )
    ]
    object_actions = [
        ObjectAction(
            "take",
            _("Take this myself"),
            WORK,
            _then_back(corrections.take),
            when=_is_open,
            done=_("The request is yours now."),
        ),
        ObjectAction(
            "ask-back",
            _("Ask the worker"),
            WORK,
            _then_back(corrections.ask_back),
            forms_corrections.QuestionForm,
            when=lambda one: one.state in (CorrectionState.SENT, CorrectionState.IN_WORK),
            done=_("The worker sees the question."),
        ),
        ObjectAction(
            "mended",
            pgettext_lazy("correction", "It is put right"),
            WORK,
            _then_back(corrections.mended),
            forms_corrections.AnswerForm,
            when=_is_open,
            tone="primary",
            explain=_("Only after the record was corrected: by an entry, a judgment or a new certificate."),
        ),
        ObjectAction(
            "keep",
            pgettext_lazy("correction", "It stays as it is"),
            WORK,
            _then_back(corrections.keep),
            forms_corrections.AnswerForm,
            when=_is_open,
        ),
    ]

    def get_fieldsets(self, request, obj=None):
        """The story says everything; no raw fields."""
        return []

    @admin.display(description=_("number"))
    def number_shown(self, one: CorrectionRequest) -> str:
        return str(one)

    @admin.display(description=_("worker"))
    def person(self, one: CorrectionRequest) -> str:
        return one.worker.full_name

    def story(self, request, obj: CorrectionRequest) -> dict[str, Any]:
        return {
            "story_template": "pensions/desk/correction.html",
            "correction": obj,
            "tone": correction_words.TONES[obj.state],
            "summary": correction_words.facts(obj, for_office=True),
            "history": correction_words.history(obj, for_office=True),
            "papers": correction_words.papers(obj),
            "told": delivery(obj, "pensions.correction_answered"),
        }
