"""What can be done with a worker's record, button by button; who may is asked of the permission table."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import access
from accounts.object_actions import ObjectAction, Page
from common.errors import Invalid
from common.formatting import country_name
from common.journal.models import Verb
from pensions import registry_number, similar
from pensions.enums import WorkerState
from pensions.forms import registry as forms
from pensions.forms import workers as forms_workers
from pensions.models import Worker, WorkerCitizenship, WorkerIdentifier
from pensions.services import merging, worker_details, worker_entry, workers
from pensions.words import linkage as linkage_words

ADDRESS = "admin:pensions_worker_change"
CHANGE = "registry.worker.change"
REGISTER = "registry.worker.register"
PERSON, RECORD = _("Person and documents"), pgettext_lazy("group of buttons", "Record")


def home_of(user: Any) -> Any:
    """The organisation for which an official holds records."""
    return next((m.organisation for m in user.valid_memberships if m.organisation_id), None)


def _own_state(user: Any) -> str:
    own = {code for who in access.grants(user, REGISTER).values() for code in who.states}
    return sorted(own)[0] if own else ""


def _entry(save: Callable[..., Worker], form: type[forms.RegisterForm]) -> Callable[..., Any]:
    """Registers, unless somebody alike is there: then the clerk looks first and says that it is another person."""

    def run(by: Any, obj: None, *, kind: str, text: str, anyway: bool, **values: Any) -> Any:
        alike = [] if anyway else similar.people(by=by, **values)
        if alike:
            return _look_first(
                by, alike, form(initial={"kind": kind, "text": text, **values, "anyway": True})
            )
        made = save(
            by=by,
            registered_in=_own_state(by),
            numbers=[(kind, text)] if kind else [],
            held_by=home_of(by),
            **values,
        )
        return reverse(ADDRESS, args=[made.pk])

    return run


def _look_first(by: Any, alike: list[similar.Similar], form: Any) -> Page:
    workers.note_reading(
        by=by, workers=[one.worker for one in alike], action="registry.worker.view", verb=Verb.SEARCHED
    )
    cards = [
        {
            "worker": one.worker,
            "url": reverse(ADDRESS, args=[one.worker.pk]),
            "reasons": linkage_words.said(list(one.reasons)),
        }
        for one in alike
    ]
    return Page("pensions/desk/similar.html", {"cards": cards, "form": form, "opts": Worker._meta})


def _merge(by: Any, obj: Worker, *, number: str, reason: str) -> None:
    found = Worker.objects.filter(registry_number=registry_number.normalise(number) or "").first()
    if found is None:
        raise Invalid("no_such_record", _("No record has this registry number."), field="number")
    merging.merge_workers(by=by, keep=obj, merge=found, reason=reason)


def _let_in(by: Any, obj: Worker, **values: Any) -> Page:
    code = worker_entry.give_code(by=by, worker=obj, **values)
    words = {"title": _("Entry code"), "code": code, "back": reverse(ADDRESS, args=[obj.pk])}
    return Page("accounts/entry_code.html", words | {"opts": Worker._meta})


def _person(request, worker: Worker) -> dict[str, Any]:
    names = ("family_name", "given_name", "patronymic", "latin_family_name", "latin_given_name", "one_name")
    return {name: getattr(worker, name) for name in (*names, "birth_on", "birth_place", "sex", "citizenship")}


def _numbers(request, worker: Worker) -> dict[str, Any]:
    rows = WorkerIdentifier.objects.filter(worker=worker, ended_at__isnull=True).select_related("worker__key")
    return {"choices": [(str(one.pk), f"{one.get_kind_display()} {one.masked}") for one in rows]}


def _end_number(by: Any, obj: Worker, *, chosen: str, reason: str) -> None:
    number = WorkerIdentifier.objects.get(worker=obj, pk=chosen)
    worker_details.end_number(by=by, number=number, reason=reason)


def _citizenships(request, worker: Worker) -> dict[str, Any]:
    rows = WorkerCitizenship.objects.filter(worker=worker, until_on__isnull=True)
    return {"choices": [(str(one.pk), country_name(one.country)) for one in rows]}


def _end_citizenship(by: Any, obj: Worker, *, chosen: str, until_on: Any) -> None:
    row = WorkerCitizenship.objects.get(worker=obj, pk=chosen)
    worker_details.end_citizenship(by=by, citizenship=row, until_on=until_on)


def _done(service: Callable[..., Any]) -> Callable[..., None]:
    """A button that leads back to the record, whatever its service returns."""

    def run(by: Any, obj: Worker, **values: Any) -> None:
        service(by=by, worker=obj, **values)

    return run


def _step(
    name: str,
    title: Any,
    to_state: str,
    *from_states: str,
    explain: Any = "",
    tone: str = "secondary",
    **more: Any,
):
    return ObjectAction(
        name,
        title,
        action=CHANGE,
        form=forms.ReasonForm,
        run=lambda by, obj, reason: _done(workers.move_worker)(by, obj, to_state=to_state, reason=reason),
        when=lambda worker: worker.state in from_states and worker.merged_into_id is None,
        explain=explain,
        tone=tone,
        **more,
    )


def _own(name: str, title: Any, form: Any, run: Callable, **more: Any) -> ObjectAction:
    """A change of the record itself, which an alias does not take."""
    return ObjectAction(
        name,
        title,
        action=CHANGE,
        form=form,
        run=run,
        when=lambda worker: worker.merged_into_id is None,
        **{"group": PERSON, **more},
    )


LIST = [
    ObjectAction(
        "register",
        _("Register a worker"),
        action=REGISTER,
        form=forms.RegisterForm,
        run=_entry(workers.register_worker, forms.RegisterForm),
        tone="primary",
        done=_("The record is open."),
    ),
    ObjectAction(
        "report",
        _("Take down what a relative reports"),
        action=REGISTER,
        form=forms_workers.ReportForm,
        run=_entry(workers.report_worker, forms_workers.ReportForm),
        explain=_("For somebody who is away. The record is completed when a document is shown."),
        done=_("The record is open."),
    ),
]

STEPS = [
    _step(
        "complete",
        _("Take up the report"),
        WorkerState.INCOMPLETE,
        WorkerState.REPORTED,
        explain=_("The person or the family was reached. What is missing is completed now."),
        tone="primary",
    ),
    _step(
        "enter",
        _("Register"),
        WorkerState.REGISTERED,
        WorkerState.REPORTED,
        WorkerState.INCOMPLETE,
        explain=_("Name, birth date and at least one number are known and were seen in a document."),
        tone="primary",
    ),
    _step(
        "archive",
        _("Close the record"),
        WorkerState.ARCHIVED,
        WorkerState.REPORTED,
        WorkerState.INCOMPLETE,
        WorkerState.REGISTERED,
        explain=_("Nothing is deleted: the record is kept and can be opened again."),
        group=RECORD,
    ),
    _step("reopen", _("Open the record again"), WorkerState.REGISTERED, WorkerState.ARCHIVED),
]

DETAILS = [
    _own(
        "change",
        _("Change the person's data"),
        forms.PersonForm,
        _done(workers.change_worker),
        initial=_person,
    ),
    _own("number", _("Add a number"), forms.NumberForm, _done(workers.add_number)),
    _own(
        "end-number",
        _("End a number"),
        forms_workers.EndNumberForm,
        _end_number,
        form_kwargs=_numbers,
        explain=_(
            "For a number that was wrong or holds no longer. It is kept, and no longer finds the person."
        ),
    ),
    _own("document", _("Add a document"), forms_workers.DocumentForm, _done(worker_details.add_document)),
    _own(
        "former-name",
        _("Add a former name"),
        forms_workers.FormerNameForm,
        _done(worker_details.add_former_name),
    ),
    _own(
        "citizenship",
        _("Add a citizenship"),
        forms_workers.CitizenshipForm,
        _done(worker_details.add_citizenship),
    ),
    _own(
        "end-citizenship",
        _("End a citizenship"),
        forms_workers.EndCitizenshipForm,
        _end_citizenship,
        form_kwargs=_citizenships,
    ),
    _own(
        "take-over",
        _("Take the record over"),
        forms.forms.Form,
        lambda by, obj: worker_details.take_over(by=by, worker=obj, organisation=home_of(by)),
        explain=_("Your organisation holds the record from now on and takes the next step."),
        group=RECORD,
    ),
]

MERGES = [
    ObjectAction(
        "entry-code",
        _("Give an entry code"),
        action=worker_entry.ACTION,
        form=forms_workers.EntryCodeForm,
        run=_let_in,
        when=lambda worker: worker.state == WorkerState.REGISTERED and worker.merged_into_id is None,
        explain=_(
            "With it the person signs in once and then makes a passkey. Only to the person, never to a relative."
        ),
    ),
    ObjectAction(
        "merge",
        _("Merge another record into this one"),
        action=merging.ACTION,
        form=forms.MergeForm,
        run=_merge,
        when=lambda worker: worker.merged_into_id is None,
        explain=_("The other record becomes an alias. No entry is moved, and the merge can be taken back."),
        group=RECORD,
    ),
    ObjectAction(
        "part",
        _("Part this record again"),
        action=merging.ACTION,
        form=forms.ReasonForm,
        run=_done(merging.unmerge_worker),
        when=lambda worker: worker.merged_into_id is not None,
        explain=_("The record stands for itself again, with everything that was merged into it before."),
    ),
]
