"""Templates of kinds of case: which one a case follows, and how a supervisor changes the organisation's own."""

import copy
import re
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from accounts.models import Organisation
from cases import case_types
from cases.models import Case, CaseTemplate
from common.errors import Conflict, Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service

CHANGE = "cases.template.change"
LANGUAGES = ("ky", "ru", "en")


def current(organisation: Organisation, type: str) -> CaseTemplate:
    """What a case of this kind begins with today: the organisation's newest version, else the shipped one."""
    own = CaseTemplate.everything.filter(organisation=organisation, type=type).order_by("-version").first()
    return own or shipped(type)


def shipped(type: str) -> CaseTemplate:
    """The shipped template as a row, so that a case can keep it when the system brings a newer one."""
    content = case_types.shipped_content(type)
    made, _new = CaseTemplate.everything.get_or_create(
        organisation=None, type=type, version=content["version"], defaults={"content": content}
    )
    return made


def of_case(case: Case) -> CaseTemplate:
    """The version with which the case began; a case from before templates takes today's."""
    return case.template or current(case.organisation, case.type)


def pin(case: Case) -> CaseTemplate:
    """From now on the case keeps the version that it has."""
    if case.template is None:
        case.template = current(case.organisation, case.type)
        case.save(update_fields=["template"])
    return case.template


def is_newest(template: CaseTemplate) -> bool:
    later = CaseTemplate.everything.filter(
        organisation=template.organisation_id, type=template.type, version__gt=template.version
    )
    return template.organisation_id is not None and not later.exists()


@service
def make_own(*, by: Any, organisation: Organisation, type: str) -> CaseTemplate:
    """The organisation's own copy of a shipped template, to be changed from then on."""
    require(by, CHANGE)
    if organisation.pk not in by.organisation_ids():
        raise Invalid("other_organisation", _("You do not work for this organisation."))
    if CaseTemplate.everything.filter(organisation=organisation, type=type).exists():
        raise Conflict(
            "own_template_exists",
            _("Your organisation has its own template for this kind of case."),
            way_out=_("Change that one."),
        )
    return _save(by, organisation, type, case_types.shipped_content(type))


def _save(by: Any, organisation: Organisation, type: str, content: dict) -> CaseTemplate:
    last = CaseTemplate.everything.filter(organisation=organisation, type=type).aggregate(Max("version"))
    content = {**content, "version": (last["version__max"] or 0) + 1}
    case_types.parse(content)
    try:
        with transaction.atomic():
            made = CaseTemplate.everything.create(
                organisation=organisation, type=type, version=content["version"], content=content, made_by=by
            )
    except IntegrityError:
        raise Conflict("template_changed", _("A colleague has changed the template meanwhile.")) from None
    journal.record(by=by, verb=Verb.CHANGED, obj=made, action=CHANGE)
    return made


def _change(by: Any, template: CaseTemplate, change: Callable[[dict], None]) -> CaseTemplate:
    require(by, CHANGE, template)
    if not is_newest(template):
        raise Conflict("template_old", _("There is a newer version."), way_out=_("Change that one."))
    content = copy.deepcopy(template.content)
    change(content)
    return _save(by, template.organisation, template.type, content)


@service
def add_question(
    *,
    by: Any,
    template: CaseTemplate,
    label: dict[str, str],
    kind: str,
    required: bool,
    raises: str,
    answers: str,
) -> CaseTemplate:
    """`answers`: for a choice, one answer a line, its languages divided by a slash in the order ky / ru / en."""

    def change(content: dict) -> None:
        codes = {one["code"] for one in content["questions"]}
        row: dict = {"code": _code("q", codes), "kind": kind, "label": label, "required": required}
        if raises:
            row["raises"] = raises
        if answers.strip():
            row["choices"] = [
                _choice(number, line) for number, line in enumerate(answers.splitlines(), 1) if line.strip()
            ]
        content["questions"].append(row)

    return _change(by, template, change)


@service
def reword_question(
    *, by: Any, template: CaseTemplate, code: str, label: dict[str, str], required: bool
) -> CaseTemplate:
    def change(content: dict) -> None:
        row = _row(content, code)
        row["label"], row["required"] = label, required

    return _change(by, template, change)


@service
def drop_question(*, by: Any, template: CaseTemplate, code: str) -> CaseTemplate:
    """The question is not asked any more; answers to it stay readable in cases that have them."""
    return _change(by, template, lambda content: content["questions"].remove(_row(content, code)))


@service
def add_service(
    *,
    by: Any,
    template: CaseTemplate,
    goal: dict[str, str],
    kind: str,
    what: dict[str, str],
    working_days: int,
) -> CaseTemplate:
    """Adds a service to the goal of that name, or with a new goal."""

    def change(content: dict) -> None:
        goals = content.setdefault("goals", [])
        same = next((one for one in goals if case_types.words(one["label"]) == case_types.words(goal)), None)
        if same is None:
            same = {"label": goal, "services": []}
            goals.append(same)
        same["services"].append({"kind": kind, "what": what, "working_days": working_days})

    return _change(by, template, change)


@service
def drop_service(*, by: Any, template: CaseTemplate, code: str) -> CaseTemplate:
    """`code`: number of the goal and of the service in it, as `Suggestion.code` has it."""

    def change(content: dict) -> None:
        goal, place = (int(one) - 1 for one in code.split("."))
        services = content["goals"][goal]["services"]
        services.pop(place)
        if not services:
            content["goals"].pop(goal)

    return _change(by, template, change)


def _row(content: dict, code: str) -> dict:
    found = next((one for one in content["questions"] if one["code"] == code), None)
    if found is None:
        raise Invalid("question_unknown", _("There is no such question in this version."), field="code")
    return found


def _code(prefix: str, taken: set[str]) -> str:
    numbers = [int(one[len(prefix) :]) for one in taken if re.fullmatch(rf"{prefix}\d+", one)]
    return f"{prefix}{max(numbers, default=0) + 1}"


def _choice(number: int, line: str) -> dict:
    parts = [one.strip() for one in line.split("/")]
    return {"code": f"a{number}", "label": dict(zip(LANGUAGES, parts, strict=False))}
