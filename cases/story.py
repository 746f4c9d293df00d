"""A case told in the order in which things happened, in a fixed number of queries."""

import datetime as dt
import json
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from common import clock, formatting

from . import case_types
from .enums import BanState, ConsentField, IncidentContext, IncidentType, QuestionKind
from .models import BanCheck, Case, ClockStep, SharedReading
from .services import clocks, groups


def case_story(case: Case, reader: Any = None) -> dict[str, Any]:
    """Context of `cases/story.html`: the client, the documents, and one timeline of everything.

    `reader`: for whom it is told where the code does not run in a person's name already.
    """
    documents = list(
        case.documents.select_related("file", "added_by", "case__key", "consent__withdrawal").order_by(
            "-added_at"
        )
    )
    events = [
        *_steps(case),
        *_assessments(case),
        *_incidents(case),
        *_clock_steps(case),
        *_services(case),
        *_notes(case, reader),
        *_consents(case, documents),
        *_referrals(case),
        *_shared_readings(case, documents),
        *_closures(case),
        *_proposals(case),
        *_approvals(case),
        *_exports(case),
        *_emergencies(case),
        *_ban_checks(case),
        *_registry_links(case),
    ]
    events.sort(key=lambda event: event["at"], reverse=True)
    for event in events:
        event["when"] = formatting.datetime_short(timezone.localtime(event["at"]))
    return {
        "client": case.client,
        "respondents": list(case.respondents.select_related("key")),
        "known_to_others": groups.known_to_others(case, clock.now()),
        "clocks": _clocks(case),
        "bans": _bans(case),
        "documents": documents,
        "events": events,
    }


def _steps(case: Case):
    for one in case.steps.select_related("by"):
        yield {
            "at": one.at,
            "title": one.get_step_display(),
            "text": one.reason,
            "by": one.by,
            "badge": one.get_status_display(),
        }


def _assessments(case: Case):
    for one in case.assessments.select_related("made_by", "key", "template"):
        claimed = formatting.money(one.claimed, one.currency) if one.claimed is not None else ""
        yield {
            "at": one.made_at,
            "title": _("Assessment"),
            "text": "\n".join([*_answers(one), claimed]).strip(),
            "by": one.made_by,
            "badge": one.get_risk_level_display(),
        }


def _answers(assessment) -> list[str]:
    """Questions and answers in the words of the template with which they were asked."""
    asked = case_types.parse(assessment.template.content) if assessment.template else None
    lines = []
    for code, answer in json.loads(assessment.answers or "{}").items():
        question = asked and asked.question(code)
        if answer in (None, ""):
            continue
        if question is None:
            lines.append(str(answer))
        else:
            lines.append(f"{case_types.words(question.label)} {_shown(question, str(answer))}")
    return lines


def _shown(question, answer: str) -> str:
    if question.kind == QuestionKind.YES_NO:
        return {"yes": _("yes"), "no": _("no")}.get(answer, answer)
    if question.kind == QuestionKind.DATE:
        return formatting.date_short(dt.date.fromisoformat(answer))
    return question.shown(answer)


def _clocks(case: Case) -> list[dict]:
    """Terms that are not over, with their last day and its source."""
    open_ones = list(case.clocks.filter(state__in=clocks.OPEN).order_by("last_on"))
    known = clocks.terms() if open_ones else []
    shown = []
    for one in open_ones:
        term = clocks.term_of(one, known)
        shown.append(
            {
                "title": one.get_claim_display(),
                "state": one.get_state_display(),
                "last": formatting.date_long(one.last_on) if one.last_on else "",
                "source": case_types.words(term.source) if term else "",
                "is_confirmed": bool(term and term.is_confirmed),
            }
        )
    return shown


def _clock_steps(case: Case):
    for step in ClockStep.everything.filter(clock__case=case).select_related("clock", "by", "key"):
        last = _("Last day: %(date)s") % {"date": formatting.date_short(step.last_on)} if step.last_on else ""
        yield {
            "at": step.at,
            "title": step.clock.get_claim_display(),
            "text": f"{step.reason or ''}\n{last}".strip(),
            "by": step.by,
            "badge": step.get_state_display(),
        }


def _incidents(case: Case):
    for one in case.incidents.select_related("recorded_by", "key"):
        contexts = [IncidentContext(code).label for code in (one.contexts or "").split()]
        told = [one.happened_on and formatting.date_short(dt.date.fromisoformat(one.happened_on)), one.place]
        lines = [
            ", ".join(str(part) for part in [*told, *contexts] if part),
            one.alleged_perpetrator,
            one.account,
        ]
        yield {
            "at": one.recorded_at,
            "title": _("Incident"),
            "text": "\n".join(line for line in lines if line),
            "by": one.recorded_by,
            "badge": IncidentType(one.core_type).label if one.core_type else "",
        }


def _services(case: Case):
    for one in case.services.select_related("owner", "key"):
        if one.done_at:
            yield {
                "at": one.done_at,
                "title": one.get_kind_display(),
                "text": one.result,
                "by": one.owner,
                "badge": one.get_state_display(),
            }
        else:
            due = _("Until %(date)s: %(what)s") % {
                "date": formatting.date_short(one.due_on),
                "what": one.what,
            }
            due = f"{one.goal}\n{due}".strip()
            yield {
                "at": one.planned_at or case.opened_at,
                "title": one.get_kind_display(),
                "text": due,
                "by": one.owner,
                "badge": one.get_state_display(),
            }


def _notes(case: Case, reader: Any):
    notes = case.notes.visible_to(reader) if reader else case.notes.all()
    for one in notes.select_related("author", "key"):
        yield {
            "at": one.written_at,
            "title": pgettext("case", "Note"),
            "text": one.text,
            "by": one.author,
            "badge": pgettext("note", "sealed") if one.is_sealed else "",
        }


def _consents(case: Case, documents: list):
    for one in case.consents.select_related(
        "recipient", "recorded_by", "withdrawal__recorded_by", "case__key"
    ):
        withdrawn = getattr(one, "withdrawal", None)
        yield {
            "at": one.recorded_at,
            "title": _("Consent"),
            "text": f"{one.who}: {one.purpose}\n{one.get_use_display()}",
            "by": one.recorded_by,
            "badge": pgettext("consent", "withdrawn") if withdrawn else "",
        }
        if withdrawn:
            yield {
                "at": withdrawn.recorded_at,
                "title": _("Consent withdrawn"),
                "text": _left_already(documents, one, withdrawn),
                "by": withdrawn.recorded_by,
            }


def _left_already(documents: list, consent, withdrawn) -> str:
    """What nobody can call back: fields that were seen, documents that were opened, letters that were written."""
    names = {name for one in withdrawn.already_shown for name in one["fields"]}
    opened = [one for one in withdrawn.already_shown if "opened" in one]
    if not names and not opened:
        return _("%(organisation)s had seen nothing.") % {"organisation": consent.who}
    shown = ", ".join(str(ConsentField(name).label) for name in ConsentField.values if name in names)
    told = _("%(organisation)s had seen: %(fields)s.") % {"organisation": consent.who, "fields": shown or "—"}
    written = {one["document"] for one in withdrawn.already_shown if "document" in one}
    titles = dict.fromkeys(one.title or "—" for one in documents if str(one.pk) in written)
    letters = [_("Closed, and may have left: %(letter)s") % {"letter": title} for title in titles]
    return "\n".join([told, *_opened(documents, opened), *letters])


def _opened(documents: list, opened: list[dict]) -> list[str]:
    titles = {str(one.pk): one.title for one in documents}
    people = {str(user.pk): user for user in User.objects.filter(pk__in={one["by"] for one in opened})}
    return [
        _("%(document)s: opened %(when)s by %(who)s")
        % {
            "document": titles.get(one["opened"]) or "—",
            "when": formatting.datetime_short(timezone.localtime(dt.datetime.fromisoformat(one["at"]))),
            "who": people.get(one["by"], "—"),
        }
        for one in opened
    ]


def _emergencies(case: Case):
    for one in case.emergencies.select_related("user", "case__key", "review__by"):
        yield {
            "at": one.at,
            "title": _("Opened in an emergency"),
            "text": one.reason,
            "by": one.user,
            "tone": "warning",
            "badge": "" if hasattr(one, "review") else _("not reviewed"),
        }
        if hasattr(one, "review"):
            yield {
                "at": one.review.at,
                "title": _("Emergency access reviewed"),
                "text": one.review.note,
                "by": one.review.by,
                "badge": _("justified") if one.review.was_right else _("not justified"),
            }


def _referrals(case: Case):
    for one in case.referrals.select_related("recipient", "key").prefetch_related("steps__by"):
        for step in one.steps.all():
            yield {
                "at": step.at,
                "title": _("Referral to %(organisation)s") % {"organisation": one.recipient},
                "text": step.reason,
                "by": step.by,
                "badge": step.get_state_display(),
            }


def _shared_readings(case: Case, documents: list):
    titles = {one.pk: one.title for one in documents}
    readings = SharedReading.everything.filter(shared__referral__case=case)
    for one in readings.select_related("by", "shared__referral__recipient"):
        yield {
            "at": one.at,
            "title": _("Opened by the partner: %(document)s")
            % {"document": titles.get(one.shared.document_id) or "—"},
            "text": str(one.shared.referral.recipient),
            "by": one.by,
        }


def _closures(case: Case):
    for one in case.closures.select_related("closed_by"):
        recovered = formatting.money(one.recovered, one.currency) if one.recovered is not None else ""
        text = _("Recovered: %(sum)s") % {"sum": recovered} if recovered else ""
        yield {
            "at": one.closed_at,
            "title": one.get_outcome_display(),
            "text": f"{one.reason}\n{text}".strip(),
            "by": one.closed_by,
        }


def _exports(case: Case):
    for one in case.exports.select_related("made_by", "case__key"):
        yield {
            "at": one.made_at,
            "title": _("Taken out as a file"),
            "text": f"{one.recipient}: {one.purpose}",
            "by": one.made_by,
        }


def _bans(case: Case) -> list[dict]:
    """Bans that stand: what to tell the client before a ticket is bought."""
    return [
        {
            "country": one.get_country_display(),
            "until": formatting.date_long(one.until_on) if one.until_on else "",
            "ground": ", ".join(filter(None, [one.authority, one.ground])),
            "checked": formatting.date_long(last.on) if (last := next(iter(one.checks.all()), None)) else "",
        }
        for one in case.bans.exclude(state=BanState.LIFTED)
        .select_related("case__key")
        .prefetch_related(Prefetch("checks", BanCheck.everything.order_by("-on")))
    ]


def _ban_checks(case: Case):
    checks = BanCheck.everything.filter(ban__case=case).select_related(
        "ban__case__key", "by", "proof__case__key"
    )
    for one in checks:
        proof = _("Proof: %(title)s") % {"title": one.proof.title} if one.proof else ""
        yield {
            "at": one.at,
            "title": _("Entry ban looked at: %(country)s") % {"country": one.ban.get_country_display()},
            "text": "\n".join(filter(None, [formatting.date_short(one.on), one.note, proof])),
            "by": one.by,
            "badge": one.get_state_display(),
        }


def _registry_links(case: Case):
    for one in case.registry_links.select_related("recorded_by", "ended_by", "case__key"):
        yield {
            "at": one.recorded_at,
            "title": _("Linked to the registry"),
            "text": one.how,
            "by": one.recorded_by,
        }
        if one.ended_at:
            yield {
                "at": one.ended_at,
                "title": _("Link to the registry ended"),
                "text": "",
                "by": one.ended_by,
            }


def _proposals(case: Case):
    for one in case.closure_proposals.select_related("proposed_by", "case__key", "decision__decided_by"):
        decision = getattr(one, "decision", None)
        yield {
            "at": one.proposed_at,
            "title": _("Closure proposed: %(outcome)s") % {"outcome": one.get_outcome_display()},
            "text": one.reason,
            "by": one.proposed_by,
            "badge": "" if decision else pgettext("closure", "waits for a decision"),
        }
        if decision:
            yield {
                "at": decision.decided_at,
                "title": _("Closure accepted") if decision.accepted else _("Closure refused"),
                "text": decision.note,
                "by": decision.decided_by,
            }


def _approvals(case: Case):
    asked = case.approval_requests.select_related("asked_by", "case__key", "decision__decided_by")
    for one in asked:
        decision = getattr(one, "decision", None)
        yield {
            "at": one.asked_at,
            "title": _("Put before a supervisor: %(what)s") % {"what": one.get_kind_display()},
            "text": "",
            "by": one.asked_by,
            "badge": "" if decision else pgettext("closure", "waits for a decision"),
        }
        if decision:
            yield {
                "at": decision.decided_at,
                "title": one.get_kind_display(),
                "text": decision.note,
                "by": decision.decided_by,
                "badge": pgettext("approval", "approved")
                if decision.accepted
                else pgettext("approval", "refused"),
            }
